// Values of constant expressions. Booleans, strings and integers are exact or kUnknown, never wrong; floats
// are exact as long as a 128-bit fraction carries them, a literal beyond that is the nearest double, and
// folding such a one gives kUnknown. instc uses constants for array lengths, enumerations and assignability.
#ifndef INSTC_COMPILER_GO_TYPES_CONSTANT_H
#define INSTC_COMPILER_GO_TYPES_CONSTANT_H

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/go/syntax/token.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

class BasicType;

/// An integer of 65 bits: sign and magnitude, so that both int64 and uint64 fit.
struct ConstInt {
  bool negative = false;
  uint64_t magnitude = 0;
};

/// An exact number; den is positive. Go's constants are exact, so 365.2425*10000 is an integer.
struct ConstFraction {
  __int128 num = 0;
  __int128 den = 1;
};

class ConstValue {
 public:
  enum class Kind : uint8_t { kUnknown, kBool, kString, kInt, kFloat };

  ConstValue() = default;
  static ConstValue Bool(bool value);
  static ConstValue String(std::string value);
  static ConstValue Int(int64_t value);
  static ConstValue Uint(uint64_t value);
  static ConstValue Integer(ConstInt value);
  static ConstValue Float(double value);  ///< nearest double; not known to be exact
  static ConstValue Fraction(ConstFraction value);

  Kind kind() const { return kind_; }
  bool known() const { return kind_ != Kind::kUnknown; }
  bool bool_value() const { return bool_; }
  const std::string& string_value() const { return string_; }
  ConstInt int_value() const { return int_; }
  double float_value() const { return float_; }
  std::optional<ConstFraction> fraction() const;  ///< of an integer, or of a float that is known exactly
  std::optional<int64_t> AsInt64() const;         ///< also an exact float with an integral value
  std::optional<uint64_t> AsUint64() const;
  std::optional<double> AsDouble() const;
  /// As Go writes it: `"text"`, `true`, `-3`, `1.5`; "unknown".
  std::string ToString() const;

 private:
  Kind kind_ = Kind::kUnknown;
  bool bool_ = false;
  ConstInt int_;
  double float_ = 0;
  std::optional<ConstFraction> fraction_;
  std::string string_;
};

/// The value of a literal token (kInt, kFloat, kRune, kString; kImaginary is unknown).
ConstValue LiteralValue(Token kind, llvm::StringRef text);
/// Folding. `integer_division`: both operands are of integer type. `unsigned_bits`: width for ^x of unsigned
/// types, 0 for signed and untyped.
ConstValue FoldUnary(Token op, const ConstValue& x, int unsigned_bits);
ConstValue FoldBinary(Token op, const ConstValue& x, const ConstValue& y, bool integer_division);
/// The value converted to the type (integer truncation is an error in Go, so: unknown when it does not fit).
ConstValue ConvertConst(const ConstValue& x, const BasicType& type);
/// Whether an untyped constant may become a value of the basic type: 300 is no int8, 1.5 is no int, 1.0 is.
/// Unknown values may.
bool Representable(const ConstValue& x, const BasicType& type);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_CONSTANT_H
