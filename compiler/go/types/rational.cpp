#include "compiler/go/types/rational.h"

#include <algorithm>

#include "llvm/ADT/APFloat.h"

namespace instc::go {

llvm::APInt Narrow(const llvm::APInt& value) {
  unsigned bits = std::max(64U, (value.getMinSignedBits() + 63) / 64 * 64);
  return value.sextOrTrunc(bits);
}

void Widen(llvm::APInt& a, llvm::APInt& b, unsigned extra) {
  unsigned bits = std::max(a.getBitWidth(), b.getBitWidth()) + extra;
  a = a.sextOrSelf(bits);
  b = b.sextOrSelf(bits);
}

namespace {

llvm::APInt Product(llvm::APInt a, llvm::APInt b) {
  unsigned bits = a.getBitWidth() + b.getBitWidth();
  return Narrow(a.sext(bits) * b.sext(bits));
}

llvm::APInt Sum(llvm::APInt a, llvm::APInt b) {
  Widen(a, b, 64);
  return Narrow(a + b);
}

}  // namespace

Number Normalized(llvm::APInt num, llvm::APInt den) {
  if (den.isNullValue()) return std::nullopt;
  Widen(num, den, 64);
  if (den.isNegative()) {
    num.negate();
    den.negate();
  }
  if (!den.isOneValue()) {
    llvm::APInt divisor = llvm::APIntOps::GreatestCommonDivisor(num.abs(), den);
    num = num.sdiv(divisor);
    den = den.sdiv(divisor);
  }
  if (num.getMinSignedBits() > kMaxBits || den.getMinSignedBits() > kMaxBits) return std::nullopt;
  return Rational{Narrow(num), Narrow(den)};
}

Number Add(const Rational& a, const Rational& b) {
  return Normalized(Sum(Product(a.num, b.den), Product(b.num, a.den)), Product(a.den, b.den));
}

Number Subtract(const Rational& a, const Rational& b) {
  return Add(a, Negated(b));
}

Number Multiply(const Rational& a, const Rational& b) {
  return Normalized(Product(a.num, b.num), Product(a.den, b.den));
}

Number Divide(const Rational& a, const Rational& b) {
  return Normalized(Product(a.num, b.den), Product(a.den, b.num));
}

Rational Negated(const Rational& a) {
  llvm::APInt num = a.num.sext(a.num.getBitWidth() + 64);
  num.negate();
  return {Narrow(num), a.den};
}

int Compare(const Rational& a, const Rational& b) {
  llvm::APInt left = Product(a.num, b.den);
  llvm::APInt right = Product(b.num, a.den);
  Widen(left, right, 0);
  return left == right ? 0 : left.slt(right) ? -1 : 1;
}

Number Power(unsigned base, int exponent) {
  Number result = Rational{};
  result->num = llvm::APInt(64, 1);
  Number square = result;
  square->num = llvm::APInt(64, base);
  for (unsigned rest = static_cast<unsigned>(std::abs(exponent)); rest != 0; rest >>= 1) {
    if (!square) return std::nullopt;
    if ((rest & 1) != 0) result = Multiply(*result, *square);
    if (!result) return std::nullopt;
    square = Multiply(*square, *square);
  }
  return exponent >= 0 ? result : Normalized(result->den, result->num);
}

// The quotient to more bits than a double has, with a last bit that says whether anything was cut off, rounds
// once to the right double, subnormal ones included; quadruple precision carries the exponent.
std::optional<double> Nearest(const Rational& value, const llvm::fltSemantics& precision) {
  constexpr unsigned kQuotientBits = 66;
  if (value.IsZero()) return 0.0;
  unsigned width = 2 * std::max(value.num.getBitWidth(), value.den.getBitWidth()) + 4 * kQuotientBits;
  llvm::APInt num = value.num.sext(width).abs();
  llvm::APInt den = value.den.sext(width);
  int shift = static_cast<int>(den.getActiveBits()) - static_cast<int>(num.getActiveBits()) +
              static_cast<int>(kQuotientBits);
  if (shift >= 0) {
    num <<= static_cast<unsigned>(shift);
  } else {
    den <<= static_cast<unsigned>(-shift);
  }
  llvm::APInt quotient(width, 0);
  llvm::APInt remainder(width, 0);
  llvm::APInt::udivrem(num, den, quotient, remainder);
  quotient <<= 1;
  if (!remainder.isNullValue()) quotient |= 1;
  llvm::APFloat result(llvm::APFloat::IEEEquad());
  result.convertFromAPInt(quotient.trunc(128), false, llvm::APFloat::rmNearestTiesToEven);
  result = scalbn(result, -shift - 1, llvm::APFloat::rmNearestTiesToEven);
  bool loses = false;
  result.convert(precision, llvm::APFloat::rmNearestTiesToEven, &loses);
  if (!result.isFinite()) return std::nullopt;
  result.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &loses);
  double magnitude = result.convertToDouble();
  return value.num.isNegative() ? -magnitude : magnitude;
}

}  // namespace instc::go
