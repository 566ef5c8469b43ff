package rt

import (
	"context"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// The hazards of goroutine-local parents, on a host whose slots are kept per goroutine and copied by spawn as the patched runtime copies them.

// single starts and ends a span without a context and gives its decoded form.
func (f *fixture) single(name string) testSpan {
	f.t.Helper()
	node, _ := f.start(internal, nil, name)
	f.end(node)
	return f.named(name)
}

func (f *fixture) isRoot(s testSpan) {
	f.t.Helper()
	if s.parent != [16]byte{} || s.links != nil {
		f.t.Errorf("%s has a parent or a link: %x %x", s.name, s.parent, s.links)
	}
}

func (f *fixture) isChild(s testSpan, of string) {
	f.t.Helper()
	if parent := f.named(of); s.parent != parent.spanID || s.traceID != parent.traceID {
		f.t.Errorf("%s is not a child of %s", s.name, of)
	}
}

func TestSlotNesting(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	f.within(server, nil, "a", func(context.Context, unsafe.Pointer) {
		f.within(internal, nil, "b", func(context.Context, unsafe.Pointer) {
			f.single("c")
		})
		f.single("d")
	})
	f.isRoot(f.single("e"))
	f.isChild(f.named("c"), "b")
	f.isChild(f.named("b"), "a")
	f.isChild(f.named("d"), "a")
	if h.get() != nil {
		t.Error("the slot is not empty again")
	}
}

// The goroutine of a keep-alive connection serves one request after the other.
func TestSlotKeepAlive(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	for _, name := range []string{"one", "two"} {
		f.within(server, nil, name, func(context.Context, unsafe.Pointer) {})
		f.isRoot(f.named(name))
		f.isRoot(f.single("idle after " + name))
	}
}

func TestServerIgnoresSlot(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	f.within(internal, nil, "outer", func(context.Context, unsafe.Pointer) {
		for kind, name := range map[uint8]string{server: "server", consumer: "consumer"} {
			node, _ := f.start(kind, nil, name)
			f.end(node)
			f.isRoot(f.named(name))
		}
	})
}

// The statement of the user's is the context, even when its span has ended.
func TestContextWinsOverSlot(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	var ended context.Context
	f.within(internal, context.Background(), "a", func(ctx context.Context, _ unsafe.Pointer) { ended = ctx })
	f.within(internal, nil, "b", func(context.Context, unsafe.Pointer) {
		node, _ := f.start(internal, ended, "c")
		f.end(node)
	})
	f.isChild(f.named("c"), "a")
}

func TestSlotDoubleEnd(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	first, _ := f.start(internal, nil, "first")
	slot := f.enter(first)
	f.end(first)
	f.leave(first, slot)
	f.within(internal, nil, "second", func(context.Context, unsafe.Pointer) {
		f.end(first)
		f.leave(first, slot)
		f.single("child")
	})
	f.isChild(f.named("child"), "second")
}

// A span may be ended by another goroutine; neither slot is touched by that.
func TestSlotEndElsewhere(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	f.within(internal, nil, "outer", func(context.Context, unsafe.Pointer) {
		node, _ := f.start(internal, nil, "handed over")
		slot := f.enter(node)
		h.join(func() {
			f.within(internal, nil, "other", func(context.Context, unsafe.Pointer) {
				f.end(node)
				f.single("of other")
			})
		})
		f.single("still inside")
		f.leave(node, slot)
		f.single("after leave")
	})
	f.isChild(f.named("of other"), "other")
	f.isChild(f.named("still inside"), "outer") // the nearest live ancestor
	f.isChild(f.named("after leave"), "outer")
}

func TestSlotNotLIFO(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	a, _ := f.start(internal, nil, "a")
	slotA := f.enter(a)
	b, _ := f.start(internal, nil, "b")
	slotB := f.enter(b)
	f.end(a)
	f.leave(a, slotA)
	f.single("in b")
	f.end(b)
	f.leave(b, slotB)
	f.isRoot(f.single("after"))
	f.isChild(f.named("in b"), "b")
	if h.get() != nil {
		t.Error("a is left in the slot")
	}
}

func TestSlotIsInherited(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	f.within(server, nil, "a", func(context.Context, unsafe.Pointer) {
		h.join(func() {
			f.within(internal, nil, "b", func(context.Context, unsafe.Pointer) {})
			f.single("c")
		})
	})
	f.isChild(f.named("b"), "a")
	f.isChild(f.named("c"), "a")
}

// Fire and forget: a goroutine outlives the span that it was born in.
func TestSlotGrace(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	settings.grace = int64(time.Hour)
	ended := make(chan struct{})
	done := make(chan struct{})
	f.within(server, nil, "a", func(context.Context, unsafe.Pointer) {
		h.spawn(func() {
			defer close(done)
			<-ended
			f.within(internal, nil, "soon", func(context.Context, unsafe.Pointer) { f.single("in soon") })
			settings.grace = 0
			f.within(internal, nil, "late", func(context.Context, unsafe.Pointer) { f.single("in late") })
			node, body := f.start(client, nil, "propagates")
			if body == nil {
				t.Error("not sampled like its origin")
			}
			f.end(node)
		})
	})
	close(ended)
	<-done
	a, late := f.named("a"), f.named("late")
	f.isChild(f.named("soon"), "a")
	f.isChild(f.named("in soon"), "soon")
	if late.traceID == a.traceID || late.parent != [16]byte{} || len(late.links) != 1 || late.links[0] != a.traceID {
		t.Errorf("late: %+v", late)
	}
	f.isChild(f.named("in late"), "late")
	if s := Stats(); s.SoftParents != 1 || s.LinkedRoots != 2 {
		t.Errorf("%+v", s)
	}
}

// A worker of a pool was born in a request that is long over when it works for others.
func TestSlotPoolWithContext(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	tasks := make(chan context.Context)
	done := make(chan struct{})
	f.within(server, nil, "creator", func(context.Context, unsafe.Pointer) {
		h.spawn(func() {
			defer close(done)
			for ctx := range tasks {
				f.within(internal, ctx, "task", func(context.Context, unsafe.Pointer) { f.single("in task") })
			}
		})
	})
	f.within(server, context.Background(), "user", func(ctx context.Context, _ unsafe.Pointer) { tasks <- ctx })
	close(tasks)
	<-done
	f.isChild(f.named("task"), "user")
	f.isChild(f.named("in task"), "task")
}

func TestSlotAfterPanic(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	func() {
		defer func() { _ = recover() }()
		f.within(internal, nil, "a", func(context.Context, unsafe.Pointer) { panic("x") })
	}()
	f.isRoot(f.single("after"))
}

// Goroutines that start each other for ever must not keep every span there ever was.
func TestSlotChainIsShort(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	settings.grace = int64(time.Hour)
	var step func(n int)
	var wg sync.WaitGroup
	longest := 0
	step = func(n int) {
		defer wg.Done()
		if n == 0 {
			return
		}
		f.within(internal, nil, "step", func(_ context.Context, p unsafe.Pointer) {
			wg.Add(1)
			node, _ := nodeOf(p)
			length := 0
			for a := node.up.Load(); a != nil; a = a.up.Load() {
				length++
			}
			entries := 0
			for e := (*entry)(h.get()); e != nil; e = e.prev {
				entries++
			}
			if length+entries > longest {
				longest = length + entries
			}
		})
		h.spawn(func() { step(n - 1) })
	}
	wg.Add(1)
	h.spawn(func() { step(200) })
	wg.Wait()
	if longest > 4 {
		t.Errorf("a chain of %d", longest)
	}
}

func TestSuppression(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	h.join(func() {
		suppressGoroutine()
		if node, _ := f.start(client, context.Background(), "x"); node != nil {
			t.Error("the exporter's goroutine is traced")
		}
		h.join(func() {
			if node, _ := f.start(client, nil, "x"); node != nil {
				t.Error("a goroutine of the exporter's is traced")
			}
		})
	})
	node, body := f.beginHeader(f.rules[0], server, suppressedContext, map[string][]string{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}, "x")
	if node != nil || body != nil {
		t.Error("a suppressed context is traced")
	}
	if f.enrich(suppressedContext, 0) != nil {
		t.Error("a suppressed context is enriched")
	}
	if trace, _ := f.ids(suppressedContext); trace != "" {
		t.Error("a suppressed context has ids")
	}
}

func TestUnsampledSlot(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host(), "OTEL_TRACES_SAMPLER=always_off")
	f.within(server, nil, "a", func(context.Context, unsafe.Pointer) {
		before := h.get()
		f.within(internal, nil, "b", func(context.Context, unsafe.Pointer) {
			if h.get() != before {
				t.Error("an unsampled child changes the slot")
			}
		})
	})
	if h.get() != nil || len(f.spans()) != 0 {
		t.Error("something is left")
	}
}

