// Functions of Go's standard library that a rule test runs: those of package strings that see bytes, so that
// no table of Unicode is needed.
#ifndef INSTC_COMPILER_RULETEST_STD_FUNCTIONS_H
#define INSTC_COMPILER_RULETEST_STD_FUNCTIONS_H

#include <optional>
#include <vector>

#include "compiler/ruletest/value.h"
#include "llvm/ADT/StringRef.h"

namespace instc::ruletest {

/// The result of `package.name(args...)`; nullopt when it is not one of them, or an argument is not known.
std::optional<Value> CallStd(llvm::StringRef package, llvm::StringRef name, const std::vector<Value>& args);

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_STD_FUNCTIONS_H
