// Package box has generic types and functions of every shape.
package box

import (
	"errors"
	"fmt"
	"sync/atomic"

	"example.com/box/kinds"
)

// Box holds values. Its constraint is named here, where the import is.
type Box[K comparable, N kinds.Number] struct {
	name string
	held map[K]N
	last Pair[K, N]
	top  atomic.Pointer[Pair[K, N]]
}

// Pair is a value with methods on the value.
type Pair[A, B any] struct {
	First  A
	Second B
}

// Counts is an alias with a type parameter of its own.
type Counts[K comparable] = Box[K, int]

// New makes one.
func New[K comparable, N kinds.Number](name string, first ...K) (*Box[K, N], error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	b := &Box[K, N]{name: name, held: map[K]N{}}
	for _, k := range first {
		b.held[k] = 0
	}
	return b, nil
}

// Sum is generic in the type of its elements.
func Sum[N kinds.Number](all []N) (sum N) {
	for _, n := range all {
		sum += n
	}
	return sum
}

// Has is generic in the type of its list.
func Has[S ~[]E, E comparable](list S, one E) bool {
	for _, e := range list {
		if e == one {
			return true
		}
	}
	return false
}

// As is called with its type argument.
func As[T any](x any) (t T) {
	t, _ = x.(T)
	return t
}

// Describe has a constraint with a method.
func Describe[S fmt.Stringer](s S) string { return s.String() }

// Total takes an instance by way of the alias.
func Total[K comparable](of *Counts[K]) (total int) {
	for _, n := range of.held {
		total += n
	}
	return total
}
