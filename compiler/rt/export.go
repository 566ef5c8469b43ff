package rt

import (
	"context"
	"sync/atomic"
	"time"

	"instc.dev/rt/internal/otlphttp"
	"instc.dev/rt/internal/wire"
)

// exportLoop is the one goroutine that takes spans out of the queue, gathers them into requests and hands those to the exporters. It starts with
// the first span that ends, so a program that records nothing has no goroutine of ours.
type exportLoop struct {
	flusher
	wake       chan struct{} // there is something in the queue
	full       chan struct{} // the queue fills up: do not wait for the schedule
	head       []byte        // the encoded resource
	targets    []target
	records    []span
	size       int // bytes of records
	read       int // bytes of the first chunk that earlier requests took
	request    []byte
	giveUp     bool // the program ends and an exporter does not answer
	onStart    func()
	queue      *queue
	signal     signalKind
	delay      time.Duration // between the first span and its export
	burst      time.Duration // afterBurst
	batchSpans int           // of one request
}

// signalKind is what a loop exports: spans or log records, whose requests have the same form, and where they are counted.
type signalKind struct {
	what                  string // "span"
	sent, failed, dropped *atomic.Int64
}

func spanSignal() signalKind { return signalKind{"span", &stats.sent, &stats.failed, &stats.dropped} }

// batching says when and how much a loop exports.
type batching struct {
	delay                  time.Duration
	batch                  int
	queueBytes, queueItems int64
}

// target is an exporter.
type target interface {
	name() string
	export(b *batch, leaving <-chan struct{}) (rejected int64, err error)
}

// span is one encoded span, or log record, of a batch.
type span struct {
	scope uint16
	bytes []byte
}

// batch is one request.
type batch struct {
	request []byte // ExportTraceServiceRequest, ExportLogsServiceRequest
	spans   []span
	scopes  []scopeHead
}

const maxRequest = 2 << 20

// newExportLoop makes the loop of spans.
func newExportLoop(c *config, head []byte, targets []target) *exportLoop {
	return newLoop(spanSignal(), batching{c.delay, c.batchSpans, c.queueBytes, c.queueSpans}, head, targets)
}

// newLoop makes a loop that is not running yet, for a queue of its own. Without targets the queue just fills.
func newLoop(s signalKind, b batching, head []byte, targets []target) *exportLoop {
	e := &exportLoop{
		wake: make(chan struct{}, 1), full: make(chan struct{}, 1), flusher: newFlusher(),
		head: head, targets: targets, signal: s, delay: b.delay, burst: afterBurst, batchSpans: b.batch,
	}
	e.queue = newQueue(b.queueBytes, b.queueItems, e)
	return e
}

// drop counts what found the queue full.
func (e *exportLoop) drop() {
	if e.signal.dropped.Add(1) == 1 {
		what := e.signal.what
		warn("queue "+what, "the %s queue is full: new %ss are dropped and counted", what, what)
	}
}

func (e *exportLoop) wakeUp() {
	if e.targets == nil {
		return
	}
	if !e.started.Load() && e.started.CompareAndSwap(false, true) {
		if e.onStart != nil {
			e.onStart()
		}
		go e.run()
	}
	signalOne(e.wake)
}

func (e *exportLoop) hurry() { signalOne(e.full) }

