// Operators.
#include "compiler/check/expression_errors.h"
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(MismatchedOperands, "E0311", Error, "operator `{0}` on {1} and {2}", llvm::StringRef,
                 std::string, std::string);

HookChecker::ExprPtr HookChecker::UnaryExpr(const ast::Unary& unary, Span span) {
  const std::string op = ast::Spelling(unary.op).str();
  if (unary.op == ast::UnaryOp::AddressOf) {
    const auto* composite = std::get_if<ast::CompositeLit>(&unary.operand->node);
    ExprPtr literal = Check(*unary.operand);
    if (IsInvalid(*literal)) return Bad(span);
    if (std::holds_alternative<rules::NewObject>(literal->node)) return literal;
    if (composite == nullptr) {
      emitter().Emit(span, BadOperand, op, "anything but a composite literal").Help("write `&T{...}`");
      return Bad(span);
    }
    return Make(span, plugin_.target.program->context().Pointer(literal->type), rules::Unary{op, literal});
  }
  ExprPtr x = CheckValueOf(*unary.operand);
  if (IsInvalid(*x)) return Bad(span);
  if (unary.op == ast::UnaryOp::Deref) {
    const Type* pointee = go::Pointee(go::Underlying(x->type));
    if (pointee == nullptr) {
      emitter().Emit(span, BadOperand, op, Show(x->type));
      return Bad(span);
    }
    return Make(span, pointee, rules::Unary{op, x});
  }
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(x->type));
  const bool wants_bool = unary.op == ast::UnaryOp::Not;
  const bool wants_integer = unary.op == ast::UnaryOp::Complement;
  const bool fits = basic != nullptr && (wants_bool      ? basic->IsBoolean()
                                         : wants_integer ? basic->IsInteger()
                                                         : basic->IsNumeric());
  if (!fits) {
    emitter().Emit(span, BadOperand, op, Show(x->type));
    return Bad(span);
  }
  const auto* literal = std::get_if<rules::Literal>(&x->node);
  if (literal != nullptr && unary.op == ast::UnaryOp::Neg) {
    const go::ConstValue value = go::FoldUnary(go::Token::kSub, literal->value, 0);
    if (value.known()) return Make(span, x->type, rules::Literal{value.ToString(), literal->is_zero, value});
  }
  return Make(span, x->type, rules::Unary{op, x});
}

namespace {

bool IsComparison(ast::BinaryOp op) {
  return op >= ast::BinaryOp::Eq && op <= ast::BinaryOp::Ge;
}
bool IsLogical(ast::BinaryOp op) {
  return op == ast::BinaryOp::LogicalAnd || op == ast::BinaryOp::LogicalOr;
}

/// What the operand must be for an arithmetic, ordering or logical operator.
bool Fits(ast::BinaryOp op, const go::BasicType* basic) {
  if (basic == nullptr) return false;
  switch (op) {
    case ast::BinaryOp::LogicalAnd:
    case ast::BinaryOp::LogicalOr:
      return basic->IsBoolean();
    case ast::BinaryOp::Add:
      return basic->IsNumeric() || basic->IsString();
    case ast::BinaryOp::Sub:
    case ast::BinaryOp::Mul:
    case ast::BinaryOp::Div:
      return basic->IsNumeric();
    case ast::BinaryOp::Lt:
    case ast::BinaryOp::Le:
    case ast::BinaryOp::Gt:
    case ast::BinaryOp::Ge:
      return basic->IsOrdered();
    case ast::BinaryOp::Eq:
    case ast::BinaryOp::Ne:
      return true;
    default:
      return basic->IsInteger();
  }
}

}  // namespace

HookChecker::ExprPtr HookChecker::BinaryExpr(const ast::Binary& binary, Span span) {
  const std::string op = ast::Spelling(binary.op).str();
  ExprPtr x = CheckValueOf(*binary.left);
  ExprPtr y = CheckValueOf(*binary.right);
  if (IsInvalid(*x) || IsInvalid(*y)) {
    const bool boolean = IsComparison(binary.op) || IsLogical(binary.op);
    return boolean && !IsAbsent(*x) && !IsAbsent(*y) ? AbsentOf(span, BasicTypeOf(Basic::kBool)) : Bad(span);
  }
  const bool shift = binary.op == ast::BinaryOp::Shl || binary.op == ast::BinaryOp::Shr;
  const bool agree = shift || Assignable(*x, y->type) || Assignable(*y, x->type);
  if (!agree) {
    emitter().Emit(binary.op_span, MismatchedOperands, op, Show(x->type), Show(y->type));
    return Bad(span);
  }
  const bool equality = binary.op == ast::BinaryOp::Eq || binary.op == ast::BinaryOp::Ne;
  for (const ExprPtr& operand : {x, y}) {
    const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(operand->type));
    const bool nil = go::IsUntypedNil(x->type) || go::IsUntypedNil(y->type);
    const bool fits = equality ? nil || go::Comparable(operand->type) : Fits(binary.op, basic);
    if (fits) continue;
    emitter().Emit(operand->span, BadOperand, op, Show(operand->type));
    return Bad(span);
  }
  const Type* common = go::IsUntyped(x->type) ? y->type : x->type;
  if (!shift) {
    x = Coerce(x, go::DefaultType(y->type));
    y = Coerce(y, go::DefaultType(x->type));
  }
  const Type* type = IsComparison(binary.op) || IsLogical(binary.op) ? BasicTypeOf(Basic::kBool) : common;
  const auto* basic = llvm::dyn_cast<go::BasicType>(go::Underlying(common));
  const bool divides = binary.op == ast::BinaryOp::Div || binary.op == ast::BinaryOp::Rem;
  const auto* divisor = std::get_if<rules::Literal>(&y->node);
  const bool may_divide_by_zero =
      divides && basic != nullptr && basic->IsInteger() && (divisor == nullptr || divisor->is_zero);
  return Make(span, type, rules::Binary{op, x, y, may_divide_by_zero});
}

}  // namespace instc::check
