package rt

import (
	"context"
	"testing"
	"unsafe"
)

// rewired puts an instc section into force.
func rewired(t *testing.T, text string) {
	t.Helper()
	c, err := readConfigFile(text, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	rewire(&c.switches, c.sampler)
}

// request is a server span as generated code begins it, and one below it.
func (f *fixture) request(path, traceparent string) {
	header := map[string][]string{}
	if traceparent != "" {
		header["Traceparent"] = []string{traceparent}
	}
	n, b := f.beginHeader(f.rules[0], kindServer, nil, header, "GET "+path)
	if b != nil {
		f.str(b, "\x0a\x0aurl.scheme", "http")
		f.str(b, keyURLPath, path)
	}
	ctx := f.context(context.Background(), n)
	inner, _ := f.begin(f.rules[2], 3, ctx, "below "+path)
	f.end(inner)
	f.end(n)
}

func (f *fixture) names() map[string]int {
	names := map[string]int{}
	for _, s := range f.spans() {
		names[s.name]++
	}
	return names
}

const pathRules = `
tracer_provider: {sampler: {always_off: }}
instc:
  plugins:
    nethttp:
      rules:
        server:
          paths:
            - {prefix: /orders/health, sampler: {always_off: }}
            - {prefix: /orders, sampler: {always_on: }}
            - {prefix: /remote, sampler: {parent_based: {root: {always_on: }}}}
`

func TestPathsDecide(t *testing.T) {
	f := newFixture(t, Host{})
	rewired(t, pathRules)
	f.request("/orders/1", "")
	f.request("/orders/health", "")
	f.request("/other", "")
	f.request("/remote", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	f.request("/remote/not", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
	want := []string{"GET /orders/1", "below /orders/1", "GET /remote", "below /remote"}
	got := f.names()
	for _, name := range want {
		if got[name] != 1 {
			t.Errorf("%q is missing: %v", name, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	server, inner := f.named("GET /remote"), f.named("below /remote")
	if server.attributes["url.path"] != "/remote" || server.flags&1 == 0 || inner.traceID != server.traceID || inner.parent == [16]byte{} {
		t.Errorf("%+v\n%+v", server, inner)
	}
}

// What a path takes out of a limit's hands does not count against it.
func TestPathsDoNotSpendTheLimit(t *testing.T) {
	f := newFixture(t, Host{})
	rewired(t, `
tracer_provider: {sampler: {rate_limiting: {traces_per_second: 0.001}}}
instc: {plugins: {nethttp: {paths: [{prefix: /health, sampler: {always_off: }}]}}}
`)
	for i := 0; i < 100; i++ {
		f.request("/health", "")
	}
	f.request("/orders", "")
	if got := f.names(); got["GET /orders"] != 1 || got["GET /health"] != 0 {
		t.Errorf("%v", got)
	}
}

func TestPathsChangeWhileTheProgramRuns(t *testing.T) {
	f := newFixture(t, Host{})
	rewired(t, pathRules)
	n, b := f.beginHeader(f.rules[0], kindServer, nil, nil, "begun before")
	rewired(t, "{}")
	f.str(b, keyURLPath, "/orders/1") // ends as it began: with the samplers from before
	f.end(n)
	f.request("/orders/health", "")
	if got := f.names(); got["begun before"] != 1 || got["GET /orders/health"] != 1 {
		t.Errorf("%v", got)
	}
}

// Once others have seen the span its decision stands.
func TestLatePathsDecideNothing(t *testing.T) {
	f := newFixture(t, Host{})
	rewired(t, pathRules)
	n, _ := f.beginHeader(f.rules[0], kindServer, nil, nil, "late")
	b := f.open(n)
	f.str(b, keyURLPath, "/orders/1")
	f.close(b)
	f.end(n)
	if got := f.names(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// A span below one of this process follows it.
func TestPathsAreForRoots(t *testing.T) {
	f := newFixture(t, Host{})
	rewired(t, pathRules)
	n, b := f.begin(f.rules[2], 1, nil, "root")
	if b != nil {
		t.Fatal("the root is not sampled")
	}
	below, b := f.begin(f.rules[0], kindServer, f.context(context.Background(), n), "below")
	f.str(b, keyURLPath, "/orders/1")
	f.end(below)
	if got := f.names(); len(got) != 0 || unsafe.Pointer(nil) != b {
		t.Errorf("%v", got)
	}
}

// A rule's own sampler wins over its plugin's, and changes with the file.
func TestRulesHaveSamplersOfTheirOwn(t *testing.T) {
	f := newFixture(t, Host{})
	rewired(t, "instc: {plugins: {nethttp: {sampler: {always_off: }, rules: {server: {sampler: {always_on: }}}}}}")
	begin := func(rule int, name string) {
		n, _ := f.begin(f.rules[rule], 1, nil, name)
		f.end(n)
	}
	begin(0, "server")
	begin(1, "client")
	begin(2, "another plugin")
	rewired(t, "instc: {plugins: {nethttp: {rules: {server: {sampler: {always_off: }}}}}}")
	begin(0, "server again")
	begin(1, "client again")
	got := f.names()
	for _, name := range []string{"server", "another plugin", "client again"} {
		if got[name] != 1 {
			t.Errorf("%q is missing", name)
		}
	}
	if len(got) != 3 {
		t.Errorf("%v", got)
	}
}
