// Packages as compiler/go resolves them, in the text form of tests/goapi/oracle/types.go.
#include <algorithm>
#include <set>

#include "compiler/go/load/program.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/type_string.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "tests/goapi/dump/dump.h"

namespace instc::go {
namespace {

std::string ByPath(const Type* type) {
  return TypeString(type, QualifyByPath);
}
llvm::StringRef Bool(bool value) {
  return value ? "true" : "false";
}

class TypeDumper {
 public:
  TypeDumper(const Package& package, llvm::raw_ostream& out) : package_(package), out_(out) {}

  void Run() {
    out_ << "package " << package_.path() << " " << package_.name() << "\n";
    for (llvm::StringRef name : package_.Names()) Dump(package_.Lookup(name));
  }

 private:
  void Dump(const Object* object) {
    if (const auto* constant = llvm::dyn_cast<Const>(object)) {
      out_ << "const " << object->name() << " " << ByPath(object->type()) << " = ";
      const auto* basic = UnderlyingAs<BasicType>(object->type());
      bool too_big =
          basic != nullptr && basic->IsInteger() && constant->value().kind() == ConstValue::Kind::kFloat;
      Value(too_big ? ConstValue() : constant->value());
      out_ << "\n";
    } else if (llvm::isa<Var>(object)) {
      out_ << "var " << object->name() << " " << ByPath(object->type()) << "\n";
    } else if (llvm::isa<Func>(object)) {
      out_ << "func " << object->name() << " " << ByPath(object->type()) << "\n";
    } else if (const auto* name = llvm::dyn_cast<TypeName>(object)) {
      Dump(*name);
    }
  }

  void Value(const ConstValue& value) {
    switch (value.kind()) {
      case ConstValue::Kind::kString:
        out_ << llvm::toHex(value.string_value(), true);
        return;
      case ConstValue::Kind::kFloat:
        out_ << llvm::format("%.17g", value.float_value());
        return;
      case ConstValue::Kind::kUnknown:
      case ConstValue::Kind::kBool:
      case ConstValue::Kind::kInt:
        out_ << value.ToString();
        return;
    }
  }

  void Dump(const TypeName& name) {
    if (const auto* alias = llvm::dyn_cast<Alias>(name.type())) {
      out_ << "type " << name.name() << " = " << ByPath(alias->Aliased()) << "\n";
      return;
    }
    out_ << "type " << ByPath(name.type()) << " " << ByPath(Underlying(name.type()))
         << " comparable=" << Bool(Comparable(name.type())) << "\n";
    Methods(name, name.type(), "");
    Methods(name, context_.Pointer(name.type()), "*");
    Selectors(name);
  }

  void Methods(const TypeName& name, const Type* type, llvm::StringRef star) {
    std::vector<std::string> lines;
    for (const MethodSetEntry& entry : MethodSet(type)) {
      lines.push_back((entry.method->name() + SignatureString(*entry.method->signature(), QualifyByPath) +
                       " embedded=" + llvm::utostr(entry.selection.path.size()))
                          .str());
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out_ << "  method (" << star << name.name() << ") " << line << "\n";
  }

  void Selectors(const TypeName& name) {
    const auto* type = UnderlyingAs<StructType>(name.type());
    if (type == nullptr) return;
    std::set<llvm::StringRef> names;
    for (const Var* field : type->fields) {
      if (!field->embedded()) continue;
      const auto* pointer = UnderlyingAs<PointerType>(field->type());
      const auto* inner = UnderlyingAs<StructType>(pointer != nullptr ? pointer->element : field->type());
      if (inner == nullptr) continue;
      for (const Var* promoted : inner->fields) names.insert(promoted->name());
    }
    std::vector<std::string> lines;
    for (llvm::StringRef promoted : names) lines.push_back(promoted.str() + Selected(name, promoted));
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out_ << "  selector " << line << "\n";
  }

  std::string Selected(const TypeName& name, llvm::StringRef member) {
    Selection selection = LookupFieldOrMethod(name.type(), member, &package_);
    if (!selection.found()) {
      return (" none ambiguous=" + Bool(selection.kind == Selection::Kind::kAmbiguous)).str();
    }
    bool indirect = selection.through_pointer || llvm::any_of(selection.path, [](const SelectionStep& step) {
                      return step.through_pointer;
                    });
    return (" " + ByPath(selection.type) + " embedded=" + llvm::utostr(selection.path.size()) +
            " indirect=" + Bool(indirect))
        .str();
  }

  const Package& package_;
  llvm::raw_ostream& out_;
  TypeContext context_;
};

llvm::Error DumpPackages(PackageResolver& resolver, llvm::ArrayRef<std::string> paths,
                         llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, llvm::raw_ostream& out) {
  Program program(resolver, std::move(fs));
  for (const std::string& path : paths) {
    Result<const Package*> package = program.Load(path);
    if (!package) return package.takeError();
    TypeDumper(**package, out).Run();
  }
  for (const std::string& failed : program.failed_imports())
    llvm::errs() << "import failed: " << failed << "\n";
  if (!program.diagnostics().empty()) return Fail("{0} syntax errors", program.diagnostics().size());
  return llvm::Error::success();
}

Result<GoInstallation> FindInstalledGo(BuildContext& context) {
  Result<GoInstallation> go = FindGo("go", HostProcessRunner());
  context.cgo_enabled = false;
  return go;
}

}  // namespace

llvm::Error DumpStdTypes(llvm::ArrayRef<std::string> paths,
                         llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, llvm::raw_ostream& out) {
  BuildContext context;
  Result<GoInstallation> go = FindInstalledGo(context);
  if (!go) return go.takeError();
  StdResolver resolver(go->goroot, context, fs);
  return DumpPackages(resolver, paths, fs, out);
}

llvm::Error DumpModuleTypes(const std::string& module, llvm::ArrayRef<std::string> paths,
                            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fs, llvm::raw_ostream& out) {
  BuildContext context;
  Result<GoInstallation> go = FindInstalledGo(context);
  if (!go) return go.takeError();
  auto [path, version] = llvm::StringRef(module).split('@');
  ModuleResolver::Options options{*go, context, true};
  ModuleResolver resolver({path.str(), version.str()}, options, fs, HostProcessRunner());
  return DumpPackages(resolver, paths, fs, out);
}

}  // namespace instc::go
