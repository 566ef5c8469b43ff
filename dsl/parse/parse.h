// .hook text to tree. Parsing never fails: it returns whatever tree the text gives and reports the rest as
// E01xx.
#ifndef INSTC_DSL_PARSE_PARSE_H
#define INSTC_DSL_PARSE_PARSE_H

#include "dsl/ast/ast.h"
#include "dsl/diagnostics/emitter.h"
#include "dsl/source/source_buffer.h"

namespace instc {

// The tree refers to `buffer`, which must outlive it. Diagnostics come in no particular order (see
// SortingConsumer). Pass the previous file's `end_id` as `first_id` to keep NodeIds unique over several
// files.
[[nodiscard]] ast::File Parse(const SourceBuffer& buffer, diag::Emitter& emitter, ast::NodeId first_id = 1);

}  // namespace instc

#endif  // INSTC_DSL_PARSE_PARSE_H
