// What a rule says beside attributes: events, links, measurements.
#include "compiler/check/hook_checker.h"
#include "compiler/check/left_out.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/universe.h"

namespace instc::check {

using conventions::Instrument;
using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(EventNameType, "E0372", Error, "the name of an event is a string, this is {0}", std::string);
INSTC_DIAGNOSTIC(OnlyAttributes, "E0373", Error, "only attributes can stand here: they belong to the {0}",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(UnknownMetric, "E0516", Error, "unknown metric `{0}`", std::string);
INSTC_DIAGNOSTIC(DeprecatedMetric, "E0517", Error, "metric `{0}` is deprecated", std::string);
INSTC_DIAGNOSTIC(WrongInstrument, "E0503", Error, "`{0}` is a {1}: {2}", std::string, llvm::StringRef,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(MetricValueType, "E0518", Error, "a measurement is a number, this is {0}", std::string);
INSTC_DIAGNOSTIC(ForeignMetricAttribute, "E0519", Error, "metric `{0}` has no attribute `{1}`", std::string,
                 std::string);

/// The attributes of an event or a measurement.
bool HookChecker::OwnAttributes(const ast::AttrBlock& block, llvm::StringRef of,
                                std::vector<rules::AttributeSet>& out) {
  bool ok = true;
  for (const ast::StmtPtr& inner : block.stmts) {
    const auto* attr = std::get_if<ast::AttrStmt>(&inner->node);
    if (attr == nullptr) {
      if (!std::holds_alternative<ast::BadStmt>(inner->node)) emitter().Emit(inner->span, OnlyAttributes, of);
      ok = false;
    } else if (auto set = Attribute(attr->entry, std::nullopt)) {
      out.push_back(std::move(*set));
    }
  }
  return ok;
}

void HookChecker::Event(const ast::EventStmt& stmt, Span span, rules::StmtList& out) {
  if (!NeedSpan(span, "event")) return;
  rules::EventStmt event;
  event.span = span_->index;
  event.name = CheckValueOf(*stmt.name);
  if (!Assignable(*event.name, BasicTypeOf(Basic::kString))) {
    emitter().Emit(stmt.name->span, EventNameType, Show(event.name->type));
    return;
  }
  event.name = Coerce(event.name, BasicTypeOf(Basic::kString));
  if (stmt.block.has_value() && !OwnAttributes(*stmt.block, "event", event.attributes)) return;
  event.guard = Guard(stmt.guard.get());
  if (IsAbsent(*event.name) || (event.guard != nullptr && IsAbsent(*event.guard))) return;
  Add(out, span, std::move(event));
}

/// `link extract(ctx, carrier)` or `link C`, where C is or has a context.
void HookChecker::Link(const ast::LinkStmt& stmt, Span span, rules::StmtList& out) {
  if (!NeedSpan(span, "link")) return;
  rules::LinkStmt link;
  link.span = span_->index;
  rules::SpanStmt parent;
  From(*stmt.context, parent);
  link.remote = parent.remote;
  if (!link.remote.has_value()) link.context = parent.context.get;
  link.guard = Guard(stmt.guard.get());
  if (link.guard != nullptr && IsAbsent(*link.guard)) return;
  if (link.remote.has_value() || link.context != nullptr) Add(out, span, std::move(link));
}

// ------------------------------------------------------------------------------------------------- metrics

INSTC_DIAGNOSTIC(ObservedAndMeasured, "E0773", Error, "`{0}` is {1} here and {2} elsewhere", std::string,
                 llvm::StringRef, llvm::StringRef);
INSTC_DIAGNOSTIC(UnboundedBy, "E0766", Error, "metric `{0}` is kept by `{1}`, which is declared unbounded",
                 std::string, std::string);

namespace {

Instrument InstrumentOf(ast::InstrumentDecl::Kind kind) {
  switch (kind) {
    case ast::InstrumentDecl::Kind::Histogram:
      return Instrument::kHistogram;
    case ast::InstrumentDecl::Kind::Counter:
      return Instrument::kCounter;
    case ast::InstrumentDecl::Kind::UpDown:
      return Instrument::kUpDownCounter;
    case ast::InstrumentDecl::Kind::Gauge:
      return Instrument::kGauge;
  }
  return Instrument::kHistogram;
}

bool MeasuresTime(const rules::MetricDecl& metric) {
  return metric.instrument == Instrument::kHistogram && (metric.unit == "s" || metric.unit == "ms");
}

bool IsNumber(const go::Type* type) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(type);
  return basic != nullptr && (basic->IsInteger() || basic->IsFloat());
}

/// What is wrong with `metric NAME OP ...`; empty: nothing.
llvm::StringRef Misuse(ast::MetricStmt::Op op, const rules::MetricDecl& metric) {
  using Op = ast::MetricStmt::Op;
  if (op == Op::Duration && !MeasuresTime(metric))
    return metric.instrument == Instrument::kHistogram ? "its unit is no time, so it needs a value with `=`"
                                                       : "it needs a value";
  switch (metric.instrument) {
    case Instrument::kHistogram:
    case Instrument::kGauge:
      return op == Op::Duration || op == Op::Set ? "" : "it takes values with `=`";
    case Instrument::kCounter:
      return op == Op::Add ? "" : "it only grows, with `+=`";
    case Instrument::kUpDownCounter:
      return op == Op::Add || op == Op::Sub ? "" : "it changes with `+=` and `-=`";
  }
  return "";
}

}  // namespace

std::optional<rules::MetricDecl> HookChecker::DeclaredMetric(const ast::QName& name) {
  for (const ast::InstrumentDecl* own : scope_->file->instruments) {
    if (own->name.Text() != name.Text()) continue;
    rules::MetricDecl metric;
    metric.name = name.Text();
    metric.instrument = InstrumentOf(own->kind);
    if (own->unit.has_value()) metric.unit = own->unit->value;
    if (own->summary.has_value()) metric.brief = own->summary->value;
    for (const ast::QName& by : own->by) {
      if ((OwnLabels(by.Text()) & kUnbounded) != 0)
        emitter()
            .Emit(by.span, UnboundedBy, metric.name, by.Text())
            .Help("each value is a series that the program keeps for as long as it runs");
      metric.attributes.push_back(by.Text());
    }
    return metric;
  }
  return std::nullopt;
}

std::optional<rules::MetricDecl> HookChecker::KnownMetric(const ast::QName& name) {
  const conventions::Metric* known = plugin_.registry.FindMetric(name.Text());
  if (known == nullptr) {
    auto builder = emitter().Emit(name.span, UnknownMetric, name.Text());
    const std::vector<std::string> near = plugin_.registry.NearestMetrics(name.Text(), 3);
    if (const auto meant = ClearlyMeant(name.Text(), near);
        meant.has_value() && name.span.Text() == name.Text())
      builder.Fix(DidYouMean({*meant}), name.span, *meant);
    else if (!near.empty())
      builder.Help(DidYouMean(near));
    builder.Help("declare an instrument of your own: `instrument " + name.Text() + " counter unit \"1\"`");
    return std::nullopt;
  }
  if (known->deprecated.has_value()) {
    auto builder = emitter().Emit(name.span, DeprecatedMetric, name.Text());
    const std::string& renamed = known->deprecated->renamed_to;
    if (!renamed.empty())
      builder.Label("use `" + renamed + "`").Fix("rename it to `" + renamed + "`", name.span, renamed);
    else if (!known->deprecated->note.empty())
      builder.Note(known->deprecated->note);
    return std::nullopt;
  }
  rules::MetricDecl metric;
  metric.name = known->name;
  metric.unit = known->unit;
  metric.brief = known->brief;
  metric.instrument = known->instrument;
  metric.integer = known->type == conventions::ValueType::kInt;
  for (const conventions::AttributeUse& use : known->attributes)
    if (use.requirement != conventions::Requirement::kOptIn) metric.attributes.push_back(use.name);
  return metric;
}

/// The rule's entry of this metric, made at its first use.
const rules::MetricDecl* HookChecker::MetricOf(const ast::QName& name, bool observed, unsigned& index) {
  index = 0;
  for (const rules::MetricDecl& metric : plugin_.out.metrics) {
    if (metric.name != name.Text() || metric.observed == observed) continue;
    const llvm::StringRef here = observed ? "observed" : "measured",
                          there = observed ? "measured" : "observed";
    emitter()
        .Emit(name.span, ObservedAndMeasured, metric.name, here, there)
        .Note(metric.used, (there + " here").str())
        .Help(
            "what is read whenever metrics are collected, and what is counted as it happens, are two "
            "metrics");
    return nullptr;
  }
  for (const rules::MetricDecl& metric : plugin_.out.metrics) {
    if (metric.rule != hook_.rule) continue;
    if (metric.name == name.Text()) return &metric;
    ++index;
  }
  std::optional<rules::MetricDecl> metric = DeclaredMetric(name);
  if (!metric.has_value()) metric = KnownMetric(name);
  if (!metric.has_value()) return nullptr;
  metric->rule = hook_.rule;
  metric->observed = observed;
  metric->used = name.span;
  plugin_.out.metrics.push_back(std::move(*metric));
  return &plugin_.out.metrics.back();
}

bool HookChecker::CheckMetricForm(const ast::MetricStmt& stmt, Span span, const rules::MetricDecl& metric) {
  const llvm::StringRef misuse = Misuse(stmt.op, metric);
  if (misuse.empty()) return true;
  emitter().Emit(span, WrongInstrument, metric.name, conventions::Name(metric.instrument), misuse);
  return false;
}

/// The attributes that a measurement itself gives are those of the metric.
bool HookChecker::CheckOwnSeries(const std::vector<rules::AttributeSet>& sets,
                                 const rules::MetricDecl& metric) {
  for (const rules::AttributeSet& set : sets) {
    for (const auto& name : set.names) {
      if (std::find(metric.attributes.begin(), metric.attributes.end(), name.key) != metric.attributes.end())
        continue;
      emitter().Emit(set.value->span, ForeignMetricAttribute, metric.name, name.key);
      return false;
    }
  }
  return true;
}

void HookChecker::Metric(const ast::MetricStmt& stmt, Span span, rules::StmtList& out) {
  using Op = ast::MetricStmt::Op;
  rules::MetricStmt measured;
  const rules::MetricDecl* found = MetricOf(stmt.name, /*observed=*/false, measured.metric);
  if (found == nullptr) return;
  const rules::MetricDecl metric = *found;
  if (!CheckMetricForm(stmt, span, metric)) return;
  if (stmt.op == Op::Duration && !NeedSpan(span, "metric " + metric.name)) return;
  if (span_ != nullptr) measured.span = span_->index;
  measured.here = !inside_.empty();
  if (const auto use = detached_.find(measured.span.value_or(~0U)); measured.here && use != detached_.end())
    plugin_.detached[use->second].measures = true;
  if (stmt.op == Op::Duration) measured.scale = metric.unit == "ms" ? 1000 : 1;
  if (stmt.op == Op::Sub) measured.scale = -1;
  if (stmt.value != nullptr) {
    const bool outside =
        std::exchange(at_exit_, at_exit_ || !measured.here);  // measured when the call is left
    measured.value = CheckValueOf(*stmt.value);
    at_exit_ = outside;
    if (IsInvalid(*measured.value)) return;
    if (!IsAbsent(*measured.value) && !IsNumber(measured.value->type)) {
      emitter().Emit(stmt.value->span, MetricValueType, Show(measured.value->type));
      return;
    }
    measured.value = Coerce(measured.value, go::DefaultType(measured.value->type));
  }
  const bool outside = std::exchange(at_exit_, at_exit_ || !measured.here);
  const bool ok = !stmt.block.has_value() || OwnAttributes(*stmt.block, "measurement", measured.attributes);
  measured.guard = Guard(stmt.guard.get());
  at_exit_ = outside;
  if (!CheckOwnSeries(measured.attributes, metric)) return;
  const bool never = (measured.value != nullptr && IsAbsent(*measured.value)) ||
                     (measured.guard != nullptr && IsAbsent(*measured.guard));
  if (ok && !never) Add(out, span, std::move(measured));
}

}  // namespace instc::check
