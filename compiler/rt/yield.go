package rt

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// One call, two instrumentations: a plugin's and the program's own, which speaks the OpenTelemetry API (otelhttp, otelsql, ...). The program's span stays
// and the plugin's gives way, call by call, so that nothing is lost where the program instruments only some of its calls. Which two spans are the same
// call: they have one kind, one is the current span where the other begins, and the plugin yields to the tracer of the program's.
//
//   - The program's span is around the rule's. Then the rule's is an alias of it: it has its ids, which what stands below it hangs on and what goes out
//     in headers; it is not recorded, and ends with its call.
//   - The program's begins inside of the rule's. By then the ids of the rule's span may be in logs, headers and children. So the program's span takes
//     them over, with the parent, and the rule's is not exported. No id that anybody has seen is without its span.
//
// Without an SDK of the program's its spans are ours (otel.global). Then what the program says of a span inside goes to the rule's, which is the one span.
//
// Metrics of the rule are taken all the same, unless the program has a MeterProvider: then its instrumentation measures.

// yields has the tracers that some plugin yields to.
var yields struct {
	mu      sync.Mutex
	targets atomic.Pointer[[]string]
	meters  atomic.Bool // the program has set a MeterProvider
}

// noteYields takes the plugin's list, unless the environment says that nothing gives way.
func noteYields(targets []string) []string {
	if len(targets) == 0 || !settings.yield {
		return nil
	}
	yields.mu.Lock()
	defer yields.mu.Unlock()
	var all []string
	if known := yields.targets.Load(); known != nil {
		all = append(all, *known...)
	}
	for _, t := range targets {
		if !matchesTracer(all, t) {
			all = append(all, t)
		}
	}
	yields.targets.Store(&all)
	return targets
}

