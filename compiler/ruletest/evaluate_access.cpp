// Reaching into values, calls of the library, conversions.
#include "compiler/check/test_scope.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/evaluate.h"
#include "compiler/ruletest/interpreter.h"
#include "compiler/ruletest/std_functions.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

Value Interpreter::FieldOf(const Value& holder, llvm::StringRef name, const go::Type* type, const Expr& at) {
  if (holder.IsUnknown()) return Extended(holder, "." + name.str());
  if (holder.IsAbsent()) return holder;
  if (Struct* in = StructIn(holder)) return FieldPlace(*in, name, type)->value;
  return Missing(at, "a nil pointer is read");
}

Value Interpreter::FieldOf(const Value& holder, const go::Var& field, const Expr& at) {
  return FieldOf(holder, field.name(), field.type(), at);
}

/// Through the embedded fields to what has the selected name itself.
Value Interpreter::Follow(const Expr& base, const go::Selection& selection, const Expr& at) {
  Value value = Eval(base);
  for (const go::SelectionStep& step : selection.path) value = FieldOf(value, *step.field, at);
  return value;
}

Value Interpreter::Of(const Expr& e, const rules::FieldSelect& n) {
  return FieldOf(Follow(*n.base, n.selection, e), n.selection.object->name(), n.selection.type, e);
}

Value Interpreter::Of(const Expr& e, const rules::HiddenField& n) {
  return FieldOf(Eval(*n.base), n.name, e.type, e);
}

/// Methods are not run: their results are leaves.
Value Interpreter::Of(const Expr& e, const rules::MethodCall& n) {
  Value holder = Follow(*n.base, n.selection, e);
  if (holder.IsAbsent()) return holder;
  for (const ExprPtr& arg : n.args)
    if (Eval(*arg).IsAbsent()) return {Absent{}};
  const llvm::StringRef name = n.selection.object->name();
  const std::string call = name.str() + Arguments(n.args);
  const auto known = methods_bound_.find(Show(holder) + "." + call);
  if (known != methods_bound_.end()) return known->second.result->value;
  if (holder.IsNil()) return Missing(e, "`" + name.str() + "` is called on nil");
  if (holder.IsUnknown()) return Extended(holder, "." + call);
  auto result = [&](const std::map<std::string, PlacePtr>& methods) -> std::optional<Value> {
    auto found = methods.find(call);
    return found == methods.end() ? std::nullopt : std::optional(found->second->value);
  };
  const Struct* in = StructIn(holder);
  if (const auto* box = holder.As<std::shared_ptr<Box>>()) {
    if (auto bound = result((*box)->methods)) return *bound;
    if ((*box)->text.has_value() && name == "Error") return MakeText(*(*box)->text);
    if ((*box)->dynamic != nullptr) in = StructIn((*box)->inner->value);
  }
  if (in != nullptr)
    if (auto bound = result(in->methods)) return *bound;
  const std::string shown = Show(holder);
  const bool made_here =
      llvm::StringRef(shown).contains('{');  // a literal of the test, which no `given` can name
  return MakeUnknown(made_here ? e.span.Text().str() : shown + "." + call);
}

/// Functions of the library are not run either, but for the ways to write an error or a context and some of
/// package strings.
Value Interpreter::Of(const Expr& e, const rules::FuncCall& n) {
  const auto* global = std::get_if<rules::Global>(&n.callee->node);
  if (global == nullptr) {
    Value callee = Eval(*n.callee);
    if (callee.IsAbsent()) return callee;
    if (callee.IsNil()) return Missing(e, "a nil func is called");
    return MakeUnknown(Show(callee) + Arguments(n.args));
  }
  auto bound = calls_bound_.find(NameOf(*global) + Arguments(n.args));
  if (bound != calls_bound_.end()) return bound->second->value;
  if (global->package == "errors" && global->name == "New") return MadeError(n);
  auto context = [&](bool traced) {
    auto box = std::make_shared<Box>();
    box->path = NameOf(*global) + "()";
    box->traced = traced;
    return Value{box};
  };
  if (global->package == "context" && (global->name == "Background" || global->name == "TODO"))
    return context(false);
  if (global->package == check::kTestPackage)
    return global->name == check::kTestTraced ? context(true) : MadeURL(e, n);
  std::vector<Value> values;
  for (const ExprPtr& arg : n.args) {
    values.push_back(Eval(*arg));
    if (values.back().IsAbsent()) return {Absent{}};
  }
  if (const auto known = CallStd(global->package, global->name, values)) return *known;
  return MakeUnknown(NameOf(*global) + Arguments(n.args));
}

