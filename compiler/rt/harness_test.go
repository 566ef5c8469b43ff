package rt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// The tests drive the runtime as generated code does, through a Port, and read what comes out with a decoder of their own.

// capture is an exporter that keeps the requests.
type capture struct {
	mu       sync.Mutex
	requests [][]byte
	err      error
}

func (c *capture) name() string { return "the test" }

func (c *capture) export(b *batch, _ <-chan struct{}) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.requests = append(c.requests, bytes.Clone(b.request))
	}
	return 0, c.err
}

// fixture is a started runtime.
type fixture struct {
	*Port
	t       testing.TB
	capture *capture
	warned  []string
	loop    *exportLoop
}

// newFixture starts a runtime with the given environment ("A=1"), without metrics of its own, and host; rules 0 and 1 belong to one plugin, rule 2 to another, rule 3 has metrics.
func newFixture(t testing.TB, h Host, env ...string) *fixture {
	f := &fixture{t: t, capture: &capture{}}
	variables := map[string]string{"INSTC_METRICS": "none"}
	for _, pair := range env {
		key, value := cutPair(pair)
		variables[key] = value
	}
	previousWrite := messages.write
	messages.write, messages.last = func(line string) { f.warned = append(f.warned, line) }, map[string]time.Time{}
	getenv = func(name string) string { return variables[name] }
	stats, scopes, host = statistics{}, scopeTable{}, Host{}
	configure(Build{Instc: "0.1.0", Rules: "sha256:test"}, h)
	metrics := instruments.loop
	if metrics != nil {
		metrics.targets = nil
	}
	f.loop = newExportLoop(&settings, nil, nil)
	if settings.recording {
		f.loop = spans.loop
		f.loop.targets = []target{f.capture}
	}
	f.Port = NewPort([]RuleInfo{
		{Plugin: "nethttp", Rule: "server", Version: "0.1.0", SchemaURL: "https://opentelemetry.io/schemas/1.37.0"},
		{Plugin: "nethttp", Rule: "nethttp.client", Version: "0.1.0", SchemaURL: "https://opentelemetry.io/schemas/1.37.0", Options: []Option{
			{"flag", true}, {"text", "a"}, {"count", 3}, {"list", []string{"x"}}}},
		{Plugin: "database.sql", Rule: "query", Version: "0.1.0"},
		{Plugin: "measured", Rule: "call", Version: "0.1.0", Metrics: []Metric{
			{Name: "call.duration", Unit: "s", Kind: histogram, Attributes: []string{"http.route", "error.type"}},
			{Name: "call.count", Kind: counter, Integer: true, Attributes: []string{"n"}},
			{Name: "call.open", Kind: upDownCounter, Integer: true, Attributes: []string{"n"}},
			{Name: "call.level", Kind: gauge, Integer: true, Attributes: []string{"n"}},
		}},
	})
	t.Cleanup(func() {
		if f.loop.started.Load() {
			f.loop.flushWithin(5 * time.Second)
		}
		if metrics != nil {
			metrics.flushWithin(5 * time.Second) // its goroutine is up, and reads nothing of the next test
		}
		messages.mu.Lock()
		messages.write = previousWrite
		messages.mu.Unlock()
		settings, host = config{disabled: true, logLevel: levelWarn, limits: defaultLimits}, Host{}
	})
	return f
}

// spans flushes and decodes everything exported so far.
func (f *fixture) spans() []testSpan {
	f.t.Helper()
	f.loop.flushWithin(5 * time.Second)
	f.capture.mu.Lock()
	defer f.capture.mu.Unlock()
	var all []testSpan
	for _, r := range f.capture.requests {
		all = append(all, decodeRequest(f.t, r)...)
	}
	return all
}

// one is the only span exported.
func (f *fixture) one() testSpan {
	f.t.Helper()
	all := f.spans()
	if len(all) != 1 {
		f.t.Fatalf("%d spans, want 1", len(all))
	}
	return all[0]
}

