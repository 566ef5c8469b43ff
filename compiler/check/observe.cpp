// `observe`: a value that is read whenever metrics are collected, long after the call that the rule is about.
//
// By then only one thing of that call may still be there: the owner, a pointer to a struct of the target
// package, which the runtime keeps weakly. So the value is an expression about the owner and nothing else of
// the rule but plain values. A hidden field of the owner leads to the observation: a second one of the same
// owner takes the place of the first, and `until` makes a hook of its own that takes it away.
//
// The value is read on a goroutine of the runtime while the library goes on working, so that reading a plain
// field is a data race.
#include <functional>

#include "compiler/check/hook_checker.h"
#include "compiler/check/review.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(OwnerPlace, "E0770", Error,
                 "`observe` reads a pointer to a struct of package {0}, this is {1}", std::string,
                 std::string);
INSTC_DIAGNOSTIC(GoneByThen, "E0771", Error, "`{0}` is not there any more when the value is read",
                 std::string);
INSTC_DIAGNOSTIC(UntilOther, "E0772", Error, "the value that is read belongs to {0}, not to `{1}`",
                 std::string, std::string);
INSTC_DIAGNOSTIC(ReadHistogram, "E0774", Error, "`{0}` is a histogram, which cannot be read", std::string);
INSTC_DIAGNOSTIC(ReadNoNumber, "E0775", Error, "what is observed is a number, this is {0}", std::string);
INSTC_DIAGNOSTIC(Unlocked, "W0777", Warning, "`{0}` is read while others may write it", llvm::StringRef);

using rules::Binding;
using rules::Expr;

namespace {

/// What a copy of keeps nothing alive.
bool IsPlain(const go::Type* type) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(type);
  return basic != nullptr && (basic->IsNumeric() || basic->IsBoolean() || basic->IsString());
}

/// What belongs to the call at hand, beside its names.
bool IsOfTheCall(const Expr& expr) {
  return std::holds_alternative<rules::Panicked>(expr.node) ||
         std::holds_alternative<rules::PanicValue>(expr.node) ||
         std::holds_alternative<rules::Ambient>(expr.node) || std::holds_alternative<rules::Need>(expr.node);
}

/// `x` of `x.a.b`.
const Expr& HeadOf(const Expr& expr) {
  const auto* field = std::get_if<rules::FieldSelect>(&expr.node);
  return field == nullptr ? expr : HeadOf(*field->base);
}

/// The part whose fields are only passed through: a method or an atomic operation looks after itself, and so
/// does the length of a channel.
const Expr* PassedThrough(const Expr& expr) {
  if (const auto* call = std::get_if<rules::MethodCall>(&expr.node)) return call->base.get();
  if (const auto* call = std::get_if<rules::FuncCall>(&expr.node)) return call->callee.get();
  if (const auto* unary = std::get_if<rules::Unary>(&expr.node))
    return unary->op == "&" ? unary->x.get() : nullptr;
  const auto* len = std::get_if<rules::Len>(&expr.node);
  const bool channel = len != nullptr && go::UnderlyingAs<go::ChanType>(len->base->type) != nullptr;
  return channel ? len->base.get() : nullptr;
}

/// What a name stands for: a name of the rule, also where a template calls it otherwise. null: nothing of the
/// kind.
const Binding* NameOf(const Named* named) {
  if (named == nullptr || named->argument == nullptr) return named == nullptr ? nullptr : named->binding;
  const auto* use = std::get_if<rules::Use>(&named->argument->node);
  return use == nullptr ? nullptr : use->binding;
}

}  // namespace

void HookChecker::WarnUnlocked(const Expr& expr, const Binding& owner) {
  if ((expr.labels & kTrusted) != 0) return;
  const bool field = std::holds_alternative<rules::FieldSelect>(expr.node) ||
                     std::holds_alternative<rules::HiddenField>(expr.node);
  if (field && RootOf(expr) == &owner) {
    emitter()
        .Emit(expr.span, Unlocked, expr.span.Text())
        .Help("call a method that takes the library's lock; `trust(" + expr.span.Text().str() +
              ", \"why\")` where nobody writes it any more");
    return;
  }
  const Expr* passed = PassedThrough(expr);
  ForEachPart(expr, [&](const Expr& part) { WarnUnlocked(&part == passed ? HeadOf(part) : part, owner); });
}

