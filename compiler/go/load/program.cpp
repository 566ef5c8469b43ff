#include "compiler/go/load/program.h"

#include "compiler/go/load/parsed_files.h"
#include "compiler/go/syntax/parser.h"
#include "llvm/Support/Path.h"

namespace instc::go {

struct Program::Entry {
  PackageSource source;
  std::vector<std::unique_ptr<SourceBuffer>> buffers;
  std::unique_ptr<Package> package;
};

Program::Program(PackageResolver& resolver, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs,
                 Program* std_program, Limits limits)
    : resolver_(resolver), fs_(std::move(fs)), std_program_(std_program), limits_(limits) {}

Program::Program(PackageResolver& resolver, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs,
                 Program* std_program)
    : Program(resolver, std::move(fs), std_program, Limits{}) {}

Program::~Program() = default;

Result<const Package*> Program::Load(llvm::StringRef import_path) {
  if (std_program_ != nullptr && IsStdImportPath(import_path)) return std_program_->Load(import_path);
  auto known = entries_.find(import_path.str());
  if (known != entries_.end()) return known->second->package.get();
  Result<PackageSource> source = resolver_.Resolve(import_path, nullptr);
  if (!source) return source.takeError();
  return LoadResolved(std::move(*source));
}

const Package* Program::Import(llvm::StringRef path, const Package& from) {
  if (path == "C") return nullptr;
  const PackageSource* importer = SourceOf(from);
  bool std_importer = importer != nullptr && importer->is_std();
  if (std_program_ != nullptr && !std_importer && IsStdImportPath(path)) {
    Result<const Package*> loaded = std_program_->Load(path);
    if (loaded) return *loaded;
    failed_imports_.push_back((path + ": " + llvm::toString(loaded.takeError())).str());
    return nullptr;
  }
  Result<PackageSource> source = resolver_.Resolve(path, importer);
  Result<const Package*> loaded = source ? LoadResolved(std::move(*source)) : source.takeError();
  if (loaded) return *loaded;
  failed_imports_.push_back((path + ": " + llvm::toString(loaded.takeError())).str());
  return nullptr;
}

Result<std::unique_ptr<SourceBuffer>> Program::ReadFile(PackageSource& source, size_t index) {
  llvm::SmallString<256> path(source.dir);
  llvm::sys::path::append(path, source.files[index]);
  if (source.texts.empty()) return SourceBuffer::Read(*fs_, path);
  return SourceBuffer::FromString(path.str().str(), std::move(source.texts[index]));
}

File Program::Parse(const SourceBuffer& buffer) {
  const FileContent* known = parsed_files_ == nullptr ? nullptr : parsed_files_->Find(buffer.text());
  if (known == nullptr) return ParseFile(buffer, emitter_);
  File file;
  static_cast<FileContent&>(file) = *known;
  file.buffer = &buffer;
  return file;
}

Result<const Package*> Program::LoadResolved(PackageSource source) {
  auto known = entries_.find(source.path);
  if (known != entries_.end()) return known->second->package.get();
  if (entries_.size() >= limits_.max_packages) return Fail("more than {0} packages", limits_.max_packages);
  auto entry = std::make_unique<Entry>();
  entry->source = std::move(source);
  std::vector<File> files;
  for (size_t i = 0; i < entry->source.files.size(); ++i) {
    Result<std::unique_ptr<SourceBuffer>> buffer = ReadFile(entry->source, i);
    if (!buffer) return buffer.takeError();
    bytes_ += (*buffer)->size();
    if (bytes_ > limits_.max_bytes) return Fail("more than {0} bytes of Go source", limits_.max_bytes);
    entry->buffers.push_back(std::move(*buffer));
    files.push_back(Parse(*entry->buffers.back()));
  }
  entry->package = std::make_unique<Package>(entry->source.path, std::move(files), context_, *this);
  const Package* package = entry->package.get();
  by_package_[package] = entry.get();
  entries_[entry->source.path] = std::move(entry);
  return package;
}

const PackageSource* Program::SourceOf(const Package& package) const {
  auto it = by_package_.find(&package);
  if (it != by_package_.end()) return &it->second->source;
  return std_program_ != nullptr ? std_program_->SourceOf(package) : nullptr;
}

std::vector<SummaryFile> Program::AllFiles(const Package& package) {
  auto it = by_package_.find(&package);
  if (it == by_package_.end())
    return std_program_ != nullptr ? std_program_->AllFiles(package) : std::vector<SummaryFile>();
  Result<std::vector<SummaryFile>> files = resolver_.AllFiles(it->second->source);
  if (files) return std::move(*files);
  llvm::consumeError(files.takeError());
  return {};
}

}  // namespace instc::go
