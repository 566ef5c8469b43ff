// Package shapes has one of each kind of type, for assignability, convertibility and comparability.
package shapes

import (
	"errors"
	"io"
	"net/http"
	"unsafe"
)

type (
	Bool      bool
	Int       int
	Int32     int32
	Uint8     uint8
	Float     float64
	Complex   complex64
	String    string
	Bytes     []byte
	Runes     []rune
	MyByte    byte
	MyBytes   []MyByte
	Strings   []string
	Array     [4]byte
	ArrayInt  [4]int
	PArray    *[4]byte
	Map       map[string]int
	MapBytes  map[[4]byte][]byte
	Chan      chan int
	SendOnly  chan<- int
	RecvOnly  <-chan int
	ChanChan  chan (<-chan int)
	SendChan  chan<- chan int
	Func      func(int) error
	FuncNamed func(n int) (err error)
	Variadic  func(...int)
	SliceArg  func([]int)
	Struct    struct{ A, B int }
	StructTag struct {
		A, B int `x:"y"`
	}
	StructPriv struct{ a int }
	StructFn   struct{ F func() }
	StructIf   struct{ E error }
	Pointer    *Struct
	PPointer   **Struct
	Unsafe     unsafe.Pointer
	Uintptr    uintptr
	Empty      interface{}
	Any        any
	Err        error
	ErrLike    interface{ Error() string }
	Reader     io.Reader
	Closer     interface{ Close() error }
	ReadCloser interface {
		Reader
		Closer
	}
	Handler http.HandlerFunc
)

func (Bool) Error() string                       { return "" }
func (*Int) Error() string                       { return "" }
func (String) Close() error                      { return nil }
func (Handler) Close() error                     { return nil }
func (*Struct) Read(p []byte) (n int, err error) { return 0, io.EOF }
func (Map) Close(int) error                      { return nil }
func (Chan) close() error                        { return nil }

var (
	AnonStruct    struct{ A, B int }
	AnonStructTag struct {
		A, B int `x:"y"`
	}
	AnonFunc   func(x int) error
	AnonChan   chan int
	AnonSend   chan<- int
	AnonPtr    *struct{ A, B int }
	AnonPtrTag *struct {
		A, B int `x:"y"`
	}
	AnonArr    [4]byte
	AnonArrPtr *[4]byte
	AnonIface  interface{ Error() string }
	PErr       *error
	SliceOfErr []error
	SliceOfAny []any
	MapOfMap   map[string]map[int]bool
	FuncOfFunc func(func(int) error) func()
	UnsafeP    unsafe.Pointer
	Failed     = errors.New("x")
)
