// Spans that another call has started: those that a rule of this plugin has detached, and those of other
// rules, which `enrich` writes to. They are known inside one block only, and what can be said there is what
// is free of races: nothing that starts, and nothing that belongs to the end of the call.
#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/text.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(NeverEnded, "E0740", Error, "no rule of this plugin ends this span", );
INSTC_DIAGNOSTIC(NothingToResume, "E0741", Error, "no rule of this plugin detaches a span {0}", std::string);
INSTC_DIAGNOSTIC(EndOfOwnSpan, "E0742", Error, "`end` is for spans that are detached or resumed", );
INSTC_DIAGNOSTIC(NeverFound, "E0743", Error, "nothing can find this span again", );
INSTC_DIAGNOSTIC(DetachedKey, "E0744", Error, "a key is a string, an integer or a pointer, this is {0}",
                 std::string);
INSTC_DIAGNOSTIC(NameOfOwnSpan, "E0745", Error, "`as` tells detached spans of one plugin apart", );
INSTC_DIAGNOSTIC(DetachedEnded, "E0752", Error, "a detached span does not end with the call", );
INSTC_DIAGNOSTIC(StandsInside, "E0746", Error, "`{0}` stands inside `{1}`", llvm::StringRef, llvm::StringRef);

namespace {

/// What may stand in a block about a span of another rule, and what in one about a detached span.
bool MayStandInEnrich(const ast::Stmt& stmt) {
  return std::holds_alternative<ast::BadStmt>(stmt.node) ||
         std::holds_alternative<ast::AttrStmt>(stmt.node) ||
         std::holds_alternative<ast::RenameStmt>(stmt.node) ||
         std::holds_alternative<ast::ErrorStmt>(stmt.node) ||
         std::holds_alternative<ast::StatusStmt>(stmt.node) ||
         std::holds_alternative<ast::EventStmt>(stmt.node) ||
         std::holds_alternative<ast::LinkStmt>(stmt.node) ||
         std::holds_alternative<ast::LetStmt>(stmt.node) || std::holds_alternative<ast::IfStmt>(stmt.node) ||
         std::holds_alternative<ast::UseStmt>(stmt.node);
}

bool MayStandInResume(const ast::Stmt& stmt) {
  return MayStandInEnrich(stmt) || std::holds_alternative<ast::EndStmt>(stmt.node) ||
         std::holds_alternative<ast::MetricStmt>(stmt.node) ||
         std::holds_alternative<ast::InjectStmt>(stmt.node) ||
         std::holds_alternative<ast::SetStmt>(stmt.node) ||
         std::holds_alternative<ast::CallStmt>(stmt.node) ||
         std::holds_alternative<ast::ExtendStmt>(stmt.node) ||
         std::holds_alternative<ast::ForStmt>(stmt.node);
}

/// What stores one key of a carrier.
bool MayStandInCarrier(const ast::Stmt& stmt) {
  return std::holds_alternative<ast::BadStmt>(stmt.node) || std::holds_alternative<ast::SetStmt>(stmt.node) ||
         std::holds_alternative<ast::CallStmt>(stmt.node) ||
         std::holds_alternative<ast::ExtendStmt>(stmt.node) ||
         std::holds_alternative<ast::LetStmt>(stmt.node) || std::holds_alternative<ast::IfStmt>(stmt.node);
}

std::string Described(const DetachedUse& use) {
  return (use.keyed ? "by a key" : "into a context") +
         (use.as.empty() ? std::string() : " as `" + use.as + "`");
}

/// A span whose metrics are measured by another rule has a body even where it is not sampled, if its own rule
/// has metrics, too.
void ShareMetrics(rules::Plugin& plugin, const std::string& from, const std::string& to) {
  for (size_t i = 0, end = plugin.metrics.size(); i < end && from != to; ++i) {
    rules::MetricDecl metric = plugin.metrics[i];
    const bool has = llvm::any_of(plugin.metrics, [&](const rules::MetricDecl& other) {
      return other.rule == to && other.name == metric.name;
    });
    if (metric.rule != from || has) continue;
    metric.rule = to;
    plugin.metrics.push_back(std::move(metric));
  }
}

}  // namespace

bool HookChecker::RefuseInside(const ast::Stmt& stmt) {
  if (inside_.empty() || (inside_ == "resume"    ? MayStandInResume(stmt)
                          : inside_ == "carrier" ? MayStandInCarrier(stmt)
                                                 : MayStandInEnrich(stmt)))
    return false;
  const llvm::StringRef word = FirstWord(stmt.span.Text());
  emitter().Emit(stmt.span, StandsInside, word, inside_).Help("put it outside of the block");
  return true;
}

unsigned HookChecker::NewSpan(rules::SpanRole role) {
  hook_.span_loops.push_back(loop_);
  hook_.span_roles.push_back(role);
  return static_cast<unsigned>(hook_.span_loops.size()) - 1;
}

/// The kind of the span that attributes are about.
std::optional<conventions::SpanKind> HookChecker::KindNow() const {
  return inside_.empty() ? std::optional(span_->kind) : foreign_kind_;
}

/// A key as it is compared: a string, an integer or a pointer; null when it is none.
HookChecker::ExprPtr HookChecker::KeyOf(const ast::Expr& expr) {
  ExprPtr key = CheckValueOf(expr);
  if (IsInvalid(*key)) return nullptr;
  key = Coerce(key, go::DefaultType(key->type));
  const auto* basic = go::UnderlyingAs<go::BasicType>(key->type);
  const bool usable =
      basic != nullptr ? basic->IsString() || basic->IsInteger() : go::Pointee(key->type) != nullptr;
  if (usable || IsAbsent(*key)) return key;
  emitter()
      .Emit(expr.span, DetachedKey, Show(key->type))
      .Help("make a string of several values with `words(...)`");
  return nullptr;
}

