// Control flow: `exit`, `if`, and the two statements that put elements into a slice.
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(NestedExit, "E0703", Error, "`{0}` stands inside `exit`", llvm::StringRef);
INSTC_DIAGNOSTIC(InLoop, "E0705", Error, "`{0}` stands inside `for`", llvm::StringRef);
INSTC_DIAGNOSTIC(NestedLoop, "E0706", Error, "a loop inside a loop cannot start spans or reach `exit`", );
INSTC_DIAGNOSTIC(NotIterable, "E0375", Error, "`for` goes through slices, arrays and maps, this is {0}",
                 std::string);
INSTC_DIAGNOSTIC(NotASlice, "E0370", Error, "`{0}` takes a slice, this is {1}", llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(NotAnElement, "E0371", Error, "{0} is no element of {1}", std::string, std::string);

namespace {

/// Whether something in the list has to be done at exit, so that exit must know that this branch was taken.
bool ReachesExit(const rules::StmtList& list) {
  for (const auto& stmt : list) {
    const auto* metric = std::get_if<rules::MetricStmt>(&stmt->node);
    if (std::holds_alternative<rules::Exit>(stmt->node) || (metric != nullptr && !metric->here)) return true;
    const auto* inner = std::get_if<rules::If>(&stmt->node);
    if (inner != nullptr && (ReachesExit(inner->then) || ReachesExit(inner->otherwise))) return true;
    const auto* loop = std::get_if<rules::For>(&stmt->node);
    if (loop != nullptr && ReachesExit(loop->body)) return true;
  }
  return false;
}

/// Whether a round of a loop at enter has something to keep: what reaches exit, and spans, which end there.
bool KeepsSomething(const rules::StmtList& list) {
  return ReachesExit(list) || llvm::any_of(list, [](const auto& stmt) {
           if (std::holds_alternative<rules::SpanStmt>(stmt->node)) return true;
           const auto* inner = std::get_if<rules::If>(&stmt->node);
           return inner != nullptr && (KeepsSomething(inner->then) || KeepsSomething(inner->otherwise));
         });
}

}  // namespace

bool HookChecker::RefuseInLoop(Span span, llvm::StringRef what) {
  if (in_loop_) emitter().Emit(span, InLoop, what);
  return in_loop_;
}

bool HookChecker::RefuseInExit(Span span, llvm::StringRef what) {
  if (at_exit_) emitter().Emit(span, NestedExit, what);
  return at_exit_;
}

void HookChecker::Exit(const ast::ExitStmt& stmt, Span span, rules::StmtList& out) {
  if (RefuseInExit(span, "exit")) return;
  at_exit_ = true;
  Scope inner = scope_->Block();
  Scope* outer = std::exchange(scope_, &inner);
  rules::Exit exit;
  if (stmt.panic.Present()) {
    exit.only_on_panic = true;
    Named named;
    named.argument = Make(stmt.panic.span, go::EmptyInterface(), rules::PanicValue{});
    named.declared = stmt.panic.span;
    named.used = true;
    inner.names[stmt.panic.text] = named;
  }
  exit.guard = Guard(stmt.guard.get());
  rules::SpanStmt* span_outside = span_;
  const bool opted_in_outside = opted_in_;
  opted_in_ = opted_in_ || (exit.guard != nullptr && ReadsOption(*exit.guard));
  Statements(stmt.body.stmts, exit.body);
  opted_in_ = opted_in_outside;
  span_ = span_outside;
  ReportUnused(inner);
  scope_ = outer;
  at_exit_ = false;
  const bool never = exit.guard != nullptr && IsAbsent(*exit.guard);
  if (!never && !exit.body.empty()) Add(out, span, std::move(exit));
}

/// A span that starts in a branch belongs to the branch.
void HookChecker::Branch(const std::vector<ast::StmtPtr>& stmts, rules::StmtList& out) {
  Scope inner = scope_->Block();
  Scope* outer = std::exchange(scope_, &inner);
  rules::SpanStmt* span_outside = span_;
  Statements(stmts, out);
  span_ = span_outside;
  ReportUnused(inner);
  scope_ = outer;
}

void HookChecker::If(const ast::IfStmt& stmt, Span span, rules::StmtList& out) {
  rules::If branch;
  branch.condition = Guard(stmt.condition.get());
  const size_t known_nil = known_nil_.size();
  if (const auto* test = std::get_if<ast::Binary>(&stmt.condition->node);
      test != nullptr && test->op == ast::BinaryOp::Eq && test->right->span.Text() == "nil")
    known_nil_.push_back(test->left->span.Text().str());
  const bool opted_in_outside = opted_in_;
  opted_in_ = opted_in_ || ReadsOption(*branch.condition);
  Branch(stmt.then.stmts, branch.then);
  opted_in_ = opted_in_outside;
  known_nil_.resize(known_nil);
  if (stmt.else_block.has_value()) Branch(stmt.else_block->stmts, branch.otherwise);
  if (stmt.else_if != nullptr) {
    if (const auto* next = std::get_if<ast::IfStmt>(&stmt.else_if->node))
      If(*next, stmt.else_if->span, branch.otherwise);
  }
  if (!IsInvalid(*branch.condition)) AddBranch(std::move(branch), stmt.condition->span, span, out);
}

void HookChecker::AddBranch(rules::If branch, Span condition, Span span, rules::StmtList& out) {
  if (IsAbsent(*branch.condition)) {  // false: what is left is the other branch
    for (auto& inner : branch.otherwise) out.push_back(std::move(inner));
    return;
  }
  if (!at_exit_ && (ReachesExit(branch.then) || ReachesExit(branch.otherwise))) {
    auto taken = std::make_unique<rules::Binding>();
    taken->name = "if" + std::to_string(hook_.bindings.size());
    taken->type = BasicTypeOf(Basic::kBool);
    taken->used_in_exit = true;
    taken->loop = loop_;
    rules::Let let;
    let.bindings.push_back(taken.get());
    let.value = Coerce(branch.condition, taken->type);
    branch.condition = Make(condition, taken->type, rules::Use{taken.get()});
    hook_.bindings.push_back(std::move(taken));
    Add(out, span, std::move(let));
  }
  if (!branch.then.empty() || !branch.otherwise.empty()) Add(out, span, std::move(branch));
}

/// Types of key and value; reports what cannot be gone through.
std::optional<std::pair<const HookChecker::Type*, const HookChecker::Type*>> HookChecker::ElementsOf(
    const rules::Expr& range) {
  if (IsInvalid(range)) return std::nullopt;
  const Type* index = BasicTypeOf(Basic::kInt);
  if (const auto* slice = go::UnderlyingAs<go::SliceType>(range.type))
    return std::pair{index, slice->element};
  if (const auto* array = go::UnderlyingAs<go::ArrayType>(range.type))
    return std::pair{index, array->element};
  if (const auto* map = go::UnderlyingAs<go::MapType>(range.type)) return std::pair{map->key, map->value};
  emitter().Emit(range.span, NotIterable, Show(range.type));
  return std::nullopt;
}

/// Binds the name of a loop in the innermost scope; null for `_` and no name.
rules::Binding* HookChecker::LoopName(const ast::Name& name, const Type* type, const rules::Expr& range) {
  if (!name.Present() || name.text == "_") return nullptr;
  if (!Nameable(type, name.span, /*inside=*/true)) {
    BindInvalid(name);
    return nullptr;
  }
  rules::Binding* binding = NewBinding(rules::Binding::Kind::kLet, name, type);
  if (binding == nullptr) return nullptr;
  binding->at_exit = at_exit_;
  binding->loop = loop_;
  binding->labels = range.labels;
  Named named;
  named.binding = binding;
  named.declared = name.span;
  named.is_let = true;
  named.used = true;
  scope_->names[name.text] = named;
  return binding;
}

void HookChecker::For(const ast::ForStmt& stmt, Span span, rules::StmtList& out) {
  rules::For loop;
  loop.range = CheckValueOf(*stmt.range);
  const auto elements = ElementsOf(*loop.range);
  Scope inner = scope_->Block();
  Scope* outer = std::exchange(scope_, &inner);
  const std::optional<unsigned> loop_outside = loop_;
  const bool in_loop_outside = std::exchange(in_loop_, true);
  const bool opted_in_outside = opted_in_;
  opted_in_ = opted_in_ || ReadsOption(*loop.range);
  rules::SpanStmt* span_outside = span_;
  loop.index = static_cast<unsigned>(hook_.loops.size());
  hook_.loops.push_back(false);
  if (!at_exit_) loop_ = loop.index;
  if (elements.has_value()) {
    loop.key = LoopName(stmt.key, elements->first, *loop.range);
    loop.value = LoopName(stmt.value, elements->second, *loop.range);
  } else {
    BindInvalid(stmt.key);
    if (stmt.value.Present()) BindInvalid(stmt.value);
  }
  Statements(stmt.body.stmts, loop.body);
  ReportUnused(inner);
  scope_ = outer;
  loop_ = loop_outside;
  in_loop_ = in_loop_outside;
  opted_in_ = opted_in_outside;
  span_ = span_outside;
  const bool keeps = !at_exit_ && KeepsSomething(loop.body);
  hook_.loops[loop.index] = keeps;
  if (keeps && loop_outside.has_value()) {
    emitter().Emit(span, NestedLoop).Help("start the spans in the outer loop");
    return;
  }
  if (elements.has_value() && !IsAbsent(*loop.range) && !loop.body.empty()) Add(out, span, std::move(loop));
}

void HookChecker::Extend(const ast::ExtendStmt& stmt, Span span, rules::StmtList& out) {
  rules::Extend extend;
  const llvm::StringRef word = stmt.prepend ? "prepend" : "append";
  extend.prepend = stmt.prepend;
  extend.target = CheckValueOf(*stmt.target);
  bool ok = CheckTarget(*extend.target);
  const auto* slice = ok ? go::UnderlyingAs<go::SliceType>(extend.target->type) : nullptr;
  if (ok && slice == nullptr) {
    emitter().Emit(stmt.target->span, NotASlice, word, Show(extend.target->type));
    ok = false;
  }
  for (const ast::ExprPtr& value : stmt.values) {
    ExprPtr checked = CheckValueOf(*value);
    ok = ok && !IsAbsent(*checked) && !IsInvalid(*checked);
    if (slice == nullptr) continue;
    if (!Assignable(*checked, slice->element)) {
      emitter().Emit(value->span, NotAnElement, Show(checked->type), Show(extend.target->type));
      ok = false;
    }
    extend.values.push_back(Coerce(checked, slice->element));
  }
  if (ok) ok = Nameable(slice->element, span);
  if (ok) Add(out, span, std::move(extend));
}

}  // namespace instc::check
