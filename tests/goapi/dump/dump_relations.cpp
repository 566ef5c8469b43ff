// Relations between types, in the text form of tests/goapi/oracle/relations.go, which says how the pairs are
// chosen.
#include <algorithm>
#include <set>

#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/StringExtras.h"
#include "tests/goapi/dump/dump.h"

namespace instc::go {
namespace {

constexpr size_t kMaxPool = 300;
constexpr size_t kMaxOwn = 60;
constexpr size_t kMaxConstants = 24;
constexpr int kInterfaceKind = 8;

std::vector<const Type*> Basics(TypeContext& context) {
  std::vector<const Type*> pool;
  const Type* str = BasicTypeOf(Basic::kString);
  const Type* integer = BasicTypeOf(Basic::kInt);
  for (int basic = 0; basic <= static_cast<int>(Basic::kUntypedNil); ++basic)
    pool.push_back(BasicTypeOf(static_cast<Basic>(basic)));
  const Type* empty = context.NewType<StructType>(std::vector<const Var*>{}, std::vector<std::string>{});
  pool.insert(pool.end(),
              {ErrorType(), AnyType(), context.Slice(LookupUniverse("byte")->type()),
               context.Slice(LookupUniverse("rune")->type()), context.Slice(str), context.Map(str, str),
               context.Array(2, integer), context.Pointer(context.Array(4, BasicTypeOf(Basic::kUint8))),
               context.Chan(ChanDirection::kBoth, integer), context.Chan(ChanDirection::kSend, integer),
               context.Chan(ChanDirection::kReceive, integer), context.Pointer(integer),
               context.Signature({}, {}, false), empty, context.Pointer(empty)});
  return pool;
}

// Looks through aliases, not into what defined types consist of.
bool MentionsInvalid(const Type* type, int depth) {
  if (depth > 4) return false;
  auto in = [depth](const Type* part) { return MentionsInvalid(part, depth + 1); };
  auto in_vars = [&](const std::vector<const Var*>& vars) {
    return llvm::any_of(vars, [&](const Var* var) { return in(var->type()); });
  };
  type = Unalias(type);
  if (const auto* t = llvm::dyn_cast<PointerType>(type)) return in(t->element);
  if (const auto* t = llvm::dyn_cast<SliceType>(type)) return in(t->element);
  if (const auto* t = llvm::dyn_cast<ArrayType>(type)) return in(t->element);
  if (const auto* t = llvm::dyn_cast<ChanType>(type)) return in(t->element);
  if (const auto* t = llvm::dyn_cast<MapType>(type)) return in(t->key) || in(t->value);
  if (const auto* t = llvm::dyn_cast<SignatureType>(type)) return in_vars(t->params) || in_vars(t->results);
  if (const auto* t = llvm::dyn_cast<StructType>(type)) return in_vars(t->fields);
  return Underlying(type)->IsInvalid();
}

bool IsConstraint(const Type* type) {
  const auto* interface = UnderlyingAs<InterfaceType>(type);
  return interface != nullptr && !IsTypeParam(type) && interface->IsConstraintOnly();
}

class Pool {
 public:
  void Add(const Type* type) {
    if (MentionsInvalid(type, 0) || IsUntyped(type) || IsConstraint(type)) return;
    if (seen_.insert(ByPath(type)).second) types_.push_back(type);
  }
  void AddVars(const std::vector<const Var*>& vars) {
    for (const Var* var : vars) Add(var->type());
  }
  const std::vector<const Type*>& types() const { return types_; }

