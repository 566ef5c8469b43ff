// Package embedding has the rules of promotion in their corners: depth, ambiguity, pointers, aliases and interfaces.
package embedding

import (
	"io"
	"sync"
)

type Leaf struct{ X, Y int }

func (Leaf) Val()    {}
func (*Leaf) Ptr()   {}
func (Leaf) hidden() {}

type Left struct{ Leaf }
type Right struct{ Leaf }

// Diamond: everything of Leaf is ambiguous at depth two.
type Diamond struct {
	Left
	Right
}

// Shallow: X at depth one hides the ambiguous ones below.
type Shallow struct {
	Diamond
	X string
}

// Same type twice through one path and a pointer.
type Twice struct {
	Left
	*Leaf
}

type ByPointer struct{ *Leaf }
type DeepPointer struct{ ByPointer }
type PointerPointer struct{ *DeepPointer }

// A field hides a method of the same name, and the other way round.
type FieldHidesMethod struct {
	Leaf
	Val int
}
type MethodHidesField struct{ Leaf }

func (MethodHidesField) X() string { return "" }

// A field and a method of the same name at the same depth.
type a struct{ Name string }
type b struct{}

func (b) Name() string { return "" }

type Both struct {
	a
	b
}

// Recursive embedding.
type Node struct {
	*Node
	Leaf
	next *Node
}
type Ping struct{ *Pong }
type Pong struct {
	*Ping
	Score int
}

// Interfaces: overlapping methods, an embedded one in a struct, a pointer to one.
type RW interface {
	io.ReadWriter
	io.ReadCloser
}
type WithInterface struct {
	RW
	*sync.Mutex
}
type WithTwo struct {
	io.Reader
	RW
}
type unexported interface{ hidden() }
type Sealed interface {
	unexported
	io.Closer
}
type HasSealed struct{ Sealed }

// Aliases as embedded types take the alias's name.
type LeafAlias = Leaf
type ByAlias struct{ LeafAlias }
type ByAliasPointer struct{ *LeafAlias }
type Func func()

func (Func) Call() {}

type WithFunc struct{ Func }

// A defined pointer type has no methods, but fields.
type LeafPointer *Leaf

var Pointer LeafPointer
var PX = Pointer.X

// Method expressions and values.
var (
	MethodExpr    = Leaf.Val
	MethodExprPtr = (*Leaf).Ptr
	Promoted      = Left.Val
	MethodValue   = Left{}.Val
	FieldOfDeep   = DeepPointer{}.X
)

// Underscore fields and methods are nothing to select.
type Blank struct {
	_ int
	_ Leaf
	Z int
}

func (Blank) _() {}

// Defined from a struct keeps fields and promoted methods, from a type with methods loses the declared ones.
type FromLeft Left
type FromLeaf Leaf
type FromInterface RW

// Tags.
type Tagged struct {
	A    int    `json:"a,omitempty"`
	B    string "db:\"b\"\t"
	Leaf `json:"-" xml:"x"`
	C, D *int `é`
}
type Untagged struct {
	A int
	B string
	Leaf
	C, D *int
}
