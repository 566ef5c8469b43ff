// Runtime patches as they stand in the source tree: one `NAME.patch.json` per patch, with the added Go files
// beside it, so that they can be read and edited as Go.
#include <algorithm>

#include "compiler/pack/pack.h"
#include "compiler/pack/pack_json.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace instc::pack {
namespace {

Result<std::string> ReadText(llvm::vfs::FileSystem& files, llvm::StringRef path) {
  auto buffer = files.getBufferForFile(path);
  if (!buffer) return Fail("{0}: {1}", path, buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

Result<std::vector<std::string>> PatchNames(llvm::vfs::FileSystem& files, llvm::StringRef directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (llvm::vfs::directory_iterator it = files.dir_begin(directory, error), end; it != end && !error;
       it.increment(error)) {
    if (it->path().endswith(".patch.json")) names.push_back(it->path().str());
  }
  if (error) return Fail("{0}: {1}", directory, error.message());
  std::sort(names.begin(), names.end());
  return names;
}

/// `files` of a patch file hold names of files beside it.
PatchFile ReadFileName(JsonReader& in) {
  in.OnlyKeys({"name", "from"});
  return {in.String("name"), in.String("from")};
}

Result<Patch> LoadPatch(llvm::vfs::FileSystem& files, llvm::StringRef path) {
  Result<std::string> text = ReadText(files, path);
  if (!text) return text.takeError();
  Result<nlohmann::json> document = ParseJson(*text, path);
  if (!document) return document.takeError();
  JsonProblem problem;
  JsonReader in(*document, problem);
  in.OnlyKeys({"package", "go", "edits", "files"});
  Patch patch{in.String("package"), in.List("go", ReadBound), in.List("edits", ReadPatchEdit),
              in.List("files", ReadFileName)};
  if (problem.found()) return Fail("{0}: {1}", path, problem.text);
  for (PatchFile& file : patch.files) {
    llvm::SmallString<128> from(llvm::sys::path::parent_path(path));
    llvm::sys::path::append(from, file.text);
    Result<std::string> go_text = ReadText(files, from);
    if (!go_text) return go_text.takeError();
    file.text = std::move(*go_text);
  }
  return patch;
}

}  // namespace

Result<std::vector<Patch>> LoadPatches(llvm::vfs::FileSystem& files, llvm::StringRef directory) {
  Result<std::vector<std::string>> names = PatchNames(files, directory);
  if (!names) return names.takeError();
  std::vector<Patch> patches;
  for (const std::string& name : *names) {
    Result<Patch> patch = LoadPatch(files, name);
    if (!patch) return patch.takeError();
    patches.push_back(std::move(*patch));
  }
  return patches;
}

}  // namespace instc::pack