 private:
  std::vector<const Type*> types_;
  std::set<std::string> seen_;
};

void AddTypeName(const TypeName& name, TypeContext& context, Pool& pool) {
  if (IsGenericType(name.type())) return;
  pool.Add(name.type());
  pool.Add(context.Pointer(name.type()));
  pool.Add(Underlying(name.type()));
  if (const auto* structure = UnderlyingAs<StructType>(name.type())) pool.AddVars(structure->fields);
}

std::vector<const Type*> PackagePool(const PackageDump& dump) {
  Pool pool;
  for (llvm::StringRef name : dump.package.Names()) {
    const Object* object = dump.package.Lookup(name);
    if (llvm::isa<Var>(object) || llvm::isa<Const>(object)) {
      pool.Add(object->type());
    } else if (const auto* func = llvm::dyn_cast<Func>(object)) {
      if (!func->signature()->type_params.empty()) continue;
      pool.Add(func->signature());
      pool.AddVars(func->signature()->params);
      pool.AddVars(func->signature()->results);
    } else if (const auto* type = llvm::dyn_cast<TypeName>(object)) {
      AddTypeName(*type, dump.context, pool);
    }
  }
  const std::vector<const Type*>& types = pool.types();
  if (types.size() <= kMaxPool) return types;
  std::vector<const Type*> thinned;
  for (size_t i = 0; i < kMaxPool; ++i) thinned.push_back(types[i * types.size() / kMaxPool]);
  return thinned;
}

int KindOf(const Type* type) {
  switch (Underlying(type)->kind()) {
    case TypeKind::kBasic:
      return 0;
    case TypeKind::kPointer:
      return 1;
    case TypeKind::kSlice:
      return 2;
    case TypeKind::kArray:
      return 3;
    case TypeKind::kMap:
      return 4;
    case TypeKind::kChan:
      return 5;
    case TypeKind::kStruct:
      return 6;
    case TypeKind::kSignature:
      return 7;
    case TypeKind::kInterface:
      return kInterfaceKind;
    case TypeKind::kInvalid:
    case TypeKind::kNamed:
    case TypeKind::kAlias:
    case TypeKind::kUnion:
    case TypeKind::kTuple:
    case TypeKind::kTypeParam:
      return 9;
  }
  return 9;
}

std::string Related(const Type* from, const Type* to) {
  std::string flags;
  if (Identical(from, to)) flags += "i";
  if (AssignableTo(from, to)) flags += "a";
  if (ConvertibleTo(from, to)) flags += "c";
  if (AssertableTo(from, to)) flags += "t";
  return flags;
}

void PrintRelated(const std::vector<const Type*>& all, size_t i, size_t j, llvm::raw_ostream& out) {
  std::string flags = Related(all[i], all[j]);
  if (!flags.empty()) out << " " << j << "=" << flags;
  flags = Related(all[j], all[i]);
  if (!flags.empty()) out << " " << j << "<" << flags;
}

std::vector<size_t> Partners(const std::vector<const Type*>& all, const std::vector<int>& kinds, size_t first,
                             size_t i) {
  std::vector<size_t> list;
  for (size_t j = 0; j < first; ++j) {
    if (!IsUntyped(all[j])) list.push_back(j);
  }
  int same = 0;
  int interfaces = 0;
  for (size_t j = i; j < all.size() && same < 6; ++j) {
    if (kinds[j] != kinds[i]) continue;
    list.push_back(j);
    ++same;
  }
  for (size_t j = first + (i * 7) % (all.size() - first); j < all.size() && interfaces < 3; ++j) {
    if (kinds[j] != kInterfaceKind) continue;
    list.push_back(j);
    ++interfaces;
  }
  for (size_t k = 1; k <= 3; ++k) list.push_back(first + (i * 31 + k * 97) % (all.size() - first));
  return list;
}

void DumpConstants(const PackageDump& dump, const std::vector<const Type*>& all, size_t first) {
  std::vector<const Const*> constants;
  for (llvm::StringRef name : dump.package.Names()) {
    if (const auto* constant = llvm::dyn_cast<Const>(dump.package.Lookup(name)))
      constants.push_back(constant);
  }
  size_t step = constants.size() / kMaxConstants + 1;
  for (size_t n = 0; n < constants.size(); n += step) {
    const Const& constant = *constants[n];
    if (constant.type()->IsInvalid() || !constant.value().known()) continue;
    dump.out << "constant " << constant.name();
    for (size_t j = 0; j < all.size(); ++j) {
      if ((j >= first && (j + n) % 16 != 0) || IsUntyped(all[j])) continue;
      std::string flags;
      if (AssignableTo(constant.type(), all[j], &constant.value())) flags += "a";
      if (ConvertibleTo(constant.type(), all[j], &constant.value())) flags += "c";
      if (!flags.empty()) dump.out << " " << j << "=" << flags;
    }
    dump.out << "\n";
  }
}

std::vector<const Type*> Candidates(const PackageDump& dump) {
  TypeContext& context = dump.context;
  const Type* str = BasicTypeOf(Basic::kString);
  const Type* integer = BasicTypeOf(Basic::kInt);
  std::vector<const Type*> list = {
      integer,
      str,
      BasicTypeOf(Basic::kFloat64),
      BasicTypeOf(Basic::kBool),
      ErrorType(),
      AnyType(),
      context.Slice(integer),
      context.Slice(BasicTypeOf(Basic::kUint8)),
      context.Map(str, integer),
      context.Pointer(integer),
      context.Signature({}, {}, false),
      context.NewType<StructType>(std::vector<const Var*>{}, std::vector<std::string>{})};
  int added = 0;
  for (llvm::StringRef name : dump.package.Names()) {
    const auto* type = llvm::dyn_cast<TypeName>(dump.package.Lookup(name));
    if (type == nullptr || IsGenericType(type->type()) || added >= 6) continue;
    if (IsConstraint(type->type())) continue;
    list.insert(list.end(), {type->type(), context.Pointer(type->type())});
    ++added;
  }
  return list;
}

}  // namespace

void DumpRelations(PackageDump& dump) {
  std::vector<const Type*> all = Basics(dump.context);
  size_t first = all.size();
  std::vector<const Type*> pool = PackagePool(dump);
  all.insert(all.end(), pool.begin(), pool.end());
  std::vector<int> kinds;
  for (const Type* type : all) kinds.push_back(KindOf(type));
  for (size_t i = first; i < all.size(); ++i) {
    dump.out << "pool " << i << " " << ByPath(all[i]) << " comparable=" << Bool(Comparable(all[i]))
             << " kind=" << kinds[i] << "\n  related";
    for (size_t j : Partners(all, kinds, first, i)) PrintRelated(all, i, j, dump.out);
    dump.out << "\n";
  }
  DumpConstants(dump, all, first);
}

void DumpGenericRelations(PackageDump& dump, const SignatureType& signature) {
  Pool pool;
  for (const TypeParam* param : signature.type_params) pool.Add(param);
  for (const TypeParam* param : signature.receiver_type_params) pool.Add(param);
  pool.AddVars(signature.params);
  pool.AddVars(signature.results);
  std::vector<const Type*> all(
      pool.types().begin(),
      pool.types().begin() + static_cast<ptrdiff_t>(std::min<size_t>(pool.types().size(), 8)));
  size_t own = all.size();
  std::vector<const Type*> basics = Basics(dump.context);
  all.insert(all.end(), basics.begin(), basics.end());
  for (size_t i = 0; i < own; ++i) {
    dump.out << "  generic " << ByPath(all[i]) << " comparable=" << Bool(Comparable(all[i]));
    for (size_t j = 0; j < all.size(); ++j) {
      if (!IsUntyped(all[j])) PrintRelated(all, i, j, dump.out);
    }
    dump.out << "\n";
  }
}

void DumpImplements(PackageDump& dump, const TypeName& name) {
  if (MentionsInvalid(name.type(), 0)) return;
  std::vector<NamedInterface> interfaces = dump.known;
  size_t step = dump.own.size() / kMaxOwn + 1;
  for (size_t i = 0; i < dump.own.size(); i += step) interfaces.push_back(dump.own[i]);
  for (bool pointer : {false, true}) {
    const Type* type = pointer ? dump.context.Pointer(name.type()) : name.type();
    dump.out << "  implements";
    for (size_t n = 0; n < interfaces.size(); ++n) {
      MissingMethod missing;
      bool method_set = !UnderlyingAs<InterfaceType>(interfaces[n].type)->IsConstraintOnly();
      if (Implements(type, interfaces[n].type, &missing)) {
        dump.out << " " << interfaces[n].name;
      } else if (n % 5 == name.name().size() % 5 && method_set && missing.wanted != nullptr) {
        dump.out << " " << interfaces[n].name << "-" << missing.wanted->name()
                 << (missing.wrong_signature || missing.needs_pointer ? "!" : "");
      }
    }
    dump.out << "\n";
  }
}

void DumpInstances(PackageDump& dump, llvm::StringRef name, const Type* generic) {
  const std::vector<const TypeParam*>& params = TypeParamsOf(generic);
  std::vector<const Type*> candidates = Candidates(dump);
  size_t count = candidates.size();
  size_t tuples = params.size() > 1 ? count * count : count;
  dump.out << "  instances" << TypeParamsText(params) << ":";
  std::vector<const Type*> details;
  for (size_t n = 0; n < tuples; ++n) {
    std::vector<const Type*> args;
    for (size_t i = 0; i < params.size(); ++i) {
      args.push_back(candidates[i % 2 == 0 ? n % count : n / count % count]);
    }
    if (FirstUnsatisfied(params, args, dump.context).has_value()) continue;
    dump.out << " " << n;
    if (details.size() == 3) continue;
    const auto* signature = llvm::dyn_cast<SignatureType>(generic);
    details.push_back(signature != nullptr ? dump.context.Instantiate(*signature, args)
                                           : dump.context.Instantiate(generic, args));
  }
  dump.out << "\n";
  for (const Type* instance : details) {
    if (TypeAs<Named>(instance) != nullptr) {
      DumpTypeFacts(dump, name, Unalias(instance));
    } else {
      dump.out << "  instance " << ByPath(Unalias(instance)) << "\n";
    }
  }
}

}  // namespace instc::go
