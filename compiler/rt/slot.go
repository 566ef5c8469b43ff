package rt

import (
	"sync/atomic"
	"unsafe"
)

// The goroutine's slot: one pointer that the patched Go runtime keeps per goroutine and copies at `go`. It holds an entry, not a node, because
// leaving a function and ending a span are different things:
//
//   - only the deferred exit of the function that entered restores the slot, and only if the slot still holds its entry;
//   - an entry that is left while others are still above it is buried, and whoever restores the slot later skips it;
//   - a slot whose span has ended was inherited (or its function is about to return): the nearest live ancestor counts; without one the span is
//     still the parent for a grace time and afterwards only linked to, from a new trace.
//
// Without the patch Host.Get and Host.Set are nil, and contexts alone carry spans.
type entry struct {
	node   *node
	prev   *entry
	state  atomic.Uint32
	masks  bool // it is a maskEntry
	work   bool // it is a workEntry
	worker bool // it is a workerEntry
}

const (
	entryFree uint32 = iota
	entryUsed
	entryBuried
)

// enter is port.enter.
func enter(p unsafe.Pointer) unsafe.Pointer {
	if p == nil || host.Set == nil {
		return nil
	}
	n, _ := nodeOf(p)
	current := (*entry)(host.Get())
	if current != nil && current.node == n {
		return nil // nothing to restore; a span that is not recorded shares its parent's node
	}
	if current != nil && current.masks {
		e := newMaskEntry(n, current, current.maskOf())
		host.Set(unsafe.Pointer(e))
		return unsafe.Pointer(e)
	}
	e := &n.slot
	if !e.state.CompareAndSwap(entryFree, entryUsed) {
		e = &entry{}
		e.state.Store(entryUsed)
	}
	e.node, e.prev = n, current
	host.Set(unsafe.Pointer(e))
	return unsafe.Pointer(e)
}

// leave is port.leave.
func leave(p, slot unsafe.Pointer) {
	if slot == nil || host.Set == nil {
		return
	}
	e := (*entry)(slot)
	if top := (*entry)(host.Get()); top != e {
		if !top.isWorkOn(e) {
			e.state.Store(entryBuried)
			return
		}
		top.abandonWork()
	}
	restore(e)
}

// restore makes current what was so before the entry.
func restore(e *entry) {
	previous := e.prev
	e.prev = nil // a goroutine that inherited this entry keeps one span alive, not the whole way up
	for previous != nil && previous.state.Load() == entryBuried {
		previous = previous.prev
	}
	host.Set(unsafe.Pointer(previous))
}

// slotNode is what the slot holds, ended or not.
func slotNode() *node {
	if host.Get == nil {
		return nil
	}
	if e := (*entry)(host.Get()); e != nil {
		return e.node
	}
	return nil
}

// InSpan says whether anything is current on this goroutine, for rules that have something to do only then.
func InSpan() bool { return host.Get != nil && host.Get() != nil }

// slotParent applies the rules above for a new span: its parent, or the ended span that it is only to be linked to.
func slotParent() (parent, origin *node) {
	n := slotNode()
	if n == nil {
		return nil, nil
	}
	if a := n.nearestLive(); a != nil {
		return a, nil
	}
	if monotonic()-n.ended.Load() < settings.grace {
		stats.soft.Add(1)
		return n, nil
	}
	stats.linked.Add(1)
	return nil, n
}

// suppressGoroutine takes this goroutine, and those that it starts, out of tracing.
func suppressGoroutine() {
	if host.Set != nil {
		host.Set(unsafe.Pointer(&entry{node: suppressNode}))
	}
}

// unowned stands in a slot, or is taken from one, where nothing is current.
var unowned = &entry{}

// current is port.current: the context's span, else what this goroutine's slot holds, for adopt on another goroutine.
func current(ctx any) unsafe.Pointer {
	if host.Get == nil {
		return nil
	}
	e := (*entry)(host.Get())
	if n := nodeIn(ctx); n != nil && (e == nil || e.node != n) {
		return unsafe.Pointer(newEntry(n, nil, e.maskOf()))
	}
	if e == nil {
		e = unowned
	}
	return unsafe.Pointer(e)
}

// adopt is port.adopt: what was current elsewhere is current here until port.leave; nil: nothing is. An entry belongs to one use of one
// goroutine, so this one gets an entry of its own. What the exporter has started stays its own.
func adopt(p unsafe.Pointer) unsafe.Pointer {
	if host.Set == nil {
		return nil
	}
	from, here := (*entry)(p), (*entry)(host.Get())
	if from == nil {
		from = unowned
	}
	if from == unowned && (here == nil || here.node != nil && here.node.suppressed()) {
		return nil
	}
	e := newEntry(from.node, here, from.maskOf())
	host.Set(unsafe.Pointer(e))
	return unsafe.Pointer(e)
}

func newEntry(n *node, below *entry, m *mask) *entry {
	if m != nil {
		return newMaskEntry(n, below, m)
	}
	e := &entry{node: n, prev: below}
	e.state.Store(entryUsed)
	return e
}
