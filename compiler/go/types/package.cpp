#include "compiler/go/types/package.h"

#include "compiler/go/types/resolver.h"
#include "compiler/go/types/universe.h"

namespace instc::go {

Package::Package(std::string path, std::vector<File> files, TypeContext& context, Importer& importer)
    : path_(std::move(path)),
      files_(std::move(files)),
      context_(&context),
      resolver_(std::make_unique<Resolver>(*this, importer)) {
  for (const File& file : files_) {
    if (name_.empty()) name_ = file.package_name.text.str();
  }
  if (files_.empty()) name_ = path_;
  resolver_->Declare();
}

Package::~Package() = default;

bool Package::has_errors() const {
  return llvm::any_of(files_, [](const File& file) { return file.has_errors; });
}

const Object* Package::Lookup(llvm::StringRef name) const {
  return path_ == "unsafe" ? LookupUnsafe(name) : resolver_->Lookup(name);
}

const std::vector<llvm::StringRef>& Package::Names() const {
  return path_ == "unsafe" ? UnsafeNames() : resolver_->names();
}

const Object* Package::Resolve(llvm::StringRef name) const {
  for (uint32_t file = 0; file < resolver_->FileCount(); ++file) {
    if (const Object* object = resolver_->ResolveName(name, file)) return object;
  }
  return LookupUniverse(name);
}

const PackageName* Package::LookupImport(llvm::StringRef name) const {
  for (uint32_t file = 0; file < resolver_->FileCount(); ++file) {
    if (const PackageName* import = resolver_->LikelyImportIn(file, name)) return import;
  }
  for (uint32_t file = 0; file < resolver_->FileCount(); ++file) {
    if (const PackageName* import = resolver_->ImportIn(file, name)) return import;
  }
  return nullptr;
}

const std::vector<std::string>& Package::ImportPaths() const {
  return resolver_->import_paths();
}

const Func* Package::Method(llvm::StringRef type_name, llvm::StringRef method_name) const {
  for (const Func* method : resolver_->MethodsOf(type_name)) {
    if (method->name() == method_name) return method;
  }
  return nullptr;
}

const std::vector<const Func*>& Package::Functions() const {
  return resolver_->functions();
}

const Type* Package::TypeOf(const Expr& expr, const File& file) const {
  auto index = static_cast<uint32_t>(&file - files_.data());
  return resolver_->TypeOf(expr, resolver_->FileScope(index));
}

}  // namespace instc::go
