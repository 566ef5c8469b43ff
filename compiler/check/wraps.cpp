// `wrap`: a func value becomes a closure around the old one.
//
// The closure's body is checked as a rule is: parameters and results from the func's type, spans and state of
// its own. Names of the rule around it resolve in that rule, as they stand at the `wrap`; the body gets their
// values, so it may read but not assign them.
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NotAFunc, "E0730", Error, "`wrap ... as` takes a func value, this is {0}", std::string);
INSTC_DIAGNOSTIC(TooDeep, "E0732", Error, "bodies stand in each other more than {0} deep", unsigned);
INSTC_DIAGNOSTIC(OncePlace, "E0735", Error,
                 "`once per` takes a pointer to a struct of package {0}, this is {1}", std::string,
                 std::string);
INSTC_DIAGNOSTIC(Again, "W0802", Warning, "`{0}` would be wrapped again by every call", llvm::StringRef);
INSTC_DIAGNOSTIC(PerCall, "W0709", Warning, "`{0}` is about one call, and would happen at the first one only",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(Overwritten, "W0707", Warning, "what `{0}` held is not called any more", llvm::StringRef);

namespace {

constexpr unsigned kMaxBodies = 3;

}  // namespace

/// The variable that an assignment to `target` changes; null behind a pointer, map or slice.
const rules::Binding* VariableOf(const rules::Expr& target) {
  if (const auto* use = std::get_if<rules::Use>(&target.node)) return use->binding;
  if (const auto* field = std::get_if<rules::HiddenField>(&target.node))
    return field->through_pointer ? nullptr : VariableOf(*field->base);
  if (const auto* field = std::get_if<rules::FieldSelect>(&target.node)) {
    const bool pointer =
        field->selection.through_pointer ||
        llvm::any_of(field->selection.path, [](const auto& step) { return step.through_pointer; });
    return pointer ? nullptr : VariableOf(*field->base);
  }
  const auto* index = std::get_if<rules::Index>(&target.node);
  const bool in_array = index != nullptr && index->kind == rules::Index::Kind::kArray &&
                        go::UnderlyingAs<go::ArrayType>(index->base->type) != nullptr;
  return in_array ? VariableOf(*index->base) : nullptr;
}

const rules::Binding* RootOf(const rules::Expr& expr) {
  if (const auto* use = std::get_if<rules::Use>(&expr.node)) return use->binding;
  if (const auto* field = std::get_if<rules::FieldSelect>(&expr.node)) return RootOf(*field->base);
  if (const auto* field = std::get_if<rules::HiddenField>(&expr.node)) return RootOf(*field->base);
  if (const auto* index = std::get_if<rules::Index>(&expr.node)) return RootOf(*index->base);
  const auto* unary = std::get_if<rules::Unary>(&expr.node);
  return unary == nullptr ? nullptr : RootOf(*unary->x);
}

HookChecker::HookChecker(HookChecker& outer, rules::Hook& hook)
    : plugin_(outer.plugin_),
      emitter_(outer.emitter_),
      package_(outer.package_),
      hook_(hook),
      expanding_(outer.expanding_),
      outer_(&outer) {}

/// Whether the name is one of the rule around this body. A template's body sees neither.
bool HookChecker::IsOutside(llvm::StringRef name) const {
  if (outer_ == nullptr) return false;
  for (const Scope* s = scope_; s != nullptr; s = s->outer) {
    if (s->names.find(name) != s->names.end()) return false;
    if (s == root_) return true;
  }
  return false;
}

bool HookChecker::IsCaptured(const rules::Expr& target) const {
  const rules::Binding* variable = outer_ == nullptr ? nullptr : VariableOf(target);
  return variable != nullptr &&
         llvm::none_of(hook_.bindings, [&](const auto& own) { return own.get() == variable; });
}

void HookChecker::WarnOverwritten(const rules::Expr& target) {
  if (std::holds_alternative<rules::HiddenField>(target.node)) return;
  if (go::UnderlyingAs<go::SignatureType>(target.type) == nullptr) return;
  if (llvm::is_contained(known_nil_, target.span.Text())) return;
  emitter()
      .Emit(target.span, Overwritten, target.span.Text())
      .Help("`wrap` keeps calling it; or set it only `if " + target.span.Text().str() + " == nil`");
}

/// A place that outlives the call, and that the next call would wrap again. What the function has just made
/// is the call's own.
void HookChecker::WarnAgain(const rules::Expr& target) {
  const rules::Binding* root = RootOf(target);
  const bool own =
      VariableOf(target) != nullptr || (root != nullptr && (root->kind == rules::Binding::Kind::kResult ||
                                                            root->kind == rules::Binding::Kind::kLet));
  if (own || in_once_) return;
  auto builder = emitter().Emit(target.span, Again, target.span.Text());
  builder.Help("put it into `once per` the value whose field it is, or wrap it where that is made");
}

void HookChecker::Wrap(const ast::WrapStmt& stmt, Span span, rules::StmtList& out) {
  if (const auto* as = std::get_if<ast::WrapStmt::As>(&stmt.how)) return WrapAs(stmt, *as, span, out);
  WrapWith(stmt, std::get<ast::WrapStmt::With>(stmt.how), span, out);
}

/// What can be assigned, and a let of the rule itself.
bool HookChecker::CheckWrapped(const rules::Expr& target) {
  const auto* use = std::get_if<rules::Use>(&target.node);
  if (use != nullptr && use->binding->kind == rules::Binding::Kind::kLet && !IsCaptured(target)) return true;
  return CheckTarget(target);
}

/// Whether a func of this rule may stand in the place of the one that is there.
bool HookChecker::MayReplace(const rules::Expr& func, const go::SignatureType& signature) {
  if (!CheckWrapped(func)) return false;
  WarnAgain(func);
  for (const auto* vars : {&signature.params, &signature.results})
    for (const go::Var* var : *vars)
      if (!Nameable(var->type(), func.span)) return false;
  return true;
}

void HookChecker::WrapAs(const ast::WrapStmt& stmt, const ast::WrapStmt::As& as, Span span,
                         rules::StmtList& out) {
  rules::Wrap wrap;
  wrap.target = CheckValueOf(*stmt.target);
  if (IsInvalid(*wrap.target)) return;
  const auto* signature = go::UnderlyingAs<go::SignatureType>(wrap.target->type);
  if (signature == nullptr) {
    emitter().Emit(stmt.target->span, NotAFunc, Show(wrap.target->type));
    return;
  }
  bool ok = MayReplace(*wrap.target, *signature);
  unsigned depth = 1;
  for (const HookChecker* around = outer_; around != nullptr; around = around->outer_) ++depth;
  if (ok && depth > kMaxBodies) {
    emitter().Emit(span, TooDeep, kMaxBodies);
    ok = false;
  }
  if (!ok) return;
  wrap.may_be_nil = stmt.maybe;
  wrap.body = std::make_unique<rules::Hook>();
  wrap.body->rule = hook_.rule;
  wrap.body->symbol = hook_.symbol + "_w" + std::to_string(hook_.wraps++);
  wrap.body->origin = span;
  wrap.body->package = hook_.package;
  wrap.body->receiver_type = hook_.receiver_type;
  wrap.body->func = hook_.func;
  wrap.body->signature = signature;
  HookChecker(*this, *wrap.body).Body(as.params, as.results, as.body, *wrap.target);
  Add(out, span, std::move(wrap));
}

/// `target`: the place of the func, which is also what messages call it.
void HookChecker::Body(const ast::Params& params, const std::optional<ast::Params>& results,
                       const ast::Block& body, const rules::Expr& target) {
  Scope scope = outer_->scope_->Block();
  scope_ = &scope;
  root_ = &scope;
  const std::string func = std::exchange(hook_.func, target.span.Text().str());
  const go::SignatureType& signature = *hook_.signature;
  BindList(params, signature.params, rules::Binding::Kind::kParam, signature.variadic, hook_.params);
  if (results.has_value())
    BindList(*results, signature.results, rules::Binding::Kind::kResult, false, hook_.results);
  else
    hook_.results.assign(signature.results.size(), "_");
  hook_.func = func;
  LabelClosure(target);
  Statements(body.stmts, hook_.body);
  ReportUnused(scope);
  CheckAllSeries(hook_.body);
  scope_ = nullptr;
}

// ----------------------------------------------------------------------------------------------------- once

/// The hidden field that remembers; empty: reported. A rule at several functions has one.
std::string HookChecker::OnceField(const rules::Expr& per, Span span) {
  const go::Named* named = StructHere(per.type);
  if (named == nullptr) {
    emitter().Emit(span, OncePlace, package_.path(), Show(per.type));
    return "";
  }
  return HiddenFieldOf(*named, "instcOnce" + std::to_string(hook_.onces++) + "_",
                       go::BasicTypeOf(go::Basic::kUint32));
}

/// The struct of the target package that the pointer leads to; null: it is none.
const go::Named* HookChecker::StructHere(const Type* pointer) {
  const Type* pointee = go::Pointee(go::Unalias(pointer));
  const auto* named = pointee == nullptr ? nullptr : go::TypeAs<go::Named>(pointee);
  const bool here = named != nullptr && named->object()->package() == &package_ &&
                    llvm::isa<go::StructType>(named->Underlying());
  return here ? named : nullptr;
}

/// The name of a field of this statement's own, which a rule at several functions has once.
std::string HookChecker::HiddenFieldOf(const go::Named& named, const std::string& prefix, const Type* type) {
  rules::HiddenFieldDecl field;
  field.package = package_.path();
  field.type = named.object()->name().str();
  field.name = prefix;
  const bool at_function = hook_.signature == nullptr;
  for (char c : at_function ? hook_.rule : hook_.symbol) field.name += llvm::isAlnum(c) ? c : '_';
  field.field_type = type;
  const bool known = llvm::any_of(plugin_.out.fields, [&](const rules::HiddenFieldDecl& other) {
    return other.package == field.package && other.type == field.type && other.name == field.name;
  });
  std::string name = field.name;
  if (!known) plugin_.out.fields.push_back(std::move(field));
  return name;
}

void HookChecker::Once(const ast::OnceStmt& stmt, Span span, rules::StmtList& out) {
  rules::If branch;
  ExprPtr per = CheckValueOf(*stmt.per);
  const std::string field = IsInvalid(*per) ? "" : OnceField(*per, stmt.per->span);
  const bool in_once = std::exchange(in_once_, true);
  Branch(stmt.body.stmts, branch.then);
  in_once_ = in_once;
  if (field.empty() || branch.then.empty()) return;
  WarnPerCall(branch.then, span);
  branch.condition = Make(stmt.per->span, go::BasicTypeOf(go::Basic::kBool), rules::FirstTime{per, field});
  AddBranch(std::move(branch), stmt.per->span, span, out);
}

/// What a rule means to do at every call.
void HookChecker::WarnPerCall(const rules::StmtList& body, Span once) {
  auto is_calls = [](const rules::Expr& target) {
    const rules::Binding* variable = VariableOf(target);
    return variable != nullptr && (variable->kind == rules::Binding::Kind::kParam ||
                                   variable->kind == rules::Binding::Kind::kResult);
  };
  for (const auto& stmt : body) {
    const auto* set = std::get_if<rules::Set>(&stmt->node);
    const auto* extend = std::get_if<rules::Extend>(&stmt->node);
    const auto* wrap = std::get_if<rules::Wrap>(&stmt->node);
    const auto* bind = std::get_if<rules::Bind>(&stmt->node);
    const auto* decorate = std::get_if<rules::Decorate>(&stmt->node);
    const bool per_call =
        std::holds_alternative<rules::SpanStmt>(stmt->node) ||
        std::holds_alternative<rules::MetricStmt>(stmt->node) ||
        (set != nullptr && llvm::any_of(set->targets, [&](const auto& t) { return is_calls(*t); })) ||
        (extend != nullptr && is_calls(*extend->target)) || (wrap != nullptr && is_calls(*wrap->target)) ||
        (bind != nullptr && is_calls(*bind->target)) || (decorate != nullptr && is_calls(*decorate->target));
    if (per_call) {
      emitter()
          .Emit(stmt->span, PerCall, FirstWord(stmt->span.Text()))
          .Note(once, "once for each of these, not for each call")
          .Help("move it out of `once`");
    } else if (const auto* branches = std::get_if<rules::If>(&stmt->node)) {
      WarnPerCall(branches->then, once);
      WarnPerCall(branches->otherwise, once);
    } else if (const auto* loop = std::get_if<rules::For>(&stmt->node)) {
      WarnPerCall(loop->body, once);
    }
  }
}

}  // namespace instc::check
