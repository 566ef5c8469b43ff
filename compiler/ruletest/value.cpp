#include "compiler/ruletest/value.h"

#include "compiler/go/types/identical.h"
#include "compiler/go/types/object.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/SaveAndRestore.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::ruletest {

Value MakeUnknown(std::string path) {
  Unknown unknown;
  unknown.leaves.insert(path);
  unknown.path = std::move(path);
  return {std::move(unknown)};
}

Value Mix(std::initializer_list<const Value*> values) {
  Unknown mixed;
  for (const Value* value : values)
    if (const auto* unknown = value->As<Unknown>())
      mixed.leaves.insert(unknown->leaves.begin(), unknown->leaves.end());
  return {std::move(mixed)};
}

Value Zero(const go::Type* type) {
  if (go::IsTypeParam(type)) return MakeUnknown("the zero value of " + go::TypeString(type, nullptr));
  const go::Type* under = go::Underlying(type);
  if (const auto* basic = llvm::dyn_cast<go::BasicType>(under)) {
    if (basic->IsBoolean()) return {false};
    if (basic->IsString()) return MakeText("");
    if (basic->IsFloat()) return {0.0};
    if (basic->IsInteger()) return MakeInt(0);
    return {Nil{}};
  }
  if (llvm::isa<go::StructType>(under)) {
    auto made = std::make_shared<Struct>();
    made->type = type;
    return {made};
  }
  if (const auto* array = llvm::dyn_cast<go::ArrayType>(under)) {
    constexpr int64_t kMost = 4096;
    auto made = std::make_shared<List>();
    made->length = std::min(std::max<int64_t>(array->length, 0), kMost);
    for (int64_t i = 0; i < made->length; ++i)
      made->elements[i] = std::make_shared<Place>(Place{Zero(array->element)});
    return {made};
  }
  return {Nil{}};
}

std::optional<bool> IsZero(const Value& value) {
  using Result = std::optional<bool>;
  return std::visit(Overload{
                        [](const Unknown&) { return Result(); },
                        [](const Absent&) { return Result(true); },
                        [](const Nil&) { return Result(true); },
                        [](bool v) { return Result(!v); },
                        [](const Integer& v) { return Result(v.value == 0); },
                        [](double v) { return Result(v == 0); },
                        [](const std::string& v) { return Result(v.empty()); },
                        [](const Pointer&) { return Result(false); },
                        [](const std::shared_ptr<Struct>& v) {
                          if (v->open) return Result();
                          for (const auto& [name, place] : v->fields) {
                            const Result zero = IsZero(place->value);
                            if (!zero.value_or(false)) return zero;
                          }
                          return Result(true);
                        },
                        [](const std::shared_ptr<Box>&) { return Result(false); },
                        [](const std::shared_ptr<List>&) { return Result(false); },
                        [](const std::shared_ptr<Map>&) { return Result(false); },
                        [](const Opaque&) { return Result(false); },
                        [](const Tuple&) { return Result(); },
                    },
                    value.node);
}

Value Copy(const Value& value) {
  const auto* original = value.As<std::shared_ptr<Struct>>();
  if (original == nullptr) return value;
  auto copy = std::make_shared<Struct>(**original);
  for (auto& [name, place] : copy->fields) place = std::make_shared<Place>(Place{Copy(place->value)});
  return {copy};
}

namespace {

/// What is known of a type parameter's type: the only type underneath, or that it fits into an `any`.
const go::Type* Known(const go::Type* type) {
  const auto* param = go::TypeAs<go::TypeParam>(type);
  if (param == nullptr) return type;
  const auto& terms = param->ConstraintInterface()->Terms();
  return terms.has_value() && terms->size() == 1 ? terms->front().type : go::EmptyInterface();
}

PlacePtr InVariable(const PlacePtr& place, const go::Type* from, const go::Type* to) {
  return std::make_shared<Place>(Place{InInterface(place->value, from, to)});
}

/// A value of an instance of the generic type `to`.
Value AsGeneric(Value value, const go::Type* from, const go::Type* to) {
  if (const auto* slice = go::UnderlyingAs<go::SliceType>(to)) {
    const auto* list = value.As<std::shared_ptr<List>>();
    const auto* given = go::UnderlyingAs<go::SliceType>(from);
    if (list == nullptr || given == nullptr || go::Identical(given->element, slice->element)) return value;
    auto made = std::make_shared<List>(**list);
    for (auto& [index, place] : made->elements) place = InVariable(place, given->element, slice->element);
    return {made};
  }
  if (const auto* map = go::UnderlyingAs<go::MapType>(to)) {
    const auto* entries = value.As<std::shared_ptr<Map>>();
    const auto* given = go::UnderlyingAs<go::MapType>(from);
    if (entries == nullptr || given == nullptr) return value;
    auto made = std::make_shared<Map>(**entries);
    for (auto& [shown, place] : made->entries) place = InVariable(place, given->value, map->value);
    for (auto& [shown, key] : made->keys) key = InInterface(key, given->key, map->key);
    return {made};
  }
  if (const auto* pointer = go::UnderlyingAs<go::PointerType>(to)) {
    const auto* behind = value.As<Pointer>();
    const auto* given = go::UnderlyingAs<go::PointerType>(from);
    if (behind == nullptr || given == nullptr || go::Identical(given->element, pointer->element))
      return value;
    return {Pointer{InVariable(behind->to, given->element, pointer->element)}};
  }
  const auto* strukt = go::UnderlyingAs<go::StructType>(to);
  const auto* fields = value.As<std::shared_ptr<Struct>>();
  const auto* given = go::UnderlyingAs<go::StructType>(from);
  if (strukt == nullptr || fields == nullptr || given == nullptr) return value;
  auto made = std::make_shared<Struct>(**fields);
  made->type = to;
  for (const go::Var* field : strukt->fields) {
    const go::Var* same = given->Field(field->name());
    auto place = made->fields.find(field->name().str());
    if (same != nullptr && place != made->fields.end())
      place->second = InVariable(place->second, same->type(), field->type());
  }
  return {made};
}

}  // namespace

