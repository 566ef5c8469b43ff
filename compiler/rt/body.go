package rt

import (
	"math"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// body is the OTLP Span message of one live span, written as it happens. Protobuf does not care about the order of fields, so attributes and
// events are appended when they are known and only the end, the name, the status and the counts of what was dropped wait for the end of the span.
//
// Bursts: begin hands the body over unlocked, because nobody else can see the span yet; later open locks it and close unlocks it. Nothing foreign
// runs in between, so no panic of user code can leave a body locked.
type body struct {
	mu     sync.Mutex
	locked bool
	guest  bool  // the current burst is an enricher's
	readAt int64 // the clock as the current burst has read it, 0: it has not

	buf       []byte
	headLen   int
	startAt   int // where the start time stands in buf
	aside     aside
	shard     *shard
	rule      *rule
	limits    *limits // of spans, or of log records
	startMono int64
	startWall int64

	attributes, droppedAttributes int
	events, droppedEvents         int
	links, droppedLinks           int

	spanName      string
	nameIsGuests  bool
	enriched      bool
	statusCode    uint8
	statusMessage string
	errorType     string
	undecided     *undecided
	chosen        *chosen // of measurements; nil before the first one
	logged        *node   // of a log record: the span that it belongs to, or nil
}

// Sizes of a body.
const (
	maxBody    = 64 << 10
	pooledBody = 16 << 10 // larger ones are left to the garbage collector
	maxName    = 1 << 10
)

// Field keys of Span, KeyValue, AnyValue and so on: field number and wire type.
const (
	tagTracestate        = 0x1a
	tagEnd               = 0x41
	tagName              = 0x2a
	tagAttributes        = 0x4a
	tagDroppedAttributes = 0x50
	tagEvents            = 0x5a
	tagDroppedEvents     = 0x60
	tagLinks             = 0x6a
	tagDroppedLinks      = 0x70
	tagStatus            = 0x7a

	tagKeyValueValue = 0x12
	tagString        = 0x0a
	tagBool          = 0x10
	tagInt           = 0x18
	tagDouble        = 0x21
	tagArray         = 0x2a
)

const keyErrorType = "\x0a\x0aerror.type"

// bodies is the pool. A pooled body keeps its shard of the queue, so the two are replaced together.
var bodies = newBodyPool()

func newBodyPool() *sync.Pool {
	return &sync.Pool{New: func() any { return &body{buf: make([]byte, 0, 1024), shard: spans.nextShard()} }}
}

func takeBody() *body {
	b := bodies.Get().(*body)
	b.limits = &settings.limits
	return b
}

func (b *body) begin(r *rule, name string) {
	b.rule, b.spanName = r, name
	b.startMono = monotonic()
	b.startWall = wallAt(b.startMono)
}

// bodyOf is for the methods of the port: nil in, nil out.
func bodyOf(p unsafe.Pointer) *body { return (*body)(p) }

// openNode locks the body of a live, recorded span. Between the look and the lock the span may have ended and the body may carry another one by
// now; n.body tells, since it goes to nil under the lock and never comes back.
func openNode(n *node, guest bool) *body {
	b := n.body.Load()
	if b == nil {
		if n.wasRecorded() {
			stats.late.Add(1)
		}
		return nil
	}
	b.mu.Lock()
	if n.body.Load() != b {
		b.mu.Unlock()
		stats.late.Add(1)
		return nil
	}
	b.locked, b.guest, b.readAt = true, guest, 0
	return b
}

func (b *body) unlock() {
	b.locked, b.guest = false, false
	b.mu.Unlock()
}

// openBody is port.open.
func openBody(p unsafe.Pointer) unsafe.Pointer {
	if p == nil {
		return nil
	}
	return unsafe.Pointer(openOf(p))
}

func openOf(p unsafe.Pointer) *body {
	n, guest := nodeOf(p)
	return openNode(n, guest)
}

// closeBody is port.close.
func closeBody(p unsafe.Pointer) {
	if b := bodyOf(p); b != nil && b.locked {
		b.unlock()
	}
}

// endSpan is port.end.
func endSpan(p unsafe.Pointer) {
	if p == nil {
		return
	}
	n, _ := nodeOf(p)
	if n.body.Load() == nil {
		return // not recorded, or ended already
	}
	if b := openNode(n, false); b != nil {
		b.end(n, monotonic())
	}
}

// endAt is port.endAt: the end was at another time, in ns since 1970. One that lies before the start is the start.
func endAt(p unsafe.Pointer, unix int64) {
	if p == nil {
		return
	}
	n, _ := nodeOf(p)
	b := openNode(n, false)
	if b == nil {
		return
	}
	end := b.startMono + unix - b.startWall
	if unix < b.startWall {
		end = b.startMono
	}
	b.end(n, end)
}

// end ends the span of a locked body and gives the body back.
func (b *body) end(n *node, at int64) {
	b.closeAside() // open only after a panic in injected code
	n.ended.Store(monotonicEnd(at))
	n.body.Store(nil)
	measured := n.measured()
	if !measured {
		b.finish(at)
	}
	b.unlock() // from here on a stale handle finds out that the body is not its own, and reads nothing else
	if !measured {
		spans.push(b.shard, b.rule.scope, b.buf)
	}
	b.release()
}

// finishSpan is port.finish: end of a span that is open, in place of close and end.
func finishSpan(p, body unsafe.Pointer) {
	b := bodyOf(body)
	if p == nil || b == nil || !b.locked {
		return
	}
	n, guest := nodeOf(p)
	if guest || n.body.Load() != b {
		return
	}
	at := b.readAt // the duration that was measured is the span's
	if at == 0 {
		at = monotonic()
	}
	b.end(n, at)
}

// monotonicEnd is what node.ended holds: never 0.
func monotonicEnd(at int64) int64 {
	if at < 0 {
		return 1
	}
	return at + 1
}

func (b *body) release() {
	b.reset()
	if cap(b.aside.buf) > pooledBody {
		b.aside.buf = nil
	}
	if b.chosen != nil && cap(b.chosen.buf) > pooledBody {
		b.chosen.buf = nil
	}
	if cap(b.buf) <= pooledBody {
		bodies.Put(b)
	}
}

func (b *body) reset() {
	b.rule, b.logged, b.undecided = nil, nil, nil
	b.buf, b.headLen = b.buf[:0], 0
	b.attributes, b.droppedAttributes, b.events, b.droppedEvents, b.links, b.droppedLinks = 0, 0, 0, 0, 0, 0
	b.spanName, b.nameIsGuests, b.enriched = "", false, false
	b.statusCode, b.statusMessage, b.errorType = 0, "", ""
}

// finish writes what had to wait for the end.
func (b *body) finish(end int64) {
	if b.errorType != "" {
		if from, _ := b.find(keyErrorType); from < 0 {
			b.appendString(keyErrorType, b.errorType)
		}
	}
	buf := wire.AppendFixed64(b.buf, tagEnd, uint64(b.startWall+end-b.startMono))
	buf = appendName(buf, b.spanName)
	if b.droppedAttributes > 0 {
		buf = wire.AppendVarint(append(buf, tagDroppedAttributes), uint64(b.droppedAttributes))
	}
	if b.droppedEvents > 0 {
		buf = wire.AppendVarint(append(buf, tagDroppedEvents), uint64(b.droppedEvents))
	}
	if b.droppedLinks > 0 {
		buf = wire.AppendVarint(append(buf, tagDroppedLinks), uint64(b.droppedLinks))
	}
	if b.statusCode != 0 {
		message := clean(b.statusMessage, b.limits.valueLength)
		size := 2
		if message != "" {
			size += wire.FieldLen(len(message))
		}
		buf = wire.AppendVarint(append(buf, tagStatus), uint64(size))
		if message != "" {
			buf = wire.AppendString(buf, 0x12, message)
		}
		// OTLP numbers ok 1 and error 2, as the port does.
		buf = append(buf, 0x18, b.statusCode)
	}
	b.buf = buf
}

// appendName writes the span's name; the usual one is short and ASCII.
func appendName(buf []byte, name string) []byte {
	if len(name) < 0x80 && ascii(name) {
		return append(append(buf, tagName, byte(len(name))), name...)
	}
	return wire.AppendString(buf, tagName, clean(name, maxName))
}

func (b *body) appendTracestate(state string) {
	b.buf = wire.AppendString(b.buf, tagTracestate, state)
}

// clean gives valid UTF-8 of at most limit characters; collectors refuse a whole batch for one bad byte.
func clean(s string, limit int) string {
	if len(s) > limit {
		s = truncate(s, limit)
	}
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// truncate keeps the first limit characters; a byte that is no UTF-8 counts as one.
func truncate(s string, limit int) string {
	count := 0
	for i := range s {
		if count == limit {
			return s[:i]
		}
		count++
	}
	return s
}

// find gives the extent of the attribute with this pre-encoded key in buf, or -1.
func (b *body) find(key string) (from, to int) {
	for at := b.headLen; at < len(b.buf); {
		tag := b.buf[at]
		size, n := uvarint(b.buf[at+1:])
		content := at + 1 + n
		if tag == tagAttributes && size >= len(key) && string(b.buf[content:content+len(key)]) == key {
			return at, content + size
		}
		at = content + size
	}
	return -1, -1
}

// uvarint reads a length that this package wrote: below maxBody.
func uvarint(b []byte) (value, n int) {
	for shift := uint(0); ; shift += 7 {
		c := b[n]
		n++
		value |= int(c&0x7f) << shift
		if c < 0x80 {
			return value, n
		}
	}
}

// admit says whether an attribute of about this size may be appended, and counts it as kept or dropped.
func (b *body) admit(key string, size int) bool {
	if b.enriched && !b.guest {
		if from, _ := b.find(key); from >= 0 {
			return false // what an enricher said stays
		}
	}
	if b.attributes >= b.limits.attributes || len(b.buf)+size > maxBody {
		b.droppedAttributes++
		return false
	}
	b.attributes++
	return true
}

// attribute writes the outer shell of an attribute whose AnyValue has the given size.
func (b *body) attribute(key string, value int) []byte {
	buf := wire.AppendVarint(append(b.buf, tagAttributes), uint64(len(key)+wire.FieldLen(value)))
	buf = append(buf, key...)
	return wire.AppendVarint(append(buf, tagKeyValueValue), uint64(value))
}

func (b *body) appendString(key, value string) {
	value = clean(value, b.limits.valueLength)
	if b.admit(key, len(key)+len(value)+12) {
		b.buf = wire.AppendString(b.attribute(key, wire.FieldLen(len(value))), tagString, value)
	}
}

// appendShort is appendString for the usual case, and the most frequent call of all: ASCII, every length fits one byte, and nothing to cut, to
// yield to or to grow. It is room written out, because a call costs a tenth of it.
func (b *body) appendShort(key, value string) bool {
	at, size := len(b.buf), len(key)+4+len(value)
	to := at + 2 + size
	if size >= 0x80 || to > cap(b.buf) || to > maxBody || b.enriched || b.attributes >= b.limits.attributes ||
		len(value) > b.limits.valueLength || !ascii(value) {
		return false
	}
	buf := b.buf[:to]
	buf[at], buf[at+1] = tagAttributes, byte(size)
	at += 2 + copy(buf[at+2:], key)
	buf[at], buf[at+1], buf[at+2], buf[at+3] = tagKeyValueValue, byte(len(value)+2), tagString, byte(len(value))
	copy(buf[at+4:], value)
	b.buf = buf
	b.attributes++
	return true
}

// room is attribute and admit in one for an attribute whose lengths all fit one byte: it gives the buffer with the shell of the attribute written
// and space for an AnyValue of this size at its end. The caller commits it; nil when the long way has to be taken.
func (b *body) room(key string, value int) (buf []byte, at int) {
	size := len(key) + 2 + value
	at = len(b.buf)
	to := at + 2 + size
	if size >= 0x80 || to > cap(b.buf) || to > maxBody || b.enriched || b.attributes >= b.limits.attributes {
		return nil, 0
	}
	buf = b.buf[:to]
	buf[at], buf[at+1] = tagAttributes, byte(size)
	at += 2 + copy(buf[at+2:], key)
	buf[at], buf[at+1] = tagKeyValueValue, byte(value)
	return buf, at + 2
}

// ascii looks at a string eight bytes at a time; the last word may overlap the one before. It reads the value and not its copy in the buffer: a wide
// load of what has just been written in other pieces has to wait for the writes.
func ascii(s string) bool {
	var seen uint64
	switch n := len(s); {
	case n >= 8:
		for at := 0; at < n-8; at += 8 {
			seen |= word(s[at : at+8])
		}
		seen |= word(s[n-8:])
	case n >= 4:
		seen = uint64(half(s[:4]) | half(s[n-4:]))
	case n > 0:
		seen = uint64(s[0] | s[n/2] | s[n-1])
	}
	return seen&0x8080808080808080 == 0
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func half(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func (b *body) appendInt(key string, value int64) {
	if size := wire.VarintLen(uint64(value)); size <= 2 {
		if buf, at := b.room(key, 1+size); buf != nil {
			buf[at], buf[at+1] = tagInt, byte(value)
			if size == 2 {
				buf[at+1], buf[at+2] = byte(value)|0x80, byte(value>>7)
			}
			b.buf = buf
			b.attributes++
			return
		}
	}
	if b.admit(key, len(key)+20) {
		buf := append(b.attribute(key, 1+wire.VarintLen(uint64(value))), tagInt)
		b.buf = wire.AppendVarint(buf, uint64(value))
	}
}

func (b *body) appendBool(key string, value bool) {
	if b.admit(key, len(key)+10) {
		var bit byte
		if value {
			bit = 1
		}
		b.buf = append(b.attribute(key, 2), tagBool, bit)
	}
}

func (b *body) appendFloat(key string, value float64) {
	if b.admit(key, len(key)+18) {
		b.buf = wire.AppendFixed64(b.attribute(key, 9), tagDouble, math.Float64bits(value))
	}
}

func (b *body) appendStrings(key string, values []string) {
	if len(values) > maxBody/4 {
		values = values[:maxBody/4]
	}
	size := 0
	for _, v := range values {
		if size <= maxBody { // beyond it the attribute is dropped anyway
			size += wire.FieldLen(wire.FieldLen(len(clean(v, b.limits.valueLength))))
		}
	}
	if !b.admit(key, len(key)+size+16) {
		return
	}
	buf := wire.AppendVarint(append(b.attribute(key, wire.FieldLen(size)), tagArray), uint64(size))
	for _, v := range values {
		v = clean(v, b.limits.valueLength)
		buf = wire.AppendVarint(append(buf, 0x0a), uint64(wire.FieldLen(len(v))))
		buf = wire.AppendString(buf, tagString, v)
	}
	b.buf = buf
}

// replace makes room for a new value of key: the old one goes, and from now on the owner's appends yield to what is there.
func (b *body) replace(key string) {
	b.enriched = true
	if from, to := b.find(key); from >= 0 {
		b.buf = append(b.buf[:from], b.buf[to:]...)
		b.attributes--
	}
}

// set runs one of the appends as a replacement.
func (b *body) set(key string, write func()) {
	guest := b.guest
	b.replace(key)
	b.guest = true
	write()
	b.guest = guest
}

// constant is port.constant.
func constant(p unsafe.Pointer, attributes string, count int) {
	b := bodyOf(p)
	if b == nil {
		return
	}
	if !b.enriched && b.attributes+count <= b.limits.attributes && len(b.buf)+len(attributes) <= maxBody {
		b.buf = append(b.buf, attributes...)
		b.attributes += count
		return
	}
	for len(attributes) > 0 {
		size, n := uvarint([]byte(attributes[1:min(len(attributes), 6)]))
		content := attributes[1+n : 1+n+size]
		keySize, m := uvarint([]byte(content[1:min(len(content), 6)]))
		if b.admit(content[:1+m+keySize], size+6) {
			b.buf = append(b.buf, attributes[:1+n+size]...)
		}
		attributes = attributes[1+n+size:]
	}
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func str(p unsafe.Pointer, key, value string) {
	b := bodyOf(p)
	if b == nil {
		return
	}
	if b.undecided != nil && key == keyURLPath {
		b.decide(value)
	}
	if !b.appendShort(key, value) {
		b.appendString(key, value)
	}
}

func integer(p unsafe.Pointer, key string, value int64) {
	if b := bodyOf(p); b != nil {
		b.appendInt(key, value)
	}
}

func boolean(p unsafe.Pointer, key string, value bool) {
	if b := bodyOf(p); b != nil {
		b.appendBool(key, value)
	}
}

func float(p unsafe.Pointer, key string, value float64) {
	if b := bodyOf(p); b != nil {
		b.appendFloat(key, value)
	}
}

func strs(p unsafe.Pointer, key string, value []string) {
	if b := bodyOf(p); b != nil {
		b.appendStrings(key, value)
	}
}

func setStr(p unsafe.Pointer, key, value string) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendString(key, value) })
	}
}

func setInteger(p unsafe.Pointer, key string, value int64) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendInt(key, value) })
	}
}

