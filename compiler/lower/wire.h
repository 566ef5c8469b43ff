// Constant attributes of rules as OTLP bytes; see compiler/pack/attribute_bytes.h.
#ifndef INSTC_COMPILER_LOWER_WIRE_H
#define INSTC_COMPILER_LOWER_WIRE_H

#include <optional>
#include <string>

#include "compiler/conventions/registry.h"
#include "compiler/go/types/constant.h"
#include "compiler/pack/attribute_bytes.h"
#include "llvm/ADT/StringRef.h"

namespace instc::lower {

using pack::KeyField;

/// One complete element of Span.attributes: 0x4a, length, KeyValue. nullopt when the constant is not known or
/// does not have the attribute's type.
std::optional<std::string> ConstantAttribute(llvm::StringRef name, conventions::ValueType type,
                                             const go::ConstValue& value);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_WIRE_H
