// Walks over checked expressions.
#include "compiler/check/marks.h"

#include "dsl/base/overload.h"

namespace instc::check {

namespace {

using rules::ExprPtr;

void Append(std::vector<ExprPtr>& parts, const std::vector<ExprPtr>& more) {
  parts.insert(parts.end(), more.begin(), more.end());
}

}  // namespace

std::vector<ExprPtr> PartsIn(const rules::Expr& expr) {
  using List = std::vector<ExprPtr>;
  List parts = std::visit(Overload{
                              [](const rules::Literal&) { return List{}; },
                              [](const rules::Use&) { return List{}; },
                              [](const rules::Global&) { return List{}; },
                              [](const rules::FieldSelect& e) { return List{e.base}; },
                              [](const rules::HiddenField& e) { return List{e.base}; },
                              [](const rules::MethodCall& e) {
                                List all{e.base};
                                Append(all, e.args);
                                return all;
                              },
                              [](const rules::FuncCall& e) {
                                List all{e.callee};
                                Append(all, e.args);
                                return all;
                              },
                              [](const rules::Index& e) {
                                return List{e.base, e.index};
                              },
                              [](const rules::SliceOf& e) {
                                return List{e.base, e.low, e.high};
                              },
                              [](const rules::Assert& e) { return List{e.base}; },
                              [](const rules::NewObject& e) {
                                List all;
                                for (const auto& field : e.fields) all.push_back(field.second);
                                return all;
                              },
                              [](const rules::ObjectIn& e) { return List{e.base}; },
                              [](const rules::FirstTime& e) { return List{e.base}; },
                              [](const rules::Is& e) { return List{e.base}; },
                              [](const rules::Convert& e) { return List{e.base}; },
                              [](const rules::Unary& e) { return List{e.x}; },
                              [](const rules::Binary& e) {
                                return List{e.x, e.y};
                              },
                              [](const rules::Composite& e) {
                                List all;
                                for (const auto& [key, value] : e.elements) Append(all, {key, value});
                                return all;
                              },
                              [](const rules::Or& e) { return e.args; },
                              [](const rules::Cond& e) {
                                return List{e.condition, e.then, e.otherwise};
                              },
                              [](const rules::Except& e) {
                                List all{e.error};
                                Append(all, e.sentinels);
                                return all;
                              },
                              [](const rules::Clone& e) { return List{e.base}; },
                              [](const rules::Words& e) { return e.args; },
                              [](const rules::Exists& e) {
                                return List{e.range, e.condition};
                              },
                              [](const rules::Join& e) {
                                return List{e.range, e.value, e.separator};
                              },
                              [](const rules::Apply& e) { return List{e.options}; },
                              [](const rules::Need& e) { return List{e.value}; },
                              [](const rules::Len& e) { return List{e.base}; },
                              [](const rules::ExternCall& e) { return e.args; },
                              [](const rules::OptionValue&) { return List{}; },
                              [](const rules::Panicked&) { return List{}; },
                              [](const rules::PanicValue&) { return List{}; },
                              [](const rules::Entered&) { return List{}; },
                              [](const rules::Ambient&) { return List{}; },
                              [](const rules::Absent&) { return List{}; },
                          },
                          expr.node);
  std::erase(parts, nullptr);
  return parts;
}

void MarkUsedInExit(const rules::Expr& expr) {
  if (const auto* use = std::get_if<rules::Use>(&expr.node)) {
    if (use->binding->kind == rules::Binding::Kind::kLet && !use->binding->at_exit)
      use->binding->used_in_exit = true;
  }
  for (const ExprPtr& part : PartsIn(expr)) MarkUsedInExit(*part);
}

void ForEachPart(const rules::Expr& expr, llvm::function_ref<void(const rules::Expr&)> visit) {
  for (const ExprPtr& part : PartsIn(expr)) visit(*part);
}

bool ReadsOption(const rules::Expr& expr) {
  if (std::holds_alternative<rules::OptionValue>(expr.node)) return true;
  for (const ExprPtr& part : PartsIn(expr))
    if (ReadsOption(*part)) return true;
  return false;
}

bool Costs(const rules::Expr& expr) {
  using namespace rules;  // NOLINT: one alternative of Expr a line below
  const bool read =
      std::holds_alternative<Literal>(expr.node) || std::holds_alternative<Use>(expr.node) ||
      std::holds_alternative<Global>(expr.node) || std::holds_alternative<FieldSelect>(expr.node) ||
      std::holds_alternative<HiddenField>(expr.node) || std::holds_alternative<Index>(expr.node) ||
      std::holds_alternative<SliceOf>(expr.node) || std::holds_alternative<Assert>(expr.node) ||
      std::holds_alternative<Is>(expr.node) || std::holds_alternative<Unary>(expr.node) ||
      std::holds_alternative<Len>(expr.node) || std::holds_alternative<Panicked>(expr.node) ||
      std::holds_alternative<PanicValue>(expr.node) || std::holds_alternative<Entered>(expr.node) ||
      std::holds_alternative<OptionValue>(expr.node) || std::holds_alternative<rules::Absent>(expr.node);
  const auto* binary = std::get_if<Binary>(&expr.node);
  const auto* type = go::UnderlyingAs<go::BasicType>(expr.type);
  const bool arithmetic = binary != nullptr && type != nullptr && !type->IsString();
  if (std::holds_alternative<Need>(expr.node)) return false;
  if (!read && !arithmetic) return true;
  for (const ExprPtr& part : PartsIn(expr))
    if (Costs(*part)) return true;
  return false;
}

}  // namespace instc::check
