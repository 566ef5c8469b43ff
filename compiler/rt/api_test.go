package rt

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"unsafe"
)

// The API's rule as a program with the plugin has it.
func newAPIFixture(t *testing.T, env ...string) *fixture {
	f := newFixture(t, Host{}, env...)
	registry.mu.Lock()
	first := len(registry.rules)
	registry.mu.Unlock()
	NewPort([]RuleInfo{{Plugin: "otel.global", Rule: "start", Version: "0.1.0"}})
	t.Cleanup(func() {
		registry.mu.Lock()
		registry.rules = registry.rules[:first]
		registry.mu.Unlock()
		apiRules.mu.Lock()
		apiRules.scopes = nil
		apiRules.mu.Unlock()
	})
	return f
}

func apiStart(ctx context.Context, name string) (context.Context, any) {
	started := APIStart("otel.global.start", ctx, "lib", "1", "", name, 1, false, 0)
	if started == nil {
		return ctx, nil
	}
	return started.(context.Context), APICurrent(started)
}

func TestAPISpansAreRecordedAndEndedOnce(t *testing.T) {
	f := newAPIFixture(t)
	ctx, span := apiStart(context.Background(), "first")
	APIAttribute(span, "a", "old")
	APIAttribute(span, "a", "new")
	APIAttribute(span, "", "nameless")
	APIStatus(span, 2, "")
	APIStatus(span, 1, "too late: ok is final")
	_, child := apiStart(ctx, "second")
	APIEnd(child, 0)
	APIEnd(child, 0)
	APIEnd(span, 0)
	APIAttribute(span, "late", true)
	first, second := f.named("first"), f.named("second")
	if !bytes.Equal(second.parent[:8], first.spanID[:8]) || second.traceID != first.traceID || len(f.spans()) != 2 {
		t.Errorf("%+v is no child of %+v", second, first)
	}
	if len(first.attributes) != 1 || first.attributes["a"] != "new" || first.status != 1 {
		t.Errorf("%+v", first)
	}
}

