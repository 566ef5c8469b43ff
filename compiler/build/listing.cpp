#include "compiler/build/listing.h"

#include <sstream>

#include "compiler/build/files.h"
#include "llvm/ADT/StringExtras.h"
#include "nlohmann/json.hpp"

namespace instc::build {
namespace {

using nlohmann::json;

std::string Text(const json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool Flag(const json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

void AppendTexts(const json& object, const char* key, std::vector<std::string>& out) {
  auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return;
  for (const json& element : *found) {
    if (element.is_string()) out.push_back(element.get<std::string>());
  }
}

bool HasElements(const json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_array() && !found->empty();
}

ListedModule ReadModule(const json& object) {
  ListedModule module;
  auto found = object.find("Module");
  if (found == object.end() || !found->is_object()) return module;
  module.path = Text(*found, "Path");
  module.version = Text(*found, "Version");
  module.dir = Text(*found, "Dir");
  module.go_version = Text(*found, "GoVersion");
  module.sum = Text(*found, "Sum");
  module.is_main = Flag(*found, "Main");
  auto replace = found->find("Replace");
  module.is_replaced = replace != found->end() && replace->is_object();
  if (module.is_replaced) module.replacement_version = Text(*replace, "Version");
  return module;
}

Listed ReadPackage(const json& object) {
  Listed package;
  package.path = Text(object, "ImportPath");
  package.name = Text(object, "Name");
  package.dir = Text(object, "Dir");
  AppendTexts(object, "GoFiles", package.files);
  AppendTexts(object, "CgoFiles", package.files);
  AppendTexts(object, "Imports", package.imports);
  AppendTexts(object, "TestImports", package.test_imports);
  AppendTexts(object, "XTestImports", package.test_imports);
  if (auto map = object.find("ImportMap"); map != object.end() && map->is_object()) {
    for (const auto& [from, to] : map->items()) {
      if (to.is_string()) package.import_map[from] = to.get<std::string>();
    }
  }
  package.module = ReadModule(object);
  package.is_std = Flag(object, "Standard");
  package.named = !Flag(object, "DepOnly");
  package.has_tests = HasElements(object, "TestGoFiles") || HasElements(object, "XTestGoFiles");
  return package;
}

bool IsTestVariant(const json& object) {
  std::string path = Text(object, "ImportPath");
  return !Text(object, "ForTest").empty() || llvm::StringRef(path).endswith("]") ||
         (Text(object, "Name") == "main" && llvm::StringRef(path).endswith(".test"));
}

}  // namespace

llvm::StringRef ListFields() {
  return "ImportPath,Name,Dir,GoFiles,CgoFiles,Imports,ImportMap,Module,Standard,DepOnly,ForTest,TestGoFiles,"
         "XTestGoFiles,TestImports,XTestImports";
}

std::string ModuleNews(llvm::StringRef said) {
  std::string news;
  for (llvm::StringRef line : llvm::split(said, '\n')) {
    llvm::StringRef rest = line;
    if (!rest.consume_front("go: ")) continue;
    const llvm::StringRef verb = rest.split(' ').first;
    if (verb == "downloading" || verb == "finding" || verb == "found" || verb == "added" ||
        verb == "upgraded")
      news += line.str() + "\n";
  }
  return news;
}

Result<Listing> ParseListing(const std::string& text) {
  Listing listing;
  std::istringstream in(text);
  // Reading JSON is one of the places where exceptions are caught.
  try {
    while (in >> std::ws && in.peek() != std::istringstream::traits_type::eof()) {
      json object;
      in >> object;
      if (!object.is_object() || Text(object, "ImportPath").empty() || IsTestVariant(object)) continue;
      Listed package = ReadPackage(object);
      listing.emplace(package.path, std::move(package));
    }
  } catch (const json::exception& error) {
    return Fail("cannot read what `go list` printed: {0}", error.what());
  }
  return listing;
}

Listed ListedOrStd(const Listing& listing, const std::string& goroot, const std::string& path) {
  auto found = listing.find(path);
  if (found != listing.end()) return found->second;
  Listed package;
  package.path = path;
  package.dir = JoinPath(goroot, "src/" + path);
  package.is_std = true;
  return package;
}

}  // namespace instc::build
