// Package stream stands in for a library that changes in every way between its versions.
package stream

import "context"

// Reader reads.
type Reader struct {
	Topic string

	// Addr is new.
	Addr string
}

func (r *Reader) Read(ctx context.Context) (string, error) {
	// The body of a function is no part of a summary.
	return r.Topic, nil
}

func (r *Reader) Peek(ctx context.Context) error { return nil }

func (r *Reader) Ack(offset int64) {}
