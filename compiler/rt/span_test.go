package rt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

func key(name string) string { return wire.Key(name) }

func TestSpanOnTheWire(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_SERVICE_NAME=shop", "OTEL_RESOURCE_ATTRIBUTES=team=a%2Cb,service.name=other")
	node, body := f.beginHeader(f.rules[0], server, context.Background(), map[string][]string{
		"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, "Tracestate": {"a=1", "b=2"},
	}, "GET")
	f.constant(body, string(wire.AppendString(nil, 0x4a, key("url.scheme")+"\x12\x07\x0a\x05https")), 1)
	f.str(body, key("url.path"), "/x")
	f.integer(body, key("n"), -5)
	f.boolean(body, key("t"), true)
	f.float(body, key("f"), 2.5)
	f.strs(body, key("l"), []string{"a", "", "é"})
	body = f.open(node)
	f.str(body, key("http.route"), "/x/{id}")
	f.name(body, "GET /x/{id}")
	f.status(body, 1, "fine")
	f.close(body)
	f.end(node)

	s := f.one()
	want := map[string]any{"url.scheme": "https", "url.path": "/x", "n": int64(-5), "t": true, "f": 2.5, "l": []string{"a", "", "é"}, "http.route": "/x/{id}"}
	if !reflect.DeepEqual(s.attributes, want) || s.duplicates != nil {
		t.Errorf("attributes %v, twice %v", s.attributes, s.duplicates)
	}
	if fmt.Sprintf("%x %x", s.traceID, s.parent[:8]) != "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331" || s.tracestate != "a=1,b=2" {
		t.Errorf("ids %x %x %q", s.traceID, s.parent, s.tracestate)
	}
	if s.name != "GET /x/{id}" || s.kind != 2 || s.status != 1 || s.message != "fine" || s.flags != 0x301 || s.end < s.start || s.start == 0 {
		t.Errorf("%+v", s)
	}
	if s.scope != "instc.dev/plugins/nethttp" || s.schema != "https://opentelemetry.io/schemas/1.37.0" {
		t.Errorf("scope %q %q", s.scope, s.schema)
	}
	if s.resource["service.name"] != "shop" || s.resource["team"] != "a,b" || s.resource["telemetry.sdk.name"] != "instc" || s.resource["process.pid"] == nil {
		t.Errorf("resource %v", s.resource)
	}
}

func TestSpansAreGroupedByScope(t *testing.T) {
	f := newFixture(t, Host{})
	for i := 0; i < 30; i++ {
		node, body := f.begin(f.rules[i%3], internal, nil, fmt.Sprint(i))
		f.str(body, key("pad"), strings.Repeat("x", i*200))
		f.end(node)
	}
	perScope := map[string]int{}
	for _, s := range f.spans() {
		perScope[s.scope]++
	}
	if want := map[string]int{"instc.dev/plugins/nethttp": 20, "instc.dev/plugins/database.sql": 10}; !reflect.DeepEqual(perScope, want) {
		t.Errorf("%v", perScope)
	}
}

func TestParents(t *testing.T) {
	f := newFixture(t, Host{})
	f.within(server, context.Background(), "a", func(ctx context.Context, _ unsafe.Pointer) {
		ctx = context.WithValue(ctx, "user", 1)
		f.within(client, ctx, "b", func(ctx context.Context, _ unsafe.Pointer) {
			f.within(internal, nil, "alone", func(context.Context, unsafe.Pointer) {})
		})
	})
	a, b, alone := f.named("a"), f.named("b"), f.named("alone")
	if b.parent != a.spanID || b.traceID != a.traceID {
		t.Error("the context's span is not the parent")
	}
	if alone.traceID == a.traceID || alone.parent != [16]byte{} || a.parent != [16]byte{} {
		t.Error("a span without a context is no root")
	}
}

type foreignContext struct{}

func (*foreignContext) Value(any) any { panic("typed nil") }