Value Interpreter::MadeError(const rules::FuncCall& n) {
  const Value text = n.args.size() == 1 ? Eval(*n.args[0]) : Value{Absent{}};
  const auto* known = text.As<std::string>();
  auto box = std::make_shared<Box>();
  box->path = "errors.New(" + Show(text) + ")";
  if (known != nullptr) box->text = *known;
  return {box};
}

namespace {

struct URLParts {
  llvm::StringRef scheme, user, host, path, query, fragment;
};

/// As net/url parses what needs no escaping; nullopt: it would have to.
std::optional<URLParts> SplitURL(llvm::StringRef text) {
  const bool plain = llvm::all_of(text, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("-._~:/?#@!$&'()*+,;=%[]").contains(c);
  });
  if (!plain || text.startswith("//")) return std::nullopt;
  URLParts parts;
  std::tie(text, parts.fragment) = text.split('#');
  std::tie(text, parts.query) = text.split('?');
  if (text.contains('%') || parts.fragment.contains('%')) return std::nullopt;
  if (!text.startswith("/")) {
    const size_t scheme = text.find("://");
    parts.scheme = text.take_front(scheme);
    const bool named =
        scheme != llvm::StringRef::npos && scheme > 0 && llvm::isAlpha(text.front()) &&
        llvm::all_of(parts.scheme, [](char c) {
          return llvm::isDigit(c) || ('a' <= c && c <= 'z') || c == '+' || c == '-' || c == '.';
        });
    if (!named) return std::nullopt;
    const llvm::StringRef rest = text.drop_front(scheme + 3);
    const llvm::StringRef authority = rest.take_front(rest.find('/'));
    text = rest.drop_front(authority.size());
    const size_t at = authority.rfind('@');
    if (at != llvm::StringRef::npos) parts.user = authority.take_front(at);
    parts.host = at == llvm::StringRef::npos ? authority : authority.drop_front(at + 1);
  }
  parts.path = text;
  return parts;
}

}  // namespace

/// url("..."): what net/url makes of it, methods included.
Value Interpreter::MadeURL(const Expr& e, const rules::FuncCall& n) {
  const Value argument = Eval(*n.args.front());
  const auto* text = argument.As<std::string>();
  const auto parts = text == nullptr ? std::nullopt : SplitURL(*text);
  if (!parts.has_value()) return MakeUnknown(e.span.Text().str());
  auto made = std::make_shared<Struct>();
  made->type = go::Pointee(e.type);
  auto put = [](std::map<std::string, PlacePtr>& into, const char* name, llvm::StringRef value) {
    into[name] = std::make_shared<Place>(Place{MakeText(value.str())});
  };
  put(made->fields, "Scheme", parts->scheme);
  put(made->fields, "Host", parts->host);
  put(made->fields, "Path", parts->path);
  put(made->fields, "RawQuery", parts->query);
  put(made->fields, "Fragment", parts->fragment);
  if (!parts->user.empty()) made->fields["User"] = std::make_shared<Place>(Place{Value{Opaque{"its user"}}});
  llvm::StringRef name = parts->host;
  llvm::StringRef port;
  const size_t colon = name.rfind(':');
  if (colon != llvm::StringRef::npos && !name.drop_front(colon).contains(']')) {
    port = name.drop_front(colon + 1);
    name = name.take_front(colon);
  }
  if (name.consume_front("[")) name = name.take_front(name.find(']'));
  put(made->methods, "String()", *text);
  put(made->methods, "Hostname()", name);
  put(made->methods, "Port()", port);
  put(made->methods, "EscapedPath()", parts->path);
  auto to = std::make_shared<Place>(Place{Value{made}});
  return {Pointer{std::move(to)}};
}

