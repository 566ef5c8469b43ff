package rt

import (
	"context"
	"sync/atomic"
	"unsafe"

	"instc.dev/rt/internal/w3c"
)

// A span has two halves. The node is its identity: made once, owned by the garbage collector, shared through contexts and goroutine slots, never
// reused; only its end, its body and its shortcut up the tree change, all atomically. The body (body.go) is the growing wire text: pooled, locked,
// and given back when the span ends. node.body == body, under the lock, is the generation check, so a stale handle is a no-op and never another span.
type node struct {
	owner   handle // first, so that a pointer to the node is a pointer to it
	guest   handle // the same node, used by somebody who does not own the span: enrich hands it out, and begin below a span that is not sampled
	kind    uint8
	flags   uint8 // W3C trace flags
	state   uint8
	traceID [16]byte
	spanID  [8]byte
	caller  [3]byte // the end of the remote parent's span id; what fits where there was padding

	ended  atomic.Int64 // monotonic time of the end + 1; 0 while the span is live
	body   atomic.Pointer[body]
	up     atomic.Pointer[node] // the nearest ancestor that was live when last looked at
	root   *node                // the local root
	server *node                // the nearest server or consumer span, or nil

	tracestate string
	baggage    string
	slot       entry // the first use of the node as a goroutine's slot; saves an allocation
}

// handle tells an owner's pointer from a guest's: both point into the node, at a byte that says which one it is.
type handle uint8

const (
	ownerHandle handle = 1
	guestHandle handle = 2
)

// Bits of node.state.
const (
	stateRecorded   = 1 << iota // had a body when it began; of a foreign span: it is sampled
	stateSuppressed             // nothing is recorded below it
	stateMeasured               // the body is for metrics alone: the trace is not sampled
	stateManual                 // the program has started it by the OpenTelemetry API, and ends it
	stateForeign                // another tracer's: it stands for that span in contexts (api.go)
	stateRemote                 // foreign, and in another process
	stateAlias                  // it stands for the program's own span of the same call (yield.go)
)

// Span kinds as in OTLP.
const (
	kindServer   = 2
	kindConsumer = 5
)

// nodeOf resolves a pointer that crossed the port. p is not nil.
func nodeOf(p unsafe.Pointer) (n *node, guest bool) {
	if *(*handle)(p) == guestHandle {
		return (*node)(unsafe.Add(p, -int(unsafe.Offsetof(n.guest)))), true
	}
	return (*node)(p), false
}

// firstBody gives a node that nobody else has seen its body: without the order of all memory that an atomic store asks of the processor, and pays for.
func (n *node) firstBody(b *body) { *(**body)(unsafe.Pointer(&n.body)) = b }

func (n *node) asGuest() unsafe.Pointer { return unsafe.Pointer(&n.guest) }

func (n *node) suppressed() bool { return n.state&stateSuppressed != 0 }

// measured: the span is not exported; only metrics look at it.
func (n *node) measured() bool { return n.state&stateMeasured != 0 }

// sampled: the span was exported, or will be.
func (n *node) sampled() bool {
	return n.state&(stateRecorded|stateMeasured) == stateRecorded || n.state&stateAlias != 0
}

func (n *node) wasRecorded() bool { return n.state&stateRecorded != 0 }

// live: not ended. A node that is not recorded is shared by its descendants, never ends and stays their parent.
func (n *node) live() bool { return n.ended.Load() == 0 }

// liveAncestor is the nearest live node above n. It shortens the way for the next one, so that a chain of goroutines that start each other
// does not keep every span there ever was.
func (n *node) liveAncestor() *node {
	first := n.up.Load()
	a := first
	for a != nil && !a.live() {
		a = a.up.Load()
	}
	if a != first {
		n.up.Store(a)
	}
	return a
}

func (n *node) nearestLive() *node {
	if n.live() {
		return n
	}
	return n.liveAncestor()
}

// suppressNode marks goroutines and contexts whose work is never traced: the exporter's own.
var suppressNode = &node{owner: ownerHandle, guest: guestHandle, state: stateSuppressed}