// bind does with f what generated code does: it runs under what is current here, or in ctx.
func (f *fixture) bind(ctx any, do func()) func() {
	p := f.current(ctx)
	return func() {
		defer f.leave(nil, f.adopt(p))
		do()
	}
}

// A pool whose workers were started in a request that goes on: a task belongs to whom it came from, a worker to nobody.
func TestSlotBoundTask(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	tasks, done := make(chan func()), make(chan struct{})
	f.within(server, nil, "creator", func(ctx context.Context, _ unsafe.Pointer) {
		h.spawn(func() {
			defer close(done)
			defer f.leave(nil, f.adopt(nil))
			for task := range tasks {
				f.isRoot(f.single("between"))
				task()
			}
		})
		h.join(func() {
			h.set(nil)
			f.within(server, nil, "user", func(context.Context, unsafe.Pointer) { tasks <- f.bind(nil, func() { f.single("of user") }) })
			tasks <- f.bind(nil, func() { f.isRoot(f.single("of nobody")) })
			tasks <- f.bind(ctx, func() { f.single("by context") })
		})
		close(tasks)
		<-done
	})
	f.isChild(f.named("of user"), "user")
	f.isChild(f.named("by context"), "creator")
}

// A function that is bound once may run often, on several goroutines at once and below other spans.
func TestSlotBoundRunsOften(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	var bound func()
	f.within(server, nil, "owner", func(context.Context, unsafe.Pointer) {
		bound = f.bind(nil, func() { f.within(internal, nil, "run", func(context.Context, unsafe.Pointer) {}) })
		var all sync.WaitGroup
		for i := 0; i < 20; i++ {
			all.Add(1)
			h.spawn(func() {
				defer all.Done()
				f.within(server, nil, "other", func(context.Context, unsafe.Pointer) {
					bound()
					f.single("behind")
				})
			})
		}
		all.Wait()
		f.single("still owner")
	})
	owner := f.named("owner")
	names := map[[16]byte]string{}
	for _, s := range f.spans() {
		names[s.spanID] = s.name
	}
	for _, s := range f.spans() {
		if s.name == "run" && s.parent != owner.spanID {
			t.Errorf("run is below %q", names[s.parent])
		}
		if s.name == "behind" && names[s.parent] != "other" {
			t.Errorf("behind is below %q", names[s.parent])
		}
	}
	f.isChild(f.named("still owner"), "owner")
	if h.get() != nil {
		t.Error("something is left")
	}
}

// What was suppressed where a function was bound is suppressed where it runs; the exporter's goroutines belong to nobody else.
func TestSlotBoundSuppression(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	var bound func()
	slot := f.suppress("nethttp", 0)
	bound = f.bind(nil, func() {
		if node, _ := f.start(client, nil, "x"); node != nil {
			t.Error("not suppressed")
		}
	})
	f.leave(nil, slot)
	h.join(bound)
	f.single("after")
	h.join(func() {
		suppressGoroutine()
		defer f.leave(nil, f.adopt(nil))
		if node, _ := f.start(client, nil, "x"); node != nil {
			t.Error("the exporter is traced")
		}
	})
}

func TestBindWithoutSlots(t *testing.T) {
	f := newFixture(t, Host{})
	if f.current(nil) != nil || f.adopt(nil) != nil {
		t.Error("there is nothing to bind to")
	}
}
