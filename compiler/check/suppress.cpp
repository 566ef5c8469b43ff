// `suppress`: who does nothing below this call. The name is that of a plugin, of a rule, or a kind of span;
// it is known when some file of the compilation has it, and a warning when none has, since a program may be
// built with other plugins than those that are checked.
#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/rules/kinds.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NobodyToSuppress, "W0753", Warning, "no plugin, rule or kind of span is called `{0}` here",
                 std::string);

namespace {

constexpr ast::SpanKind kKinds[] = {ast::SpanKind::Client, ast::SpanKind::Server, ast::SpanKind::Producer,
                                    ast::SpanKind::Consumer, ast::SpanKind::Internal};

}  // namespace

void HookChecker::Suppress(const ast::SuppressStmt& stmt, Span span, rules::StmtList& out) {
  if (RefuseInExit(span, "suppress") || RefuseInLoop(span, "suppress")) return;
  rules::Suppress suppress;
  suppress.index = hook_.suppressions++;
  const std::string name = stmt.what.Text();
  const auto kind = llvm::find_if(kKinds, [&](ast::SpanKind k) { return ast::Spelling(k) == name; });
  if (kind != std::end(kKinds)) {
    suppress.kind = rules::KindOf(*kind);
  } else {
    suppress.what = name;
    const std::vector<std::string> names = PluginAndRuleNames(plugin_.set);
    if (!llvm::is_contained(names, name)) {
      auto builder = emitter().Emit(stmt.what.span, NobodyToSuppress, name);
      if (const std::vector<std::string> near = Nearest(name, names); !near.empty())
        builder.Help(DidYouMean(near));
    }
  }
  if (stmt.in != nullptr) {
    auto context = ContextOf(*stmt.in, true);
    if (!context.has_value()) return;
    suppress.context = *context;
  }
  Add(out, span, std::move(suppress));
}

}  // namespace instc::check
