// A set of packages that see each other: reads, parses and keeps each once.
//
// Checking a rule against twenty versions of a library makes twenty Programs over one shared Program of the
// standard library: give it as `std_program`, and every std import is answered by it.
#ifndef INSTC_COMPILER_GO_LOAD_PROGRAM_H
#define INSTC_COMPILER_GO_LOAD_PROGRAM_H

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/go/load/package_source.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/type_context.h"
#include "dsl/diagnostics/consumers.h"
#include "dsl/source/source_buffer.h"

namespace instc::go {

class ParsedFiles;

class Program : public Importer {
 public:
  struct Limits {
    uint32_t max_packages = 5000;
    uint64_t max_bytes = uint64_t{512} << 20;  ///< of source text held at once
  };

  Program(PackageResolver& resolver, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, Program* std_program,
          Limits limits);
  Program(PackageResolver& resolver, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs,
          Program* std_program = nullptr);
  ~Program() override;

  /// Parses through `files`, which must outlive this. Call it before anything is loaded.
  void ShareFiles(ParsedFiles& files) { parsed_files_ = &files; }

  /// The package of that import path. Its own imports load when a question needs them. Syntax errors in it
  /// are kept with the package (has_errors); an Error is returned when there is no such package or it cannot
  /// be read.
  Result<const Package*> Load(llvm::StringRef import_path);

  const Package* Import(llvm::StringRef path, const Package& from) override;
  diag::Emitter* emitter() override { return &emitter_; }

  /// Where a loaded package came from; null when it was not loaded here or by the std program.
  const PackageSource* SourceOf(const Package& package) const;
  /// Every Go file of a loaded package but tests, those of other systems, too; none when they are not known.
  std::vector<SummaryFile> AllFiles(const Package& package);
  /// Imports that failed so far, as "path: reason", in the order they were met.
  const std::vector<std::string>& failed_imports() const { return failed_imports_; }
  /// Errors in loaded packages: of syntax, and what resolving met so far (problems.h).
  const std::vector<diag::Diagnostic>& diagnostics() const { return diagnostics_.diagnostics; }
  TypeContext& context() { return context_; }

 private:
  struct Entry;
  Result<const Package*> LoadResolved(PackageSource source);
  Result<std::unique_ptr<SourceBuffer>> ReadFile(PackageSource& source, size_t index);
  File Parse(const SourceBuffer& buffer);

  PackageResolver& resolver_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs_;
  Program* std_program_;
  Limits limits_;
  ParsedFiles* parsed_files_ = nullptr;  // null: every file is parsed here
  uint64_t bytes_ = 0;
  TypeContext context_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::map<const Package*, const Entry*> by_package_;  // lookups only
  std::vector<std::string> failed_imports_;
  diag::CollectingConsumer diagnostics_;
  diag::Emitter emitter_{diagnostics_};
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_PROGRAM_H
