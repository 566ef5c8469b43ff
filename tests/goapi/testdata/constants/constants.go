// Package constants has constants of every type, with values at the borders of what fits where.
package constants

import (
	"math"
	"time"
	"unsafe"
)

const (
	MaxI8, MinI8    = 127, -128
	OverI8, UnderI8 = 128, -129
	MaxU8, OverU8   = 255, 256
	MaxI64          = 1<<63 - 1
	MinI64          = -1 << 63
	OverI64         = 1 << 63
	MaxU64          = 1<<64 - 1
	OverU64         = 1 << 64
	Big             = 1 << 500
	BigDiff         = Big - 1<<499 | 7
	BigAnd          = (Big - 1) & 0xFFFF
	BigBack         = Big >> 490
	Octal, Bin, Hex = 0o17, 0b1010_1010, 0xFF_FF
	OldOctal        = 0755
	Shifted         = 1.0 << 10
	Neg             = -7 / 2
	NegRem          = -7 % 3
	FloatDiv        = 7 / 2.0
	NotUntyped      = ^5
	NotU8           = ^uint8(5)
	NotI8           = ^int8(5)
	AndNot          = 0xFF &^ 0x0F
	NegShift        = -9 >> 1
)
const (
	Pi               = math.Pi
	Pi32             = float32(math.Pi)
	Third            = 1.0 / 3
	TenThird         = Third * 30
	Sum              = 0.1 + 0.2
	Sum64            = float64(0.1) + 0.2
	Sum32            = float32(0.1) + 0.2
	Huge             = 1e308 * 10
	Tiny             = 1e-320
	MaxF32           = math.MaxFloat32
	MaxF64           = math.MaxFloat64
	MinF64           = math.SmallestNonzeroFloat64
	MinF32   float32 = math.SmallestNonzeroFloat32
	HexFloat         = 0x1.8p-3
	HexPoint         = 0x_1FFFp-16
	Point            = .5
	Trailing         = 5.
	Whole            = 365.2425 * 10000
	AsInt            = int64(Whole)
	Exp              = 1_5.e+2_0
)
const (
	I                  = 1i
	OldI               = 10i
	C                  = 3 + 4i
	CC                 = C * C
	CDiv               = C / (1 - 1i)
	CNeg               = -C
	Re, Im             = real(C), imag(C)
	C64      complex64 = 0.1 + 0.2i
	Typed              = complex(float32(1), 2)
	Untyped            = complex(1, 2.5)
	RealC              = 3 + 0i
	FromC              = int(RealC)
	CEq                = C == 3+4i
	IntFromC int       = 5 + 0i
)
const (
	A = iota
	B
	_
	D, E = iota, -iota
	F, G
	H = "text"
	J
	K = iota * 1.5
	L
	M uint16 = 1 << iota
	N
)

type Weekday uint8

const (
	Sunday Weekday = iota + 1
	Monday
	Tuesday
	Many = len([...]int{9: 1})
)

type Text string

const (
	Hello     Text = "hel" + "lo"
	Rune           = 'x'
	RuneSum        = 'a' + 1
	RuneF          = 'a' + 1.5
	Escapes        = "\a\x41\101\u00e9\U0001F600\\\""
	Raw            = `a\n	b`
	FromRune       = string(rune(0x20AC))
	BadRune        = string(rune(-1))
	Length         = len(Hello)
	RuneEsc        = '\''
	RuneHex        = '\x7f'
	RuneU          = '\u1234'
	Less           = "a" < "b"
	Not            = !Less
	Logic          = Less && !Not || false
	TypedBool bool = Less
	Min            = min(3, 2.5, 'a')
	Max            = max("a", "b")
	Duration       = 3 * time.Second
	Minutes        = time.Hour / time.Minute
	Float          = float64(Duration)
)

type padded struct {
	a bool
	b int64
	c uint16
	d [3]byte
	e struct{}
}

const (
	Size    = unsafe.Sizeof(padded{})
	Offset  = unsafe.Offsetof(padded{}.c)
	Align   = unsafe.Alignof(int64(0))
	ArrLen  = len([3][4]int{})
	Deep    = len([3][4]int{}[1])
	PtrLen  = len(ptr)
	CapLen  = cap([7]string{})
	SizeAny = unsafe.Sizeof((any)(nil))
	SizeStr = unsafe.Sizeof("")
)

var ptr *[9]int

// Lengths from constants, and variables with the default types of constants.
var (
	Arr1 [Tuesday]int
	Arr2 [len(Hello)]byte
	Arr3 = [...]string{2: "c", "d", 0: "a"}
	Arr4 [1 << 4]struct{}
	V1   = 1
	V2   = 1.5
	V3   = 'a'
	V4   = "s"
	V5   = 1i
	V6   = 1 << 3
	V7   = 2.0 * 3
	V8   = Less
	V9   = 'a' * 2.0
	V10  = uint8(1) << 3
	V11  = 1 << len(V4)
	V12  = len(V4) == 3
	V13  = Duration * 2
	V14  = -C64
)
