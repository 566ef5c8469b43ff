// What several files of the interpreter ask.
#ifndef INSTC_COMPILER_RULETEST_EVALUATE_H
#define INSTC_COMPILER_RULETEST_EVALUATE_H

#include "compiler/ruletest/value.h"

namespace instc::ruletest {

const go::BasicType* BasicOf(const go::Type* type);
/// As an integer of that type holds it.
Value Wrapped(__int128 value, const go::Type* type);
/// A part of something unknown.
Value Extended(const Value& unknown, const std::string& part);

/// The type of an error as %T prints it.
Value ErrorType(const Value& error);

/// Keys and values of what a loop goes through; nullopt: they are not known.
std::optional<std::vector<std::pair<Value, Value>>> ElementsOf(const Value& range);

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_EVALUATE_H