func (f *fixture) named(name string) testSpan {
	f.t.Helper()
	for _, s := range f.spans() {
		if s.name == name {
			return s
		}
	}
	f.t.Fatalf("no span %q", name)
	return testSpan{}
}

const (
	internal uint8 = 1 + iota
	server
	client
	producer
	consumer
)

func (f *fixture) start(kind uint8, ctx any, name string) (node, body unsafe.Pointer) {
	return f.begin(f.rules[0], kind, ctx, name)
}

// within runs do inside a span, entered and left as generated code does it.
func (f *fixture) within(kind uint8, parent context.Context, name string, do func(ctx context.Context, node unsafe.Pointer)) {
	node, _ := f.start(kind, parent, name)
	slot := f.enter(node)
	defer func() {
		f.end(node)
		f.leave(node, slot)
	}()
	do(f.context(parent, node), node)
}

// fakeHost gives goroutines a slot without a patched runtime; spawn does what the patch does at `go`.
type fakeHost struct{ slots sync.Map }

func goid() uint64 {
	var buf [64]byte
	text := strings.TrimPrefix(string(buf[:runtime.Stack(buf[:], false)]), "goroutine ")
	id, _ := strconv.ParseUint(text[:strings.IndexByte(text, ' ')], 10, 64)
	return id
}

func (h *fakeHost) get() unsafe.Pointer {
	if p, ok := h.slots.Load(goid()); ok {
		return p.(unsafe.Pointer)
	}
	return nil
}

func (h *fakeHost) set(p unsafe.Pointer) { h.slots.Store(goid(), p) }

func (h *fakeHost) spawn(f func()) {
	inherited := h.get()
	go func() {
		h.set(inherited)
		f()
	}()
}

// join is spawn and wait.
func (h *fakeHost) join(f func()) {
	done := make(chan struct{})
	h.spawn(func() {
		defer close(done)
		f()
	})
	<-done
}

func (h *fakeHost) host() Host { return Host{Get: h.get, Set: h.set} }

// testSpan is a decoded span.
type testSpan struct {
	traceID, spanID, parent [16]byte
	tracestate, name, scope string
	schema                  string
	kind                    uint64
	start, end              uint64
	attributes              map[string]any
	duplicates              []string
	droppedAttributes       uint64
	droppedEvents           uint64
	events                  []testEvent
	links                   [][16]byte
	flags                   uint64
	status                  uint64
	message                 string
	resource                map[string]any
}

type testEvent struct {
	name       string
	time       uint64
	attributes map[string]any
}

// eachField is the tests' own protobuf reader.
func eachField(t testing.TB, message []byte, visit func(number uint64, scalar uint64, content []byte)) {
	t.Helper()
	r := bytes.NewReader(message)
	for r.Len() > 0 {
		key, err := binary.ReadUvarint(r)
		if err != nil {
			t.Fatalf("bad key in %x", message)
		}
		switch key & 7 {
		case 0:
			v, err := binary.ReadUvarint(r)
			if err != nil {
				t.Fatalf("bad varint in %x", message)
			}
			visit(key>>3, v, nil)
		case 1, 5:
			raw := make([]byte, map[uint64]int{1: 8, 5: 4}[key&7])
			if n, _ := r.Read(raw); n != len(raw) {
				t.Fatalf("short fixed field in %x", message)
			}
			visit(key>>3, binary.LittleEndian.Uint64(append(raw, 0, 0, 0, 0)[:8]), nil)
		case 2:
			size, err := binary.ReadUvarint(r)
			if err != nil || size > uint64(r.Len()) {
				t.Fatalf("bad length in %x", message)
			}
			content := make([]byte, size)
			r.Read(content)
			visit(key>>3, 0, content)
		default:
			t.Fatalf("wire type %d in %x", key&7, message)
		}
	}
}

