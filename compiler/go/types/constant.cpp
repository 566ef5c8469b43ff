#include "compiler/go/types/constant.h"

#include <cmath>
#include <utility>

#include "compiler/go/syntax/scanner.h"
#include "compiler/go/types/rational.h"
#include "compiler/go/types/type.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
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
  return Integer({llvm::APInt(64, static_cast<uint64_t>(value), true), llvm::APInt(64, 1)});
}

ConstValue ConstValue::Uint(uint64_t value) {
  return Integer({Narrow(llvm::APInt(65, value)), llvm::APInt(64, 1)});
}

ConstValue ConstValue::Integer(Rational value) {
  ConstValue result;
  if (!value.IsInteger() || value.num.getMinSignedBits() > kMaxBits) return result;
  result.kind_ = Kind::kInt;
  result.real_ = std::move(value);
  return result;
}

ConstValue ConstValue::Float(double value) {
  if (!std::isfinite(value)) return {};
  constexpr int kMantissaBits = 53;
  int exponent = 0;
  auto mantissa = static_cast<int64_t>(std::ldexp(std::frexp(value, &exponent), kMantissaBits));
  Rational integer{llvm::APInt(64, static_cast<uint64_t>(mantissa), true), llvm::APInt(64, 1)};
  Number scale = Power(2, exponent - kMantissaBits);
  return Fraction(*Multiply(integer, *scale));
}

ConstValue ConstValue::Fraction(Rational value) {
  ConstValue result;
  result.kind_ = Kind::kFloat;
  result.real_ = std::move(value);
  return result;
}

ConstValue ConstValue::Complex(Rational real, Rational imaginary) {
  ConstValue result;
  result.kind_ = Kind::kComplex;
  result.real_ = std::move(real);
  result.imaginary_ = std::move(imaginary);
  return result;
}

void ConstValue::Append(const ConstValue& text) {
  constexpr size_t kMaxLength = size_t{4} << 20;
  if (string_.size() + text.string_.size() > kMaxLength) {
    *this = ConstValue();
  } else {
    string_ += text.string_;
  }
}

std::optional<llvm::APInt> ConstValue::AsInteger() const {
  if (!IsNumber() || !real_.IsInteger() || !imaginary_.IsZero()) return std::nullopt;
  return real_.num;
}

std::optional<int64_t> ConstValue::AsInt64() const {
  std::optional<llvm::APInt> value = AsInteger();
  if (!value.has_value() || value->getMinSignedBits() > 64) return std::nullopt;
  return value->getSExtValue();
}

std::optional<uint64_t> ConstValue::AsUint64() const {
  std::optional<llvm::APInt> value = AsInteger();
  if (!value.has_value() || value->isNegative() || value->getActiveBits() > 64) return std::nullopt;
  return value->getZExtValue();
}

std::optional<double> ConstValue::AsDouble() const {
  if (!IsNumber() || !imaginary_.IsZero()) return std::nullopt;
  return Nearest(real_, llvm::APFloat::IEEEdouble());
}

