// A test as a Go function: the hooked function is called with what the test binds.
#include "compiler/go/types/package.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/go_translator.h"
#include "compiler/ruletest/ruletest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest {

GoTest GoTranslator::Run() {
  if (!hook_.type_params.empty()) {
    Refuse("the function has type parameters, for which nothing is known to stand");
    return std::move(out_);
  }
  const GoDouble hooked{hook_.receiver_type, hook_.func};
  key_ = hooked.Variables();
  out_.doubles.push_back(hooked);
  Interpreter run(*test_.plugin, hook_, target_, *test_.package);
  BindTestOptions(run, description_);
  if (!Perform(test_, run, *this)) return std::move(out_);
  records_ = run.records_;
  Interpreter values(*test_.plugin, hook_, target_, *test_.package);
  BindTestOptions(values, description_);
  if (!BindAll(values, test_)) return std::move(out_);
  for (const auto& binding : hook_.bindings)
    if (IsArgument(*binding) || binding->kind == rules::Binding::Kind::kResult)
      places_[binding.get()] = ParamPlace(*binding);
  for (const TestCall& call : test_.calls) Behind(call, values);
  Arguments(values);
  Externs(values);
  Options(values);
  Parents(test_);
  Body(values);
  Call();
  for (const TestCall& call : test_.calls)
    if (call.later) WriteCall(call, values, test_);
  Expectations(test_);
  Facts(run);
  return std::move(out_);
}

bool GoTranslator::Bind(Interpreter& run, const std::vector<Given>& givens) {
  const bool bound = BindTestGivens(run, givens);
  if (!bound) Refuse("its bindings do not hold");
  return bound;
}

void GoTranslator::Begins(const Test& test, Interpreter& run) {
  for (const Expectation& e : test.expectations)
    if (const auto* span = std::get_if<ExpectSpan>(&e.node))
      for (const auto& detail : span->details)
        if (const auto* parent = std::get_if<ExpectedParent>(&detail))
          known_[parent] = run.Eval(*parent->parent);
}

void GoTranslator::Ends(const Test& test, Interpreter& run) {
  for (const Expectation& e : test.expectations) {
    if (const auto* holds = std::get_if<ExpectTrue>(&e.node)) known_[&e] = run.Eval(*holds->condition);
    const auto* carrier = std::get_if<ExpectCarrier>(&e.node);
    if (carrier == nullptr) continue;
    const Value value = run.Eval(*carrier->carrier);
    const bool injected = Interpreter::Injected(value);
    known_[&e] = injected || !value.IsUnknown() ? Value{injected} : value;
  }
}

void GoTranslator::NotCalled(const TestCall&, const std::string&) {
  Refuse("the interpreter cannot run it either");
}

void GoTranslator::Refuse(const std::string& why) {
  if (out_.refused.empty()) out_.refused = why;
}

std::string GoTranslator::Import(const std::string& path) {
  auto [entry, fresh] = out_.imports.emplace(path, "");
  if (!fresh) return entry->second;
  std::string name = "instcI_";
  for (char c : path) name += llvm::isAlnum(c) ? c : '_';
  return entry->second = name;
}

std::string GoTranslator::Spell(const go::Type* type) {
  auto qualify = [&](const go::Package& package) {
    return &package == test_.package ? std::string() : Import(package.path());
  };
  return go::TypeString(type, qualify);
}

std::string GoTranslator::ParamPlace(const rules::Binding& binding) const {
  if (binding.kind == rules::Binding::Kind::kReceiver) return key_ + "_r";
  const bool result = binding.kind == rules::Binding::Kind::kResult;
  const std::vector<std::string>& names = result ? hook_.results : hook_.params;
  const auto found = llvm::find(names, binding.name);
  return key_ + (result ? "_o" : "_p") + std::to_string(found - names.begin());
}

bool GoTranslator::IsArgument(const rules::Binding& binding) {
  return binding.kind == rules::Binding::Kind::kReceiver || binding.kind == rules::Binding::Kind::kParam;
}

void GoTranslator::Arguments(Interpreter& values) {
  for (const auto& binding : hook_.bindings)
    if (IsArgument(*binding)) Write(ParamPlace(*binding), values.PlaceOf(*binding)->value, binding->type);
  for (const auto& [name, place] : values.globals_) {
    const bool own = name.find('.') == std::string::npos;
    const auto* box = place->value.As<std::shared_ptr<Box>>();
    const bool itself = place->value.IsUnknown() || (box != nullptr && !(*box)->global.empty());
    if (own && !itself) Write(name, place->value, test_.package->Lookup(name)->type());
  }
}

