package rt

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"unsafe"
)

const tracerOfOther = "example.test/otelhttp"

// newYieldFixture has a rule with a metric that yields to tracerOfOther.
func newYieldFixture(t *testing.T, env ...string) (*fixture, unsafe.Pointer) {
	f := newAPIFixture(t, env...)
	registry.mu.Lock()
	first := len(registry.rules)
	registry.mu.Unlock()
	port := NewPort([]RuleInfo{{Plugin: "fetch", Rule: "call", Version: "0.1.0", Yields: []string{tracerOfOther},
		Metrics: []Metric{{Name: "fetch.count", Kind: counter, Integer: true}}}})
	t.Cleanup(func() {
		registry.mu.Lock()
		registry.rules = registry.rules[:first]
		registry.mu.Unlock()
		yields.targets.Store(nil)
		yields.meters.Store(false)
	})
	return f, port.rules[0]
}

// counted is how often the rule's metric was taken.
func counted(r unsafe.Pointer) (n float64) {
	i := (*rule)(r).metrics[0]
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, s := range i.series {
		n += s.sum
	}
	return n
}

// call is what generated code does for a call; inside is the callee.
func (f *fixture) call(r unsafe.Pointer, kind uint8, ctx context.Context, name string, inside func(context.Context, *node)) {
	p, b := f.begin(r, kind, ctx, name)
	f.close(b)
	n, _ := nodeOf(p)
	inside(f.context(ctx, p), n)
	b = f.open(p)
	if b == nil {
		f.end(p)
		return
	}
	f.measure(b, 0, 1)
	f.finish(p, b)
}

// sdkSpan is what the rules of otel.sdk and otel.trace do when the program's SDK begins a span.
func sdkSpan(ctx context.Context, tracer string, kind uint8, recorded bool) (out context.Context, trace, id string) {
	if taken := APIYield(ctx, tracer, int64(kind)); taken != nil {
		ctx = taken.(context.Context)
	}
	if trace, id = APIIdentity(ctx); id == "" {
		trace, id = foreignTrace, foreignSpan
		if above := APICurrent(ctx); above != nil {
			trace, _, _, _ = APIContext(above)
		}
	}
	flags := int64(0)
	if recorded {
		flags = 1
	}
	out = APIForeign(ctx, trace, id, flags, false, "").(context.Context)
	APIBegan(out, tracer, int64(kind), recorded)
	return out, trace, id
}

func TestSpanAroundIsTheCall(t *testing.T) {
	f, rule := newYieldFixture(t)
	around, trace, id := sdkSpan(context.Background(), tracerOfOther+"/v2", client, true)
	header := map[string][]string{}
	f.call(rule, client, around, "fetch", func(ctx context.Context, n *node) {
		f.injectHeader(unsafe.Pointer(n), header)
		if APICurrent(ctx) != nil {
			t.Error("the API's own span is the current one")
		}
		f.call(f.rules[0], internal, ctx, "below", func(context.Context, *node) {})
	})
	if want := "00-" + trace + "-" + id + "-01"; header["Traceparent"][0] != want {
		t.Errorf("%q went out, want %q", header["Traceparent"][0], want)
	}
	below := f.one()
	if hex.EncodeToString(below.traceID[:]) != trace || hex.EncodeToString(below.parent[:8]) != id {
		t.Errorf("%+v is not below %s", below, id)
	}
}

func TestOtherSpansAroundAreNot(t *testing.T) {
	for name, begun := range map[string]struct {
		tracer string
		kind   uint8
	}{"of another tracer": {"example.test/otelhttpx", client}, "of another kind": {tracerOfOther, internal}} {
		f, rule := newYieldFixture(t)
		around, _, id := sdkSpan(context.Background(), begun.tracer, begun.kind, true)
		f.call(rule, client, around, "fetch", func(context.Context, *node) {})
		if one := f.one(); hex.EncodeToString(one.parent[:8]) != id {
			t.Errorf("%s: %+v", name, one)
		}
	}
	f, rule := newYieldFixture(t, "INSTC_YIELD=none")
	around, _, _ := sdkSpan(context.Background(), tracerOfOther, client, true)
	f.call(rule, client, around, "fetch", func(context.Context, *node) {})
	f.one()
}

