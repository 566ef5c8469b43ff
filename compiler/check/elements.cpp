// Built-ins that go through elements: exists, join, apply.
//
// The name that `exists` and `join` bind belongs to their own argument. An element for which the argument is
// absent is skipped: it neither exists nor is joined.
#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(NoElements, "E0380", Error,
                 "`{0}` goes through a slice, an array, a map or a string, this is {1}", llvm::StringRef,
                 std::string);
INSTC_DIAGNOSTIC(ElementName, "E0381", Error, "the first argument of `{0}` names the element",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(JoinLimit, "E0382", Error, "`join` takes at most {0} elements, as a constant", unsigned);
INSTC_DIAGNOSTIC(NoOptions, "E0383", Error, "{0} holds no functional options for {1}", std::string,
                 std::string);

namespace {

constexpr unsigned kMaxJoin = 1000;

/// What one name stands for: the element, the key of a map, the rune of a string. Null: there is none.
const go::Type* ElementOf(const go::Type* range) {
  if (const auto* slice = go::UnderlyingAs<go::SliceType>(range)) return slice->element;
  if (const auto* array = go::UnderlyingAs<go::ArrayType>(range)) return array->element;
  if (const auto* map = go::UnderlyingAs<go::MapType>(range)) return map->key;
  const auto* basic = go::UnderlyingAs<go::BasicType>(range);
  return basic != nullptr && basic->IsString() ? BasicTypeOf(Basic::kInt32) : nullptr;
}

/// The form of an option's call on a T; nullopt: it is none.
std::optional<rules::Apply::Form> FormOf(const go::SignatureType& signature, const go::Type* wanted) {
  using Form = rules::Apply::Form;
  if (signature.params.size() != 1 || signature.variadic || !signature.type_params.empty())
    return std::nullopt;
  const go::Type* param = signature.params[0]->type();
  const go::Type* pointee = go::Pointee(go::Unalias(param));
  const auto& results = signature.results;
  if (pointee != nullptr && go::Identical(go::Unalias(pointee), go::Unalias(wanted))) {
    if (results.empty()) return Form::kPointer;
    const bool error = results.size() == 1 && go::Identical(results[0]->type(), go::ErrorType());
    return error ? std::optional(Form::kPointerError) : std::nullopt;
  }
  const bool value = go::Identical(go::Unalias(param), go::Unalias(wanted)) && results.size() == 1 &&
                     go::Identical(go::Unalias(results[0]->type()), go::Unalias(wanted));
  return value ? std::optional(Form::kValue) : std::nullopt;
}

}  // namespace

/// Checks `argument` with `name` bound to an element of the range. Null range type, or no name: reported.
rules::Binding* HookChecker::BindElement(const ast::Call& call, llvm::StringRef builtin, ExprPtr range,
                                         Scope& scope) {
  const auto* ident = std::get_if<ast::Ident>(&call.args[0]->node);
  if (ident == nullptr || ident->name.empty() || ident->name == "_") {
    emitter()
        .Emit(call.args[0]->span, ElementName, builtin)
        .Help(("write `" + builtin + "(x, xs, ...)`").str());
    return nullptr;
  }
  if (IsInvalid(*range) || IsAbsent(*range)) return nullptr;
  const Type* type = ElementOf(range->type);
  if (type == nullptr) {
    emitter().Emit(range->span, NoElements, builtin, Show(range->type));
    return nullptr;
  }
  const ast::Name name{call.args[0]->span, ident->name};
  rules::Binding* binding = NewBinding(rules::Binding::Kind::kElement, name, type);
  if (binding == nullptr) return nullptr;
  binding->labels = range->labels;
  Named named;
  named.binding = binding;
  named.declared = name.span;
  scope.names[name.text] = named;
  return binding;
}

/// exists(x, xs, p)
HookChecker::ExprPtr HookChecker::ExistsExpr(const ast::Call& call, Span span) {
  if (!ArgCount(call, span, "exists", 3, 3)) return Bad(span);
  rules::Exists out;
  out.range = CheckValueOf(*call.args[1]);
  Scope inner = scope_->Block();
  out.element = BindElement(call, "exists", out.range, inner);
  if (out.element == nullptr)
    return IsAbsent(*out.range) && !IsInvalid(*out.range) ? AbsentOf(span, BasicTypeOf(Basic::kBool))
                                                          : Bad(span);
  Scope* outer = std::exchange(scope_, &inner);
  out.condition = CheckValueOf(*call.args[2]);
  scope_ = outer;
  if (!Assignable(*out.condition, BasicTypeOf(Basic::kBool))) {
    emitter().Emit(call.args[2]->span, WrongArgType, 3, Show(out.condition->type), "`bool`");
    return Bad(span);
  }
  if (IsInvalid(*out.condition)) return Bad(span);
  if (IsAbsent(*out.condition)) return AbsentOf(span, BasicTypeOf(Basic::kBool));
  return Make(span, BasicTypeOf(Basic::kBool), std::move(out));
}

std::optional<unsigned> HookChecker::JoinMax(const ast::Expr& arg) {
  ExprPtr max = CheckValueOf(arg);
  const go::ConstValue* constant = ConstantOf(*max);
  const std::optional<int64_t> number = constant == nullptr || constant->kind() != go::ConstValue::Kind::kInt
                                            ? std::nullopt
                                            : constant->AsInt64();
  if (number.has_value() && *number >= 1 && *number <= kMaxJoin) return static_cast<unsigned>(*number);
  if (!IsInvalid(*max))
    emitter().Emit(arg.span, JoinLimit, kMaxJoin).Help("text of telemetry is short: 10, say");
  return std::nullopt;
}

/// join(x, xs, e, sep, max)
HookChecker::ExprPtr HookChecker::JoinExpr(const ast::Call& call, Span span) {
  if (!ArgCount(call, span, "join", 5, 5)) return Bad(span);
  const Type* text = BasicTypeOf(Basic::kString);
  rules::Join out;
  out.range = CheckValueOf(*call.args[1]);
  Scope inner = scope_->Block();
  out.element = BindElement(call, "join", out.range, inner);
  Scope* outer = std::exchange(scope_, &inner);
  if (out.element != nullptr) out.value = CheckValueOf(*call.args[2]);
  scope_ = outer;
  out.separator = CheckValueOf(*call.args[3]);
  const std::optional<unsigned> max = JoinMax(*call.args[4]);
  if (out.element == nullptr)
    return IsAbsent(*out.range) && !IsInvalid(*out.range) ? AbsentOf(span, text) : Bad(span);
  bool ok = max.has_value();
  for (auto [expr, number] : {std::pair{&out.value, 3}, std::pair{&out.separator, 4}}) {
    if (IsInvalid(**expr)) return Bad(span);
    const auto* basic = go::UnderlyingAs<go::BasicType>((*expr)->type);
    if (IsAbsent(**expr) || (basic != nullptr && basic->IsString())) continue;
    emitter().Emit((*expr)->span, WrongArgType, number, Show((*expr)->type), "`string`");
    ok = false;
  }
  if (!ok) return Bad(span);
  if (IsAbsent(*out.value) || IsAbsent(*out.separator)) return AbsentOf(span, text);
  out.value = Coerce(out.value, text);
  out.separator = Coerce(out.separator, text);
  out.max = *max;
  return Make(span, text, std::move(out));
}

/// apply[T](opts)
HookChecker::ExprPtr HookChecker::ApplyExpr(const Type* type, const ast::Call& call, Span span) {
  rules::Apply out;
  out.options = CheckValueOf(*call.args[0]);
  if (IsInvalid(*out.options) || type->IsInvalid()) return Bad(span);
  if (IsAbsent(*out.options)) return AbsentOf(span, type);
  const auto* slice = go::UnderlyingAs<go::SliceType>(out.options->type);
  const go::SignatureType* signature =
      slice == nullptr ? nullptr : go::UnderlyingAs<go::SignatureType>(slice->element);
  const auto* interface = slice == nullptr ? nullptr : go::UnderlyingAs<go::InterfaceType>(slice->element);
  if (interface != nullptr && interface->AllMethods().size() == 1) {
    const go::Func* method = interface->AllMethods().front();
    if (!method->exported() && method->package() != &package_) {
      emitter()
          .Emit(call.args[0]->span, NoOptions, Show(out.options->type), Show(type))
          .Note(SpanOf(*method), "this method cannot be called from package " + package_.path());
      return Bad(span);
    }
    out.method = method->name().str();
    signature = method->signature();
  }
  const auto form = signature == nullptr ? std::nullopt : FormOf(*signature, type);
  if (!form.has_value()) {
    emitter()
        .Emit(call.args[0]->span, NoOptions, Show(out.options->type), Show(type))
        .Help(
            "`apply[T]` takes a slice of func(*T), func(*T) error or func(T) T, or of an interface whose "
            "only "
            "method is one of these");
    return Bad(span);
  }
  out.form = *form;
  if (!Nameable(type, span)) return Bad(span);
  return Make(span, type, std::move(out));
}

}  // namespace instc::check
