// Package aliases has aliases of everything, dot imports and renamed imports.
package aliases

import (
	stdctx "context"
	_ "embed"
	other "goapi.test/embedding"
	"goapi.test/generics"
	. "strings"
)

type (
	Ctx       = stdctx.Context
	CtxAgain  = Ctx
	B         = Builder
	Pair      = generics.Pair[string, int]
	Leaf      = other.Leaf
	Struct    = struct{ Leaf }
	Fn        = func(Ctx, *B) (Pair, error)
	Ptr       = *Leaf
	Local     struct{ Leaf }
	LocalA    = Local
	Rec       = *recursive
	recursive struct{ next Rec }
	Str       = string
	Uint      = uint8
	Err       = error
	Iface     = interface{ Do(Ctx) Fn }
)

func (l *LocalA) Method() Str { return "" }
func (LocalA) Value() Uint    { return 0 }

var (
	V1 Fn
	V2        = NewReader("x")
	V3        = ToUpper("x")
	V4        = LocalA{}.X
	V5        = Ptr(nil).Y
	V6 []Uint = []byte(nil)
	V7        = generics.P.Value.Len
)
