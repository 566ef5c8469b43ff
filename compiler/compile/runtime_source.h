// The Go sources of compiler/rt that instc carries, as packages a checker can load: externs are checked
// against them.
#ifndef INSTC_COMPILER_COMPILE_RUNTIME_SOURCE_H
#define INSTC_COMPILER_COMPILE_RUNTIME_SOURCE_H

#include <memory>

#include "compiler/go/load/program.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace instc::compile {

class RuntimeSource {
 public:
  RuntimeSource();
  /// Loads instc.dev/rt/...; std imports come from `std_program`. This object must outlive the program.
  std::unique_ptr<go::Program> MakeProgram(go::Program* std_program);

 private:
  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> files_;
  std::unique_ptr<go::PackageResolver> resolver_;
};

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_RUNTIME_SOURCE_H
