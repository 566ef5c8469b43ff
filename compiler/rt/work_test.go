package rt

import (
	"context"
	"testing"
	"unsafe"
)

// workBegins is what a rule does when a piece of work has been handed over, workOver what it does before the next is asked for.
func (f *fixture) workBegins(name string) {
	key := NextWork()
	node, _ := f.start(consumer, nil, name)
	f.keep(f.rules[0], "process", key, node)
	Work(key)
}

func (f *fixture) workOver() bool {
	node, entry := f.find(f.rules[0], "process", WorkOver())
	f.end(node)
	f.forget(entry)
	return node != nil
}

func TestWorkIsCurrentUntilTheNext(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	for _, name := range []string{"one", "two"} {
		if over := f.workOver(); over != (name == "two") {
			t.Errorf("before %s: %v", name, over)
		}
		f.workBegins(name)
		f.single("in " + name)
		h.join(func() { f.single("beside " + name) })
	}
	f.workOver()
	f.single("after")
	for _, name := range []string{"one", "two"} {
		f.isChild(f.named("in "+name), name)
		f.isChild(f.named("beside "+name), name)
		f.isRoot(f.named(name))
	}
	f.isRoot(f.named("after"))
	if f.workOver() || h.get() != nil {
		t.Error("there is work left")
	}
}

// A goroutine that never asks for more: the function around it is the end of its work.
func TestWorkEndsWithTheFunctionAround(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	f.within(internal, nil, "job", func(context.Context, unsafe.Pointer) {
		f.workBegins("forgotten")
		f.workBegins("last")
		f.single("in last")
	})
	f.isChild(f.named("in last"), "last")
	if h.get() != nil {
		t.Error("work outlives the function around it")
	}
	if f.named("job").end == 0 || f.workOver() {
		t.Error("there is work left")
	}
}

// Spans within the work are left before the next piece is asked for; where they are not, the work around them goes on.
func TestWorkWithinWork(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	f.workBegins("outer")
	f.within(internal, nil, "step", func(context.Context, unsafe.Pointer) {
		if WorkOver() != 0 {
			t.Error("a step of the work ends it")
		}
		f.workBegins("inner")
		f.single("in inner")
	})
	f.single("in outer")
	if !f.workOver() {
		t.Error("the outer work is lost")
	}
	f.isChild(f.named("in inner"), "inner")
	f.isChild(f.named("in outer"), "outer")
}

func TestWorkWithoutASpan(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	Work(NextWork())
	key := NextWork()
	f.keep(f.rules[0], "process", key, nil)
	Work(key)
	if h.get() != nil || WorkOver() != 0 {
		t.Error("work without a span is current")
	}
	f.isRoot(f.single("beside"))
	host = Host{}
	Work(key)
	if WorkOver() != 0 {
		t.Error("work without goroutines' slots")
	}
}