func signalOne(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// afterBurst without a span, the memory that a burst has taken goes; a program with spans in every delay keeps it.
const afterBurst = 5 * time.Second

func (e *exportLoop) run() {
	suppressGoroutine()
	quiet := time.NewTimer(e.delay + e.burst)
	for {
		var done chan struct{}
		select {
		case <-e.wake:
			done = e.linger()
		case done = <-e.flushes:
		case <-quiet.C:
			e.queue.trim(0)
			e.records, e.request = nil, nil
			continue
		}
		quiet.Reset(e.delay + e.burst)
		e.export()
		if done != nil {
			close(done)
		}
	}
}

// linger gathers spans for a while, unless the queue fills up or somebody waits.
func (e *exportLoop) linger() (done chan struct{}) {
	timer := time.NewTimer(e.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.full:
	case <-e.leaving:
	case done = <-e.flushes:
	}
	return done
}

// export sends what is queued. A bug in here must not end the program.
func (e *exportLoop) export() {
	chunks := e.queue.drain()
	defer func() {
		if cause := recover(); cause != nil {
			stats.panics.Add(1)
			e.signal.failed.Add(int64(len(e.records)))
			e.records, e.size, e.read = e.records[:0], 0, 0
			warn("export panic", "the exporter panicked, %ss are lost: %v", e.signal.what, cause)
		}
		e.giveBack(chunks)
	}()
	defer e.queue.trim(len(chunks))
	for len(chunks) > 0 {
		taken := e.gather(chunks)
		e.send()
		e.giveBack(chunks[:taken])
		chunks = chunks[taken:]
	}
}

// gather fills records from the front of chunks, up to the size of one request, and says how many chunks are used up; e.read is how far the one
// behind them has been read.
func (e *exportLoop) gather(chunks [][]byte) (taken int) {
	for _, chunk := range chunks {
		for rest := chunk[e.read:]; len(rest) > 0; {
			r, after := nextRecord(rest)
			if len(e.records) > 0 && (e.size+len(r.bytes) > maxRequest || len(e.records) >= e.batchSpans) {
				return taken
			}
			e.records = append(e.records, span{r.scope, r.bytes})
			e.size += len(r.bytes)
			e.read += len(rest) - len(after)
			rest = after
		}
		e.read = 0
		taken++
	}
	return taken
}

// send hands the gathered records to every exporter.
func (e *exportLoop) send() {
	count := int64(len(e.records))
	if e.queue.maxSpans > 0 {
		defer e.queue.queued.Add(-count)
	}
	b := batch{spans: e.records, scopes: scopes.snapshot()}
	b.request = e.encode(b.scopes)
	lost := int64(0)
	for _, t := range e.targets {
		if e.giveUp {
			lost = count
			break
		}
		rejected, err := t.export(&b, e.leaving)
		if err != nil {
			e.giveUp = e.left.Load()
			rejected = count
			warn("export "+e.signal.what+t.name(), "%d %ss were not exported to %s: %v", count, e.signal.what, t.name(), err)
		}
		if rejected > lost {
			lost = rejected
		}
	}
	e.signal.failed.Add(lost)
	e.signal.sent.Add(count - lost)
	e.records, e.size = e.records[:0], 0
}

// encode writes ExportTraceServiceRequest{ResourceSpans{resource, ScopeSpans...}}, or the same of log records, grouping the records by scope: sizes first, then every span
// goes straight to its place.
func (e *exportLoop) encode(heads []scopeHead) []byte {
	sizes := make([]int, len(heads)) // of the spans of a scope, then where its next span goes
	for _, s := range e.records {
		sizes[s.scope] += wire.FieldLen(len(s.bytes))
	}
	content := len(e.head)
	for i, size := range sizes {
		if size > 0 {
			content += wire.FieldLen(len(heads[i].before) + size + len(heads[i].after))
		}
	}
	buf := wire.AppendVarint(append(e.request[:0], 0x0a), uint64(content))
	buf = append(buf, e.head...)
	for i, size := range sizes {
		if size == 0 {
			continue
		}
		buf = wire.AppendVarint(append(buf, 0x12), uint64(len(heads[i].before)+size+len(heads[i].after)))
		buf = append(buf, heads[i].before...)
		sizes[i] = len(buf)
		buf = append(grow(buf, size), heads[i].after...)
	}
	for _, s := range e.records {
		at := sizes[s.scope]
		sizes[s.scope] = len(wire.AppendBytes(buf[:at], 0x12, s.bytes))
	}
	e.request = buf
	return buf
}

// grow lengthens buf by n bytes that are written later.
func grow(buf []byte, n int) []byte {
	if cap(buf)-len(buf) >= n {
		return buf[:len(buf)+n]
	}
	larger := make([]byte, len(buf)+n, (len(buf)+n)*5/4)
	copy(larger, buf)
	return larger
}

func (e *exportLoop) giveBack(chunks [][]byte) {
	for _, chunk := range chunks {
		e.queue.giveBack(chunk)
	}
}

// otlpTarget posts to a collector.
type otlpTarget struct {
	client  *otlphttp.Client
	sendFor time.Duration // one request, retries included
	what    string
}

func (t *otlpTarget) name() string { return "the collector at " + t.client.Host() }

func (t *otlpTarget) export(b *batch, leaving <-chan struct{}) (int64, error) {
	ctx, cancel := context.WithTimeout(suppressedContext, t.sendFor)
	defer cancel()
	rejection, err := t.client.Send(ctx, b.request, leaving)
	if rejection.Items > 0 {
		warn("rejected "+t.what, "the collector rejected %d %ss: %s", rejection.Items, t.what, rejection.Message)
	}
	return rejection.Items, err
}

// suppressedContext is never traced.
var suppressedContext = context.Context(&nodeContext{context.Background(), suppressNode})
