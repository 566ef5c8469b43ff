// Package kinds has constraints.
package kinds

// Number is what can be counted.
type Number interface{ ~int | ~float64 }
