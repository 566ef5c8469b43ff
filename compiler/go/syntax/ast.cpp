#include "compiler/go/syntax/ast.h"

namespace instc::go {

size_t ParamList::count() const {
  size_t count = 0;
  for (const ParamGroup& group : groups) count += group.names.empty() ? 1 : group.names.size();
  return count;
}

const Expr* Unparen(const Expr* expr) {
  while (expr != nullptr && expr->As<ParenExpr>() != nullptr) expr = expr->As<ParenExpr>()->inner;
  return expr;
}

namespace {

const Expr* ReceiverType(const FuncDecl& decl) {
  return decl.receiver.groups.empty() ? nullptr : Unparen(decl.receiver.groups.front().type);
}

}  // namespace

bool FuncDecl::receiver_is_pointer() const {
  const Expr* type = ReceiverType(*this);
  return type != nullptr && type->As<StarExpr>() != nullptr;
}

llvm::StringRef FuncDecl::receiver_type_name() const {
  const Expr* type = ReceiverType(*this);
  if (type == nullptr) return {};
  if (const auto* star = type->As<StarExpr>()) type = Unparen(star->operand);
  if (const auto* index = type->As<IndexExpr>()) type = Unparen(index->operand);
  const auto* name = type->As<NameExpr>();
  return name != nullptr ? name->name.text : llvm::StringRef();
}

const FuncDecl* File::FindFunc(llvm::StringRef receiver_type, llvm::StringRef name) const {
  for (const FuncDecl& decl : funcs) {
    if (decl.name.text == name && decl.receiver_type_name() == receiver_type) return &decl;
  }
  return nullptr;
}

const TypeDecl* File::FindType(llvm::StringRef name) const {
  for (const TypeDecl& decl : types) {
    if (decl.name.text == name) return &decl;
  }
  return nullptr;
}

}  // namespace instc::go