func TestForeignContexts(t *testing.T) {
	f := newFixture(t, Host{})
	for _, ctx := range []any{nil, 1, (*foreignContext)(nil), context.TODO(), (*nodeContext)(nil)} {
		node, body := f.start(internal, ctx, "x")
		if node == nil || body == nil {
			t.Errorf("%T: no span", ctx)
		}
		f.end(node)
	}
	if f.context(nil, nil) != nil || f.context(context.TODO(), nil) != context.TODO() {
		t.Error("a nil node changes the context")
	}
}

func TestContextText(t *testing.T) {
	f := newFixture(t, Host{})
	node, _ := f.start(internal, nil, "x")
	if text := fmt.Sprintf("%v", f.context(context.Background(), node)); text != "instc span context" {
		t.Errorf("%q reads live fields", text)
	}
	f.end(node)
}

func TestEndTwiceAndLateUse(t *testing.T) {
	f := newFixture(t, Host{})
	node, body := f.start(internal, nil, "once")
	f.end(node)
	other, _ := f.start(internal, nil, "other") // probably in the same body
	f.end(node)
	if f.open(node) != nil || f.recording(node) || !f.recording(other) {
		t.Error("an ended span opens")
	}
	f.fail(node, errors.New("late"))
	f.close(body)
	f.end(other)
	if all := f.spans(); len(all) != 2 || all[1].status != 0 {
		t.Errorf("%+v", all)
	}
	if Stats().Late == 0 {
		t.Error("late use is not counted")
	}
}

type brokenError struct{}

func (*brokenError) Error() string { panic("broken") }

func TestFail(t *testing.T) {
	f := newFixture(t, Host{})
	cases := []struct {
		err              error
		kind, message    string
		own, wantErrType string
	}{
		{errors.New("x\xffy"), "*errors.errorString", "x\uFFFDy", "", "*errors.errorString"},
		{&url.Error{Op: "Get", URL: "u", Err: errors.New("z")}, "*url.Error", `Get "u": z`, "", "*url.Error"},
		{errors.New("q"), "*errors.errorString", "q", "28P01", "28P01"},
		{(*brokenError)(nil), "*rt.brokenError", "", "", "*rt.brokenError"},
	}
	for i, c := range cases {
		name := fmt.Sprint(i)
		node, _ := f.start(client, nil, name)
		f.fail(node, c.err)
		if c.own != "" {
			body := f.open(node)
			f.str(body, keyErrorType, c.own)
			f.close(body)
		}
		f.end(node)
		s := f.named(name)
		if s.status != 2 || s.message != c.message || s.attributes["error.type"] != c.wantErrType || s.duplicates != nil {
			t.Errorf("%d: %+v", i, s)
		}
		if len(s.events) != 1 || s.events[0].name != "exception" || s.events[0].attributes["exception.type"] != c.kind ||
			s.events[0].attributes["exception.message"] != c.message || s.events[0].time < s.start {
			t.Errorf("%d: event %+v", i, s.events)
		}
	}
	node, _ := f.start(client, nil, "fine")
	f.fail(node, nil)
	f.fail(nil, errors.New("x"))
	f.end(node)
	if s := f.named("fine"); s.status != 0 || s.events != nil || s.attributes["error.type"] != nil {
		t.Errorf("nil error: %+v", s)
	}
}

