// instc-go-dump: prints what compiler/go knows about Go source; ctest compares it with the oracle.
//
//   instc-go-dump decls DIR...              declarations of all files of directories
//   instc-go-dump types PATH...             packages of the standard library
//   instc-go-dump listed LISTING PATH...    packages of what `go list -deps -json` printed to a file
//   instc-go-dump module M@VERSION PATH...  packages of a module (downloads it when it is missing)
//   instc-go-dump resolve PATH...           resolves all of them and prints a number
//   instc-go-dump files MINOR TAGS DIR...   files that a build of Go 1.MINOR chooses
//
// GOOS, GOARCH and CGO_ENABLED of the environment choose the files.
#include "dsl/base/result.h"
#include "tests/goapi/dump/dump.h"

namespace {

llvm::Error Run(const std::string& mode, llvm::ArrayRef<std::string> args) {
  auto fs = llvm::vfs::getRealFileSystem();
  if (mode == "decls") return instc::go::DumpDecls(args, *fs, llvm::outs());
  if (mode == "types") return instc::go::DumpStdTypes(args, fs, llvm::outs());
  if (mode == "listed") return instc::go::DumpListedTypes(args.front(), args.drop_front(), fs, llvm::outs());
  if (mode == "module") return instc::go::DumpModuleTypes(args.front(), args.drop_front(), fs, llvm::outs());
  if (mode == "resolve") return instc::go::ResolveStd(args, fs, llvm::outs());
  if (mode == "files") return instc::go::DumpFiles(args, *fs, llvm::outs());
  return instc::Fail("unknown mode {0}", mode);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2) {
    llvm::errs() << "usage: instc-go-dump decls DIR... | types PATH... | listed LISTING PATH... |\n"
                    "       instc-go-dump module M@VERSION PATH... | files MINOR TAGS DIR...\n";
    return 2;
  }
  llvm::Error error = Run(args.front(), llvm::makeArrayRef(args).drop_front());
  if (!error) return 0;
  llvm::errs() << "instc-go-dump: " << llvm::toString(std::move(error)) << "\n";
  return 1;
}
