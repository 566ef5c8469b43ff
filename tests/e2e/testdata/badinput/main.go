// A program that treats libraries badly: nil contexts and messages, closed clients, contexts that are over, handlers, drivers and values that panic, keys of a
// megabyte, bytes that are no text, headers that nobody should believe. It prints how each of them ends, a panic included, and nothing that differs from
// run to run, so that what it prints and how it exits must be the same whether somebody watches or not.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

const binary = "\x00\xff\xfe\r\nx: y\r\n\x80'\";--"

var (
	huge     = strings.Repeat("k", 1<<20)
	changing = regexp.MustCompile(`127\.0\.0\.1:\d+|0x[0-9a-f]+|0xc000[0-9a-f]+`)
)

func main() {
	requests()
	second()
	frameworks()
	fast()
	calls()
	statements()
	logs()
	documents()
	messages()
}

// try runs f and prints what it gives, or what it panics with.
func try(name string, f func() any) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "panics:", shown(r))
		}
	}()
	fmt.Println(name, shown(f()))
}

// shown is a value without addresses, and short.
func shown(v any) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprintf("%T that panics", v)
		}
	}()
	if err, ok := v.(error); ok {
		text = fmt.Sprintf("%T %q", err, err.Error())
	} else {
		text = fmt.Sprintf("%T %q", v, fmt.Sprint(v))
	}
	text = changing.ReplaceAllString(strings.ReplaceAll(text, "\u00a0", " "), "ADDRESS") // protobuf says some blanks so, from build to build
	if len(text) > 300 {
		text = fmt.Sprintf("%s... %d bytes, %x", text[:200], len(text), sha256.Sum256([]byte(text)))
	}
	return text
}

// over is a context that has ended.
func over() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

var nobody context.Context // nil

// failing panics where somebody asks for its text.
type failing struct{ error }

func (failing) Error() string                { panic("Error of a value") }
func (failing) String() string               { panic("String of a value") }
func (failing) MarshalJSON() ([]byte, error) { panic("MarshalJSON of a value") }

// typed is an error whose methods cannot take what it is: a nil pointer.
type typed struct{ text string }

func (t *typed) Error() string { return t.text }

// nasty are values of headers.
var nasty = []string{
	"", "00", "00-zz", "\t", "00-" + strings.Repeat("0", 32) + "-" + strings.Repeat("0", 16) + "-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	"00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-" + strings.Repeat("x", 1<<16),
	"\xff\xfe\x80", strings.Repeat("a=b,", 1<<14), strings.Repeat("%", 1<<16), "a=\"\x01\x02", ";;=,,;=", strings.Repeat("=", 4000),
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func checksum(parts ...any) string {
	var all bytes.Buffer
	for _, p := range parts {
		fmt.Fprintf(&all, "%q\n", fmt.Sprint(p))
	}
	return fmt.Sprintf("%d bytes %x", all.Len(), sha256.Sum256(all.Bytes()))
}
