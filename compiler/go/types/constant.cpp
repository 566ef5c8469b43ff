#include "compiler/go/types/constant.h"

#include <cmath>
#include <limits>
#include <utility>

#include "compiler/go/syntax/scanner.h"
#include "compiler/go/types/type.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc::go {

ConstValue ConstValue::Bool(bool value) {
  ConstValue result;
  result.kind_ = Kind::kBool;
  result.bool_ = value;
  return result;
}

ConstValue ConstValue::String(std::string value) {
  ConstValue result;
  result.kind_ = Kind::kString;
  result.string_ = std::move(value);
  return result;
}

ConstValue ConstValue::Int(int64_t value) {
  return Integer(
      {value < 0, value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value)});
}

ConstValue ConstValue::Uint(uint64_t value) {
  return Integer({false, value});
}

ConstValue ConstValue::Integer(ConstInt value) {
  ConstValue result;
  result.kind_ = Kind::kInt;
  result.int_ = value;
  if (value.magnitude == 0) result.int_.negative = false;
  return result;
}

ConstValue ConstValue::Float(double value) {
  ConstValue result;
  if (!std::isfinite(value)) return result;
  result.kind_ = Kind::kFloat;
  result.float_ = value;
  return result;
}

namespace {

__int128 GreatestCommonDivisor(__int128 a, __int128 b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a < 0 ? -a : a;
}

}  // namespace

ConstValue ConstValue::Fraction(ConstFraction value) {
  __int128 divisor = GreatestCommonDivisor(value.num, value.den);
  if (divisor > 1) value = {value.num / divisor, value.den / divisor};
  ConstValue result =
      Float(static_cast<double>(static_cast<long double>(value.num) / static_cast<long double>(value.den)));
  result.fraction_ = value;
  return result;
}

std::optional<ConstFraction> ConstValue::fraction() const {
  if (kind_ != Kind::kInt) return fraction_;
  auto magnitude = static_cast<__int128>(int_.magnitude);
  return ConstFraction{int_.negative ? -magnitude : magnitude, 1};
}

namespace {

constexpr uint64_t kMinInt64Magnitude = uint64_t{1} << 63;

// An exact float with an integral value of at most 64 bits, as an integer.
std::optional<ConstInt> AsInteger(const ConstValue& x) {
  if (x.kind() == ConstValue::Kind::kInt) return x.int_value();
  std::optional<ConstFraction> fraction = x.fraction();
  if (!fraction.has_value() || fraction->den != 1) return std::nullopt;
  bool negative = fraction->num < 0;
  __int128 magnitude = negative ? -fraction->num : fraction->num;
  if (magnitude > std::numeric_limits<uint64_t>::max()) return std::nullopt;
  return ConstInt{negative, static_cast<uint64_t>(magnitude)};
}

}  // namespace

std::optional<int64_t> ConstValue::AsInt64() const {
  std::optional<ConstInt> value = AsInteger(*this);
  if (!value.has_value() || value->magnitude > kMinInt64Magnitude - (value->negative ? 0 : 1))
    return std::nullopt;
  return static_cast<int64_t>(value->negative ? uint64_t{0} - value->magnitude : value->magnitude);
}

std::optional<uint64_t> ConstValue::AsUint64() const {
  std::optional<ConstInt> value = AsInteger(*this);
  if (!value.has_value() || value->negative) return std::nullopt;
  return value->magnitude;
}

std::optional<double> ConstValue::AsDouble() const {
  if (kind_ == Kind::kFloat) return float_;
  if (kind_ != Kind::kInt) return std::nullopt;
  auto magnitude = static_cast<double>(int_.magnitude);
  return int_.negative ? -magnitude : magnitude;
}

