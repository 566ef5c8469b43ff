// The expressions of a `test` block, typed in the scope of the hook that the test is for: the rule's
// receiver, parameters and results, its options, the target package.
//
// A test names the same things as the rule does and is checked by the same checker, so a misspelt leaf gets
// the message that it would get in the rule.
#ifndef INSTC_COMPILER_CHECK_TEST_SCOPE_H
#define INSTC_COMPILER_CHECK_TEST_SCOPE_H

#include <memory>
#include <optional>

#include "compiler/check/check.h"

namespace instc::check {

class TestScope {
 public:
  /// `plugin` and `hook` come from CheckPlugin with the same arguments, without errors.
  TestScope(const RuleSet& set, const RuleFile& file, const Target& target,
            const conventions::Registry& registry, diag::Emitter& emitter, rules::Plugin& plugin,
            rules::Hook& hook);
  /// Of a closure's body inside of what `around` is for.
  TestScope(const TestScope& around, rules::Hook& closure);
  /// Of the body of a method.
  TestScope(const TestScope& around, const rules::Object& object, rules::Hook& method);
  ~TestScope();

  /// The object of the rules' file that has this name here; null: none.
  const rules::Object* Object(llvm::StringRef name) const;
  /// Whether the leaf starts with a name of this body, not of the rule around it.
  bool IsOwn(const rules::Expr& leaf) const;

  /// What stands left of `given` and `return`: one value, or a call with several results. Null: reported.
  rules::ExprPtr Leaf(const ast::Expr& expr);
  /// A value of that type. Beyond the rule's expressions: `url("...")`, a *url.URL as net/url parses it, and
  /// `traced()`, a context inside of a span. Null: reported.
  rules::ExprPtr Value(const ast::Expr& expr, const go::Type* wanted);
  /// A value of any type. Null: reported.
  rules::ExprPtr Value(const ast::Expr& expr);
  /// A call whose results, if any, do not matter, or a value. Null: reported.
  rules::ExprPtr CallOrValue(const ast::Expr& expr);
  /// Name and type of an attribute. nullopt: reported.
  std::optional<rules::AttributeSet::Name> Attribute(const ast::AttrName& name);
  /// The value that an attribute is compared with. Null: reported.
  rules::ExprPtr AttributeValue(const ast::AttrName& name, conventions::ValueType type,
                                const ast::Expr& expr);
  /// Whether `parent E` can mean it: a context, a value with a `context of`, or a carrier. What it stands
  /// for; null: reported.
  rules::ExprPtr Parent(const ast::Expr& expr);
  bool IsContext(const go::Type* type);
  std::string Show(const go::Type* type);

 private:
  struct Parts;
  void NameParameters(rules::Hook& hook);
  rules::ExprPtr Sound(rules::ExprPtr expr);
  std::unique_ptr<Parts> parts_;
};

/// How the interpreter and a message name what `url` and `traced` stand for.
inline constexpr llvm::StringLiteral kTestURL = "url";
inline constexpr llvm::StringLiteral kTestTraced = "traced";
/// The package of these two in rules::Global: no import path can be that.
inline constexpr llvm::StringLiteral kTestPackage = "test:";

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_TEST_SCOPE_H
