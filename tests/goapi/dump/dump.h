// What instc knows about Go source, as text: the other half of tests/goapi/oracle.
#ifndef INSTC_TESTS_GOAPI_DUMP_DUMP_H
#define INSTC_TESTS_GOAPI_DUMP_DUMP_H

#include <string>
#include <vector>

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::go {

llvm::Error DumpDecls(llvm::ArrayRef<std::string> dirs, llvm::vfs::FileSystem& fs, llvm::raw_ostream& out);
llvm::Error DumpStdTypes(llvm::ArrayRef<std::string> paths,
                         llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, llvm::raw_ostream& out);
llvm::Error DumpModuleTypes(const std::string& module, llvm::ArrayRef<std::string> paths,
                            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, llvm::raw_ostream& out);

}  // namespace instc::go

#endif  // INSTC_TESTS_GOAPI_DUMP_DUMP_H
