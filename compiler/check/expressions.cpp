// Expressions: a strict subset of Go's, resolved in the scope of the target package and typed as go/types
// would.
#include "compiler/check/hook_checker.h"
#include "compiler/check/not_lowered.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(UnknownName, "E0201", Error, "unknown name `{0}`", llvm::StringRef);
INSTC_DIAGNOSTIC(ResultBeforeExit, "E0202", Error, "`{0}` is known only when the function has returned",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(NoSuchSymbol, "E0301", Error, "package {0} has no `{1}`", std::string, llvm::StringRef);
INSTC_DIAGNOSTIC(NoSuchMember, "E0302", Error, "{0} has no field or method `{1}`", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(AmbiguousMember, "E0306", Error,
                 "`{1}` is ambiguous in {0}: two embedded types have it at the same depth", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(NotAValue, "E0308", Error, "`{0}` is a {1}, a value is wanted here", std::string,
                 llvm::StringRef);
INSTC_DIAGNOSTIC(BadOperand, "E0310", Error, "operator `{0}` does not take {1}", llvm::StringRef,
                 std::string);
INSTC_DIAGNOSTIC(MismatchedOperands, "E0311", Error, "operator `{0}` on {1} and {2}", llvm::StringRef,
                 std::string, std::string);
INSTC_DIAGNOSTIC(CannotIndex, "E0312", Error, "{0} cannot be indexed or sliced", std::string);
INSTC_DIAGNOSTIC(BadIndex, "E0313", Error, "the index has type {0}, {1} is wanted", std::string, std::string);
INSTC_DIAGNOSTIC(ImpossibleAssertion, "E0315", Error, "{0} can never hold {1}", std::string, std::string);
INSTC_DIAGNOSTIC(AssertNonInterface, "E0316", Error, "only an interface value can be asserted, this is {0}",
                 std::string);
INSTC_DIAGNOSTIC(MethodNotCalled, "E0317", Error, "method `{0}` is named but not called", llvm::StringRef);
INSTC_DIAGNOSTIC(BadElement, "E0318", Error, "this element has type {0}, {1} is wanted", std::string,
                 std::string);
INSTC_DIAGNOSTIC(SeveralValues, "E0319", Error, "the call has {0} results where one value is wanted", size_t);

// -------------------------------------------------------------------------------------------------------
// helpers

HookChecker::ExprPtr HookChecker::Make(Span span, const Type* type, decltype(rules::Expr::node) node) {
  auto expr = std::make_shared<rules::Expr>();
  expr->span = span;
  expr->type = type;
  expr->labels = LabelsOfParts(node) | FactsAbout(node);
  expr->node = std::move(node);
  return expr;
}

HookChecker::ExprPtr HookChecker::Bad(Span span) {
  return Make(span, go::Invalid(), rules::Absent{});
}
HookChecker::ExprPtr HookChecker::AbsentOf(Span span, const Type* type) {
  return Make(span, type, rules::Absent{});
}

bool IsAbsent(const rules::Expr& expr) {
  return std::holds_alternative<rules::Absent>(expr.node);
}
bool IsInvalid(const rules::Expr& expr) {
  return expr.type == nullptr || expr.type->IsInvalid();
}

const go::ConstValue* HookChecker::ConstantOf(const rules::Expr& expr) {
  if (const auto* literal = std::get_if<rules::Literal>(&expr.node)) return &literal->value;
  return nullptr;
}

bool HookChecker::Assignable(const rules::Expr& value, const Type* to) {
  if (IsInvalid(value) || to->IsInvalid() || IsAbsent(value)) return true;
  const go::ConstValue* constant = ConstantOf(value);
  return go::AssignableTo(value.type, to, constant);
}

HookChecker::ExprPtr HookChecker::Coerce(ExprPtr value, const Type* to) {
  if (IsInvalid(*value) || !go::IsUntyped(value->type) || go::IsUntypedNil(value->type)) return value;
  auto copy = std::make_shared<rules::Expr>(*value);
  copy->type = go::IsInterface(to) ? go::DefaultType(value->type) : to;
  return copy;
}

std::string HookChecker::Show(const Type* type) {
  std::string text = go::TypeString(type, &package_);
  for (const auto& object : plugin_.out.objects) {  // by its name in the rules
    const size_t at = text.find(object->go_type);
    if (at == std::string::npos) continue;
    text.replace(at, object->go_type.size(), llvm::StringRef(object->rule).rsplit('.').second.str());
  }
  return "`" + text + "`";
}

Span HookChecker::SpanOf(const go::Object& object) {
  return object.declared_at();
}

// ---------------------------------------------------------------------------------------------------
// dispatch

HookChecker::ExprPtr HookChecker::Check(const ast::Expr& expr) {
  return std::visit(Overload{
                        [&](const ast::BadExpr&) { return Bad(expr.span); },
                        [&](const ast::Ident& e) { return IdentExpr(e, expr.span); },
                        [&](const ast::BasicLit& e) { return LiteralExpr(e, expr.span); },
                        [&](const ast::Selector& e) { return SelectorExpr(e, expr.span); },
                        [&](const ast::TypeAssert& e) { return AssertExpr(e, expr.span); },
                        [&](const ast::Call& e) { return CallExpr(e, expr.span); },
                        [&](const ast::Index& e) { return IndexExpr(e, expr.span); },
                        [&](const ast::Slice& e) { return SliceExpr(e, expr.span); },
                        [&](const ast::Unary& e) { return UnaryExpr(e, expr.span); },
                        [&](const ast::Binary& e) { return BinaryExpr(e, expr.span); },
                        [&](const ast::Paren& e) { return Check(*e.inner); },
                        [&](const ast::CompositeLit& e) { return CompositeExpr(e, expr.span); },
                        [&](const ast::Conversion& e) {
                          ExprPtr value = CheckValueOf(*e.operand);
                          return Conversion(ResolveType(*e.type), value, expr.span);
                        },
                        [&](const ast::TypeExpr&) {
                          emitter().Emit(expr.span, NotAValue, expr.span.Text().str(), "type");
                          return Bad(expr.span);
                        },
                    },
                    expr.node);
}

HookChecker::ExprPtr HookChecker::CheckValueOf(const ast::Expr& expr) {
  ExprPtr value = Check(expr);
  const auto* tuple = value->type == nullptr ? nullptr : llvm::dyn_cast<go::TupleType>(value->type);
  if (tuple == nullptr) return value;
  emitter().Emit(expr.span, SeveralValues, tuple->vars.size());
  return Bad(expr.span);
}

// --------------------------------------------------------------------------------------------------- names

namespace {

/// A field of the object whose method this is: it was made where the method is declared, as a whole.
bool IsOwnField(const rules::Expr& expr) {
  const auto* field = std::get_if<rules::FieldSelect>(&expr.node);
  const auto* use = field == nullptr ? nullptr : std::get_if<rules::Use>(&field->base->node);
  return use != nullptr && use->binding->kind == rules::Binding::Kind::kReceiver &&
         field->base->span.begin == expr.span.begin && field->base->span.end == expr.span.end;
}

}  // namespace

HookChecker::ExprPtr HookChecker::FromScope(Named& named, llvm::StringRef name, Span span) {
  if (IsOutside(name)) return outer_->FromScope(named, name, span);
  named.used = true;
  if (named.exit_only && !at_exit_) {
    emitter()
        .Emit(span, ResultBeforeExit, name)
        .Note(named.declared, "a result, or a template parameter after `;`")
        .Help("use it in an `exit` block");
    return Bad(span);
  }
  if (named.argument != nullptr) {
    if (at_exit_) MarkUsedInExit(*named.argument);
    return IsOwnField(*named.argument) ? Make(span, named.argument->type, named.argument->node)
                                       : named.argument;
  }
  if (at_exit_ && named.is_let && !named.binding->at_exit) named.binding->used_in_exit = true;
  return Make(span, named.binding->type, rules::Use{named.binding});
}

HookChecker::ExprPtr HookChecker::ObjectExpr(const go::Object& object, Span span) {
  const bool foreign = object.package() != nullptr && object.package() != &package_;
  const std::string path = foreign ? object.package()->path() : "";
  RecordObject(plugin_.sink, object, span);
  switch (object.kind()) {
    case go::ObjectKind::kConst:
    case go::ObjectKind::kVar:
    case go::ObjectKind::kFunc:
      return Make(span, object.type(), rules::Global{path, object.name().str()});
    case go::ObjectKind::kNil:
      return Make(span, BasicTypeOf(Basic::kUntypedNil), rules::Literal{"nil", true, {}});
    case go::ObjectKind::kTypeName:
    case go::ObjectKind::kPackageName:
    case go::ObjectKind::kBuiltin:
      emitter().Emit(span, NotAValue, object.name().str(), go::ObjectKindName(object.kind()));
      return Bad(span);
  }
  return Bad(span);
}

HookChecker::ExprPtr HookChecker::OptionExpr(llvm::StringRef name, Span span) {
  if (scope_->file != &plugin_.file) return nullptr;
  const std::vector<pack::Option>& options = plugin_.description.options;
  for (unsigned i = 0; i < options.size(); ++i) {
    if (options[i].name != name) continue;
    const Type* type =
        std::visit(Overload{
                       [](bool) -> const Type* { return BasicTypeOf(Basic::kBool); },
                       [](const std::string&) -> const Type* { return BasicTypeOf(Basic::kString); },
                       [](int64_t) -> const Type* { return BasicTypeOf(Basic::kInt64); },
                       [&](const std::vector<std::string>&) -> const Type* {
                         return plugin_.target.program->context().Slice(BasicTypeOf(Basic::kString));
                       },
                   },
                   options[i].default_value);
    return Make(span, type, rules::OptionValue{i});
  }
  for (const ast::OptionDecl* refused : plugin_.file.options)
    if (refused->name.text == name) return Bad(span);
  return nullptr;
}

HookChecker::ExprPtr HookChecker::IdentExpr(const ast::Ident& ident, Span span) {
  const llvm::StringRef name = ident.name;
  if (name.empty()) return Bad(span);
  if (Named* named = scope_->Find(name)) return FromScope(*named, name, span);
  if (ExprPtr option = OptionExpr(name, span)) return option;
  if (name == "panicked") return Make(span, BasicTypeOf(Basic::kBool), rules::Panicked{});
  if (scope_->package != nullptr) {
    if (const go::Object* object = scope_->package->Lookup(name)) return ObjectExpr(*object, span);
  }
  if (name == "true" || name == "false") {
    return Make(span, BasicTypeOf(Basic::kUntypedBool),
                rules::Literal{name.str(), name == "false", go::ConstValue::Bool(name == "true")});
  }
  if (const go::Object* object = go::LookupUniverse(name)) return ObjectExpr(*object, span);
  if (FindBuiltin(name) != nullptr || plugin_.set.FindExtern(*scope_->file, name) != nullptr) {
    emitter().Emit(span, NotAValue, name.str(), "function");
    return Bad(span);
  }
  UnknownName(name, span);
  return Bad(span);
}

void HookChecker::UnknownName(llvm::StringRef name, Span span) {
  std::vector<std::string> candidates;
  for (const Scope* s = scope_; s != nullptr; s = s->outer)
    for (const auto& [known, named] : s->names) candidates.push_back(known);
  for (llvm::StringRef builtin : BuiltinNames()) candidates.push_back(builtin.split('.').first.str());
  for (const auto* e : scope_->file->externs) candidates.push_back(e->name.text);
  for (const auto& [known, e] : plugin_.set.shared_externs) candidates.push_back(known);
  if (scope_->package != nullptr)
    for (llvm::StringRef known : scope_->package->Names()) candidates.push_back(known.str());
  auto builder = emitter().Emit(span, check::UnknownName, name);
  if (scope_->package != nullptr && name == scope_->package->name())
    builder.Help(("a rule stands in the scope of this package: leave `" + name + ".` out").str());
  else
    Suggest(builder, span, name, candidates);
}

HookChecker::ExprPtr HookChecker::LiteralExpr(const ast::BasicLit& literal, Span span) {
  using Kind = ast::BasicLit::Kind;
  switch (literal.kind) {
    case Kind::Int: {
      if (!literal.integer.has_value()) return Bad(span);
      return Make(
          span, BasicTypeOf(Basic::kUntypedInt),
          rules::Literal{literal.text, *literal.integer == 0, go::ConstValue::Uint(*literal.integer)});
    }
    case Kind::Float:
      return Make(span, BasicTypeOf(Basic::kUntypedFloat),
                  rules::Literal{literal.text, literal.real == 0, go::ConstValue::Float(literal.real)});
    case Kind::Rune:
      return Make(span, BasicTypeOf(Basic::kUntypedRune),
                  rules::Literal{literal.text, literal.integer.value_or(0) == 0,
                                 go::ConstValue::Uint(literal.integer.value_or(0))});
    case Kind::String:
    case Kind::RawString:
      return Make(
          span, BasicTypeOf(Basic::kUntypedString),
          rules::Literal{literal.text, literal.string.empty(), go::ConstValue::String(literal.string)});
    case Kind::SemVer:
      emitter()
          .Emit(span, NotAValue, literal.text, "version")
          .Help("versions compare with `lib` in a rule's `where`");
      return Bad(span);
  }
  return Bad(span);
}

// --------------------------------------------------------------------------------------------------- x.name

HookChecker::ExprPtr HookChecker::FromPackage(const go::Package& package, llvm::StringRef name, Span span) {
  const go::Object* object = package.Lookup(name);
  const bool visible = object != nullptr && (object->exported() || &package == &package_);
  if (visible) return Reachable(package, name, span) ? ObjectExpr(*object, span) : Bad(span);
  std::vector<std::string> exported;
  for (llvm::StringRef known : package.Names())
    if (go::IsExportedName(known)) exported.push_back(known.str());
  auto builder = emitter().Emit(span, NoSuchSymbol, package.path(), name);
  const Span written{span.buffer, span.end - static_cast<uint32_t>(name.size()), span.end};  // pkg.name
  if (object != nullptr)
    builder.Help("`" + name.str() + "` is not exported, and the rule runs in another package");
  else
    Suggest(builder, written, name, exported);
  return Bad(span);
}

HookChecker::ExprPtr HookChecker::SelectorExpr(const ast::Selector& selector, Span span) {
  if (!selector.name.Present()) return Bad(span);
  if (const auto* ident = std::get_if<ast::Ident>(&selector.operand->node)) {
    const bool bound = scope_->Find(ident->name) != nullptr;
    if (!bound && ident->name == "fn" && selector.name.text == "name") {
      const std::string quoted = "\"" + hook_.func + "\"";
      return Make(span, BasicTypeOf(Basic::kUntypedString),
                  rules::Literal{quoted, false, go::ConstValue::String(hook_.func)});
    }
    const bool global =
        bound || (scope_->package != nullptr && scope_->package->Lookup(ident->name) != nullptr);
    if (!global) {
      if (const go::Package* package = FindPackage(ident->name))
        return FromPackage(*package, selector.name.text, span);
    }
  }
  ExprPtr base = CheckValueOf(*selector.operand);
  if (IsInvalid(*base)) return base;
  return Select(base, selector.name, span);
}

namespace {

const go::Named* NamedOf(const go::Type* type) {
  const go::Type* plain = go::Unalias(type);
  if (const go::Type* pointee = go::Pointee(plain)) plain = go::Unalias(pointee);
  return llvm::dyn_cast<go::Named>(plain);
}

}  // namespace

HookChecker::ExprPtr HookChecker::Select(ExprPtr base, const ast::Name& name, Span span) {
  const go::Selection selection = go::LookupFieldOrMethod(base->type, name.text, &package_);
  switch (selection.kind) {
    case go::Selection::Kind::kField:
      RecordSelection(plugin_.sink, base->type, selection, name.span);
      return Make(span, selection.type, rules::FieldSelect{base, selection});
    case go::Selection::Kind::kMethod:
      MethodWithoutCall(*llvm::cast<go::Func>(selection.object), name, span);
      return Bad(span);
    case go::Selection::Kind::kAmbiguous:
      emitter()
          .Emit(name.span, AmbiguousMember, Show(base->type), name.text)
          .Help("name the embedded type too");
      return Bad(span);
    case go::Selection::Kind::kNotFound:
      break;
  }
  if (const go::Named* named = NamedOf(base->type)) {
    for (const rules::HiddenFieldDecl& hidden : plugin_.out.fields) {
      if (hidden.name == name.text && hidden.type == named->object()->name() &&
          hidden.package == named->object()->package()->path())
        return Make(span, hidden.field_type,
                    rules::HiddenField{base, hidden.name, go::Pointee(base->type) != nullptr});
    }
    if (RefusedField(*named, name.text)) return Bad(span);
  }
  NoMember(base->type, name);
  return Bad(span);
}

void HookChecker::MethodWithoutCall(const go::Func& method, const ast::Name& name, Span span) {
  auto builder = emitter().Emit(span, MethodNotCalled, name.text);
  builder.Note(SpanOf(method), "declared here");
  const bool plain = method.signature()->params.empty() && method.signature()->results.size() == 1;
  if (plain)
    builder.Fix("write `" + name.text + "()`", Span{name.span.buffer, name.span.end, name.span.end}, "()");
  else
    builder.Help("write `" + name.text + "(...)`");
}

/// Whether a `field` that was refused would have been this one: its uses are not reported as well.
bool HookChecker::RefusedField(const go::Named& type, llvm::StringRef name) {
  const go::Package* package = type.object()->package();
  if (package == nullptr) return false;
  const std::string& path = package->path();
  return llvm::any_of(plugin_.file.fields, [&](const FieldRef& ref) {
    const bool here = path == (ref.package.empty() ? plugin_.description.library.path : ref.package);
    return here &&
           llvm::any_of(ref.decl->types.names,
                        [&](const auto& t) { return t.text == type.object()->name(); }) &&
           llvm::any_of(ref.decl->fields, [&](const auto& f) { return f.name.text == name; });
  });
}

void HookChecker::NoMember(const Type* type, const ast::Name& name) {
  const Type* pointee = go::Pointee(type);
  if (go::Underlying(pointee != nullptr ? pointee : type)->IsInvalid())
    return;  // its declaration was reported
  auto builder = emitter().Emit(name.span, NoSuchMember, Show(type), name.text);
  const std::vector<std::string> members = go::SelectableNames(type, &package_);
  const std::vector<std::string> near = Nearest(name.text, members);
  std::vector<std::string> shown;
  for (const std::string& candidate : near) {
    const go::Selection found = go::LookupFieldOrMethod(type, candidate, &package_);
    shown.push_back(candidate);
    if (near.size() == 1 && found.kind == go::Selection::Kind::kField)
      builder.Label("did you mean `" + candidate + "` (" + go::TypeString(found.type, &package_) + ")?");
  }
  if (near.size() != 1 && !near.empty()) builder.Label(DidYouMean(shown));
  if (const auto meant = ClearlyMeant(name.text, members))
    builder.Fix("write `" + *meant + "`", name.span, *meant);
  if (const go::Named* named = NamedOf(type); named != nullptr && named->object()->declared_at().Valid())
    builder.Note(SpanOf(*named->object()), "the type is declared here, checked at " + plugin_.target.version);
}

// --------------------------------------------------------------------------------------------------- x[i],
// x[a:b], x.(T)

HookChecker::ExprPtr HookChecker::IndexExpr(const ast::Index& index, Span span) {
  ExprPtr base = CheckValueOf(*index.operand);
  if (index.indices.size() != 1) {
    ReportNotLowered(emitter(), span, "an instantiation without a call");
    return Bad(span);
  }
  ExprPtr key = CheckValueOf(*index.indices[0]);
  if (IsInvalid(*base) || IsInvalid(*key)) return Bad(span);
  const Type* under = go::Underlying(base->type);
  const Type* pointee = go::Pointee(base->type);
  if (pointee != nullptr && go::UnderlyingAs<go::ArrayType>(pointee) != nullptr)
    under = go::Underlying(pointee);
  if (const auto* map = llvm::dyn_cast<go::MapType>(under)) {
    if (!Assignable(*key, map->key)) {
      emitter().Emit(key->span, BadIndex, Show(key->type), Show(map->key));
      return Bad(span);
    }
    return Make(span, map->value, rules::Index{rules::Index::Kind::kMap, base, Coerce(key, map->key)});
  }
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(key->type));
  if (basic == nullptr || !basic->IsInteger()) {
    emitter().Emit(key->span, BadIndex, Show(key->type), "`int`");
    return Bad(span);
  }
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(under))
    return Make(span, slice->element, rules::Index{rules::Index::Kind::kSlice, base, key});
  if (const auto* array = llvm::dyn_cast<go::ArrayType>(under))
    return Make(span, array->element, rules::Index{rules::Index::Kind::kArray, base, key});
  if (const auto* text = llvm::dyn_cast<go::BasicType>(under); text != nullptr && text->IsString())
    return Make(span, BasicTypeOf(Basic::kUint8), rules::Index{rules::Index::Kind::kString, base, key});
  emitter().Emit(base->span, CannotIndex, Show(base->type));
  return Bad(span);
}

HookChecker::ExprPtr HookChecker::SliceExpr(const ast::Slice& slice, Span span) {
  ExprPtr base = CheckValueOf(*slice.operand);
  ExprPtr low = slice.low == nullptr ? nullptr : CheckValueOf(*slice.low);
  ExprPtr high = slice.high == nullptr ? nullptr : CheckValueOf(*slice.high);
  for (const ExprPtr& bound : {low, high}) {
    const auto* basic = bound == nullptr || IsInvalid(*bound)
                            ? nullptr
                            : llvm::dyn_cast<go::BasicType>(go::Underlying(bound->type));
    if (bound == nullptr || IsInvalid(*bound)) continue;
    if (basic != nullptr && basic->IsInteger()) continue;
    emitter().Emit(bound->span, BadIndex, Show(bound->type), "`int`");
    return Bad(span);
  }
  if (IsInvalid(*base)) return Bad(span);
  const Type* under = go::Underlying(base->type);
  const auto* text = llvm::dyn_cast<go::BasicType>(under);
  const bool sliceable = llvm::isa<go::SliceType>(under) || (text != nullptr && text->IsString());
  if (!sliceable) {
    emitter().Emit(base->span, CannotIndex, Show(base->type));
    return Bad(span);
  }
  const Type* type = go::IsUntyped(base->type) ? go::DefaultType(base->type) : base->type;
  return Make(span, type, rules::SliceOf{base, low, high});
}

HookChecker::ExprPtr HookChecker::Assertion(ExprPtr base, const Type* type, Span span) {
  if (IsInvalid(*base) || type->IsInvalid()) return Bad(span);
  if (!go::IsInterface(base->type)) {
    emitter().Emit(base->span, AssertNonInterface, Show(base->type));
    return Bad(span);
  }
  if (!go::AssertableTo(base->type, type)) {
    emitter().Emit(span, ImpossibleAssertion, Show(base->type), Show(type));
    return Bad(span);
  }
  if (!Nameable(type, span)) return Bad(span);
  return Make(span, type, rules::Assert{base});
}

HookChecker::ExprPtr HookChecker::AssertExpr(const ast::TypeAssert& assertion, Span span) {
  ExprPtr base = CheckValueOf(*assertion.operand);
  if (const ast::ObjectDecl* object = ObjectNamed(*assertion.type))
    return ObjectAssertion(base, *object, span);
  const Type* type = ResolveType(*assertion.type);
  return Assertion(base, type, span);
}

// ---------------------------------------------------------------------------------------------------
// operators

HookChecker::ExprPtr HookChecker::UnaryExpr(const ast::Unary& unary, Span span) {
  const std::string op = ast::Spelling(unary.op).str();
  if (unary.op == ast::UnaryOp::AddressOf) {
    const auto* composite = std::get_if<ast::CompositeLit>(&unary.operand->node);
    ExprPtr literal = Check(*unary.operand);
    if (IsInvalid(*literal)) return Bad(span);
    if (std::holds_alternative<rules::NewObject>(literal->node)) return literal;
    if (composite == nullptr) {
      emitter().Emit(span, BadOperand, op, "anything but a composite literal").Help("write `&T{...}`");
      return Bad(span);
    }
    return Make(span, plugin_.target.program->context().Pointer(literal->type), rules::Unary{op, literal});
  }
  ExprPtr x = CheckValueOf(*unary.operand);
  if (IsInvalid(*x)) return Bad(span);
  if (unary.op == ast::UnaryOp::Deref) {
    const Type* pointee = go::Pointee(go::Underlying(x->type));
    if (pointee == nullptr) {
      emitter().Emit(span, BadOperand, op, Show(x->type));
      return Bad(span);
    }
    return Make(span, pointee, rules::Unary{op, x});
  }
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(x->type));
  const bool wants_bool = unary.op == ast::UnaryOp::Not;
  const bool wants_integer = unary.op == ast::UnaryOp::Complement;
  const bool fits = basic != nullptr && (wants_bool      ? basic->IsBoolean()
                                         : wants_integer ? basic->IsInteger()
                                                         : basic->IsNumeric());
  if (!fits) {
    emitter().Emit(span, BadOperand, op, Show(x->type));
    return Bad(span);
  }
  const auto* literal = std::get_if<rules::Literal>(&x->node);
  if (literal != nullptr && unary.op == ast::UnaryOp::Neg) {
    const go::ConstValue value = go::FoldUnary(go::Token::kSub, literal->value, 0);
    if (value.known()) return Make(span, x->type, rules::Literal{value.ToString(), literal->is_zero, value});
  }
  return Make(span, x->type, rules::Unary{op, x});
}

