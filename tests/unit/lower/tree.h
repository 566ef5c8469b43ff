// Rules by hand: the trees that the checker makes of .hook text, built over real Go types of a package given
// as text.
#ifndef INSTC_TESTS_UNIT_LOWER_TREE_H
#define INSTC_TESTS_UNIT_LOWER_TREE_H

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/go/types/package.h"
#include "compiler/rules/ir.h"

namespace instc::lower {

/// Packages from strings. The first one given is the target.
class Packages : public go::Importer {
 public:
  const go::Package& Add(const std::string& path, const std::string& text);
  const go::Package* Import(llvm::StringRef path, const go::Package& from) override;
  go::TypeContext& types() { return types_; }

 private:
  go::TypeContext types_;
  std::vector<std::unique_ptr<SourceBuffer>> buffers_;
  std::map<std::string, std::unique_ptr<go::Package>> packages_;
};

/// One hook under construction. Names of bindings are those of the Go declaration.
class HookTree {
 public:
  using ExprPtr = rules::ExprPtr;
  using Args = std::vector<ExprPtr>;

  /// `function`: "Name" or "Type.Name".
  HookTree(Packages& packages, const go::Package& package, const std::string& symbol,
           const std::string& function);

  // Types.
  const go::Type* Basic(go::Basic basic) const;
  const go::Type* String() const { return Basic(go::Basic::kString); }
  const go::Type* Int() const { return Basic(go::Basic::kInt); }
  const go::Type* Type(const std::string& name) const;  ///< of the target, or `package.Name`
  const go::Type* PointerTo(const std::string& name) const;

  // Bindings.
  rules::Binding* Find(const std::string& name) const;
  rules::Binding* Let(const std::string& name, const go::Type* type, bool in_exit = false,
                      bool at_exit = false);
  rules::Binding* Stamp(const std::string& name, rules::Binding::Kind kind);

  // Expressions.
  template <typename Node>
  ExprPtr Make(Node node, const go::Type* type) const {
    return std::make_shared<rules::Expr>(rules::Expr{{}, type, std::move(node)});
  }
  ExprPtr Str(const std::string& text) const;
  ExprPtr Num(int64_t value) const;
  ExprPtr Float(double value) const;
  ExprPtr Bool(bool value) const;
  ExprPtr Nil() const;
  ExprPtr Absent() const { return Make(rules::Absent{}, String()); }
  ExprPtr Use(const std::string& name) const;
  ExprPtr Global(const std::string& name) const;  ///< of the target, or `package.Name`
  /// `x.f`; several names: `Sel(x, "a.b.c")`.
  ExprPtr Sel(ExprPtr base, const std::string& names) const;
  ExprPtr Hidden(ExprPtr base, const std::string& name, bool through_pointer, const go::Type* type) const;
  ExprPtr Method(ExprPtr base, const std::string& name, Args args = {}) const;
  ExprPtr Call(ExprPtr callee, Args args, bool may_be_nil = false) const;
  ExprPtr Extern(const rules::ExternFunc& func, Args args) const;
  ExprPtr At(rules::Index::Kind kind, ExprPtr base, ExprPtr index) const;
  ExprPtr As(ExprPtr base, const go::Type* type) const { return Make(rules::Assert{base}, type); }
  ExprPtr To(ExprPtr base, const go::Type* type) const { return Make(rules::Convert{base}, type); }
  ExprPtr Op(const std::string& op, ExprPtr x, ExprPtr y, bool may_divide_by_zero = false) const;
  ExprPtr Not(ExprPtr x) const { return Make(rules::Unary{"!", x}, x->type); }
  ExprPtr Or(Args args) const { return Make(rules::Or{args}, args[0]->type); }
  ExprPtr Cond(ExprPtr condition, ExprPtr then, ExprPtr otherwise) const;
  ExprPtr Words(Args args) const { return Make(rules::Words{args}, String()); }
  ExprPtr Clone(ExprPtr x) const { return Make(rules::Clone{x}, x->type); }
  ExprPtr Len(ExprPtr x) const { return Make(rules::Len{"len", x}, Int()); }

  // Statements.
  template <typename Node>
  std::unique_ptr<rules::Stmt> Statement(Node node) const {
    auto stmt = std::make_unique<rules::Stmt>();
    stmt->node = std::move(node);
    return stmt;
  }
  template <typename Node>
  void Add(Node node) {
    hook.body.push_back(Statement(std::move(node)));
  }
  template <typename... Nodes>
  rules::StmtList List(Nodes... nodes) const {
    rules::StmtList list;
    (list.push_back(Statement(std::move(nodes))), ...);
    return list;
  }
  rules::AttributeSet Attribute(const std::string& key, conventions::ValueType type, ExprPtr value,
                                ExprPtr guard = nullptr) const;

  rules::Hook hook;

 private:
  const go::Object* Object(const std::string& name) const;
  void Bind(const go::Var& var, rules::Binding::Kind kind, std::vector<std::string>& names);

  Packages& packages_;
  const go::Package& package_;
};

}  // namespace instc::lower

#endif  // INSTC_TESTS_UNIT_LOWER_TREE_H
