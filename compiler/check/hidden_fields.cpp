// `field`: what rules add to the structs of the target package.
#include "compiler/check/hook_checker.h"
#include "compiler/check/objects.h"
#include "compiler/check/rule_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(HiddenFieldType, "E0356", Error,
                 "a hidden field has a basic type, a type of the target package or `any`, this is {0}",
                 std::string);
INSTC_DIAGNOSTIC(HiddenFieldTaken, "E0357", Error, "{0} already has a field or method `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(NotAStruct, "E0358", Error, "`{0}` is no struct of package {1}", std::string, std::string);

namespace {

bool MayBeHidden(const go::Type* type, const go::Package& package) {
  const go::Type* plain = go::Unalias(type);
  if (const go::Type* pointee = go::Pointee(plain)) return MayBeHidden(pointee, package);
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(plain)) return MayBeHidden(slice->element, package);
  if (const auto* named = llvm::dyn_cast<go::Named>(plain))
    return named->object()->package() == &package || named->object()->package() == nullptr;
  return llvm::isa<go::BasicType>(plain) || plain->IsInvalid() || go::Identical(plain, go::EmptyInterface());
}

/// Null: no such type, or one that no hidden field may have.
const go::Type* FieldType(const ast::Type& type, const go::Package& package, PluginContext& plugin) {
  if (const auto* pointer = std::get_if<ast::PointerType>(&type.node)) {
    const go::Type* element = FieldType(*pointer->element, package, plugin);
    return element == nullptr ? nullptr : plugin.target.program->context().Pointer(element);
  }
  if (const auto* slice = std::get_if<ast::SliceType>(&type.node)) {
    const go::Type* element = FieldType(*slice->element, package, plugin);
    return element == nullptr ? nullptr : plugin.target.program->context().Slice(element);
  }
  if (std::holds_alternative<ast::EmptyInterfaceType>(type.node)) return go::EmptyInterface();
  const auto* named = std::get_if<ast::NamedType>(&type.node);
  if (named == nullptr || named->package.Present() || !named->args.empty()) return nullptr;
  const go::Object* object = package.Lookup(named->name.text);
  if (object == nullptr) object = go::LookupUniverse(named->name.text);
  const auto* name = llvm::dyn_cast_or_null<go::TypeName>(object);
  const auto* generic = name == nullptr ? nullptr : go::TypeAs<go::Named>(name->type());
  return name == nullptr || (generic != nullptr && generic->IsGeneric()) ? nullptr : name->type();
}

}  // namespace

void CheckField(const FieldRef& ref, PluginContext& plugin) {
  const std::string& path = PackageOf(ref.in, plugin);
  auto package = plugin.target.program->Load(path);
  if (!package) {
    ReportNoPackage(plugin, ref.span, path, package.takeError());
    return;
  }
  for (const ast::Name& type : ref.decl->types.names) {
    const auto* name = llvm::dyn_cast_or_null<go::TypeName>((*package)->Lookup(type.text));
    if (name == nullptr || go::UnderlyingAs<go::StructType>(name->type()) == nullptr) {
      auto builder = plugin.emitter.Emit(type.span, NotAStruct, type.text, path);
      if (name != nullptr) {
        builder.Note(name->declared_at(), "declared here");
        continue;
      }
      std::vector<std::string> names;
      for (llvm::StringRef n : (*package)->Names()) {
        const auto* other = llvm::dyn_cast<go::TypeName>((*package)->Lookup(n));
        if (other != nullptr && go::UnderlyingAs<go::StructType>(other->type()) != nullptr)
          names.push_back(n.str());
      }
      Suggest(builder, type.span, type.text, names);
      continue;
    }
    RecordObject(plugin.sink, *name, type.span);
    for (const ast::FieldDecl::Field& field : ref.decl->fields) {
      const go::Type* field_type =
          field.type == nullptr ? nullptr : FieldType(*field.type, **package, plugin);
      if (field_type == nullptr || !MayBeHidden(field_type, **package)) {
        plugin.emitter.Emit(field.span, HiddenFieldType, "`" + field.span.Text().str() + "`");
        continue;
      }
      const go::Selection taken = go::LookupFieldOrMethod(name->type(), field.name.text, *package);
      const go::Selection by_pointer = go::LookupFieldOrMethod(
          plugin.target.program->context().Pointer(name->type()), field.name.text, *package);
      const bool twice = llvm::any_of(plugin.out.fields, [&](const rules::HiddenFieldDecl& other) {
        return other.package == path && other.type == type.text && other.name == field.name.text;
      });
      if (taken.found() || by_pointer.found() || twice) {
        const go::Selection& found = taken.found() ? taken : by_pointer;
        auto builder = plugin.emitter.Emit(field.name.span, HiddenFieldTaken, type.text, field.name.text);
        if (found.object != nullptr) builder.Note(found.object->declared_at(), "declared here");
        continue;
      }
      plugin.out.fields.push_back({path, type.text, field.name.text, field_type});
    }
  }
}

}  // namespace instc::check