std::string ConstValue::ToString() const {
  switch (kind_) {
    case Kind::kUnknown:
      return "unknown";
    case Kind::kBool:
      return bool_ ? "true" : "false";
    case Kind::kString: {
      std::string text = "\"";
      for (char c : string_) {
        if (c == '"' || c == '\\') {
          text += '\\';
          text += c;
        } else if (c == '\n') {
          text += "\\n";
        } else if (c == '\t') {
          text += "\\t";
        } else if (c == '\r') {
          text += "\\r";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          text += llvm::formatv("\\x{0:x-2}", static_cast<unsigned>(static_cast<unsigned char>(c))).str();
        } else {
          text += c;
        }
      }
      return text + "\"";
    }
    case Kind::kInt:
      return (int_.negative ? "-" : "") + llvm::utostr(int_.magnitude);
    case Kind::kFloat: {
      llvm::SmallString<32> text;
      llvm::APFloat(float_).toString(text, 0, 20);
      return text.str().str();
    }
  }
  return "";
}

// ---- Literals ----

namespace {

ConstValue IntLiteral(std::string digits) {
  llvm::StringRef text = digits;
  unsigned base = 10;
  if (text.size() > 1 && text.front() == '0') {
    base = 8;
    text = text.drop_front();
    char mark = static_cast<char>(text.front() | 0x20);
    if (mark == 'x' || mark == 'b' || mark == 'o') {
      base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
      text = text.drop_front();
    }
  }
  uint64_t value = 0;
  return text.getAsInteger(base, value) ? ConstValue() : ConstValue::Uint(value);
}

// "12.5e3" as a fraction, when 128 bits carry it.
std::optional<ConstFraction> DecimalFraction(llvm::StringRef text) {
  auto [mantissa, exponent_text] = text.split(text.contains('e') ? 'e' : 'E');
  int exponent = 0;
  exponent_text.consume_front("+");
  if (!exponent_text.empty() && exponent_text.getAsInteger(10, exponent)) return std::nullopt;
  ConstFraction value;
  bool after_point = false;
  for (char c : mantissa) {
    if (c == '.') {
      after_point = true;
      continue;
    }
    if (!llvm::isDigit(c) || __builtin_mul_overflow(value.num, 10, &value.num)) return std::nullopt;
    value.num += c - '0';
    if (after_point) --exponent;
  }
  if (value.num == 0) return ConstFraction{};
  for (; exponent != 0; exponent += exponent < 0 ? 1 : -1) {
    if (__builtin_mul_overflow(exponent < 0 ? value.den : value.num, 10,
                               exponent < 0 ? &value.den : &value.num)) {
      return std::nullopt;
    }
  }
  return value;
}

ConstValue FloatLiteral(const std::string& digits) {
  if (std::optional<ConstFraction> fraction = DecimalFraction(digits)) return ConstValue::Fraction(*fraction);
  llvm::APFloat value(0.0);
  auto status = value.convertFromString(digits, llvm::APFloat::rmNearestTiesToEven);
  if (!status) {
    llvm::consumeError(status.takeError());
    return {};
  }
  return ConstValue::Float(value.convertToDouble());
}

}  // namespace

ConstValue LiteralValue(Token kind, llvm::StringRef text) {
  std::string digits;
  for (char c : text) {
    if (c != '_') digits.push_back(c);
  }
  switch (kind) {
    case Token::kInt:
      return IntLiteral(digits);
    case Token::kFloat:
      return FloatLiteral(digits);
    case Token::kRune: {
      int32_t rune = 0;
      return UnquoteRune(text, rune) ? ConstValue::Int(rune) : ConstValue();
    }
    case Token::kString: {
      std::string value;
      return UnquoteString(text, value) ? ConstValue::String(std::move(value)) : ConstValue();
    }
    default:
      return {};
  }
}

// ---- Folding ----

