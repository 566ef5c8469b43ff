package rt

import (
	"context"
	"sync"
	"testing"
	"unsafe"
)

func (f *fixture) opened(kind uint8, name string) unsafe.Pointer {
	node, _ := f.start(kind, nil, name)
	return node
}

// What a context carries is found below other spans, by its own plugin and under its own name, and nothing happens after the end.
func TestDetachedInContext(t *testing.T) {
	f := newFixture(t, Host{})
	node := f.opened(client, "work")
	ctx := f.detach(f.rules[0], "a", context.Background(), node)
	child, _ := f.start(internal, ctx, "child")
	below := f.context(ctx, child)
	f.end(child)
	if f.resume(f.rules[1], "a", below) != node {
		t.Error("another rule of the plugin does not find the span")
	}
	if f.resume(f.rules[0], "", below) != nil || f.resume(f.rules[2], "a", below) != nil || f.resume(f.rules[0], "a", nil) != nil ||
		f.resume(f.rules[0], "a", suppressedContext) != nil {
		t.Error("found under another name, by another plugin, or nowhere")
	}
	var ends sync.WaitGroup
	for i := 0; i < 4; i++ {
		ends.Add(1)
		go func() {
			defer ends.Done()
			f.end(f.resume(f.rules[0], "a", below))
		}()
	}
	ends.Wait()
	if f.resume(f.rules[0], "a", below) != nil {
		t.Error("resumed after its end")
	}
	if got := f.named("child"); got.parent != f.named("work").spanID || len(f.spans()) != 2 {
		t.Errorf("child of %v", got.parent)
	}
}

// Under one key the oldest is found first; what is not recorded keeps its place.
func TestDetachedByKey(t *testing.T) {
	f := newFixture(t, Host{})
	r := f.rules[0]
	first := f.opened(client, "first")
	f.keep(r, "", "key", first)
	f.keep(r, "", "key", nil)
	last := f.opened(client, "last")
	f.keep(r, "", "key", last)
	for _, want := range []unsafe.Pointer{first, unsafe.Pointer(suppressNode), last} {
		node, entry := f.find(r, "", "key")
		if node != want {
			t.Errorf("found %p, want %p", node, want)
		}
		f.end(node)
		f.forget(entry)
		f.forget(entry)
	}
	if node, entry := f.find(r, "", "key"); node != nil || entry != nil {
		t.Error("found once more")
	}
	f.forget(nil)
	f.keep(r, "", nil, f.opened(client, "lost"))
	for key, other := range map[any]any{"a": "b", int64(1): int64(2), unsafe.Pointer(first): unsafe.Pointer(last)} {
		node := f.opened(client, "other")
		entry := f.keep(r, "", key, node)
		if found, _ := f.find(r, "", other); found != nil {
			t.Errorf("%v is found under %v", key, other)
		}
		if found, _ := f.find(f.rules[2], "", key); found != nil {
			t.Error("found by another plugin")
		}
		f.end(node)
		f.forget(entry)
	}
	if len(f.spans()) != 6 {
		t.Errorf("%d spans, want 6: one with a key that is nil ends at once", len(f.spans()))
	}
}

// An entry may leave the middle and the end of a queue.
func TestDetachedQueue(t *testing.T) {
	f := newFixture(t, Host{})
	r := f.rules[0]
	var entries []unsafe.Pointer
	for i := 0; i < 4; i++ {
		entries = append(entries, f.keep(r, "q", int64(7), nil))
	}
	f.forget(entries[1])
	f.forget(entries[3])
	entries = append(entries, f.keep(r, "q", int64(7), nil))
	for _, want := range []int{0, 2, 4} {
		_, entry := f.find(r, "q", int64(7))
		if entry != entries[want] {
			t.Errorf("entry %d is not the first", want)
		}
		f.forget(entry)
	}
	if s := shardOf(int64(7)); s.count != 0 || len(s.queues) != 0 || s.oldest != nil || s.newest != nil {
		t.Error("something is left")
	}
}

// A table that is full ends the oldest span, says so in it and counts it.
func TestDetachedIsBounded(t *testing.T) {
	f := newFixture(t, Host{})
	r := f.rules[0]
	node := f.opened(client, "forgotten")
	f.keep(r, "", "same", node)
	var entries []unsafe.Pointer
	for i := 0; i < detachedLimit; i++ {
		entries = append(entries, f.keep(r, "", "same", nil))
	}
	for _, e := range entries {
		f.forget(e)
	}
	if got := f.named("forgotten"); len(got.events) != 1 || got.events[0].name != detachedEvent {
		t.Errorf("events: %v", got.events)
	}
	if n := Stats().Evicted; n != 1 {
		t.Errorf("%d evicted", n)
	}
	if found, _ := f.find(r, "", "same"); found != nil {
		t.Error("found after its eviction")
	}
	old := f.opened(client, "old")
	e := (*kept)(f.keep(r, "", "same", old))
	e.since -= 2 * detachedExpiry
	f.forget(f.keep(r, "", "same", nil))
	if n := Stats().Evicted; n != 2 {
		t.Errorf("%d evicted, want the one that is too old, too", n)
	}
}

// ambient is a context of the goroutine's span, with nothing around it the background.
func TestAmbient(t *testing.T) {
	h := &fakeHost{}
	f := newFixture(t, h.host())
	if f.ambient() != context.Background() {
		t.Error("a span out of nowhere")
	}
	f.within(server, context.Background(), "outer", func(_ context.Context, node unsafe.Pointer) {
		if n := nodeIn(f.ambient()); unsafe.Pointer(n) != node {
			t.Error("not the goroutine's span")
		}
		entry, _ := f.start(server, f.ambient(), "entry")
		f.end(entry)
	})
	if f.named("entry").parent != f.named("outer").spanID {
		t.Error("a server span has no parent, although it asked for the goroutine's")
	}
}

// A rule that resumes a span measures with its own metrics.
func TestMeasureFor(t *testing.T) {
	f := newFixture(t, Host{})
	node := f.opened(client, "work")
	body := f.open(node)
	f.measureFor(f.rules[3], body, 0, 2)
	f.measureFor(f.rules[0], body, 0, 2)
	f.close(body)
	f.end(node)
	if got := shownSeries(f.instrument(0)); got != ": 1/2" {
		t.Error(got)
	}
}
