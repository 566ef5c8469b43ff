// What a rule does as the interpreter sees it: enter, exits, measurements, and which statements run.
//
// The statements themselves: interpret_assignments.cpp, interpret_spans.cpp, interpret_carriers.cpp and
// interpret_foreign.cpp; closures and objects: bodies.cpp.
#include "compiler/ruletest/interpreter.h"

#include "compiler/ruletest/evaluate.h"
#include "dsl/base/overload.h"

namespace instc::ruletest {

using rules::ExprPtr;

void Interpreter::Enter() {
  Run(hook_.body);
}

void Interpreter::Leave(std::optional<Value> panic) {
  panic_ = std::move(panic);
  at_exit_ = true;
  for (const auto& binding : hook_.bindings) {
    if (binding->kind != rules::Binding::Kind::kResult) continue;
    Value& value = PlaceOf(*binding)->value;
    const auto* unknown = value.As<Unknown>();
    const auto* strukt = value.As<std::shared_ptr<Struct>>();
    const auto* list = value.As<std::shared_ptr<List>>();
    const bool untouched = (unknown != nullptr && unknown->path == binding->name) ||
                           (strukt != nullptr && (*strukt)->open && (*strukt)->fields.empty()) ||
                           (list != nullptr && (*list)->open && (*list)->elements.empty());
    if (untouched && !go::IsTypeParam(binding->type)) value = Zero(binding->type);
  }
  if (!skipped_ && !stop_.has_value()) RunExits(hook_.body);
  if (!skipped_ && !stop_.has_value()) RunMeasurements(hook_.body);
  for (SpanRecord& span : records_->spans) {
    if (span.bodies.count(body_) == 0) continue;
    if (span.exceptions.empty() || span.attributes.count("error.type") > 0) continue;
    span.attributes["error.type"] = ErrorType(span.exceptions.back());
  }
}

void Interpreter::Run(const rules::StmtList& body) {
  for (const auto& stmt : body) {
    if (skipped_ || (bypassed_ && !at_exit_) || stop_.has_value()) return;
    std::visit([&](const auto& node) { Of(*stmt, node); }, stmt->node);
  }
}

void Interpreter::RunExits(const rules::StmtList& body) {
  for (const auto& stmt : body) {
    if (stop_.has_value()) return;
    if (const auto* branches = std::get_if<rules::If>(&stmt->node))
      RunBranch(*branches, &Interpreter::RunExits);
    if (const auto* loop = std::get_if<rules::For>(&stmt->node)) AgainForEach(*loop, &Interpreter::RunExits);
    const auto* exit = std::get_if<rules::Exit>(&stmt->node);
    if (exit == nullptr || (exit->only_on_panic && !panic_.has_value())) continue;
    if (Decide(exit->guard, stmt->span)) Run(exit->body);
  }
}

/// Measurements that stand outside of `exit` are made behind all exit blocks.
void Interpreter::RunMeasurements(const rules::StmtList& body) {
  for (const auto& stmt : body) {
    if (stop_.has_value()) return;
    if (const auto* metric = std::get_if<rules::MetricStmt>(&stmt->node)) Of(*stmt, *metric);
    if (const auto* branches = std::get_if<rules::If>(&stmt->node))
      RunBranch(*branches, &Interpreter::RunMeasurements);
    if (const auto* loop = std::get_if<rules::For>(&stmt->node))
      AgainForEach(*loop, &Interpreter::RunMeasurements);
  }
}

void Interpreter::RunBranch(const rules::If& n, void (Interpreter::*run)(const rules::StmtList&)) {
  const bool taken = Decide(n.condition, n.condition->span);
  if (!stop_.has_value()) (this->*run)(taken ? n.then : n.otherwise);
}

// --------------------------------------------------------------------------------------------
// control flow

Value Interpreter::Guard(const ExprPtr& guard) {
  if (guard == nullptr) return {true};
  Value value = Eval(*guard);
  return value.IsAbsent() ? Value{false} : value;
}

void Interpreter::StopUnbound(Span at, const Value& unknown) {
  if (!stop_.has_value()) stop_ = Stop{Stop::Why::kUnbound, at, unknown.As<Unknown>()->leaves, ""};
}

bool Interpreter::Decide(const ExprPtr& guard, Span at) {
  const Value holds = Guard(guard);
  if (holds.IsUnknown()) StopUnbound(guard == nullptr ? at : guard->span, holds);
  const auto* known = holds.As<bool>();
  return known != nullptr && *known && !stop_.has_value();
}

void Interpreter::Of(const rules::Stmt& stmt, const rules::SkipWhen& n) {
  if (Decide(n.condition, stmt.span)) skipped_ = true;
}

void Interpreter::Of(const rules::Stmt&, const rules::Bypass& n) {
  std::vector<Value> values;
  for (const ExprPtr& value : n.values) values.push_back(Strict(*value));
  if (stop_.has_value()) return;
  bypassed_ = true;
  for (const auto& binding : hook_.bindings) {
    if (binding->kind != rules::Binding::Kind::kResult) continue;
    const auto index = llvm::find(hook_.results, binding->name) - hook_.results.begin();
    Assign(*PlaceOf(*binding), values[index], n.values[index]->type, binding->type);
  }
}

void Interpreter::Of(const rules::Stmt& stmt, const rules::If& n) {
  const bool taken = Decide(n.condition, stmt.span);
  if (!stop_.has_value()) Run(taken ? n.then : n.otherwise);
}

/// What a round at enter has named and started is there again in its round at exit.
void Interpreter::Of(const rules::Stmt&, const rules::For& n) {
  const Value range = Eval(*n.range);
  const auto elements = ElementsOf(range);
  if (range.IsUnknown()) return StopUnbound(n.range->span, range);
  if (!elements.has_value()) return StopUnbound(n.range->span, MakeUnknown(Show(range)));
  for (const auto& [key, value] : *elements) {
    Round round;
    for (const auto& binding : hook_.bindings)
      if (binding->loop == n.index)
        round.names[binding.get()] = names_[binding.get()] = std::make_shared<Place>();
    if (n.key != nullptr) PlaceOf(*n.key)->value = key;
    if (n.value != nullptr) PlaceOf(*n.value)->value = Copy(value);
    Run(n.body);
    if (skipped_ || stop_.has_value()) return;
    round.started = started_;
    if (!at_exit_) rounds_[n.index].push_back(std::move(round));
  }
}

void Interpreter::AgainForEach(const rules::For& n, void (Interpreter::*run)(const rules::StmtList&)) {
  for (const Round& round : rounds_[n.index]) {
    for (const auto& [binding, place] : round.names) names_[binding] = place;
    started_ = round.started;
    (this->*run)(n.body);
    if (stop_.has_value()) return;
  }
}

/// Nobody knows what it does without the Go compiler.
void Interpreter::Of(const rules::Stmt& stmt, const rules::RawGo&) {
  if (!stop_.has_value()) stop_ = Stop{Stop::Why::kRawGo, stmt.span, {}, ""};
}

void Interpreter::Of(const rules::Stmt&, const rules::Exit&) {}  // runs when the function is left: RunExits

}  // namespace instc::ruletest
