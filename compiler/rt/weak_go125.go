//go:build go1.25

package rt

import (
	"unsafe"
	"weak"
)

// reference leads to a value of the program without keeping it alive.
type reference struct{ pointer weak.Pointer[byte] }

func refer(p unsafe.Pointer) reference { return reference{weak.Make((*byte)(p))} }

// weakReferences: reference does not keep the value alive.
const weakReferences = true

// get is nil when the value is gone.
func (r reference) get() unsafe.Pointer { return unsafe.Pointer(r.pointer.Value()) }
