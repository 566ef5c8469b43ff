// Selection, breadth first over embedded fields as the specification has it: the shallowest depth wins, two
// at the same depth are ambiguous.
#include "compiler/go/types/lookup.h"

#include <algorithm>
#include <set>

#include "compiler/go/types/identical.h"
#include "compiler/go/types/package.h"

namespace instc::go {
namespace {

// Embedding ever new instances of a generic type has no end; real code embeds a handful of levels.
constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxEntries = 4096;

// A type on the way down.
struct Entry {
  const Type* type = nullptr;  // without the pointer
  std::vector<SelectionStep> path;
  bool is_pointer = false;  // the value here is a pointer to `type`
  bool indirect = false;    // a pointer was met on the way, or here
  bool multiple = false;    // several embedded fields of this type at this depth
};

const Type* Deref(const Type* type, bool& is_pointer) {
  const auto* pointer = TypeAs<PointerType>(type);
  is_pointer = pointer != nullptr;
  return is_pointer ? pointer->element : type;
}

bool NameMatches(const Object& object, llvm::StringRef name, const Package* from) {
  if (object.name() != name) return false;
  if (object.exported()) return true;
  return from != nullptr && object.package() != nullptr && object.package()->path() == from->path();
}

// Types met at the same depth more than once count once, marked.
std::vector<Entry> Consolidate(std::vector<Entry> entries) {
  std::vector<Entry> unique;
  for (Entry& entry : entries) {
    auto same = llvm::find_if(unique, [&](const Entry& e) { return Identical(e.type, entry.type); });
    if (same != unique.end()) {
      same->multiple = true;
    } else {
      unique.push_back(std::move(entry));
    }
  }
  return unique;
}

// Walks embedded types level by level. `visit` sees every entry once, outermost first, and says whether to go
// deeper after this level.
template <typename VisitLevel>
void WalkEmbedding(const Type* type, VisitLevel visit_level) {
  Entry start;
  start.type = Deref(type, start.is_pointer);
  start.indirect = start.is_pointer;
  std::vector<Entry> level = {start};
  std::set<const Type*> seen;
  size_t total = 0;
  for (size_t depth = 0; !level.empty() && depth < kMaxDepth; ++depth) {
    std::vector<Entry> current;
    for (Entry& entry : level) {
      const auto* named = TypeAs<Named>(entry.type);
      if (named != nullptr && !seen.insert(named).second) continue;
      current.push_back(std::move(entry));
    }
    total += current.size();
    if (total > kMaxEntries || !visit_level(current)) return;
    std::vector<Entry> next;
    for (const Entry& entry : current) {
      const auto* structure = UnderlyingAs<StructType>(entry.type);
      if (structure == nullptr || IsTypeParam(entry.type)) continue;
      for (const Var* field : structure->fields) {
        if (!field->embedded()) continue;
        Entry inner;
        inner.type = Deref(field->type(), inner.is_pointer);
        inner.path = entry.path;
        inner.path.push_back({field, entry.is_pointer});
        inner.indirect = entry.indirect || inner.is_pointer;
        inner.multiple = entry.multiple;
        next.push_back(std::move(inner));
      }
    }
    level = Consolidate(std::move(next));
  }
}

// What `entry` itself declares under the name; null when nothing.
const Object* Declared(const Entry& entry, llvm::StringRef name, const Package* from) {
  if (const auto* named = TypeAs<Named>(entry.type)) {
    for (const Func* method : named->methods()) {
      if (NameMatches(*method, name, from)) return method;
    }
  }
  const Type* underlying = Underlying(entry.type);
  if (const auto* structure = llvm::dyn_cast<StructType>(underlying)) {
    for (const Var* field : structure->fields) {
      if (NameMatches(*field, name, from)) return field;
    }
  }
  // A pointer to an interface has no methods.
  const auto* interface = llvm::dyn_cast<InterfaceType>(underlying);
  return interface != nullptr && !entry.is_pointer ? interface->Method(name, from) : nullptr;
}

Selection SelectionOf(const Entry& entry, const Object* object) {
  Selection selection;
  selection.object = object;
  selection.type = object->type();
  selection.path = entry.path;
  const auto* method = llvm::dyn_cast<Func>(object);
  if (method == nullptr) {
    selection.kind = Selection::Kind::kField;
    selection.through_pointer = entry.is_pointer;
    return selection;
  }
  selection.kind = Selection::Kind::kMethod;
  selection.interface_method = method->is_interface_method();
  selection.pointer_receiver = method->has_pointer_receiver();
  selection.through_pointer = entry.is_pointer && !selection.pointer_receiver;
  selection.needs_addressable = selection.pointer_receiver && !entry.indirect;
  return selection;
}

Selection LookupThroughEmbedding(const Type* type, llvm::StringRef name, const Package* from) {
  Selection result;
  WalkEmbedding(type, [&](const std::vector<Entry>& level) {
    for (const Entry& entry : level) {
      const Object* object = Declared(entry, name, from);
      if (object == nullptr) continue;
      if (result.found() || entry.multiple) {
        result = Selection();
        result.kind = Selection::Kind::kAmbiguous;
        return false;
      }
      result = SelectionOf(entry, object);
    }
    return !result.found();
  });
  return result;
}

}  // namespace

Selection LookupFieldOrMethod(const Type* type, llvm::StringRef name, const Package* from) {
  if (name == "_") return {};
  if (Unalias(type)->IsInvalid()) {
    Selection selection;
    selection.type = Unalias(type);
    return selection;
  }
  // A defined pointer type has no methods, but its fields can be selected.
  const auto* named = TypeAs<Named>(type);
  if (named != nullptr && llvm::isa<PointerType>(named->Underlying())) {
    Selection selection = LookupThroughEmbedding(named->Underlying(), name, from);
    return selection.kind == Selection::Kind::kMethod ? Selection() : selection;
  }
  return LookupThroughEmbedding(type, name, from);
}

std::vector<MethodSetEntry> MethodSet(const Type* type) {
  std::vector<const Func*> candidates;
  WalkEmbedding(type, [&](const std::vector<Entry>& level) {
    for (const Entry& entry : level) {
      if (const auto* named = TypeAs<Named>(entry.type)) {
        candidates.insert(candidates.end(), named->methods().begin(), named->methods().end());
      }
      if (const auto* interface = UnderlyingAs<InterfaceType>(entry.type)) {
        candidates.insert(candidates.end(), interface->AllMethods().begin(), interface->AllMethods().end());
      }
    }
    return true;
  });
  std::vector<MethodSetEntry> set;
  std::set<const Object*> taken;
  for (const Func* candidate : candidates) {
    Selection selection = LookupFieldOrMethod(type, candidate->name(), candidate->package());
    if (selection.kind != Selection::Kind::kMethod || selection.needs_addressable) continue;
    if (taken.insert(selection.object).second) set.push_back({llvm::cast<Func>(selection.object), selection});
  }
  std::sort(set.begin(), set.end(),
            [](const MethodSetEntry& a, const MethodSetEntry& b) { return ObjectLess(a.method, b.method); });
  return set;
}

std::vector<std::string> SelectableNames(const Type* type, const Package* from) {
  std::set<std::string> names;
  auto add = [&](const Object& object) {
    if (object.name() != "_" && NameMatches(object, object.name(), from)) names.insert(object.name().str());
  };
  const auto* named_pointer = UnderlyingAs<PointerType>(type);
  WalkEmbedding(named_pointer != nullptr ? named_pointer : type, [&](const std::vector<Entry>& level) {
    for (const Entry& entry : level) {
      if (const auto* named = TypeAs<Named>(entry.type)) {
        for (const Func* method : named->methods()) add(*method);
      }
      if (const auto* structure = UnderlyingAs<StructType>(entry.type)) {
        for (const Var* field : structure->fields) add(*field);
      }
      if (const auto* interface = UnderlyingAs<InterfaceType>(entry.type)) {
        for (const Func* method : interface->AllMethods()) add(*method);
      }
    }
    return true;
  });
  return {names.begin(), names.end()};
}

}  // namespace instc::go