func TestAPIHoldsSpans(t *testing.T) {
	newAPIFixture(t)
	outer, span := apiStart(context.Background(), "outer")
	APIHold(outer, "the API's")
	inner, child := apiStart(outer, "inner")
	type key struct{}
	below := context.WithValue(inner, key{}, 1)
	for name, c := range map[string]struct{ ctx, own, want any }{
		"its own":        {outer, span, "the API's"},
		"below":          {context.WithValue(outer, key{}, 1), span, "the API's"},
		"of another":     {below, child, nil},
		"of one above":   {below, span, nil},
		"of nothing":     {nil, nil, nil},
		"of no context":  {1, span, nil},
		"of no span":     {context.Background(), nil, nil},
		"of a foreigner": {foreign(outer, 1, false), span, "the API's"}, // who asks has found span in this context
	} {
		if got := APIHeld(c.ctx, c.own); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	APIHold(context.Background(), "nowhere")
	APIEnd(child, 0)
	APIEnd(span, 0)
}

func TestAPITypedAttributes(t *testing.T) {
	f := newAPIFixture(t)
	_, span := apiStart(context.Background(), "s")
	APIText(span, "text", "old")
	APIText(span, "text", strings.Repeat("é", 5000))
	APINumber(span, "number", -7)
	APIText(span, "", "nameless")
	APINumber(span, "", 1)
	APIHappened(span, "happened", 5)
	APIHappened(nil, "nowhere", 5)
	APIEnd(span, 0)
	APIText(span, "late", "")
	APINumber(span, "later", 1)
	APIHappened(span, "last", 0)
	one := f.one()
	if len(one.attributes) != 2 || one.attributes["text"] != strings.Repeat("é", 4096) || one.attributes["number"] != int64(-7) {
		t.Errorf("%.100v", one.attributes)
	}
	if len(one.events) != 1 || one.events[0].name != "happened" {
		t.Errorf("%+v", one.events)
	}
	if n := testing.AllocsPerRun(100, func() {
		_, span := apiStart(context.Background(), "s")
		APIText(span, "text", "value")
		APINumber(span, "number", 1<<40)
		APIEnd(span, 0)
	}); n > 2 {
		t.Errorf("%v allocations, want node and context", n)
	}
}

func TestAPIDoesNotEndSpansOfRules(t *testing.T) {
	f := newAPIFixture(t)
	n, b := f.begin(f.rules[0], kindServer, nil, "server")
	f.close(b)
	span := APICurrent(f.context(context.Background(), n))
	APIEnd(span, 0)
	APIName(span, "renamed")
	APIException(span, nil, 0, false)
	APIEmit(APIException(span, errors.New("odd"), 0, true))
	f.end(n)
	one := f.one()
	if one.name != "renamed" || len(one.events) != 1 {
		t.Errorf("%+v", one)
	}
}

const (
	foreignTrace = "0af7651916cd43dd8448eb211c80319c"
	foreignSpan  = "b7ad6b7169203331"
)

func foreign(ctx context.Context, flags int64, remote bool) context.Context {
	return APIForeign(ctx, foreignTrace, foreignSpan, flags, remote, "a=b").(context.Context)
}

func TestForeignSpansAreParents(t *testing.T) {
	f := newAPIFixture(t)
	for name, remote := range map[string]bool{"below local": false, "below remote": true} {
		ctx := foreign(context.Background(), 1, remote)
		if APICurrent(ctx) != nil {
			t.Error("a foreign span is none of ours")
		}
		n, _ := f.begin(f.rules[0], 3, ctx, name)
		if link, _ := f.ids(ctx); link != foreignTrace {
			t.Errorf("ids of the foreign span: %q", link)
		}
		f.end(n)
	}
	for _, s := range f.spans() {
		if hex.EncodeToString(s.traceID[:]) != foreignTrace || hex.EncodeToString(s.parent[:8]) != foreignSpan || s.flags&0x200 != 0 != (s.name == "below remote") {
			t.Errorf("%+v", s)
		}
	}
	n, b := f.begin(f.rules[0], 3, foreign(context.Background(), 0, false), "unsampled")
	if n == nil || b != nil || f.recording(n) {
		t.Error("the foreign span was not sampled")
	}
}

func TestNearestOfTwoTracersCounts(t *testing.T) {
	f := newAPIFixture(t)
	server, _ := f.begin(f.rules[0], kindServer, nil, "server")
	ours := f.context(context.Background(), server)
	trace, span, flags, _ := APIContext(APICurrent(ours))
	if again := APIForeign(ours, trace, span, flags, false, ""); again != any(ours) {
		t.Error("our own ids put on top of our span change nothing")
	}
	theirs := APIForeign(ours, trace, foreignSpan, 1, false, "").(context.Context)
	if APICurrent(theirs) != nil {
		t.Error("theirs is nearer")
	}
	if f.enrich(theirs, 1) == nil {
		t.Error("our server span is still there to be enriched")
	}
	back := APIPut(theirs, APICurrent(ours)).(context.Context)
	if n, _ := nodeOf(server); APICurrent(back) != any(n) {
		t.Error("ours is nearer")
	}
	none := APIForeign(ours, strings.Repeat("0", 32), strings.Repeat("0", 16), 0, false, "").(context.Context)
	if id, _ := f.ids(none); APICurrent(none) != nil || id != "" {
		t.Error("the program has taken the current span away")
	}
	root, _ := f.begin(f.rules[1], 3, none, "root")
	f.end(root)
	f.end(server)
	if s := f.named("root"); s.parent != [16]byte{} || hex.EncodeToString(s.traceID[:]) == trace {
		t.Errorf("%+v is no root", s)
	}
}

// A goroutine that outlives our span does not hang on to a foreign span above it, whose end nobody tells.
func TestForeignSpansAreNoAncestors(t *testing.T) {
	f := newAPIFixture(t)
	n, _ := f.begin(f.rules[0], 1, foreign(context.Background(), 1, false), "below")
	f.end(n)
	if inner, _ := nodeOf(n); inner.nearestLive() != nil {
		t.Error("an ended span below a foreign one has no live ancestor")
	}
}

func TestAnsweredCallerIsNotExtractedAgain(t *testing.T) {
	f := newAPIFixture(t)
	header := map[string][]string{"Traceparent": {"00-" + foreignTrace + "-" + foreignSpan + "-01"}}
	n, _ := f.beginHeader(f.rules[0], kindServer, nil, header, "server")
	ctx := f.context(context.Background(), n)
	if foreign(ctx, 1, true) != ctx {
		t.Error("our span answers this very caller")
	}
	if other := APIForeign(ctx, foreignTrace, "00f067aa0ba902b7", 1, true, ""); other == any(ctx) {
		t.Error("another caller is another parent")
	}
	f.end(n)
}

func TestAPIScopesAreBounded(t *testing.T) {
	f := newAPIFixture(t)
	for i := 0; i < maxAPIScopes+10; i++ {
		_, span := apiStartIn(strings.Repeat("x", i%7+1)+string(rune('a'+i%26))+strings.Repeat("y", i/50), "s")
		APIEnd(span, 0)
	}
	if len(apiRules.scopes) > maxAPIScopes || len(f.spans()) != maxAPIScopes+10 {
		t.Errorf("%d scopes", len(apiRules.scopes))
	}
}

func apiStartIn(scope, name string) (context.Context, any) {
	started := APIStart("otel.global.start", context.Background(), scope, "", "", name, 9, true, 0)
	return started.(context.Context), APICurrent(started)
}

// The API takes anything; nothing of it may break a span or the program.
func TestAPITakesNonsense(t *testing.T) {
	f := newAPIFixture(t)
	for _, nothing := range []any{nil, 1, "span", (*node)(nil)} {
		if nothing != any((*node)(nil)) {
			APIAttribute(nothing, "a", 1)
			APIName(nothing, "a")
			APIEnd(nothing, 1)
			APIContext(nothing)
		}
		APIEmit(nothing)
		APINote(nothing, "a", 1)
		APIPut(nothing, nothing)
		APIForeign(nothing, "", "", 0, true, "")
	}
	if APIStart("otel.global.start", nil, "", "", "", "", 0, true, 0) != nil || APIStart("no.rule", context.Background(), "", "", "", "", 0, true, 0) != nil {
		t.Error("a span of nothing")
	}
	_, span := apiStart(context.Background(), "s")
	deep := any("end")
	for i := 0; i < 100; i++ {
		deep = []any{deep}
	}
	long := make([]int64, 1<<20)
	for key, value := range map[string]any{"deep": deep, "long": long, "bad\xff": "\xff", "none": nil, "bytes": []byte{0xff}, "other": struct{}{},
		"pairs": []struct {
			Key   string
			Value any
		}{{"k", int64(1)}}} {
		APIAttribute(span, key, value)
	}
	APIEnd(span, -1)
	if one := f.one(); one.name != "s" || len(one.attributes) < 5 {
		t.Errorf("%+v", one)
	}
}

func TestNodeKeepsItsSize(t *testing.T) {
	if size := unsafe.Sizeof(node{}); size != 128 {
		t.Errorf("a node has %d bytes", size)
	}
}
