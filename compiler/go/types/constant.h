// Values of constant expressions, exact as the specification has them: integers of any size, fractions, and
// complex numbers of two fractions. What is too large to keep is kUnknown, never wrong. instc uses
// constants for array lengths, enumerations and assignability.
#ifndef INSTC_COMPILER_GO_TYPES_CONSTANT_H
#define INSTC_COMPILER_GO_TYPES_CONSTANT_H

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/go/syntax/token.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

class BasicType;

/// An exact number in lowest terms; den is positive. Both are signed and only as wide as they need to be.
struct Rational {
  llvm::APInt num{64, 0};
  llvm::APInt den{64, 1};
  bool IsInteger() const { return den.isOneValue(); }
  bool IsZero() const { return num.isNullValue(); }
};

class ConstValue {
 public:
  enum class Kind : uint8_t { kUnknown, kBool, kString, kInt, kFloat, kComplex };

  ConstValue() = default;
  static ConstValue Bool(bool value);
  static ConstValue String(std::string value);
  static ConstValue Int(int64_t value);
  static ConstValue Uint(uint64_t value);
  static ConstValue Float(double value);
  /// Of a number; unknown when it is too large to keep.
  static ConstValue Integer(Rational value);
  static ConstValue Fraction(Rational value);
  static ConstValue Complex(Rational real, Rational imaginary);

  Kind kind() const { return kind_; }
  bool known() const { return kind_ != Kind::kUnknown; }
  bool IsNumber() const { return kind_ >= Kind::kInt; }
  bool bool_value() const { return bool_; }
  const std::string& string_value() const { return string_; }
  /// Adds to the end of a string; unknown when it gets too long.
  void Append(const ConstValue& text);
  const Rational& real() const { return real_; }  ///< of a number; the number itself unless it is complex
  const Rational& imaginary() const { return imaginary_; }
  /// The number as an integer, when it is one, whatever its kind: 1.0 is.
  std::optional<llvm::APInt> AsInteger() const;
  std::optional<int64_t> AsInt64() const;
  std::optional<uint64_t> AsUint64() const;
  std::optional<double> AsDouble()
      const;  ///< the nearest one; not of a complex number, nor beyond the largest
  /// As Go writes it: `"text"`, `true`, `-3`, `1.5`; "unknown".
  std::string ToString() const;

 private:
  Kind kind_ = Kind::kUnknown;
  bool bool_ = false;
  Rational real_;
  Rational imaginary_;
  std::string string_;
};

/// The value of a literal token (kInt, kFloat, kImaginary, kRune, kString).
ConstValue LiteralValue(Token kind, llvm::StringRef text);
/// Folding. `integer_division`: both operands are of integer type. `unsigned_bits`: width for ^x of unsigned
/// types, 0 for signed and untyped.
ConstValue FoldUnary(Token op, const ConstValue& x, unsigned unsigned_bits);
ConstValue FoldBinary(Token op, const ConstValue& x, const ConstValue& y, bool integer_division);
/// The value converted to the type: rounded for a float type, text for an integer that becomes a string.
/// Unknown when the value does not fit, which is an error in Go.
ConstValue ConvertConst(const ConstValue& x, const BasicType& type);
/// Whether an untyped constant may become a value of the basic type: 300 is no int8, 1.5 is no int, 1.0 is.
/// Unknown values may.
bool Representable(const ConstValue& x, const BasicType& type);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_CONSTANT_H
