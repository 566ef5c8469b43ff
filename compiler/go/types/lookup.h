// x.name: fields and methods through embedding and pointers, and method sets.
#ifndef INSTC_COMPILER_GO_TYPES_LOOKUP_H
#define INSTC_COMPILER_GO_TYPES_LOOKUP_H

#include <string>
#include <vector>

#include "compiler/go/types/object.h"
#include "compiler/go/types/type.h"

namespace instc::go {

/// One embedded field on the way to the one asked for.
struct SelectionStep {
  const Var* field = nullptr;
  /// The operand of this step is a pointer and is dereferenced: a nil check belongs before it.
  bool through_pointer = false;
};

struct Selection {
  enum class Kind : uint8_t { kNotFound, kField, kMethod, kAmbiguous };
  Kind kind = Kind::kNotFound;
  const Object* object = nullptr;   ///< Var or Func
  const Type* type = nullptr;       ///< of the selected field, or the method's SignatureType
  std::vector<SelectionStep> path;  ///< embedded fields, outermost first; empty: declared on the type itself
  /// Field: the last operand is a pointer that is dereferenced. Method with a value receiver: likewise.
  bool through_pointer = false;
  bool pointer_receiver = false;  ///< the method has a pointer receiver
  /// The method has a pointer receiver and no pointer leads to it: legal only when the operand is
  /// addressable.
  bool needs_addressable = false;
  bool interface_method = false;  ///< called dynamically; a nil interface panics
  bool found() const { return kind == Kind::kField || kind == Kind::kMethod; }
};

/// Selects `name` on a value of `type`. Unexported names match only those of package `from` (null: exported
/// ones only). On an invalid type: kNotFound with the invalid type in `type`.
Selection LookupFieldOrMethod(const Type* type, llvm::StringRef name, const Package* from);

/// An element of a method set.
struct MethodSetEntry {
  const Func* method = nullptr;
  Selection selection;
};
/// The method set of `type`, sorted by name. Unexported methods of all packages are included.
std::vector<MethodSetEntry> MethodSet(const Type* type);

/// Names that a selector on `type` can reach from package `from`, sorted: for "did you mean".
std::vector<std::string> SelectableNames(const Type* type, const Package* from);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_LOOKUP_H
