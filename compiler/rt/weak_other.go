//go:build !go1.25

package rt

import "unsafe"

// reference keeps the value alive: Go 1.23 has no weak pointers, and those of Go 1.24 end a program whose value is a global variable.
type reference struct{ pointer unsafe.Pointer }

func refer(p unsafe.Pointer) reference { return reference{p} }

const weakReferences = false

func (r reference) get() unsafe.Pointer { return r.pointer }
