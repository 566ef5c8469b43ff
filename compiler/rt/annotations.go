package rt

import (
	"unsafe"

	"instc.dev/rt/internal/w3c"
	"instc.dev/rt/internal/wire"
)

// What a span says beside its attributes: events, links, other times. An event and a measurement have attributes of their own. They are written
// with the calls that write a span's: between `aside` and the call that uses them the body writes into another buffer.

// aside is the half of a body that is not being written to.
type aside struct {
	open                bool
	buf                 []byte
	headLen             int
	attributes, dropped int
}

// openAside is port.aside.
func openAside(p unsafe.Pointer) {
	if b := bodyOf(p); b != nil && !b.aside.open {
		b.swapAside()
		b.buf, b.headLen, b.attributes, b.droppedAttributes = b.buf[:0], 0, 0, 0
		b.aside.open = true
	}
}

func (b *body) swapAside() {
	a := &b.aside
	b.buf, a.buf = a.buf, b.buf
	b.headLen, a.headLen = a.headLen, b.headLen
	b.attributes, a.attributes = a.attributes, b.attributes
	b.droppedAttributes, a.dropped = a.dropped, b.droppedAttributes
}

// closeAside gives what was written since openAside, as Span.attributes fields; it is valid until the next openAside.
func (b *body) closeAside() (attributes []byte, dropped int) {
	if !b.aside.open {
		return nil, 0
	}
	b.aside.open = false
	b.swapAside()
	return b.aside.buf, b.aside.dropped
}

// Field keys of Event and Link.
const (
	tagEventTime       = 0x09
	tagEventName       = 0x12
	tagEventAttributes = 0x1a
	tagEventDropped    = 0x20
	tagLinkState       = 0x1a
	tagLinkAttributes  = 0x22
	tagLinkDropped     = 0x28
)

// event is port.event: an event now, with the attributes written since aside.
func event(p unsafe.Pointer, name string) {
	b := bodyOf(p)
	if b == nil {
		return
	}
	attributes, dropped := b.closeAside()
	b.appendEvent(clean(name, maxName), attributes, dropped)
}

// appendEvent writes an Event whose attributes come as Span.attributes fields; it changes their keys.
func (b *body) appendEvent(name string, attributes []byte, dropped int) {
	b.appendEventAt(b.startWall+monotonic()-b.startMono, name, attributes, dropped)
}

func (b *body) appendEventAt(unix int64, name string, attributes []byte, dropped int) {
	size := 9 + wire.FieldLen(len(name)) + len(attributes)
	if dropped > 0 {
		size += 1 + wire.VarintLen(uint64(dropped))
	}
	if b.events >= settings.limits.events || len(b.buf)+size+8 > maxBody {
		b.droppedEvents++
		return
	}
	b.events++
	retag(attributes, tagEventAttributes)
	buf := wire.AppendVarint(append(b.buf, tagEvents), uint64(size))
	buf = wire.AppendFixed64(buf, tagEventTime, uint64(unix))
	buf = wire.AppendString(buf, tagEventName, name)
	buf = append(buf, attributes...)
	if dropped > 0 {
		buf = wire.AppendVarint(append(buf, tagEventDropped), uint64(dropped))
	}
	b.buf = buf
}

// retag gives attribute fields, one-byte keys all of them, the key that they have in another message.
func retag(attributes []byte, tag byte) {
	for at := 0; at < len(attributes); {
		attributes[at] = tag
		size, n := uvarint(attributes[at+1:])
		at += 1 + n + size
	}
}

// exception appends an exception event.
func (b *body) exception(kind, message string) {
	openAside(unsafe.Pointer(b))
	b.appendString("\x0a\x0eexception.type", kind)
	b.appendString("\x0a\x11exception.message", message)
	attributes, dropped := b.closeAside()
	b.appendEvent("exception", attributes, dropped)
}

// link is port.link: to the span of a context. Like fail it locks the span itself, since contexts and carriers are foreign code.
func link(p unsafe.Pointer, ctx any) {
	if p == nil || !recording(p) {
		return
	}
	if to := nodeIn(ctx); to != nil && to != noParent && !to.suppressed() {
		if b := openOf(p); b != nil {
			b.link(to)
			b.unlock()
		}
	}
}

// linkHeader is port.linkHeader: to the span that a carrier names.
func linkHeader(p unsafe.Pointer, header map[string][]string) {
	if p == nil || !recording(p) {
		return
	}
	var from remote
	fromHeader(&from, header, false)
	linkRemote(p, &from)
}

// linkGet is port.linkGet.
func linkGet(p unsafe.Pointer, get func(key string) string) {
	if p == nil || !recording(p) {
		return
	}
	var from remote
	fromGet(&from, get)
	linkRemote(p, &from)
}

func linkRemote(p unsafe.Pointer, r *remote) {
	if !r.valid {
		return
	}
	if b := openOf(p); b != nil {
		b.appendLink(r.TraceID, r.SpanID, r.tracestate, uint32(r.Flags&(w3c.Sampled|w3c.Random))|0x300, nil, 0)
		b.unlock()
	}
}

func (b *body) link(n *node) {
	b.appendLink(n.traceID, n.spanID, n.tracestate, uint32(n.flags)|0x100, nil, 0)
}

// appendLink writes a Link; flags are those of the trace and whether the span is remote. Attributes come as those of an event do.
func (b *body) appendLink(traceID [16]byte, spanID [8]byte, state string, flags uint32, attributes []byte, dropped int) {
	size := 2 + 16 + 2 + 8 + 5 + len(attributes)
	if dropped > 0 {
		size += 1 + wire.VarintLen(uint64(dropped))
	}
	if state != "" {
		size += wire.FieldLen(len(state))
	}
	if b.links >= settings.limits.links || len(b.buf)+size+4 > maxBody {
		b.droppedLinks++
		return
	}
	b.links++
	buf := wire.AppendVarint(append(b.buf, tagLinks), uint64(size))
	buf = append(append(buf, 0x0a, 16), traceID[:]...)
	buf = append(append(buf, 0x12, 8), spanID[:]...)
	if state != "" {
		buf = wire.AppendString(buf, tagLinkState, state)
	}
	retag(attributes, tagLinkAttributes)
	buf = append(buf, attributes...)
	if dropped > 0 {
		buf = wire.AppendVarint(append(buf, tagLinkDropped), uint64(dropped))
	}
	b.buf = append(buf, 0x35, byte(flags), byte(flags>>8), byte(flags>>16), byte(flags>>24))
}

// began is port.began: the span started at another time, in ns since 1970; a time that is not set changes nothing. The body is a fresh one.
func began(p unsafe.Pointer, unix int64) {
	b := bodyOf(p)
	if b == nil || unix <= 0 {
		return
	}
	b.startMono += unix - b.startWall
	b.startWall = unix
	if b.startAt > 0 {
		wire.AppendFixed64(b.buf[:b.startAt-1], b.buf[b.startAt-1], uint64(unix))
	}
}

// now is port.now: ns since 1970, by the clock of the spans.
func now() int64 { return wallAt(monotonic()) }

// panicValue is port.panicValue: what this goroutine panics with; nil when it does not, or nobody can tell.
func panicValue() any {
	if host.PanicValue == nil {
		return nil
	}
	return host.PanicValue()
}
