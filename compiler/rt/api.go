package rt

import (
	"context"
	"reflect"
	"runtime/debug"
	"sync"
	"unsafe"

	"instc.dev/rt/internal/w3c"
)

// Programs that use the OpenTelemetry API for Go themselves. The rules of plugins/otel-trace and plugins/otel-global call what is exported here, as
// externs: values cross as plain types, spans as `any` that only this file looks into.
//
// Two tracers keep their current spans under two keys of one context, and the question is which of the two spans is nearer. It is answered where
// the API puts a span into a context, which it does in one function: there we put a node on top that stands for the foreign span. So the nearest
// node always tells whose span is the current one. A foreign node has no body and is not put into a goroutine's slot, since nobody tells when it ends.

// apiRules are the rules behind spans that the program starts itself: one for each instrumentation scope, with the switches and the sampler of
// the rule that hooks the API.
var apiRules struct {
	mu     sync.RWMutex
	scopes map[apiScope]*rule
}

type apiScope struct {
	id  string
	key scopeKey
}

const maxAPIScopes = 1000 // further ones share the scope of the plugin

// APIStart begins a span for the program: the context with it, or nil when there is to be none. id is the rule that asks.
func APIStart(id string, ctx any, tracer, version, schema, name string, kind int64, root bool, unix int64) any {
	parent, ok := ctx.(context.Context)
	r := apiRule(id, scopeKey{clean(tracer, maxName), clean(version, maxName), clean(schema, maxName)})
	if !ok || r == nil {
		return nil
	}
	if kind < 1 || kind > kindConsumer {
		kind = 1
	}
	if above := nodeIn(ctx); root && (above == nil || !above.suppressed()) {
		ctx = &nodeContext{parent, noParent}
	}
	if _, b := yielding(ctx, tracer, kind); b != nil {
		b.unlock()
		return parent
	}
	p, b := start(r, uint8(kind), ctx, nil, name)
	if p == nil {
		return nil
	}
	if b != nil {
		(*node)(p).state |= stateManual // nobody else sees it yet
		began(b, unix)
	}
	if n, guest := nodeOf(p); !guest {
		return context.Context(&apiContext{nodeContext: nodeContext{parent, n}, tracer: tracer})
	}
	return withNode(parent, p)
}

// apiContext has a node, and what the API calls its span: making that anew costs as much as a span.
type apiContext struct {
	nodeContext
	tracer string
	span   any
}

type apiKey struct{}

func (c *apiContext) Value(key any) any {
	if key == (apiKey{}) {
		return c
	}
	return c.nodeContext.Value(key)
}

// APIHold keeps the API's span with a context that APIStart has made, and which nobody else has seen.
func APIHold(ctx, span any) {
	if c, ok := ctx.(*apiContext); ok {
		c.span = span
	}
}

// APIHeld is the API's span of a context whose current span is own, when there is one.
func APIHeld(ctx, own any) any {
	if c, ok := ctx.(context.Context); ok {
		if held, ok := c.Value(apiKey{}).(*apiContext); ok && any(held.node) == own {
			return held.span
		}
	}
	return nil
}

func apiRule(id string, key scopeKey) *rule {
	scope := apiScope{id, key}
	apiRules.mu.RLock()
	r := apiRules.scopes[scope]
	apiRules.mu.RUnlock()
	if r != nil {
		return r
	}
	registry.mu.Lock()
	for _, candidate := range registry.rules {
		if candidate.id == id {
			r = candidate
		}
	}
	registry.mu.Unlock()
	if r == nil {
		return nil
	}
	apiRules.mu.Lock()
	defer apiRules.mu.Unlock()
	if known := apiRules.scopes[scope]; known != nil || len(apiRules.scopes) >= maxAPIScopes {
		if known != nil {
			r = known
		}
		return r
	}
	own := *r
	if key.name != "" {
		own.scope = scopes.number(key)
	}
	if apiRules.scopes == nil {
		apiRules.scopes = map[apiScope]*rule{}
	}
	apiRules.scopes[scope] = &own
	return &own
}

// noParent stands in a context whose program has said that there is no current span.
var noParent = &node{owner: ownerHandle, guest: guestHandle, state: stateForeign}

// asParent is the parent of a span below a foreign one: the node itself, the remote caller, or nobody at all.
func (n *node) asParent(from *remote) (parent *node, _ *remote, alone bool) {
	if n == noParent {
		return nil, from, true
	}
	if n.state&stateRemote == 0 {
		return n, from, true
	}
	if from == nil || !from.valid {
		caller := &remote{Parent: w3c.Parent{TraceID: n.traceID, SpanID: n.spanID, Flags: n.flags}, valid: true, tracestate: n.tracestate}
		if from != nil {
			caller.baggage = from.baggage
		}
		from = caller
	}
	return nil, from, true
}

