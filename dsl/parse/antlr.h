// The one place that includes ANTLR. Everything behind it is private to dsl/parse.
#ifndef INSTC_DSL_PARSE_ANTLR_H
#define INSTC_DSL_PARSE_ANTLR_H

#include "HookLexer.h"
#include "HookParser.h"
#include "antlr4-runtime.h"

namespace instc {

using grammar::HookLexer;
using grammar::HookParser;

}  // namespace instc

#endif  // INSTC_DSL_PARSE_ANTLR_H
