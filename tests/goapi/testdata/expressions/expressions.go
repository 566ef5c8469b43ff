// Package expressions has initialisers whose types must be inferred.
package expressions

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"sync"
	"time"
)

type T struct {
	F  func(int) (string, error)
	M  map[string][]*T
	Ch chan T
}

func (t *T) Get() (*T, bool) { return t, true }
func two() (int, error)      { return 0, nil }

var (
	A, B   = two()
	C, D   = (&T{}).Get()
	E, F   = M["x"]
	G, H   = any(nil).(error)
	I, J   = <-make(chan *T)
	K      = M["x"][0].Ch
	L      = M["x"][0].F
	N, O   = L(1)
	P      = func(a, b int) (c string) { return }
	Q      = func() func() error { return nil }()()
	R      = []byte("x")[1:]
	S      = "abc"[0]
	U      = "abc"[1:2]
	V      = (&[3]int{})[:]
	W      = append([]string{}, "x")
	X      = new(T)
	Y      = new(int)
	Z      = make(map[string]func())
	AA     = &[]int{1}
	AB     = *AA
	AC     = &struct{ N int }{1}
	AD     = AC.N
	AE     = -A
	AF     = !F
	AG     = A == 3
	AH     = A + 1
	AI     = 1 + A
	AJ     = time.Now().Sub(time.Time{}).Seconds()
	AK     = fmt.Sprintf
	AL     = errors.New
	AM     = io.EOF
	AN     = os.Stdin
	AO     = sync.OnceValue(func() int { return 1 })
	AP     = bytes.NewBuffer(nil).Bytes
	AQ     = regexp.MustCompile("x").FindString("y")
	AR     = context.Background
	AS     = [][2]int{{1, 2}}
	AT     = map[string]struct{ X int }{"a": {1}}
	AU     = AT["a"].X
	AV     = [...]struct{ a, b string }{{"x", "y"}}
	AW     = len(AV)
	AX     = copy(R, R)
	AY     = cap(R)
	AZ     = interface{ M() }(nil)
	BA     = (*T)(nil).M
	BB     = (<-chan int)(nil)
	BC     = min(A, 3)
	BD     = max(1.5, float32(2))
	BE     = real(complex(float32(1), 2))
	BF     = complex(1.0, 2.0)
	BG     = struct{}{}
	BH     = (func())(nil)
	BI     = &AV[0].a
	BJ     = A << 2
	BK     = uint8(1) << A
	BL     = ^A
	BM     = M
	BN     = 'a' - '0'
	BO     = "a" + "b"
	BP     = time.Second * 3
	BQ     = 3 * time.Second
	BR     = AK("x")
	BS     = []func(){func() {}}
	BT     = [2]bool{}
	BU     = T{}.Ch
	BV     = T.Other
	BW     = (*T).Get
	BX, BY = 1, "x"
	BZ     = new(3.5)
)

func (T) Other(int) {}

var M map[string][]*T