// matchesTracer: tracers are named by the import path of what makes them, with or without the major version at its end.
func matchesTracer(targets []string, tracer string) bool {
	for _, t := range targets {
		if rest := strings.TrimPrefix(tracer, t); len(rest) < len(tracer) && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

// foreignNode is a node for another tracer's span.
type foreignNode struct {
	node
	tracer string // "": nobody has said
}

// apiTracer is the tracer behind the current span of a context, when that is a span of the API.
func apiTracer(n *node, ctx any) string {
	if n.state&stateForeign != 0 && n != noParent {
		return (*foreignNode)(unsafe.Pointer(n)).tracer
	}
	if c, ok := ctx.(valuer); ok {
		if held, ok := ask(c, apiKey{}).(*apiContext); ok && held.node == n {
			return held.tracer
		}
	}
	return ""
}

// yieldsTo: the span that a rule is to begin is the call that the span around it records already. One that knows nothing of the caller does not.
func (r *rule) yieldsTo(around *node, kind uint8, ctx any, from *remote) bool {
	if from != nil && from.valid && from.TraceID != around.traceID {
		return false
	}
	return around.kind == kind && around.state&(stateForeign|stateManual) != 0 && matchesTracer(r.yields, apiTracer(around, ctx))
}

// alias stands for the program's span of the same call.
func (r *rule) alias(of *node, kind uint8, name string) (unsafe.Pointer, unsafe.Pointer) {
	measured := !yields.meters.Load()
	if !of.sampled() && !measured {
		return of.asGuest(), nil
	}
	if !of.sampled() {
		return below(of, r, kind, name)
	}
	n := &node{owner: ownerHandle, guest: guestHandle, kind: kind, flags: of.flags, state: stateAlias, traceID: of.traceID, spanID: of.spanID,
		root: of.root, server: of.server, tracestate: of.tracestate, baggage: of.baggage}
	n.up.Store(of.standIn())
	if n.root == nil {
		n.root = n
	}
	if !measured {
		return unsafe.Pointer(n), nil
	}
	return unsafe.Pointer(n), n.measure(r, name)
}

// endAlias: one without a body ends here, the others with their body.
func (n *node) endAlias() {
	if n.state&stateAlias != 0 {
		n.ended.CompareAndSwap(0, monotonicEnd(monotonic()))
	}
}

// ofProgram is the node of the program's own span behind an alias; nil when that is another tracer's.
func (n *node) ofProgram() *node {
	if up := n.up.Load(); up != nil && up.spanID == n.spanID && up.state&stateManual != 0 {
		return up
	}
	return nil
}

// takenContext is handed to the program's tracer in place of the context it was given. Its current span is the one above the rule's.
type takenContext struct {
	nodeContext
	of *node // the rule's span, whose ids are free to be taken; nil: they are not
}

type takenKey struct{}

func (c *takenContext) Value(key any) any {
	if key == (takenKey{}) {
		return c
	}
	return c.nodeContext.Value(key)
}

// APIYields: does a plugin yield to this tracer?
func APIYields(tracer string) bool {
	targets := yields.targets.Load()
	return targets != nil && matchesTracer(*targets, tracer)
}

// APIMeters: the program has a MeterProvider of its own.
func APIMeters(provider any) {
	if provider != nil {
		yields.meters.Store(true)
	}
}

// yielding is the body of the current span of a context, locked, when it gives way to a span of that tracer and kind. A rule that hands no context on (gorm's)
// has its span on the goroutine alone, directly below the context's.
func yielding(ctx any, tracer string, kind int64) (n *node, b *body) {
	if n, b = nodeIn(ctx).yielding(tracer, kind); b != nil {
		return n, b
	}
	if here := slotNode(); here != nil && here.up.Load() == nodeIn(ctx) {
		return here.yielding(tracer, kind)
	}
	return nil, nil
}

func (n *node) yielding(tracer string, kind int64) (*node, *body) {
	if n == nil || int64(n.kind) != kind || n.state&(stateForeign|stateManual|stateAlias|stateSuppressed|stateMeasured) != 0 || n.body.Load() == nil {
		return nil, nil
	}
	b := openNode(n, true)
	if b == nil {
		return nil, nil
	}
	if b.rule == nil || !matchesTracer(b.rule.yields, tracer) {
		b.unlock()
		return nil, nil
	}
	return n, b
}

// APIYield is asked where the program's SDK begins a span: the context that it shall begin in, or nil for the one it has.
func APIYield(ctx any, tracer string, kind int64) any {
	c, ok := ctx.(context.Context)
	if !ok {
		return nil
	}
	n, b := yielding(ctx, tracer, kind)
	if b == nil {
		return nil
	}
	above, taken := n.above(b), b.yielded.Load()
	b.unlock()
	given := &takenContext{nodeContext: nodeContext{c, above}}
	if !taken {
		given.of = n
	}
	return context.Context(given)
}

// above is what stands for n's parent in a context: a span of ours, the remote caller, or nothing.
func (n *node) above(b *body) *node {
	const at = 2 + 16 + 2 + 8 // behind both ids, see head
	if len(b.buf) < at+10 || b.buf[at] != 0x22 {
		return noParent
	}
	var parent [8]byte
	copy(parent[:], b.buf[at+2:])
	if up := n.up.Load(); up != nil && up.spanID == parent {
		return up
	}
	if n.root != n || string(n.caller[:]) != string(parent[5:]) {
		return noParent
	}
	return &(&foreignNode{node: node{owner: ownerHandle, guest: guestHandle, state: stateForeign | stateRemote | stateRecorded, traceID: n.traceID,
		spanID: parent, flags: n.flags, tracestate: n.tracestate, baggage: n.baggage}}).node
}

// APIRemote: the span is in another process.
func APIRemote(span any) bool {
	n, ok := span.(*node)
	return ok && n.state&stateRemote != 0
}

// APIIdentity gives the ids that a span of the program's SDK takes over, in hex; empty: none.
func APIIdentity(ctx any) (traceID, spanID string) {
	if c, ok := ctx.(*takenContext); ok && c.of != nil {
		return c.of.hexIDs()
	}
	return "", ""
}

// APIBegan tells of a span that the program's SDK has begun: whose it is, and whether it is recorded.
func APIBegan(ctx any, tracer string, kind int64, recorded bool) {
	n := nodeIn(ctx)
	c, ok := ctx.(context.Context)
	if !ok || n == nil || n == noParent || n.state&stateForeign == 0 {
		return
	}
	f := (*foreignNode)(unsafe.Pointer(n)) // nobody else has this context yet
	f.tracer, f.kind = tracer, uint8(kind)
	taken, _ := ask(c, takenKey{}).(*takenContext)
	if taken == nil || taken.of == nil || taken.of.spanID != n.spanID || taken.of.traceID != n.traceID {
		return
	}
	own := taken.of
	n.root, n.server, n.baggage = own.root, own.server, own.baggage
	n.up.Store(own)
	if !recorded {
		return
	}
	if b := openNode(own, true); b != nil {
		b.yielded.Store(true)
		b.unlock()
	}
}

// gaveWay: the span is another tracer's now, with the same ids.
func (n *node) gaveWay() bool {
	b := n.body.Load()
	return b != nil && b.yielded.Load()
}
