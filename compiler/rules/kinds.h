// The words of the language for kinds of spans and for statuses, as OTLP numbers them.
#ifndef INSTC_COMPILER_RULES_KINDS_H
#define INSTC_COMPILER_RULES_KINDS_H

#include "compiler/conventions/registry.h"
#include "dsl/ast/ast.h"

namespace instc::rules {

inline conventions::SpanKind KindOf(ast::SpanKind kind) {
  switch (kind) {
    case ast::SpanKind::Client:
      return conventions::SpanKind::kClient;
    case ast::SpanKind::Server:
      return conventions::SpanKind::kServer;
    case ast::SpanKind::Producer:
      return conventions::SpanKind::kProducer;
    case ast::SpanKind::Consumer:
      return conventions::SpanKind::kConsumer;
    case ast::SpanKind::Internal:
      return conventions::SpanKind::kInternal;
  }
  return conventions::SpanKind::kInternal;
}

inline int CodeOf(ast::StatusCode code) {
  return code == ast::StatusCode::Ok ? 1 : code == ast::StatusCode::Error ? 2 : 0;
}

}  // namespace instc::rules

#endif  // INSTC_COMPILER_RULES_KINDS_H