namespace {

// An integer of any sign; beyond 64 bits (`1<<64 - 1` passes there) it is kept as an exact fraction.
ConstValue WideInteger(__int128 value) {
  bool negative = value < 0;
  __int128 magnitude = negative ? -value : value;
  if (magnitude > std::numeric_limits<uint64_t>::max()) return ConstValue::Fraction({value, 1});
  return ConstValue::Integer({negative, static_cast<uint64_t>(magnitude)});
}

__int128 Wide(ConstInt x) {
  auto magnitude = static_cast<__int128>(x.magnitude);
  return x.negative ? -magnitude : magnitude;
}

ConstValue ShiftLeft(ConstInt x, uint64_t by) {
  if (x.magnitude == 0) return ConstValue::Int(0);
  if (by >= 127 || (static_cast<unsigned __int128>(x.magnitude) >> (127 - by)) != 0) return {};
  __int128 shifted = static_cast<__int128>(x.magnitude) << by;
  return WideInteger(x.negative ? -shifted : shifted);
}

// Arithmetic shift: rounds towards minus infinity.
ConstValue ShiftRight(ConstInt x, uint64_t by) {
  if (by >= 64) return ConstValue::Int(x.negative ? -1 : 0);
  uint64_t shifted = x.magnitude >> by;
  if (x.negative && (shifted << by) != x.magnitude) ++shifted;
  return ConstValue::Integer({x.negative, shifted});
}

// Bit operations work on two's complement. Both operands must fit one signed, or one unsigned, 64-bit word.
ConstValue BitOp(Token op, const ConstValue& x, const ConstValue& y) {
  auto apply = [op](uint64_t a, uint64_t b) {
    switch (op) {
      case Token::kAnd:
        return a & b;
      case Token::kOr:
        return a | b;
      case Token::kXor:
        return a ^ b;
      default:
        return a & ~b;
    }
  };
  if (x.AsUint64() && y.AsUint64()) return ConstValue::Uint(apply(*x.AsUint64(), *y.AsUint64()));
  if (!x.AsInt64() || !y.AsInt64()) return {};
  uint64_t bits = apply(static_cast<uint64_t>(*x.AsInt64()), static_cast<uint64_t>(*y.AsInt64()));
  return ConstValue::Int(static_cast<int64_t>(bits));
}

ConstValue FoldInts(Token op, const ConstValue& a, const ConstValue& b) {
  ConstInt x = a.int_value();
  ConstInt y = b.int_value();
  switch (op) {
    case Token::kAdd:
      return WideInteger(Wide(x) + Wide(y));
    case Token::kSub:
      return WideInteger(Wide(x) - Wide(y));
    case Token::kMul: {
      __int128 product = 0;
      return __builtin_mul_overflow(Wide(x), Wide(y), &product) ? ConstValue() : WideInteger(product);
    }
    case Token::kDiv:
      if (y.magnitude == 0) return {};
      return ConstValue::Integer({x.negative != y.negative, x.magnitude / y.magnitude});
    case Token::kRem:
      if (y.magnitude == 0) return {};
      return ConstValue::Integer({x.negative, x.magnitude % y.magnitude});
    case Token::kAnd:
    case Token::kOr:
    case Token::kXor:
    case Token::kAndNot:
      return BitOp(op, a, b);
    default:
      return {};
  }
}

// Exact; nullopt when 128 bits do not carry the result.
std::optional<ConstFraction> FoldFractions(Token op, ConstFraction x, ConstFraction y) {
  ConstFraction result;
  if (op == Token::kDiv) {
    if (y.num == 0) return std::nullopt;
    y = y.num < 0 ? ConstFraction{-y.den, -y.num} : ConstFraction{y.den, y.num};
    op = Token::kMul;
  }
  if (__builtin_mul_overflow(x.den, y.den, &result.den)) return std::nullopt;
  if (op == Token::kMul) {
    if (__builtin_mul_overflow(x.num, y.num, &result.num)) return std::nullopt;
    return result;
  }
  __int128 left = 0;
  __int128 right = 0;
  if (__builtin_mul_overflow(x.num, y.den, &left) || __builtin_mul_overflow(y.num, x.den, &right))
    return std::nullopt;
  bool overflow = op == Token::kAdd ? __builtin_add_overflow(left, right, &result.num)
                                    : __builtin_sub_overflow(left, right, &result.num);
  if (overflow || (op != Token::kAdd && op != Token::kSub)) return std::nullopt;
  return result;
}

// Integers, one of them beyond 64 bits: truncates as integer division does.
ConstValue FoldWideDivision(const ConstValue& x, const ConstValue& y) {
  if (!x.fraction() || !y.fraction() || x.fraction()->den != 1 || y.fraction()->den != 1) return {};
  return y.fraction()->num == 0 ? ConstValue() : WideInteger(x.fraction()->num / y.fraction()->num);
}

// Unknown when the result is not exact: Go rounds once, at the end, and instc would round at every step.
ConstValue FoldFloats(Token op, const ConstValue& x, const ConstValue& y) {
  if (!x.fraction() || !y.fraction()) return {};
  std::optional<ConstFraction> exact = FoldFractions(op, *x.fraction(), *y.fraction());
  return exact.has_value() ? ConstValue::Fraction(*exact) : ConstValue();
}

template <typename T>
std::optional<bool> CompareValues(Token op, const T& x, const T& y) {
  switch (op) {
    case Token::kEqual:
      return x == y;
    case Token::kNotEqual:
      return x != y;
    case Token::kLess:
      return x < y;
    case Token::kLessEqual:
      return x <= y;
    case Token::kGreater:
      return x > y;
    case Token::kGreaterEqual:
      return x >= y;
    default:
      return std::nullopt;
  }
}

int CompareInts(ConstInt x, ConstInt y) {
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  if (x.magnitude == y.magnitude) return 0;
  return (x.magnitude < y.magnitude) != x.negative ? -1 : 1;
}

ConstValue FoldComparison(Token op, const ConstValue& x, const ConstValue& y) {
  using Kind = ConstValue::Kind;
  std::optional<bool> result;
  if (x.kind() == Kind::kString && y.kind() == Kind::kString) {
    result = CompareValues(op, x.string_value(), y.string_value());
  } else if (x.kind() == Kind::kBool && y.kind() == Kind::kBool) {
    result = CompareValues(op, x.bool_value(), y.bool_value());
  } else if (x.kind() == Kind::kInt && y.kind() == Kind::kInt) {
    result = CompareValues(op, CompareInts(x.int_value(), y.int_value()), 0);
  } else if (x.fraction() && y.fraction()) {
    std::optional<ConstFraction> difference = FoldFractions(Token::kSub, *x.fraction(), *y.fraction());
    if (difference.has_value()) result = CompareValues(op, difference->num, __int128{0});
  }
  return result.has_value() ? ConstValue::Bool(*result) : ConstValue();
}

bool IsComparison(Token op) {
  return BinaryPrecedence(op) == 3;
}

}  // namespace

