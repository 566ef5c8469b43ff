// Closures and methods of objects that a test calls, in Go.
#include "compiler/check/review.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/go_translator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest {

bool GoTranslator::BindAll(Interpreter& values, const Test& test) {
  const bool bound = BindTestGivens(values, test.before) && BindTestGivens(values, test.after);
  if (!bound) Refuse("its bindings do not hold");
  MakeCalledThere(test, /*at_exit=*/false, values);
  MakeCalledThere(test, /*at_exit=*/true, values);
  return bound;
}

/// The func that a test finds in the place of a `wrap`.
void GoTranslator::Behind(const TestCall& call, Interpreter& values) {
  if (call.wrap == nullptr || behind_.count(call.wrap) > 0) return;
  const Value value = values.Eval(*call.wrap->target);
  if (value.IsNil()) return;
  const auto* func = value.As<Opaque>();
  if (func == nullptr || !Print(*call.wrap->target).has_value())
    return Refuse("`" + call.test->name + "` is out of reach for Go outside of the rule");
  const go::SignatureType& signature = *call.wrap->body->signature;
  behind_[call.wrap] = DeclareBehind(signature);
  functions_[func->name] = "func" + BehindText(behind_[call.wrap], signature);
}

/// What `call` calls, as Go has it; empty: refused. `behind`: what the library's own function is called.
std::string GoTranslator::Callee(const TestCall& call, const Test& in, const std::string& own,
                                 std::string& behind) {
  if (call.wrap != nullptr) {
    behind = behind_[call.wrap];
    return Print(*call.wrap->target).value_or("");
  }
  const std::string method = call.test->hook->func;
  if (!call.object->wraps) {
    out_.declarations += "var " + own + "_self *" + call.object->go_type + "\n";
    Line("instcNew(&" + own + "_self)");
    const auto made = records_->objects.find(call.object);
    const Struct* fields = made == records_->objects.end() ? nullptr : Interpreter::StructIn(made->second);
    if (fields != nullptr) WriteFields(own + "_self", *fields);
    return own + "_self." + method;
  }
  std::optional<std::string> place;
  check::ForEachStmt(in.hook->body, [&](const rules::Stmt& stmt) {
    const auto* decorate = std::get_if<rules::Decorate>(&stmt.node);
    const bool it =
        decorate != nullptr && std::get<rules::NewObject>(decorate->made->node).object == call.object;
    if (it && !place.has_value()) place = Print(*decorate->target);
  });
  const auto mock = mocks_.find(place.value_or("") + "." + method);
  if (mock == mocks_.end()) {
    Refuse("`" + call.test->name + "` is out of reach for Go outside of the rule");
    return "";
  }
  behind = mock->second;
  return *place + "." + method;
}

void GoTranslator::WriteCall(const TestCall& call, Interpreter& around, const Test& in) {
  const Test& test = *call.test;
  const rules::Hook& body = *test.hook;
  bodies_.push_back(std::unique_ptr<Interpreter>(new Interpreter(around, body)));
  Interpreter& values = *bodies_.back();
  for (const auto& [binding, place] : around.names_) values.names_.emplace(binding, place);
  if (!BindAll(values, test)) return;
  const std::string own = Fresh("c");
  const std::vector<std::string> params = Declare(own + "_p", body.signature->params);
  const std::vector<std::string> results = Declare(own + "_o", body.signature->results);
  for (const auto& binding : body.bindings) {
    const bool result = binding->kind == rules::Binding::Kind::kResult;
    if (!result && binding->kind != rules::Binding::Kind::kParam) continue;
    const auto& names = result ? body.results : body.params;
    const auto index = static_cast<size_t>(llvm::find(names, binding->name) - names.begin());
    places_[binding.get()] = (result ? results : params)[index];
  }
  for (const TestCall& inner : test.calls) Behind(inner, values);
  for (const auto& binding : body.bindings)
    if (binding->kind == rules::Binding::Kind::kParam)
      Write(places_[binding.get()], values.PlaceOf(*binding)->value, binding->type);
  std::string behind;
  const std::string callee = Callee(call, in, own, behind);
  if (callee.empty()) return;
  Parents(test);
  if (!behind.empty()) WriteBehind(behind, test, values);
  std::string text = callee + "(" + llvm::join(params, ", ") + (body.signature->variadic ? "...)" : ")");
  if (!results.empty()) text = llvm::join(results, ", ") + " = " + text;
  Line("instcTry(func() { " + text + " })");
  if (test.panic != nullptr) Line("instcPanicking, instcPanic = 0, nil");
  for (const TestCall& inner : test.calls)
    if (inner.later) WriteCall(inner, values, test);
  Expectations(test);
}

std::vector<std::string> GoTranslator::Declare(const std::string& prefix,
                                               const std::vector<const go::Var*>& vars) {
  std::vector<std::string> names;
  for (const go::Var* var : vars) {
    names.push_back(prefix + std::to_string(names.size()));
    out_.declarations += "var " + names.back() + " " + Spell(var->type()) + "\n";
  }
  return names;
}

/// What the library's own function does in this call.
void GoTranslator::WriteBehind(const std::string& behind, const Test& test, Interpreter& values) {
  const rules::Hook& body = *test.hook;
  Line(behind + "_body = func() {");
  for (const TestCall& inner : test.calls)
    if (!inner.later) WriteCall(inner, values, test);
  for (size_t i = 0; i < body.signature->results.size(); ++i)
    Line("instcClear(&" + behind + "_o" + std::to_string(i) + ")");
  for (const auto& binding : body.bindings) {
    if (binding->kind != rules::Binding::Kind::kResult) continue;
    const auto index = llvm::find(body.results, binding->name) - body.results.begin();
    Write(behind + "_o" + std::to_string(index), values.PlaceOf(*binding)->value, binding->type);
  }
  Panic(test);
  Line("}");
}

}  // namespace instc::ruletest
