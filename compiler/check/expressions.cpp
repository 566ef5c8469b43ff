// Expressions: a strict subset of Go's, resolved in the scope of the target package and typed as go/types
// would. Here: dispatch, names and literals.
#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/check/left_out.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/overload.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(UnknownName, "E0201", Error, "unknown name `{0}`", llvm::StringRef);
INSTC_DIAGNOSTIC(ResultBeforeExit, "E0202", Error, "`{0}` is known only when the function has returned",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(SeveralValues, "E0319", Error, "the call has {0} results where one value is wanted", size_t);

// -------------------------------------------------------------------------------------------------------
// helpers

namespace {

/// Whether the text of such an expression has a variable of its type.
bool SpellsItsType(const decltype(rules::Expr::node)& node) {
  return std::holds_alternative<rules::Or>(node) || std::holds_alternative<rules::Cond>(node) ||
         std::holds_alternative<rules::Clone>(node);
}

}  // namespace

HookChecker::ExprPtr HookChecker::Make(Span span, const Type* type, decltype(rules::Expr::node) node) {
  const auto* param = type == nullptr ? nullptr : go::TypeAs<go::TypeParam>(type);
  if (param != nullptr && std::holds_alternative<rules::Absent>(node))
    return Make(span, SeenAs(*param), std::move(node));
  if (SpellsItsType(node) && DependsOnUnnamed(type)) {
    ReportTypeParam(span, type);
    return Bad(span);
  }
  auto expr = std::make_shared<rules::Expr>();
  expr->span = span;
  expr->type = type;
  expr->labels = LabelsOfParts(node) | FactsAbout(node);
  expr->node = std::move(node);
  return param == nullptr ? expr : Make(span, SeenAs(*param), rules::Convert{expr});
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
  const auto* seen = go::IsTypeParam(to) ? std::get_if<rules::Convert>(&value.node) : nullptr;
  if (seen != nullptr && go::Identical(seen->base->type, to)) return true;
  const go::ConstValue* constant = ConstantOf(value);
  return go::AssignableTo(value.type, to, constant);
}

HookChecker::ExprPtr HookChecker::Coerce(ExprPtr value, const Type* to) {
  if (!IsInvalid(*value) && go::IsTypeParam(to)) return Unseen(value);
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
  const auto* signature = value->type == nullptr ? nullptr : go::TypeAs<go::SignatureType>(value->type);
  if (signature != nullptr && !signature->type_params.empty()) {
    ReportLeftOut(emitter(), expr.span, "a generic function that is not called");
    return Bad(expr.span);
  }
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
  if (IsOutside(name)) {
    ExprPtr captured = outer_->FromScope(named, name, span);
    if (!UsesTypeParam(*captured)) return captured;
    ReportTypeParam(span, captured->type);
    return Bad(span);
  }
  named.used = true;
  if (named.exit_only && !at_exit_) {
    emitter()
        .Emit(span, ResultBeforeExit, name)
        .Note(named.declared, "a result, or a template parameter after `;`")
        .Help("use it in an `exit` block");
    return Bad(span);
  }
  const bool keeps = named.argument != nullptr
                         ? KeepsTypeParam(*named.argument)
                         : named.is_let && !named.binding->at_exit && DependsOnTypeParam(named.binding->type);
  if (at_exit_ && keeps) {
    ReportTypeParam(span, named.argument != nullptr ? named.argument->type : named.binding->type);
    return Bad(span);
  }
  if (named.argument != nullptr) {
    if (IsAmbient(*named.argument) && !Nameable(named.argument->type, span)) return Bad(span);
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
  // A context that one of the rule's names leads to, as a rule writes it.
  auto context_in_reach = [&]() -> std::string {
    std::string by_method;
    for (const Scope* s = scope_; s != nullptr; s = s->outer) {
      for (const auto& [known, named] : s->names) {
        if (named.binding == nullptr || (named.exit_only && !at_exit_)) continue;
        for (const std::string& member : go::SelectableNames(named.binding->type, &package_)) {
          const go::Selection found = go::LookupFieldOrMethod(named.binding->type, member, &package_);
          const bool field = found.kind == go::Selection::Kind::kField;
          if (field && IsContext(found.type)) return known + "." + member;
          const auto* method = llvm::dyn_cast_or_null<go::SignatureType>(found.type);
          const bool gives = found.kind == go::Selection::Kind::kMethod && method != nullptr &&
                             method->params.empty() && method->results.size() == 1 &&
                             IsContext(method->results[0]->type());
          if (gives && by_method.empty()) by_method = known + "." + member + "()";
        }
      }
    }
    return by_method;
  };
  const std::string context = name == "ctx" || name == "context" ? context_in_reach() : "";
  if (!context.empty())
    builder.Help("`" + context + "` is a context");
  else if (name == "null" || name == "NULL" || name == "None")
    builder.Fix("write `nil`", span, "nil");
  else if (scope_->package != nullptr && name == scope_->package->name())
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

}  // namespace instc::check
