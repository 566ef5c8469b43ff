// Packages as compiler/go resolves them, in the text form of tests/goapi/oracle/types.go.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "compiler/go/load/semver.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "tests/goapi/dump/dump.h"

namespace instc::go {

std::string ByPath(const Type* type) {
  std::string text = TypeString(type, QualifyByPath);
  return text == "interface{}" ? "any" : text;  // as the oracle has it
}
llvm::StringRef Bool(bool value) {
  return value ? "true" : "false";
}

const std::vector<const TypeParam*>& TypeParamsOf(const Type* generic) {
  static const std::vector<const TypeParam*> kNone;
  if (const auto* named = llvm::dyn_cast<Named>(generic))
    return named->IsGeneric() ? named->type_params() : kNone;
  if (const auto* alias = llvm::dyn_cast<Alias>(generic))
    return alias->type_args().empty() ? alias->type_params() : kNone;
  if (const auto* signature = llvm::dyn_cast<SignatureType>(generic)) return signature->type_params;
  return kNone;
}

bool IsGenericType(const Type* type) {
  return !TypeParamsOf(type).empty();
}

std::string TypeParamsText(const std::vector<const TypeParam*>& params) {
  std::string text;
  for (const TypeParam* param : params) {
    text += ("[" + param->object()->name() + " " + ByPath(param->Constraint()) + "]").str();
  }
  return text;
}

void DumpTypeFacts(PackageDump& dump, llvm::StringRef name, const Type* type) {
  const Type* underlying = Underlying(type);
  dump.out << "type " << ByPath(type) << " " << ByPath(underlying)
           << " comparable=" << Bool(Comparable(type));
  if (const auto* interface = llvm::dyn_cast<InterfaceType>(underlying)) {
    dump.out << " methods=" << interface->AllMethods().size()
             << " constraint=" << Bool(interface->IsConstraintOnly());
  }
  dump.out << "\n";
  for (llvm::StringRef star : {"", "*"}) {
    const Type* receiver = star.empty() ? type : dump.context.Pointer(type);
    std::vector<std::string> lines;
    for (const MethodSetEntry& entry : MethodSet(receiver)) {
      lines.push_back((entry.method->name() + SignatureString(*entry.method->signature(), QualifyByPath) +
                       " embedded=" + llvm::utostr(entry.selection.path.size()))
                          .str());
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) dump.out << "  method (" << star << name << ") " << line << "\n";
  }
}

namespace {

constexpr int kMaxEmbedding = 8;

void Reachable(const Type* type, std::set<llvm::StringRef>& names, std::set<const Object*>& seen, int depth) {
  if (const Type* pointee = Pointee(type)) type = pointee;
  if (const auto* named = TypeAs<Named>(type)) {
    if (depth > kMaxEmbedding || !seen.insert(named->object()).second) return;
    for (const Func* method : named->methods()) names.insert(method->name());
  }
  if (const auto* structure = UnderlyingAs<StructType>(type)) {
    for (const Var* field : structure->fields) {
      names.insert(field->name());
      if (field->embedded()) Reachable(field->type(), names, seen, depth + 1);
    }
  } else if (const auto* interface = UnderlyingAs<InterfaceType>(type)) {
    for (const Func* method : interface->AllMethods()) names.insert(method->name());
  }
}

std::string ValueText(const ConstValue& value, const Type* type) {
  const auto* basic = UnderlyingAs<BasicType>(type);
  if (basic == nullptr || !value.known()) return "unknown";
  if (basic->IsString()) return llvm::toHex(value.string_value(), true);
  if (basic->IsBoolean() || basic->IsInteger()) return value.ToString();
  auto text_of = [](const Rational& part) -> std::string {
    std::optional<double> number = ConstValue::Fraction(part).AsDouble();
    if (!number.has_value()) return "unknown";
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.17g", *number);
    return text;
  };
  return text_of(value.real()) + (basic->IsComplex() ? " " + text_of(value.imaginary()) + "i" : "");
}

class ObjectDumper {
 public:
  explicit ObjectDumper(PackageDump& dump) : dump_(dump), out_(dump.out) {}

