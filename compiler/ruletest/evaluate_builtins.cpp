// What the language adds to Go's expressions.
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/evaluate.h"
#include "compiler/ruletest/interpreter.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

namespace {

constexpr size_t kMaxJoined = 65536;  // bytes; compiler/lower/value_elements.cpp has it, too

}  // namespace

std::optional<std::vector<std::pair<Value, Value>>> ElementsOf(const Value& range) {
  std::vector<std::pair<Value, Value>> elements;
  if (const auto* list = range.As<std::shared_ptr<List>>()) {
    if ((*list)->open) return std::nullopt;
    for (const auto& [index, place] : (*list)->elements) elements.emplace_back(MakeInt(index), place->value);
  } else if (const auto* map = range.As<std::shared_ptr<Map>>()) {
    if ((*map)->open) return std::nullopt;
    for (const auto& [key, place] : (*map)->entries) elements.emplace_back((*map)->keys[key], place->value);
  }
  if (const auto* text = range.As<std::string>()) {
    for (unsigned char c : *text) {
      if (c >= 0x80) return std::nullopt;
      elements.emplace_back(MakeInt(static_cast<int64_t>(elements.size())), MakeInt(c));
    }
  }
  return elements;
}

/// What the name in `exists` and `join` stands for, one after the other; nullopt: the range is not known.
std::optional<std::vector<Value>> Interpreter::RangeOf(const Expr& range, Value& whole) {
  whole = Eval(range);
  if (whole.IsUnknown()) return std::nullopt;
  const auto elements = ElementsOf(whole);
  if (!elements.has_value()) {
    whole = MakeUnknown(Show(whole));
    return std::nullopt;
  }
  const bool keys = go::UnderlyingAs<go::MapType>(range.type) != nullptr;
  std::vector<Value> out;
  for (const auto& [key, value] : *elements) out.push_back(keys ? key : value);
  return out;
}

Value Interpreter::Of(const Expr&, const rules::Exists& n) {
  Value range, undecided{Absent{}};
  const auto elements = RangeOf(*n.range, range);
  if (!elements.has_value() || range.IsAbsent()) return range;
  const bool outer = std::exchange(strict_, false);
  bool found = false;
  for (const Value& element : *elements) {
    PlaceOf(*n.element)->value = Copy(element);
    const Value holds = Eval(*n.condition);
    if (holds.IsUnknown()) undecided = Mix({&undecided, &holds});
    const auto* known = holds.As<bool>();
    found = found || (known != nullptr && *known);
  }
  strict_ = outer;
  return found || undecided.IsAbsent() ? Value{found} : undecided;
}

Value Interpreter::Of(const Expr&, const rules::Join& n) {
  Value range, undecided{Absent{}};
  const auto elements = RangeOf(*n.range, range);
  if (!elements.has_value() || range.IsAbsent()) return range;
  Value separator = Eval(*n.separator);
  if (separator.IsAbsent() || separator.IsUnknown()) return separator;
  const bool outer = std::exchange(strict_, false);
  const bool keys = go::UnderlyingAs<go::MapType>(n.range->type) != nullptr;
  std::vector<std::string> texts;
  size_t size = 0;
  for (const Value& element : *elements) {
    if (!keys && (texts.size() == n.max || size > kMaxJoined)) break;
    PlaceOf(*n.element)->value = Copy(element);
    const Value value = Eval(*n.value);
    if (value.IsUnknown()) undecided = Mix({&undecided, &value});
    const auto* text = value.As<std::string>();
    if (text == nullptr) continue;
    size += text->size() + (texts.empty() ? 0 : separator.As<std::string>()->size());
    texts.push_back(*text);
  }
  strict_ = outer;
  if (!undecided.IsAbsent()) return undecided;
  if (keys) std::sort(texts.begin(), texts.end());
  std::string joined;
  for (size_t i = 0; i < texts.size() && i < n.max; ++i)
    joined += (i > 0 ? *separator.As<std::string>() : "") + texts[i];
  return MakeText(joined);
}

std::string Interpreter::ApplyText(const Expr& e, const rules::Apply& n) {
  return "apply[" + go::TypeString(e.type, &package_) + "](" + Show(Eval(*n.options)) + ")";
}

/// Options are functions and do not run: what they make is a leaf.
Value Interpreter::Of(const Expr& e, const rules::Apply& n) {
  Value options = Eval(*n.options);
  if (options.IsAbsent()) return options;
  auto bound = calls_bound_.find(ApplyText(e, n));
  if (bound != calls_bound_.end()) return bound->second->value;
  if (options.IsNil()) return Zero(e.type);
  return MakeUnknown(ApplyText(e, n));
}

/// Once, when it is first needed.
Value Interpreter::Of(const Expr&, const rules::Need& n) {
  const PlacePtr place = PlaceOf(*n.binding);
  if (evaluated_.insert(place).second) {
    const bool outer = std::exchange(strict_, false);
    place->value = Eval(*n.value);
    strict_ = outer;
  }
  if (strict_ && place->value.IsAbsent()) return Zero(n.value->type);
  return place->value;
}