// APICurrent is the current span of a context when it is one of ours, otherwise nil. Who takes over a root finds that there is none, and not the root itself,
// which a stats handler has put there once more as its caller's.
func APICurrent(ctx any) any {
	n := nodeIn(ctx)
	if n == nil || n.suppressed() {
		return nil
	}
	if n.state&stateForeign != 0 {
		if taken, ok := ctx.(*takenContext); !ok || taken.node != n {
			return nil // the API knows it itself
		}
	}
	if n.state&stateAlias != 0 {
		if n = n.ofProgram(); n == nil {
			return nil
		}
	}
	return n
}

// APIContext is the identity of a span: lower-case hex, W3C trace flags and tracestate.
func APIContext(span any) (traceID, spanID string, flags int64, state string) {
	n, ok := span.(*node)
	if !ok || n == noParent {
		return "", "", 0, ""
	}
	traceID, spanID = n.hexIDs()
	return traceID, spanID, int64(n.flags), n.tracestate
}

// APIPut puts a span of ours into a context, where it may have been already.
func APIPut(ctx, span any) any {
	c, ok := ctx.(context.Context)
	n, isNode := span.(*node)
	if !ok || !isNode || nodeIn(c) == n {
		return ctx
	}
	return context.Context(&nodeContext{c, n})
}

// APIForeign marks a context whose current span from here on is another tracer's. A span context that names our current span, or the caller whose
// request our current span already answers, changes nothing; an invalid one takes the current span away.
func APIForeign(ctx any, traceID, spanID string, flags int64, isRemote bool, state string) any {
	c, ok := ctx.(context.Context)
	if !ok {
		return ctx
	}
	above := nodeIn(c)
	if above != nil && above.suppressed() {
		return ctx
	}
	var p w3c.Parent
	if !p.ParseIDs(traceID, spanID) {
		if above == nil || above == noParent {
			return ctx
		}
		return context.Context(&nodeContext{c, noParent})
	}
	n := &(&foreignNode{node: node{owner: ownerHandle, guest: guestHandle, state: stateForeign, traceID: p.TraceID, spanID: p.SpanID,
		flags: uint8(flags) & (w3c.Sampled | w3c.Random)}}).node
	n.tracestate = w3c.Tracestate([]string{state})
	if n.flags&w3c.Sampled != 0 {
		n.state |= stateRecorded
	}
	if isRemote {
		n.state |= stateRemote
	}
	if above != nil && above.traceID == n.traceID {
		if above.spanID == n.spanID && !above.gaveWay() || isRemote && above.continues(n) {
			return ctx
		}
		n.root, n.server, n.baggage = above.root, above.server, above.baggage
		n.up.Store(above.standIn())
	}
	return context.Context(&nodeContext{c, n})
}

// continues: n, or what it stands below in this process, was begun as the child of that remote span.
func (n *node) continues(caller *node) bool {
	tail := [3]byte{caller.spanID[5], caller.spanID[6], caller.spanID[7]}
	return n.caller == tail || n.root != nil && n.root.caller == tail || n.server != nil && n.server.caller == tail
}

// standIn is the nearest live span of ours at n or above.
func (n *node) standIn() *node {
	if n.state&stateForeign != 0 {
		return n.liveAncestor()
	}
	return n.nearestLive()
}

// apiOpen opens a span for a burst by the program: as its owner if the program has started it, else as a guest.
func apiOpen(span any) *body {
	n, ok := span.(*node)
	if !ok {
		return nil
	}
	return openNode(n, n.state&stateManual == 0)
}

// APIRecording: would anything that is said of the span be exported?
func APIRecording(span any) bool {
	n, ok := span.(*node)
	return ok && n.body.Load() != nil && !n.measured()
}

// APIAttribute sets an attribute; value is what attribute.Value.AsInterface gives.
func APIAttribute(span any, key string, value any) {
	if key == "" || !APIRecording(span) {
		return
	}
	var room [192]byte // most attributes fit, and then nothing is allocated for them
	encodedKey, encoded := encodeKey(room[:0], key)
	setEncoded(span, encodedKey, anyValue(encoded, value, settings.limits.valueLength))
}

// APIText and APINumber are APIAttribute for the usual types, which a value of any type would have to be allocated for.
func APIText(span any, key, value string) {
	if key == "" || !APIRecording(span) {
		return
	}
	var room [192]byte
	encodedKey, encoded := encodeKey(room[:0], key)
	setEncoded(span, encodedKey, appendAnyText(encoded, value, settings.limits.valueLength))
}

func APINumber(span any, key string, value int64) {
	if key == "" || !APIRecording(span) {
		return
	}
	var room [192]byte
	encodedKey, encoded := encodeKey(room[:0], key)
	setEncoded(span, encodedKey, appendAnyInt(encoded, value))
}

func setEncoded(span any, encodedKey string, encoded []byte) {
	if b := apiOpen(span); b != nil {
		b.set(encodedKey, func() { b.appendAny(encodedKey, encoded) })
		b.unlock()
	}
}

