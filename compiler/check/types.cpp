// Types as rules write them, and packages by their local names.
#include "compiler/check/hook_checker.h"
#include "compiler/check/left_out.h"
#include "compiler/check/suggest.h"
#include "compiler/check/unused.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"
#include "dsl/diagnostics/consumers.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NoSuchType, "E0303", Error, "no type `{0}` in {1}", std::string, std::string);
INSTC_DIAGNOSTIC(UnknownPackage, "E0320", Error, "unknown package `{0}`", llvm::StringRef);
INSTC_DIAGNOSTIC(ImportUnavailable, "E0321", Error, "cannot load package \"{0}\"", std::string);

INSTC_DIAGNOSTIC(NotImported, "E0360", Error,
                 "package {0} does not import \"{1}\", so the code for this rule could not name `{2}`",
                 std::string, std::string, std::string);
INSTC_DIAGNOSTIC(NotVisible, "E0361", Error,
                 "`{0}` of package {1} is not exported, and the rule runs in another package", std::string,
                 std::string);

namespace {

/// The local name of an import: its alias, or the name that the package gives itself.
bool Names(const ast::ImportDecl& import, const go::Package* package, llvm::StringRef name) {
  if (import.alias.Present()) return import.alias.text == name;
  return package != nullptr && package->name() == name;
}

/// `searched`: the package whose names were looked through; null: none but the universe.
void ReportNoSuchType(const ast::NamedType& named, const go::Package* searched, Span span,
                      diag::Emitter& emitter) {
  std::vector<std::string> candidates;
  if (searched != nullptr)
    for (llvm::StringRef name : searched->Names()) candidates.push_back(name.str());
  if (!named.package.Present())
    for (llvm::StringRef name : go::UniverseNames()) candidates.push_back(name.str());
  const std::string where = searched == nullptr ? "the universe" : "package " + searched->path();
  auto builder = emitter.Emit(span, NoSuchType, named.name.text, where);
  Suggest(builder, named.name.span, named.name.text, candidates);
}

}  // namespace

void CheckImports(PluginContext& plugin) {
  for (const ast::ImportDecl* import : plugin.file.imports) {
    auto package = plugin.target.program->Load(import->path.value);
    if (package) {
      const std::string& own = (*package)->name();
      ReportIfUnused(*import, import->alias.Present() ? import->alias.text : own, plugin.emitter);
      continue;
    }
    auto builder = plugin.emitter.Emit(import->path.span, ImportUnavailable, import->path.value);
    builder.Note(llvm::toString(package.takeError()));
    SuggestPackage(builder, import->path.span, import->path.value, plugin.target);
  }
}

const go::Package* HookChecker::FindPackage(llvm::StringRef name) {
  for (const ast::ImportDecl* import : scope_->file->imports) {
    auto loaded = plugin_.target.program->Load(import->path.value);
    if (!loaded) {
      const std::string reason = llvm::toString(loaded.takeError());
      auto builder = emitter().Emit(import->path.span, ImportUnavailable, import->path.value);
      builder.Note(reason);
      SuggestPackage(builder, import->path.span, import->path.value, plugin_.target);
      continue;
    }
    if (Names(*import, *loaded, name)) return *loaded;
  }
  if (scope_->package == nullptr) return nullptr;
  const go::PackageName* import = scope_->package->LookupImport(name);
  return import == nullptr ? nullptr : import->imported();
}

const go::Type* HookChecker::ResolveNamed(const ast::NamedType& named, Span span) {
  if (!named.name.Present()) return go::Invalid();
  const go::Object* object = nullptr;
  const go::Package* searched = scope_->package;
  if (named.package.Present()) {
    const go::Package* package = FindPackage(named.package.text);
    if (package == nullptr) {
      auto builder = emitter().Emit(named.package.span, UnknownPackage, named.package.text);
      if (scope_->package != nullptr && named.package.text == scope_->package->name())
        builder.Fix("a rule stands in the scope of this package: write `" + named.name.text + "`", span,
                    named.name.text);
      else
        builder.Help("add `import \"path/of/" + named.package.text + "\"` to the rule file");
      return go::Invalid();
    }
    object = package->Lookup(named.name.text);
    searched = package;
  } else {
    if (searched != nullptr) object = searched->Lookup(named.name.text);
    if (object == nullptr) object = go::LookupUniverse(named.name.text);
  }
  const auto* type_name = llvm::dyn_cast_or_null<go::TypeName>(object);
  if (type_name == nullptr) {
    ReportNoSuchType(named, searched, span, emitter());
    return go::Invalid();
  }
  RecordObject(plugin_.sink, *type_name, span);
  std::vector<const Type*> args;
  for (const ast::TypePtr& arg : named.args) args.push_back(ResolveType(*arg));
  return Instance(*type_name, args, span);
}