func TestEnrich(t *testing.T) {
	f := newFixture(t, Host{})
	f.within(server, context.Background(), "GET", func(ctx context.Context, owner unsafe.Pointer) {
		start := f.open(owner)
		f.str(start, key("http.route"), "/raw")
		f.close(start)
		f.within(internal, ctx, "inner", func(ctx context.Context, _ unsafe.Pointer) {
			for i := 0; i < 2; i++ {
				guest := f.open(f.enrich(ctx, 1))
				f.setStr(guest, key("http.route"), "/{id}")
				f.setInteger(guest, key("i"), int64(i))
				f.setBoolean(guest, key("b"), true)
				f.setFloat(guest, key("f"), 1)
				f.setStrs(guest, key("l"), []string{"x"})
				f.name(guest, "GET /{id}")
				f.close(guest)
			}
			if r := f.enrich(ctx, 2); r == nil || r != f.enrich(ctx, 1) || f.enrich(ctx, 0) == r {
				t.Error("root, server and current are mixed up")
			}
		})
		exit := f.open(owner)
		f.str(exit, key("http.route"), "/late")
		f.integer(exit, key("status"), 200)
		f.constant(exit, string(wire.AppendString(nil, 0x4a, key("http.route")+"\x12\x03\x0a\x01x")), 1)
		f.name(exit, "GET /late")
		f.close(exit)
	})
	s := f.named("GET /{id}")
	want := map[string]any{"http.route": "/{id}", "i": int64(1), "b": true, "f": 1.0, "l": []string{"x"}, "status": int64(200)}
	if !reflect.DeepEqual(s.attributes, want) || s.duplicates != nil || s.droppedAttributes != 0 {
		t.Errorf("%v twice %v", s.attributes, s.duplicates)
	}
	if f.enrich(context.Background(), 0) != nil || f.enrich(nil, 1) != nil {
		t.Error("a span out of nowhere")
	}
}

// An error keeps its message when somebody else knows no better; a status that is another or says more takes its place.
func TestStatusMessage(t *testing.T) {
	f := newFixture(t, Host{})
	for i, c := range []struct {
		code          uint8
		message, want string
	}{{2, "", "why"}, {2, "better", "better"}, {0, "", ""}, {1, "", ""}} {
		node, _ := f.start(internal, nil, fmt.Sprint(i))
		f.fail(node, errors.New("why"))
		body := f.open(node)
		f.status(body, c.code, c.message)
		f.close(body)
		f.end(node)
		if s := f.named(fmt.Sprint(i)); s.status != uint64(c.code) || s.message != c.want {
			t.Errorf("%d: status %d %q, want %q", i, s.status, s.message, c.want)
		}
	}
}

func TestRenameByOwner(t *testing.T) {
	f := newFixture(t, Host{})
	f.within(internal, nil, "a", func(_ context.Context, node unsafe.Pointer) {
		body := f.open(node)
		f.name(body, "b")
		f.name(body, "c")
		f.close(body)
	})
	if f.one().name != "c" {
		t.Error("not renamed")
	}
}

func TestLimits(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=3", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=4", "OTEL_SPAN_EVENT_COUNT_LIMIT=1")
	node, body := f.start(internal, nil, "small")
	f.str(body, key("a"), "éééééé")
	f.strs(body, key("b"), []string{"12345", "1"})
	for i := 0; i < 5; i++ {
		f.integer(body, key("c"+fmt.Sprint(i)), 1)
	}
	f.constant(body, string(wire.AppendString(nil, 0x4a, key("x")+"\x12\x03\x0a\x01x")), 1)
	f.fail(node, errors.New("1"))
	f.fail(node, errors.New("2"))
	f.end(node)
	s := f.one()
	if len(s.attributes) != 3 || s.droppedAttributes != 6 || s.attributes["a"] != "éééé" || !reflect.DeepEqual(s.attributes["b"], []string{"1234", "1"}) {
		t.Errorf("%v dropped %d", s.attributes, s.droppedAttributes)
	}
	if len(s.events) != 1 || s.droppedEvents != 1 {
		t.Errorf("events %v dropped %d", s.events, s.droppedEvents)
	}
}

func TestBodySize(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=100000000", "OTEL_ATTRIBUTE_COUNT_LIMIT=1000")
	node, body := f.start(internal, nil, "big")
	for i := 0; i < 20; i++ {
		f.str(body, key(fmt.Sprint(i)), strings.Repeat("v", 10_000))
	}
	f.str(body, key("huge"), strings.Repeat("v", 10_000_000))
	f.strs(body, key("many"), make([]string, 1_000_000))
	f.end(node)
	if s := f.one(); len(s.attributes) != 6 || s.droppedAttributes != 16 {
		t.Errorf("%d attributes, %d dropped", len(s.attributes), s.droppedAttributes)
	}
}