namespace {

bool IsComparison(ast::BinaryOp op) {
  return op >= ast::BinaryOp::Eq && op <= ast::BinaryOp::Ge;
}
bool IsLogical(ast::BinaryOp op) {
  return op == ast::BinaryOp::LogicalAnd || op == ast::BinaryOp::LogicalOr;
}

/// What the operand must be for an arithmetic, ordering or logical operator.
bool Fits(ast::BinaryOp op, const go::BasicType* basic) {
  if (basic == nullptr) return false;
  switch (op) {
    case ast::BinaryOp::LogicalAnd:
    case ast::BinaryOp::LogicalOr:
      return basic->IsBoolean();
    case ast::BinaryOp::Add:
      return basic->IsNumeric() || basic->IsString();
    case ast::BinaryOp::Sub:
    case ast::BinaryOp::Mul:
    case ast::BinaryOp::Div:
      return basic->IsNumeric();
    case ast::BinaryOp::Lt:
    case ast::BinaryOp::Le:
    case ast::BinaryOp::Gt:
    case ast::BinaryOp::Ge:
      return basic->IsOrdered();
    case ast::BinaryOp::Eq:
    case ast::BinaryOp::Ne:
      return true;
    default:
      return basic->IsInteger();
  }
}

}  // namespace

HookChecker::ExprPtr HookChecker::BinaryExpr(const ast::Binary& binary, Span span) {
  const std::string op = ast::Spelling(binary.op).str();
  ExprPtr x = CheckValueOf(*binary.left);
  ExprPtr y = CheckValueOf(*binary.right);
  if (IsInvalid(*x) || IsInvalid(*y)) {
    const bool boolean = IsComparison(binary.op) || IsLogical(binary.op);
    return boolean && !IsAbsent(*x) && !IsAbsent(*y) ? AbsentOf(span, BasicTypeOf(Basic::kBool)) : Bad(span);
  }
  const bool shift = binary.op == ast::BinaryOp::Shl || binary.op == ast::BinaryOp::Shr;
  const bool agree = shift || Assignable(*x, y->type) || Assignable(*y, x->type);
  if (!agree) {
    emitter().Emit(binary.op_span, MismatchedOperands, op, Show(x->type), Show(y->type));
    return Bad(span);
  }
  const bool equality = binary.op == ast::BinaryOp::Eq || binary.op == ast::BinaryOp::Ne;
  for (const ExprPtr& operand : {x, y}) {
    const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(operand->type));
    const bool nil = go::IsUntypedNil(x->type) || go::IsUntypedNil(y->type);
    const bool fits = equality ? nil || go::Comparable(operand->type) : Fits(binary.op, basic);
    if (fits) continue;
    emitter().Emit(operand->span, BadOperand, op, Show(operand->type));
    return Bad(span);
  }
  const Type* common = go::IsUntyped(x->type) ? y->type : x->type;
  if (!shift) {
    x = Coerce(x, go::DefaultType(y->type));
    y = Coerce(y, go::DefaultType(x->type));
  }
  const Type* type = IsComparison(binary.op) || IsLogical(binary.op) ? BasicTypeOf(Basic::kBool) : common;
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(common));
  const bool divides = binary.op == ast::BinaryOp::Div || binary.op == ast::BinaryOp::Rem;
  const auto* divisor = std::get_if<rules::Literal>(&y->node);
  const bool may_divide_by_zero =
      divides && basic != nullptr && basic->IsInteger() && (divisor == nullptr || divisor->is_zero);
  return Make(span, type, rules::Binary{op, x, y, may_divide_by_zero});
}