  void Run() {
    const Package& package = dump_.package;
    out_ << "package " << package.path() << " " << package.name() << "\n";
    for (llvm::StringRef name : package.Names()) {
      const auto* type = llvm::dyn_cast<TypeName>(package.Lookup(name));
      if (type != nullptr && !type->is_alias() && !IsGenericType(type->type()) && IsInterface(type->type()))
        dump_.own.push_back({name.str(), type->type()});
    }
    for (llvm::StringRef name : package.Names()) Dump(package.Lookup(name));
    DumpRelations(dump_);
  }

 private:
  void Dump(const Object* object) {
    if (const auto* constant = llvm::dyn_cast<Const>(object)) {
      out_ << "const " << object->name() << " " << ByPath(object->type()) << " = "
           << ValueText(constant->value(), object->type()) << "\n";
    } else if (llvm::isa<Var>(object)) {
      out_ << "var " << object->name() << " " << ByPath(object->type()) << "\n";
    } else if (const auto* func = llvm::dyn_cast<Func>(object)) {
      out_ << "func " << object->name() << " " << ByPath(object->type()) << "\n";
      if (func->signature()->type_params.empty()) return;
      DumpInstances(dump_, object->name(), func->signature());
      DumpGenericRelations(dump_, *func->signature());
    } else if (const auto* name = llvm::dyn_cast<TypeName>(object)) {
      Dump(*name);
    }
  }

  void Dump(const TypeName& name) {
    if (const auto* alias = llvm::dyn_cast<Alias>(name.type())) {
      out_ << "type " << name.name() << TypeParamsText(alias->type_params()) << " = "
           << ByPath(alias->Aliased()) << "\n";
      if (IsGenericType(alias)) DumpInstances(dump_, name.name(), alias);
      return;
    }
    DumpTypeFacts(dump_, name.name(), name.type());
    Selectors(name.type());
    if (!IsGenericType(name.type())) return DumpImplements(dump_, name);
    DumpInstances(dump_, name.name(), name.type());
    for (const Func* method : llvm::cast<Named>(name.type())->methods())
      DumpGenericRelations(dump_, *method->signature());
  }

  void Selectors(const Type* type) {
    const auto* structure = UnderlyingAs<StructType>(type);
    if (structure == nullptr) return;
    std::set<llvm::StringRef> names;
    for (const Var* field : structure->fields) {
      std::set<const Object*> seen;
      if (field->embedded()) Reachable(field->type(), names, seen, 0);
    }
    std::vector<std::string> lines;
    for (llvm::StringRef name : names) lines.push_back(name.str() + Selected(type, name));
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out_ << "  selector " << line << "\n";
  }

  std::string Selected(const Type* type, llvm::StringRef member) {
    Selection selection = LookupFieldOrMethod(type, member, &dump_.package);
    if (!selection.found()) {
      return (" none ambiguous=" + Bool(selection.kind == Selection::Kind::kAmbiguous)).str();
    }
    bool indirect =
        selection.through_pointer || (selection.pointer_receiver && !selection.needs_addressable) ||
        llvm::any_of(selection.path, [](const SelectionStep& step) { return step.through_pointer; });
    return (" " + ByPath(selection.type) + " field=" + Bool(selection.kind == Selection::Kind::kField) +
            " embedded=" + llvm::utostr(selection.path.size()) + " indirect=" + Bool(indirect))
        .str();
  }

