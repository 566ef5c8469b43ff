// `bind` and `unbind`: whom the work of a goroutine is for. A func value that is handed over to a timer or a
// pool runs under the span that it was handed over in; a goroutine that works for everybody has none of the
// call that happened to start it.
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/type_context.h"

namespace instc::check {

INSTC_DIAGNOSTIC(NothingToBind, "E0850", Error, "`bind` takes a func value, this is {0}", std::string);

void HookChecker::Bind(const ast::BindStmt& stmt, Span span, rules::StmtList& out) {
  rules::Bind bind;
  bind.target = CheckValueOf(*stmt.target);
  if (IsInvalid(*bind.target)) return;
  const auto* signature = go::UnderlyingAs<go::SignatureType>(bind.target->type);
  if (signature == nullptr) {
    emitter().Emit(stmt.target->span, NothingToBind, Show(bind.target->type));
    return;
  }
  if (!MayReplace(*bind.target, *signature)) return;
  if (stmt.in != nullptr) {
    auto context = ContextOf(*stmt.in, /*write_back=*/false);
    if (!context.has_value()) return;
    bind.context = context->get;
  }
  Add(out, span, std::move(bind));
}

void HookChecker::Unbind(Span span, rules::StmtList& out) {
  if (RefuseInExit(span, "unbind") || RefuseInLoop(span, "unbind")) return;
  Add(out, span, rules::Unbind{hook_.suppressions++});
}

}  // namespace instc::check
