// Expressions. What must happen before an expression is written to `out`: guards that stay open, temporaries.
// The text that comes back is safe behind them.
//
// Total: a nil, a missing map key, an index out of range, a failed assertion leaves the guarded block
// unentered. Strict: Go as written; what the language adds to Go (or, cond, clone, ...) still becomes
// statements, and absent is the zero value. Strict lowering leaves no block open.
#ifndef INSTC_COMPILER_LOWER_VALUES_H
#define INSTC_COMPILER_LOWER_VALUES_H

#include <string>
#include <vector>

#include "compiler/lower/go_text.h"
#include "compiler/lower/go_writer.h"
#include "compiler/lower/scope.h"

namespace instc::lower {

/// The types of a call's results: of a tuple its parts, else the type itself.
std::vector<const go::Type*> ResultTypes(const rules::Expr& expr);

class Values {
 public:
  enum class Mode { kTotal, kStrict };
  Values(HookScope& scope, GoWriter& out, Mode mode) : scope_(scope), out_(out), mode_(mode) {}

  /// Total: `expr` must not be statically absent.
  GoExpr Value(const rules::Expr& expr);
  /// A boolean; absent is false. Leaves no block open.
  GoExpr Condition(const rules::Expr& expr);
  /// The value in a form that may be written twice.
  GoExpr Stable(GoExpr value, const go::Type* type);

 private:
  GoExpr Of(const rules::Expr& e, const rules::Literal& n);
  GoExpr Of(const rules::Expr& e, const rules::Use& n);
  GoExpr Of(const rules::Expr& e, const rules::Global& n);
  GoExpr Of(const rules::Expr& e, const rules::FieldSelect& n);
  GoExpr Of(const rules::Expr& e, const rules::HiddenField& n);
  GoExpr Of(const rules::Expr& e, const rules::MethodCall& n);
  GoExpr Of(const rules::Expr& e, const rules::FuncCall& n);
  GoExpr Of(const rules::Expr& e, const rules::Index& n);
  GoExpr Of(const rules::Expr& e, const rules::SliceOf& n);
  GoExpr Of(const rules::Expr& e, const rules::Assert& n);
  GoExpr Of(const rules::Expr& e, const rules::NewObject& n);
  GoExpr Of(const rules::Expr& e, const rules::ObjectIn& n);
  GoExpr Of(const rules::Expr& e, const rules::FirstTime& n);
  GoExpr Of(const rules::Expr& e, const rules::Is& n);
  GoExpr Of(const rules::Expr& e, const rules::Convert& n);
  GoExpr Of(const rules::Expr& e, const rules::Unary& n);
  GoExpr Of(const rules::Expr& e, const rules::Binary& n);
  GoExpr Of(const rules::Expr& e, const rules::Composite& n);
  GoExpr Of(const rules::Expr& e, const rules::Or& n);
  GoExpr Of(const rules::Expr& e, const rules::Cond& n);
  GoExpr Of(const rules::Expr& e, const rules::Except& n);
  GoExpr Of(const rules::Expr& e, const rules::Clone& n);
  GoExpr Of(const rules::Expr& e, const rules::Words& n);
  GoExpr Of(const rules::Expr& e, const rules::Exists& n);
  GoExpr Of(const rules::Expr& e, const rules::Join& n);
  GoExpr Of(const rules::Expr& e, const rules::Apply& n);
  GoExpr Of(const rules::Expr& e, const rules::Need& n);
  GoExpr Of(const rules::Expr& e, const rules::Len& n);
  GoExpr Of(const rules::Expr& e, const rules::ExternCall& n);
  GoExpr Of(const rules::Expr& e, const rules::OptionValue& n);
  GoExpr Of(const rules::Expr& e, const rules::Panicked& n);
  GoExpr Of(const rules::Expr& e, const rules::PanicValue& n);
  GoExpr Of(const rules::Expr& e, const rules::Entered& n);
  GoExpr Of(const rules::Expr& e, const rules::Ambient& n);
  GoExpr Of(const rules::Expr& e, const rules::Absent& n);

  bool total() const { return mode_ == Mode::kTotal; }
  /// Total only: goes into `if condition {`.
  void Guard(const GoExpr& condition);
  void Guard(const std::string& condition) { Guard(GoExpr{.text = condition, .precedence = kCompare}); }
  void GuardNotNil(GoExpr& value, const go::Type* type);
  GoExpr AbsentValue(const go::Type* type);
  /// A new variable with this value.
  GoExpr Temp(const GoExpr& value, const go::Type* type);
  /// A new variable with its zero value.
  std::string Zero(const go::Type* type);
  std::string TypeText(const go::Type* type) { return scope_.Type(go::DefaultType(type)); }
  Values Total(GoWriter& out) { return {scope_, out, Mode::kTotal}; }

  // Access.
  struct Operand {
    GoExpr value;
    const go::Type* type;
  };
  Operand FollowPath(const rules::Expr& base, const go::Selection& selection);
  std::string Arguments(const std::vector<rules::ExprPtr>& args, bool spread);
  GoExpr MapIndex(const GoExpr& base, const GoExpr& index);
  GoExpr IndexNumber(const rules::Expr& expr);
  void KeepFromSite(const rules::Expr& place);
  void GuardArrayPointer(GoExpr& base, const go::Type* type);
  GoExpr BoundsChecked(const rules::Expr& base, const rules::ExprPtr& expr);
  void GuardSliceBounds(GoExpr& base, const rules::SliceOf& n, const GoExpr& low, const GoExpr& high);

  // Elements.
  std::string Round(const GoExpr& range, const go::Type* type, const rules::Binding& element,
                    const std::string& variable);
  GoExpr JoinKeys(const rules::Join& n, const GoExpr& range);

  // Operators.
  GoExpr Logic(const rules::Binary& n);
  void GuardOperator(const rules::Binary& n, GoExpr& y);

  // Built-ins.
  void AssignOr(const rules::Expr& arg, const std::string& target, const std::string& ok);
  void AssignBranch(GoWriter part, const GoExpr& value, const std::string& target, const std::string& ok);
  void AppendWord(const rules::Expr& arg, const std::string& words, bool first);
  std::string Differs(const rules::Expr& sentinel, const GoExpr& error);
  GoExpr CloneMap(const GoExpr& base, const go::Type* type);
  std::string ExternArguments(const rules::ExternCall& n);

  HookScope& scope_;
  GoWriter& out_;
  Mode mode_;
};

/// `text` as a plain string, integer, ... when its type is not already exactly `basic`.
std::string ConvertTo(go::Basic basic, const GoExpr& value, const go::Type* type);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_VALUES_H
