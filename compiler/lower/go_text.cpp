#include "compiler/lower/go_text.h"

#include "compiler/go/types/identical.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace instc::lower {
namespace {

bool IsBoolean(const go::Type* type) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(type);
  return basic != nullptr && basic->IsBoolean();
}

/// Zero as it stands behind `==`; nullopt when the type cannot be compared.
std::optional<std::string> ZeroText(const go::Type* type, SpellType spell) {
  const go::Type* underlying = go::Underlying(type);
  if (const auto* basic = llvm::dyn_cast<go::BasicType>(underlying)) {
    if (basic->IsString()) return "\"\"";
    if (basic->IsNumeric()) return "0";
  }
  if (go::HasNil(underlying)) return "nil";
  if (!go::Comparable(type)) return std::nullopt;
  return "(" + spell(type) + "{})";
}

}  // namespace

int PrecedenceOf(llvm::StringRef op) {
  return llvm::StringSwitch<int>(op)
      .Case("||", kOrOr)
      .Case("&&", kAndAnd)
      .Cases("==", "!=", "<", "<=", ">", ">=", kCompare)
      .Cases("+", "-", "|", "^", kAdd)
      .Default(kMultiply);
}

std::string At(const GoExpr& expr, int precedence) {
  return expr.precedence < precedence ? "(" + expr.text + ")" : expr.text;
}

std::string TypeOperand(const std::string& type) {
  llvm::StringRef text = type;
  bool bare =
      !text.startswith("*") && !text.startswith("<-") && !text.startswith("func") && !text.startswith("chan");
  return bare ? type : "(" + type + ")";
}

std::optional<std::string> NonZero(const std::string& text, const go::Type* type, SpellType spell) {
  if (IsBoolean(type)) return text;
  std::optional<std::string> zero = ZeroText(type, spell);
  if (!zero) return std::nullopt;
  return text + " != " + *zero;
}

std::optional<std::string> IsZero(const std::string& text, const go::Type* type, SpellType spell) {
  if (IsBoolean(type)) return "!" + text;
  std::optional<std::string> zero = ZeroText(type, spell);
  if (!zero) return std::nullopt;
  return text + " == " + *zero;
}

}  // namespace instc::lower