/// What of the rule the value is read from. false: reported.
bool HookChecker::FindOwner(const Expr& value, rules::Observe& observe) {
  const Expr* gone = nullptr;
  const Binding* owner = nullptr;
  std::function<void(const Expr&)> look = [&](const Expr& part) {
    if (IsOfTheCall(part) && gone == nullptr) gone = &part;
    const auto* use = std::get_if<rules::Use>(&part.node);
    if (use != nullptr && use->binding->kind != Binding::Kind::kElement) {
      if (IsPlain(part.type)) {
        if (!llvm::is_contained(observe.plain, use->binding)) observe.plain.push_back(use->binding);
      } else if (owner == nullptr) {
        owner = use->binding;
        observe.owner = Make(part.span, part.type, rules::Use{use->binding});
      } else if (owner != use->binding && gone == nullptr) {
        gone = &part;
      }
    }
    ForEachPart(part, look);
  };
  look(value);
  if (gone != nullptr) {
    auto builder = emitter().Emit(gone->span, GoneByThen, gone->span.Text().str());
    if (owner != nullptr && !IsOfTheCall(*gone))
      builder.Note(observe.owner->span, "the value is read from this");
    builder.Help("read it from one pointer; what is a string, a number or a bool is copied");
    return false;
  }
  if (owner == nullptr) return true;
  const go::Named* named = StructHere(owner->type);
  if (named == nullptr) {
    emitter().Emit(observe.owner->span, OwnerPlace, package_.path(), Show(owner->type));
    return false;
  }
  if (!Nameable(owner->type, observe.owner->span, /*inside=*/true)) return false;
  observe.field =
      HiddenFieldOf(*named, "instcSeen" + std::to_string(hook_.observations++) + "_",
                    plugin_.target.program->context().Pointer(go::BasicTypeOf(go::Basic::kUint8)));
  WarnUnlocked(value, *owner);
  return true;
}

/// The hook that ends the observation: one for all functions of the rule.
bool HookChecker::Until(const ast::ObserveStmt::Until& until, const rules::Observe& observe) {
  const auto* use = observe.owner == nullptr ? nullptr : std::get_if<rules::Use>(&observe.owner->node);
  Named* named = scope_->Find(until.receiver.text);
  if (named != nullptr) named->used = true;
  const go::Named* of = use == nullptr ? nullptr : StructHere(use->binding->type);
  const bool same = use != nullptr && NameOf(named) == use->binding && until.pointer &&
                    of->object()->name() == until.type.text;
  if (!same) {
    const std::string owner =
        use == nullptr ? "nobody" : "`" + use->binding->name + "`, " + Show(use->binding->type);
    emitter().Emit(until.span, UntilOther, owner,
                   until.receiver.text + (until.pointer ? " *" : " ") + until.type.text);
    return false;
  }
  const go::Func* func = MethodToHook(plugin_, package_, until.type, until.method);
  if (func == nullptr) return false;
  RecordObject(plugin_.sink, *func, until.method.span);
  rules::Hook hook;
  hook.symbol = "until_" + observe.field;
  if (llvm::any_of(plugin_.out.hooks, [&](const rules::Hook& other) { return other.symbol == hook.symbol; }))
    return true;
  hook.rule = hook_.rule;
  hook.is_until = true;
  hook.origin = hook_.origin;
  hook.package = package_.path();
  hook.receiver_type = until.type.text;
  hook.receiver_pointer = true;
  hook.type_params = TypeParamsOf(*func);
  hook.receiver_name = until.receiver.text;
  hook.func = until.method.text;
  hook.params.assign(func->signature()->params.size(), "_");
  hook.results.assign(func->signature()->results.size(), "_");
  auto receiver = std::make_unique<Binding>();
  receiver->kind = Binding::Kind::kReceiver;
  receiver->name = hook.receiver_name;
  receiver->type = use->binding->type;
  rules::Unobserve end{Make(until.span, receiver->type, rules::Use{receiver.get()}), observe.field};
  hook.bindings.push_back(std::move(receiver));
  Add(hook.body, until.span, std::move(end));
  plugin_.out.hooks.push_back(std::move(hook));
  return true;
}

void HookChecker::Observe(const ast::ObserveStmt& stmt, Span span, rules::StmtList& out) {
  rules::Observe observe;
  const rules::MetricDecl* found = MetricOf(stmt.name, /*observed=*/true, observe.metric);
  if (found == nullptr) return;
  const rules::MetricDecl metric = *found;
  if (metric.instrument == conventions::Instrument::kHistogram) {
    emitter().Emit(stmt.name.span, ReadHistogram, metric.name).Help("measure with `metric`");
    return;
  }
  observe.value = CheckValueOf(*stmt.value);
  if (IsInvalid(*observe.value)) return;
  observe.value = Coerce(observe.value, go::DefaultType(observe.value->type));
  const auto* basic = go::UnderlyingAs<go::BasicType>(observe.value->type);
  if (!IsAbsent(*observe.value) && (basic == nullptr || !(basic->IsInteger() || basic->IsFloat()))) {
    emitter().Emit(stmt.value->span, ReadNoNumber, Show(observe.value->type));
    return;
  }
  const bool ok = !stmt.block.has_value() || OwnAttributes(*stmt.block, "observation", observe.attributes);
  if (!ok || !CheckOwnSeries(observe.attributes, metric) || !FindOwner(*observe.value, observe)) return;
  if (stmt.until.has_value() && !Until(*stmt.until, observe)) return;
  if (!IsAbsent(*observe.value)) Add(out, span, std::move(observe));
}

}  // namespace instc::check