// APIName renames the span.
func APIName(span any, name string) {
	if b := apiOpen(span); b != nil {
		rename(unsafe.Pointer(b), name)
		b.unlock()
	}
}

// APIStatus sets the status; code is the API's: 0 unset, 1 error, 2 ok. Ok is final, and unset takes nothing back.
func APIStatus(span any, code int64, description string) {
	b := apiOpen(span)
	if b == nil {
		return
	}
	switch {
	case code == 2:
		b.statusCode, b.statusMessage = 1, ""
	case code == 1 && b.statusCode != 1:
		b.statusCode, b.statusMessage = 2, description
	}
	b.unlock()
}

// APIEnd ends a span that the program has started; the others end when their rules say so. A time of 0 is now.
func APIEnd(span any, unix int64) {
	n, ok := span.(*node)
	if !ok || n.state&stateManual == 0 {
		return
	}
	if unix > 0 {
		endAt(unsafe.Pointer(n), unix)
	} else {
		endSpan(unsafe.Pointer(n))
	}
}

// apiNote is an event or a link until all its attributes are there.
type apiNote struct {
	span       *node
	name       string
	unix       int64
	link       *node // nil: an event
	attributes []byte
	count      int
	dropped    int
}

// APIEvent begins an event; nil when nobody would see it. APINote gives it attributes, APIEmit writes it.
func APIEvent(span any, name string, unix int64) any {
	if !APIRecording(span) {
		return nil
	}
	return &apiNote{span: span.(*node), name: clean(name, maxName), unix: unix}
}

// APIHappened writes an event without attributes.
func APIHappened(span any, name string, unix int64) {
	if APIRecording(span) {
		(&apiNote{span: span.(*node), name: clean(name, maxName), unix: unix}).write()
	}
}

// APIException begins the event of an error.
func APIException(span any, err error, unix int64, stack bool) any {
	if err == nil || !APIRecording(span) {
		return nil
	}
	e := &apiNote{span: span.(*node), name: "exception", unix: unix}
	e.add("exception.type", reflect.TypeOf(err).String())
	e.add("exception.message", errorText(err))
	if stack {
		e.add("exception.stacktrace", string(debug.Stack()))
	}
	return e
}

// APILink begins a link.
func APILink(span any, traceID, spanID string, flags int64, isRemote bool, state string) any {
	if !APIRecording(span) {
		return nil
	}
	c, _ := APIForeign(context.Background(), traceID, spanID, flags, isRemote, state).(context.Context)
	to := nodeIn(c)
	if to == nil {
		return nil
	}
	return &apiNote{span: span.(*node), link: to}
}

// APINote adds an attribute to what APIEvent, APIException or APILink began.
func APINote(note any, key string, value any) {
	if e, ok := note.(*apiNote); ok && key != "" {
		e.add(key, value)
	}
}

func (e *apiNote) add(key string, value any) {
	var room [192]byte
	encodedKey, encoded := encodeKey(room[:0], key)
	encoded = anyValue(encoded, value, settings.limits.valueLength)
	if e.count >= settings.limits.attributes || len(e.attributes)+len(encodedKey)+len(encoded) > maxBody {
		e.dropped++
		return
	}
	e.count++
	e.attributes = appendAttribute(e.attributes, encodedKey, encoded)
}

// APIEmit writes an event or a link.
func APIEmit(note any) {
	if e, ok := note.(*apiNote); ok {
		e.write()
	}
}

func (e *apiNote) write() {
	b := openNode(e.span, e.span.state&stateManual == 0)
	if b == nil {
		return
	}
	switch {
	case e.link != nil:
		flags := uint32(e.link.flags) | 0x100
		if e.link.state&stateRemote != 0 {
			flags |= 0x200
		}
		b.appendLink(e.link.traceID, e.link.spanID, e.link.tracestate, flags, e.attributes, e.dropped)
	case e.unix > 0:
		b.appendEventAt(e.unix, e.name, e.attributes, e.dropped)
	default:
		b.appendEvent(e.name, e.attributes, e.dropped)
	}
	b.unlock()
}

// apiProvider is the program's tracer provider: what a span of ours names as its own, so that those who ask a span for a tracer get the program's.
var apiProvider struct {
	mu       sync.RWMutex
	provider any
}

// APIProvide remembers the provider; one that was only seen, not set, gives way to what is there.
func APIProvide(provider any, set bool) {
	if provider == nil || !set && APIProvider() != nil {
		return
	}
	apiProvider.mu.Lock()
	defer apiProvider.mu.Unlock()
	if set || apiProvider.provider == nil {
		apiProvider.provider = provider
	}
}

// APIProvider is what was remembered, or nil.
func APIProvider() any {
	apiProvider.mu.RLock()
	defer apiProvider.mu.RUnlock()
	return apiProvider.provider
}
