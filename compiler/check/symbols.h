// The Go names that rules depend on, with their signatures: what a lock file records.
//
// Recorded where the checker resolves a name, so nothing that a rule uses can be forgotten. Names of the
// standard library are left out: they belong to a version of Go, not of the library.
#ifndef INSTC_COMPILER_CHECK_SYMBOLS_H
#define INSTC_COMPILER_CHECK_SYMBOLS_H

#include "compiler/go/types/lookup.h"
#include "compiler/rules/ir.h"

namespace instc::check {

/// Where the names of one rule go.
struct SymbolSink {
  std::map<std::string, rules::SymbolUse>* symbols = nullptr;  ///< null: nobody wants them
  std::string rule;  ///< empty: the plugin itself, as for hidden fields
};

/// A function, a method, a variable, a constant or a type.
void RecordObject(const SymbolSink& sink, const go::Object& object, Span at);
/// A field or method selected on a value of type `base`, and the embedded fields on the way.
void RecordSelection(const SymbolSink& sink, const go::Type* base, const go::Selection& selection, Span at);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_SYMBOLS_H
