// Statements about what others have begun: `enrich`, `resume`, `stamp`, `log`, and whom work is for.
#include "compiler/ruletest/interpreter.h"

#include "compiler/go/types/package.h"
#include "compiler/ruletest/evaluate.h"

namespace instc::ruletest {

using rules::ExprPtr;

namespace {

constexpr const char* kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* kSpanId = "00f067aa0ba902b7";

}  // namespace

/// A context that the test says nothing of is one inside of a span; of any other type it may be anything.
/// Where there is none, the goroutine's span counts, and a test's call is made below one.
Value Interpreter::InsideOfSpan(const rules::Expr& expr) {
  const Value context = Eval(expr);
  if (context.IsNil() || context.IsAbsent()) return {true};
  const auto* named = go::TypeAs<go::Named>(expr.type);
  const bool typed = named != nullptr && named->object()->name() == "Context" &&
                     named->object()->package() != nullptr && named->object()->package()->path() == "context";
  if (context.IsUnknown()) return typed ? Value{true} : context;
  const auto* box = context.As<std::shared_ptr<Box>>();
  return {box != nullptr && (*box)->traced};
}

/// Whether what is about the span of this context does not happen, or cannot be told.
bool Interpreter::NotInSpan(const rules::ExprPtr& context) {
  if (context == nullptr) return false;
  const Value traced = InsideOfSpan(*context);
  if (traced.IsUnknown()) StopUnbound(context->span, traced);
  return traced.IsUnknown() || !*traced.As<bool>();
}

/// There always is such a span around the call; a test sees it once a rule has written to it.
void Interpreter::Of(const rules::Stmt& stmt, const rules::Enrich& n) {
  if (NotInSpan(n.context)) return;
  auto [found, fresh] = records_->enriched.emplace(n.which, records_->spans.size());
  if (fresh) {
    SpanRecord span;
    span.enriched = true;
    span.which = n.which;
    span.at = stmt.span;
    span.name = MakeText("");
    if (n.which == 1) span.kind = conventions::SpanKind::kServer;
    AddSpan(std::move(span));
  }
  records_->spans[found->second].bodies.insert(body_);
  started_[n.span] = found->second;
  Run(n.body);
}

/// What another call has detached is there.
void Interpreter::Of(const rules::Stmt& stmt, const rules::Resume& n) {
  if (NotInSpan(n.context)) return;
  if (n.key != nullptr) {
    const Value key = Eval(*n.key);
    if (key.IsAbsent() || key.IsNil()) return;
  }
  SpanRecord span;
  span.bodies = {body_};
  span.enriched = true;
  span.which = kResumed;
  span.at = stmt.span;
  span.name = MakeText("");
  started_[n.span] = AddSpan(std::move(span));
  Run(n.body);
}

/// Time does not pass in a test.
void Interpreter::Of(const rules::Stmt&, const rules::EndStmt&) {}

/// There is nothing below the call of a test.
void Interpreter::Of(const rules::Stmt&, const rules::Suppress&) {}

/// A function that runs under another span is the same function, and a test has one goroutine.
void Interpreter::Of(const rules::Stmt&, const rules::Bind&) {}
void Interpreter::Of(const rules::Stmt&, const rules::Unbind&) {}

void Interpreter::Of(const rules::Stmt&, const rules::Stamp& n) {
  if (NotInSpan(n.context)) return;
  StampOne(n, "trace_id", kTraceId);
  StampOne(n, "span_id", kSpanId);
}

/// The attributes that the program names are not known to a rule, nor to its test.
void Interpreter::Of(const rules::Stmt&, const rules::LogStmt& n) {
  const Value holds = Guard(n.guard);
  const auto* known = holds.As<bool>();
  if (known != nullptr && !*known) return;
  LogRecord record;
  record.body = Eval(*n.body);
  if (record.body.IsAbsent()) record.body = MakeText("");
  if (n.severity != nullptr) record.severity = Eval(*n.severity);
  if (record.severity.IsAbsent()) record.severity = MakeInt(0);
  if (n.context != nullptr) record.parent = Eval(*n.context);
  for (const rules::AttributeSet& set : n.attributes) SetAttributes(record.attributes, set);
  record.ran = body_;
  record.certain = known == nullptr ? holds : Value{true};
  records_->logged.push_back(std::move(record));
}

void Interpreter::StampOne(const rules::Stamp& n, const std::string& key, const std::string& id) {
  if (n.key != nullptr) PlaceOf(*n.key)->value = MakeText(key);
  if (n.id != nullptr) PlaceOf(*n.id)->value = MakeText(id);
  if (n.unless != nullptr) {
    const Value unless = Guard(n.unless);
    if (unless.IsUnknown()) return StopUnbound(n.unless->span, unless);
    if (*unless.As<bool>()) return;
  }
  Run(n.body);
}

}  // namespace instc::ruletest