// Lengths around every change of their encoding.
func TestStringLengths(t *testing.T) {
	f := newFixture(t, Host{})
	for _, keySize := range []int{1, 60, 126, 127, 128, 129, 300} {
		k := strings.Repeat("k", keySize)
		for _, size := range []int{0, 1, 50, 110, 121, 122, 123, 124, 125, 126, 127, 128, 129, 4096} {
			node, body := f.start(internal, nil, fmt.Sprint(keySize, size))
			f.str(body, key(k), strings.Repeat("v", size))
			f.integer(body, key("after"), 1)
			f.setInteger(body, key("after"), 2)
			f.end(node)
		}
	}
	for _, s := range f.spans() {
		var keySize, size int
		fmt.Sscan(s.name, &keySize, &size)
		if v, ok := s.attributes[strings.Repeat("k", keySize)].(string); !ok || len(v) != size || s.attributes["after"] != int64(2) {
			t.Errorf("key of %d, value of %d: %v", keySize, size, len(v))
		}
	}
}

// Keys, texts and numbers of every length that has a way of its own to be copied, and one beyond.
func TestLengthsOfAttributes(t *testing.T) {
	for size := 0; size <= 140; size++ {
		t.Run(fmt.Sprint(size), func(t *testing.T) { checkLength(t, size) })
	}
}

func checkLength(t *testing.T, size int) {
	f := newFixture(t, Host{})
	text := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 4)[:size]
	node, body := f.start(internal, nil, text)
	f.str(body, key("k"+text), "value")
	f.str(body, key("value"), text)
	f.str(body, key("not ascii"), text+"é")
	number := int64(1)<<(size%64) - 1
	f.integer(body, key("n"), number)
	f.integer(body, key("next"), number+1)
	f.end(node)
	s := f.one()
	want := map[string]any{"k" + text: "value", "value": text, "not ascii": text + "é", "n": number, "next": number + 1}
	if s.name != text || !reflect.DeepEqual(s.attributes, want) {
		t.Errorf("%q %v, want %v", s.name, s.attributes, want)
	}
}

func FuzzAttributes(f *testing.F) {
	f.Add("k", "v", int64(1), 1.5, true)
	f.Add("", "\xff\xfe", int64(math.MinInt64), math.NaN(), false)
	f.Add(strings.Repeat("key", 100), strings.Repeat("é", 5000), int64(-1), math.Inf(1), true)
	f.Fuzz(func(t *testing.T, k, v string, i int64, x float64, b bool) {
		if !utf8.ValidString(k) || len(k) > 1000 {
			t.Skip() // keys are constants of the compiler
		}
		fx := newFixture(t, Host{})
		node, body := fx.start(internal, nil, v)
		fx.str(body, key(k+"s"), v)
		fx.integer(body, key(k+"i"), i)
		fx.float(body, key(k+"f"), x)
		fx.boolean(body, key(k+"b"), b)
		fx.strs(body, key(k+"l"), []string{v, k, v})
		body = fx.open(fx.enrich(fx.context(context.Background(), node), 0))
		fx.setStr(body, key(k+"s"), v)
		fx.setInteger(body, key(k+"i"), i)
		fx.close(body)
		fx.fail(node, errors.New(v))
		fx.end(node)
		s := fx.one()
		text := clean(v, 4096)
		if s.attributes[k+"s"] != text || s.attributes[k+"i"] != i || s.attributes[k+"b"] != b || s.message != text || s.duplicates != nil || len(s.attributes) != 6 {
			t.Errorf("%+v", s)
		}
		if got := s.attributes[k+"f"].(float64); got != x && !math.IsNaN(x) {
			t.Errorf("%v is not %v", got, x)
		}
		if !utf8.ValidString(s.name) {
			t.Errorf("name %q", s.name)
		}
	})
}

