// One package: its files, its scope and its imports. Built from parsed files; nothing is resolved until
// asked.
#ifndef INSTC_COMPILER_GO_TYPES_PACKAGE_H
#define INSTC_COMPILER_GO_TYPES_PACKAGE_H

#include <memory>
#include <string>
#include <vector>

#include "compiler/go/syntax/ast.h"
#include "compiler/go/types/object.h"
#include "compiler/go/types/type_context.h"
#include "dsl/diagnostics/emitter.h"

namespace instc::go {

/// Finds packages for import declarations. `from` is the importing package (std has vendored imports).
class Importer {
 public:
  virtual ~Importer() = default;
  /// Null when there is no such package; the importer keeps the reason.
  virtual const Package* Import(llvm::StringRef path, const Package& from) = 0;
  /// Where errors in declarations are reported; null: nowhere.
  virtual diag::Emitter* emitter() { return nullptr; }
};

class Package {
 public:
  /// Takes over parsed files; their buffers, the context and the importer must outlive the package.
  Package(std::string path, std::vector<File> files, TypeContext& context, Importer& importer);
  ~Package();
  Package(const Package&) = delete;
  Package& operator=(const Package&) = delete;

  const std::string& path() const { return path_; }
  const std::string& name() const { return name_; }
  const std::vector<File>& files() const { return files_; }
  TypeContext& context() const { return *context_; }
  bool has_errors() const;  ///< some file did not parse cleanly

  /// The package-level object of that name, exported or not; null when there is none. Predeclared names are
  /// not included.
  const Object* Lookup(llvm::StringRef name) const;
  /// Package-level names, sorted.
  const std::vector<llvm::StringRef>& Names() const;
  /// What `name` means at package level of any file: scope, then imports of its files, then dot imports, then
  /// the universe.
  const Object* Resolve(llvm::StringRef name) const;
  /// The import that some file gives this local name (declared or the package's own), null when there is
  /// none.
  const PackageName* LookupImport(llvm::StringRef name) const;
  /// Import paths of all files, sorted, without duplicates.
  const std::vector<std::string>& ImportPaths() const;

  /// A declared method, by receiver type name; null when there is none. Interface methods are found through
  /// types.
  const Func* Method(llvm::StringRef type_name, llvm::StringRef method_name) const;
  /// Every function and method with a declaration, in file and source order.
  const std::vector<const Func*>& Functions() const;

  /// The type of an expression as written in this package's source, at package level of `file`.
  const Type* TypeOf(const Expr& expr, const File& file) const;

  Resolver& resolver() const { return *resolver_; }

 private:
  std::string path_;
  std::string name_;
  std::vector<File> files_;
  TypeContext* context_;
  std::unique_ptr<Resolver> resolver_;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_PACKAGE_H