const go::Func* GoTranslator::BoundFunction(llvm::StringRef name) const {
  for (const std::vector<Given>* givens : {&test_.before, &test_.after})
    for (const Given& given : *givens) {
      const auto* call = std::get_if<rules::FuncCall>(&given.leaf->node);
      const auto* callee = call == nullptr ? nullptr : std::get_if<rules::Global>(&call->callee->node);
      if (callee == nullptr || Interpreter::NameOf(*callee) != name) continue;
      if (callee->package.empty())
        return llvm::dyn_cast_or_null<go::Func>(test_.package->Lookup(callee->name));
      auto package = target_.program->Load(callee->package);
      if (package) return llvm::dyn_cast_or_null<go::Func>((*package)->Lookup(callee->name));
      llvm::consumeError(package.takeError());
    }
  return nullptr;
}

void GoTranslator::Externs(Interpreter& values) {
  for (const auto& [call, bound] : values.methods_bound_) {
    if (bound.method->decl() == nullptr || !IsWithinReach(*bound.method->package()))
      return Refuse("`" + call + "` belongs to another module, and its result is bound");
    Double(*bound.method, bound.result->value);
  }
  for (const auto& [call, place] : values.calls_bound_) {
    const std::string name = llvm::StringRef(call).split('(').first.str();
    const auto found = llvm::find_if(test_.plugin->externs, [&](const auto& e) { return e->name == name; });
    if (found == test_.plugin->externs.end()) {
      const go::Func* func = BoundFunction(name);
      if (func == nullptr || func->decl() == nullptr || !IsWithinReach(*func->package()))
        return Refuse("`" + name + "` belongs to another module, and its result is bound");
      Double(*func, place->value);
      continue;
    }
    const rules::ExternFunc& function = **found;
    const auto* parts = place->value.As<Tuple>();
    std::vector<std::string> results;
    for (size_t i = 0; i < function.results.size(); ++i) {
      results.push_back(Fresh("x"));
      out_.declarations += "var " + results.back() + " " + Spell(function.results[i]) + "\n";
      Write(results.back(), parts == nullptr ? place->value : parts->values[i], function.results[i]);
    }
    Line(function.symbol + " = " + function.go_type + " { return " + llvm::join(results, ", ") + " }");
  }
}

void GoTranslator::Options(const Interpreter& values) {
  for (const auto& [index, value] : values.options_) {
    std::string text = Show(value);
    if (value.As<Integer>() != nullptr) text = "int64(" + text + ")";
    if (const auto* list = value.As<std::shared_ptr<List>>()) {
      text = "[]string{";
      for (const auto& [i, element] : (*list)->elements) text += Show(element->value) + ", ";
      text += "}";
    }
    Line("instcOptions[" + std::to_string(index) + "] = " + text);
  }
}

/// The double of the hooked function itself.
void GoTranslator::Body(Interpreter& values) {
  Line(key_ + "_body = func() {");
  for (const TestCall& call : test_.calls)
    if (!call.later) WriteCall(call, values, test_);
  for (const auto& binding : hook_.bindings) {
    if (binding->kind != rules::Binding::Kind::kResult) continue;
    const Value& value = values.PlaceOf(*binding)->value;
    Write(ParamPlace(*binding), value, binding->type);
  }
  Panic(test_);
  Line("}");
}

void GoTranslator::Panic(const Test& test) {
  if (test.panic == nullptr) return;
  const auto what = Print(*test.panic);
  if (!what.has_value()) Refuse("what it panics with is no plain Go");
  Line("instcPanicking, instcPanic = 1, " + what.value_or("nil"));
  Line("panic(instcPanic)");
}

const go::Func* GoTranslator::Function() const {
  if (!hook_.receiver_type.empty()) return test_.package->Method(hook_.receiver_type, hook_.func);
  return llvm::dyn_cast_or_null<go::Func>(test_.package->Lookup(hook_.func));
}

void GoTranslator::Call() {
  const go::SignatureType& signature = *Function()->signature();
  std::vector<std::string> params, results;
  for (size_t i = 0; i < signature.params.size(); ++i) params.push_back(key_ + "_p" + std::to_string(i));
  for (size_t i = 0; i < signature.results.size(); ++i) results.push_back(key_ + "_o" + std::to_string(i));
  std::string call = hook_.receiver_type.empty() ? hook_.func : key_ + "_r." + hook_.func;
  if (hook_.at_call) call = GoWrapperPrefix(hook_.symbol) + call;
  call += "(" + llvm::join(params, ", ") + (signature.variadic ? "...)" : ")");
  if (!results.empty()) call = llvm::join(results, ", ") + " = " + call;
  Line("instcTry(func() { " + call + " })");
}

GoTest TranslateToGo(const Test& test, unsigned number, const check::Target& target,
                     const pack::Plugin& description) {
  if (test.hook->directive.has_value()) {
    GoTest refused;
    refused.refused = "functions under //" + test.hook->directive->name + " are in no library";
    return refused;
  }
  return GoTranslator(test, number, target, description).Run();
}

}  // namespace instc::ruletest
