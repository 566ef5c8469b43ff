// Names that a rule file declares and that nothing in its text reads: options, imports, parameters of
// templates. Names inside rules are bound while they are checked, and counted there.
#ifndef INSTC_COMPILER_CHECK_UNUSED_H
#define INSTC_COMPILER_CHECK_UNUSED_H

#include <string>

#include "dsl/ast/ast.h"
#include "dsl/diagnostics/emitter.h"
#include "dsl/diagnostics/kind.h"

namespace instc::check {

INSTC_DIAGNOSTIC(Unused, "W0204", Warning, "`{0}` is never used", std::string);

/// An option that no text of its file names.
void ReportIfUnused(const ast::OptionDecl& option, diag::Emitter& emitter);
/// An import whose local name is `name`.
void ReportIfUnused(const ast::ImportDecl& import, llvm::StringRef name, diag::Emitter& emitter);
/// Parameters that neither the body nor the default of a later one names.
void ReportUnusedParameters(const ast::TemplateDecl& decl, diag::Emitter& emitter);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_UNUSED_H