/// The clauses `detached`, `by` and `as`.
bool HookChecker::Detach(const ast::SpanStmt& stmt, rules::SpanStmt& out) {
  if (!stmt.detached) {
    if (stmt.as.Present()) emitter().Emit(stmt.as.span, NameOfOwnSpan).Help("leave it out");
    return true;
  }
  if (stmt.ended != nullptr)
    emitter().Emit(stmt.ended->span, DetachedEnded).Help("write `end at TIME` where it ends");
  out.detached = true;
  out.as = stmt.as.text;
  if (stmt.detached_by != nullptr) {
    out.key = KeyOf(*stmt.detached_by);
    if (out.key == nullptr || IsAbsent(*out.key)) return false;
  } else if (out.context.put_target == nullptr) {
    emitter()
        .Emit(stmt.kind_span, NeverFound)
        .Help("put it into a context with `in CONTEXT`, or under a key with `detached by KEY`");
    return false;
  }
  detached_[out.index] = plugin_.detached.size();
  plugin_.detached.push_back(
      {out.as, out.key != nullptr, false, false, out.kind, hook_.rule, stmt.kind_span});
  return true;
}

/// Statements about a span that this rule has not started.
void HookChecker::ForeignSpan(llvm::StringRef word, const std::vector<ast::StmtPtr>& stmts, unsigned index,
                              std::optional<conventions::SpanKind> kind, rules::StmtList& out) {
  rules::SpanStmt stand_in;
  stand_in.index = index;
  Scope inner = scope_->Block();
  Scope* outer = std::exchange(scope_, &inner);
  rules::SpanStmt* span_outside = std::exchange(span_, &stand_in);
  inside_ = word;
  foreign_kind_ = kind;
  Statements(stmts, out);
  inside_ = "";
  span_ = span_outside;
  ReportUnused(inner);
  scope_ = outer;
}

void HookChecker::Resume(const ast::ResumeStmt& stmt, Span span, rules::StmtList& out) {
  rules::Resume resume;
  if (stmt.by_key) {
    resume.key = KeyOf(*stmt.where);
    if (resume.key == nullptr) return;
  } else {
    auto context = ContextOf(*stmt.where, false);
    if (!context.has_value()) return;
    resume.context = context->get;
  }
  resume.as = stmt.as.text;
  resume.span = NewSpan(rules::SpanRole::kResumed);
  detached_[resume.span] = plugin_.detached.size();
  plugin_.detached.push_back({resume.as, stmt.by_key, false, false, std::nullopt, hook_.rule, span});
  ForeignSpan("resume", stmt.body.stmts, resume.span, std::nullopt, resume.body);
  const bool never = resume.key != nullptr && IsAbsent(*resume.key);
  if (!never && !resume.body.empty()) Add(out, span, std::move(resume));
}

void HookChecker::End(const ast::EndStmt& stmt, Span span, rules::StmtList& out) {
  const auto found = span_ == nullptr ? detached_.end() : detached_.find(span_->index);
  if (found == detached_.end()) {
    emitter()
        .Emit(span, EndOfOwnSpan)
        .Help("other spans end when the function is left; `ended t` says when they did");
    return;
  }
  rules::EndStmt end;
  end.span = span_->index;
  end.keyed = plugin_.detached[found->second].keyed;
  plugin_.detached[found->second].ends = true;
  if (stmt.at != nullptr) end.at = Time(*stmt.at, "end at");
  Add(out, span, std::move(end));
}

void HookChecker::Enrich(const ast::EnrichStmt& stmt, Span span, rules::StmtList& out) {
  rules::Enrich enrich;
  enrich.which = stmt.which == ast::EnrichStmt::Which::Current  ? 0
                 : stmt.which == ast::EnrichStmt::Which::Server ? 1
                                                                : 2;
  if (stmt.in != nullptr) {
    auto context = ContextOf(*stmt.in, false);
    if (!context.has_value()) return;
    enrich.context = context->get;
  }
  std::optional<conventions::SpanKind> kind;
  if (enrich.which == 1) kind = conventions::SpanKind::kServer;
  enrich.span = NewSpan(rules::SpanRole::kEnriched);
  ForeignSpan("enrich", stmt.block.stmts, enrich.span, kind, enrich.body);
  if (!enrich.body.empty()) Add(out, span, std::move(enrich));
}

void CheckDetached(PluginContext& plugin) {
  const std::vector<DetachedUse>& uses = plugin.detached;
  for (const DetachedUse& use : uses) {
    const auto same = [&](const DetachedUse& other) {
      return other.as == use.as && other.keyed == use.keyed;
    };
    if (use.kind.has_value()) {
      if (llvm::any_of(uses, [&](const DetachedUse& other) { return same(other) && other.ends; })) continue;
      plugin.emitter.Emit(use.span, NeverEnded)
          .Help(std::string("a span that never ends is never exported; write `resume ") +
                (use.keyed ? "by KEY" : "in CONTEXT") + (use.as.empty() ? "" : " as " + use.as) +
                " { ... end }` where the work ends");
      continue;
    }
    bool found = false;
    for (const DetachedUse& other : uses) {
      if (!same(other) || !other.kind.has_value()) continue;
      found = true;
      if (use.measures) ShareMetrics(plugin.out, use.rule, other.rule);
    }
    if (found) continue;
    auto builder = plugin.emitter.Emit(use.span, NothingToResume, Described(use));
    for (const DetachedUse& other : uses)
      if (other.kind.has_value()) builder.Note(other.span, "this one is detached " + Described(other));
  }
}

}  // namespace instc::check
