package rt

import (
	"encoding/binary"
	"unsafe"

	"instc.dev/rt/internal/w3c"
)

// begin is port.begin.
func begin(r unsafe.Pointer, kind uint8, ctx any, name string) (unsafe.Pointer, unsafe.Pointer) {
	return start((*rule)(r), kind, ctx, nil, name)
}

// canonicalKeys beside a span's kind says that the carrier's names are spelled as http.CanonicalHeaderKey does it.
const canonicalKeys = 0x80

// beginHeader is port.beginHeader.
func beginHeader(r unsafe.Pointer, kind uint8, ctx any, header map[string][]string, name string) (unsafe.Pointer, unsafe.Pointer) {
	var from remote
	fromHeader(&from, header, kind&canonicalKeys != 0)
	return start((*rule)(r), kind&^canonicalKeys, ctx, &from, name)
}

// beginGet is port.beginGet.
func beginGet(r unsafe.Pointer, kind uint8, ctx any, get func(key string) string, name string) (unsafe.Pointer, unsafe.Pointer) {
	var from remote
	fromGet(&from, get)
	return start((*rule)(r), kind, ctx, &from, name)
}

// start opens a span. Its parent is, in this order: the remote one, the context's, the goroutine's (never for server and consumer spans).
func start(r *rule, kind uint8, ctx any, from *remote, name string) (unsafe.Pointer, unsafe.Pointer) {
	entryKind := kind == kindServer || kind == kindConsumer
	parent := nodeIn(ctx)
	alone := entryKind // not for the goroutine's span
	if parent != nil && parent.state&stateForeign != 0 {
		parent, from, alone = parent.asParent(from)
	}
	var origin *node
	if parent == nil && !alone && (from == nil || !from.valid) {
		parent, origin = slotParent()
	}
	if parent != nil && parent.suppressed() || hidden(r, kind, ctx) {
		return nil, nil
	}
	if parent != nil && r.yields != nil && r.yieldsTo(parent, kind, ctx, from) {
		return r.alias(parent, kind, name)
	}
	if from != nil && from.valid {
		parent = nil
	}
	if parent != nil && !parent.sampled() {
		return below(parent, r, kind, name)
	}
	n := &node{owner: ownerHandle, guest: guestHandle, kind: kind}
	switch {
	case parent != nil:
		n.childOf(parent)
	case from != nil && from.valid:
		n.continueFrom(from, r)
	default:
		n.newTrace(origin, r)
	}
	if from != nil && from.baggage != "" {
		n.baggage = from.baggage
	}
	if entryKind {
		n.server = n
	}
	if parent == nil && origin == nil && settings.recording {
		if paths := pathsOf(r); paths != nil {
			return n.undecided(r, from, name, paths)
		}
	}
	if n.flags&w3c.Sampled == 0 || !settings.recording {
		return unsafe.Pointer(n), n.measure(r, name)
	}
	n.state |= stateRecorded
	b := takeBody()
	b.begin(r, name)
	switch {
	case parent != nil:
		b.head(n, parent.spanID, false)
	case from != nil && from.valid:
		b.head(n, from.SpanID, true)
	default:
		b.head(n, [8]byte{}, false)
	}
	if origin != nil {
		b.link(origin)
	}
	n.firstBody(b)
	return unsafe.Pointer(n), unsafe.Pointer(b)
}

// below opens a span under one that is not sampled. Mostly it is that span itself, of which the caller is a guest and nobody's end is one. A rule
// with metrics gets a span of its own that only measures, and what stands below such a span gets one that does nothing.
func below(parent *node, r *rule, kind uint8, name string) (unsafe.Pointer, unsafe.Pointer) {
	if r.metrics == nil && !parent.measured() {
		return parent.asGuest(), nil
	}
	n := &node{owner: ownerHandle, guest: guestHandle, kind: kind}
	n.childOf(parent)
	return unsafe.Pointer(n), n.measure(r, name)
}

// measure gives a span that is not sampled the body that the rule's metrics take their attributes from; nil when there are none.
func (n *node) measure(r *rule, name string) unsafe.Pointer {
	if r.metrics == nil {
		return nil
	}
	n.state |= stateRecorded | stateMeasured
	b := takeBody()
	b.begin(r, name)
	b.headLen, b.startAt, b.onlyMeasures = 0, 0, true
	n.firstBody(b)
	return unsafe.Pointer(b)
}

func (n *node) childOf(parent *node) {
	n.traceID, n.flags = parent.traceID, parent.flags
	n.spanID = newSpanID()
	if parent.state&stateForeign == 0 {
		n.up.Store(parent.nearestLive())
	} else {
		n.up.Store(parent.liveAncestor()) // nobody tells when a foreign span ends
	}
	if n.root, n.server = parent.root, parent.server; n.root == nil {
		n.root = n
	}
	n.tracestate, n.baggage = parent.tracestate, parent.baggage
}

func (n *node) continueFrom(from *remote, r *rule) {
	n.traceID, n.flags = from.TraceID, from.Flags&w3c.Random
	n.spanID = newSpanID()
	n.root = n
	n.tracestate = from.tracestate
	copy(n.caller[:], from.SpanID[5:])
	if samplerOf(r).sample(&n.traceID, !from.deferred, from.Flags&w3c.Sampled != 0) {
		n.flags |= w3c.Sampled
	}
}

// newTrace makes n a root; one that is linked to an origin takes over the origin's sampling decision.
func (n *node) newTrace(origin *node, r *rule) {
	n.traceID, n.spanID, n.flags = newTraceID(), newSpanID(), w3c.Random
	n.root = n
	if origin != nil {
		n.flags |= origin.flags & w3c.Sampled
	} else if samplerOf(r).sample(&n.traceID, false, false) {
		n.flags |= w3c.Sampled
	}
}

// head writes what is known when the span starts; everything after it in the body is a length-delimited field.
func (b *body) head(n *node, parent [8]byte, isRemote bool) {
	flags := uint32(n.flags) | 0x100 // whether the parent is remote is known
	if isRemote {
		flags |= 0x200
	}
	text := (*[headSize]byte)(b.buf[:headSize]) // a new body has room for it
	text[0], text[1] = 0x0a, 16
	*(*[16]byte)(text[2:]) = n.traceID
	text[18], text[19] = 0x12, 8
	*(*[8]byte)(text[20:]) = n.spanID
	at := 28
	if parent != [8]byte{} {
		text[28], text[29] = 0x22, 8
		*(*[8]byte)(text[30:]) = parent
		at = 38
	}
	rest := (*[17]byte)(text[at:])
	rest[0], rest[1], rest[2] = 0x30, n.kind, 0x39
	binary.LittleEndian.PutUint64(rest[3:], uint64(b.startWall))
	rest[11], rest[12] = 0x85, 0x01
	binary.LittleEndian.PutUint32(rest[13:], flags)
	b.startAt, b.headLen = at+3, at+17
	b.buf = b.buf[:at+17]
	if n.tracestate != "" {
		b.appendTracestate(n.tracestate)
	}
}

// headSize is that of the largest head: ids, parent, kind, start and flags.
const headSize = 2 + 16 + 2 + 8 + 2 + 8 + 2 + 1 + 8 + 2 + 4
