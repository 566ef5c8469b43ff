package rt

import (
	"context"
	"strings"
	"testing"
	"unsafe"

	"instc.dev/rt/internal/w3c"
)

const parentText = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func TestInject(t *testing.T) {
	f := newFixture(t, Host{})
	node, _ := f.beginHeader(f.rules[0], server, nil, map[string][]string{
		"traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03"}, "tracestate": {"v=1"}, "baggage": {"k=v;p"},
	}, "x")
	child, _ := f.start(client, f.context(context.Background(), node), "y")
	header := map[string][]string{"traceparent": {parentText}, "Tracestate": {"old=1"}, "Other": {"kept"}}
	f.injectHeader(child, header)
	traceID, spanID := f.ids(f.context(context.Background(), child))
	if len(header["Traceparent"]) != 1 || header["Traceparent"][0] != "00-"+traceID+"-"+spanID+"-03" || header["traceparent"] != nil {
		t.Errorf("%v", header)
	}
	if header["Tracestate"][0] != "v=1" || header["Baggage"][0] != "k=v;p" || header["Other"][0] != "kept" {
		t.Errorf("%v", header)
	}
	header["Traceparent"] = append(header["Traceparent"], "more") // must not write into the injected array
	carrier := map[string]string{}
	f.injectSet(child, func(key, value string) { carrier[key] = value })
	if carrier["traceparent"] != "00-"+traceID+"-"+spanID+"-03" || carrier["tracestate"] != "v=1" || carrier["baggage"] != "k=v;p" {
		t.Errorf("%v", carrier)
	}
	next, _ := f.beginGet(f.rules[0], consumer, nil, func(key string) string { return carrier[key] }, "z")
	if trace, _ := f.ids(f.context(context.Background(), next)); trace != traceID {
		t.Error("the trace does not go on")
	}
	for _, n := range []unsafe.Pointer{next, child, node} {
		f.end(n)
	}
	f.injectHeader(nil, header)
	f.injectHeader(child, nil)
	f.injectSet(nil, nil)
}

// A carrier that comes off the wire by net/http has one spelling, and the others are not looked up.
func TestExtractCanonical(t *testing.T) {
	f := newFixture(t, Host{})
	for name, want := range map[string]bool{"Traceparent": true, "traceparent": false} {
		node, _ := f.beginHeader(f.rules[0], server|canonicalKeys, nil, map[string][]string{name: {parentText}, "Baggage": {"k=v"}, "baggage": {"k=w"}}, "x")
		n, _ := nodeOf(node)
		if got := strings.HasPrefix(parentText[3:], string(w3c.AppendHex(nil, n.traceID[:]))); got != want || n.baggage != "k=v" || n.kind != server {
			t.Errorf("%s: continued %t, baggage %q, kind %d", name, got, n.baggage, n.kind)
		}
		f.end(node)
	}
}

func TestInjectReplacesForeignState(t *testing.T) {
	f := newFixture(t, Host{})
	node, _ := f.start(client, nil, "x")
	header := map[string][]string{"Traceparent": {parentText}, "Tracestate": {"old=1"}, "Baggage": {"mine=1"}}
	f.injectHeader(node, header)
	f.end(node)
	if strings.Contains(header["Traceparent"][0], "0af765") || header["Tracestate"] != nil || header["Baggage"][0] != "mine=1" {
		t.Errorf("%v", header)
	}
}