// --------------------------------------------------------------------------------------------------- T{...}

HookChecker::ExprPtr HookChecker::CompositeExpr(const ast::CompositeLit& literal, Span span) {
  if (literal.type == nullptr) {
    ReportNotLowered(emitter(), span, "a literal without its type");
    return Bad(span);
  }
  if (const ast::ObjectDecl* object = ObjectNamed(*literal.type))
    return ObjectLiteral(*object, literal, span);
  const Type* type = ResolveType(*literal.type);
  if (type->IsInvalid()) return Bad(span);
  rules::Composite out;
  const Type* under = go::Underlying(type);
  const auto* map = llvm::dyn_cast<go::MapType>(under);
  const auto* slice = llvm::dyn_cast<go::SliceType>(under);
  const auto* strukt = llvm::dyn_cast<go::StructType>(under);
  if (map == nullptr && slice == nullptr && strukt == nullptr) {
    emitter().Emit(span, BadOperand, "T{}", Show(type));
    return Bad(span);
  }
  for (const ast::KeyValue& element : literal.elements) {
    const Type* wanted = map != nullptr ? map->value : slice != nullptr ? slice->element : nullptr;
    ExprPtr key;
    std::string field_name;
    if (strukt != nullptr) {
      const auto* ident = element.key == nullptr ? nullptr : std::get_if<ast::Ident>(&element.key->node);
      const go::Var* field = ident == nullptr ? nullptr : strukt->Field(ident->name);
      if (field == nullptr) {
        const ast::Name name{element.span, ident == nullptr ? "" : ident->name};
        if (ident != nullptr)
          NoMember(type, name);
        else
          ReportNotLowered(emitter(), element.span, "a struct literal without field names");
        continue;
      }
      field_name = ident->name;
      wanted = field->type();
      go::Selection written;
      written.object = field;
      RecordSelection(plugin_.sink, type, written, element.span);
    } else if (map != nullptr && element.key != nullptr) {
      key = CheckValueOf(*element.key);
      if (!Assignable(*key, map->key)) emitter().Emit(key->span, BadElement, Show(key->type), Show(map->key));
      key = Coerce(key, map->key);
    }
    ExprPtr value = CheckValueOf(*element.value);
    if (!Assignable(*value, wanted)) emitter().Emit(value->span, BadElement, Show(value->type), Show(wanted));
    out.elements.emplace_back(key, Coerce(value, wanted));
    out.field_names.push_back(field_name);
  }
  return Make(span, type, std::move(out));
}

