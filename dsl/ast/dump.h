// The tree as text: one node a line, children indented, expressions as s-expressions on the line of their
// owner. Positions, ids and comments are left out, so two files that mean the same dump the same.
#ifndef INSTC_DSL_AST_DUMP_H
#define INSTC_DSL_AST_DUMP_H

#include <string>

#include "dsl/ast/ast.h"

namespace instc::ast {

[[nodiscard]] std::string Dump(const File& file);
// "(call (. redis NewClient) opts)"
[[nodiscard]] std::string DumpExpr(const Expr& expr);
// The type in Go's notation: "map[string]*pkg.T[int]".
[[nodiscard]] std::string TypeText(const Type& type);

}  // namespace instc::ast

#endif  // INSTC_DSL_AST_DUMP_H
