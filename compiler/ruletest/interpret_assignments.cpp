// Statements that give places values: `let`, `set`, `append`, `prepend`, and `call`.
#include "compiler/ruletest/interpreter.h"

#include "compiler/go/types/universe.h"
#include "compiler/ruletest/evaluate.h"

namespace instc::ruletest {

using rules::ExprPtr;

void Interpreter::Of(const rules::Stmt&, const rules::Needs& n) {
  for (const rules::Binding* argument : n.bindings) evaluated_.erase(PlaceOf(*argument));
}

void Interpreter::Of(const rules::Stmt&, const rules::Let& n) {
  const Value value = Eval(*n.value);
  const auto* tuple = value.As<Tuple>();
  const bool of_runtime = std::holds_alternative<rules::ExternCall>(n.value->node);
  for (size_t i = 0; i < n.bindings.size(); ++i) {
    if (n.bindings[i] == nullptr) continue;
    const bool part = tuple != nullptr && i < tuple->values.size();
    const bool absent = part && of_runtime && IsZero(tuple->values[i]).value_or(false);
    PlaceOf(*n.bindings[i])->value = absent ? Value{Absent{}} : Copy(part ? tuple->values[i] : value);
  }
}

Value Interpreter::Strict(const rules::Expr& expr) {
  const bool outer = std::exchange(strict_, true);
  Value value = Eval(expr);
  strict_ = outer;
  return value;
}

/// The place left of `set`. A base that may be nil for all the test says decides between a write and a panic.
PlacePtr Interpreter::Target(const rules::Expr& expr) {
  const rules::Expr* base = nullptr;
  if (const auto* field = std::get_if<rules::FieldSelect>(&expr.node)) base = field->base.get();
  if (const auto* field = std::get_if<rules::HiddenField>(&expr.node)) base = field->base.get();
  if (const auto* index = std::get_if<rules::Index>(&expr.node)) base = index->base.get();
  if (const auto* unary = std::get_if<rules::Unary>(&expr.node)) base = unary->x.get();
  if (base != nullptr) {
    const Value holder = Strict(*base);
    if (holder.IsUnknown()) StopUnbound(base->span, holder);
    if (holder.IsNil() && !stop_.has_value())
      stop_ = Stop{Stop::Why::kPanic, expr.span, {}, "`" + base->span.Text().str() + "` is nil"};
    if (stop_.has_value()) return nullptr;
  }
  std::string why;
  PlacePtr place = Bind(expr, why);
  if (place == nullptr && !stop_.has_value()) stop_ = Stop{Stop::Why::kPanic, expr.span, {}, why};
  return place;
}

void Interpreter::Of(const rules::Stmt&, const rules::Set& n) {
  std::vector<Value> values;
  std::vector<const go::Type*> types;
  for (const ExprPtr& expr : n.values) {
    const Value value = Strict(*expr);
    const auto* tuple = go::TypeAs<go::TupleType>(expr->type);
    const auto* parts = value.As<Tuple>();
    for (size_t i = 0; tuple != nullptr && i < tuple->vars.size(); ++i) {
      values.push_back(parts != nullptr && i < parts->values.size() ? parts->values[i] : value);
      types.push_back(tuple->vars[i]->type());
    }
    if (tuple != nullptr) continue;
    values.push_back(value);
    types.push_back(expr->type);
  }
  std::vector<PlacePtr> places;
  for (const ExprPtr& target : n.targets) {
    if (stop_.has_value()) return;
    places.push_back(Target(*target));
  }
  for (size_t i = 0; i < places.size() && i < values.size() && !stop_.has_value(); ++i)
    Assign(*places[i], values[i], types[i], n.targets[i]->type);
}

/// Into a new slice: the caller's own is never written to.
void Interpreter::Of(const rules::Stmt&, const rules::Extend& n) {
  const auto* slice = go::UnderlyingAs<go::SliceType>(n.target->type);
  auto added = std::make_shared<List>();
  for (const ExprPtr& expr : n.values) {
    const Value value = InInterface(Copy(Strict(*expr)), expr->type, slice->element);
    added->elements[added->length++] = std::make_shared<Place>(Place{value});
  }
  const Value before = stop_.has_value() ? Value{Nil{}} : Strict(*n.target);
  const PlacePtr place = stop_.has_value() ? nullptr : Target(*n.target);
  if (place == nullptr) return;
  const auto* list = before.As<std::shared_ptr<List>>();
  if (before.IsUnknown() || (list != nullptr && (*list)->open)) {
    place->value = before.IsUnknown() ? Mix({&before}) : MakeUnknown((*list)->path);
    return;
  }
  auto whole = std::make_shared<List>();
  const auto extend = [&](const List& part) {
    for (const auto& [index, element] : part.elements) whole->elements[whole->length + index] = element;
    whole->length += part.length;
  };
  if (n.prepend) extend(*added);
  if (list != nullptr) extend(**list);
  if (!n.prepend) extend(*added);
  place->value = {whole};
}

std::optional<std::string> Interpreter::CallText(const rules::Expr& expr) {
  if (const auto* call = std::get_if<rules::MethodCall>(&expr.node))
    return Show(Follow(*call->base, call->selection, expr)) + "." + call->selection.object->name().str() +
           Arguments(call->args);
  if (const auto* call = std::get_if<rules::FuncCall>(&expr.node))
    return Show(Eval(*call->callee)) + Arguments(call->args);
  if (const auto* call = std::get_if<rules::ExternCall>(&expr.node))
    return call->func->name + Arguments(call->args);
  return std::nullopt;
}

/// The library's code does not run; that it was called is what a test can ask.
void Interpreter::Of(const rules::Stmt&, const rules::CallStmt& n) {
  Strict(*n.call);
  if (stop_.has_value()) return;
  std::vector<Value> args;
  if (const auto* call = std::get_if<rules::MethodCall>(&n.call->node)) args = EvalAll(call->args);
  records_->calls.push_back({CallText(*n.call).value_or(""), n.call.get(), std::move(args), body_});
}

}  // namespace instc::ruletest
