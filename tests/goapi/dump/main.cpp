// instc-go-dump decls DIR... : prints what compiler/go knows; compared with the oracle by ctest.
#include "tests/goapi/dump/dump.h"

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2) {
    llvm::errs() << "usage: instc-go-dump decls DIR...\n";
    return 2;
  }
  auto fs = llvm::vfs::getRealFileSystem();
  llvm::ArrayRef<std::string> rest = llvm::makeArrayRef(args).drop_front();
  llvm::Error error = instc::go::DumpDecls(rest, *fs, llvm::outs());
  if (!error) return 0;
  llvm::errs() << "instc-go-dump: " << llvm::toString(std::move(error)) << "\n";
  return 1;
}