Value Interpreter::MapEntry(const Map& map, const Value& key, const Expr& at) {
  const std::string shown = Show(key);
  auto found = map.entries.find(shown);
  if (found != map.entries.end()) return found->second->value;
  if (map.open) return MakeUnknown(map.path + "[" + shown + "]");
  return strict_ ? Zero(at.type) : Value{Absent{}};
}

Value Interpreter::Of(const Expr& e, const rules::Index& n) {
  const Value base = Eval(*n.base);
  const Value index = Eval(*n.index);
  if (base.IsAbsent() || index.IsAbsent()) return {Absent{}};
  if (base.IsUnknown() && !index.IsUnknown()) return Extended(base, "[" + Show(index) + "]");
  if (base.IsUnknown() || index.IsUnknown()) return Mix({&base, &index});
  if (const auto* map = base.As<std::shared_ptr<Map>>()) return MapEntry(**map, index, e);
  if (n.kind == rules::Index::Kind::kMap) return strict_ ? Zero(e.type) : Value{Absent{}};
  const auto* at = index.As<Integer>();
  const int64_t position =
      at == nullptr || at->value < 0 || at->value > INT32_MAX ? -1 : static_cast<int64_t>(at->value);
  const std::string what = "index " + Show(index) + " is out of range";
  if (const auto* text = base.As<std::string>()) {
    if (position < 0 || position >= static_cast<int64_t>(text->size())) return Missing(e, what);
    return MakeInt(static_cast<unsigned char>((*text)[static_cast<size_t>(position)]));
  }
  const Value* list = &base;
  if (const auto* pointer = base.As<Pointer>()) list = &pointer->to->value;
  const auto* elements = list->As<std::shared_ptr<List>>();
  if (elements == nullptr || position < 0) return Missing(e, what);
  auto found = (*elements)->elements.find(position);
  if (found != (*elements)->elements.end()) return found->second->value;
  if ((*elements)->open) return MakeUnknown((*elements)->path + "[" + Show(index) + "]");
  return Missing(e, what);
}

Value Interpreter::Of(const Expr& e, const rules::SliceOf& n) {
  const Value base = Eval(*n.base);
  const Value low = n.low == nullptr ? MakeInt(0) : Eval(*n.low);
  const Value high = n.high == nullptr ? Value{Nil{}} : Eval(*n.high);
  if (base.IsAbsent() || low.IsAbsent() || high.IsAbsent()) return {Absent{}};
  if (base.IsUnknown() || low.IsUnknown() || high.IsUnknown()) return Mix({&base, &low, &high});
  const auto* text = base.As<std::string>();
  const auto* list = base.As<std::shared_ptr<List>>();
  if (list != nullptr && (*list)->open) return MakeUnknown((*list)->path + "[" + Show(low) + ":]");
  const __int128 length = text != nullptr   ? static_cast<__int128>(text->size())
                          : list != nullptr ? (*list)->length
                                            : 0;
  const __int128 from = low.As<Integer>()->value;
  const __int128 to = high.IsNil() ? length : high.As<Integer>()->value;
  if (from < 0 || from > to || to > length) return Missing(e, "slice bounds are out of range");
  if (text != nullptr)
    return MakeText(text->substr(static_cast<size_t>(from), static_cast<size_t>(to - from)));
  if (list == nullptr) return {Nil{}};
  auto part = std::make_shared<List>();
  part->length = static_cast<int64_t>(to - from);
  for (const auto& [index, place] : (*list)->elements)
    if (index >= from && index < to) part->elements[index - static_cast<int64_t>(from)] = place;
  return {part};
}

