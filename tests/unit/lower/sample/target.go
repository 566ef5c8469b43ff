// The package that the tests instrument: one function per hook, and values of every kind to reach into. A comment
// /*hook SYMBOL*/ marks where the site's statements go.
package main

import (
	"context"
	"errors"
	"io"
)

type Kind string

type URL struct{ Path, Query string }

func (u *URL) Host() string { return "host of " + u.Path }

type Base struct {
	ID   int
	Tags []string
}

func (b Base) Label() string { return "label" }

type Namer interface{ Name() string }

type Named struct{ name string }

func (n *Named) Name() string { return n.name }

type Header map[string][]string

// Table is a carrier with methods.
type Table struct{ values map[string]string }

func (t *Table) Get(key string) string { return t.values[key] }
func (t *Table) Set(key, value string) { t.values[key] = value }

type Request struct {
	*Base
	Method  string
	URL     *URL
	Header  Header
	Meta    map[string]string
	Table   *Table
	Any     any
	Items   []string
	Bytes   []byte
	Codes   [3]int
	Block   *[2]int
	Small   int8
	Big     uint64
	Zero    int
	Ratio   float64
	On      bool
	Kind    Kind
	Lookup  func(string) string
	Namer   Namer
	Failure error
	Next    *Request
	ctx     context.Context
}

type Response struct{ Status int }

type Server struct{ Name string }

type Logger struct{ lines []string }

func (l *Logger) add(key, value string) { l.lines = append(l.lines, key+"="+value) }

type Record struct{ Text string /*field Record*/ }

type Session struct{ User string /*field Session*/ }

var ErrIgnored = errors.New("ignored")

func twice(s string) string { return s + s }

func pair(s string) (string, int) { return s, len(s) }

func (s *Server) Serve(ctx context.Context, req *Request) (code int, err error) { /*hook serve*/
	if req.Method == "PANIC" {
		depth = 1
		panic("handler")
	}
	return len(req.Method), req.Failure
}

func RoundTrip(ctx context.Context, req *Request) (resp *Response, err error) { /*hook client*/
	sent = req
	if req == nil {
		return nil, io.EOF
	}
	return &Response{204}, nil
}

func Probe(req *Request) { /*hook probe*/
}

func Late(req *Request, n int) (err error) { /*hook late*/
	return nil
}

func Handle(ctx context.Context, r Record) (err error) { /*hook carry*/
	handled = r
	return nil
}

func (l *Logger) Log(r Record) { /*hook stamp*/
	l.add("text", r.Text)
}

func Route(req *Request) { /*hook enrich*/
}

func Open(name string, session *Session) (out *Session, code int) { /*hook strict*/
	return session, 1
}

func Shadow(string string, Request string) (len error) { /*hook shadow*/
	return
}

func Nothing() { /*hook nothing*/
}

var sent *Request

var handled Record
