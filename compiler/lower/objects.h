// Types that rules add to a package, with the bodies of their methods.
#ifndef INSTC_COMPILER_LOWER_OBJECTS_H
#define INSTC_COMPILER_LOWER_OBJECTS_H

#include <map>
#include <string>

#include "compiler/pack/pack.h"
#include "compiler/rules/ir.h"

namespace instc::lower {

/// A type with its methods, as a hook without a function. Adds the externs that its code calls to `externs`.
[[nodiscard]] pack::Hook LowerObject(const rules::Object& object,
                                     std::map<std::string, pack::Extern>& externs);

/// What gives the object behind whatever interfaces it was made to keep.
std::string SelfMethod(const rules::Object& object);
/// `interface{ instcSelf_x() *instcO_x }`
std::string SelfInterface(const rules::Object& object);
/// The function that decorates: `func(*instcO_x) I`.
std::string WrapFunc(const rules::Object& object);
/// The field with the value that an object wraps.
std::string WrappedField(const rules::Object& object);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_OBJECTS_H
