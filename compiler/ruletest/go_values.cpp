// Values of a test as statements of Go: what is bound is made, and methods whose results are bound are
// doubled or mocked.
#include "compiler/go/types/identical.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/go_translator.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest {

/// Statements that give `place` the value; what is unknown stays zero.
void GoTranslator::Write(const std::string& place, const Value& value, const go::Type* type) {
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
void GoTranslator::WriteText(const std::string& place, const Value& text, const go::Type* type) {
  const bool bytes = type != nullptr && go::UnderlyingAs<go::SliceType>(type) != nullptr;
  Line(place + " = " + (bytes ? Spell(type) + "(" + Show(text) + ")" : Show(text)));
}

void GoTranslator::WriteFunc(const std::string& place, const Opaque& func) {
  auto known = functions_.find(func.name);
  if (known == functions_.end()) return Refuse("a func value is bound");
  Line(place + " = " + known->second);
}

void GoTranslator::WritePointer(const std::string& place, const Pointer& pointer, const go::Type*) {
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

bool GoTranslator::IsURL(const Struct& value) {
  const auto* named = go::TypeAs<go::Named>(value.type);
  return named != nullptr && named->object()->name() == "URL" && value.methods.count("String()") > 0 &&
         named->object()->package()->path() == "net/url";
}

void GoTranslator::WriteFields(const std::string& place, const Struct& value) {
  const auto* type = go::UnderlyingAs<go::StructType>(value.type);
  for (const auto& [name, field] : value.fields) {
    const go::Var* var = type == nullptr ? nullptr : type->Field(name);
    Write(place + "." + name, field->value, var == nullptr ? nullptr : var->type());
  }
  if (!value.methods.empty()) Methods(value);
}

/// Results that a test binds to methods of a concrete type: those methods are doubled.
void GoTranslator::Methods(const Struct& value) {
  const auto* named = go::TypeAs<go::Named>(value.type);
  for (const auto& [call, result] : value.methods) {
    const std::string name = llvm::StringRef(call).split('(').first.str();
    const go::Func* func = named == nullptr ? nullptr : named->Method(name);
    if (func == nullptr || func->decl() == nullptr || !IsWithinReach(*func->package()))
      return Refuse("`" + name + "` belongs to another module, and its result is bound");
    Double(*func, result->value);
  }
}

/// The program of a test is written into a copy of the module, and imports what the package under test
/// imports.
bool GoTranslator::IsWithinReach(const go::Package& package) const {
  if (&package == test_.package) return true;
  const go::PackageSource* source = target_.program->SourceOf(package);
  return source != nullptr && !source->is_std() && source->module.path == description_.library.path &&
         llvm::is_contained(test_.package->ImportPaths(), package.path());
}

void GoTranslator::Double(const go::Func& func, const Value& result) {
  const go::SignatureType& signature = *func.origin()->signature();
  if (!signature.type_params.empty() || !signature.receiver_type_params.empty())
    return Refuse("`" + func.name().str() + "` has type parameters, and its result is bound");
  const bool own = func.package() == test_.package;
  const GoDouble which{func.decl()->receiver_type_name().str(), func.name().str(),
                       own ? "" : func.package()->path()};
  if (llvm::any_of(out_.doubles, [&](const GoDouble& d) { return d.Same(which); }))
    return Refuse("`" + which.func + "` has several results");
  out_.doubles.push_back(which);
  const std::string key = (own ? "" : Import(which.package) + ".") + which.Variables();
  const auto* parts = result.As<Tuple>();
  const auto& results = func.signature()->results;
  for (size_t i = 0; i < results.size(); ++i)
    Write(key + "_o" + std::to_string(i), parts == nullptr ? result : parts->values[i], results[i]->type());
  Line(key + "_body = func() {}");
}

void GoTranslator::WriteBox(const std::string& place, const std::shared_ptr<Box>& box, const go::Type* type) {
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
    return Line(place + " = &instcContextOf{instcContext.Background(), " + (box->traced ? "true" : "false") +
                "}");
  WriteMock(place, *box, type, *interface);
}

/// Something that has the interface's methods: they return what the test bound, or zero.
void GoTranslator::WriteMock(const std::string& place, const Box& box, const go::Type* type,
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
std::string GoTranslator::WriteMethod(const std::string& mock, const go::Func& method, const Value* bound) {
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
std::string GoTranslator::DeclareBehind(const go::SignatureType& signature) {
  const std::string behind = Fresh("v");
  out_.declarations += "var " + behind + "_body func()\n";
  for (size_t i = 0; i < signature.results.size(); ++i)
    out_.declarations +=
        "var " + behind + "_o" + std::to_string(i) + " " + Spell(signature.results[i]->type()) + "\n";
  return behind;
}

/// The function behind its name.
std::string GoTranslator::BehindText(const std::string& behind, const go::SignatureType& signature) {
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

void GoTranslator::WriteList(const std::string& place, const List& list, const go::Type* type) {
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

void GoTranslator::WriteMap(const std::string& place, const Map& map, const go::Type* type) {
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

}  // namespace instc::ruletest