func decodeRequest(t testing.TB, request []byte) (all []testSpan) {
	t.Helper()
	eachField(t, request, func(_, _ uint64, resourceSpans []byte) {
		resource := map[string]any{}
		eachField(t, resourceSpans, func(number, _ uint64, content []byte) {
			switch number {
			case 1:
				eachField(t, content, func(_, _ uint64, pair []byte) {
					key, value := decodePair(t, pair)
					if _, twice := resource[key]; twice {
						t.Errorf("resource attribute %s twice", key)
					}
					resource[key] = value
				})
			case 2:
				all = append(all, decodeScope(t, content, resource)...)
			}
		})
	})
	return all
}

func decodeScope(t testing.TB, scopeSpans []byte, resource map[string]any) (all []testSpan) {
	var name, schema string
	eachField(t, scopeSpans, func(number, _ uint64, content []byte) {
		switch number {
		case 1:
			eachField(t, content, func(number, _ uint64, text []byte) {
				if number == 1 {
					name = string(text)
				}
			})
		case 2:
			s := decodeSpan(t, content)
			s.resource = resource
			all = append(all, s)
		case 3:
			schema = string(content)
		}
	})
	for i := range all {
		all[i].scope, all[i].schema = name, schema
	}
	return all
}

func decodeSpan(t testing.TB, message []byte) (s testSpan) {
	s.attributes = map[string]any{}
	eachField(t, message, func(number, scalar uint64, content []byte) {
		switch number {
		case 1:
			copy(s.traceID[:], content)
		case 2:
			copy(s.spanID[:], content)
		case 3:
			s.tracestate = string(content)
		case 4:
			copy(s.parent[:], content)
		case 5:
			s.name = string(content)
		case 6:
			s.kind = scalar
		case 7:
			s.start = scalar
		case 8:
			s.end = scalar
		case 9:
			key, value := decodePair(t, content)
			if _, twice := s.attributes[key]; twice {
				s.duplicates = append(s.duplicates, key)
			}
			s.attributes[key] = value
		case 10:
			s.droppedAttributes = scalar
		case 11:
			s.events = append(s.events, decodeEvent(t, content))
		case 12:
			s.droppedEvents = scalar
		case 13:
			var id [16]byte
			eachField(t, content, func(number, _ uint64, content []byte) {
				if number == 1 {
					copy(id[:], content)
				}
			})
			s.links = append(s.links, id)
		case 15:
			eachField(t, content, func(number, scalar uint64, content []byte) {
				if number == 2 {
					s.message = string(content)
				} else {
					s.status = scalar
				}
			})
		case 16:
			s.flags = scalar
		default:
			t.Errorf("span field %d", number)
		}
	})
	return s
}

func decodeEvent(t testing.TB, message []byte) (e testEvent) {
	e.attributes = map[string]any{}
	eachField(t, message, func(number, scalar uint64, content []byte) {
		switch number {
		case 1:
			e.time = scalar
		case 2:
			e.name = string(content)
		case 3:
			key, value := decodePair(t, content)
			e.attributes[key] = value
		}
	})
	return e
}

func decodePair(t testing.TB, message []byte) (key string, value any) {
	eachField(t, message, func(number, _ uint64, content []byte) {
		if number == 1 {
			key = string(content)
		} else {
			value = decodeValue(t, content)
		}
	})
	return key, value
}

func decodeValue(t testing.TB, message []byte) (value any) {
	eachField(t, message, func(number, scalar uint64, content []byte) {
		switch number {
		case 1:
			value = string(content)
		case 2:
			value = scalar != 0
		case 3:
			value = int64(scalar)
		case 4:
			value = math.Float64frombits(scalar)
		case 5:
			list := []string{}
			eachField(t, content, func(_, _ uint64, element []byte) { list = append(list, fmt.Sprint(decodeValue(t, element))) })
			value = list
		case 6:
			pairs := map[string]any{}
			eachField(t, content, func(_, _ uint64, pair []byte) {
				key, held := decodePair(t, pair)
				pairs[key] = held
			})
			value = pairs
		case 7:
			value = content
		}
	})
	return value
}
