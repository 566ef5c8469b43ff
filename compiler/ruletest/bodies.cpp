// Bodies of closures and of objects: what a `wrap` or a literal makes, and what a `call` of a test runs.
//
// A closure keeps the names of the rule around it with the values that they had at the `wrap`. An object is a
// struct; where it decorates a value, the place holds it in the value's stead, and answers what it answered.
// All bodies of one run write into the same records, each under its number.
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/package.h"
#include "compiler/rules/defaults.h"
#include "compiler/ruletest/interpreter.h"
#include "compiler/ruletest/ruletest.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::ruletest {

std::vector<const SpanRecord*> Interpreter::Spans() const {
  std::vector<const SpanRecord*> own;
  for (const SpanRecord& span : records_->spans)
    if (span.bodies.count(body_) > 0) own.push_back(&span);
  return own;
}

std::vector<const MeasureRecord*> Interpreter::Measured() const {
  std::vector<const MeasureRecord*> own;
  for (const MeasureRecord& record : records_->measured)
    if (record.body == body_) own.push_back(&record);
  return own;
}

std::vector<const LogRecord*> Interpreter::Logged() const {
  std::vector<const LogRecord*> own;
  for (const LogRecord& record : records_->logged)
    if (record.ran == body_) own.push_back(&record);
  return own;
}

std::vector<std::string> Interpreter::Calls() const {
  std::vector<std::string> own;
  for (const CallRecord& call : records_->calls)
    if (call.body == body_ && !call.text.empty()) own.push_back(call.text);
  return own;
}

// ------------------------------------------------------------------------------------------- what is made

void Interpreter::Of(const rules::Stmt&, const rules::Wrap& n) {
  const Value old = Eval(*n.target);
  if (old.IsAbsent() || (old.IsNil() && !n.may_be_nil)) {
    records_->closures.erase(&n);
    records_->unwrapped[&n] = "`" + n.target->span.Text().str() + "` is nil, and stays nil";
    return;
  }
  Records::Closure closure;
  for (const auto& [binding, place] : names_) {
    const auto captured = std::make_shared<Place>(Place{Copy(place->value)});
    if (evaluated_.count(place) > 0) closure.evaluated.insert(captured);
    closure.names[binding] = captured;
  }
  closure.alone = old.IsNil();
  records_->closures[&n] = std::move(closure);
  if (!old.IsNil()) return;
  if (const PlacePtr place = Target(*n.target)) place->value = MakeUnknown(n.target->span.Text().str());
}

Value Interpreter::Of(const rules::Expr& e, const rules::NewObject& n) {
  auto made = std::make_shared<Struct>();
  made->type = n.object->type;
  made->path = e.span.Text().str();
  for (const auto& [name, value] : n.fields) {
    auto field = llvm::find_if(n.object->fields, [&](const go::Var* f) { return f->name() == name; });
    Value given = InInterface(Copy(Eval(*value)), value->type, (*field)->type());
    made->fields[name] = std::make_shared<Place>(Place{std::move(given)});
  }
  Value pointer{Pointer{std::make_shared<Place>(Place{Value{std::move(made)}})}};
  records_->objects[n.object] = pointer;
  return pointer;
}

void Interpreter::Of(const rules::Stmt&, const rules::Decorate& n) {
  const Value value = Eval(*n.target);
  if (value.IsNil() || value.IsAbsent()) return;
  Value object = Eval(*n.made);
  if (value.IsUnknown()) return;  // there may be nothing to decorate
  const PlacePtr place = Target(*n.target);
  if (place != nullptr) place->value = Decorated(n, value, std::move(object));
}

/// In an interface, and with what the test has bound of the value.
Value Interpreter::Decorated(const rules::Decorate& n, const Value& value, Value object) {
  const rules::Object& declared = *std::get<rules::NewObject>(n.made->node).object;
  Struct& made = *StructIn(object);
  const auto* wrapped = go::TypeAs<go::Named>(declared.interface);
  made.fields[wrapped->object()->name().str()] = std::make_shared<Place>(Place{value});
  auto box = std::make_shared<Box>();
  box->dynamic = n.made->type;
  if (const auto* inner = value.As<std::shared_ptr<Box>>()) {
    box->path = made.path = (*inner)->path;
    const Struct* plain = (*inner)->dynamic == nullptr ? nullptr : StructIn((*inner)->inner->value);
    made.methods = plain == nullptr ? (*inner)->methods : plain->methods;
  }
  box->inner = std::make_shared<Place>(Place{std::move(object)});
  return {std::move(box)};
}

