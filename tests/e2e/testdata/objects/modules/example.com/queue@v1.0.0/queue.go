// Package queue is a library with the seams that instrumentation has to fit: callbacks, middleware, tracers and an
// interface with optional companions.
package queue

import (
	"context"
	"errors"
	"fmt"
)

// Tracer is told of every message.
type Tracer interface {
	Before(ctx context.Context, topic string) context.Context
	After(ctx context.Context, err error)
	Levels() []string
}

// Next sends, or does something before.
type Next func(ctx context.Context, message string) error

// Middleware stands around Next.
type Middleware interface{ Around(next Next) Next }

// Sink is where messages go.
type Sink interface {
	Put(message string) (int, error)
}

// Flusher and Sizer are what some sinks have besides.
type Flusher interface{ Flush() string }
type Sizer interface{ Size() int }

var ErrFull = errors.New("queue: full")

// Writer sends messages to a sink.
type Writer struct {
	Topic      string
	Completion func(message string, err error)
	sink       Sink
	tracers    []Tracer
	chain      []Middleware
}

func New(topic string, sink Sink, tracers ...Tracer) *Writer {
	return &Writer{Topic: topic, sink: sink, tracers: tracers}
}

func (w *Writer) Use(chain ...Middleware) { w.chain = append(w.chain, chain...) }

// Send reports which way it took.
func (w *Writer) Send(ctx context.Context, message string) (err error) {
	for _, tracer := range w.tracers {
		ctx = tracer.Before(ctx, w.Topic)
	}
	next := Next(func(ctx context.Context, message string) error { return w.put(ctx, message) })
	for _, around := range w.chain {
		next = around.Around(next)
	}
	err = next(ctx, message)
	for _, tracer := range w.tracers {
		tracer.After(ctx, err)
	}
	if w.Completion != nil {
		w.Completion(message, err)
	}
	return err
}

func (w *Writer) put(ctx context.Context, message string) error {
	_, err := w.sink.Put(message)
	return err
}

// Describe says what the sink is able to do.
func (w *Writer) Describe() string {
	_, flushes := w.sink.(Flusher)
	_, sizes := w.sink.(Sizer)
	levels := 0
	for _, tracer := range w.tracers {
		levels += len(tracer.Levels())
	}
	return fmt.Sprintf("flushes %v sizes %v levels %d completion %v", flushes, sizes, levels, w.Completion != nil)
}

func (w *Writer) Flush() string {
	if flusher, ok := w.sink.(Flusher); ok {
		return flusher.Flush()
	}
	return "nothing to flush"
}

// Each calls visit with every message and those behind it.
func Each(messages []string, visit func(index int, rest ...string) (int, error)) (int, error) {
	sum := 0
	for i := range messages {
		n, err := visit(i, messages[i:]...)
		if sum += n; err != nil {
			return sum, err
		}
	}
	return sum, nil
}

func (w *Writer) warm() { fmt.Println("warm", w.Topic) }

// Close ends the writer.
func (w *Writer) Close() error { return nil }