Value InInterface(Value value, const go::Type* from, const go::Type* to) {
  if (to == nullptr || from == nullptr || go::IsTypeParam(from) || go::IsInterface(from)) return value;
  if (value.IsAbsent() || go::IsUntypedNil(from)) return value;
  to = Known(to);
  if (!go::IsInterface(to)) return go::Identical(from, to) ? value : AsGeneric(std::move(value), from, to);
  auto box = std::make_shared<Box>();
  box->dynamic = go::DefaultType(from);
  box->path = Show(value);
  box->inner = std::make_shared<Place>(Place{std::move(value)});
  return {box};
}

void PutEntry(Map& map, const Value& key, PlacePtr place) {
  const std::string shown = Show(key);
  map.keys[shown] = key;
  map.entries[shown] = std::move(place);
}

namespace {

Answer Sure(bool yes) {
  return yes ? Answer::kYes : Answer::kNo;
}

std::optional<double> Number(const Value& value) {
  if (const auto* integer = value.As<Integer>()) return static_cast<double>(integer->value);
  if (const auto* real = value.As<double>()) return *real;
  return std::nullopt;
}

Answer EqualBoxes(const Box& a, const Box& b) {
  if (&a == &b) return Answer::kYes;
  if (a.dynamic == nullptr || b.dynamic == nullptr) return Answer::kNo;  // two things that were made apart
  if (!go::Identical(a.dynamic, b.dynamic)) return Answer::kNo;
  return Equal(a.inner->value, b.inner->value);
}

Answer EqualStructs(const Struct& a, const Struct& b) {
  if (&a == &b) return Answer::kYes;
  const auto* type = go::UnderlyingAs<go::StructType>(a.type);
  if (type == nullptr) return Answer::kUnknown;
  Answer all = Answer::kYes;
  for (const go::Var* field : type->fields) {
    auto at = [&](const Struct& s) {
      auto found = s.fields.find(field->name().str());
      if (found != s.fields.end()) return found->second->value;
      return s.open ? MakeUnknown(s.path + "." + field->name().str()) : Zero(field->type());
    };
    const Answer same = Equal(at(a), at(b));
    if (same == Answer::kNo) return same;
    if (same == Answer::kUnknown) all = same;
  }
  return all;
}

Answer EqualLists(const List& a, const List& b) {
  if (&a == &b) return Answer::kYes;
  if (a.open || b.open) return Answer::kUnknown;
  if (a.length != b.length) return Answer::kNo;
  Answer all = Answer::kYes;
  for (const auto& [index, place] : a.elements) {
    auto other = b.elements.find(index);
    const Answer same =
        other == b.elements.end() ? Answer::kUnknown : Equal(place->value, other->second->value);
    if (same == Answer::kNo) return same;
    if (same == Answer::kUnknown) all = same;
  }
  return all;
}

/// The thing itself behind an interface that holds a plain value.
const Value& Unboxed(const Value& value) {
  const auto* box = value.As<std::shared_ptr<Box>>();
  return box != nullptr && (*box)->dynamic != nullptr ? (*box)->inner->value : value;
}

}  // namespace

