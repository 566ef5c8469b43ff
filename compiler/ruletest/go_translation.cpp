#include "compiler/ruletest/go_translation.h"

#include "compiler/go/types/identical.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

class GoTranslator {
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
    Interpreter values(*test_.plugin, hook_, target_, *test_.package);
    BindTestOptions(values, description_);
    if (!BindTestGivens(values, test_.before) || !BindTestGivens(values, test_.after)) {
      Refuse("its bindings do not hold");
      return std::move(out_);
    }
    Arguments(values);
    Externs(values);
    Options(values);
    Body(values);
    Call();
    Expect();
    return std::move(out_);
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
                   [&](const std::string&) { Line(place + " = " + Show(value)); },
                   [&](const Pointer& v) { WritePointer(place, v, type); },
                   [&](const std::shared_ptr<Struct>& v) { WriteFields(place, *v); },
                   [&](const std::shared_ptr<Box>& v) { WriteBox(place, v, type); },
                   [&](const std::shared_ptr<List>& v) { WriteList(place, *v, type); },
                   [&](const std::shared_ptr<Map>& v) { WriteMap(place, *v, type); },
                   [&](const Opaque&) { Refuse("a func value is bound"); },
                   [&](const Tuple&) { Refuse("several results are bound as one value"); },
               },
               value.node);
    --depth_;
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
    if (box->text.has_value()) return Line(place + " = errors.New(" + Show(MakeText(*box->text)) + ")");
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
      return Line(place + " = &instcContextOf{context.Background(), " + (box->traced ? "true" : "false") +
                  "}");
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
      WriteMethod(mock, *method, found == bound.end() ? nullptr : &found->second->value);
    }
    Line(place + " = &" + mock + "{}");
  }

  void WriteMethod(const std::string& mock, const go::Func& method, const Value* bound) {
    const go::SignatureType& signature = *method.signature();
    std::vector<std::string> params, results, returned;
    for (size_t i = 0; i < signature.params.size(); ++i) {
      const bool open = signature.variadic && i + 1 == signature.params.size();
      const go::Type* type = signature.params[i]->type();
      params.push_back(open ? "_ ..." + Spell(go::UnderlyingAs<go::SliceType>(type)->element)
                            : "_ " + Spell(type));
    }
    const auto* parts = bound == nullptr ? nullptr : bound->As<Tuple>();
    for (size_t i = 0; i < signature.results.size(); ++i) {
      const go::Type* type = signature.results[i]->type();
      results.push_back(Spell(type));
      returned.push_back(Fresh("v"));
      out_.declarations += "var " + returned.back() + " " + results.back() + "\n";
      if (bound != nullptr) Write(returned.back(), parts == nullptr ? *bound : parts->values[i], type);
    }
    out_.declarations += "func (*" + mock + ") " + method.name().str() + "(" + llvm::join(params, ", ") +
                         ") (" + llvm::join(results, ", ") + ") { return " + llvm::join(returned, ", ") +
                         " }\n";
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
    for (const auto& binding : hook_.bindings) {
      if (binding->kind != rules::Binding::Kind::kResult) continue;
      const Value& value = values.PlaceOf(*binding)->value;
      Write(ParamPlace(*binding), value, binding->type);
    }
    if (test_.panic != nullptr) {
      const auto what = Print(*test_.panic);
      if (!what.has_value()) Refuse("what it panics with is no plain Go");
      Line("instcPanicking, instcPanic = 1, " + what.value_or("nil"));
      Line("panic(instcPanic)");
    }
    Line("}");
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

  // ----------------------------------------------------------------------------------------- expectations

  void Fact(const std::string& what, std::optional<std::string> value) {
    out_.facts[what].push_back(std::move(value));
  }

  static std::optional<std::string> Wire(const Value& value) {
    if (const auto* text = value.As<std::string>()) return "s:" + llvm::toHex(*text, /*LowerCase=*/true);
    if (value.As<Integer>() != nullptr) return "i:" + Show(value);
    if (value.As<bool>() != nullptr) return "b:" + Show(value);
    if (value.As<double>() != nullptr) return "f:" + Show(value);
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

  void Expect() {
    Interpreter run(*test_.plugin, hook_, target_, *test_.package);
    BindTestOptions(run, description_);
    BindTestGivens(run, test_.before);
    run.Enter();
    if (!run.bypassed()) BindTestGivens(run, test_.after);
    std::optional<Value> panic;
    if (test_.panic != nullptr && !run.bypassed())
      panic = InInterface(run.Eval(*test_.panic), test_.panic->type, go::EmptyInterface());
    run.Leave(std::move(panic));
    if (run.stop().has_value()) return Refuse("the interpreter cannot run it either");
    for (size_t i = 0; i < run.spans().size(); ++i) Span(run.spans()[i], std::to_string(i));
    for (const MeasureRecord& record : run.measured())
      Fact("measured", record.certain.IsUnknown() ? std::nullopt : Index(run, record.metric));
    for (unsigned i = 0; i < run.injections_; ++i) Fact("injected", "");
    Calls(run);
    Conditions(run);
  }

  static std::optional<std::string> Index(const Interpreter& run, const std::string& metric) {
    for (size_t i = 0; i < run.metrics_.size(); ++i)
      if (run.metrics_[i]->name == metric) return std::to_string(i);
    return std::nullopt;
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
    for (const auto& [event, attributes] : span.events) Fact("event " + index, Wire(event));
    for (const Value& link : span.links) {
      const auto* unknown = link.As<Unknown>();
      Fact("link " + index, unknown != nullptr && unknown->path.empty() ? std::nullopt : std::optional(""));
    }
  }

  /// Calls of the package's own functions and methods: those are doubled and say that they were called.
  void Calls(const Interpreter& run) {
    for (const Expr* call : run.called_) {
      const go::Func* func = nullptr;
      if (const auto* method = std::get_if<rules::MethodCall>(&call->node))
        func = llvm::dyn_cast<go::Func>(method->selection.object);
      if (func == nullptr || func->decl() == nullptr || func->package() != test_.package) continue;
      const GoDouble which{func->decl()->receiver_type_name().str(), func->name().str()};
      if (llvm::none_of(out_.doubles, [&](const GoDouble& d) { return d.Key() == which.Key(); }))
        out_.doubles.push_back(which);
      called_.insert(which.Key());
      Fact("call", which.Key());
    }
    std::string before;
    for (const std::string& key : called_)
      before += "\tinstcH_" + key + "_body = func() { instcSay(\"call\", \"" + key + "\") }\n";
    out_.body = before + out_.body;
  }

  void Conditions(Interpreter& run) {
    std::string names, places, text;
    for (const auto& binding : hook_.bindings) {
      if (!IsArgument(*binding) && binding->kind != rules::Binding::Kind::kResult) continue;
      names += (names.empty() ? "" : ", ") + binding->name;
      places += (places.empty() ? "" : ", ") + ParamPlace(*binding);
      text += "\t_ = " + binding->name + "\n";
    }
    unsigned number = 0;
    for (const Expectation& e : test_.expectations) {
      const auto* holds = std::get_if<ExpectTrue>(&e.node);
      if (holds == nullptr) continue;
      const Value value = run.Eval(*holds->condition);
      const auto printed = Print(*holds->condition);
      if (!printed.has_value() || value.As<bool>() == nullptr) continue;
      const std::string index = std::to_string(number++);
      text += "\tinstcSay(\"condition " + index + "\", fmt.Sprint(" + *printed + "))\n";
      Fact("condition " + index, Show(value));
    }
    if (!names.empty()) out_.body += "\t" + names + " := " + places + "\n";
    out_.body += text;
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
    if (const auto* n = std::get_if<rules::Use>(&expr.node)) return n->binding->name;
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
  std::set<std::string> called_;
};

GoTest TranslateToGo(const Test& test, unsigned number, const check::Target& target,
                     const pack::Plugin& description) {
  return GoTranslator(test, number, target, description).Run();
}

}  // namespace instc::ruletest
