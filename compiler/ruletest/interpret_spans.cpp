// Statements about the rule's own spans, and measurements: what these have recorded in the end.
#include "compiler/ruletest/interpreter.h"

#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/evaluate.h"
#include "compiler/ruletest/text.h"

namespace instc::ruletest {

namespace {

constexpr size_t kMaxKeyPart = 255;  // bytes; rt/text.AttributeKey has it, too

/// An empty string or list is no attribute.
bool IsEmpty(const Value& value) {
  if (value.IsAbsent() || value.IsNil()) return true;
  if (const auto* text = value.As<std::string>()) return text->empty();
  const auto* list = value.As<std::shared_ptr<List>>();
  return list != nullptr && !(*list)->open && (*list)->length == 0;
}

/// A number as it is measured.
Value Scaled(const Value& value, double scale) {
  if (scale == 1) return value;
  if (const auto* integer = value.As<Integer>())
    return scale == -1 ? Value{Integer{-integer->value}} : Value{static_cast<double>(integer->value) * scale};
  if (const auto* real = value.As<double>()) return {*real * scale};
  return value;
}

}  // namespace

Value ErrorType(const Value& error) {
  if (error.IsUnknown()) return Mix({&error});
  const Box& box = **error.As<std::shared_ptr<Box>>();
  if (box.text.has_value()) return MakeText("*errors.errorString");
  if (box.dynamic == nullptr) return MakeUnknown("the type of " + box.path);
  return MakeText(go::TypeString(box.dynamic, go::QualifyByName));
}

void Interpreter::Happens(std::string what, bool surely) {
  records_->order.push_back(surely ? std::optional(std::move(what)) : std::nullopt);
}

/// Its index.
size_t Interpreter::AddSpan(SpanRecord span) {
  const size_t index = records_->spans.size();
  records_->spans.push_back(std::move(span));
  Happens("span " + std::to_string(index), true);
  return index;
}

void Interpreter::Injects() {
  ++records_->injections;
  Happens("injected", true);
}

void Interpreter::SetAttribute(Attributes& attributes, const std::string& key, Value value) {
  if (!IsEmpty(value)) attributes[key] = std::move(value);
}

/// The whole name; empty: its computed part is absent. What it is called must be known.
std::string Interpreter::KeyOf(const rules::AttributeSet::Name& name) {
  if (name.part == nullptr) return name.key;
  const Value part = Eval(*name.part);
  if (part.IsUnknown()) StopUnbound(name.part->span, part);
  const auto* text = part.As<std::string>();
  if (text == nullptr || text->empty() || text->size() > kMaxKeyPart) return "";
  if (!name.lower_case) return name.key + *text;
  const auto lower = text::Lower(*text);
  if (!lower.has_value()) StopUnbound(name.part->span, MakeUnknown("lower(" + Show(part) + ")"));
  return lower.has_value() ? name.key + *lower : "";
}

void Interpreter::SetAttributes(Attributes& attributes, const rules::AttributeSet& set) {
  const Value holds = Guard(set.guard);
  const auto* known = holds.As<bool>();
  if (known != nullptr && !*known) return;
  const Value value = Eval(*set.value);
  const auto* tuple = value.As<Tuple>();
  for (size_t i = 0; i < set.names.size(); ++i) {
    const std::string key = KeyOf(set.names[i]);
    if (key.empty() || stop_.has_value()) continue;
    if (known == nullptr) {
      attributes[key] = Mix({&holds, &value});
    } else if (tuple == nullptr) {
      SetAttribute(attributes, key, value);
    } else if (i < tuple->values.size() && !IsZero(tuple->values[i]).value_or(false)) {
      SetAttribute(attributes, key, tuple->values[i]);
    }
  }
}

void Interpreter::SetName(SpanRecord& span, const rules::Rename& n) {
  const Value holds = Guard(n.guard);
  const auto* known = holds.As<bool>();
  if (known != nullptr && !*known) return;
  const Value name = Eval(*n.name);
  if (known == nullptr)
    span.name = Mix({&holds, &name});
  else if (!IsEmpty(name))
    span.name = name;
}

void Interpreter::Of(const rules::Stmt& stmt, const rules::SpanStmt& n) {
  SpanRecord span;
  span.bodies = {body_};
  span.kind = n.kind;
  span.at = stmt.span;
  span.name = Eval(*n.name);
  if (IsEmpty(span.name))
    span.name = MakeText(hook_.receiver_type + (hook_.receiver_type.empty() ? "" : ".") + hook_.func);
  if (n.context.get != nullptr) span.parent = Eval(*n.context.get);
  if (n.remote.has_value()) span.remote = Eval(*n.remote->value);
  for (const rules::AttributeSet& set : n.attributes) SetAttributes(span.attributes, set);
  started_[n.index] = AddSpan(std::move(span));
  if (n.context.put_target == nullptr) return;
  auto context = std::make_shared<Box>();
  context->path = "the context of this span";
  context->span = static_cast<int>(records_->spans.size()) - 1;
  const Value made{context};
  if (PlacePtr place = Target(*n.context.put_target)) place->value = made;
}

void Interpreter::Of(const rules::Stmt&, const rules::Attr& n) {
  SetAttributes(records_->spans[started_.at(n.span)].attributes, n.set);
}

void Interpreter::Of(const rules::Stmt&, const rules::Rename& n) {
  SetName(records_->spans[started_.at(n.span)], n);
}

void Interpreter::Of(const rules::Stmt&, const rules::StatusStmt& n) {
  SpanRecord& span = records_->spans[started_.at(n.span)];
  const Value holds = Guard(n.guard);
  const auto* known = holds.As<bool>();
  if (known != nullptr && !*known) return;
  span.status = known == nullptr ? Mix({&holds}) : MakeInt(n.code);
  const Value message = n.message == nullptr ? MakeText("") : Eval(*n.message);
  span.message = known == nullptr ? Mix({&holds, &message}) : message.IsAbsent() ? MakeText("") : message;
}

void Interpreter::Fail(SpanRecord& span, const Value& error) {
  if (error.IsUnknown()) {
    span.status = span.message = Mix({&error});
    span.exceptions.push_back(Mix({&error}));
    return;
  }
  const auto* held = error.As<std::shared_ptr<Box>>();
  if (held == nullptr) return;  // nil or absent
  const Box& box = **held;
  auto bound = box.methods.find("Error()");
  span.message = box.text.has_value()         ? MakeText(*box.text)
                 : bound != box.methods.end() ? bound->second->value
                                              : MakeUnknown(Show(error) + ".Error()");
  span.status = MakeInt(2);
  span.exceptions.push_back(error);
}

void Interpreter::Of(const rules::Stmt&, const rules::ErrorStmt& n) {
  SpanRecord& span = records_->spans[started_.at(n.span)];
  const Value holds = Guard(n.guard);
  const Value unless = n.unless == nullptr ? Value{false} : Guard(n.unless);
  const auto* wanted = holds.As<bool>();
  const auto* excused = unless.As<bool>();
  if ((wanted != nullptr && !*wanted) || (excused != nullptr && *excused)) return;
  Value error = InInterface(Eval(*n.error), n.error->type, go::ErrorType());
  const auto* boxed = error.As<std::shared_ptr<Box>>();
  const bool nil_inside = boxed != nullptr && (*boxed)->dynamic != nullptr && (*boxed)->inner->value.IsNil();
  if (nil_inside && !go::IsInterface(n.error->type)) return;  // a nil pointer is no error
  if (wanted == nullptr || excused == nullptr) error = Mix({&holds, &unless, &error});
  Fail(span, error);
}

void Interpreter::Of(const rules::Stmt&, const rules::EventStmt& n) {
  const Value holds = Guard(n.guard);
  const auto* known = holds.As<bool>();
  if (known != nullptr && !*known) return;
  Value name = Eval(*n.name);
  if (known == nullptr) name = Mix({&holds, &name});
  if (IsEmpty(name)) return;
  Attributes attributes;
  for (const rules::AttributeSet& set : n.attributes) SetAttributes(attributes, set);
  Happens("event " + std::to_string(started_.at(n.span)), !name.IsUnknown());
  records_->spans[started_.at(n.span)].events.emplace_back(std::move(name), std::move(attributes));
}

void Interpreter::Of(const rules::Stmt&, const rules::LinkStmt& n) {
  const Value holds = Guard(n.guard);
  const auto* known = holds.As<bool>();
  if (known != nullptr && !*known) return;
  const Value to = Eval(n.remote.has_value() ? *n.remote->value : *n.context);
  if (to.IsAbsent() || to.IsNil()) return;
  Happens("link " + std::to_string(started_.at(n.span)), known != nullptr && !to.IsUnknown());
  records_->spans[started_.at(n.span)].links.push_back(known == nullptr ? Mix({&holds, &to}) : to);
}

/// With the attributes of the span that the metric has, and its own. Inside enter it is left for the end.
void Interpreter::Of(const rules::Stmt&, const rules::MetricStmt& n) {
  if (!at_exit_ && !n.here) return;
  const Value holds = Guard(n.guard);
  const auto* known = holds.As<bool>();
  if (known != nullptr && !*known) return;
  const Value measured = n.value == nullptr ? Value{Absent{}} : Eval(*n.value);
  if (n.value != nullptr && measured.IsAbsent()) return;
  Attributes all, own;
  if (n.span.has_value()) {
    const SpanRecord& span = records_->spans[started_.at(*n.span)];
    all = span.attributes;
    if (!span.exceptions.empty()) all.emplace("error.type", ErrorType(span.exceptions.back()));
  }
  for (const rules::AttributeSet& set : n.attributes) SetAttributes(own, set);
  for (const auto& [key, value] : own) all[key] = value;
  Record({"", std::move(all), known == nullptr ? holds : Value{true}, n.metric, std::move(own),
          Scaled(measured, n.scale), body_});
  Happens("measured " + std::to_string(n.metric), known != nullptr);
}

/// Of the attributes those stay that the metric has.
void Interpreter::Record(MeasureRecord record) {
  const rules::MetricDecl& metric = *metrics_.at(record.index);
  const Attributes all = std::exchange(record.attributes, {});
  record.metric = metric.name;
  for (const std::string& key : metric.attributes) {
    auto found = all.find(key);
    if (found != all.end()) record.attributes[key] = found->second;
  }
  records_->measured.push_back(std::move(record));
}

/// What counts is that there will be a value, and whose; it is read when no test runs any more.
void Interpreter::Of(const rules::Stmt&, const rules::Observe& n) {
  const Value owner = n.owner == nullptr ? Value{true} : Eval(*n.owner);
  if (owner.IsAbsent() || owner.IsNil()) return;
  Attributes own;
  for (const rules::AttributeSet& set : n.attributes) SetAttributes(own, set);
  Record({"", own, owner.IsUnknown() ? owner : Value{true}, n.metric, own, Value{Absent{}}, body_});
  Happens("measured " + std::to_string(n.metric), !owner.IsUnknown());
}

/// At another function than the test's.
void Interpreter::Of(const rules::Stmt&, const rules::Unobserve&) {}

}  // namespace instc::ruletest