func setBoolean(p unsafe.Pointer, key string, value bool) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendBool(key, value) })
	}
}

func setFloat(p unsafe.Pointer, key string, value float64) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendFloat(key, value) })
	}
}

func setStrs(p unsafe.Pointer, key string, value []string) {
	if b := bodyOf(p); b != nil {
		b.set(key, func() { b.appendStrings(key, value) })
	}
}

// rename is port.name: an enricher knows better than the owner.
func rename(p unsafe.Pointer, name string) {
	b := bodyOf(p)
	if b == nil || b.nameIsGuests && !b.guest {
		return
	}
	b.spanName, b.nameIsGuests = name, b.guest
}

// setStatus is port.status: the last one wins. An error without a message takes none away: the owner of a server's span knows the status code, a guest
// the error behind it.
func setStatus(p unsafe.Pointer, code uint8, message string) {
	b := bodyOf(p)
	if b == nil || code > 2 {
		return
	}
	if code != 2 || message != "" || b.statusCode != 2 {
		b.statusMessage = message
	}
	b.statusCode = code
}

// fail is port.fail. It locks the span itself: it is not for use between open and close.
func fail(p unsafe.Pointer, err error) {
	if p == nil || err == nil || !recording(p) {
		return
	}
	message, kind := errorText(err), reflect.TypeOf(err).String() // foreign code runs before the lock
	b := openOf(p)
	if b == nil {
		return
	}
	b.exception(kind, message)
	b.statusCode, b.statusMessage, b.errorType = 2, message, kind
	b.unlock()
}

// errorText survives an Error method that panics, for instance on a typed nil.
func errorText(err error) (text string) {
	defer func() {
		if recover() != nil {
			stats.panics.Add(1)
		}
	}()
	return err.Error()
}
