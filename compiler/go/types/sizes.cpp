#include "compiler/go/types/sizes.h"

#include <algorithm>
#include <map>

#include "compiler/go/types/lookup.h"
#include "compiler/go/types/object.h"
#include "compiler/go/types/package.h"

namespace instc::go {
namespace {

constexpr int64_t kWord = 8;
constexpr int kMaxDepth = 100;

struct Layout {
  int64_t size = 0;
  int64_t align = 1;
};

Layout BasicLayout(Basic basic) {
  switch (basic) {
    case Basic::kBool:
    case Basic::kInt8:
    case Basic::kUint8:
      return {1, 1};
    case Basic::kInt16:
    case Basic::kUint16:
      return {2, 2};
    case Basic::kInt32:
    case Basic::kUint32:
    case Basic::kFloat32:
      return {4, 4};
    case Basic::kComplex64:
      return {8, 4};
    case Basic::kComplex128:
    case Basic::kString:
      return {16, 8};
    default:
      return {kWord, kWord};
  }
}

int64_t RoundUp(int64_t offset, int64_t align) {
  return (offset + align - 1) / align * align;
}

// sync/atomic's Int64 and Uint64 mark themselves with a field of this type.
bool IsAlign64(const Type* type) {
  const auto* named = TypeAs<Named>(type);
  return named != nullptr && named->object()->name() == "align64";
}

// Each type is laid out once: types that contain each other many times over are met often.
class LayoutFinder {
 public:
  std::optional<Layout> Of(const Type* type) {
    if (depth_ > kMaxDepth || IsTypeParam(type)) return std::nullopt;
    const Type* underlying = Underlying(type);
    auto known = known_.find(underlying);
    if (known != known_.end()) return known->second;
    ++depth_;
    std::optional<Layout> layout = OfUnderlying(underlying);
    --depth_;
    known_.emplace(underlying, layout);
    return layout;
  }

  /// `offset_of`, when given, receives the offset of that field.
  std::optional<Layout> OfStruct(const StructType& type, const Var* field, int64_t* offset_of) {
    Layout layout;
    bool last_is_empty = false;
    for (const Var* var : type.fields) {
      std::optional<Layout> part = Of(var->type());
      if (!part.has_value()) return std::nullopt;
      if (IsAlign64(var->type())) part->align = 8;
      layout.size = RoundUp(layout.size, part->align);
      if (var == field) *offset_of = layout.size;
      if (part->size > kMaxSize - layout.size) return std::nullopt;
      layout.size += part->size;
      layout.align = std::max(layout.align, part->align);
      last_is_empty = part->size == 0;
    }
    // A pointer past the last field must not point past the object.
    if (last_is_empty && layout.size > 0) ++layout.size;
    layout.size = RoundUp(layout.size, layout.align);
    return layout;
  }

 private:
  std::optional<Layout> OfUnderlying(const Type* underlying) {
    switch (underlying->kind()) {
      case TypeKind::kBasic:
        return BasicLayout(llvm::cast<BasicType>(underlying)->basic);
      case TypeKind::kPointer:
      case TypeKind::kMap:
      case TypeKind::kChan:
      case TypeKind::kSignature:
        return Layout{kWord, kWord};
      case TypeKind::kSlice:
        return Layout{3 * kWord, kWord};
      case TypeKind::kInterface:
        return Layout{2 * kWord, kWord};
      case TypeKind::kArray: {
        const auto* array = llvm::cast<ArrayType>(underlying);
        std::optional<Layout> element = Of(array->element);
        int64_t size = 0;
        if (!element.has_value() || array->length < 0) return std::nullopt;
        if (__builtin_mul_overflow(element->size, array->length, &size) || size > kMaxSize)
          return std::nullopt;
        return Layout{size, element->align};
      }
      case TypeKind::kStruct:
        return OfStruct(*llvm::cast<StructType>(underlying), nullptr, nullptr);
      case TypeKind::kInvalid:
      case TypeKind::kNamed:
      case TypeKind::kAlias:
      case TypeKind::kUnion:
      case TypeKind::kTuple:
      case TypeKind::kTypeParam:
        return std::nullopt;
    }
    return std::nullopt;
  }

  static constexpr int64_t kMaxSize = int64_t{1} << 50;  // more than an address space has
  int depth_ = 0;
  std::map<const Type*, std::optional<Layout>> known_;  // lookups only
};

}  // namespace

std::optional<int64_t> SizeOf(const Type* type) {
  std::optional<Layout> layout = LayoutFinder().Of(type);
  return layout.has_value() ? std::optional<int64_t>(layout->size) : std::nullopt;
}

std::optional<int64_t> AlignOf(const Type* type) {
  std::optional<Layout> layout = LayoutFinder().Of(type);
  return layout.has_value() ? std::optional<int64_t>(layout->align) : std::nullopt;
}

std::optional<int64_t> OffsetOf(const Type* type, llvm::StringRef field, const Package* from) {
  Selection selection = LookupFieldOrMethod(type, field, from);
  if (selection.kind != Selection::Kind::kField) return std::nullopt;
  std::vector<const Var*> steps;
  for (const SelectionStep& step : selection.path) steps.push_back(step.field);
  steps.push_back(llvm::cast<Var>(selection.object));
  int64_t total = 0;
  for (const Var* step : steps) {
    if (const auto* pointer = UnderlyingAs<PointerType>(type)) type = pointer->element;
    const auto* structure = UnderlyingAs<StructType>(type);
    int64_t offset = 0;
    if (structure == nullptr || !LayoutFinder().OfStruct(*structure, step, &offset)) return std::nullopt;
    total += offset;
    type = step->type();
  }
  return total;
}

}  // namespace instc::go
