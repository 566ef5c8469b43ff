// The canonical layout of a .hook file (instc fmt).
#ifndef INSTC_DSL_FORMAT_FORMAT_H
#define INSTC_DSL_FORMAT_FORMAT_H

#include <string>

#include "dsl/ast/ast.h"

namespace instc {

// `file` must have parsed without errors. Keeps every comment and one blank line where there were some;
// Format of the result gives the same text, and both have the same syntax tree.
[[nodiscard]] std::string Format(const ast::File& file);

}  // namespace instc

#endif  // INSTC_DSL_FORMAT_FORMAT_H