namespace {

std::string Quoted(llvm::StringRef value) {
  std::string text = "\"";
  for (char c : value) {
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

std::string FloatText(const Rational& value) {
  std::optional<double> number = Nearest(value, llvm::APFloat::IEEEdouble());
  if (!number.has_value()) return "unknown";
  llvm::SmallString<32> text;
  llvm::APFloat(*number).toString(text, 0, 20);
  return text.str().str();
}

}  // namespace

std::string ConstValue::ToString() const {
  switch (kind_) {
    case Kind::kUnknown:
      return "unknown";
    case Kind::kBool:
      return bool_ ? "true" : "false";
    case Kind::kString:
      return Quoted(string_);
    case Kind::kInt: {
      llvm::SmallString<32> text;
      real_.num.toStringSigned(text);
      return text.str().str();
    }
    case Kind::kFloat:
      return FloatText(real_);
    case Kind::kComplex:
      return "(" + FloatText(real_) + " + " + FloatText(imaginary_) + "i)";
  }
  return "";
}

// ---- Literals ----

namespace {

constexpr size_t kMaxDigits = 2000;
constexpr int kMaxExponent = 2400;

Number IntegerOf(llvm::StringRef digits, unsigned radix) {
  llvm::APInt value;
  if (digits.size() > kMaxDigits || digits.getAsInteger(radix, value)) return std::nullopt;
  return Normalized(value.zext(value.getBitWidth() + 1), llvm::APInt(64, 1));
}

unsigned RadixOf(llvm::StringRef& digits) {
  if (digits.consume_front_insensitive("0x")) return 16;
  if (digits.consume_front_insensitive("0b")) return 2;
  if (digits.consume_front_insensitive("0o")) return 8;
  return digits.size() > 1 && digits.front() == '0' ? 8 : 10;
}

ConstValue NumberOrUnknown(const Number& value) {
  return value.has_value() ? ConstValue::Fraction(*value) : ConstValue();
}

ConstValue IntLiteral(llvm::StringRef digits) {
  unsigned radix = RadixOf(digits);
  Number value = IntegerOf(digits, radix);
  return value.has_value() ? ConstValue::Integer(*value) : ConstValue();
}

// 12.5e3, 0x1.8p-2: the digits without the point, times the base to the power of the exponent.
ConstValue FloatLiteral(llvm::StringRef text) {
  bool hexadecimal = text.consume_front_insensitive("0x");
  size_t mark = text.find_first_of(hexadecimal ? "pP" : "eE");
  llvm::StringRef exponent_text = mark == llvm::StringRef::npos ? "0" : text.drop_front(mark + 1);
  exponent_text.consume_front("+");
  int exponent = 0;
  if (exponent_text.getAsInteger(10, exponent) || std::abs(exponent) > kMaxExponent) return {};
  auto [whole, fraction] = text.take_front(mark).split('.');
  if (whole.size() + fraction.size() > kMaxDigits) return {};
  exponent -= static_cast<int>(fraction.size()) * (hexadecimal ? 4 : 1);
  Number digits = IntegerOf((whole + fraction).str(), hexadecimal ? 16 : 10);
  Number scale = Power(hexadecimal ? 2 : 10, exponent);
  return digits.has_value() && scale.has_value() ? NumberOrUnknown(Multiply(*digits, *scale)) : ConstValue();
}

// 2i, 0x1p3i, 1.5i. For old programs 010i is ten.
ConstValue ImaginaryLiteral(llvm::StringRef text) {
  text = text.drop_back();
  bool decimal = llvm::all_of(text, llvm::isDigit);
  bool hexadecimal = text.startswith_insensitive("0x");
  ConstValue value;
  if (decimal) {
    Number integer = IntegerOf(text, 10);
    if (integer.has_value()) value = ConstValue::Integer(*integer);
  } else if (text.find_first_of(hexadecimal ? ".pP" : ".eE") != llvm::StringRef::npos) {
    value = FloatLiteral(text);
  } else {
    value = IntLiteral(text);
  }
  return value.known() ? ConstValue::Complex({}, value.real()) : value;
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
    case Token::kImaginary:
      return ImaginaryLiteral(digits);
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

// Go limits shift counts of constants to what a double's range needs.
constexpr uint64_t kMaxShift = 1074;

ConstValue Shift(Token op, const llvm::APInt& x, uint64_t by) {
  if (by > kMaxShift) return {};
  llvm::APInt wide = x.sextOrSelf(x.getBitWidth() + (op == Token::kShl ? kMaxShift + 64 : 0));
  unsigned count = static_cast<unsigned>(by);
  llvm::APInt shifted = op == Token::kShl ? wide.shl(count) : wide.ashr(std::min(count, wide.getBitWidth()));
  return ConstValue::Integer({Narrow(shifted), llvm::APInt(64, 1)});
}

// Truncated towards zero, as Go's / and % are.
ConstValue DivideIntegers(Token op, llvm::APInt x, llvm::APInt y) {
  if (y.isNullValue()) return {};
  Widen(x, y, 64);
  return ConstValue::Integer({Narrow(op == Token::kDiv ? x.sdiv(y) : x.srem(y)), llvm::APInt(64, 1)});
}

ConstValue FoldBits(Token op, llvm::APInt x, llvm::APInt y) {
  Widen(x, y, 0);
  llvm::APInt result = op == Token::kAnd   ? x & y
                       : op == Token::kOr  ? x | y
                       : op == Token::kXor ? x ^ y
                                           : x & ~y;
  return ConstValue::Integer({Narrow(result), llvm::APInt(64, 1)});
}

Number FoldReal(Token op, const Rational& x, const Rational& y) {
  switch (op) {
    case Token::kAdd:
      return Add(x, y);
    case Token::kSub:
      return Subtract(x, y);
    case Token::kMul:
      return Multiply(x, y);
    case Token::kDiv:
      return Divide(x, y);
    default:
      return std::nullopt;
  }
}

ConstValue ComplexOrUnknown(const Number& real, const Number& imaginary) {
  return real.has_value() && imaginary.has_value() ? ConstValue::Complex(*real, *imaginary) : ConstValue();
}

// x*u + sign * y*v.
Number SumOfProducts(const Rational& x, const Rational& u, const Rational& y, const Rational& v,
                     bool subtract) {
  Number left = Multiply(x, u);
  Number right = Multiply(y, v);
  if (!left.has_value() || !right.has_value()) return std::nullopt;
  return subtract ? Subtract(*left, *right) : Add(*left, *right);
}

ConstValue FoldComplex(Token op, const ConstValue& x, const ConstValue& y) {
  const Rational &a = x.real(), &b = x.imaginary(), &c = y.real(), &d = y.imaginary();
  if (op == Token::kAdd || op == Token::kSub) return ComplexOrUnknown(FoldReal(op, a, c), FoldReal(op, b, d));
  if (op == Token::kMul)
    return ComplexOrUnknown(SumOfProducts(a, c, b, d, true), SumOfProducts(a, d, b, c, false));
  if (op != Token::kDiv) return {};
  Number square = SumOfProducts(c, c, d, d, false);
  Number real = SumOfProducts(a, c, b, d, false);
  Number imaginary = SumOfProducts(b, c, a, d, true);
  if (!square || !real || !imaginary) return {};
  return ComplexOrUnknown(Divide(*real, *square), Divide(*imaginary, *square));
}

ConstValue FoldNumbers(Token op, const ConstValue& x, const ConstValue& y, bool integer_division) {
  using Kind = ConstValue::Kind;
  bool both_int = x.kind() == Kind::kInt && y.kind() == Kind::kInt;
  if (both_int || integer_division) {
    std::optional<llvm::APInt> a = x.AsInteger();
    std::optional<llvm::APInt> b = y.AsInteger();
    if (!a.has_value() || !b.has_value()) return {};
    bool divides = (op == Token::kDiv && integer_division) || op == Token::kRem;
    if (divides) return DivideIntegers(op, *a, *b);
    bool bits = op == Token::kAnd || op == Token::kOr || op == Token::kXor || op == Token::kAndNot;
    if (bits) return FoldBits(op, *a, *b);
  }
  if (x.kind() == Kind::kComplex || y.kind() == Kind::kComplex) return FoldComplex(op, x, y);
  Number result = FoldReal(op, x.real(), y.real());
  if (!result.has_value()) return {};
  return both_int && result->IsInteger() ? ConstValue::Integer(*result) : ConstValue::Fraction(*result);
}

bool Holds(Token op, int order) {
  switch (op) {
    case Token::kEqual:
      return order == 0;
    case Token::kNotEqual:
      return order != 0;
    case Token::kLess:
      return order < 0;
    case Token::kLessEqual:
      return order <= 0;
    case Token::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

ConstValue FoldComparison(Token op, const ConstValue& x, const ConstValue& y) {
  using Kind = ConstValue::Kind;
  if (x.kind() == Kind::kString && y.kind() == Kind::kString)
    return ConstValue::Bool(Holds(op, llvm::StringRef(x.string_value()).compare(y.string_value())));
  if (x.kind() == Kind::kBool && y.kind() == Kind::kBool)
    return ConstValue::Bool(Holds(op, x.bool_value() == y.bool_value() ? 0 : 1));
  if (!x.IsNumber() || !y.IsNumber()) return {};
  int order = Compare(x.real(), y.real());
  if (order == 0) order = Compare(x.imaginary(), y.imaginary());
  return ConstValue::Bool(Holds(op, order));
}

bool IsComparison(Token op) {
  return BinaryPrecedence(op) == 3;
}

ConstValue Negate(const ConstValue& x) {
  using Kind = ConstValue::Kind;
  switch (x.kind()) {
    case Kind::kInt:
      return ConstValue::Integer(Negated(x.real()));
    case Kind::kFloat:
      return ConstValue::Fraction(Negated(x.real()));
    case Kind::kComplex:
      return ConstValue::Complex(Negated(x.real()), Negated(x.imaginary()));
    case Kind::kUnknown:
    case Kind::kBool:
    case Kind::kString:
      return {};
  }
  return {};
}

// ^x: all bits of the type for unsigned ones, of the endless two's complement otherwise.
ConstValue Complement(const ConstValue& x, unsigned unsigned_bits) {
  std::optional<llvm::APInt> value = x.AsInteger();
  if (!value.has_value()) return {};
  llvm::APInt flipped = ~*value;
  if (unsigned_bits != 0) flipped = flipped.sextOrTrunc(unsigned_bits).zext(unsigned_bits + 1);
  return ConstValue::Integer({Narrow(flipped), llvm::APInt(64, 1)});
}

}  // namespace

ConstValue FoldUnary(Token op, const ConstValue& x, unsigned unsigned_bits) {
  switch (op) {
    case Token::kAdd:
      return x;
    case Token::kNot:
      return x.kind() == ConstValue::Kind::kBool ? ConstValue::Bool(!x.bool_value()) : ConstValue();
    case Token::kSub:
      return Negate(x);
    case Token::kXor:
      return Complement(x, unsigned_bits);
    default:
      return {};
  }
}

ConstValue FoldBinary(Token op, const ConstValue& x, const ConstValue& y, bool integer_division) {
  using Kind = ConstValue::Kind;
  if (!x.known() || !y.known()) return {};
  if (IsComparison(op)) return FoldComparison(op, x, y);
  if (op == Token::kShl || op == Token::kShr) {
    std::optional<llvm::APInt> value = x.AsInteger();
    std::optional<uint64_t> by = y.AsUint64();
    return value.has_value() && by.has_value() ? Shift(op, *value, *by) : ConstValue();
  }
  if (x.kind() == Kind::kBool && y.kind() == Kind::kBool) {
    if (op == Token::kLogicalAnd) return ConstValue::Bool(x.bool_value() && y.bool_value());
    return op == Token::kLogicalOr ? ConstValue::Bool(x.bool_value() || y.bool_value()) : ConstValue();
  }
  if (x.kind() == Kind::kString && y.kind() == Kind::kString) {
    if (op != Token::kAdd) return {};
    ConstValue sum = x;
    sum.Append(y);
    return sum;
  }
  return x.IsNumber() && y.IsNumber() ? FoldNumbers(op, x, y, integer_division) : ConstValue();
}

// ---- Conversion ----

namespace {

// Bits of a sized integer type; 64 for int, uint and uintptr.
unsigned IntegerBits(Basic basic) {
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

bool Fits(const llvm::APInt& value, const BasicType& type) {
  if (type.IsUntyped()) return true;
  unsigned bits = IntegerBits(type.basic);
  if (type.IsUnsigned()) return !value.isNegative() && value.getActiveBits() <= bits;
  return value.getMinSignedBits() <= bits;
}

// What a variable of the float type (or half a complex one) holds; untyped ones are exact.
Number Rounded(const Rational& value, Basic basic) {
  bool is_single = basic == Basic::kFloat32 || basic == Basic::kComplex64;
  bool is_double = basic == Basic::kFloat64 || basic == Basic::kComplex128;
  if (!is_single && !is_double) return value;
  std::optional<double> nearest =
      Nearest(value, is_single ? llvm::APFloat::IEEEsingle() : llvm::APFloat::IEEEdouble());
  if (!nearest.has_value()) return std::nullopt;
  return ConstValue::Float(*nearest).real();
}

// string(rune): what is no code point becomes U+FFFD.
ConstValue TextOf(const llvm::APInt& code) {
  constexpr uint64_t kReplacement = 0xFFFD;
  uint64_t value = code.isNegative() || code.getActiveBits() > 21 ? kReplacement : code.getZExtValue();
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) value = kReplacement;
  char bytes[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
  char* end = bytes;
  if (!llvm::ConvertCodePointToUTF8(static_cast<unsigned>(value), end)) return {};
  return ConstValue::String(std::string(bytes, end));
}

}  // namespace

ConstValue ConvertConst(const ConstValue& x, const BasicType& type) {
  using Kind = ConstValue::Kind;
  if (type.IsBoolean()) return x.kind() == Kind::kBool ? x : ConstValue();
  if (type.IsString() && x.kind() == Kind::kInt) return TextOf(x.real().num);
  if (type.IsString()) return x.kind() == Kind::kString ? x : ConstValue();
  if (!x.IsNumber()) return {};
  if (type.IsComplex())
    return ComplexOrUnknown(Rounded(x.real(), type.basic), Rounded(x.imaginary(), type.basic));
  if (!x.imaginary().IsZero()) return {};
  if (type.IsFloat()) return NumberOrUnknown(Rounded(x.real(), type.basic));
  if (!type.IsInteger() || !x.real().IsInteger() || !Fits(x.real().num, type)) return {};
  return ConstValue::Integer(x.real());
}

bool Representable(const ConstValue& x, const BasicType& type) {
  if (!x.known()) return true;
  if (type.IsString() && x.kind() != ConstValue::Kind::kString) return false;
  return ConvertConst(x, type).known();
}

}  // namespace instc::go
