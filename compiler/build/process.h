// Running the go command: with its output captured, or with the user's terminal.
#ifndef INSTC_COMPILER_BUILD_PROCESS_H
#define INSTC_COMPILER_BUILD_PROCESS_H

#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::build {

struct Captured {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// Entries are "NAME=value", one for each name.
using EnvironmentList = std::vector<std::string>;

/// Runs `words[0]`, a path, in `directory` and reads what it prints.
[[nodiscard]] Result<Captured> RunCaptured(llvm::ArrayRef<std::string> words, const std::string& directory,
                                           const EnvironmentList& environment);

/// Runs it with our standard streams and returns its exit code (128 + signal when killed). An interrupt from
/// the terminal is the child's business; a termination request is passed on to it. `errors`, when given, gets
/// what it writes to its standard error.
[[nodiscard]] Result<int> RunInherited(llvm::ArrayRef<std::string> words, const EnvironmentList& environment,
                                       llvm::raw_ostream* errors = nullptr);

/// Becomes the program; returns only on failure.
[[nodiscard]] llvm::Error Become(llvm::ArrayRef<std::string> words, const EnvironmentList& environment);

/// The file that a command name stands for, by the PATH of `environment`.
[[nodiscard]] Result<std::string> FindProgram(const std::string& name, const EnvironmentList& environment);

/// Value of a variable; empty when it is not set.
[[nodiscard]] std::string Lookup(const EnvironmentList& environment, const std::string& name);

/// Sets a variable, in place of an older value.
void SetVariable(EnvironmentList& environment, const std::string& name, const std::string& value);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_PROCESS_H
