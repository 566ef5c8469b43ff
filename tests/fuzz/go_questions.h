// Every question that compiler/go answers, asked of whatever a package holds: for damaged and hostile source,
// where only the end of each answer matters.
#ifndef INSTC_TESTS_FUZZ_GO_QUESTIONS_H
#define INSTC_TESTS_FUZZ_GO_QUESTIONS_H

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/package.h"
#include "compiler/go/types/sizes.h"
#include "compiler/go/types/type_string.h"

namespace instc::go {

inline void AskAbout(const Type* type, const Package& package) {
  (void)TypeString(type, QualifyByPath);
  (void)TypeString(Underlying(type), &package);
  (void)MethodSet(type);
  (void)MethodSet(package.context().Pointer(type));
  (void)SelectableNames(type, &package);
  (void)LookupFieldOrMethod(type, "M", &package);
  (void)Comparable(type);
  (void)Comparable(type, true);
  (void)Ordered(type);
  (void)CoreType(type);
  (void)SizeOf(type);
  if (const auto* signature = UnderlyingAs<SignatureType>(type)) {
    for (const TypeParam* param : signature->type_params) (void)param->ConstraintInterface()->Terms();
  }
}

inline void AskAboutPair(const Type* a, const Type* b) {
  (void)Identical(a, b);
  (void)AssignableTo(a, b);
  (void)ConvertibleTo(a, b);
  (void)AssertableTo(a, b);
  (void)Satisfies(a, b);
}

/// `max_pairs`: how many of the first types are related to each other.
inline void AskEverything(const Package& package, size_t max_pairs = 50) {
  std::vector<const Type*> types;
  for (llvm::StringRef name : package.Names()) {
    const Object* object = package.Lookup(name);
    types.push_back(object->type());
    if (const auto* constant = llvm::dyn_cast<Const>(object)) (void)constant->value().ToString();
  }
  for (const Func* func : package.Functions()) types.push_back(func->signature());
  for (const Type* type : types) AskAbout(type, package);
  size_t count = std::min(types.size(), max_pairs);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) AskAboutPair(types[i], types[j]);
  }
}

}  // namespace instc::go

#endif  // INSTC_TESTS_FUZZ_GO_QUESTIONS_H
