#include "compiler/go/load/summary_store.h"

#include <algorithm>

#include "compiler/go/load/declaration_text.h"
#include "compiler/go/syntax/build_constraint.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

namespace instc::go {
namespace {

// Grows when a reader of an older instc would misread what is written.
constexpr llvm::StringLiteral kFormat = "instc-summary 2";
constexpr uint64_t kMaxObject = uint64_t{256} << 20;
constexpr size_t kMaxDirectories = 20000;
// A tenth larger than at zlib's usual 6, in half the time.
constexpr int kCompression = 4;
// zlib's data cannot expand more: a larger size is a lie, and no memory is spent on it.
constexpr uint64_t kMaxRatio = 1100;

std::string Sha256Hex(llvm::StringRef bytes) {
  const auto hash =
      llvm::SHA256::hash(llvm::makeArrayRef(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  return llvm::toHex(hash, /*LowerCase=*/true);
}

bool IsDigest(llvm::StringRef text) {
  return text.size() == 64 && llvm::all_of(text, [](char c) { return llvm::isHexDigit(c); });
}

// Written beside and renamed, so that nobody reads half a file.
llvm::Error WriteFile(const std::string& path, llvm::StringRef text) {
  if (std::error_code error = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path)))
    return Fail("cannot make the directory of {0}: {1}", path, error.message());
  return llvm::writeFileAtomically(path + ".%%%%%%%%", path, text);
}

// Text and 'z' or 'r' in front of what is stored.
std::string Pack(llvm::StringRef text) {
  if (llvm::zlib::isAvailable()) {
    llvm::SmallVector<char, 0> compressed;
    if (llvm::Error error = llvm::zlib::compress(text, compressed, kCompression))
      llvm::consumeError(std::move(error));
    else
      return "z" + std::string(compressed.data(), compressed.size());
  }
  return "r" + text.str();
}

std::optional<std::string> Unpack(llvm::StringRef stored, uint64_t size) {
  if (stored.consume_front("r")) return stored.size() == size ? std::optional(stored.str()) : std::nullopt;
  if (!stored.consume_front("z") || !llvm::zlib::isAvailable()) return std::nullopt;
  if (size / kMaxRatio > stored.size()) return std::nullopt;
  std::string text(size, '\0');
  size_t written = size;
  if (llvm::Error error = llvm::zlib::uncompress(stored, text.data(), written)) {
    llvm::consumeError(std::move(error));
    return std::nullopt;
  }
  if (written != size) return std::nullopt;
  return text;
}

// Paths and versions come from rule files and from other people's go.mod files.
bool StaysInside(const ModuleVersion& module) {
  const std::string key = module.path + "@" + module.version;
  return llvm::StringRef(key).find("..") == llvm::StringRef::npos && key.find('\n') == std::string::npos &&
         module.version.find('/') == std::string::npos && !module.path.empty() && module.path.front() != '/';
}

// `SIZE NAME` and a newline before each file.
void AppendFile(std::string& package, llvm::StringRef name, llvm::StringRef text) {
  package += std::to_string(text.size()) + " " + name.str() + "\n";
  package += text;
}

std::optional<std::vector<SummaryFile>> SplitFiles(llvm::StringRef package) {
  std::vector<SummaryFile> files;
  while (!package.empty()) {
    auto [head, rest] = package.split('\n');
    auto [size_text, name] = head.split(' ');
    uint64_t size = 0;
    if (size_text.getAsInteger(10, size) || size > rest.size() || name.empty()) return std::nullopt;
    files.push_back({name.str(), rest.take_front(size).str()});
    package = rest.drop_front(size);
  }
  return files;
}

bool TakesPart(llvm::StringRef name) {
  return name.endswith(".go") && !IsTestFileName(name) && !name.startswith("_") && !name.startswith(".") &&
         !name.contains('\n');
}

bool IsSkippedDirectory(llvm::StringRef name) {
  return name.startswith("_") || name.startswith(".") || name == "testdata";
}

// Go files and folders of one directory, sorted.
struct Listing {
  std::vector<std::string> files;
  std::vector<std::string> folders;
};

Listing List(llvm::vfs::FileSystem& fs, llvm::StringRef dir) {
  Listing listing;
  std::error_code error;
  for (auto it = fs.dir_begin(dir, error), end = llvm::vfs::directory_iterator(); !error && it != end;
       it.increment(error)) {
    const llvm::StringRef name = llvm::sys::path::filename(it->path());
    if (it->type() == llvm::sys::fs::file_type::directory_file) {
      if (!IsSkippedDirectory(name)) listing.folders.push_back(name.str());
    } else if (TakesPart(name)) {
      listing.files.push_back(name.str());
    }
  }
  std::sort(listing.files.begin(), listing.files.end());
  std::sort(listing.folders.begin(), listing.folders.end());
  return listing;
}

Result<std::string> PackageText(llvm::vfs::FileSystem& fs, const std::string& dir,
                                const std::vector<std::string>& files) {
  std::string package;
  for (const std::string& name : files) {
    auto buffer = fs.getBufferForFile(dir + "/" + name);
    if (!buffer) return Fail("cannot read {0}/{1}: {2}", dir, name, buffer.getError().message());
    AppendFile(package, name, DeclarationText((*buffer)->getBuffer()));
    if (package.size() > kMaxObject) return Fail("the Go files in {0} are too large", dir);
  }
  return package;
}

std::string IndexText(const ModuleVersion& module, const SummaryIndex& index) {
  std::string text = kFormat.str() + "\nmodule " + module.path + " " + module.version + "\n";
  text += "mod " + index.go_mod.digest + " " + std::to_string(index.go_mod.size) + "\n";
  for (const auto& [dir, object] : index.packages)
    text += "package " + object.digest + " " + std::to_string(object.size) + " " + dir + "\n";
  return text;
}

bool ParseObject(llvm::StringRef& line, ObjectRef& object) {
  auto [digest, rest] = line.split(' ');
  auto [size, tail] = rest.split(' ');
  line = tail;
  object.digest = digest.str();
  return IsDigest(digest) && !size.getAsInteger(10, object.size) && object.size <= kMaxObject;
}

std::optional<SummaryIndex> ParseIndex(llvm::StringRef text, const ModuleVersion& module) {
  SummaryIndex index;
  const size_t end = text.rfind("end ");
  if (end == llvm::StringRef::npos) return std::nullopt;
  index.digest = text.drop_front(end + 4).rtrim('\n').str();
  text = text.take_front(end);
  if (Sha256Hex(text) != index.digest || !text.consume_front(kFormat) ||
      !text.consume_front("\nmodule " + module.path + " " + module.version + "\nmod "))
    return std::nullopt;
  auto [mod, packages] = text.split('\n');
  if (!ParseObject(mod, index.go_mod)) return std::nullopt;
  while (!packages.empty()) {
    auto [line, rest] = packages.split('\n');
    packages = rest;
    ObjectRef object;
    if (!line.consume_front("package ") || !ParseObject(line, object)) return std::nullopt;
    index.packages.emplace(line.str(), std::move(object));
  }
  return index;
}

}  // namespace

std::string SummaryStore::IndexPath(const ModuleVersion& module) const {
  return directory_ + "/modules/" + EscapeModulePath(module.path) + "/@v/" + EscapeModulePath(module.version);
}

std::string SummaryStore::ObjectPath(const ObjectRef& object) const {
  return directory_ + "/objects/" + object.digest.substr(0, 2) + "/" + object.digest.substr(2);
}

Result<ObjectRef> SummaryStore::WriteObject(llvm::StringRef text) const {
  const std::string stored = Pack(text);
  ObjectRef object{Sha256Hex(stored), text.size()};
  const std::string path = ObjectPath(object);
  uint64_t size = 0;
  const bool same =
      !llvm::sys::fs::file_size(path, size) && size == stored.size() && ReadText(object).has_value();
  if (same) return object;
  if (llvm::Error error = WriteFile(path, stored)) return error;
  return object;
}

std::optional<std::string> SummaryStore::ReadText(const ObjectRef& object) const {
  auto buffer =
      llvm::MemoryBuffer::getFile(ObjectPath(object), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer || Sha256Hex((*buffer)->getBuffer()) != object.digest) return std::nullopt;
  return Unpack((*buffer)->getBuffer(), object.size);
}

std::optional<std::vector<SummaryFile>> SummaryStore::ReadPackage(const ObjectRef& object) const {
  const std::optional<std::string> text = ReadText(object);
  return text.has_value() ? SplitFiles(*text) : std::nullopt;
}

std::optional<SummaryIndex> SummaryStore::Find(const ModuleVersion& module) const {
  if (!StaysInside(module)) return std::nullopt;
  auto buffer = llvm::MemoryBuffer::getFile(IndexPath(module));
  if (!buffer) return std::nullopt;
  return ParseIndex((*buffer)->getBuffer(), module);
}

std::string SummaryStore::DigestOf(const ModuleVersion& module) const {
  if (!StaysInside(module)) return "";
  auto buffer = llvm::MemoryBuffer::getFile(IndexPath(module));
  if (!buffer) return "";
  const llvm::StringRef digest = (*buffer)->getBuffer().rtrim('\n').rsplit("end ").second;
  return IsDigest(digest) ? digest.str() : "";
}

Result<SummaryIndex> SummaryStore::Make(const ModuleVersion& module, llvm::vfs::FileSystem& fs,
                                        const std::string& source_dir, llvm::StringRef go_mod) const {
  if (!StaysInside(module)) return Fail("`{0}@{1}` is no module", module.path, module.version);
  SummaryIndex index;
  Result<ObjectRef> mod = WriteObject(go_mod);
  if (!mod) return mod.takeError();
  index.go_mod = std::move(*mod);
  std::vector<std::string> pending = {""};
  for (size_t i = 0; i < pending.size(); ++i) {
    if (i > kMaxDirectories) return Fail("{0} has more than {1} directories", source_dir, kMaxDirectories);
    const std::string dir = pending[i];
    const std::string path = dir.empty() ? source_dir : source_dir + "/" + dir;
    const Listing listing = List(fs, path);
    for (const std::string& folder : listing.folders)
      pending.push_back(dir.empty() ? folder : dir + "/" + folder);
    if (listing.files.empty()) continue;
    Result<std::string> text = PackageText(fs, path, listing.files);
    if (!text) return text.takeError();
    Result<ObjectRef> object = WriteObject(*text);
    if (!object) return object.takeError();
    index.packages.emplace(dir, std::move(*object));
  }
  const std::string text = IndexText(module, index);
  index.digest = Sha256Hex(text);
  if (llvm::Error error = WriteFile(IndexPath(module), text + "end " + index.digest + "\n")) return error;
  return index;
}

}  // namespace instc::go
