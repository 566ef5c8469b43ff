// What instc knows about Go source, as text: the other half of tests/goapi/oracle.
#ifndef INSTC_TESTS_GOAPI_DUMP_DUMP_H
#define INSTC_TESTS_GOAPI_DUMP_DUMP_H

#include <string>
#include <vector>

#include "compiler/go/load/program.h"
#include "compiler/go/types/type_context.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace instc::go {

using FileSystem = llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>;

llvm::Error DumpDecls(llvm::ArrayRef<std::string> dirs, llvm::vfs::FileSystem& fs, llvm::raw_ostream& out);
llvm::Error DumpStdTypes(llvm::ArrayRef<std::string> paths, FileSystem fs, llvm::raw_ostream& out);
// Parses and resolves every declaration and prints how many there are: what tests/bench measures.
llvm::Error ResolveStd(llvm::ArrayRef<std::string> paths, FileSystem fs, llvm::raw_ostream& out);
llvm::Error DumpListedTypes(const std::string& listing, llvm::ArrayRef<std::string> paths, FileSystem fs,
                            llvm::raw_ostream& out);
llvm::Error DumpModuleTypes(const std::string& module, llvm::ArrayRef<std::string> paths, FileSystem fs,
                            llvm::raw_ostream& out);
llvm::Error DumpFiles(llvm::ArrayRef<std::string> args, llvm::vfs::FileSystem& fs, llvm::raw_ostream& out);

// The go command's idea of the target: GOOS, GOARCH and CGO_ENABLED (off unless "1") of the environment.
BuildContext ContextFromEnvironment();

std::string ByPath(const Type* type);
llvm::StringRef Bool(bool value);
bool IsGenericType(const Type* type);
const std::vector<const TypeParam*>& TypeParamsOf(const Type* generic);

struct NamedInterface {
  std::string name;
  const Type* type = nullptr;
};

// What all parts of the dump of one package work with.
struct PackageDump {
  const Package& package;
  const std::vector<NamedInterface>& known;  // interfaces that every type is asked about
  std::vector<NamedInterface> own;           // interfaces of the package's scope
  TypeContext& context;
  llvm::raw_ostream& out;
};

// A defined type or an instance of one: what it is, and the method sets of T and *T.
void DumpTypeFacts(PackageDump& dump, llvm::StringRef name, const Type* type);
std::string TypeParamsText(const std::vector<const TypeParam*>& params);
// Which type arguments satisfy the constraints, and what some of the instances are.
void DumpInstances(PackageDump& dump, llvm::StringRef name, const Type* generic);
// Identity, assignability, convertibility and comparability between types that the declarations mention.
void DumpRelations(PackageDump& dump);
void DumpGenericRelations(PackageDump& dump, const SignatureType& signature);
void DumpImplements(PackageDump& dump, const TypeName& name);

}  // namespace instc::go

#endif  // INSTC_TESTS_GOAPI_DUMP_DUMP_H
