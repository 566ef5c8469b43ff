// Dispatch, control flow, assignments and calls.
#include "compiler/lower/statements.h"

#include "compiler/lower/absence.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

using rules::Binding;
using rules::Expr;
using rules::ExprPtr;

namespace {

/// The span that a statement of a burst writes to; nullopt for every other statement.
std::optional<unsigned> BurstSpan(const rules::Stmt& stmt) {
  if (const auto* attr = std::get_if<rules::Attr>(&stmt.node)) return attr->span;
  if (const auto* rename = std::get_if<rules::Rename>(&stmt.node)) return rename->span;
  if (const auto* status = std::get_if<rules::StatusStmt>(&stmt.node)) return status->span;
  if (const auto* event = std::get_if<rules::EventStmt>(&stmt.node)) return event->span;
  if (const auto* metric = std::get_if<rules::MetricStmt>(&stmt.node)) return metric->span;
  return std::nullopt;
}

bool GoesThroughPointer(const go::Selection& selection) {
  for (const go::SelectionStep& step : selection.path) {
    if (step.through_pointer) return true;
  }
  return selection.through_pointer;
}

/// What `expr` is a part of, in the same variable; null when a pointer, slice or map lies between, or nothing
/// does.
const Expr* Whole(const Expr& expr) {
  if (const auto* field = std::get_if<rules::FieldSelect>(&expr.node)) {
    return GoesThroughPointer(field->selection) ? nullptr : field->base.get();
  }
  if (const auto* field = std::get_if<rules::HiddenField>(&expr.node)) {
    return field->through_pointer ? nullptr : field->base.get();
  }
  const auto* index = std::get_if<rules::Index>(&expr.node);
  bool in_array = index != nullptr && go::UnderlyingAs<go::ArrayType>(index->base->type) != nullptr;
  return in_array ? index->base.get() : nullptr;
}

}  // namespace

const Binding* WrittenBinding(const Expr& target) {
  const Expr* root = &target;
  while (const Expr* whole = Whole(*root)) root = whole;
  const auto* use = std::get_if<rules::Use>(&root->node);
  bool belongs_to_site = use != nullptr && (use->binding->kind == Binding::Kind::kReceiver ||
                                            use->binding->kind == Binding::Kind::kParam ||
                                            use->binding->kind == Binding::Kind::kResult);
  return belongs_to_site ? use->binding : nullptr;
}

void Statements::Write(const rules::StmtList& body) {
  WriteOpen(body);
  Flush();
}

/// Write, but the last burst stays open for what follows.
void Statements::WriteOpen(const rules::StmtList& body) {
  for (const auto& stmt : body) {
    if (!burst_ || BurstSpan(*stmt) != burst_span_) Flush();
    std::visit([this](const auto& node) { Of(node); }, stmt->node);
  }
}

/// The burst that collects what neighbouring statements write to this span: one lock for all of them.
Burst& Statements::BurstOf(unsigned span) {
  const bool foreign = scope_.hook().span_roles[span] == rules::SpanRole::kEnriched;
  if (!burst_)
    burst_.emplace(scope_.Node(span), foreign ? Burst::Policy::kReplace : Burst::Policy::kAppend, scope_);
  burst_span_ = span;
  return *burst_;
}

void Statements::Flush(Burst::Last last) {
  if (burst_) burst_->WriteTo(out_, last);
  burst_.reset();
}

void Statements::Of(const rules::Attr& n) {
  BurstOf(n.span).Add(n.set);
}
void Statements::Of(const rules::Rename& n) {
  BurstOf(n.span).Add(n);
}
void Statements::Of(const rules::StatusStmt& n) {
  BurstOf(n.span).Add(n);
}

void Statements::Of(const rules::EventStmt& n) {
  BurstOf(n.span).Add(n);
}

void Statements::WriteAtExit(const rules::StmtList& body, std::optional<unsigned> last_span) {
  WriteExitBlocks(body);
  Measurements(body);
  Flush(burst_ && last_span == burst_span_ ? Burst::Last::kEnd : Burst::Last::kClose);
  EndSpansAt(body);
}

void Statements::WriteExits(const rules::StmtList& body) {
  WriteExitBlocks(body);
  Flush();
}

