package rt

import (
	"context"
	"testing"
	"unsafe"
)

// What is suppressed by name begins no spans below the call, on its goroutine and on those that it starts; everything else goes on.
func TestSuppressOnGoroutine(t *testing.T) {
	defer masking.Store(false)
	h := &fakeHost{}
	f := newFixture(t, h.host())
	began := func(rule int, kind uint8, ctx any) bool {
		node, _ := f.begin(f.rules[rule], kind, ctx, "x")
		f.end(node)
		return node != nil
	}
	f.within(server, context.Background(), "outer", func(ctx context.Context, node unsafe.Pointer) {
		plugin := f.suppress("nethttp", 0)
		if began(0, internal, nil) || began(1, client, ctx) || !began(2, client, ctx) {
			t.Error("a plugin is suppressed, and nothing else")
		}
		if trace, _ := f.ids(nil); trace == "" || unsafe.Pointer(nodeIn(f.ambient())) != node {
			t.Error("the current span is another one")
		}
		inner, _ := f.begin(f.rules[2], internal, nil, "inner")
		slot := f.enter(inner)
		rule := f.suppress("database.sql.query", 0)
		if began(0, internal, nil) || began(2, internal, nil) || !began(3, internal, nil) {
			t.Error("a rule is suppressed inside of a span")
		}
		f.leave(nil, plugin) // out of order: the function that suppressed it is left first
		f.leave(nil, rule)
		if !began(2, internal, nil) {
			t.Error("what is left still counts")
		}
		f.leave(inner, slot)
		f.end(inner)
		if !began(2, internal, nil) || !began(0, internal, nil) {
			t.Error("suppressed after all was left")
		}
		kind := f.suppress("", client)
		h.join(func() {
			if began(2, client, nil) || !began(2, server, nil) {
				t.Error("a goroutine that starts below does not know of it")
			}
		})
		f.leave(nil, kind)
	})
	if f.named("inner").parent != f.named("outer").spanID {
		t.Error("a span below has another parent")
	}
}

// A context takes it to other goroutines, and keeps its span.
func TestSuppressInContext(t *testing.T) {
	defer masking.Store(false)
	f := newFixture(t, Host{})
	outer := f.opened(server, "outer")
	ctx := f.suppressIn("nethttp", 0, f.context(context.Background(), outer))
	ctx = f.suppressIn("", producer, ctx)
	for rule, kind := range map[int]uint8{0: internal, 1: client, 2: producer} {
		if node, _ := f.begin(f.rules[rule], kind, ctx, "x"); node != nil {
			t.Errorf("rule %d is not suppressed", rule)
		}
	}
	inner, _ := f.begin(f.rules[2], client, ctx, "inner")
	if node, _ := f.begin(f.rules[0], client, f.context(ctx, inner), "x"); node != nil {
		t.Error("not suppressed below a span")
	}
	f.end(inner)
	f.end(outer)
	if f.named("inner").parent != f.named("outer").spanID || f.suppress("x", 0) != nil {
		t.Error("the span of the context is lost, or there is a slot where there is none")
	}
}
