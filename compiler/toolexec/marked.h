// Functions under a directive comment, such as `//instc:span name=checkout shop.tier=gold`, and what is known
// of each when its package is compiled: which hooks fit it, and the constants that they are given.
#ifndef INSTC_COMPILER_TOOLEXEC_MARKED_H
#define INSTC_COMPILER_TOOLEXEC_MARKED_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/go/syntax/ast.h"
#include "compiler/pack/plan.h"
#include "dsl/base/result.h"

namespace instc::toolexec {

struct Marked {
  const go::FuncDecl* func = nullptr;
  std::string directive;
  /// Position of the first parameter of type context.Context, of the last result of type error.
  std::optional<size_t> context, error;
  std::string name, title, symbol;               ///< F, T.F, path.(*T).F
  std::map<std::string, std::string> arguments;  ///< those without a dot in their key
  std::string attributes;                        ///< OTLP bytes of the others
  unsigned attribute_count = 0;

  /// Whether a hook with this directive is for this function.
  bool Fits(const pack::Directive& hook) const;
  /// What the hook is given, as a Go expression and its type.
  std::pair<std::string, std::string> Given(llvm::StringRef what) const;
};

/// The functions of one file under directives of the plan's hooks. `path` is the file's, for messages. An
/// argument that is malformed, or that no hook of the plan asks for, is an error at its place.
[[nodiscard]] Result<std::vector<Marked>> FindMarked(const pack::Plan& plan, const go::File& file,
                                                     llvm::StringRef text, llvm::StringRef path);

}  // namespace instc::toolexec

#endif  // INSTC_COMPILER_TOOLEXEC_MARKED_H
