#include "compiler/go/types/object.h"

#include "compiler/go/types/package.h"
#include "compiler/go/types/resolver.h"
#include "compiler/go/types/substitute.h"
#include "compiler/go/types/universe.h"
#include "llvm/Support/ConvertUTF.h"

namespace instc::go {

llvm::StringRef ObjectKindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kConst:
      return "constant";
    case ObjectKind::kVar:
      return "variable";
    case ObjectKind::kFunc:
      return "function";
    case ObjectKind::kTypeName:
      return "type";
    case ObjectKind::kPackageName:
      return "package";
    case ObjectKind::kBuiltin:
      return "built-in function";
    case ObjectKind::kNil:
      return "nil";
  }
  return "";
}

// Beyond ASCII: the two-byte capitals of Latin-1, Greek and Cyrillic. Go names in other scripts count as
// unexported, which in the worst case hides a name from another package.
bool IsExportedName(llvm::StringRef name) {
  if (name.empty()) return false;
  if (name.front() >= 0) return name.front() >= 'A' && name.front() <= 'Z';
  const auto* at = reinterpret_cast<const llvm::UTF8*>(name.begin());
  llvm::UTF32 code = 0;
  if (llvm::convertUTF8Sequence(&at, reinterpret_cast<const llvm::UTF8*>(name.end()), &code,
                                llvm::strictConversion) != llvm::conversionOK) {
    return false;
  }
  return (code >= 0xC0 && code <= 0xDE && code != 0xD7) || (code >= 0x391 && code <= 0x3A9) ||
         (code >= 0x400 && code <= 0x42F);
}

bool ObjectLess(const Object* a, const Object* b) {
  if (a->exported() != b->exported()) return a->exported();
  if (a->name() != b->name()) return a->name() < b->name();
  if (a->package() == nullptr || b->package() == nullptr) return b->package() != nullptr;
  return a->package()->path() < b->package()->path();
}

void Const::Resolve() const {
  if (type_ != nullptr) return;
  if (resolving_) return resolver_->ReportCycle(*this);
  resolving_ = true;
  resolver_->ConstTypeAndValue(*this);
  resolving_ = false;
}

const Type* Const::type() const {
  Resolve();
  return type_ != nullptr ? type_ : Invalid();
}

const ConstValue& Const::value() const {
  Resolve();
  return value_;
}

const Type* Var::type() const {
  if (type_ != nullptr) return type_;
  if (resolving_) {
    if (resolver_ != nullptr) resolver_->ReportCycle(*this);
    return Invalid();
  }
  resolving_ = true;
  type_ = origin_ != nullptr ? Substitute(origin_->type(), *substitution_) : resolver_->VarType(*this);
  resolving_ = false;
  return type_;
}

const SignatureType* Func::signature() const {
  if (signature_ == nullptr) {
    signature_ = origin_ != nullptr ? SubstituteSignature(*origin_->signature(), *substitution_)
                                    : resolver_->SignatureOf(*this);
  }
  return signature_;
}

const File* Func::file() const {
  return decl_ != nullptr ? &resolver_->package().files()[file_] : nullptr;
}
const File* TypeName::file() const {
  return decl_ != nullptr ? &resolver_->package().files()[file_] : nullptr;
}

const Type* PackageName::type() const {
  return Invalid();
}

const Package* PackageName::imported() const {
  if (!loaded_) {
    loaded_ = true;
    imported_ = resolver_->Import(*this);
  }
  return imported_;
}

const Type* BuiltinFunc::type() const {
  return Invalid();
}
const Type* NilObject::type() const {
  return BasicTypeOf(Basic::kUntypedNil);
}

}  // namespace instc::go