// A server span of the program that has not looked for its caller is not the one that continues the caller's trace.
func TestCallerIsNotForgotten(t *testing.T) {
	f, rule := newYieldFixture(t)
	around, _, _ := sdkSpan(context.Background(), tracerOfOther, server, true)
	header := map[string][]string{"Traceparent": {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}
	p, b := f.beginHeader(rule, server, around, header, "serve")
	f.close(b)
	f.end(p)
	if one := f.one(); hex.EncodeToString(one.parent[:8]) != "00f067aa0ba902b7" {
		t.Errorf("%+v", one)
	}
}

func TestSpanInsideTakesOver(t *testing.T) {
	f, rule := newYieldFixture(t)
	var trace, id, second string
	f.call(f.rules[0], server, context.Background(), "server", func(ctx context.Context, above *node) {
		f.call(rule, client, ctx, "fetch", func(ctx context.Context, n *node) {
			f.call(f.rules[0], internal, ctx, "before", func(context.Context, *node) {})
			var inside, again context.Context
			inside, trace, id = sdkSpan(ctx, tracerOfOther, client, true)
			if ownTrace, own := n.hexIDs(); trace != ownTrace || id != own {
				t.Errorf("span %s of trace %s, want %s of %s", id, trace, own, ownTrace)
			}
			if APICurrent(inside) != nil {
				t.Error("the program's span is the current one")
			}
			if put := APIForeign(ctx, trace, id, 1, false, "").(context.Context); APICurrent(put) != nil {
				t.Error("so it is where the program puts it")
			}
			f.call(f.rules[0], internal, inside, "after", func(context.Context, *node) {})
			taken := APIYield(ctx, tracerOfOther, int64(client)).(context.Context)
			if _, more := APIIdentity(taken); more != "" || APICurrent(taken) != any(above) {
				t.Error("the next span of that tracer has ids of its own, and the parent that it has without the rule")
			}
			again, _, second = sdkSpan(ctx, tracerOfOther, client, true)
			if second == id || again == nil {
				t.Error("one id, two spans")
			}
		})
	})
	if n := len(f.spans()); n != 3 {
		t.Errorf("%d spans, want server, before and after", n)
	}
	for _, name := range []string{"before", "after"} {
		if s := f.named(name); hex.EncodeToString(s.parent[:8]) != id {
			t.Errorf("%s: %+v is not below %s", name, s, id)
		}
	}
}

func TestRootAndRemoteParent(t *testing.T) {
	f, rule := newYieldFixture(t)
	header := map[string][]string{"Traceparent": {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}
	for _, c := range []struct {
		header map[string][]string
		parent string
	}{{nil, ""}, {header, "00f067aa0ba902b7"}} {
		p, b := f.beginHeader(rule, server, context.Background(), c.header, "serve")
		f.close(b)
		taken := APIYield(f.context(context.Background(), p), tracerOfOther, int64(server))
		above := APICurrent(taken)
		if _, id, _, _ := APIContext(above); id != c.parent || (c.parent != "") != APIRemote(above) {
			t.Errorf("the parent is %q, want %q", id, c.parent)
		}
		f.end(p)
	}
	f.spans()
}

// What the program's sampler drops, the rule keeps.
func TestDroppedByTheProgram(t *testing.T) {
	f, rule := newYieldFixture(t)
	f.call(rule, client, context.Background(), "fetch", func(ctx context.Context, _ *node) { sdkSpan(ctx, tracerOfOther, client, false) })
	if one := f.one(); one.name != "fetch" {
		t.Errorf("%+v", one)
	}
}

func TestYieldingWithoutAnSDK(t *testing.T) {
	f, rule := newYieldFixture(t)
	start := func(ctx context.Context) context.Context {
		return APIStart("otel.global.start", ctx, tracerOfOther, "", "", "own", int64(client), false, 0).(context.Context)
	}
	f.call(rule, client, context.Background(), "fetch", func(ctx context.Context, n *node) {
		inside := start(ctx)
		if APICurrent(inside) != any(n) {
			t.Error("there is one span, the rule's")
		}
		APIText(APICurrent(inside), "own", "said")
		APIEnd(APICurrent(inside), 0)
	})
	if one := f.one(); one.name != "fetch" || one.attributes["own"] != "said" {
		t.Errorf("%+v", one)
	}
	around := start(context.Background())
	f.call(rule, client, around, "fetched", func(ctx context.Context, _ *node) {
		if APICurrent(ctx) != APICurrent(around) {
			t.Error("the program's span is the current one")
		}
		f.call(f.rules[0], internal, ctx, "below", func(context.Context, *node) {})
	})
	APIEnd(APICurrent(around), 0)
	own, below := f.named("own"), f.named("below")
	if len(f.spans()) != 3 || string(below.parent[:8]) != string(own.spanID[:8]) {
		t.Errorf("%d spans, %+v is not below %+v", len(f.spans()), below, own)
	}
}

func TestMetricsOfCallsThatAreLeft(t *testing.T) {
	for meters, want := range map[bool]float64{false: 2, true: 0} {
		yields.meters.Store(false) // an iteration's stays until the test ends
		f, rule := newYieldFixture(t)
		if meters {
			APIMeters(nil)
			APIMeters("a provider")
		}
		around, _, _ := sdkSpan(context.Background(), tracerOfOther, client, true)
		f.call(rule, client, around, "fetch", func(context.Context, *node) {})
		f.call(rule, client, context.Background(), "fetch", func(ctx context.Context, _ *node) { sdkSpan(ctx, tracerOfOther, client, true) })
		if got := counted(rule); got != want || len(f.spans()) != 0 {
			t.Errorf("counted %v times, want %v; %d spans", got, want, len(f.spans()))
		}
	}
}

// An alias ends with its call, so that nobody who comes later hangs below it.
func TestAliasesEnd(t *testing.T) {
	f, rule := newYieldFixture(t)
	yields.meters.Store(true)
	around, _, _ := sdkSpan(context.Background(), tracerOfOther, client, true)
	var alias *node
	f.call(rule, client, around, "fetch", func(_ context.Context, n *node) { alias = n })
	if alias.live() || alias.nearestLive() != nil {
		t.Error("an alias outlives its call")
	}
}

func TestYieldTakesNonsense(t *testing.T) {
	f, rule := newYieldFixture(t)
	for _, ctx := range []any{nil, 1, "ctx", context.Background(), (*takenContext)(nil)} {
		if ctx != any((*takenContext)(nil)) {
			APIBegan(ctx, "x", -1, true)
		}
		if APIYield(ctx, tracerOfOther, 3) != nil {
			t.Errorf("%v gives way", ctx)
		}
	}
	if APIRemote(nil) || APIYields("") || APIYields(strings.Repeat("x", 1<<16)) || !APIYields(tracerOfOther) {
		t.Error("nobody yields to that")
	}
	f.call(rule, client, context.Background(), "fetch", func(ctx context.Context, _ *node) {
		for _, kind := range []int64{-1, 0, 1, 9, 1 << 40} {
			if APIYield(ctx, tracerOfOther, kind) != nil {
				t.Errorf("kind %d", kind)
			}
		}
	})
	f.one()
}

// A rule that hands no context on: its span is the goroutine's, and the program's begins in the context that the call was given.
func TestSpanOnTheGoroutineAlone(t *testing.T) {
	f, rule := newYieldFixture(t)
	host = (&fakeHost{}).host()
	f.call(f.rules[0], server, context.Background(), "server", func(ctx context.Context, _ *node) {
		f.call(rule, client, ctx, "fetch", func(_ context.Context, n *node) {
			slot := f.enter(unsafe.Pointer(n))
			defer f.leave(unsafe.Pointer(n), slot)
			if _, own := n.hexIDs(); APIYield(context.Background(), tracerOfOther, int64(client)) != nil {
				t.Errorf("a root is not the call of %s", own)
			}
			_, _, id := sdkSpan(ctx, tracerOfOther, client, true)
			if _, own := n.hexIDs(); id != own {
				t.Errorf("span %s, want %s", id, own)
			}
		})
	})
	if one := f.one(); one.name != "server" {
		t.Errorf("%+v", one)
	}
}