ConstValue FoldUnary(Token op, const ConstValue& x, int unsigned_bits) {
  using Kind = ConstValue::Kind;
  switch (op) {
    case Token::kAdd:
      return x;
    case Token::kNot:
      return x.kind() == Kind::kBool ? ConstValue::Bool(!x.bool_value()) : ConstValue();
    case Token::kSub:
      if (x.kind() == Kind::kInt)
        return ConstValue::Integer({!x.int_value().negative, x.int_value().magnitude});
      if (x.kind() != Kind::kFloat) return {};
      return x.fraction() ? ConstValue::Fraction({-x.fraction()->num, x.fraction()->den})
                          : ConstValue::Float(-x.float_value());
    case Token::kXor:
      if (unsigned_bits != 0) {
        if (!x.AsUint64()) return {};
        uint64_t mask = unsigned_bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << unsigned_bits) - 1;
        return ConstValue::Uint(~*x.AsUint64() & mask);
      }
      return x.AsInt64() ? ConstValue::Int(~*x.AsInt64()) : ConstValue();
    default:
      return {};
  }
}

ConstValue FoldBinary(Token op, const ConstValue& x, const ConstValue& y, bool integer_division) {
  using Kind = ConstValue::Kind;
  if (!x.known() || !y.known()) return {};
  if (IsComparison(op)) return FoldComparison(op, x, y);
  if (op == Token::kShl || op == Token::kShr) {
    std::optional<ConstInt> value = AsInteger(x);
    if (!y.AsUint64()) return {};
    if (!value.has_value()) {  // 1<<80 >> 78
      bool integer = x.fraction() && x.fraction()->den == 1 && *y.AsUint64() < 127;
      return integer && op == Token::kShr ? WideInteger(x.fraction()->num >> *y.AsUint64()) : ConstValue();
    }
    return op == Token::kShl ? ShiftLeft(*value, *y.AsUint64()) : ShiftRight(*value, *y.AsUint64());
  }
  if (x.kind() == Kind::kBool && y.kind() == Kind::kBool) {
    if (op == Token::kLogicalAnd) return ConstValue::Bool(x.bool_value() && y.bool_value());
    return op == Token::kLogicalOr ? ConstValue::Bool(x.bool_value() || y.bool_value()) : ConstValue();
  }
  if (x.kind() == Kind::kString && y.kind() == Kind::kString) {
    return op == Token::kAdd ? ConstValue::String(x.string_value() + y.string_value()) : ConstValue();
  }
  bool ints = x.kind() == Kind::kInt && y.kind() == Kind::kInt;
  if (ints && (op != Token::kDiv || integer_division)) return FoldInts(op, x, y);
  if (integer_division && op == Token::kDiv) return FoldWideDivision(x, y);
  return FoldFloats(op, x, y);
}

