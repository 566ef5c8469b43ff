// Operators, and composite literals.
#include "compiler/go/types/assign.h"
#include "compiler/ruletest/evaluate.h"
#include "compiler/ruletest/interpreter.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

Value Interpreter::Of(const Expr& e, const rules::Unary& n) {
  Value x = Eval(*n.x);
  if (n.op == "&") {
    auto to = std::make_shared<Place>(Place{x});
    return x.IsAbsent() ? x : Value{Pointer{std::move(to)}};
  }
  if (x.IsAbsent()) return x;
  if (n.op == "*") {
    if (const auto* pointer = x.As<Pointer>()) return pointer->to->value;
    return x.IsUnknown() ? Mix({&x}) : Missing(e, "a nil pointer is read");
  }
  if (x.IsUnknown()) return Mix({&x});
  if (const auto* flag = x.As<bool>()) return {!*flag};
  if (const auto* real = x.As<double>()) return {n.op == "-" ? -*real : *real};
  const auto* integer = x.As<Integer>();
  if (integer == nullptr) return MakeUnknown(e.span.Text().str());
  if (n.op == "-") return Wrapped(-integer->value, e.type);
  if (n.op == "^") return Wrapped(-integer->value - 1, e.type);
  return x;
}

Value Interpreter::Of(const Expr& e, const rules::Binary& n) {
  if (n.op == "&&" || n.op == "||") return Logic(n);
  const Value x = Eval(*n.x);
  const Value y = Eval(*n.y);
  if (x.IsAbsent() || y.IsAbsent()) return {Absent{}};
  const bool comparison = n.op == "==" || n.op == "!=" || n.op[0] == '<' || n.op[0] == '>';
  const bool shift = n.op == "<<" || n.op == ">>";
  if (comparison && !shift) return Compare(n, x, y);
  if (x.IsUnknown() || y.IsUnknown()) return Mix({&x, &y});
  return Arithmetic(e, n, x, y);
}

/// An absent operand is false; an unknown one decides nothing.
Value Interpreter::Logic(const rules::Binary& n) {
  const bool decides = n.op == "||";
  auto condition = [&](const Expr& operand) {
    Value value = Eval(operand);
    return value.IsAbsent() ? Value{false} : value;
  };
  const Value x = condition(*n.x);
  const auto* left = x.As<bool>();
  if (left != nullptr && *left == decides) return {decides};
  Value y = condition(*n.y);
  const auto* right = y.As<bool>();
  if (left != nullptr) return y;
  if (right != nullptr && *right == decides) return {decides};
  return Mix({&x, &y});
}

Value Interpreter::Compare(const rules::Binary& n, const Value& x, const Value& y) {
  if (n.op == "==" || n.op == "!=") {
    // An interface against a plain value: the plain one as the interface would hold it.
    const bool x_boxed = go::IsInterface(n.x->type);
    const bool y_boxed = go::IsInterface(n.y->type);
    const Answer same = x_boxed == y_boxed ? Equal(x, y)
                        : x_boxed          ? Equal(x, InInterface(y, n.y->type, n.x->type))
                                           : Equal(InInterface(x, n.x->type, n.y->type), y);
    if (same == Answer::kUnknown) return Mix({&x, &y});
    return {(same == Answer::kYes) == (n.op == "==")};
  }
  if (x.IsUnknown() || y.IsUnknown()) return Mix({&x, &y});
  auto ordered = [&](const auto& a, const auto& b) {
    return n.op == "<" ? a < b : n.op == "<=" ? a <= b : n.op == ">" ? a > b : a >= b;
  };
  if (x.As<std::string>() != nullptr && y.As<std::string>() != nullptr)
    return {ordered(*x.As<std::string>(), *y.As<std::string>())};
  if (x.As<Integer>() != nullptr && y.As<Integer>() != nullptr)
    return {ordered(x.As<Integer>()->value, y.As<Integer>()->value)};
  auto number = [](const Value& v) {
    const auto* integer = v.As<Integer>();
    return integer != nullptr ? static_cast<double>(integer->value) : *v.As<double>();
  };
  return {ordered(number(x), number(y))};
}