/// What is in the box, when that is an object of the rules.
const rules::Object* Interpreter::ObjectBehind(const Box& box) const {
  const go::Type* type = box.dynamic == nullptr ? nullptr : go::Pointee(box.dynamic);
  for (const auto& object : plugin_.objects)
    if (type != nullptr && go::Identical(object->type, type)) return object.get();
  return nullptr;
}

/// `x.(*O)`
Value Interpreter::Of(const rules::Expr& e, const rules::ObjectIn& n) {
  const Value base = Eval(*n.base);
  if (base.IsAbsent() || base.IsNil()) return {Absent{}};
  const auto* box = base.As<std::shared_ptr<Box>>();
  if (box == nullptr || (*box)->dynamic == nullptr) return MakeUnknown(e.span.Text().str());
  return ObjectBehind(**box) == n.object ? (*box)->inner->value : Value{Absent{}};
}

// ------------------------------------------------------------------------------------------ what is called

Interpreter::Interpreter(const Interpreter& around, const rules::Hook& body)
    : plugin_(around.plugin_),
      hook_(body),
      target_(around.target_),
      package_(around.package_),
      globals_(around.globals_),
      calls_bound_(around.calls_bound_),
      methods_bound_(around.methods_bound_),
      options_(around.options_),
      records_(around.records_),
      body_(++records_->bodies),
      ambient_(around.ambient_) {
  BindNames(body);
}

std::unique_ptr<Interpreter> Interpreter::Of(Interpreter& around, const TestCall& call, std::string& why) {
  Records& records = *around.records_;
  std::unique_ptr<Interpreter> body(new Interpreter(around, *call.test->hook));
  if (call.wrap != nullptr) {
    const auto closure = records.closures.find(call.wrap);
    if (closure == records.closures.end()) {
      const auto known = records.unwrapped.find(call.wrap);
      why = known == records.unwrapped.end() ? "the `wrap` does not run in this test" : known->second;
      return nullptr;
    }
    for (const auto& [binding, place] : closure->second.names) body->names_[binding] = place;
    body->evaluated_ = closure->second.evaluated;
    body->alone_ = closure->second.alone;
    return body;
  }
  const auto object = records.objects.find(call.object);
  if (object == records.objects.end()) {
    why = "no such object is made in this test";
    return nullptr;
  }
  for (const auto& binding : body->hook_.bindings)
    if (binding->kind == rules::Binding::Kind::kReceiver) body->PlaceOf(*binding)->value = object->second;
  return body;
}

void Interpreter::MakeFuncThere(const rules::Expr& func) {
  const rules::Expr* root = &func;
  while (const auto* field = std::get_if<rules::FieldSelect>(&root->node)) root = field->base.get();
  const auto* use = std::get_if<rules::Use>(&root->node);
  const Value now = Eval(func);
  if (use == nullptr || use->binding->kind == rules::Binding::Kind::kLet || !now.IsUnknown()) return;
  std::string why;
  if (const PlacePtr place = Bind(func, why)) place->value = {Opaque{Show(now)}};
}

void Interpreter::Begin() {
  if (!hook_.results_at_enter) return;
  for (const auto& binding : hook_.bindings) {
    if (binding->kind != rules::Binding::Kind::kResult) continue;
    const auto index = static_cast<size_t>(llvm::find(hook_.results, binding->name) - hook_.results.begin());
    const auto param = rules::PassedThrough(*hook_.signature, index);
    Value& value = PlaceOf(*binding)->value;
    value = Zero(binding->type);
    if (!param.has_value()) continue;
    value = MakeUnknown("parameter " + std::to_string(*param + 1) + " of `" + hook_.func + "`");
    for (const auto& other : hook_.bindings)
      if (other->kind == rules::Binding::Kind::kParam && other->name == hook_.params[*param])
        value = Copy(PlaceOf(*other)->value);
  }
}

}  // namespace instc::ruletest