const go::Type* HookChecker::ResolveType(const ast::Type& type) {
  go::TypeContext& context = plugin_.target.program->context();
  return std::visit(
      Overload{
          [](const ast::BadType&) -> const Type* { return go::Invalid(); },
          [&](const ast::NamedType& t) -> const Type* { return ResolveNamed(t, type.span); },
          [&](const ast::PointerType& t) -> const Type* { return context.Pointer(ResolveType(*t.element)); },
          [&](const ast::SliceType& t) -> const Type* { return context.Slice(ResolveType(*t.element)); },
          [&](const ast::ArrayType& t) -> const Type* {
            int64_t length = -1;
            if (llvm::StringRef(t.length).getAsInteger(0, length)) length = -1;
            return context.Array(length, ResolveType(*t.element));
          },
          [&](const ast::MapType& t) -> const Type* {
            return context.Map(ResolveType(*t.key), ResolveType(*t.value));
          },
          [&](const ast::ChanType& t) -> const Type* {
            const auto direction = t.direction == ast::ChanType::Direction::Both ? go::ChanDirection::kBoth
                                   : t.direction == ast::ChanType::Direction::Send
                                       ? go::ChanDirection::kSend
                                       : go::ChanDirection::kReceive;
            return context.Chan(direction, ResolveType(*t.element));
          },
          [&](const ast::FuncType& t) -> const Type* {
            std::vector<const Type*> params;
            std::vector<const Type*> results;
            bool variadic = false;
            for (const ast::FuncTypeParam& p : t.params) {
              variadic = p.variadic;
              const Type* element = ResolveType(*p.type);
              params.push_back(p.variadic ? context.Slice(element) : element);
            }
            for (const ast::FuncTypeParam& p : t.results) results.push_back(ResolveType(*p.type));
            return context.Signature(params, results, variadic);
          },
          [](const ast::EmptyInterfaceType&) -> const Type* { return go::EmptyInterface(); },
      },
      type.node);
}

/// Whether code in the target package can name what package `of` declares. Injected code adds no import
/// edges: the go command would not know them.
bool HookChecker::Reachable(const go::Package& of, llvm::StringRef name, Span span) {
  if (&of == &package_ || of.path() == "unsafe") return true;
  if (!go::IsExportedName(name)) {
    emitter().Emit(span, NotVisible, name.str(), of.path());
    return false;
  }
  // Of the functions under a directive nobody knows what their files import; tests name what they like.
  const bool any_function = hook_.directive.has_value() && func_ != nullptr;
  if (any_function && of.path() == "context" && !llvm::is_contained(hook_.directive->with, "context"))
    return true;
  const std::vector<std::string>& imports = package_.ImportPaths();
  if (!any_function && std::find(imports.begin(), imports.end(), of.path()) != imports.end()) return true;
  emitter().Emit(span, NotImported, package_.path(), of.path(), of.name() + "." + name.str());
  return false;
}

