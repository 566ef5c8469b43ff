// Command calls calls hooked functions in every way that Go has, and things that only look like them.
package main

import (
	"context"
	"fmt"
	"os/exec"
	. "path"
	"runtime"
	sl "slices"
	"strings"

	"example.com/calls/quiet"
)

var early = strings.Repeat("early", 1)

type fake struct{}

func (fake) Repeat(s string, n int) string { return fmt.Sprint("fake ", s, n) }
func (fake) Join(elem ...string) string    { return "fake join" }

type holder struct{ strings fake }

func two() (string, int) { return "two", 2 }

func parameter(strings fake) string { return strings.Repeat("p", 1) }

func shadows() {
	fmt.Println(parameter(fake{}))
	if strings := (fake{}); true {
		fmt.Println(strings.Repeat("if", 1))
	} else if n := len(strings.Repeat("else", 1)); n > 0 {
		fmt.Println(strings.Repeat("else", 2))
	}
	for _, strings := range []fake{{}} {
		fmt.Println(strings.Repeat("for", 1))
	}
	switch strings := any(fake{}).(type) {
	case fake:
		fmt.Println(strings.Repeat("switch", 1))
	}
	func(strings fake) { fmt.Println(strings.Repeat("literal", 1)) }(fake{})
	{
		strings := strings.Repeat("outer", 1)
		fmt.Println(strings)
	}
	var h holder
	fmt.Println(h.strings.Repeat("field", 1))
	c := make(chan fake, 1)
	c <- fake{}
	select {
	case strings := <-c:
		fmt.Println(strings.Repeat("select", 1))
	}
	for _, f := range []func(string, int) string{strings.Repeat, func(s string, n int) string { return strings.Repeat(s, n) }} {
		fmt.Println(f("value", 1))
	}
	type T struct{ strings string }
	fmt.Println(T{strings: strings.Repeat("key", 1)})
	fmt.Println(strings.Repeat("after", 1))
	Join := func(string) string { return "local" }
	fmt.Println(Join("x"))
}

func main() {
	fmt.Println(early, quiet.Repeat())
	fmt.Println(strings.Repeat("x", 2), (strings.Repeat)("y", 1), strings.Repeat(two()))
	fmt.Println(strings.Repeat(strings.Repeat("in", 1), 1), len(strings.Repeat("many", 101)))
	shadows()
	done := make(chan bool)
	go func() {
		defer close(done)
		defer fmt.Println("deferred", strings.Repeat("d", 1))
	}()
	<-done
	defer strings.Repeat("dropped", 1)
	fmt.Println(Join("a", "b"), Join(strings.Fields("c d")...))
	fmt.Println(sl.Index([]int{1, 2, 3}, 3), sl.Index[[]string]([]string{"a"}, "b"))
	_, file, line, _ := runtime.Caller(0)
	fmt.Println(strings.Repeat("line", 1), Base(file), line)
	out, err := exec.CommandContext(context.Background(), "echo", "said").Output()
	fmt.Printf("%s%v\n", out, err)
}
