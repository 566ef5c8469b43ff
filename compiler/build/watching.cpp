#include "compiler/build/watching.h"

#include <set>

#include "compiler/build/files.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::build {
namespace {

/// Whether it can take in packages that do not exist yet.
bool IsOpen(llvm::StringRef pattern) {
  return pattern.contains("...") || pattern == "all" || pattern == "work";
}

/// The project, and modules elsewhere that its go.work uses or its go.mod replaces.
std::set<std::string> LocalRoots(const Project& project, const Listing& listing) {
  std::set<std::string> roots = {project.root};
  for (const auto& [path, package] : listing) {
    const std::string& directory = package.module.dir;
    if (package.module.IsLocal() && !llvm::StringRef(directory).startswith(project.root + "/"))
      roots.insert(directory);
  }
  return roots;
}

std::set<std::string> FilesOf(const Project& project, const Listing& listing) {
  std::set<std::string> paths = {project.edited_file};
  for (const char* name : {"go.mod", "go.sum", "go.work", "go.work.sum", "vendor", "vendor/modules.txt"})
    paths.insert(JoinPath(project.root, name));
  for (const auto& [path, package] : listing) {
    if (!MayChange(package, project)) continue;
    if (!package.module.dir.empty()) paths.insert(JoinPath(package.module.dir, "go.mod"));
    paths.insert(package.dir);
    for (const std::string& file : GoFilesOf(package.dir)) paths.insert(file);
  }
  return paths;
}

}  // namespace

bool MayChange(const Listed& package, const Project& project) {
  if (package.is_std) return false;
  return package.module.path.empty() || package.module.IsLocal() ||
         llvm::StringRef(package.dir).startswith(project.root + "/");
}

std::optional<std::vector<Watched>> WatchInputs(const Project& project, const Listing& listing,
                                                const std::vector<std::string>& patterns,
                                                std::vector<std::string> more) {
  std::set<std::string> paths = FilesOf(project, listing);
  paths.insert(more.begin(), more.end());
  std::vector<Watched> watched;
  for (const std::string& path : paths) {
    if (!path.empty()) watched.push_back(Observe(path));
  }
  if (!llvm::any_of(patterns, IsOpen)) return watched;
  for (const std::string& root : LocalRoots(project, listing)) {
    std::optional<std::vector<std::string>> directories = PackageDirectories(root);
    if (!directories) return std::nullopt;
    for (const std::string& directory : *directories) watched.push_back(Observe(directory));
  }
  return watched;
}

}  // namespace instc::build
