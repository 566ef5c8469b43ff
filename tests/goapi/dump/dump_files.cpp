// Which files of a folder a build chooses, in the text form of tests/goapi/oracle/files.go.
#include "compiler/go/load/go_dir.h"
#include "llvm/ADT/StringExtras.h"
#include "tests/goapi/dump/dump.h"

namespace instc::go {

llvm::Error DumpFiles(llvm::ArrayRef<std::string> args, llvm::vfs::FileSystem& fs, llvm::raw_ostream& out) {
  BuildContext context = ContextFromEnvironment();
  if (args.size() < 3 || llvm::StringRef(args[0]).getAsInteger(10, context.go_minor))
    return Fail("usage: files MINOR TAGS DIR...");
  if (args[1] != "-") {
    llvm::SmallVector<llvm::StringRef, 4> tags;
    llvm::StringRef(args[1]).split(tags, ',');
    for (llvm::StringRef tag : tags) context.tags.push_back(tag.str());
  }
  for (const std::string& dir : args.drop_front(2)) {
    Result<std::vector<std::string>> files = SelectGoFiles(fs, dir, context);
    if (!files) return files.takeError();
    out << "package " << dir << "\nfiles " << llvm::join(*files, " ") << "\n";
  }
  return llvm::Error::success();
}

}  // namespace instc::go