// --------------------------------------------------------------------------------------------------- marks

void MarkUsedInExit(const rules::Expr& expr) {
  if (const auto* use = std::get_if<rules::Use>(&expr.node))
    if (use->binding->kind == rules::Binding::Kind::kLet && !use->binding->at_exit)
      use->binding->used_in_exit = true;
  ForEachPart(expr, MarkUsedInExit);
}

void ForEachPart(const rules::Expr& expr, llvm::function_ref<void(const rules::Expr&)> visit) {
  auto mark = [&](const rules::ExprPtr& e) {
    if (e != nullptr) visit(*e);
  };
  auto mark_all = [&](const std::vector<rules::ExprPtr>& exprs) {
    for (const rules::ExprPtr& e : exprs) mark(e);
  };
  std::visit(Overload{
                 [](const rules::Literal&) {},
                 [](const rules::Use&) {},
                 [](const rules::Global&) {},
                 [&](const rules::FieldSelect& e) { mark(e.base); },
                 [&](const rules::HiddenField& e) { mark(e.base); },
                 [&](const rules::MethodCall& e) { mark(e.base), mark_all(e.args); },
                 [&](const rules::FuncCall& e) { mark(e.callee), mark_all(e.args); },
                 [&](const rules::Index& e) { mark(e.base), mark(e.index); },
                 [&](const rules::SliceOf& e) { mark(e.base), mark(e.low), mark(e.high); },
                 [&](const rules::Assert& e) { mark(e.base); },
                 [&](const rules::NewObject& e) {
                   for (const auto& field : e.fields) mark(field.second);
                 },
                 [&](const rules::ObjectIn& e) { mark(e.base); },
                 [&](const rules::FirstTime& e) { mark(e.base); },
                 [&](const rules::Is& e) { mark(e.base); },
                 [&](const rules::Convert& e) { mark(e.base); },
                 [&](const rules::Unary& e) { mark(e.x); },
                 [&](const rules::Binary& e) { mark(e.x), mark(e.y); },
                 [&](const rules::Composite& e) {
                   for (const auto& [key, value] : e.elements) mark(key), mark(value);
                 },
                 [&](const rules::Or& e) { mark_all(e.args); },
                 [&](const rules::Cond& e) { mark(e.condition), mark(e.then), mark(e.otherwise); },
                 [&](const rules::Except& e) { mark(e.error), mark_all(e.sentinels); },
                 [&](const rules::Clone& e) { mark(e.base); },
                 [&](const rules::Words& e) { mark_all(e.args); },
                 [&](const rules::Len& e) { mark(e.base); },
                 [&](const rules::ExternCall& e) { mark_all(e.args); },
                 [](const rules::OptionValue&) {},
                 [](const rules::Panicked&) {},
                 [](const rules::PanicValue&) {},
                 [](const rules::Entered&) {},
                 [](const rules::Ambient&) {},
                 [](const rules::Absent&) {},
             },
             expr.node);
}

}  // namespace instc::check
