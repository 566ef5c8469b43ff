package rt

import (
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
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
	guest  bool   // the current burst is an enricher's
	readAt int64  // the clock as the current burst has read it, 0: it has not
	later  []byte // measurements that wait for the end of the burst (later.go)

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
	onlyMeasures  bool        // the span is not exported
	chosen        *chosen     // of measurements; nil before the first one
	logged        *node       // of a log record: the span that it belongs to, or nil
	yielded       atomic.Bool // the program has a span of its own with these ids: this one is not exported
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
		b.waitNoMore()
		b.unlock()
	}
}

// endSpan is port.end.
func endSpan(p unsafe.Pointer) {
	if p == nil {
		return
	}
	n, _ := nodeOf(p)
	if n.body.Load() == nil { // not recorded, or ended already
		n.endAlias()
		return
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
	measured := n.measured() || b.yielded.Load()
	if !measured {
		b.finish(at)
	}
	b.unlock() // from here on a stale handle finds out that the body is not its own, and reads nothing else
	if !measured && !spans.push(b.shard, record{b.rule.scope, b.later, b.buf}) {
		b.waitNoMore()
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
	b.end(n, b.monotonic()) // the duration that was measured is the span's
}

// monotonic is the clock of the current burst, which is read once.
func (b *body) monotonic() int64 {
	if b.readAt == 0 {
		b.readAt = monotonic()
	}
	return b.readAt
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
	if b.yielded.Load() {
		b.yielded.Store(false)
	}
	b.buf, b.headLen = b.buf[:0], 0
	b.attributes, b.droppedAttributes, b.events, b.droppedEvents, b.links, b.droppedLinks = 0, 0, 0, 0, 0, 0
	b.spanName, b.nameIsGuests, b.enriched, b.onlyMeasures = "", false, false, false
	b.readAt, b.later = 0, b.later[:0]
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
	at := len(buf)
	if to := at + 2 + len(name); len(name) < 0x80 && to <= cap(buf) {
		short := buf[:to]
		short[at], short[at+1] = tagName, byte(len(name))
		if name == "" || copyText(unsafe.Pointer(&short[at+2]), name)&notASCII == 0 {
			return short
		}
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