func TestExtract(t *testing.T) {
	f := newFixture(t, Host{})
	for name, header := range map[string]map[string][]string{
		"none":             nil,
		"two traceparents": {"Traceparent": {parentText, parentText}},
		"malformed":        {"Traceparent": {"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"}},
	} {
		node, _ := f.beginHeader(f.rules[0], server, nil, header, name)
		f.end(node)
		if s := f.named(name); s.parent != [16]byte{} || s.flags != 0x103 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	// A local parent counts when the carrier has none; a remote one wins.
	f.within(internal, context.Background(), "local", func(ctx context.Context, _ unsafe.Pointer) {
		node, _ := f.beginHeader(f.rules[0], server, ctx, nil, "by context")
		f.end(node)
		node, _ = f.beginHeader(f.rules[0], server, ctx, map[string][]string{"Traceparent": {parentText}}, "by carrier")
		f.end(node)
	})
	f.isChild(f.named("by context"), "local")
	if s := f.named("by carrier"); s.parent[0] != 0xb7 || s.flags&0x300 != 0x300 {
		t.Errorf("%+v", s)
	}
}

func TestPropagatorsOff(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_PROPAGATORS=none")
	header := map[string][]string{"Traceparent": {parentText}, "Baggage": {"a=b"}}
	node, _ := f.beginHeader(f.rules[0], server, nil, header, "x")
	out := map[string][]string{}
	f.injectHeader(node, out)
	f.end(node)
	if s := f.one(); s.parent != [16]byte{} || len(out) != 0 {
		t.Errorf("%+v %v", s, out)
	}
}

func TestSamplers(t *testing.T) {
	header := func(flags string) map[string][]string {
		return map[string][]string{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" + flags}}
	}
	for _, c := range []struct {
		sampler, arg              string
		root, remoteOn, remoteOff bool
	}{
		{"", "", true, true, false},
		{"always_on", "", true, true, true},
		{"always_off", "", false, false, false},
		{"parentbased_always_on", "", true, true, false},
		{"parentbased_always_off", "", false, true, false},
		{"traceidratio", "1", true, true, true},
		{"traceidratio", "0", false, false, false},
		{"parentbased_traceidratio", "0", false, true, false},
		{"parentbased_traceidratio", "", true, true, false},
	} {
		t.Run(c.sampler+c.arg, func(t *testing.T) {
			f := newFixture(t, Host{}, "OTEL_TRACES_SAMPLER="+c.sampler, "OTEL_TRACES_SAMPLER_ARG="+c.arg)
			sampled := func(h map[string][]string) bool {
				node, body := f.beginHeader(f.rules[0], server, nil, h, "x")
				out := map[string][]string{}
				f.injectHeader(node, out)
				if sent := out["Traceparent"][0]; (sent[len(sent)-1]&1 != 0) != (body != nil) {
					t.Errorf("flags in %s", sent)
				}
				f.end(node)
				return body != nil
			}
			if sampled(nil) != c.root || sampled(header("01")) != c.remoteOn || sampled(header("00")) != c.remoteOff {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestRatio(t *testing.T) {
	s := ratioSampler(0.1)
	sampled := 0
	for i := 0; i < 100_000; i++ {
		id := newTraceID()
		if s.sample(&id, false, false) {
			sampled++
		}
	}
	if sampled < 9_500 || sampled > 10_500 {
		t.Errorf("%d of 100,000 at 0.1", sampled)
	}
	// The decision other SDKs take for the same trace id: the low 63 bits against ratio * 2^63.
	if id := [16]byte{8: 0x19, 9: 0x99}; !s.sample(&id, false, false) {
		t.Error("just below the threshold")
	}
	if id := [16]byte{8: 0x19, 9: 0x9a}; s.sample(&id, false, false) {
		t.Error("just above the threshold")
	}
}

func TestOtherPropagators(t *testing.T) {
	const b3 = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1"
	const trace = "80f198ee56343ba864fe8b2a57d3eff7"
	f := newFixture(t, Host{}, "OTEL_PROPAGATORS=b3,tracecontext,b3multi,jaeger", "OTEL_TRACES_SAMPLER=parentbased_always_off")
	for name, c := range map[string]struct {
		header map[string][]string
		parent string // "": a trace of its own
	}{
		"b3":                    {map[string][]string{"B3": {b3}}, trace},
		"lower case":            {map[string][]string{"b3": {b3}}, trace},
		"traceparent over b3":   {map[string][]string{"B3": {b3}, "Traceparent": {parentText}}, parentText[3:35]},
		"b3multi over both":     {map[string][]string{"X-B3-Traceid": {trace}, "X-B3-Spanid": {"e457b5a2e4d86bd1"}, "X-B3-Sampled": {"1"}, "Traceparent": {parentText}}, trace},
		"jaeger":                {map[string][]string{"Uber-Trace-Id": {trace + ":e457b5a2e4d86bd1:0:1"}}, trace},
		"not sampled by caller": {map[string][]string{"B3": {b3[:len(b3)-1] + "0"}}, ""},
		"two headers":           {map[string][]string{"B3": {b3, b3}}, ""},
		"left to our sampler":   {map[string][]string{"B3": {b3[:len(b3)-2]}}, ""},
	} {
		node, body := f.beginHeader(f.rules[0], server, nil, c.header, name)
		if recorded := body != nil; recorded != (c.parent != "") {
			t.Errorf("%s: recorded %v", name, recorded)
		}
		traceID, spanID := f.ids(f.context(context.Background(), node))
		if c.parent != "" && traceID != c.parent {
			t.Errorf("%s: %s", name, traceID)
		}
		if name == "b3" {
			out := map[string][]string{"x-b3-flags": {"1"}}
			f.injectHeader(node, out)
			carrier := map[string]string{}
			f.injectSet(node, func(key, value string) { carrier[key] = value })
			for key, want := range map[string]string{
				"B3": traceID + "-" + spanID + "-1", "Traceparent": "00-" + traceID + "-" + spanID + "-01", "X-B3-Traceid": traceID,
				"X-B3-Spanid": spanID, "X-B3-Sampled": "1", "Uber-Trace-Id": traceID + ":" + spanID + ":0:1",
			} {
				if len(out[key]) != 1 || out[key][0] != want || carrier[strings.ToLower(key)] != want {
					t.Errorf("%s: %v and %q, want %q", key, out[key], carrier[strings.ToLower(key)], want)
				}
			}
			if out["x-b3-flags"] != nil {
				t.Error("the flags of another caller")
			}
			next, _ := f.beginGet(f.rules[0], consumer, nil, func(key string) string { return carrier[key] }, "next")
			if id, _ := f.ids(f.context(context.Background(), next)); id != trace {
				t.Error("the trace does not go on in messages")
			}
			f.end(next)
		}
		f.end(node)
	}
	if len(f.warned) != 0 {
		t.Errorf("%q", f.warned)
	}
}
