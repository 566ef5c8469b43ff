// Package store is a library with lists, headers and functional options.
package store

import "context"

type Field struct{ Key, Value string }

type Request struct {
	Header map[string][]string
	Fields []*Field
	Named  int // how often Name was called
}

func (r *Request) Name() string {
	r.Named++
	return "put " + r.Fields[0].Key
}

type options struct {
	target string
	tags   *[]string
}

type Option func(*options)

func WithTarget(target string) Option { return func(o *options) { o.target = target } }

// WithTag writes through what only the library sets: on a zero value it panics.
func WithTag(tag string) Option { return func(o *options) { *o.tags = append(*o.tags, tag) } }

func Put(ctx context.Context, request *Request, opts ...Option) error {
	o := options{tags: new([]string)}
	for _, option := range opts {
		if option != nil {
			option(&o)
		}
	}
	return ctx.Err()
}
