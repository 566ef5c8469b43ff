package rt

import (
	"context"
	"sync/atomic"
	"unsafe"
)

// Suppression by name: below a call that says so, the rules of a plugin, one rule, or spans of a kind do nothing. It stands in the goroutine's
// slot, and in the context where the rule names one. A program in which nothing is ever suppressed pays one load for each span.

// mask is what is suppressed; outer is the one around it.
type mask struct {
	kind  uint8
	what  string // a plugin, or a plugin and its rule; "" with a kind
	outer *mask
}

// maskEntry is an entry of a goroutine's slot with what is suppressed there. One that suppress makes has the node of the entry below, so that
// whoever looks for the current span finds it; entries above it hand the mask on, because other goroutines inherit them and may not look further down.
type maskEntry struct {
	entry
	mask *mask
}

func (e *entry) maskOf() *mask {
	if e == nil || !e.masks {
		return nil
	}
	return (*maskEntry)(unsafe.Pointer(e)).mask
}

func newMaskEntry(n *node, below *entry, m *mask) *entry {
	e := &maskEntry{entry{node: n, prev: below, masks: true}, m}
	e.state.Store(entryUsed)
	return &e.entry
}

type maskContext struct {
	context.Context
	mask mask
}

type maskKey struct{}

func (c *maskContext) Value(key any) any {
	if key == (maskKey{}) {
		return &c.mask
	}
	return c.Context.Value(key)
}

// String keeps fmt from walking into what stands below.
func (c *maskContext) String() string { return "instc suppression context" }

// masking: something has been suppressed by name.
var masking atomic.Bool

// suppress is port.suppress: what is named begins no spans on this goroutine, and those that it starts, until port.leave.
func suppress(what string, kind uint8) unsafe.Pointer {
	if host.Set == nil {
		return nil
	}
	masking.Store(true)
	current := (*entry)(host.Get())
	e := newMaskEntry(slotNode(), current, &mask{kind, what, current.maskOf()})
	host.Set(unsafe.Pointer(e))
	return unsafe.Pointer(e)
}

// suppressIn is port.suppressIn: the same below the context that it gives.
func suppressIn(what string, kind uint8, parent context.Context) context.Context {
	masking.Store(true)
	if parent == nil {
		parent = context.Background()
	}
	return &maskContext{parent, mask{kind, what, maskIn(parent)}}
}

// hidden: a span of this rule and kind is suppressed by name. Mostly nothing is, so it has to be inlined.
func hidden(r *rule, kind uint8, ctx any) bool { return masking.Load() && hiddenByName(r, kind, ctx) }

func hiddenByName(r *rule, kind uint8, ctx any) bool {
	return host.Get != nil && (*entry)(host.Get()).maskOf().hides(r, kind) || maskIn(ctx).hides(r, kind)
}

func (m *mask) hides(r *rule, kind uint8) bool {
	for ; m != nil; m = m.outer {
		if m.what == "" && m.kind == kind || m.what != "" && (r.id == m.what || r.plugin == m.what) {
			return true
		}
	}
	return false
}

func maskIn(ctx any) *mask {
	c, ok := ctx.(valuer)
	if !ok {
		return nil
	}
	m, _ := ask(c, maskKey{}).(*mask)
	return m
}