/// The last burst stays open.
void Statements::WriteExitBlocks(const rules::StmtList& body) {
  for (const auto& stmt : body) {
    if (const auto* exit = std::get_if<rules::Exit>(&stmt->node)) WriteExit(*exit);
    if (const auto* branches = std::get_if<rules::If>(&stmt->node))
      WriteBranches(*branches, &Statements::WriteExits);
    if (const auto* loop = std::get_if<rules::For>(&stmt->node)) WriteRounds(*loop, &Statements::WriteExits);
  }
}

void Statements::WriteLast(const rules::StmtList& body) {
  Measurements(body);
  Flush();
  EndSpansAt(body);
}

/// The last burst stays open.
void Statements::Measurements(const rules::StmtList& body) {
  for (const auto& stmt : body) {
    const auto* metric = std::get_if<rules::MetricStmt>(&stmt->node);
    if (metric != nullptr && (!burst_ || metric->span != burst_span_)) Flush();
    if (metric != nullptr) Measure(*metric);
    if (const auto* branches = std::get_if<rules::If>(&stmt->node))
      WriteBranches(*branches, &Statements::WriteLast);
    if (const auto* loop = std::get_if<rules::For>(&stmt->node)) WriteRounds(*loop, &Statements::WriteLast);
  }
}

void Statements::EndSpansAt(const rules::StmtList& body) {
  for (const auto& stmt : body) {
    if (const auto* span = std::get_if<rules::SpanStmt>(&stmt->node)) EndAt(*span);
  }
}

/// At exit, what belongs to the branch that was taken at enter.
void Statements::WriteBranches(const rules::If& n, void (Statements::*write)(const rules::StmtList&)) {
  Flush();
  GoWriter then, otherwise;
  (Statements(scope_, then).*write)(n.then);
  (Statements(scope_, otherwise).*write)(n.otherwise);
  if (then.empty() && otherwise.empty()) return;
  GoExpr condition = Total().Condition(*n.condition);
  WriteIf(condition, std::move(then), std::move(otherwise));
}

/// Not both parts are empty.
void Statements::WriteIf(const GoExpr& condition, GoWriter then, GoWriter otherwise) {
  Blocks blocks(out_);
  bool only_else = then.empty(), both = !then.empty() && !otherwise.empty();
  out_.Open("if " + (only_else ? "!" + At(condition, kUnary) : condition.text));
  out_.Append(std::move(only_else ? otherwise : then));
  if (!both) return;
  out_.Else();
  out_.Append(std::move(otherwise));
}

void Statements::Of(const rules::If& n) {
  if (Impossible(n.condition)) return Write(n.otherwise);
  GoExpr condition = Total().Condition(*n.condition);
  GoWriter then, otherwise;
  for (auto [part, body] : {std::pair{&then, &n.then}, std::pair{&otherwise, &n.otherwise}}) {
    Statements branch(scope_, *part);
    branch.spans_begun_ = spans_begun_;
    branch.Write(*body);
    spans_begun_ = std::max(spans_begun_, branch.spans_begun_);
  }
  if (!then.empty() || !otherwise.empty()) WriteIf(condition, std::move(then), std::move(otherwise));
}

/// At exit, a round for each that there was at enter.
void Statements::WriteRounds(const rules::For& n, void (Statements::*write)(const rules::StmtList&)) {
  if (!scope_.hook().loops[n.index]) return;
  Flush();
  GoWriter part;
  (Statements(scope_, part).*write)(n.body);
  if (part.empty()) return;
  std::string holder = HookScope::Holder(n.index), rounds = "instcS.rounds" + std::to_string(n.index);
  out_.Open("for instcK := range " + rounds);
  out_.Line(holder + " := &" + rounds + "[instcK]");
  out_.Line("_ = " + holder);
  out_.Append(std::move(part));
  out_.Close();
}

