// Exact arithmetic on fractions of bounded size. Internal to compiler/go/types.
#ifndef INSTC_COMPILER_GO_TYPES_RATIONAL_H
#define INSTC_COMPILER_GO_TYPES_RATIONAL_H

#include <optional>

#include "compiler/go/types/constant.h"
#include "llvm/ADT/APFloat.h"

namespace instc::go {

/// Numerators and denominators beyond this are given up; Go itself rounds from 4096 bits on.
constexpr unsigned kMaxBits = 8192;

using Number = std::optional<Rational>;  // nullopt: too large, or a division by zero

/// In lowest terms, as narrow as possible.
Number Normalized(llvm::APInt num, llvm::APInt den);
Number Add(const Rational& a, const Rational& b);
Number Subtract(const Rational& a, const Rational& b);
Number Multiply(const Rational& a, const Rational& b);
Number Divide(const Rational& a, const Rational& b);
Rational Negated(const Rational& a);
/// -1, 0 or 1.
int Compare(const Rational& a, const Rational& b);
/// base to the power of exponent, which may be negative.
Number Power(unsigned base, int exponent);
/// The nearest number of that precision (double at most); nullopt when it would be infinite.
std::optional<double> Nearest(const Rational& value, const llvm::fltSemantics& precision);
/// As many bits as a two's complement number needs, rounded up to whole words.
llvm::APInt Narrow(const llvm::APInt& value);
/// Both in the same width, with `extra` bits to spare.
void Widen(llvm::APInt& a, llvm::APInt& b, unsigned extra);

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_TYPES_RATIONAL_H