func TestUnsampled(t *testing.T) {
	f := newFixture(t, Host{})
	node, body := f.beginHeader(f.rules[0], server, nil, map[string][]string{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}}, "x")
	if node == nil || body != nil || f.recording(node) || f.open(node) != nil {
		t.Fatal("an unsampled span has a body")
	}
	ctx := f.context(context.Background(), node)
	child, body := f.start(client, ctx, "child")
	parent, _ := nodeOf(node)
	if shared, guest := nodeOf(child); shared != parent || !guest || body != nil || f.context(ctx, child) != ctx {
		t.Error("an unsampled child is not its parent")
	}
	f.end(child)
	header := map[string][]string{}
	f.injectHeader(child, header)
	if v := header["Traceparent"]; len(v) != 1 || !strings.HasPrefix(v[0], "00-0af7651916cd43dd8448eb211c80319c-") || !strings.HasSuffix(v[0], "-00") {
		t.Errorf("%v", header)
	}
	f.end(node)
	if all := f.spans(); len(all) != 0 {
		t.Errorf("%d spans", len(all))
	}
}

func TestIds(t *testing.T) {
	f := newFixture(t, Host{})
	if trace, span := f.ids(context.Background()); trace != "" || span != "" {
		t.Error("ids without a span")
	}
	f.within(internal, context.Background(), "x", func(ctx context.Context, _ unsafe.Pointer) {
		trace, span := f.ids(ctx)
		defer func() {
			s := f.one()
			if fmt.Sprintf("%x", s.traceID) != trace || fmt.Sprintf("%x", s.spanID[:8]) != span {
				t.Errorf("%s %s are not those of %+v", trace, span, s)
			}
		}()
		node, _ := nodeOf(unsafe.Pointer(nodeIn(ctx)))
		f.end(unsafe.Pointer(node))
	})
}

func TestRecovered(t *testing.T) {
	f := newFixture(t, Host{})
	injected := func() {
		defer f.recovered[0]()
		panic("in injected code")
	}
	injected()
	if !f.on(f.rules[0]) || Stats().Panics != 1 || len(f.warned) != 1 || !strings.Contains(f.warned[0], "nethttp.server") {
		t.Errorf("%v %v", Stats(), f.warned)
	}
	// An exit function that runs while the user's panic is in flight must not swallow it.
	var seen any
	func() {
		defer func() { seen = recover() }()
		func() {
			defer func() {
				func() { defer f.recovered[0]() }()
				func() { defer f.left(f.rules[0], nil) }()
				injected()
			}()
			panic("the user's")
		}()
	}()
	if seen != "the user's" {
		t.Errorf("the user's panic became %v", seen)
	}
}

// Bodies are pooled and handles go stale: whatever races, no attribute may land in somebody else's span and none may appear twice.
func TestStress(t *testing.T) {
	f := newFixture(t, Host{}, "INSTC_QUEUE_BYTES=200000000")
	const workers, rounds = 8, 400
	var wg sync.WaitGroup
	for w := 0; w < workers; w++ {
		wg.Add(1)
		go func(w int) {
			defer wg.Done()
			for i := 0; i < rounds; i++ {
				id := int64(w*rounds + i)
				node, body := f.start(server, nil, "x")
				f.integer(body, key("id"), id)
				ctx := f.context(context.Background(), node)
				for g := 0; g < 2; g++ {
					wg.Add(1)
					go func() {
						defer wg.Done()
						guest := f.open(f.enrich(ctx, 1))
						f.setInteger(guest, key("enriched"), id)
						f.name(guest, "renamed")
						f.close(guest)
					}()
				}
				wg.Add(1)
				go func() {
					defer wg.Done()
					f.end(node)
				}()
				body = f.open(node)
				f.integer(body, key("enriched"), id)
				f.close(body)
				f.end(node)
			}
		}(w)
	}
	wg.Wait()
	seen := map[int64]bool{}
	for _, s := range f.spans() {
		id := s.attributes["id"].(int64)
		if seen[id] || s.duplicates != nil {
			t.Fatalf("span %d twice, or attributes twice: %v", id, s.duplicates)
		}
		seen[id] = true
		if e, ok := s.attributes["enriched"]; ok && e != id {
			t.Fatalf("attribute of span %v in span %v", e, id)
		}
	}
	if len(seen) != workers*rounds || Stats().Dropped != 0 || Stats().Sent != workers*rounds {
		t.Errorf("%d spans, %+v", len(seen), Stats())
	}
}
