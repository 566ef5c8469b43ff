#include "compiler/ruletest/go_translation.h"

#include "compiler/check/review.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"
#include "compiler/ruletest/perform.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

class GoTranslator : public Watcher {
 public:
  GoTranslator(const Test& test, unsigned number, const check::Target& target,
               const pack::Plugin& description)
      : test_(test), hook_(*test.hook), target_(target), description_(description) {
    prefix_ = "instcT" + std::to_string(number) + "_";
  }

  GoTest Run() {
    if (hook_.generic) {
      Refuse("the function is generic");
      return std::move(out_);
    }
    const GoDouble hooked{hook_.receiver_type, hook_.func};
    key_ = "instcH_" + hooked.Key();
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

  // ---- of the interpreter's run, whose facts Go shall repeat
  bool Bind(Interpreter& run, const std::vector<Given>& givens) override {
    const bool bound = BindTestGivens(run, givens);
    if (!bound) Refuse("its bindings do not hold");
    return bound;
  }
  void Begins(const Test& test, Interpreter& run) override {
    for (const Expectation& e : test.expectations)
      if (const auto* span = std::get_if<ExpectSpan>(&e.node))
        for (const auto& detail : span->details)
          if (const auto* parent = std::get_if<ExpectedParent>(&detail))
            known_[parent] = run.Eval(*parent->parent);
  }
  void Ends(const Test& test, Interpreter& run) override {
    for (const Expectation& e : test.expectations) {
      if (const auto* holds = std::get_if<ExpectTrue>(&e.node)) known_[&e] = run.Eval(*holds->condition);
      const auto* carrier = std::get_if<ExpectCarrier>(&e.node);
      if (carrier == nullptr) continue;
      const Value value = run.Eval(*carrier->carrier);
      const bool injected = Interpreter::Injected(value);
      known_[&e] = injected || !value.IsUnknown() ? Value{injected} : value;
    }
  }
  void Stopped(const Test&, const Stop&) override { Refuse("the interpreter cannot run it either"); }
  void NotCalled(const TestCall&, const std::string&) override {
    Refuse("the interpreter cannot run it either");
  }

 private:
  void Refuse(const std::string& why) {
    if (out_.refused.empty()) out_.refused = why;
  }
  void Line(const std::string& text) { out_.body += "\t" + text + "\n"; }

  std::string Import(const std::string& path) {
    auto [entry, fresh] = out_.imports.emplace(path, "");
    if (!fresh) return entry->second;
    std::string name = "instcI_";
    for (char c : path) name += llvm::isAlnum(c) ? c : '_';
    return entry->second = name;
  }

  std::string Spell(const go::Type* type) {
    auto qualify = [&](const go::Package& package) {
      return &package == test_.package ? std::string() : Import(package.path());
    };
    return go::TypeString(type, qualify);
  }

  std::string Fresh(const char* kind) { return prefix_ + kind + std::to_string(fresh_++); }

  // ----------------------------------------------------------------------------------------------- values

  /// Statements that give `place` the value; what is unknown stays zero.
  void Write(const std::string& place, const Value& value, const go::Type* type) {
    if (++depth_ > 40) return Refuse("its values are nested too deep");
    std::visit(Overload{
                   [](const Unknown&) {},
                   [](const Absent&) {},
                   [&](const Nil&) { Line(place + " = nil"); },
                   [&](bool v) { Line(place + (v ? " = true" : " = false")); },
                   [&](const Integer&) { Line(place + " = " + Show(value)); },
                   [&](double) { Line(place + " = " + Show(value)); },
                   [&](const std::string&) { WriteText(place, value, type); },
                   [&](const Pointer& v) { WritePointer(place, v, type); },
                   [&](const std::shared_ptr<Struct>& v) { WriteFields(place, *v); },
                   [&](const std::shared_ptr<Box>& v) { WriteBox(place, v, type); },
                   [&](const std::shared_ptr<List>& v) { WriteList(place, *v, type); },
                   [&](const std::shared_ptr<Map>& v) { WriteMap(place, *v, type); },
                   [&](const Opaque& v) { WriteFunc(place, v); },
                   [&](const Tuple&) { Refuse("several results are bound as one value"); },
               },
               value.node);
    --depth_;
  }

  /// Text may be the value of a byte slice, too.
  void WriteText(const std::string& place, const Value& text, const go::Type* type) {
    const bool bytes = type != nullptr && go::UnderlyingAs<go::SliceType>(type) != nullptr;
    Line(place + " = " + (bytes ? Spell(type) + "(" + Show(text) + ")" : Show(text)));
  }

  void WriteFunc(const std::string& place, const Opaque& func) {
    auto known = functions_.find(func.name);
    if (known == functions_.end()) return Refuse("a func value is bound");
    Line(place + " = " + known->second);
  }

  void WritePointer(const std::string& place, const Pointer& pointer, const go::Type*) {
    auto [entry, fresh] = pointers_.emplace(pointer.to.get(), place);
    if (!fresh) return Line(place + " = " + entry->second);
    const auto* made = pointer.to->value.As<std::shared_ptr<Struct>>();
    if (made != nullptr && IsURL(**made)) {
      Line(place + " = instcURL(" + Show((*made)->methods.at("String()")->value) + ")");
      return;
    }
    Line("instcNew(&" + place + ")");
    if (made != nullptr)
      WriteFields(place, **made);
    else
      Write("(*" + place + ")", pointer.to->value, nullptr);
  }

  static bool IsURL(const Struct& value) {
    const auto* named = go::TypeAs<go::Named>(value.type);
    return named != nullptr && named->object()->name() == "URL" && value.methods.count("String()") > 0 &&
           named->object()->package()->path() == "net/url";
  }

  void WriteFields(const std::string& place, const Struct& value) {
    const auto* type = go::UnderlyingAs<go::StructType>(value.type);
    for (const auto& [name, field] : value.fields) {
      const go::Var* var = type == nullptr ? nullptr : type->Field(name);
      Write(place + "." + name, field->value, var == nullptr ? nullptr : var->type());
    }
    if (!value.methods.empty()) Methods(value);
  }

  /// Results that a test binds to methods of a concrete type: those methods are doubled.
  void Methods(const Struct& value) {
    const auto* named = go::TypeAs<go::Named>(value.type);
    for (const auto& [call, result] : value.methods) {
      const std::string name = llvm::StringRef(call).split('(').first.str();
      const go::Func* func = named == nullptr ? nullptr : named->Method(name);
      if (func == nullptr || func->decl() == nullptr || func->package() != test_.package)
        return Refuse("`" + name + "` belongs to another package, and its result is bound");
      Double({named->object()->name().str(), name}, *func, result->value);
    }
  }

  void Double(const GoDouble& which, const go::Func& func, const Value& result) {
    if (llvm::any_of(out_.doubles, [&](const GoDouble& d) { return d.Key() == which.Key(); }))
      return Refuse("`" + which.func + "` has several results");
    out_.doubles.push_back(which);
    const std::string key = "instcH_" + which.Key();
    const auto* parts = result.As<Tuple>();
    const auto& results = func.signature()->results;
    for (size_t i = 0; i < results.size(); ++i)
      Write(key + "_o" + std::to_string(i), parts == nullptr ? result : parts->values[i], results[i]->type());
    Line(key + "_body = func() {}");
  }

  void WriteBox(const std::string& place, const std::shared_ptr<Box>& box, const go::Type* type) {
    auto known = boxes_.find(box.get());
    if (known != boxes_.end()) return Line(place + " = " + known->second);
    boxes_[box.get()] = place;
    if (!box->global.empty()) {
      const auto [package, name] = llvm::StringRef(box->global).rsplit('.');
      return Line(place + " = " + (package.empty() ? "" : Import(package.str()) + ".") + name.str());
    }
    if (box->text.has_value()) return Line(place + " = instcErrors.New(" + Show(MakeText(*box->text)) + ")");
    if (box->dynamic != nullptr) {
      const std::string held = Fresh("d");
      out_.declarations += "var " + held + " " + Spell(box->dynamic) + "\n";
      Write(held, box->inner->value, box->dynamic);
      return Line(place + " = " + held);
    }
    const auto* named = type == nullptr ? nullptr : go::TypeAs<go::Named>(type);
    const bool context = named != nullptr && named->object()->name() == "Context" &&
                         named->object()->package() != nullptr &&
                         named->object()->package()->path() == "context";
    const auto* interface = type == nullptr ? nullptr : go::UnderlyingAs<go::InterfaceType>(type);
    if (context || interface == nullptr || interface->AllMethods().empty())
      return Line(place + " = &instcContextOf{instcContext.Background(), " +
                  (box->traced ? "true" : "false") + "}");
    WriteMock(place, *box, type, *interface);
  }

  /// Something that has the interface's methods: they return what the test bound, or zero.
  void WriteMock(const std::string& place, const Box& box, const go::Type* type,
                 const go::InterfaceType& interface) {
    const std::string mock = Fresh("m");
    out_.declarations += "type " + mock + " struct{ " + Spell(type) + " }\n";
    std::map<std::string, const Place*> bound;
    for (const auto& [call, result] : box.methods) {
      const std::string name = llvm::StringRef(call).split('(').first.str();
      if (!bound.emplace(name, result.get()).second) return Refuse("`" + name + "` has several results");
    }
    if (go::TypeAs<go::Named>(type) == nullptr) return Refuse("an interface without a name is bound");
    for (const go::Func* method : interface.AllMethods()) {
      if (!method->exported() && method->package() != test_.package) continue;
      auto found = bound.find(method->name().str());
      const std::string behind =
          WriteMethod(mock, *method, found == bound.end() ? nullptr : &found->second->value);
      mocks_[place + "." + method->name().str()] = behind;
    }
    Line(place + " = &" + mock + "{}");
  }

  /// What the results and the body of the method are called.
  std::string WriteMethod(const std::string& mock, const go::Func& method, const Value* bound) {
    const go::SignatureType& signature = *method.signature();
    const std::string behind = DeclareBehind(signature);
    out_.declarations += "func (*" + mock + ") " + method.name().str() + BehindText(behind, signature) + "\n";
    const auto* parts = bound == nullptr ? nullptr : bound->As<Tuple>();
    for (size_t i = 0; bound != nullptr && i < signature.results.size(); ++i)
      Write(behind + "_o" + std::to_string(i), parts == nullptr ? *bound : parts->values[i],
            signature.results[i]->type());
    return behind;
  }

  /// Variables for a function that does what a test says: its results, and what it does before.
  std::string DeclareBehind(const go::SignatureType& signature) {
    const std::string behind = Fresh("v");
    out_.declarations += "var " + behind + "_body func()\n";
    for (size_t i = 0; i < signature.results.size(); ++i)
      out_.declarations +=
          "var " + behind + "_o" + std::to_string(i) + " " + Spell(signature.results[i]->type()) + "\n";
    return behind;
  }

  /// The function behind its name.
  std::string BehindText(const std::string& behind, const go::SignatureType& signature) {
    std::vector<std::string> params, results, returned;
    for (size_t i = 0; i < signature.params.size(); ++i) {
      const bool open = signature.variadic && i + 1 == signature.params.size();
      const go::Type* type = signature.params[i]->type();
      params.push_back(open ? "_ ..." + Spell(go::UnderlyingAs<go::SliceType>(type)->element)
                            : "_ " + Spell(type));
    }
    for (size_t i = 0; i < signature.results.size(); ++i) {
      results.push_back(Spell(signature.results[i]->type()));
      returned.push_back(behind + "_o" + std::to_string(i));
    }
    return "(" + llvm::join(params, ", ") + ") (" + llvm::join(results, ", ") + ") { if " + behind +
           "_body != nil { " + behind + "_body() }; return " + llvm::join(returned, ", ") + " }";
  }

  void WriteList(const std::string& place, const List& list, const go::Type* type) {
    const auto* slice = type == nullptr ? nullptr : go::UnderlyingAs<go::SliceType>(type);
    const auto* array = type == nullptr ? nullptr : go::UnderlyingAs<go::ArrayType>(type);
    if (slice == nullptr && array == nullptr) return Refuse("a list of an unknown type is bound");
    const int64_t length = !list.open              ? list.length
                           : list.elements.empty() ? 0
                                                   : list.elements.rbegin()->first + 1;
    if (length > 1000) return Refuse("a long list is bound");
    if (slice != nullptr) Line("instcGrow(&" + place + ", " + std::to_string(length) + ")");
    for (const auto& [index, element] : list.elements)
      Write(place + "[" + std::to_string(index) + "]", element->value,
            slice != nullptr ? slice->element : array->element);
  }

  void WriteMap(const std::string& place, const Map& map, const go::Type* type) {
    const auto* of = type == nullptr ? nullptr : go::UnderlyingAs<go::MapType>(type);
    if (of == nullptr) return Refuse("a map of an unknown type is bound");
    Line("instcMake(&" + place + ")");
    for (const auto& [key, entry] : map.entries) {
      const std::string slot = Fresh("s");
      Line(slot + " := instcSlot(" + place + ")");
      Write("(*" + slot + ")", entry->value, of->value);
      Line(place + "[" + key + "] = *" + slot);
    }
  }

  // -------------------------------------------------------------------------------------------- the call

  std::string ParamPlace(const rules::Binding& binding) const {
    if (binding.kind == rules::Binding::Kind::kReceiver) return key_ + "_r";
    const bool result = binding.kind == rules::Binding::Kind::kResult;
    const std::vector<std::string>& names = result ? hook_.results : hook_.params;
    const auto found = llvm::find(names, binding.name);
    return key_ + (result ? "_o" : "_p") + std::to_string(found - names.begin());
  }

  static bool IsArgument(const rules::Binding& binding) {
    return binding.kind == rules::Binding::Kind::kReceiver || binding.kind == rules::Binding::Kind::kParam;
  }

  void Arguments(Interpreter& values) {
    for (const auto& binding : hook_.bindings)
      if (IsArgument(*binding)) Write(ParamPlace(*binding), values.PlaceOf(*binding)->value, binding->type);
    for (const auto& [name, place] : values.globals_) {
      const bool own = name.find('.') == std::string::npos;
      const auto* box = place->value.As<std::shared_ptr<Box>>();
      const bool itself = place->value.IsUnknown() || (box != nullptr && !(*box)->global.empty());
      if (own && !itself) Write(name, place->value, test_.package->Lookup(name)->type());
    }
  }

  void Externs(Interpreter& values) {
    for (const auto& [call, place] : values.calls_bound_) {
      const std::string name = llvm::StringRef(call).split('(').first.str();
      const auto found = llvm::find_if(test_.plugin->externs, [&](const auto& e) { return e->name == name; });
      if (found == test_.plugin->externs.end()) {
        const auto* func = llvm::dyn_cast_or_null<go::Func>(test_.package->Lookup(name));
        if (func == nullptr)
          return Refuse("`" + name + "` belongs to another package, and its result is bound");
        Double({"", name}, *func, place->value);
        continue;
      }
      const auto* parts = place->value.As<Tuple>();
      std::vector<std::string> results;
      for (const Value& value : parts == nullptr ? std::vector<Value>{place->value} : parts->values)
        results.push_back(Show(value));
      Line((*found)->symbol + " = " + (*found)->go_type + " { return " + llvm::join(results, ", ") + " }");
    }
  }

  void Options(const Interpreter& values) {
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
  void Body(Interpreter& values) {
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

  void Panic(const Test& test) {
    if (test.panic == nullptr) return;
    const auto what = Print(*test.panic);
    if (!what.has_value()) Refuse("what it panics with is no plain Go");
    Line("instcPanicking, instcPanic = 1, " + what.value_or("nil"));
    Line("panic(instcPanic)");
  }

  const go::Func* Function() const {
    if (!hook_.receiver_type.empty()) return test_.package->Method(hook_.receiver_type, hook_.func);
    return llvm::dyn_cast_or_null<go::Func>(test_.package->Lookup(hook_.func));
  }

  void Call() {
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

  // ------------------------------------------------------------------------------------- closures, objects

  bool BindAll(Interpreter& values, const Test& test) {
    const bool bound = BindTestGivens(values, test.before) && BindTestGivens(values, test.after);
    if (!bound) Refuse("its bindings do not hold");
    MakeCalledThere(test, /*at_exit=*/false, values);
    MakeCalledThere(test, /*at_exit=*/true, values);
    return bound;
  }

  /// The func that a test finds in the place of a `wrap`.
  void Behind(const TestCall& call, Interpreter& values) {
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
  std::string Callee(const TestCall& call, const Test& in, const std::string& own, std::string& behind) {
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

  void WriteCall(const TestCall& call, Interpreter& around, const Test& in) {
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

  std::vector<std::string> Declare(const std::string& prefix, const std::vector<const go::Var*>& vars) {
    std::vector<std::string> names;
    for (const go::Var* var : vars) {
      names.push_back(prefix + std::to_string(names.size()));
      out_.declarations += "var " + names.back() + " " + Spell(var->type()) + "\n";
    }
    return names;
  }

  /// What the library's own function does in this call.
  void WriteBehind(const std::string& behind, const Test& test, Interpreter& values) {
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

  // ----------------------------------------------------------------------------------------- expectations

  void Fact(const std::string& what, std::optional<std::string> value) {
    out_.facts[what].push_back(std::move(value));
  }

  static std::string Bits(double value) {
    return "f:" + llvm::utohexstr(llvm::DoubleToBits(value), /*LowerCase=*/true);
  }

  static std::optional<std::string> Wire(const Value& value) {
    if (const auto* text = value.As<std::string>()) return "s:" + llvm::toHex(*text, /*LowerCase=*/true);
    if (value.As<Integer>() != nullptr) return "i:" + Show(value);
    if (value.As<bool>() != nullptr) return "b:" + Show(value);
    if (const auto* real = value.As<double>()) return Bits(*real);
    const auto* list = value.As<std::shared_ptr<List>>();
    if (list == nullptr || (*list)->open) return std::nullopt;
    std::string out = "l:";
    for (const auto& [index, element] : (*list)->elements) {
      const auto* text = element->value.As<std::string>();
      if (text == nullptr) return std::nullopt;
      out += llvm::toHex(*text, /*LowerCase=*/true) + ",";
    }
    return out;
  }

  void Facts(const Interpreter& run) {
    for (size_t i = 0; i < records_->spans.size(); ++i) Span(records_->spans[i], std::to_string(i));
    for (size_t i = 0; i < records_->measured.size(); ++i) Measured(records_->measured[i], std::to_string(i));
    for (size_t i = 0; i < records_->logged.size(); ++i) Log(records_->logged[i], std::to_string(i));
    for (unsigned i = 0; i < records_->injections; ++i) Fact("injected", "");
    for (const auto& happened : records_->order) Fact("order", happened);
    Calls(run);
  }

  void Measured(const MeasureRecord& record, const std::string& number) {
    if (record.certain.IsUnknown()) {
      Fact("measured", std::nullopt);
      out_.open.insert("aside measured ");
      out_.open.insert("value ");
      return;
    }
    Fact("measured", std::to_string(record.index));
    if (const auto* integer = record.value.As<Integer>())
      Fact("value " + number, Bits(static_cast<double>(integer->value)));
    else
      Fact("value " + number, record.value.As<double>() != nullptr ? Wire(record.value) : std::nullopt);
    for (const auto& [key, value] : record.own) Fact("aside measured " + number + " " + key, Wire(value));
  }

  void Log(const LogRecord& record, const std::string& index) {
    const bool certain = !record.certain.IsUnknown();
    Fact("log " + index, certain ? Wire(record.body) : std::nullopt);
    Fact("severity " + index, certain ? Wire(record.severity) : std::nullopt);
    for (const auto& [key, value] : record.attributes)
      Fact("logged " + index + " " + key, certain ? Wire(value) : std::nullopt);
  }

  void Span(const SpanRecord& span, const std::string& index) {
    Fact("kind " + index, span.enriched ? "enrich " + std::to_string(span.which)
                                        : std::to_string(static_cast<int>(*span.kind)));
    const auto* name = span.name.As<std::string>();
    if (!span.enriched || name == nullptr || !name->empty()) Fact("name " + index, Wire(span.name));
    for (const auto& [key, value] : span.attributes) Fact("attribute " + index + " " + key, Wire(value));
    const auto* status = span.status.As<Integer>();
    if (status == nullptr)
      Fact("status " + index, std::nullopt);
    else if (status->value != 0)
      Fact("status " + index, Show(span.status));
    const auto* message = span.message.As<std::string>();
    if (message == nullptr || !message->empty()) Fact("message " + index, Wire(span.message));
    unsigned number = 0;
    for (const auto& [event, attributes] : span.events) {
      Fact("event " + index, Wire(event));
      const std::string aside = "aside event " + index + "." + std::to_string(number++) + " ";
      if (event.IsUnknown()) out_.open.insert("aside event " + index + ".");
      for (const auto& [key, value] : attributes) Fact(aside + key, Wire(value));
    }
    for (const Value& link : span.links) {
      const auto* unknown = link.As<Unknown>();
      Fact("link " + index, unknown != nullptr && unknown->path.empty() ? std::nullopt : std::optional(""));
    }
  }

  /// `,s:6162`, `,i:1`; of types that are not basic no more than that they were there.
  static std::string Argument(const go::Var& param, const std::string& place) {
    const auto* basic = go::UnderlyingAs<go::BasicType>(param.type());
    if (basic == nullptr) return "\",?\"";
    if (basic->IsString()) return "\",\" + instcText(string(" + place + "))";
    if (basic->IsInteger()) return "instcFmt.Sprintf(\",i:%d\", " + place + ")";
    if (basic->IsBoolean()) return "instcFmt.Sprintf(\",b:%v\", bool(" + place + "))";
    return "\",?\"";
  }

  static std::optional<std::string> Argument(const go::Var& param, const Value& value) {
    const auto* basic = go::UnderlyingAs<go::BasicType>(param.type());
    const bool plain = basic != nullptr && (basic->IsString() || basic->IsInteger() || basic->IsBoolean());
    if (!plain) return ",?";
    const auto wire = Wire(value);
    return wire.has_value() ? std::optional("," + *wire) : std::nullopt;
  }

  /// Calls of the package's own functions and methods: those are doubled and say that they were called.
  void Calls(const Interpreter&) {
    for (const CallRecord& record : records_->calls) {
      const go::Func* func = nullptr;
      if (const auto* method = std::get_if<rules::MethodCall>(&record.call->node))
        func = llvm::dyn_cast<go::Func>(method->selection.object);
      if (func == nullptr || func->decl() == nullptr || func->package() != test_.package) continue;
      const GoDouble which{func->decl()->receiver_type_name().str(), func->name().str()};
      if (llvm::none_of(out_.doubles, [&](const GoDouble& d) { return d.Key() == which.Key(); }))
        out_.doubles.push_back(which);
      called_[which.Key()] = func;
      std::optional<std::string> said = which.Key();
      const auto& params = func->signature()->params;
      const bool each = !func->signature()->variadic && params.size() == record.args.size();
      for (size_t i = 0; each && said.has_value() && i < params.size(); ++i) {
        const auto argument = Argument(*params[i], record.args[i]);
        said = argument.has_value() ? std::optional(*said + *argument) : std::nullopt;
      }
      Fact("call", said);
    }
    std::string before;
    for (const auto& [key, func] : called_) {
      before += "\tinstcH_" + key + "_body = func() { instcSay(\"call\", \"" + key + "\"";
      const auto& params = func->signature()->params;
      for (size_t i = 0; !func->signature()->variadic && i < params.size(); ++i)
        before += " + " + Argument(*params[i], "instcH_" + key + "_p" + std::to_string(i));
      before += ") }\n";
    }
    out_.body = before + out_.body;
  }

  /// What the parents are that a test expects, before the call may change them; and of which spans they are.
  void Parents(const Test& test) {
    for (const Expectation& e : test.expectations) {
      const auto* span = std::get_if<ExpectSpan>(&e.node);
      for (size_t i = 0; span != nullptr && i < span->details.size(); ++i) {
        const auto* parent = std::get_if<ExpectedParent>(&span->details[i]);
        const auto printed = parent == nullptr ? std::nullopt : Print(*parent->parent);
        if (!printed.has_value()) continue;
        parent_places_[parent] = Fresh("w");
        out_.declarations += "var " + parent_places_[parent] + " any\n";
        Line(parent_places_[parent] + " = " + *printed);
      }
    }
  }

  void SayParents(const ExpectedParent& parent) {
    const auto place = parent_places_.find(&parent);
    if (place == parent_places_.end()) return;
    const auto* map = go::UnderlyingAs<go::MapType>(parent.parent->type);
    const bool header = map != nullptr && go::UnderlyingAs<go::SliceType>(map->value) != nullptr;
    const Value& wanted = known_.at(&parent);
    for (size_t i = 0; i < records_->spans.size(); ++i) {
      const SpanRecord& span = records_->spans[i];
      if (span.enriched) continue;
      const Answer by_context = Equal(span.parent, wanted);
      const Answer by_carrier = Equal(span.remote, wanted);
      const bool known = by_context != Answer::kUnknown && by_carrier != Answer::kUnknown;
      const bool told = known && (by_carrier == Answer::kNo || header);
      const std::string what = "parent " + std::to_string(i) + " of " + place->second;
      const bool is = by_context == Answer::kYes || by_carrier == Answer::kYes;
      Line("instcSay(\"" + what + "\", instcFmt.Sprint(instcIsParent(" + std::to_string(i) + ", " +
           place->second + ")))");
      Fact(what, told ? std::optional<std::string>(is ? "true" : "false") : std::nullopt);
    }
  }

  static bool HoldsText(const go::Type* type) {
    const auto* basic = go::UnderlyingAs<go::BasicType>(type);
    return (basic != nullptr && basic->IsString()) || go::UnderlyingAs<go::MapType>(type) != nullptr ||
           go::UnderlyingAs<go::SliceType>(type) != nullptr;
  }

  /// What holds at the end of a call, said where Go can say it.
  void Expectations(const Test& test) {
    for (const Expectation& e : test.expectations) {
      if (const auto* span = std::get_if<ExpectSpan>(&e.node))
        for (const auto& detail : span->details)
          if (const auto* parent = std::get_if<ExpectedParent>(&detail)) SayParents(*parent);
      const auto* holds = std::get_if<ExpectTrue>(&e.node);
      const auto* carrier = std::get_if<ExpectCarrier>(&e.node);
      const bool text = carrier != nullptr && HoldsText(carrier->carrier->type);
      if (holds == nullptr && !text) continue;
      const auto printed = Print(holds != nullptr ? *holds->condition : *carrier->carrier);
      if (!printed.has_value() || known_.at(&e).As<bool>() == nullptr) continue;
      const std::string what = "condition " + std::to_string(conditions_++);
      Line("instcSay(\"" + what + "\", instcFmt.Sprint(" +
           (text ? "instcHolds(" + *printed + ")" : *printed) + "))");
      Fact(what, Show(known_.at(&e)));
    }
  }

  /// An expression that is Go already; nullopt: it has parts that only the language knows.
  std::optional<std::string> Print(const Expr& expr) {
    auto join = [&](const std::vector<ExprPtr>& args) -> std::optional<std::string> {
      std::vector<std::string> texts;
      for (const ExprPtr& arg : args) {
        auto text = Print(*arg);
        if (!text.has_value()) return std::nullopt;
        texts.push_back(*text);
      }
      return "(" + llvm::join(texts, ", ") + ")";
    };
    if (const auto* n = std::get_if<rules::Literal>(&expr.node))
      return n->value.known() ? n->value.ToString() : n->text;
    if (const auto* n = std::get_if<rules::Use>(&expr.node)) {
      const auto place = places_.find(n->binding);
      return place == places_.end() ? std::nullopt : std::optional(place->second);
    }
    if (const auto* n = std::get_if<rules::Global>(&expr.node)) {
      if (llvm::StringRef(n->package).endswith(":")) return std::nullopt;
      return n->package.empty() ? n->name : Import(n->package) + "." + n->name;
    }
    if (const auto* n = std::get_if<rules::FieldSelect>(&expr.node)) {
      auto base = Print(*n->base);
      return base.has_value() ? std::optional(*base + "." + n->selection.object->name().str()) : std::nullopt;
    }
    if (const auto* n = std::get_if<rules::HiddenField>(&expr.node)) {
      auto base = Print(*n->base);
      return base.has_value() ? std::optional(*base + "." + n->name) : std::nullopt;
    }
    if (const auto* n = std::get_if<rules::Index>(&expr.node)) {
      auto base = Print(*n->base);
      auto index = Print(*n->index);
      return base && index ? std::optional(*base + "[" + *index + "]") : std::nullopt;
    }
    if (const auto* n = std::get_if<rules::Binary>(&expr.node)) {
      auto x = Print(*n->x);
      auto y = Print(*n->y);
      return x && y ? std::optional("(" + *x + " " + n->op + " " + *y + ")") : std::nullopt;
    }
    if (const auto* n = std::get_if<rules::Len>(&expr.node)) {
      auto base = Print(*n->base);
      return base ? std::optional(n->func + "(" + *base + ")") : std::nullopt;
    }
    if (const auto* n = std::get_if<rules::FuncCall>(&expr.node)) {
      auto callee = Print(*n->callee);
      auto args = join(n->args);
      return callee && args ? std::optional(*callee + *args) : std::nullopt;
    }
    return std::nullopt;
  }

  const Test& test_;
  const rules::Hook& hook_;
  const check::Target& target_;
  const pack::Plugin& description_;
  GoTest out_;
  std::string prefix_, key_;
  unsigned fresh_ = 0;
  unsigned depth_ = 0;
  std::map<const Place*, std::string> pointers_;  // asked, never walked
  std::map<const Box*, std::string> boxes_;       // asked, never walked
  std::map<std::string, const go::Func*> called_;
  std::shared_ptr<Records> records_;                     // of the interpreter's run
  std::map<const void*, Value> known_;                   // of expectations and parents; asked, never walked
  std::map<const rules::Binding*, std::string> places_;  // Go variables; asked, never walked
  std::map<std::string, std::string> functions_;         // by their names as values: Go text
  std::map<const rules::Wrap*, std::string> behind_;     // asked, never walked
  std::map<std::string, std::string> mocks_;             // by place and method
  std::map<const ExpectedParent*, std::string> parent_places_;  // asked, never walked
  std::vector<std::unique_ptr<Interpreter>> bodies_;            // kept: values are known by their places
  unsigned conditions_ = 0;
};

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
