// Statements of a rule's body, but for spans and templates.
#include "compiler/check/hook_checker.h"
#include "compiler/check/left_out.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/rules/kinds.h"
#include "dsl/base/overload.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(NotAssignable, "E0304", Error, "{0} cannot be assigned to {1}", std::string, std::string);
INSTC_DIAGNOSTIC(NotATarget, "E0333", Error, "`{0}` cannot be assigned to", llvm::StringRef);
INSTC_DIAGNOSTIC(CountMismatch, "E0334", Error, "{0} names for {1} values", size_t, size_t);
INSTC_DIAGNOSTIC(NotABool, "E0335", Error, "a condition has type bool, this is {0}", std::string);
INSTC_DIAGNOSTIC(NotAString, "E0336", Error, "{0} is a string, this is {1}", llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(NotAnError, "E0337", Error, "`error` takes an error, this is {0}", std::string);
INSTC_DIAGNOSTIC(NoSpan, "E0701", Error, "`{0}` needs a span that this rule has started", llvm::StringRef);
INSTC_DIAGNOSTIC(SkipAfterSpan, "E0702", Error, "`skip when` comes after the span has started", );
INSTC_DIAGNOSTIC(BypassCount, "E0720", Error, "`bypass` returns {0} values, `{1}` has {2} results", size_t,
                 std::string, size_t);
INSTC_DIAGNOSTIC(BypassInBody, "E0722", Error,
                 "`bypass` stands in a rule, not in a closure or a method of an object", );
INSTC_DIAGNOSTIC(Captured, "E0731", Error,
                 "`{0}` belongs to the rule around this body, which runs later and has a copy of it",
                 llvm::StringRef);
INSTC_DIAGNOSTIC(NotACall, "E0338", Error, "`call` takes a call", );

void HookChecker::Add(rules::StmtList& out, Span span, decltype(rules::Stmt::node) node) {
  auto stmt = std::make_unique<rules::Stmt>();
  stmt->span = span;
  stmt->node = std::move(node);
  out.push_back(std::move(stmt));
}

void HookChecker::Statements(const std::vector<ast::StmtPtr>& stmts, rules::StmtList& out) {
  for (const ast::StmtPtr& stmt : stmts) Statement(*stmt, out);
}

void HookChecker::Statement(const ast::Stmt& stmt, rules::StmtList& out) {
  const Span span = stmt.span;
  if (RefuseInside(stmt) || RefuseAtDirective(stmt)) return;
  std::visit(Overload{
                 [](const ast::BadStmt&) {},
                 [&](const ast::SkipStmt& s) { Skip(s, span, out); },
                 [&](const ast::LetStmt& s) { Let(s, span, out); },
                 [&](const ast::SetStmt& s) { Set(s, span, out); },
                 [&](const ast::CallStmt& s) {
                   if (!std::holds_alternative<ast::Call>(s.call->node)) {
                     emitter().Emit(s.call->span, NotACall);
                     return;
                   }
                   ExprPtr call = Check(*s.call);
                   if (!IsAbsent(*call)) Add(out, span, rules::CallStmt{call});
                 },
                 [&](const ast::SpanStmt& s) { SpanStatement(s, span, out); },
                 [&](const ast::AttrStmt& s) {
                   if (!NeedSpan(span, "attr")) return;
                   if (auto set = Attribute(s.entry, KindNow()))
                     Add(out, span, rules::Attr{span_->index, std::move(*set)});
                 },
                 [&](const ast::RenameStmt& s) { Rename(s, span, out); },
                 [&](const ast::ExitStmt& s) { Exit(s, span, out); },
                 [&](const ast::ErrorStmt& s) { Error(s, span, out); },
                 [&](const ast::StatusStmt& s) { Status(s, span, out); },
                 [&](const ast::InjectStmt& s) { Inject(s, span, out); },
                 [&](const ast::LogStmt& s) { Log(s, span, out); },
                 [&](const ast::StampStmt& s) { Stamp(s, span, out); },
                 [&](const ast::EnrichStmt& s) { Enrich(s, span, out); },
                 [&](const ast::UseStmt& s) { Use(s, span, out); },
                 [&](const ast::GoStmt& s) { RawGo(s, span, out); },
                 [&](const ast::ExtendStmt& s) { Extend(s, span, out); },
                 [&](const ast::EventStmt& s) { Event(s, span, out); },
                 [&](const ast::LinkStmt& s) { Link(s, span, out); },
                 [&](const ast::MetricStmt& s) { Metric(s, span, out); },
                 [&](const ast::ObserveStmt& s) { Observe(s, span, out); },
                 [&](const ast::ResumeStmt& s) { Resume(s, span, out); },
                 [&](const ast::EndStmt& s) { End(s, span, out); },
                 [&](const ast::WrapStmt& s) { Wrap(s, span, out); },
                 [&](const ast::ForStmt& s) { For(s, span, out); },
                 [&](const ast::IfStmt& s) { If(s, span, out); },
                 [&](const ast::OnceStmt& s) { Once(s, span, out); },
                 [&](const ast::SuppressStmt& s) { Suppress(s, span, out); },
                 [&](const ast::BindStmt& s) { Bind(s, span, out); },
                 [&](const ast::UnbindStmt&) { Unbind(span, out); },
                 [&](const ast::BypassStmt& s) { Bypass(s, span, out); },
             },
             stmt.node);
}

bool HookChecker::NeedSpan(Span span, llvm::StringRef what) {
  if (span_ != nullptr) return true;
  emitter()
      .Emit(span, NoSpan, what)
      .Help("start one with `span`, or `use` a template that does; `enrich` changes a span of another rule");
  return false;
}

/// A guard that is absent in this version is false: the caller drops the statement.
HookChecker::ExprPtr HookChecker::Guard(const ast::Expr* expr) {
  if (expr == nullptr) return nullptr;
  ExprPtr value = CheckValueOf(*expr);
  if (Assignable(*value, BasicTypeOf(Basic::kBool))) return value;
  emitter().Emit(expr->span, NotABool, Show(value->type));
  return Bad(expr->span);
}

void HookChecker::Skip(const ast::SkipStmt& stmt, Span span, rules::StmtList& out) {
  if (RefuseInExit(span, "skip when") || RefuseInLoop(span, "skip when")) return;
  if (span_ != nullptr) emitter().Emit(span, SkipAfterSpan).Help("move it above the span");
  ExprPtr condition = Guard(stmt.condition.get());
  if (!IsAbsent(*condition)) Add(out, span, rules::SkipWhen{condition});
}

void HookChecker::Bypass(const ast::BypassStmt& stmt, Span span, rules::StmtList& out) {
  if (RefuseInExit(span, "bypass") || RefuseInLoop(span, "bypass")) return;
  if (hook_.signature != nullptr) {
    emitter().Emit(span, BypassInBody).Help("write it in the rule itself, before `wrap`");
    return;
  }
  const std::vector<const go::Var*>& results = func_->signature()->results;
  rules::Bypass bypass;
  bool ok = true;
  if (stmt.results.size() != results.size()) {
    emitter()
        .Emit(span, BypassCount, stmt.results.size(), hook_.func, results.size())
        .Note(SpanOf(*func_),
              "declared here: " + hook_.func + go::SignatureString(*func_->signature(), go::QualifyByName));
    ok = false;
  }
  for (size_t i = 0; i < stmt.results.size(); ++i) {
    ExprPtr value = CheckValueOf(*stmt.results[i]);
    ok = ok && !IsAbsent(*value);
    if (i >= results.size()) continue;
    const Type* to = results[i]->type();
    if (DependsOnTypeParam(to)) {
      ReportTypeParam(value->span, to);
      ok = false;
    } else if (!Assignable(*value, to)) {
      emitter().Emit(value->span, NotAssignable, Show(value->type), Show(to));
      ok = false;
    }
    bypass.values.push_back(Coerce(std::move(value), to));
  }
  if (!ok) return;
  hook_.bypasses = true;
  Add(out, span, std::move(bypass));
}

void HookChecker::Let(const ast::LetStmt& stmt, Span span, rules::StmtList& out) {
  ExprPtr value = stmt.names.size() == 1 ? CheckValueOf(*stmt.value) : Check(*stmt.value);
  std::vector<const Type*> types;
  const auto* tuple = value->type == nullptr ? nullptr : llvm::dyn_cast<go::TupleType>(value->type);
  if (tuple != nullptr)
    for (const go::Var* v : tuple->vars) types.push_back(v->type());
  else
    types.push_back(go::DefaultType(value->type));
  bool ok = true;
  if (types.size() != stmt.names.size() && !IsInvalid(*value)) {
    emitter().Emit(span, CountMismatch, stmt.names.size(), types.size());
    ok = false;
  }
  for (const Type* type : types) ok = ok && Nameable(type, span, /*inside=*/true);
  if (!ok) {
    for (const ast::Name& name : stmt.names) BindInvalid(name);
    return;
  }
  types.resize(stmt.names.size(), go::Invalid());
  rules::Let let;
  let.value = Coerce(value, go::DefaultType(value->type));
  for (size_t i = 0; i < stmt.names.size(); ++i) {
    if (stmt.names[i].text == "_") {
      let.bindings.push_back(nullptr);
      continue;
    }
    rules::Binding* binding = NewBinding(rules::Binding::Kind::kLet, stmt.names[i], types[i]);
    if (binding == nullptr) return;
    binding->maybe_absent = true;
    binding->at_exit = at_exit_;
    binding->loop = loop_;
    binding->labels = value->labels;
    let.bindings.push_back(binding);
    Named named;
    named.declared = stmt.names[i].span;
    if (stmt.names.size() == 1) named.statement = span;
    named.is_let = true;
    named.used = IsInvalid(*value);  // what is wrong with it has been said
    if (IsAbsent(*value))
      named.argument = AbsentOf(span, types[i]);
    else
      named.binding = binding;
    scope_->names[stmt.names[i].text] = named;
  }
  if (!IsAbsent(*value)) Add(out, span, std::move(let));
}

/// What can stand left of `set`: a name of the function, a field, an element of a map or slice.
bool HookChecker::CheckTarget(const rules::Expr& target) {
  if (IsInvalid(target) || RefuseSharedState(target)) return false;
  if (IsCaptured(target)) {
    emitter()
        .Emit(target.span, Captured, target.span.Text())
        .Help("assign it in the rule itself, or a parameter or result of this body");
    return false;
  }
  const rules::Binding* variable = at_exit_ ? nullptr : VariableOf(target);
  const auto* seen = std::get_if<rules::Convert>(&target.node);
  const Type* unknown = variable != nullptr && DependsOnTypeParam(variable->type) ? variable->type
                        : seen != nullptr && go::IsTypeParam(seen->base->type)    ? seen->base->type
                                                                                  : nullptr;
  if (unknown != nullptr) {
    ReportTypeParam(target.span, unknown);
    return false;
  }
  const auto* use = std::get_if<rules::Use>(&target.node);
  const bool name = use != nullptr && (use->binding->kind == rules::Binding::Kind::kParam ||
                                       use->binding->kind == rules::Binding::Kind::kResult);
  const auto* index = std::get_if<rules::Index>(&target.node);
  const bool element = index != nullptr &&
                       (index->kind == rules::Index::Kind::kMap || index->kind == rules::Index::Kind::kSlice);
  const auto* unary = std::get_if<rules::Unary>(&target.node);
  const bool dereferenced = unary != nullptr && unary->op == "*";
  if (name || element || dereferenced || std::holds_alternative<rules::FieldSelect>(target.node) ||
      std::holds_alternative<rules::HiddenField>(target.node))
    return true;
  emitter()
      .Emit(target.span, NotATarget, target.span.Text())
      .Help("`set` takes a parameter, a result (in `exit`), a field or an element");
  return false;
}

void HookChecker::Set(const ast::SetStmt& stmt, Span span, rules::StmtList& out) {
  rules::Set set;
  bool ok = true;
  for (const ast::ExprPtr& target : stmt.targets) {
    set.targets.push_back(Unseen(CheckValueOf(*target)));
    ok = CheckTarget(*set.targets.back()) && ok;
  }
  std::vector<std::pair<const Type*, const rules::Expr*>> given;
  for (const ast::ExprPtr& value : stmt.values) {
    set.values.push_back(stmt.values.size() == 1 ? Check(*value) : CheckValueOf(*value));
    const rules::Expr& checked = *set.values.back();
    const auto* tuple = checked.type == nullptr ? nullptr : llvm::dyn_cast<go::TupleType>(checked.type);
    if (tuple == nullptr)
      given.emplace_back(checked.type, &checked);
    else
      for (const go::Var* v : tuple->vars) given.emplace_back(v->type(), nullptr);
    ok = ok && !IsAbsent(checked);
  }
  if (ok && given.size() != set.targets.size()) {
    emitter().Emit(span, CountMismatch, set.targets.size(), given.size());
    return;
  }
  for (size_t i = 0; ok && i < given.size(); ++i) {
    const Type* to = set.targets[i]->type;
    const bool fits =
        given[i].second != nullptr ? Assignable(*given[i].second, to) : go::AssignableTo(given[i].first, to);
    if (fits) continue;
    const Span at = given[i].second != nullptr ? given[i].second->span : stmt.values.front()->span;
    emitter().Emit(at, NotAssignable, Show(given[i].first), Show(to));
    ok = false;
  }
  if (!ok) return;
  for (size_t i = 0; i < set.targets.size(); ++i) {
    const rules::Expr& value = *set.values[set.values.size() == 1 ? 0 : i];
    WarnOverwritten(*set.targets[i]);
    LabelField(*set.targets[i], value);
    if (std::holds_alternative<rules::HiddenField>(set.targets[i]->node))
      CheckSecret(value, "the hidden field `" + set.targets[i]->span.Text().str() + "`");
  }
  if (set.values.size() == set.targets.size())
    for (size_t i = 0; i < set.values.size(); ++i)
      set.values[i] = Coerce(set.values[i], set.targets[i]->type);
  Add(out, span, std::move(set));
}

void HookChecker::Rename(const ast::RenameStmt& stmt, Span span, rules::StmtList& out) {
  if (!NeedSpan(span, "rename")) return;
  ExprPtr name = CheckValueOf(*stmt.name);
  ExprPtr guard = Guard(stmt.guard.get());
  if (!Assignable(*name, BasicTypeOf(Basic::kString))) {
    emitter().Emit(stmt.name->span, NotAString, "a span name", Show(name->type));
    return;
  }
  if (IsAbsent(*name) || (guard != nullptr && IsAbsent(*guard))) return;
  CheckSpanName(*name);
  Add(out, span, rules::Rename{span_->index, Coerce(name, BasicTypeOf(Basic::kString)), guard});
}

void HookChecker::Error(const ast::ErrorStmt& stmt, Span span, rules::StmtList& out) {
  if (!NeedSpan(span, "error")) return;
  rules::ErrorStmt error;
  error.span = span_->index;
  error.error = CheckValueOf(*stmt.error);
  error.unless = Guard(stmt.unless.get());
  error.guard = Guard(stmt.guard.get());
  if (!Assignable(*error.error, go::ErrorType())) {
    emitter().Emit(stmt.error->span, NotAnError, Show(error.error->type));
    return;
  }
  if (error.unless != nullptr && IsAbsent(*error.unless)) error.unless = nullptr;
  if (IsAbsent(*error.error) || (error.guard != nullptr && IsAbsent(*error.guard))) return;
  Add(out, span, std::move(error));
}

void HookChecker::Status(const ast::StatusStmt& stmt, Span span, rules::StmtList& out) {
  if (!NeedSpan(span, "status")) return;
  rules::StatusStmt status;
  status.span = span_->index;
  status.code = rules::CodeOf(stmt.code);
  if (stmt.description != nullptr) {
    status.message = CheckValueOf(*stmt.description);
    if (!Assignable(*status.message, BasicTypeOf(Basic::kString))) {
      emitter().Emit(stmt.description->span, NotAString, "a status description", Show(status.message->type));
      return;
    }
    status.message =
        IsAbsent(*status.message) ? nullptr : Coerce(status.message, BasicTypeOf(Basic::kString));
  }
  status.guard = Guard(stmt.guard.get());
  if (status.guard != nullptr && IsAbsent(*status.guard)) return;
  Add(out, span, std::move(status));
}

void HookChecker::Stamp(const ast::StampStmt& stmt, Span span, rules::StmtList& out) {
  rules::Stamp stamp;
  if (stmt.from != nullptr && !LogContext(*stmt.from, stamp.context)) return;
  stamp.unless = Guard(stmt.unless.get());
  if (stamp.unless != nullptr && IsAbsent(*stamp.unless)) stamp.unless = nullptr;
  stamp.key = NewBinding(rules::Binding::Kind::kStampKey, stmt.key, BasicTypeOf(Basic::kString));
  stamp.id = NewBinding(rules::Binding::Kind::kStampId, stmt.value, BasicTypeOf(Basic::kString));
  if (stamp.key == nullptr || stamp.id == nullptr) return;
  Scope inner = scope_->Block();
  for (auto [binding, name] : {std::pair{stamp.key, &stmt.key}, std::pair{stamp.id, &stmt.value}}) {
    Named named;
    named.binding = binding;
    named.declared = name->span;
    inner.names[name->text] = named;
  }
  Scope* outer = std::exchange(scope_, &inner);
  Statements(stmt.body.stmts, stamp.body);
  ReportUnused(inner);
  scope_ = outer;
  Add(out, span, std::move(stamp));
}

}  // namespace instc::check
