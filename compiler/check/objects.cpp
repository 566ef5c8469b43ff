// `object`: a type that rules add to the target package.
//
// It is declared first, as a struct with the methods that its interface wants, so that rules, other objects
// and Go's own questions (assignability, selectors) know it like any type of the package. Then its bodies are
// checked, each as a rule is, with the object's fields as names.
//
// What `implements` an interface is handed to the library once and called by many goroutines: its fields are
// there to be read. What `wraps` a value belongs to that value, and may keep what it has seen.
#include "compiler/check/objects.h"

#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/rules/defaults.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(MissingMethods, "E0305", Error, "object `{0}` lacks {1} of {2}", std::string, std::string,
                 std::string);
INSTC_DIAGNOSTIC(NotAnInterface, "E0733", Error,
                 "an object implements or wraps a named interface, this is {0}", std::string);
INSTC_DIAGNOSTIC(ObjectNameTaken, "E0734", Error, "package {0} already has a `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(BadKeep, "E0736", Error, "`keeps {0}`: {1}", std::string, std::string);
INSTC_DIAGNOSTIC(HidesInterface, "E0737", Error, "object `{0}` hides {1}, which {2} has", std::string,
                 std::string, std::string);
INSTC_DIAGNOSTIC(BadObjectField, "E0738", Error, "`{0}` is no field that an object can have: {1}",
                 std::string, std::string);
INSTC_DIAGNOSTIC(NotAWrapper, "E0739", Error, "object `{1}` does not fit {0}: {2}", std::string, std::string,
                 std::string);
INSTC_DIAGNOSTIC(SharedState, "E0708", Error,
                 "`{0}` is state of an object that is shared by all calls of its methods", llvm::StringRef);

namespace {

constexpr size_t kMaxKeeps = 6;  // 64 combinations

/// Interfaces of the standard library that others ask values for.
constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral> kOptional[] = {
    {"net/http", "Flusher"}, {"net/http", "Hijacker"}, {"net/http", "Pusher"}, {"io", "ReaderFrom"},
    {"io", "WriterTo"},      {"io", "Closer"},         {"io", "Seeker"},       {"io", "ReaderAt"}};

std::string GoWord(llvm::StringRef text) {
  std::string out;
  for (char c : text) out += llvm::isAlnum(c) ? c : '_';
  return out;
}

const go::InterfaceType& InterfaceOf(const go::Type* type) {
  return *go::UnderlyingAs<go::InterfaceType>(type);
}

const go::Func* MethodNamed(const go::Type* interface, llvm::StringRef name) {
  const auto& methods = InterfaceOf(interface).AllMethods();
  auto found = llvm::find_if(methods, [&](const go::Func* func) { return func->name() == name; });
  return found == methods.end() ? nullptr : *found;
}

/// Whether a method that only returns its defaults does no harm.
bool HasSafeDefault(const go::SignatureType& signature) {
  for (size_t i = 0; i < signature.results.size(); ++i) {
    const bool is_error = go::Identical(signature.results[i]->type(), go::ErrorType());
    if (!is_error && !rules::PassedThrough(signature, i).has_value()) return false;
  }
  return true;
}

}  // namespace

class ObjectChecker {
 public:
  ObjectChecker(PluginContext& plugin, const ObjectRef& ref, const go::Package& package)
      : plugin_(plugin), ref_(ref), decl_(*ref.decl), package_(package) {
    site_.package = package.path();
    scope_.file = &plugin.file;
    scope_.package = &package;
  }

  /// Null: it was refused.
  std::unique_ptr<rules::Object> Declare() {
    object_ = std::make_unique<rules::Object>();
    object_->rule = plugin_.description.name + "." + decl_.name.text;
    object_->go_type = "instcO_" + GoWord(plugin_.description.name) + "_" + decl_.name.text;
    object_->package = package_.path();
    object_->origin = ref_.span;
    object_->wraps = decl_.wraps;
    if (!Named() || !Interface()) return nullptr;
    bool ok = true;
    for (const ast::TypePtr& kept : decl_.keeps) ok = Keep(*kept) && ok;
    for (const ast::ObjectDecl::Field& field : decl_.fields) ok = Field(field) && ok;
    if (!ok) return nullptr;
    Type();
    return std::move(object_);
  }

  void Bodies(rules::Object& object) {
    for (const ast::ObjectDecl::Method& method : decl_.methods) Method(method, object);
    if (!object.wraps) {
      Missing(object);
      return;
    }
    Hidden(object);
  }

 private:
  HookChecker Checker() {
    HookChecker checker(plugin_, plugin_.emitter, package_, site_);
    checker.scope_ = &scope_;
    return checker;
  }

  bool Named() {
    const go::Object* taken = package_.Lookup(decl_.name.text);
    if (taken == nullptr) return true;
    plugin_.emitter.Emit(decl_.name.span, ObjectNameTaken, package_.path(), decl_.name.text)
        .Note(taken->declared_at(), "declared here")
        .Help("choose another name");
    return false;
  }

  bool Interface() {
    HookChecker checker = Checker();
    const go::Type* type = checker.ResolveType(*decl_.type);
    if (type->IsInvalid()) return false;
    const auto* named = go::TypeAs<go::Named>(type);
    if (named == nullptr || !go::IsInterface(type) || InterfaceOf(type).IsConstraintOnly()) {
      plugin_.emitter.Emit(decl_.type->span, NotAnInterface, checker.Show(type));
      return false;
    }
    object_->interface = type;
    return checker.Nameable(type, decl_.type->span);
  }

  bool RefuseKeep(const ast::Type& kept, const std::string& why) {
    plugin_.emitter.Emit(kept.span, BadKeep, kept.span.Text().str(), why);
    return false;
  }

  bool Keep(const ast::Type& kept) {
    HookChecker checker = Checker();
    const go::Type* type = checker.ResolveType(kept);
    if (type->IsInvalid()) return false;
    if (!decl_.wraps) return RefuseKeep(kept, "an object that implements has nothing to keep");
    if (!go::IsInterface(type)) return RefuseKeep(kept, checker.Show(type) + " is no interface");
    if (!checker.Nameable(type, kept.span)) return false;
    if (object_->keeps.size() == kMaxKeeps)
      return RefuseKeep(kept, "an object keeps " + std::to_string(kMaxKeeps) + " interfaces at most");
    bool adds = false;
    for (const go::Func* method : InterfaceOf(type).AllMethods()) {
      if (MethodNamed(object_->interface, method->name()) != nullptr) continue;
      adds = true;
      if (!CanSpell(*method, kept.span)) return false;
      if (!method->exported() && method->package() != &package_)
        return RefuseKeep(kept, "method `" + method->name().str() + "` is not exported");
      for (const go::Type* other : object_->keeps)
        if (MethodNamed(other, method->name()) != nullptr)
          return RefuseKeep(kept, "method `" + method->name().str() + "` is also one of " +
                                      checker.Show(other) + ", which is kept");
    }
    if (!adds)
      return RefuseKeep(kept, "it has no method beyond those of " + checker.Show(object_->interface));
    object_->keeps.push_back(type);
    return true;
  }

  bool Field(const ast::ObjectDecl::Field& field) {
    HookChecker checker = Checker();
    const go::Type* type = field.type == nullptr ? go::Invalid() : checker.ResolveType(*field.type);
    if (type->IsInvalid()) return false;
    const bool method = MethodNamed(object_->interface, field.name.text) != nullptr ||
                        llvm::any_of(object_->keeps, [&](const go::Type* kept) {
                          return MethodNamed(kept, field.name.text) != nullptr;
                        });
    const auto* wrapped = go::TypeAs<go::Named>(object_->interface);
    const llvm::StringRef name = field.name.text;
    if (method || name == "Unwrap" || name.startswith("instc") || name == "it" ||
        (decl_.wraps && name == wrapped->object()->name())) {
      plugin_.emitter.Emit(field.name.span, BadObjectField, field.name.text,
                           method ? "it is a method" : "the name is taken");
      return false;
    }
    if (!checker.Nameable(type, field.span)) return false;
    object_->fields.push_back(plugin_.target.program->context().Field(name, type, package_, false));
    return true;
  }

  void Type() {
    go::TypeContext& context = plugin_.target.program->context();
    std::vector<const go::Var*> fields = object_->fields;
    std::vector<std::pair<llvm::StringRef, const go::SignatureType*>> methods;
    if (decl_.wraps) {
      const auto* wrapped = go::TypeAs<go::Named>(object_->interface);
      fields.insert(fields.begin(),
                    context.Field(wrapped->object()->name(), object_->interface, package_, true));
    } else {
      for (const go::Func* method : InterfaceOf(object_->interface).AllMethods())
        if (method->exported() || method->package() == &package_)
          methods.emplace_back(method->name(), method->signature());
    }
    object_->type = context.DeclareStruct(object_->go_type, package_, decl_.name.span, fields, methods);
  }

  const go::Func* Wanted(const rules::Object& object, llvm::StringRef name) {
    if (const go::Func* own = MethodNamed(object.interface, name)) return own;
    for (const go::Type* kept : object.keeps)
      if (const go::Func* method = MethodNamed(kept, name)) return method;
    return nullptr;
  }

  /// Whether the target package can name all that the method's signature does.
  bool CanSpell(const go::Func& method, Span span) {
    HookChecker checker = Checker();
    for (const auto* vars : {&method.signature()->params, &method.signature()->results})
      for (const go::Var* var : *vars)
        if (!checker.Nameable(var->type(), span)) return false;
    return true;
  }

  void Method(const ast::ObjectDecl::Method& method, rules::Object& object) {
    if (!method.name.Present()) return;
    const go::Func* wanted = Wanted(object, method.name.text);
    if (wanted == nullptr) {
      std::vector<std::string> names;
      for (const go::Func* func : InterfaceOf(object.interface).AllMethods())
        names.push_back(func->name().str());
      ReportNoMethod(plugin_, method.name, go::TypeString(object.interface, &package_), names);
      return;
    }
    if (!wanted->exported() && wanted->package() != &package_) {
      ReportNoMethod(plugin_, method.name, go::TypeString(object.interface, &package_), {});
      return;
    }
    if (!CanSpell(*wanted, method.name.span)) return;
    RecordObject(plugin_.sink, *wanted, method.name.span);
    auto hook = std::make_unique<rules::Hook>();
    hook->rule = object.rule;
    hook->symbol = GoWord(plugin_.description.name) + "_" + decl_.name.text + "_" + method.name.text;
    hook->origin = method.span;
    hook->package = object.package;
    hook->receiver_type = decl_.name.text;
    hook->receiver_go_type = "*" + object.go_type;
    hook->receiver_name = "self";
    hook->func = method.name.text;
    hook->signature = wanted->signature();
    hook->results_at_enter = !object.wraps;
    HookChecker(plugin_, plugin_.emitter, package_, *hook).RunMethod(object, method, *wanted);
    object.methods.push_back({wanted, std::move(hook)});
  }

  /// Adds the methods that may do nothing, and reports the others.
  void Missing(rules::Object& object) {
    std::vector<const go::Func*> lacking;
    for (const go::Func* method : InterfaceOf(object.interface).AllMethods()) {
      const bool given =
          llvm::any_of(decl_.methods, [&](const auto& own) { return own.name.text == method->name(); });
      if (given) continue;
      const bool possible = method->exported() || method->package() == &package_;
      if (!possible || !HasSafeDefault(*method->signature()))
        lacking.push_back(method);
      else if (CanSpell(*method, decl_.name.span))
        object.methods.push_back({method, nullptr});
    }
    if (lacking.empty()) return;
    const std::string count = lacking.size() == 1 ? "a method" : std::to_string(lacking.size()) + " methods";
    auto builder = plugin_.emitter.Emit(decl_.name.span, MissingMethods, decl_.name.text, count,
                                        Checker().Show(object.interface));
    for (const go::Func* method : lacking)
      builder.Note(method->declared_at(),
                   method->name().str() + go::SignatureString(*method->signature(), go::QualifyByName));
    builder.Help("write `on " + lacking.front()->name().str() + "(...) { ... }`");
  }

  /// Types that implement the interface and have more: what an original may be.
  void Hidden(const rules::Object& object) {
    const auto* interface = go::TypeAs<go::Named>(object.interface);
    std::vector<const go::Package*> packages = {&package_};
    if (interface->object()->package() != &package_ && interface->object()->package() != nullptr)
      packages.push_back(interface->object()->package());
    std::vector<std::string> hidden;
    std::string known;
    for (const auto& [path, name] : kOptional) {
      const go::Type* optional = Optional(path, name);
      if (optional == nullptr || Keeps(object, optional)) continue;
      for (const go::Package* package : packages) {
        const go::TypeName* has = ImplementerOf(object.interface, optional, *package);
        if (has == nullptr) continue;
        hidden.push_back(Checker().Show(optional));
        if (known.empty()) known = "`*" + go::TypeString(has->type(), &package_) + "`";
        break;
      }
    }
    if (hidden.empty()) return;
    std::string list = llvm::join(hidden, ", ");
    std::string names = list;
    names.erase(std::remove(names.begin(), names.end(), '`'), names.end());
    plugin_.emitter.Emit(decl_.name.span, HidesInterface, decl_.name.text, list, known)
        .Help("a value that had it before must have it afterwards: `keeps " + names + "`");
  }

  /// The interface, when code of the target package can name it.
  const go::Type* Optional(llvm::StringRef path, llvm::StringRef name) {
    const auto& imports = package_.ImportPaths();
    if (path != package_.path() && !llvm::is_contained(imports, path.str())) return nullptr;
    auto package = plugin_.target.program->Load(path.str());
    if (!package) {
      llvm::consumeError(package.takeError());
      return nullptr;
    }
    const auto* type = llvm::dyn_cast_or_null<go::TypeName>((*package)->Lookup(name));
    return type == nullptr || !go::IsInterface(type->type()) ? nullptr : type->type();
  }

  static bool Keeps(const rules::Object& object, const go::Type* optional) {
    return llvm::all_of(InterfaceOf(optional).AllMethods(), [&](const go::Func* method) {
      return MethodNamed(object.interface, method->name()) != nullptr ||
             llvm::any_of(object.keeps,
                          [&](const go::Type* kept) { return MethodNamed(kept, method->name()) != nullptr; });
    });
  }

  const go::TypeName* ImplementerOf(const go::Type* interface, const go::Type* optional,
                                    const go::Package& package) {
    for (llvm::StringRef name : package.Names()) {
      const auto* type = llvm::dyn_cast_or_null<go::TypeName>(package.Lookup(name));
      if (type == nullptr || type->is_alias() || go::IsInterface(type->type())) continue;
      const auto* named = go::TypeAs<go::Named>(type->type());
      if (named == nullptr || named->IsGeneric() || named->methods().empty()) continue;
      const go::Type* pointer = plugin_.target.program->context().Pointer(named);
      if (go::Implements(pointer, interface) && go::Implements(pointer, optional)) return type;
    }
    return nullptr;
  }

  PluginContext& plugin_;
  const ObjectRef& ref_;
  const ast::ObjectDecl& decl_;
  const go::Package& package_;
  rules::Hook site_;
  Scope scope_;
  std::unique_ptr<rules::Object> object_;
};

namespace {

const go::Package* LoadPackage(const ObjectRef& ref, PluginContext& plugin) {
  const std::string& path = PackageOf(ref.in, plugin);
  auto package = plugin.target.program->Load(path);
  if (package) return *package;
  ReportNoPackage(plugin, ref.span, path, package.takeError());
  return nullptr;
}

}  // namespace

void DeclareObjects(PluginContext& plugin) {
  for (const ObjectRef& ref : plugin.file.objects) {
    const go::Package* package = IsFor(ref.in, plugin) ? LoadPackage(ref, plugin) : nullptr;
    if (package == nullptr) continue;
    auto object = ObjectChecker(plugin, ref, *package).Declare();
    if (object == nullptr) continue;
    plugin.objects[ref.decl] = object.get();
    plugin.out.objects.push_back(std::move(object));
  }
}

void CheckObjects(PluginContext& plugin) {
  for (const ObjectRef& ref : plugin.file.objects) {
    auto object = plugin.objects.find(ref.decl);
    plugin.sink.rule = ref.decl->name.text;
    const unsigned errors = plugin.emitter.ErrorCount();
    if (object != plugin.objects.end())
      ObjectChecker(plugin, ref, *LoadPackage(ref, plugin)).Bodies(*object->second);
    const bool holds = object != plugin.objects.end() && plugin.emitter.ErrorCount() == errors;
    const bool applies = IsFor(ref.in, plugin);
    plugin.out.outcomes.push_back({ref.decl->name.text, ref.span, applies, holds || !applies});
  }
}

// -------------------------------------------------------------------------------------------------------
// methods

/// Fields, and `it` for what is wrapped, as names of a method's body.
void HookChecker::NameFields(const rules::Object& object, rules::Binding& receiver, Span span, Scope& scope) {
  ExprPtr self = Make(span, receiver.type, rules::Use{&receiver});
  auto name_field = [&](llvm::StringRef name, llvm::StringRef field) {
    const go::Selection selection = go::LookupFieldOrMethod(self->type, field, &package_);
    Named named;
    named.argument = Make(span, selection.type, rules::FieldSelect{self, selection});
    named.declared = object.origin;
    scope.names[name.str()] = named;
  };
  for (const go::Var* field : object.fields) name_field(field->name(), field->name());
  if (object.wraps) name_field("it", go::TypeAs<go::Named>(object.interface)->object()->name());
}

void HookChecker::RunMethod(const rules::Object& object, const ast::ObjectDecl::Method& method,
                            const go::Func& wanted) {
  Scope scope;
  scope.file = &plugin_.file;
  scope.package = &package_;
  scope_ = &scope;
  auto receiver = std::make_unique<rules::Binding>();
  receiver->kind = rules::Binding::Kind::kReceiver;
  receiver->name = hook_.receiver_name;
  receiver->type = plugin_.target.program->context().Pointer(object.type);
  NameFields(object, *receiver, method.name.span, scope);
  hook_.bindings.push_back(std::move(receiver));
  func_ = &wanted;
  const unsigned errors = emitter().ErrorCount();
  const go::SignatureType& signature = *hook_.signature;
  BindList(method.params, signature.params, rules::Binding::Kind::kParam, signature.variadic, hook_.params);
  if (method.results.has_value())
    BindList(*method.results, signature.results, rules::Binding::Kind::kResult, false, hook_.results);
  else
    hook_.results.assign(signature.results.size(), "_");
  if (hook_.results_at_enter)
    for (auto& [name, named] : scope.names) named.exit_only = false;
  const go::TypeName& interface = *go::TypeAs<go::Named>(object.interface)->object();
  const CalledAs called{interface.package() == nullptr ? "" : interface.package()->path(),
                        interface.name().str(), wanted.name().str()};
  LabelParameters(called);
  Statements(method.body.stmts, hook_.body);
  ReportUnused(scope);
  CheckAllSeries(hook_.body);
  if (emitter().ErrorCount() == errors) Review(called, signature);
  scope_ = nullptr;
}

// -------------------------------------------------------------------------------------------------------
// uses

const ast::ObjectDecl* HookChecker::ObjectNamed(const ast::Type& type) {
  if (const auto* pointer = std::get_if<ast::PointerType>(&type.node)) return ObjectNamed(*pointer->element);
  const auto* named = std::get_if<ast::NamedType>(&type.node);
  if (named == nullptr || named->package.Present() || !named->args.empty()) return nullptr;
  return ObjectNamed(named->name.text);
}

/// The object of this package, whether or not it was refused.
const ast::ObjectDecl* HookChecker::ObjectNamed(llvm::StringRef name) {
  if (scope_->file != &plugin_.file) return nullptr;
  for (const ObjectRef& ref : plugin_.file.objects) {
    if (ref.decl->name.text == name && PackageOf(ref.in, plugin_) == package_.path()) return ref.decl;
  }
  return nullptr;
}

const rules::Object* HookChecker::Declared(const ast::ObjectDecl& decl) {
  auto found = plugin_.objects.find(&decl);
  return found == plugin_.objects.end() ? nullptr : found->second;
}

/// One field of a literal or of `wrap ... with`.
void HookChecker::ObjectField(const rules::Object& object, const ast::Name& name, const ast::Expr& value,
                              rules::NewObject& made) {
  auto field = llvm::find_if(object.fields, [&](const go::Var* own) { return own->name() == name.text; });
  ExprPtr checked = CheckValueOf(value);
  if (field == object.fields.end()) {
    std::vector<std::string> names;
    for (const go::Var* own : object.fields) names.push_back(own->name().str());
    auto builder = emitter().Emit(name.span, BadObjectField, name.text, "the object declares no such field");
    Suggest(builder, name.span, name.text, names);
    return;
  }
  if (!Assignable(*checked, (*field)->type())) {
    emitter().Emit(value.span, BadObjectField, name.text,
                   "it has type " + Show((*field)->type()) + ", this is " + Show(checked->type));
    return;
  }
  CheckSecret(*checked, "field `" + name.text + "` of an object");
  if (const uint8_t labels = checked->labels & (kSecret | kPii | kUnbounded); labels != 0)
    plugin_.field_labels[{package_.path(), object.go_type + "." + name.text}] |= labels;
  made.fields.emplace_back(name.text, Coerce(checked, (*field)->type()));
}

/// Fields that are not given have what the declaration says.
void HookChecker::ObjectDefaults(const ast::ObjectDecl& decl, const rules::Object& object,
                                 rules::NewObject& made) {
  for (const ast::ObjectDecl::Field& field : decl.fields) {
    const bool given =
        llvm::any_of(made.fields, [&](const auto& own) { return own.first == field.name.text; });
    if (given || field.value == nullptr) continue;
    Scope scope;
    scope.file = &plugin_.file;
    scope.package = &package_;
    Scope* outer = std::exchange(scope_, &scope);
    const Scope* root = std::exchange(root_, nullptr);
    ObjectField(object, field.name, *field.value, made);
    scope_ = outer;
    root_ = root;
  }
}

HookChecker::ExprPtr HookChecker::ObjectLiteral(const ast::ObjectDecl& decl, const ast::CompositeLit& literal,
                                                Span span) {
  const rules::Object* object = Declared(decl);
  if (object == nullptr) return Bad(span);
  rules::NewObject made{object, {}};
  if (object->wraps) {
    emitter()
        .Emit(span, NotAWrapper, "a literal", decl.name.text, "it stands around a value")
        .Help("write `wrap x with " + decl.name.text + "(...)`");
    return Bad(span);
  }
  for (const ast::KeyValue& element : literal.elements) {
    const auto* ident = element.key == nullptr ? nullptr : std::get_if<ast::Ident>(&element.key->node);
    if (ident == nullptr) {
      emitter().Emit(element.span, BadObjectField, element.span.Text().str(), "write `field: value`");
      continue;
    }
    ObjectField(*object, ast::Name{element.key->span, ident->name}, *element.value, made);
  }
  ObjectDefaults(decl, *object, made);
  return Make(span, plugin_.target.program->context().Pointer(object->type), std::move(made));
}

HookChecker::ExprPtr HookChecker::ObjectAssertion(ExprPtr base, const ast::ObjectDecl& decl, Span span) {
  const rules::Object* object = Declared(decl);
  if (object == nullptr || IsInvalid(*base)) return Bad(span);
  const Type* type = plugin_.target.program->context().Pointer(object->type);
  if (!go::IsInterface(base->type)) {
    emitter().Emit(base->span, NotAWrapper, Show(base->type), decl.name.text, "it is no interface value");
    return Bad(span);
  }
  return Make(span, type, rules::ObjectIn{base, object});
}

void HookChecker::WrapWith(const ast::WrapStmt& stmt, const ast::WrapStmt::With& with, Span span,
                           rules::StmtList& out) {
  ExprPtr target = CheckValueOf(*stmt.target);
  const ast::ObjectDecl* decl = ObjectNamed(with.object.text);
  const rules::Object* object = decl == nullptr ? nullptr : Declared(*decl);
  auto refuse = [&](const std::string& why) {
    emitter().Emit(with.object.span, NotAWrapper, Show(target->type), with.object.text, why);
  };
  if (decl == nullptr) return refuse("there is no such object in this package");
  if (object == nullptr || IsInvalid(*target)) return;
  if (!object->wraps) return refuse("it implements " + Show(object->interface) + ", and wraps nothing");
  if (!go::Identical(target->type, object->interface)) return refuse("it wraps " + Show(object->interface));
  if (!CheckWrapped(*target)) return;
  WarnAgain(*target);
  if (stmt.maybe) return refuse("without a value there is nothing to decorate: leave `?` out");
  rules::NewObject made{object, {}};
  for (const ast::NamedArg& arg : with.args) ObjectField(*object, arg.name, *arg.value, made);
  ObjectDefaults(*decl, *object, made);
  ExprPtr value = Make(span, plugin_.target.program->context().Pointer(object->type), std::move(made));
  Add(out, span, rules::Decorate{target, value});
}

/// Whether an assignment changes a field of an object that many goroutines use.
bool HookChecker::RefuseSharedState(const rules::Expr& target) {
  const rules::Binding* root = RootOf(target);
  const Type* pointee = root == nullptr ? nullptr : go::Pointee(root->type);
  if (pointee == nullptr || root->kind != rules::Binding::Kind::kReceiver) return false;
  const bool shared = llvm::any_of(plugin_.out.objects, [&](const auto& object) {
    return !object->wraps && go::Identical(object->type, pointee);
  });
  if (!shared) return false;
  emitter()
      .Emit(target.span, SharedState, target.span.Text())
      .Help("keep it where the call is: in the context, a hidden `field` of what the method is given");
  return true;
}

}  // namespace instc::check
