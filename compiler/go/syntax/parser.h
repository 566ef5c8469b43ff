// Declarations of one Go file: text in, tree and diagnostics out. Never fails; a file with errors has
// has_errors set and holds every declaration that could be read.
#ifndef INSTC_COMPILER_GO_SYNTAX_PARSER_H
#define INSTC_COMPILER_GO_SYNTAX_PARSER_H

#include "compiler/go/syntax/ast.h"
#include "compiler/go/syntax/scanner.h"
#include "dsl/diagnostics/emitter.h"
#include "dsl/source/source_buffer.h"

namespace instc::go {

INSTC_DIAGNOSTIC(GoSyntaxError, "E0390", Error, "{0}", llvm::StringRef);

/// Parses a buffer, which must outlive the result.
File ParseFile(const SourceBuffer& buffer, diag::Emitter& emitter);

/// What stands before the declarations, as far as the choice of files needs it.
struct FileHead {
  llvm::StringRef package_name;  ///< empty when there is none
  bool imports_c = false;
};
FileHead ReadFileHead(llvm::StringRef text);

/// Parses bare text, which must outlive the result; `buffer` of the result is null.
File ParseText(llvm::StringRef text, SyntaxErrorHandler on_error);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_SYNTAX_PARSER_H
