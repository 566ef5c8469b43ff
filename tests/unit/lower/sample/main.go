// A port that prints every call, and a walk through the instrumented functions with whole and with broken values.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"unsafe"
)

type node struct {
	name   string
	parent any
}

var current *node // the slot

var depth int // panics in flight; the real port asks the runtime

func n(p unsafe.Pointer) string {
	if p == nil {
		return "nil"
	}
	return (*node)(p).name
}

type nodeContext struct {
	context.Context
	node *node
}

func ctxName(ctx any) string {
	switch c := ctx.(type) {
	case nil:
		return "nil"
	case nodeContext:
		return "with " + c.node.name
	case *nodeContext:
		return "with " + c.node.name
	}
	return fmt.Sprintf("%T", ctx)
}

func key(k string) string {
	if k[0] != 0x0a || int(k[1]) != len(k)-2 {
		panic("bad key " + k)
	}
	return k[2:]
}

func begin(kind uint8, ctx any, name string) (unsafe.Pointer, unsafe.Pointer) {
	if name == "suppressed" {
		fmt.Println("suppressed")
		return nil, nil
	}
	made := unsafe.Pointer(&node{name: name})
	fmt.Printf("begin %d %q ctx %s\n", kind, name, ctxName(ctx))
	if name == "unsampled" {
		return made, nil
	}
	return made, made
}

func print(verb string) func(unsafe.Pointer, string, string) {
	return func(_ unsafe.Pointer, k, v string) { fmt.Printf("  %s %s = %q\n", verb, key(k), v) }
}

func printAny[T any](verb string) func(unsafe.Pointer, string, T) {
	return func(_ unsafe.Pointer, k string, v T) { fmt.Printf("  %s %s = %v\n", verb, key(k), v) }
}

// recovered has to be what is deferred itself.
func recovered() {
	if r := recover(); r != nil {
		fmt.Println("  RECOVERED", r)
	}
}

func setUp() {
	all := make([]func(), 10)
	for i := range all {
		all[i] = recovered
	}
	instcPort = &instcPortTable{
		rules:     make([]unsafe.Pointer, 10),
		on:        func(unsafe.Pointer) bool { return true },
		recovered: all,
		begin: func(_ unsafe.Pointer, kind uint8, ctx any, name string) (unsafe.Pointer, unsafe.Pointer) {
			return begin(kind, ctx, name)
		},
		beginHeader: func(_ unsafe.Pointer, kind uint8, ctx any, header map[string][]string, name string) (unsafe.Pointer, unsafe.Pointer) {
			fmt.Println("remote header", header["traceparent"])
			return begin(kind, ctx, name)
		},
		beginGet: func(_ unsafe.Pointer, kind uint8, ctx any, get func(string) string, name string) (unsafe.Pointer, unsafe.Pointer) {
			fmt.Printf("remote get %q\n", get("traceparent"))
			return begin(kind, ctx, name)
		},
		context: func(parent context.Context, p unsafe.Pointer) context.Context {
			return &nodeContext{parent, (*node)(p)}
		},
		recording: func(p unsafe.Pointer) bool { return p != nil && n(p) != "unsampled" },
		open: func(p unsafe.Pointer) unsafe.Pointer {
			fmt.Println(" open", n(p))
			return p
		},
		close: func(p unsafe.Pointer) { fmt.Println(" close", n(p)) },
		end:   func(p unsafe.Pointer) { fmt.Println("end", n(p)) },
		left: func(_, p unsafe.Pointer) {
			if r := recover(); r != nil {
				fmt.Println("  RECOVERED", r)
			}
			fmt.Println("end", n(p))
		},
		enter: func(p unsafe.Pointer) unsafe.Pointer {
			previous := current
			current = (*node)(p)
			fmt.Println("enter", n(p))
			return unsafe.Pointer(previous)
		},
		leave: func(p, slot unsafe.Pointer) {
			fmt.Println("leave", n(p))
			current = (*node)(slot)
		},
		constant: func(_ unsafe.Pointer, attributes string, count int) {
			fmt.Printf("  constant %d %q\n", count, attributes)
		},
		str: print("str"), integer: printAny[int64]("integer"), boolean: printAny[bool]("boolean"),
		float: printAny[float64]("float"), strs: printAny[[]string]("strs"),
		setStr: print("setStr"), setInteger: printAny[int64]("setInteger"), setBoolean: printAny[bool]("setBoolean"),
		setFloat: printAny[float64]("setFloat"), setStrs: printAny[[]string]("setStrs"),
		name:   func(_ unsafe.Pointer, name string) { fmt.Printf("  name %q\n", name) },
		status: func(_ unsafe.Pointer, code uint8, message string) { fmt.Printf("  status %d %q\n", code, message) },
		fail:   func(p unsafe.Pointer, err error) { fmt.Println("fail", n(p), err) },
		injectHeader: func(p unsafe.Pointer, header map[string][]string) {
			header["traceparent"] = []string{n(p)}
		},
		injectSet: func(p unsafe.Pointer, set func(key, value string)) { set("traceparent", n(p)) },
		enrich: func(ctx any, which uint8) unsafe.Pointer {
			fmt.Printf("enrich %d ctx %s\n", which, ctxName(ctx))
			return unsafe.Pointer(current)
		},
		ids: func(ctx any) (string, string) {
			if ctxName(ctx) == "nil" {
				return "", ""
			}
			return "trace of " + ctxName(ctx), "span of " + ctxName(ctx)
		},
		panicDepth: func() int { return depth },
		optBool:    func(_ unsafe.Pointer, option int) bool { return option == 0 },
		optString:  func(_ unsafe.Pointer, option int) string { return fmt.Sprint("option ", option) },
		optInt:     func(_ unsafe.Pointer, option int) int64 { return int64(option) },
		optStrings: func(_ unsafe.Pointer, option int) []string { return []string{"a", "b"} },
	}
	instcX_error_is = errors.Is
	instcX_hostport = func(address string) (string, int64) {
		if address == "" {
			return "", 0
		}
		return "host-" + address, int64(len(address))
	}
	instcX_upper = strings.ToUpper
}

