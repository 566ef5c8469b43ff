// Package shapes has type parameters in every place.
package shapes

import (
	"context"

	"example.com/shapes/other"
)

// K is what methods call a type parameter, too.
type K struct{}

// Box has a type parameter that its methods call as they like.
type Box[T comparable] struct {
	other.Cell[T]
	keys []T
	byte map[T]*Box[T]
	ctx  context.Context
}

// Texts is an instance.
type Texts = Box[string]

// Pairs is an alias with a type parameter.
type Pairs[V any] = map[string]V

func (b *Box[Key]) Add(key Key, more ...Key) (all []Key, err error) { return b.keys, nil }

func (b *Box[_]) Len() int { return len(b.keys) }

func (b *Box[K]) Hidden(key K) {}

func (b *Box[string]) Predeclared(key string) {}

func (b *Box[T]) Watch(on func(T) error, done func(error)) {}

func (b Box[T]) Copy() Box[T] { return b }

// Unnamed has a type parameter that nothing can name.
func Unnamed[_ any](n int) {}

// Call has a constraint with a method.
func Call[N other.Named](ctx context.Context, n N) (err error) { return nil }

// Each has a type underneath all of its type arguments.
func Each[S ~[]E, E any, F ~func(E) bool](s S, f F) (n int) { return len(s) }

// First has an alias.
func First[V any](p Pairs[V]) (v V, ok bool) { return v, false }

// Convert is called with its first type argument.
func Convert[To, From any](from From) (to To) { return to }

// Open takes an instance.
func Open(texts *Texts, cell *other.Cell[[]int]) {}