/// x.(T), total: T's value or absent.
Value Interpreter::AssertTo(const Expr& at, const Value& base, const go::Type* wanted) {
  const std::string shown = go::TypeString(wanted, &package_);
  if (base.IsAbsent()) return base;
  if (base.IsUnknown()) return Extended(base, ".(" + shown + ")");
  const auto* held = base.As<std::shared_ptr<Box>>();
  if (held == nullptr) return Missing(at, "the value is nil, not a " + shown);
  const Box& box = **held;
  if (box.dynamic == nullptr) {
    const bool made_here = box.text.has_value() || box.span >= 0;
    return made_here ? Missing(at, "the value is no " + shown) : MakeUnknown(box.path + ".(" + shown + ")");
  }
  const rules::Object* object = ObjectBehind(box);
  const bool kept = object != nullptr && llvm::any_of(object->keeps, [&](const go::Type* keep) {
                      return go::Identical(keep, wanted);
                    });
  if (kept) {
    const auto* wrapped = go::TypeAs<go::Named>(object->interface);
    const Value original = FieldOf(box.inner->value, wrapped->object()->name(), object->interface, at);
    const Value has = AssertTo(at, original, wanted);
    return has.IsUnknown() || has.IsAbsent() ? has : base;
  }
  if (go::IsInterface(wanted))
    return go::AssignableTo(box.dynamic, wanted) ? base : Missing(at, "the value is no " + shown);
  if (go::Identical(box.dynamic, wanted)) return box.inner->value;
  return Missing(at, "the value is a " + go::TypeString(box.dynamic, &package_) + ", no " + shown);
}

Value Interpreter::Of(const Expr& e, const rules::Assert& n) {
  return AssertTo(e, Eval(*n.base), e.type);
}

/// A test is one call.
Value Interpreter::Of(const Expr& e, const rules::FirstTime& n) {
  Value base = Eval(*n.base);
  if (base.IsUnknown()) return Mix({&base});
  return base.IsNil() ? Missing(e, "`" + n.base->span.Text().str() + "` is nil") : Value{!base.IsAbsent()};
}

Value Interpreter::Of(const Expr& e, const rules::Is& n) {
  Value base = Eval(*n.base);
  if (base.IsAbsent()) return base;
  const bool outer = std::exchange(strict_, false);
  Value held = AssertTo(e, base, n.wanted);
  strict_ = outer;
  const bool whole = go::IsInterface(n.wanted) || base.IsUnknown();
  const auto* box = base.As<std::shared_ptr<Box>>();
  const bool undecided = held.IsUnknown() && (whole || box == nullptr || (*box)->dynamic == nullptr);
  return undecided ? held : Value{!held.IsAbsent()};
}

Value Interpreter::Of(const Expr& e, const rules::Convert& n) {
  Value base = Eval(*n.base);
  if (base.IsAbsent() || go::IsTypeParam(n.base->type)) return base;  // it was made into what the rule sees
  if (go::IsInterface(e.type)) return InInterface(base, n.base->type, e.type);
  if (base.IsUnknown()) return base;
  const go::BasicType* to = BasicOf(e.type);
  if (to != nullptr && to->IsInteger()) {
    if (const auto* integer = base.As<Integer>()) return Wrapped(integer->value, e.type);
    if (const auto* real = base.As<double>()) return Wrapped(static_cast<__int128>(*real), e.type);
  }
  if (to != nullptr && to->IsFloat())
    if (const auto* integer = base.As<Integer>()) return {static_cast<double>(integer->value)};
  if (to != nullptr && to->IsString() && base.As<Integer>() != nullptr)
    return MakeUnknown(e.span.Text().str());
  if (to != nullptr && to->IsString() && base.As<Nil>() != nullptr) return MakeText("");
  return base;
}

}  // namespace instc::ruletest
