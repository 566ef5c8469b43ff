// Attributes as they travel: OTLP protobuf bytes that are known when a rule is compiled, so that a running
// program copies them instead of encoding them.
#ifndef INSTC_COMPILER_LOWER_WIRE_H
#define INSTC_COMPILER_LOWER_WIRE_H

#include <optional>
#include <string>

#include "compiler/conventions/registry.h"
#include "compiler/go/types/constant.h"
#include "llvm/ADT/StringRef.h"

namespace instc::lower {

/// The key field of a KeyValue: 0x0a, length, name.
std::string KeyField(llvm::StringRef name);

/// One complete element of Span.attributes: 0x4a, length, KeyValue. nullopt when the constant is not known or
/// does not have the attribute's type.
std::optional<std::string> ConstantAttribute(llvm::StringRef name, conventions::ValueType type,
                                             const go::ConstValue& value);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_WIRE_H
