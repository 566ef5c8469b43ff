#include "compiler/check/symbols.h"

#include "compiler/go/load/package_source.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {
namespace {

std::string Show(const go::Type* type) {
  return go::TypeString(type, go::QualifyByPath);
}

// Types alone: what parameters are called binds nobody.
std::string ShowList(const std::vector<const go::Var*>& vars, bool variadic) {
  std::string text = "(";
  for (size_t i = 0; i < vars.size(); ++i) {
    if (i > 0) text += ", ";
    const bool last = variadic && i + 1 == vars.size();
    const auto* slice = last ? go::UnderlyingAs<go::SliceType>(vars[i]->type()) : nullptr;
    text += slice != nullptr ? "..." + Show(slice->element) : Show(vars[i]->type());
  }
  return text + ")";
}

std::string ShowFunc(const go::SignatureType& signature) {
  std::string text = ShowList(signature.params, signature.variadic);
  if (signature.results.size() == 1) return text + " " + Show(signature.results[0]->type());
  return signature.results.empty() ? text : text + " " + ShowList(signature.results, false);
}

// Fields and methods are symbols of their own, where a rule uses them.
std::string ShowTypeName(const go::TypeName& name) {
  if (name.is_alias()) return "type = " + Show(go::Unalias(name.type()));
  const go::Type* under = go::Underlying(name.type());
  if (llvm::isa<go::StructType>(under)) return "type struct";
  return llvm::isa<go::InterfaceType>(under) ? "type interface" : "type " + Show(under);
}

const go::Type* Deref(const go::Type* type) {
  const go::Type* pointee = go::Pointee(type);
  return go::Unalias(pointee != nullptr ? pointee : type);
}

bool IsLibrarys(const go::Object& object) {
  return object.package() != nullptr && !go::IsStdImportPath(object.package()->path());
}

std::string Signature(const go::Object& object) {
  switch (object.kind()) {
    case go::ObjectKind::kConst:
      return "const " + Show(object.type());
    case go::ObjectKind::kVar:
      return (llvm::cast<go::Var>(object).is_field() ? "field " : "var ") + Show(object.type());
    case go::ObjectKind::kTypeName:
      return ShowTypeName(llvm::cast<go::TypeName>(object));
    case go::ObjectKind::kFunc: {
      const auto& func = llvm::cast<go::Func>(object);
      const std::string receiver = !func.is_method() || func.is_interface_method() ? ""
                                   : func.has_pointer_receiver()                   ? "by pointer "
                                                                                   : "by value ";
      return "func " + receiver + ShowFunc(*func.signature());
    }
    default:
      return "";
  }
}

void Add(const SymbolSink& sink, std::string symbol, const go::Object& object, Span at) {
  auto [found, added] = sink.symbols->try_emplace(std::move(symbol));
  rules::SymbolUse& use = found->second;
  if (added) {
    use.signature = Signature(object);
    use.at = at;
  }
  if (!sink.rule.empty() && !llvm::is_contained(use.rules, sink.rule)) use.rules.push_back(sink.rule);
}

// `path.Type.name`; the type is where the member is declared.
void AddMember(const SymbolSink& sink, const go::Type* owner, const go::Object& object, Span at) {
  if (!IsLibrarys(object)) return;
  const auto* named = llvm::dyn_cast<go::Named>(Deref(owner));
  const go::TypeName* type = named == nullptr ? nullptr : named->object();
  if (type != nullptr && type->name().startswith("instcO_")) return;  // an object of the rules
  const std::string owner_name = type == nullptr || type->package() == nullptr
                                     ? object.package()->path() + ".struct{}"
                                     : type->package()->path() + "." + type->name().str();
  Add(sink, owner_name + "." + object.name().str(), object, at);
}

}  // namespace

void RecordObject(const SymbolSink& sink, const go::Object& object, Span at) {
  if (sink.symbols == nullptr || !IsLibrarys(object)) return;
  const auto* func = llvm::dyn_cast<go::Func>(&object);
  if (func != nullptr && func->is_method() && func->signature()->receiver != nullptr)
    return AddMember(sink, func->signature()->receiver->type(), object, at);
  Add(sink, object.package()->path() + "." + object.name().str(), object, at);
}

void RecordSelection(const SymbolSink& sink, const go::Type* base, const go::Selection& selection, Span at) {
  if (sink.symbols == nullptr || selection.object == nullptr) return;
  const go::Type* owner = base;
  for (const go::SelectionStep& step : selection.path) {
    AddMember(sink, owner, *step.field, at);
    owner = step.field->type();
  }
  const auto* func = llvm::dyn_cast<go::Func>(selection.object);
  if (func != nullptr && !func->is_interface_method()) return RecordObject(sink, *func->origin(), at);
  AddMember(sink, owner, *selection.object, at);
}

}  // namespace instc::check
