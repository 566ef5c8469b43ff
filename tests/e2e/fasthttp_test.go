package e2e

import (
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

func TestFasthttp(t *testing.T) {
	harness.EachVersion(t, "plugins/fasthttp/app", "plugins/fasthttp/fasthttp.lock", func(t *testing.T, app harness.App) {
		c := harness.Collect(t)
		harness.RunBoth(t, app, harness.Environ(), c.Env("app"))
		spans := c.Expect(t, 22)
		checkExchanges(t, spans)
		checkFasthttpServer(t, spans)
	})
}

// checkExchanges asks for each client span that the server's hangs below it, and that what was outside of any request has a trace of its own.
func checkExchanges(t *testing.T, spans []otlp.Span) {
	t.Helper()
	served := map[string]otlp.Span{}
	for _, s := range harness.All(spans, "app", "server", "") {
		served[s.ParentID] = s
	}
	calls := harness.All(spans, "app", "client", "")
	if len(calls) != 10 {
		t.Errorf("%d client spans, want 10\n%s", len(calls), harness.Trees(spans))
	}
	for _, call := range calls {
		server, answered := served[call.SpanID]
		if !answered {
			harness.Attributes(t, call, harness.Want{"http.response.status_code": nil, "server.address": "127.0.0.1"})
			harness.Status(t, call, "error")
			continue
		}
		harness.Parent(t, call, server)
		code := server.Attributes["http.response.status_code"]
		harness.Attributes(t, call, harness.Want{"http.response.status_code": code, "server.address": "127.0.0.1",
			"server.port": server.Attributes["server.port"], "http.request.method": call.Name, "network.protocol.version": "1.1"})
		if path := server.Attributes["url.path"]; path == "/items/9" { // net/http's, in a handler of fasthttp's
			continue
		}
		if call.ParentID != "" {
			t.Errorf("%v hangs below %s", call.Attributes["url.full"], call.ParentID)
		}
	}
}

func checkFasthttpServer(t *testing.T, spans []otlp.Span) {
	t.Helper()
	byPath := map[any]otlp.Span{}
	for _, s := range harness.All(spans, "app", "server", "") {
		byPath[s.Attributes["url.path"]] = s
	}
	harness.Attributes(t, byPath["/items/1"], harness.Want{"url.query": "token=REDACTED&page=2", "user_agent.original": "asker", "url.scheme": "http",
		"client.address": "127.0.0.1", "network.peer.address": "127.0.0.1", "http.response.status_code": 200, "http.route": nil})
	harness.Attributes(t, byPath["/broken"], harness.Want{"http.response.status_code": 502, "error.type": "502", "http.request.method": "POST"})
	harness.Status(t, byPath["/broken"], "error")
	harness.Attributes(t, byPath["/slow"], harness.Want{"http.response.status_code": 408})
	harness.Status(t, byPath["/slow"], "unset")
	for _, s := range harness.All(spans, "app", "client", "GET") {
		if s.SpanID == byPath["/items/9"].ParentID {
			harness.Parent(t, byPath["/outside"], s) // found by the context that fasthttp's handler has
		}
	}
	// Requests that nobody should believe: a trace of their own, texts that a collector takes.
	if s := byPath["/items/5"]; s.ParentID != "" {
		t.Errorf("a malformed traceparent made %s the parent", s.ParentID)
	}
	brewed := harness.One(t, spans, "app", "server", "HTTP")
	harness.Attributes(t, brewed, harness.Want{"http.request.method": "_OTHER", "http.request.method_original": "BREW", "network.protocol.version": "1.0"})
}
