// Package other has what package shapes embeds and instantiates.
package other

// Cell holds one value.
type Cell[V any] struct {
	Value V
	count int
}

// Get returns it.
func (c *Cell[V]) Get() V { return c.Value }

// Named has a method.
type Named interface{ Name() string }