// nodeContext is the parent context with a node. The node itself holds no context, so a node that stays in an idle worker's slot pins no user value.
type nodeContext struct {
	context.Context
	node *node
}

type contextKey struct{ _ byte }

var nodeKey any = new(contextKey)

func (c *nodeContext) Value(key any) any {
	if key == nodeKey {
		return c.node
	}
	return c.Context.Value(key)
}

// String keeps fmt from walking into fields that other goroutines change.
func (c *nodeContext) String() string { return "instc span context" }

// valuer is the part of context.Context that is used here; a target package without "context" hands over whatever it has.
type valuer interface{ Value(key any) any }

// nodeIn finds the node of a context; nil for nil and for foreign types.
func nodeIn(ctx any) *node {
	switch c := ctx.(type) {
	case nil:
		return nil
	case *nodeContext:
		if c == nil {
			return nil
		}
		return c.node
	case valuer:
		return nodeUnder(c, nodeKey)
	}
	return nil
}

func nodeUnder(c valuer, key any) *node {
	n, _ := ask(c, key).(*node)
	return n
}

// ask gives what a context that is not ours has under a key; its Value is foreign code and may panic, for instance on a typed nil.
func ask(c valuer, key any) (value any) {
	defer func() {
		if recover() != nil {
			stats.panics.Add(1)
		}
	}()
	return c.Value(key)
}

// withNode is port.context.
func withNode(parent context.Context, p unsafe.Pointer) context.Context {
	if p == nil {
		return parent
	}
	if parent == nil {
		parent = context.Background()
	}
	n, guest := nodeOf(p)
	if guest && nodeIn(parent) == n {
		return parent // a span that is not recorded shares its parent's node
	}
	return &nodeContext{parent, n}
}

// recording is port.recording.
func recording(p unsafe.Pointer) bool {
	if p == nil {
		return false
	}
	n, _ := nodeOf(p)
	return n.body.Load() != nil
}

// enrich is port.enrich.
func enrich(ctx any, which uint8) unsafe.Pointer {
	n := currentNode(ctx)
	if n == nil {
		return nil
	}
	switch which {
	case 1:
		n = n.server
	case 2:
		n = n.root
	}
	if n == nil || n.body.Load() == nil {
		return nil
	}
	return n.asGuest()
}

// currentNode is the span that code with this context works for: the context's, else the slot's nearest live one.
func currentNode(ctx any) *node {
	if n := nodeIn(ctx); n == noParent {
		return nil
	} else if n != nil {
		return n
	}
	if n := slotNode(); n != nil {
		return n.nearestLive()
	}
	return nil
}

// ids is port.ids.
func ids(ctx any) (traceID, spanID string) {
	if n := shownNode(ctx); n != nil {
		return n.hexIDs()
	}
	return "", ""
}

// shownNode is the span whose ids a line of the log has; nil: none.
func shownNode(ctx any) *node {
	if n := currentNode(ctx); n != nil && !n.suppressed() {
		return n
	}
	return nil
}

// IdsText are both ids as log/slog writes attributes in a line; "" where there is no span.
func IdsText(ctx any, asJSON bool) string {
	n := shownNode(ctx)
	if n == nil {
		return ""
	}
	before, between, after := "trace_id=", " span_id=", ""
	if asJSON {
		before, between, after = `"trace_id":"`, `","span_id":"`, `"`
	}
	line := append(make([]byte, 0, 80), before...)
	line = append(w3c.AppendHex(line, n.traceID[:]), between...)
	return string(append(w3c.AppendHex(line, n.spanID[:]), after...))
}

// hexIDs are both ids in lower-case hex, at the price of one allocation.
func (n *node) hexIDs() (traceID, spanID string) {
	buffer := make([]byte, 0, 48)
	buffer = w3c.AppendHex(buffer, n.traceID[:])
	buffer = w3c.AppendHex(buffer, n.spanID[:])
	both := string(buffer)
	return both[:32], both[32:]
}