  PackageDump& dump_;
  llvm::raw_ostream& out_;
};

constexpr const char* kWellKnown[] = {
    "io.Reader",
    "io.Writer",
    "io.Closer",
    "io.ReadWriteCloser",
    "io.ReaderFrom",
    "io.WriterTo",
    "io.StringWriter",
    "io.ReaderAt",
    "io.Seeker",
    "io/fs.FS",
    "io/fs.FileInfo",
    "fmt.Stringer",
    "fmt.Formatter",
    "fmt.Scanner",
    "context.Context",
    "sort.Interface",
    "encoding.TextMarshaler",
    "encoding.BinaryUnmarshaler",
    "encoding/json.Marshaler",
    "encoding/json.Unmarshaler",
    "net.Conn",
    "net.Error",
    "net.Addr",
    "net.Listener",
    "net/http.Handler",
    "net/http.RoundTripper",
    "net/http.ResponseWriter",
    "database/sql/driver.Conn",
    "database/sql/driver.Driver",
    "database/sql/driver.Valuer",
    "database/sql.Scanner",
    "sync.Locker",
    "flag.Value",
    "hash.Hash",
    "reflect.Type",
    "log/slog.Handler",
    "log/slog.LogValuer",
};

Result<std::vector<NamedInterface>> WellKnown(Program& program) {
  std::vector<NamedInterface> known = {{"any", AnyType()}, {"error", ErrorType()}};
  for (llvm::StringRef name : kWellKnown) {
    auto [path, type] = name.rsplit('.');
    Result<const Package*> package = program.Load(path);
    if (!package) return package.takeError();
    const Object* object = (*package)->Lookup(type);
    if (object == nullptr) return Fail("there is no {0}", name);
    known.push_back({name.str(), object->type()});
  }
  return known;
}

llvm::Error DumpPackages(PackageResolver& resolver, llvm::ArrayRef<std::string> paths, FileSystem fs,
                         llvm::raw_ostream& out) {
  Program program(resolver, std::move(fs));
  Result<std::vector<NamedInterface>> known = WellKnown(program);
  if (!known) return known.takeError();
  TypeContext context;
  for (const std::string& path : paths) {
    Result<const Package*> package = program.Load(path);
    if (!package) return package.takeError();
    PackageDump dump{**package, *known, {}, context, out};
    ObjectDumper(dump).Run();
  }
  for (const std::string& failed : program.failed_imports())
    llvm::errs() << "import failed: " << failed << "\n";
  if (!program.diagnostics().empty()) return Fail("{0} syntax errors", program.diagnostics().size());
  return llvm::Error::success();
}

}  // namespace

BuildContext ContextFromEnvironment() {
  BuildContext context;
  auto set = [](const char* name, std::string& value) {
    const char* text = std::getenv(name);
    if (text != nullptr && *text != '\0') value = text;
  };
  std::string cgo = "0";
  set("GOOS", context.goos);
  set("GOARCH", context.goarch);
  set("CGO_ENABLED", cgo);
  context.cgo_enabled = cgo == "1";
  return context;
}

namespace {

/// The environment's context, with the tags of that Go.
BuildContext ContextFor(const GoInstallation& go) {
  BuildContext context = ContextFromEnvironment();
  context.go_minor = GoMinor(go.version);
  return context;
}

}  // namespace

llvm::Error DumpStdTypes(llvm::ArrayRef<std::string> paths, FileSystem fs, llvm::raw_ostream& out) {
  Result<GoInstallation> go = FindGo("go", HostProcessRunner());
  if (!go) return go.takeError();
  StdResolver resolver(go->goroot, ContextFor(*go), fs);
  return DumpPackages(resolver, paths, fs, out);
}

namespace {

std::vector<std::string> Strings(const llvm::json::Object& object, llvm::StringRef key) {
  std::vector<std::string> strings;
  const llvm::json::Array* array = object.getArray(key);
  if (array == nullptr) return strings;
  for (const llvm::json::Value& value : *array) strings.push_back(value.getAsString().getValueOr("").str());
  return strings;
}

ListedPackage ListedPackageOf(const llvm::json::Object& object) {
  ListedPackage listed;
  listed.dir = object.getString("Dir").getValueOr("").str();
  listed.files = Strings(object, "GoFiles");
  for (std::string& file : Strings(object, "CgoFiles")) listed.files.push_back(std::move(file));
  if (const llvm::json::Object* map = object.getObject("ImportMap")) {
    for (const auto& [from, to] : *map) listed.import_map[from.str()] = to.getAsString().getValueOr("").str();
  }
  return listed;
}

// The file is one JSON object after another, each ending in a line of a lone brace.
Result<std::map<std::string, ListedPackage>> ReadListing(const std::string& path, llvm::vfs::FileSystem& fs) {
  auto buffer = fs.getBufferForFile(path);
  if (!buffer) return Fail("cannot read {0}", path);
  std::map<std::string, ListedPackage> packages;
  llvm::StringRef rest = (*buffer)->getBuffer();
  while (!rest.trim().empty()) {
    auto [text, tail] = rest.split("\n}\n");
    rest = tail;
    llvm::Expected<llvm::json::Value> value = llvm::json::parse((text + "\n}").str());
    if (!value) return value.takeError();
    const llvm::json::Object* object = value->getAsObject();
    if (object == nullptr) return Fail("{0}: not a listing", path);
    packages[object->getString("ImportPath").getValueOr("").str()] = ListedPackageOf(*object);
  }
  return packages;
}

}  // namespace

llvm::Error DumpListedTypes(const std::string& listing, llvm::ArrayRef<std::string> paths, FileSystem fs,
                            llvm::raw_ostream& out) {
  Result<std::map<std::string, ListedPackage>> packages = ReadListing(listing, *fs);
  if (!packages) return packages.takeError();
  ListedResolver resolver(std::move(*packages));
  return DumpPackages(resolver, paths, fs, out);
}

llvm::Error DumpModuleTypes(const std::string& module, llvm::ArrayRef<std::string> paths, FileSystem fs,
                            llvm::raw_ostream& out) {
  Result<GoInstallation> go = FindGo("go", HostProcessRunner());
  if (!go) return go.takeError();
  auto [path, version] = llvm::StringRef(module).split('@');
  ModuleResolver::Options options{*go, ContextFor(*go), true};
  ModuleResolver resolver({path.str(), version.str()}, options, fs, HostProcessRunner());
  return DumpPackages(resolver, paths, fs, out);
}

namespace {

size_t ResolveType(const Type* type) {
  const Type* underlying = Underlying(type);
  size_t count = 1;
  if (const auto* structure = llvm::dyn_cast<StructType>(underlying)) {
    for (const Var* field : structure->fields) count += field->type() != nullptr ? 1 : 0;
  } else if (const auto* interface = llvm::dyn_cast<InterfaceType>(underlying)) {
    for (const Func* method : interface->AllMethods()) count += ResolveType(method->signature());
  } else if (const auto* signature = llvm::dyn_cast<SignatureType>(underlying)) {
    for (const Var* var : signature->params) count += var->type() != nullptr ? 1 : 0;
    for (const Var* var : signature->results) count += var->type() != nullptr ? 1 : 0;
  }
  return count;
}

}  // namespace

llvm::Error ResolveStd(llvm::ArrayRef<std::string> paths, FileSystem fs, llvm::raw_ostream& out) {
  Result<GoInstallation> go = FindGo("go", HostProcessRunner());
  if (!go) return go.takeError();
  StdResolver resolver(go->goroot, ContextFor(*go), fs);
  Program program(resolver, fs);
  size_t count = 0;
  for (const std::string& path : paths) {
    Result<const Package*> package = program.Load(path);
    if (!package) return package.takeError();
    for (llvm::StringRef name : (*package)->Names()) {
      const Object* object = (*package)->Lookup(name);
      count += ResolveType(object->type());
      if (const auto* constant = llvm::dyn_cast<Const>(object)) count += constant->value().known() ? 1 : 0;
    }
    for (const Func* func : (*package)->Functions()) count += ResolveType(func->signature());
  }
  out << count << " declarations and parts\n";
  return llvm::Error::success();
}

}  // namespace instc::go