func whole() *Request {
	var typed Namer = &Named{"typed"}
	return &Request{
		Base: &Base{ID: 7, Tags: []string{"t0", "t1"}}, Method: "GET", URL: &URL{"/p", "q"}, Header: Header{"a": {"b"}},
		Meta: map[string]string{"k": "v"}, Table: &Table{map[string]string{"traceparent": "t"}}, Any: typed,
		Items: []string{"i0", "i1", "i2"}, Bytes: []byte("bytes"), Codes: [3]int{1, 2, 3}, Block: &[2]int{4, 5},
		Small: 1, Big: 2, Zero: 3, Ratio: 0.5, On: true, Kind: "kind",
		Lookup: func(s string) string { return "found " + s }, Namer: typed, ctx: context.Background(),
	}
}

func broken() *Request { return &Request{Small: -1, Big: 1 << 63, Any: 5} }

func showMap(name string, m map[string]string) {
	var keys []string
	for k := range m {
		keys = append(keys, k+"="+m[k])
	}
	sort.Strings(keys)
	fmt.Println(name, keys)
}

func section(title string) { fmt.Println("==", title) }

func server() {
	section("server")
	s := &Server{"srv"}
	req := whole()
	code, err := s.Serve(context.Background(), req)
	fmt.Println(code, err, ctxName(req.ctx))
	showMap("meta", req.Meta)
	showMap("table", req.Table.values)
	section("server skipped")
	fmt.Println(s.Serve(context.Background(), &Request{Method: "PRI"}))
	section("server broken")
	req = broken()
	req.Failure = fmt.Errorf("wrapped: %w", io.EOF)
	fmt.Println(s.Serve(nil, req))
	showMap("meta", req.Meta)
	section("server fails")
	req = whole()
	req.Failure = errors.New("real")
	fmt.Println(s.Serve(context.Background(), req))
	section("server panics")
	func() {
		defer func() {
			depth = 0
			fmt.Println("user recovers", recover())
		}()
		req := whole()
		req.Method = "PANIC"
		s.Serve(context.Background(), req)
	}()
}

func client() {
	section("client")
	req := whole()
	resp, err := RoundTrip(context.Background(), req)
	fmt.Println(resp.Status, err, "original untouched:", len(req.Header), "sent:", sent.Header["traceparent"])
	section("client without headers")
	req = broken()
	RoundTrip(nil, req)
	fmt.Println("sent:", sent.Header["traceparent"], "original:", req.Header)
	section("client skipped")
	fmt.Println(RoundTrip(context.Background(), nil))
	section("client suppressed")
	req = whole()
	req.Method = "suppressed"
	resp, err = RoundTrip(context.Background(), req)
	fmt.Println(resp.Status, err, "clone:", sent != req)
}

func main() {
	fmt.Println(new(Server).Serve(context.Background(), whole())) // no port: nothing
	setUp()
	server()
	client()
	for _, p := range []struct {
		title string
		req   *Request
	}{{"whole", whole()}, {"broken", broken()}, {"nil", nil}} {
		section("probe " + p.title)
		Probe(p.req)
		section("late " + p.title)
		fmt.Println(Late(p.req, 3))
	}
	section("carry and stamp")
	Handle(context.Background(), Record{Text: "hello"})
	l := &Logger{}
	l.Log(handled)
	fmt.Println(l.lines)
	l = &Logger{lines: []string{"trace_id=already"}}
	l.Log(handled)
	fmt.Println(l.lines)
	l = &Logger{}
	l.Log(Record{Text: "no context"})
	fmt.Println(l.lines)
	section("enrich")
	current = &node{name: "outer"}
	Route(whole())
	Route(broken())
	current = nil
	Route(whole())
	section("strict")
	session, code := Open("name", &Session{User: "u"})
	fmt.Println(session, code)
	Open("other", nil)
	section("shadow")
	fmt.Println(Shadow("text", "request"))
	Nothing()
}
