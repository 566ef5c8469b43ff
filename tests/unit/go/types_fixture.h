// Packages from text: a program over files held in memory, without GOROOT or network.
#ifndef INSTC_TESTS_UNIT_GO_TYPES_FIXTURE_H
#define INSTC_TESTS_UNIT_GO_TYPES_FIXTURE_H

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "compiler/go/load/program.h"
#include "compiler/go/types/type_string.h"
#include "llvm/Support/MemoryBuffer.h"

namespace instc::go {

class TypesTest : public ::testing::Test {
 protected:
  // Adds a package of one file before the program is asked for anything.
  void Add(const std::string& path, const std::string& text) {
    std::string dir = "/src/" + path;
    fs_->addFile(dir + "/x.go", 0, llvm::MemoryBuffer::getMemBufferCopy(text));
    ListedPackage listed;
    listed.dir = dir;
    listed.files = {"x.go"};
    packages_[path] = listed;
  }

  const Package& Load(const std::string& path) {
    if (program_ == nullptr) {
      resolver_ = std::make_unique<ListedResolver>(packages_);
      program_ = std::make_unique<Program>(*resolver_, fs_);
    }
    Result<const Package*> package = program_->Load(path);
    EXPECT_TRUE(static_cast<bool>(package));
    return **package;
  }

  // One package `p` with the declarations of `text`.
  const Package& P(const std::string& text) {
    Add("p", "package p\n" + text);
    return Load("p");
  }

  static const Type* TypeOf(const Package& package, llvm::StringRef name) {
    const Object* object = package.Lookup(name);
    EXPECT_NE(object, nullptr) << name.str();
    return object->type();
  }

  static std::string String(const Package& package, llvm::StringRef name) {
    return TypeString(TypeOf(package, name), &package);
  }

  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> fs_{new llvm::vfs::InMemoryFileSystem};
  std::map<std::string, ListedPackage> packages_;
  std::unique_ptr<ListedResolver> resolver_;
  std::unique_ptr<Program> program_;
};

}  // namespace instc::go

#endif  // INSTC_TESTS_UNIT_GO_TYPES_FIXTURE_H
