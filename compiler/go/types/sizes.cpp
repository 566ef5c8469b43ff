#include "compiler/go/types/sizes.h"

#include <algorithm>

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

std::optional<Layout> LayoutOf(const Type* type, int depth);

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

// Layout of the struct; `offset_of`, when given, receives the offset of that field.
std::optional<Layout> StructLayout(const StructType& type, int depth, const Var* field, int64_t* offset_of) {
  Layout layout;
  bool last_is_empty = false;
  for (const Var* var : type.fields) {
    std::optional<Layout> part = LayoutOf(var->type(), depth);
    if (!part.has_value()) return std::nullopt;
    if (IsAlign64(var->type())) part->align = 8;
    layout.size = RoundUp(layout.size, part->align);
    if (var == field) *offset_of = layout.size;
    layout.size += part->size;
    layout.align = std::max(layout.align, part->align);
    last_is_empty = part->size == 0;
  }
  // A pointer past the last field must not point past the object.
  if (last_is_empty && layout.size > 0) ++layout.size;
  layout.size = RoundUp(layout.size, layout.align);
  return layout;
}

std::optional<Layout> LayoutOf(const Type* type, int depth) {
  if (depth > kMaxDepth || IsTypeParam(type)) return std::nullopt;
  const Type* underlying = Underlying(type);
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
      std::optional<Layout> element = LayoutOf(array->element, depth + 1);
      int64_t size = 0;
      if (!element.has_value() || array->length < 0) return std::nullopt;
      if (__builtin_mul_overflow(element->size, array->length, &size)) return std::nullopt;
      return Layout{size, element->align};
    }
    case TypeKind::kStruct:
      return StructLayout(*llvm::cast<StructType>(underlying), depth + 1, nullptr, nullptr);
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

}  // namespace

std::optional<int64_t> SizeOf(const Type* type) {
  std::optional<Layout> layout = LayoutOf(type, 0);
  return layout.has_value() ? std::optional<int64_t>(layout->size) : std::nullopt;
}

std::optional<int64_t> AlignOf(const Type* type) {
  std::optional<Layout> layout = LayoutOf(type, 0);
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
    if (structure == nullptr || !StructLayout(*structure, 0, step, &offset)) return std::nullopt;
    total += offset;
    type = step->type();
  }
  return total;
}

}  // namespace instc::go