Value Interpreter::Arithmetic(const Expr& e, const rules::Binary& n, const Value& x, const Value& y) {
  if (x.As<std::string>() != nullptr && y.As<std::string>() != nullptr)
    return MakeText(*x.As<std::string>() + *y.As<std::string>());
  const auto* a = x.As<Integer>();
  const auto* b = y.As<Integer>();
  if (a != nullptr && b != nullptr) {
    const char op = n.op[0];
    if ((op == '/' || op == '%') && b->value == 0) return Missing(e, "division by zero");
    if (n.op == "<<" || n.op == ">>") {
      if (b->value < 0) return Missing(e, "a shift by a negative count");
      const bool far = b->value >= 64;
      if (op == '<') return Wrapped(far ? 0 : a->value << static_cast<int>(b->value), e.type);
      return Wrapped(far ? (a->value < 0 ? -1 : 0) : a->value >> static_cast<int>(b->value), e.type);
    }
    const __int128 result = n.op == "+"    ? a->value + b->value
                            : n.op == "-"  ? a->value - b->value
                            : n.op == "*"  ? static_cast<__int128>(static_cast<unsigned __int128>(a->value) *
                                                                  static_cast<unsigned __int128>(b->value))
                            : n.op == "/"  ? a->value / b->value
                            : n.op == "%"  ? a->value % b->value
                            : n.op == "&"  ? (a->value & b->value)
                            : n.op == "|"  ? (a->value | b->value)
                            : n.op == "&^" ? (a->value & ~b->value)
                                           : (a->value ^ b->value);
    return Wrapped(result, e.type);
  }
  auto number = [](const Value& v) -> std::optional<double> {
    if (const auto* integer = v.As<Integer>()) return static_cast<double>(integer->value);
    if (const auto* real = v.As<double>()) return *real;
    return std::nullopt;
  };
  const auto p = number(x);
  const auto q = number(y);
  if (!p.has_value() || !q.has_value()) return MakeUnknown(e.span.Text().str());
  if (n.op == "+") return {*p + *q};
  if (n.op == "-") return {*p - *q};
  if (n.op == "*") return {*p * *q};
  return {*p / *q};
}

Value Interpreter::Of(const Expr& e, const rules::Composite& n) {
  const go::Type* under = go::Underlying(e.type);
  const auto* map_type = llvm::dyn_cast<go::MapType>(under);
  const auto* strukt = llvm::dyn_cast<go::StructType>(under);
  auto list = std::make_shared<List>();
  auto map = std::make_shared<Map>();
  auto made = std::make_shared<Struct>();
  made->type = e.type;
  for (size_t i = 0; i < n.elements.size(); ++i) {
    const auto& [key, expr] = n.elements[i];
    const bool named = i < n.field_names.size() && !n.field_names[i].empty();
    const go::Var* field = strukt != nullptr && named ? strukt->Field(n.field_names[i]) : nullptr;
    const auto* slice = llvm::dyn_cast<go::SliceType>(under);
    const go::Type* wanted = map_type != nullptr ? map_type->value
                             : slice != nullptr  ? slice->element
                             : field != nullptr  ? field->type()
                                                 : expr->type;
    Value value = Eval(*expr);
    if (value.IsAbsent()) return value;
    auto place = std::make_shared<Place>(Place{InInterface(Copy(value), expr->type, wanted)});
    if (strukt != nullptr)
      made->fields[n.field_names[i]] = place;  // a hidden field has no go::Var
    else if (key != nullptr)
      PutEntry(*map, Eval(*key), place);
    else
      list->elements[list->length++] = place;
  }
  if (strukt != nullptr) return {made};
  return map_type != nullptr ? Value{map} : Value{list};
}

}  // namespace instc::ruletest