void Statements::Of(const rules::For& n) {
  if (!Possible(n.range)) return;
  bool keeps = scope_.hook().loops[n.index];
  std::string number = std::to_string(n.index), rounds = "instcS.rounds" + number;
  std::string round = "instcRound" + number + "_" + scope_.hook().symbol;
  auto variable = [&](const Binding* binding, const char* name) {
    return binding == nullptr || scope_.IsDropped(*binding) ? "_" : name + number;
  };
  std::string key = variable(n.key, "instcK"), value = variable(n.value, "instcV");
  GoWriter body;
  Statements inner(scope_, body);
  inner.BindRound(n.key, key);
  inner.BindRound(n.value, value);
  inner.EndRound(n.body, /*begin=*/true);
  inner.Write(n.body);
  for (const auto& stmt : n.body) {
    const auto* span = std::get_if<rules::SpanStmt>(&stmt->node);
    if (span != nullptr && span->at_exit) inner.EndAt(*span);
  }
  inner.EndRound(n.body, /*begin=*/false);
  if (body.empty()) return;
  Blocks blocks(out_);
  GoExpr range = Total().Stable(Total().Value(*n.range), n.range->type);
  if (keeps) out_.Line(rounds + " = make([]" + round + ", 0, len(" + range.text + "))");
  std::string names = value != "_" ? key + ", " + value + " := " : key != "_" ? key + " := " : "";
  out_.Open("for " + names + "range " + range.text);
  if (keeps) {
    out_.Line(rounds + " = append(" + rounds + ", " + round + "{})");
    out_.Line(HookScope::Holder(n.index) + " := &" + rounds + "[len(" + rounds + ")-1]");
    out_.Line("_ = " + HookScope::Holder(n.index));
  }
  out_.Append(std::move(body));
}

void Statements::BindRound(const Binding* binding, const std::string& variable) {
  if (binding == nullptr || variable == "_") return;
  out_.Line(scope_.Target(*binding) + (scope_.LivesInState(*binding) ? " = " : " := ") + variable);
}

/// Spans that are made at exit end with their round, not with the call.
void Statements::EndRound(const rules::StmtList& body, bool begin) {
  for (const auto& stmt : body) {
    if (const auto* span = std::get_if<rules::SpanStmt>(&stmt->node)) {
      if (!span->at_exit || span->detached) continue;
      std::string node = scope_.Node(span->index);
      out_.Line(begin ? node + " = nil" : "instcAPI.end(" + node + ")");
    } else if (const auto* branches = std::get_if<rules::If>(&stmt->node)) {
      EndRound(branches->then, begin);
      EndRound(branches->otherwise, begin);
    }
  }
}

/// At enter it is left for WriteLast.
void Statements::Of(const rules::MetricStmt& n) {
  if (scope_.phase() == Phase::kExit || n.here) Measure(n);
}

void Statements::Measure(const rules::MetricStmt& n) {
  if (n.span.has_value()) {
    BurstOf(*n.span).Add(n);
    return;
  }
  Flush();
  Burst sample("", Burst::Policy::kSample, scope_);
  sample.Add(n);
  sample.WriteTo(out_);
}

void Statements::Of(const rules::Exit&) {}  // belongs to the exit function: WriteExits

void Statements::WriteExit(const rules::Exit& n) {
  if (Impossible(n.guard)) return;
  if (n.guard == nullptr && !n.only_on_panic) {
    WriteOpen(n.body);
    EndSpansAt(n.body);
    return;
  }
  if (JoinsBurst(n)) {
    burst_->Under(n.guard, [&] { WriteOpen(n.body); });
    return;
  }
  Flush();
  GoWriter part;
  Statements inner(scope_, part);
  inner.Write(n.body);
  inner.EndSpansAt(n.body);
  if (part.empty()) return;
  Blocks blocks(out_);
  if (n.only_on_panic) {
    scope_.UsePanics();
    out_.If(GoExpr{.text = kPanicked, .stable = true});
  }
  OpenGuard(n.guard);
  out_.Append(std::move(part));
}

/// Whether what a guarded block writes goes into the burst that is open, so that one lock does for both.
bool Statements::JoinsBurst(const rules::Exit& n) const {
  return burst_.has_value() && !n.only_on_panic && n.guard != nullptr &&
         std::all_of(n.body.begin(), n.body.end(),
                     [&](const auto& stmt) { return BurstSpan(*stmt) == burst_span_; });
}

bool Statements::Possible(const ExprPtr& expr) const {
  return expr != nullptr && !IsAbsent(*expr, scope_);
}
bool Statements::Impossible(const ExprPtr& guard) const {
  return guard != nullptr && IsAbsent(*guard, scope_);
}

void Statements::OpenGuard(const ExprPtr& guard) {
  if (guard != nullptr) out_.If(Total().Value(*guard));
}