bool HookChecker::Nameable(const Type* type, Span span, bool inside) {
  const Type* plain = go::Unalias(type);
  auto part = [&](const Type* of) { return Nameable(of, span, inside); };
  if (const auto* pointer = llvm::dyn_cast<go::PointerType>(plain)) return part(pointer->element);
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(plain)) return part(slice->element);
  if (const auto* array = llvm::dyn_cast<go::ArrayType>(plain)) return part(array->element);
  if (const auto* channel = llvm::dyn_cast<go::ChanType>(plain)) return part(channel->element);
  if (const auto* map = llvm::dyn_cast<go::MapType>(plain)) return part(map->key) && part(map->value);
  if (const auto* signature = llvm::dyn_cast<go::SignatureType>(plain)) {
    for (const auto* vars : {&signature->params, &signature->results})
      for (const go::Var* var : *vars)
        if (!part(var->type())) return false;
    return true;
  }
  if (llvm::isa<go::TypeParam>(plain)) {
    if (inside && outer_ == nullptr && !DependsOnUnnamed(plain)) return true;
    ReportTypeParam(span, plain);
    return false;
  }
  const auto* named = llvm::dyn_cast<go::Named>(plain);
  if (named == nullptr || named->object()->package() == nullptr) return true;
  for (const Type* arg : named->type_args())
    if (!part(arg)) return false;
  return Reachable(*named->object()->package(), named->object()->name(), span);
}

/// The same, without a word. Types of functions and structs without a name are left alone.
bool HookChecker::CanBeNamed(const Type* type, bool inside) {
  const Type* plain = go::Unalias(type);
  if (go::TypeAs<go::SignatureType>(plain) != nullptr || go::TypeAs<go::StructType>(plain) != nullptr)
    return false;
  if (const auto* interface = go::TypeAs<go::InterfaceType>(plain); interface != nullptr)
    return go::Identical(plain, go::EmptyInterface());
  diag::DiscardingConsumer discard;
  diag::Emitter attempt(discard);
  diag::Emitter* outer = std::exchange(emitter_, &attempt);
  const bool nameable = Nameable(type, Span{}, inside);
  emitter_ = outer;
  return nameable;
}

/// Conversions and `is[T]` take types where expressions stand: `*pool.Conn` arrives as a dereference,
/// `Box[int]` as an index.
const go::Type* HookChecker::TypeOfExpr(const ast::Expr& expr) {
  if (const auto* type = std::get_if<ast::TypeExpr>(&expr.node)) return ResolveType(*type->type);
  if (const auto* paren = std::get_if<ast::Paren>(&expr.node)) return TypeOfExpr(*paren->inner);
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node);
      unary != nullptr && unary->op == ast::UnaryOp::Deref) {
    const Type* element = TypeOfExpr(*unary->operand);
    return element == nullptr ? nullptr : plugin_.target.program->context().Pointer(element);
  }
  const auto* index = std::get_if<ast::Index>(&expr.node);
  const go::TypeName* name = TypeNamed(index == nullptr ? expr : *index->operand);
  if (name == nullptr) return nullptr;
  std::vector<const Type*> args;
  for (size_t i = 0; index != nullptr && i < index->indices.size(); ++i) {
    const ast::Expr& written = *index->indices[i];
    const Type* type = TypeOfExpr(written);
    if (type == nullptr)
      ReportTypeArguments(written.span, "`" + written.span.Text().str() + "` is no type", nullptr);
    args.push_back(type != nullptr ? type : go::Invalid());
  }
  return Instance(*name, args, expr.span);
}

/// The type that `T` or `pkg.T` names; null when it names none.
const go::TypeName* HookChecker::TypeNamed(const ast::Expr& expr) {
  if (const auto* ident = std::get_if<ast::Ident>(&expr.node)) {
    if (scope_->Find(ident->name) != nullptr) return nullptr;
    const go::Object* object = scope_->package == nullptr ? nullptr : scope_->package->Lookup(ident->name);
    if (object == nullptr) object = go::LookupUniverse(ident->name);
    return llvm::dyn_cast_or_null<go::TypeName>(object);
  }
  const auto* selector = std::get_if<ast::Selector>(&expr.node);
  const auto* base = selector == nullptr ? nullptr : std::get_if<ast::Ident>(&selector->operand->node);
  if (base == nullptr || scope_->Find(base->name) != nullptr) return nullptr;
  if (scope_->package != nullptr && scope_->package->Lookup(base->name) != nullptr) return nullptr;
  if (IsBuiltinNamespace(base->name)) return nullptr;
  const go::Package* package = FindPackage(base->name);
  return llvm::dyn_cast_or_null<go::TypeName>(package == nullptr ? nullptr
                                                                 : package->Lookup(selector->name.text));
}

}  // namespace instc::check