/// The first argument that is present and not zero.
Value Interpreter::Of(const Expr& e, const rules::Or& n) {
  const bool outer = std::exchange(strict_, false);
  Value result{Absent{}};
  for (const ExprPtr& arg : n.args) {
    const Value value = Eval(*arg);
    if (value.IsAbsent()) continue;
    const std::optional<bool> zero = IsZero(value);
    if (zero.value_or(false)) continue;
    result = value.IsUnknown() ? Mix({&value}) : InInterface(value, arg->type, e.type);
    break;
  }
  strict_ = outer;
  return result.IsAbsent() && strict_ ? Zero(e.type) : result;
}

Value Interpreter::Of(const Expr& e, const rules::Cond& n) {
  const bool outer = std::exchange(strict_, false);
  const Value condition = Eval(*n.condition);
  const auto* holds = condition.As<bool>();
  Value result = condition.IsUnknown()        ? Mix({&condition})
                 : holds != nullptr && *holds ? Eval(*n.then)
                                              : Eval(*n.otherwise);
  strict_ = outer;
  return result.IsAbsent() && strict_ ? Zero(e.type) : result;
}

Value Interpreter::Of(const Expr&, const rules::Except& n) {
  Value error = Eval(*n.error);
  if (error.IsAbsent() || error.IsNil()) return error;
  for (const ExprPtr& sentinel : n.sentinels) {
    const bool outer = std::exchange(strict_, false);
    const Value other = InInterface(Eval(*sentinel), sentinel->type, go::ErrorType());
    strict_ = outer;
    if (other.IsAbsent()) continue;
    const Answer same = Equal(error, other);
    if (same == Answer::kUnknown) return Mix({&error, &other});
    if (same == Answer::kYes) return strict_ ? Value{Nil{}} : Value{Absent{}};
  }
  return error;
}

Value Interpreter::Of(const Expr& e, const rules::Clone& n) {
  Value base = Eval(*n.base);
  if (base.IsAbsent()) return base;
  const go::Type* under = go::Underlying(e.type);
  if (const auto* pointer = base.As<Pointer>()) {
    auto to = std::make_shared<Place>(Place{Copy(pointer->to->value)});
    return {Pointer{std::move(to)}};
  }
  if (llvm::isa<go::PointerType>(under))
    return base.IsUnknown() ? Mix({&base}) : Missing(e, "`clone` of a nil pointer");
  if (llvm::isa<go::MapType>(under)) {
    auto copy = std::make_shared<Map>();
    if (const auto* unknown = base.As<Unknown>()) copy->open = true, copy->path = unknown->path;
    if (const auto* map = base.As<std::shared_ptr<Map>>()) *copy = **map;
    for (auto& [key, place] : copy->entries) place = std::make_shared<Place>(Place{Copy(place->value)});
    return {copy};
  }
  const auto* list = base.As<std::shared_ptr<List>>();
  if (list == nullptr) return base;
  auto copy = std::make_shared<List>(**list);
  for (auto& [index, place] : copy->elements) place = std::make_shared<Place>(Place{Copy(place->value)});
  return {copy};
}

Value Interpreter::Of(const Expr&, const rules::Words& n) {
  const bool outer = std::exchange(strict_, false);
  std::string words;
  Value unknown{Absent{}};
  for (const ExprPtr& arg : n.args) {
    const Value value = Eval(*arg);
    if (value.IsUnknown()) unknown = Mix({&unknown, &value});
    const auto* word = value.As<std::string>();
    if (word == nullptr || word->empty()) continue;
    words += (words.empty() ? "" : " ") + *word;
  }
  strict_ = outer;
  return unknown.IsAbsent() ? MakeText(words) : unknown;
}

Value Interpreter::Of(const Expr&, const rules::Len& n) {
  Value base = Eval(*n.base);
  if (base.IsAbsent()) return base;
  if (base.IsNil()) return MakeInt(0);
  if (const auto* text = base.As<std::string>()) return MakeInt(static_cast<int64_t>(text->size()));
  if (const auto* list = base.As<std::shared_ptr<List>>(); list != nullptr && !(*list)->open)
    return MakeInt((*list)->length);
  if (const auto* map = base.As<std::shared_ptr<Map>>(); map != nullptr && !(*map)->open)
    return MakeInt(static_cast<int64_t>((*map)->entries.size()));
  return MakeUnknown(Show(base));
}

Value Interpreter::Of(const Expr&, const rules::ExternCall& n) {
  std::vector<Value> args;
  Value unknown{Absent{}};
  for (size_t i = 0; i < n.args.size(); ++i) {
    Value arg = Eval(*n.args[i]);
    if (arg.IsAbsent()) return arg;
    arg = InInterface(std::move(arg), n.args[i]->type, n.func->params[i]);
    if (arg.IsUnknown()) unknown = Mix({&unknown, &arg});
    args.push_back(std::move(arg));
  }
  std::string call = n.func->name + "(";
  for (const Value& arg : args) call += (&arg == &args.front() ? "" : ", ") + Show(arg);
  call += ")";
  auto bound = calls_bound_.find(call);
  if (bound != calls_bound_.end()) return bound->second->value;
  if (!unknown.IsAbsent()) return unknown;
  if (auto known = CallRuntime(*n.func, args)) return *known;
  return MakeUnknown(call);
}

}  // namespace instc::ruletest
