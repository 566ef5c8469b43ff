// What a method of an object gives back when its body sets nothing.
#ifndef INSTC_COMPILER_RULES_DEFAULTS_H
#define INSTC_COMPILER_RULES_DEFAULTS_H

#include <optional>

#include "compiler/go/types/identical.h"
#include "compiler/go/types/type.h"

namespace instc::rules {

/// The parameter that the result is until the body sets it: the first one of the same type. A context comes
/// back as it came, and so does the next of a chain.
inline std::optional<size_t> PassedThrough(const go::SignatureType& method, size_t result) {
  for (size_t i = 0; i < method.params.size(); ++i) {
    const bool open = method.variadic && i + 1 == method.params.size();
    if (!open && go::Identical(method.params[i]->type(), method.results[result]->type())) return i;
  }
  return std::nullopt;
}

}  // namespace instc::rules

#endif  // INSTC_COMPILER_RULES_DEFAULTS_H
