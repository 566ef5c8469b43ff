// Package generics has type parameters in every place they may stand.
package generics

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
)

type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~float32 | ~float64
}
type Signed interface{ ~int | ~int8 | ~int16 }
type Both interface {
	Number
	Signed
}
type None interface {
	int
	string
}
type Stringish interface {
	~string
	fmt.Stringer
}
type All interface{ any | int }
type Compared interface {
	comparable
	String() string
}
type Bytes interface{ ~[]byte | ~string }
type MyInt int

func (MyInt) String() string { return "" }

type MyString string

func (*MyString) String() string { return "" }

type List[T any] struct {
	head *node[T]
	Len  int
}
type node[T any] struct {
	value T
	next  *node[T]
}

func (l *List[E]) Push(e E)        {}
func (l *List[_]) Clear()          {}
func (l List[T]) All() iter.Seq[T] { return nil }
func (n *node[T]) Value() (t T)    { return n.value }
func (l *List[T]) self() *List[T]  { return l }
func (l *List[T]) nested() List[T] { panic(0) }

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}
type Tree[T interface{ Less(T) bool }] struct{ left, right *Tree[T] }
type Ordered[T cmp.Ordered] []T
type Map[K cmp.Ordered, V Number] map[K]V

func (m Map[K, V]) Sum() (v V) { return }

type Embeds[T any] struct {
	List[T]
	*Pair[string, T]
	field T
}
type EmbedsInt struct{ Embeds[int] }
type Constraint[T any] interface {
	*T
	Set(string)
}
type Slice[E any] interface{ ~[]E }
type Chan[T any] chan<- T
type Fn[A, R any] func(A) R
type Recursive[T any] struct{ inner *Recursive[T] }
type Phantom[T any] int

func (Phantom[T]) Do(T) {}

type Getter[T any] interface {
	Get(context.Context) (T, error)
}
type Store[K comparable, V any] interface {
	Getter[V]
	Put(K, V) error
}

func Apply[T, R any](in []T, f func(T) R) []R                 { return nil }
func Keys[M ~map[K]V, K comparable, V any](m M) []K           { return nil }
func New[T any, PT Constraint[T]](s string) T                 { panic(0) }
func SortBy[S ~[]E, E any, K cmp.Ordered](s S, key func(E) K) {}
func Max[T cmp.Ordered](a, b T) T                             { return a }
func Convert[To, From Number](from From) To                   { return To(from) }
func Len[B Bytes](b B) int                                    { return len(b) }
func First[S Slice[E], E any](s S) (e E)                      { return }
func Chans[C ~chan E, E any](c C, r <-chan E, s chan<- E)     {}
func Ptr[T any](t T) *T                                       { return &t }
func Options[T any](opts ...func(*T)) *T                      { return nil }
func Unnamed[_ any, T Number](T)                              {}

// Instances and inference in initialisers.
var (
	L         List[int]
	LP        = &List[string]{}
	P         = Pair[string, List[int]]{}
	Applied   = Apply([]int{1}, func(i int) string { return "" })
	KeyList   = Keys(map[string]bool{})
	Maxed     = Max(1, 2)
	MaxedF    = Max(1, 2.5)
	MaxedT    = Max[int8](1, 2)
	Conv      = Convert[float64](MyInt(3))
	FirstOne  = First([]error{})
	Pointed   = Ptr(MyInt(1))
	Instance  = Max[string]
	Opt       = Options[Pair[string, int]]()
	Method    = L.Push
	Sorted    = slices.Sorted(maps.Keys(map[string]int{}))
	Compared1 = cmp.Compare("a", "b")
	F1        Fn[int, Fn[string, error]]
	Len1      = Len("abc")
)

// Generic aliases.
type Set[K comparable] = map[K]struct{}
type PairOf[V any] = Pair[string, V]
type Vec[T Number] = []T
type Nested[T any] = List[PairOf[T]]

var (
	S1 Set[string]
	S2 map[string]struct{} = S1
	N1 Nested[int]
	V1 Vec[MyInt]
)

func TakesSet(s Set[int]) PairOf[Set[string]] { panic(0) }
func (p Pair[K, V]) Swap() Pair[K, *V]        { panic(0) }

// A type parameter whose types are structs with interfaces in them is not comparable, though the structs are.
type hasAny struct{ a any }

func OfStructs[T hasAny | struct{ f func() }, U hasAny](t T, u U) {}
