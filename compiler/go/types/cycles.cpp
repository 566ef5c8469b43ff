// Declarations that depend on themselves. Most cycles are met on the way, when a declaration is asked for
// while it is being resolved; a type that contains itself by value is not, because fields resolve on demand.
// That one is looked for in the source, without resolving anything: within a package, as imports have no
// cycles.
#include "compiler/go/types/problems.h"
#include "compiler/go/types/resolver.h"

namespace instc::go {

void Resolver::ReportCycle(const Object& object) {
  diag::Emitter* emitter = importer_.emitter();
  if (emitter == nullptr || !reported_.insert(&object).second) return;
  emitter->Emit(object.declared_at(), GoDeclarationCycle, object.name());
}

void Resolver::ReportMissing(const PackageName& import) {
  diag::Emitter* emitter = importer_.emitter();
  if (emitter == nullptr || import.path() == "C" || !reported_.insert(&import).second) return;
  emitter->Emit(import.declared_at(), GoPackageMissing, import.path());
}

// Whether `from` leads to this package over imports that have been loaded.
bool Resolver::ReachedFrom(const Resolver& from, std::set<const Resolver*>& seen) const {
  if (&from == this) return true;
  if (!seen.insert(&from).second) return false;
  for (const auto& [path, package] : from.imported_) {
    if (package != nullptr && ReachedFrom(package->resolver(), seen)) return true;
  }
  return false;
}

void Resolver::ReportImportCycle(const PackageName& import, const Package& package) {
  diag::Emitter* emitter = importer_.emitter();
  if (emitter == nullptr || package.resolver().imported_.empty()) return;
  std::set<const Resolver*> seen;
  if (!ReachedFrom(package.resolver(), seen) || !reported_.insert(&import).second) return;
  emitter->Emit(import.declared_at(), GoImportCycle, import.path());
}

namespace {

constexpr int kMaxDepth = 200;

// What a type consists of by value: the names in its fields and array elements.
void ValueParts(const Expr* type, std::vector<llvm::StringRef>& names, int depth) {
  if (type == nullptr || depth > kMaxDepth) return;
  type = Unparen(type);
  if (const auto* name = type->As<NameExpr>()) {
    names.push_back(name->name.text);
  } else if (const auto* array = type->As<ArrayTypeExpr>()) {
    if (array->length != nullptr || array->ellipsis) ValueParts(array->element, names, depth + 1);
  } else if (const auto* structure = type->As<StructTypeExpr>()) {
    for (const FieldDecl& field : structure->fields) ValueParts(field.type, names, depth + 1);
  }
}

// All names that a type mentions, however.
void Mentions(const Expr* type, std::vector<llvm::StringRef>& names, int depth) {
  if (type == nullptr || depth > kMaxDepth) return;
  auto in = [&](const Expr* part) { Mentions(part, names, depth + 1); };
  auto in_signature = [&](const FuncSignature& signature) {
    for (const ParamGroup& group : signature.params.groups) in(group.type);
    for (const ParamGroup& group : signature.results.groups) in(group.type);
  };
  type = Unparen(type);
  if (const auto* name = type->As<NameExpr>()) names.push_back(name->name.text);
  if (const auto* star = type->As<StarExpr>()) in(star->operand);
  if (const auto* array = type->As<ArrayTypeExpr>()) in(array->element);
  if (const auto* chan = type->As<ChanTypeExpr>()) in(chan->element);
  if (const auto* func = type->As<FuncTypeExpr>()) in_signature(func->signature);
  if (const auto* map = type->As<MapTypeExpr>()) {
    in(map->key);
    in(map->value);
  }
  if (const auto* index = type->As<IndexExpr>()) {
    in(index->operand);
    for (const Expr* arg : index->args) in(arg);
  }
  if (const auto* structure = type->As<StructTypeExpr>()) {
    for (const FieldDecl& field : structure->fields) in(field.type);
  }
  if (const auto* interface = type->As<InterfaceTypeExpr>()) {
    for (const InterfaceElem& elem : interface->elems) {
      in(elem.embedded);
      in_signature(elem.signature);
    }
  }
}

bool Declares(const ParamList& params, llvm::StringRef name) {
  return llvm::any_of(params.groups, [&](const ParamGroup& group) {
    return llvm::any_of(group.names, [&](const Ident& ident) { return ident.text == name; });
  });
}

}  // namespace

// A value of a type contains what ValueParts gives, through aliases; an alias is spelled out through whatever
// aliases it mentions, and never through defined types.
std::vector<const TypeName*> Resolver::PartsOf(const TypeName& name, bool alias) const {
  std::vector<llvm::StringRef> names;
  if (alias) {
    Mentions(name.decl_->type, names, 0);
  } else {
    ValueParts(name.decl_->type, names, 0);
  }
  std::vector<const TypeName*> parts;
  for (llvm::StringRef part : names) {
    const auto* type = llvm::dyn_cast_or_null<TypeName>(Lookup(part));
    bool counts = type != nullptr && (!alias || type->is_alias()) && !Declares(name.decl_->type_params, part);
    if (counts) parts.push_back(type);
  }
  return parts;
}

// Depth first with a stack of its own: chains of types are as long as the source makes them. Every type on
// the way from a type back to it is part of the cycle.
bool Resolver::ContainsItself(const TypeName& name) {
  const bool alias = name.is_alias();
  std::map<const TypeName*, bool>& answers = alias ? endless_aliases_ : contains_itself_;
  auto known = answers.find(&name);
  if (known != answers.end()) return known->second;
  struct Step {
    const TypeName* name;
    std::vector<const TypeName*> parts;
    size_t next = 0;
  };
  std::vector<Step> path;
  std::map<const TypeName*, size_t> places;  // on the path
  auto enter = [&](const TypeName* type) {
    answers[type] = false;
    places[type] = path.size();
    path.push_back({type, PartsOf(*type, alias)});
  };
  enter(&name);
  while (!path.empty()) {
    Step& step = path.back();
    if (step.next == step.parts.size()) {
      places.erase(step.name);
      path.pop_back();
      continue;
    }
    const TypeName* part = step.parts[step.next++];
    auto place = places.find(part);
    if (place != places.end()) {
      for (size_t i = place->second; i < path.size(); ++i) answers[path[i].name] = true;
    } else if (answers.find(part) == answers.end()) {
      enter(part);
    }
  }
  return answers[&name];
}

}  // namespace instc::go