Answer Equal(const Value& a, const Value& b) {
  const auto* unknown_a = a.As<Unknown>();
  const auto* unknown_b = b.As<Unknown>();
  if (unknown_a != nullptr || unknown_b != nullptr) {
    const bool same_place = unknown_a != nullptr && unknown_b != nullptr && !unknown_a->path.empty() &&
                            unknown_a->path == unknown_b->path;
    return same_place ? Answer::kYes : Answer::kUnknown;
  }
  if (a.IsAbsent() || b.IsAbsent()) return Sure(a.IsAbsent() && b.IsAbsent());
  if (a.IsNil() || b.IsNil()) return Sure(a.IsNil() && b.IsNil());
  const auto* box_a = a.As<std::shared_ptr<Box>>();
  const auto* box_b = b.As<std::shared_ptr<Box>>();
  if (box_a != nullptr && box_b != nullptr) return EqualBoxes(**box_a, **box_b);
  if (box_a != nullptr || box_b != nullptr) {
    const Box& box = box_a != nullptr ? **box_a : **box_b;
    return box.dynamic == nullptr ? Answer::kUnknown : Equal(Unboxed(a), Unboxed(b));
  }
  if (const auto x = Number(a), y = Number(b); x.has_value() && y.has_value()) {
    const auto* exact_a = a.As<Integer>();
    const auto* exact_b = b.As<Integer>();
    const bool exact = exact_a != nullptr && exact_b != nullptr;
    return Sure(exact ? exact_a->value == exact_b->value : *x == *y);
  }
  if (a.node.index() != b.node.index()) return Answer::kNo;
  if (const auto* x = a.As<bool>()) return Sure(*x == *b.As<bool>());
  if (const auto* x = a.As<std::string>()) return Sure(*x == *b.As<std::string>());
  if (const auto* x = a.As<Pointer>()) return Sure(x->to == b.As<Pointer>()->to);
  if (const auto* x = a.As<std::shared_ptr<Struct>>())
    return EqualStructs(**x, **b.As<std::shared_ptr<Struct>>());
  if (const auto* x = a.As<std::shared_ptr<List>>()) return EqualLists(**x, **b.As<std::shared_ptr<List>>());
  if (const auto* x = a.As<std::shared_ptr<Map>>())
    return Sure(x->get() == b.As<std::shared_ptr<Map>>()->get());
  if (const auto* x = a.As<Opaque>()) return Sure(x->name == b.As<Opaque>()->name);
  return Answer::kUnknown;
}

namespace {

std::string Quoted(llvm::StringRef text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += "\\x" + llvm::toHex(llvm::StringRef(&c, 1), /*LowerCase=*/true);
    else
      out += c;
  }
  return out + "\"";
}

std::string ShowInteger(__int128 value) {
  const bool negative = value < 0;
  auto magnitude = static_cast<unsigned __int128>(negative ? -value : value);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  return (negative ? "-" : "") + digits;
}

std::string ShowStruct(const Struct& value) {
  if (!value.path.empty()) return value.path;
  std::string out = "{";
  for (const auto& [name, place] : value.fields)
    out += (out.size() > 1 ? ", " : "") + name + ": " + Show(place->value);
  return out + "}";
}

std::string ShowBox(const Box& value) {
  if (value.text.has_value()) return "errors.New(" + Quoted(*value.text) + ")";
  return value.dynamic != nullptr ? Show(value.inner->value) : value.path;
}

std::string ShowDouble(double value) {
  std::string out;
  llvm::raw_string_ostream(out) << llvm::format("%g", value);
  return out;
}

}  // namespace

std::string Show(const Value& value) {
  constexpr unsigned kDeepest = 16;  // a value may hold itself
  static thread_local unsigned depth = 0;
  if (depth >= kDeepest) return "...";
  const llvm::SaveAndRestore<unsigned> deeper(depth, depth + 1);
  return std::visit(
      Overload{
          [](const Unknown& v) { return v.path.empty() ? llvm::join(v.leaves, " with ") : v.path; },
          [](const Absent&) { return std::string("nothing"); },
          [](const Nil&) { return std::string("nil"); },
          [](bool v) { return std::string(v ? "true" : "false"); },
          [](const Integer& v) { return ShowInteger(v.value); },
          [](double v) { return ShowDouble(v); },
          [](const std::string& v) { return Quoted(v); },
          [](const Pointer& v) {
            const auto* to = v.to->value.As<std::shared_ptr<Struct>>();
            return to != nullptr && !(*to)->path.empty() ? (*to)->path : "&" + Show(v.to->value);
          },
          [](const std::shared_ptr<Struct>& v) { return ShowStruct(*v); },
          [](const std::shared_ptr<Box>& v) { return ShowBox(*v); },
          [](const std::shared_ptr<List>& v) {
            if (v->open) return v->path;
            std::string out = "[]{";
            for (const auto& [index, place] : v->elements) {
              if (index > 16) return out + ", ...}";
              out += (index > 0 ? ", " : "") + Show(place->value);
            }
            return out + "}";
          },
          [](const std::shared_ptr<Map>& v) {
            if (v->open) return v->path;
            std::string out = "map{";
            for (const auto& [key, place] : v->entries)
              out += (out.size() > 4 ? ", " : "") + key + ": " + Show(place->value);
            return out + "}";
          },
          [](const Opaque& v) { return v.name; },
          [](const Tuple& v) {
            std::string out;
            for (const Value& part : v.values) out += (out.empty() ? "" : ", ") + Show(part);
            return out;
          },
      },
      value.node);
}

}  // namespace instc::ruletest
