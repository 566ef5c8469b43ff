// Package queue is a small library with two releases, for tests of version ranges.
package queue

import "context"

type Message struct {
	Headers map[string]string
	Body    []byte
}

type Writer struct {
	topic string
	Addr  string
}

// Write hands a message over.
//
// It returns when the message is on its way.
//
//go:noinline
func (w *Writer) Write(ctx context.Context, msg *Message) error { return ctx.Err() }

// Job carries its context into packages that do not import context.
type Job struct {
	Ctx  context.Context
	Name string
}
