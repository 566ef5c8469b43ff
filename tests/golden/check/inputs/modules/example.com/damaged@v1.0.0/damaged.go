// Package damaged parses, but what it declares has errors that show when it is asked for, for tests of what instc says
// then, and that the rest can still be used.
package damaged

import (
	"example.com/absent"
	"example.com/damaged/ring"
)

type Inside struct{ again Inside }

func Nested(n Inside, name string) {}

func Absent(a absent.Thing, name string) {}

func Ringed(r ring.Ring, name string) {}

func Sound(name string) {}
