// Errors of the environment (a file that cannot be read, a tool that fails) travel as values: Result<T> is
// the one name for llvm::Expected here. What an author or user got wrong is not a Result but a diagnostic; a
// bug aborts.
#ifndef INSTC_DSL_BASE_RESULT_H
#define INSTC_DSL_BASE_RESULT_H

#include <system_error>
#include <utility>

#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc {

template <typename T>
using Result = llvm::Expected<T>;

// Makes an error from a formatv text: `return Fail("cannot read {0}: {1}", path, reason);`
template <typename... Args>
[[nodiscard]] llvm::Error Fail(const char* format, Args&&... args) {
  return llvm::make_error<llvm::StringError>(llvm::formatv(format, std::forward<Args>(args)...).str(),
                                             std::make_error_code(std::errc::io_error));
}

}  // namespace instc

#endif  // INSTC_DSL_BASE_RESULT_H