void Statements::Of(const rules::SkipWhen& n) {
  if (!Possible(n.condition)) return;
  Blocks blocks(out_);
  OpenGuard(n.condition);
  LeaveEarly();
}

/// Nothing more at enter and no exit block; what was done so far stays: assigned parameters, open spans.
void Statements::LeaveEarly() {
  if (scope_.phase() == Phase::kEnter && (scope_.WroteAtEnter() || spans_begun_ > 0)) {
    scope_.UseOff();
    out_.Line("instcS.on, instcS.off = true, true");
  }
  out_.Line("return");
}

/// The site returns what the state holds once the exit function is deferred.
void Statements::Of(const rules::Bypass& n) {
  std::vector<std::string> values, targets;
  for (const ExprPtr& value : n.values) {
    targets.push_back("instcS.bypass" + std::to_string(values.size()));
    values.push_back(Strict().Value(*value).text);
  }
  if (!values.empty()) out_.Line(llvm::join(targets, ", ") + " = " + llvm::join(values, ", "));
  out_.Line("instcS.on, instcS.bypassed = true, true");
  out_.Line("return");
}

void Statements::Of(const rules::Set& n) {
  std::vector<std::string> values, targets;
  for (const ExprPtr& value : n.values) values.push_back(Strict().Value(*value).text);
  for (const ExprPtr& target : n.targets) targets.push_back(Target(*target));
  out_.Line(llvm::join(targets, ", ") + " = " + llvm::join(values, ", "));
  for (const ExprPtr& target : n.targets) PublishWrite(*target);
}

std::string Statements::Target(const Expr& target) {
  const auto* use = std::get_if<rules::Use>(&target.node);
  return use != nullptr ? scope_.Target(*use->binding) : Strict().Value(target).text;
}

/// After an assignment: the site gets the new value.
void Statements::PublishWrite(const Expr& target) {
  const Binding* binding = WrittenBinding(target);
  if (binding == nullptr) return;
  const auto& own = scope_.hook().bindings;  // a captured one is a copy, and nobody's
  if (std::none_of(own.begin(), own.end(), [&](const auto& each) { return each.get() == binding; })) return;
  bool is_result = binding->kind == Binding::Kind::kResult, at_exit = scope_.phase() == Phase::kExit;
  if (is_result != at_exit && !(is_result && scope_.hook().results_at_enter)) return;
  if (scope_.ByAddress(*binding)) {
    // A hidden field matters to rules alone; what else a call sees changes when the hook has come to its end.
    if (std::holds_alternative<rules::HiddenField>(target.node)) return;
    scope_.NeedCopy(*binding);
  }
  scope_.Write(*binding);
  out_.Line(scope_.WriteName(*binding) + " = " + scope_.Read(*binding));
}

/// A slice that the caller owns is never written to: what is appended goes behind its length into a new one.
void Statements::Of(const rules::Extend& n) {
  std::vector<std::string> values;
  for (const ExprPtr& value : n.values) values.push_back(Strict().Value(*value).text);
  std::string target = Target(*n.target);
  const auto* slice = go::UnderlyingAs<go::SliceType>(n.target->type);
  std::string list = "[]" + scope_.Type(slice->element) + "{" + llvm::join(values, ", ") + "}";
  if (n.prepend) {
    out_.Line(target + " = append(" + list + ", " + target + "...)");
  } else {
    out_.Line(target + " = append(" + target + "[:len(" + target + "):len(" + target + ")], " +
              llvm::join(values, ", ") + ")");
  }
  PublishWrite(*n.target);
}

void Statements::Of(const rules::CallStmt& n) {
  out_.Line(Strict().Value(*n.call).text);
}

void Statements::Of(const rules::ErrorStmt& n) {
  if (!Possible(n.error) || Impossible(n.guard)) return;
  Blocks blocks(out_);
  OpenGuard(n.guard);
  if (Possible(n.unless)) out_.If("!" + At(Total().Condition(*n.unless), kUnary));
  GoExpr error = Total().Value(*n.error);
  if (!go::IsInterface(n.error->type) &&
      go::HasNil(n.error->type)) {  // a nil pointer would make a non-nil error
    error = Total().Stable(error, n.error->type);
    out_.If(At(error, kAdd) + " != nil");
  }
  out_.Line("instcAPI.fail(" + scope_.Node(n.span) + ", " + error.text + ")");
}

}  // namespace instc::lower
