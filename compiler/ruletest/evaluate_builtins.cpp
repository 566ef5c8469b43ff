// What the language adds to Go's expressions.
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

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
  const Value error = Eval(*n.error);
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
  const Value base = Eval(*n.base);
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
  const Value base = Eval(*n.base);
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
