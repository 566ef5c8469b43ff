// Statements: the order of enter and exit, and what a span has recorded in the end.
#include "compiler/ruletest/interpreter.h"

#include "compiler/go/types/package.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/evaluate.h"
#include "compiler/ruletest/text.h"
#include "dsl/base/overload.h"

namespace instc::ruletest {

using rules::ExprPtr;

namespace {

constexpr size_t kMaxKeyPart = 255;  // bytes; rt/text.AttributeKey has it, too
constexpr const char* kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* kSpanId = "00f067aa0ba902b7";
constexpr const char* kInjected = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

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

/// The type of an error as %T prints it.
Value ErrorType(const Value& error) {
  if (error.IsUnknown()) return Mix({&error});
  const Box& box = **error.As<std::shared_ptr<Box>>();
  if (box.text.has_value()) return MakeText("*errors.errorString");
  if (box.dynamic == nullptr) return MakeUnknown("the type of " + box.path);
  return MakeText(go::TypeString(box.dynamic, go::QualifyByName));
}

}  // namespace

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
    if (untouched) value = Zero(binding->type);
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

// -------------------------------------------------------------------------------------------- control flow

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

// ---------------------------------------------------------------------------------------------- assignments

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

// ------------------------------------------------------------------------------------------------- spans

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

void Interpreter::Of(const rules::Stmt&, const rules::InjectStmt& n) {
  using Kind = rules::Carrier::Kind;
  const rules::Expr& carrier = *n.carrier.value;
  Value value = Eval(carrier);
  if (value.IsAbsent()) return;
  if (n.carrier.kind == Kind::kPairs || n.carrier.kind == Kind::kDeclared) return Store(n.carrier);
  if (n.carrier.kind == Kind::kMethods) {
    Injects();
    if (const auto* box = value.As<std::shared_ptr<Box>>()) (*box)->injected = true;
    if (Struct* in = StructIn(value)) in->injected = true;
    return;
  }
  if (value.IsNil() || value.IsUnknown()) {
    // A nil map is made where it can be assigned; an unknown one is there afterwards in any case.
    const bool assignable = std::holds_alternative<rules::Use>(carrier.node) ||
                            std::holds_alternative<rules::FieldSelect>(carrier.node) ||
                            std::holds_alternative<rules::HiddenField>(carrier.node);
    if (value.IsNil() && !assignable) return;
    std::string why;
    PlacePtr place = Bind(carrier, why);
    if (place == nullptr) return;
    auto made = std::make_shared<Map>();
    made->open = value.IsUnknown();
    made->path = Show(value);
    place->value = value = Value{made};
  }
  const auto* map = value.As<std::shared_ptr<Map>>();
  if (map == nullptr) return;
  Injects();
  Value text = MakeText(kInjected);
  if (n.carrier.kind == Kind::kHeader) {
    auto list = std::make_shared<List>();
    list->length = 1;
    list->elements[0] = std::make_shared<Place>(Place{text});
    PutEntry(**map, MakeText("Traceparent"), std::make_shared<Place>(Place{Value{list}}));
  } else {
    PutEntry(**map, MakeText("traceparent"), std::make_shared<Place>(Place{text}));
  }
}

/// Into a slice of pairs, or as a `carrier` says.
void Interpreter::Store(const rules::Carrier& carrier) {
  Injects();
  std::string why;
  if (carrier.kind == rules::Carrier::Kind::kDeclared) {
    PlaceOf(*carrier.declared->set_key)->value = MakeText("traceparent");
    PlaceOf(*carrier.declared->set_value)->value = MakeText(kInjected);
    Run(carrier.declared->set);
    const Value value = Eval(*carrier.value);
    if (const auto* box = value.As<std::shared_ptr<Box>>()) (*box)->injected = true;
    if (Struct* in = StructIn(value)) in->injected = true;
    PlacePtr place = value.IsUnknown() ? Bind(*carrier.value, why) : nullptr;
    if (place == nullptr) return;
    auto made = std::make_shared<Box>();
    made->path = Show(value);
    made->injected = true;
    place->value = {std::move(made)};
    return;
  }
  PlacePtr place = Bind(*carrier.value, why);
  if (place == nullptr) return;
  const auto* slice = go::UnderlyingAs<go::SliceType>(carrier.value->type);
  const go::Type* pointee = go::Pointee(slice->element);
  auto pair = std::make_shared<Struct>();
  pair->type = pointee != nullptr ? pointee : slice->element;
  pair->fields["Key"] = std::make_shared<Place>(Place{MakeText("traceparent")});
  pair->fields["Value"] = std::make_shared<Place>(Place{MakeText(kInjected)});
  Value element{std::move(pair)};
  if (pointee != nullptr) element = {Pointer{std::make_shared<Place>(Place{std::move(element)})}};
  auto longer = std::make_shared<List>();
  if (const auto* list = place->value.As<std::shared_ptr<List>>(); list != nullptr && !(*list)->open)
    *longer = **list;
  longer->elements[longer->length++] = std::make_shared<Place>(Place{std::move(element)});
  place->value = {std::move(longer)};
}

/// Whether the rule has written trace context here: a carrier, or what lies in one under its key.
bool Interpreter::Injected(const Value& value) {
  if (const auto* text = value.As<std::string>()) return *text == kInjected;
  if (const auto* list = value.As<std::shared_ptr<List>>()) {
    for (const auto& [index, element] : (*list)->elements)
      if (Injected(element->value)) return true;
    return false;
  }
  if (const auto* map = value.As<std::shared_ptr<Map>>()) {
    for (const char* key : {"\"Traceparent\"", "\"traceparent\""}) {
      auto entry = (*map)->entries.find(key);
      if (entry != (*map)->entries.end() && Injected(entry->second->value)) return true;
    }
    return false;
  }
  if (const auto* box = value.As<std::shared_ptr<Box>>()) return (*box)->injected;
  const Struct* in = StructIn(value);
  if (in == nullptr || in->injected) return in != nullptr;
  auto pair = in->fields.find("Value");
  return pair != in->fields.end() && pair->second->value.As<std::string>() != nullptr &&
         Injected(pair->second->value);
}

// ----------------------------------------------------------------------------------- spans of other rules

/// A context that the test says nothing of is one inside of a span; of any other type it may be anything. Where there is none, the goroutine's
/// span counts, and a test's call is made below one.
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