// ---- Conversion ----

namespace {

// Bits of a sized integer type; 64 for int, uint and uintptr.
int IntegerBits(Basic basic) {
  switch (basic) {
    case Basic::kInt8:
    case Basic::kUint8:
      return 8;
    case Basic::kInt16:
    case Basic::kUint16:
      return 16;
    case Basic::kInt32:
    case Basic::kUint32:
      return 32;
    default:
      return 64;
  }
}

bool Fits(ConstInt value, const BasicType& type) {
  if (type.IsUntyped()) return true;
  int bits = IntegerBits(type.basic);
  if (type.IsUnsigned()) {
    return !value.negative && (bits == 64 || value.magnitude >> bits == 0);
  }
  uint64_t limit = uint64_t{1} << (bits - 1);
  return value.negative ? value.magnitude <= limit : value.magnitude < limit;
}

}  // namespace

ConstValue ConvertConst(const ConstValue& x, const BasicType& type) {
  using Kind = ConstValue::Kind;
  if (!x.known()) return {};
  if (type.IsInteger()) {
    std::optional<ConstInt> value = AsInteger(x);
    if (!value.has_value())
      return type.IsUntyped() && x.fraction() && x.fraction()->den == 1 ? x : ConstValue();
    return Fits(*value, type) ? ConstValue::Integer(*value) : ConstValue();
  }
  if (type.IsFloat()) {
    if (type.basic == Basic::kFloat32 && x.AsDouble() && static_cast<float>(*x.AsDouble()) != *x.AsDouble()) {
      return ConstValue::Float(static_cast<float>(*x.AsDouble()));
    }
    if (x.fraction()) return ConstValue::Fraction(*x.fraction());
    return x.AsDouble() ? ConstValue::Float(*x.AsDouble()) : ConstValue();
  }
  if (type.IsString()) return x.kind() == Kind::kString ? x : ConstValue();
  if (type.IsBoolean()) return x.kind() == Kind::kBool ? x : ConstValue();
  return {};
}

bool Representable(const ConstValue& x, const BasicType& type) {
  if (!x.known()) return true;
  if (type.IsComplex()) return x.AsDouble().has_value();
  return ConvertConst(x, type).known();
}

}  // namespace instc::go
