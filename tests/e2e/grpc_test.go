package e2e

import (
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

func TestGrpc(t *testing.T) {
	harness.EachVersion(t, "plugins/grpc/app", "plugins/grpc/grpc.lock", checkGrpc)
}

func checkGrpc(t *testing.T, app harness.App) {
	c := harness.Collect(t)
	harness.RunBoth(t, app, harness.Environ(), c.Env("app"))
	// Six calls, of which two do not reach a handler; the method that does not exist reaches no hook of the server.
	const check, watch, nothing = "grpc.health.v1.Health/Check", "grpc.health.v1.Health/Watch", "shop.Stock/Nothing"
	spans := c.Expect(t, 9)
	codes := map[string][]any{}
	for _, s := range harness.All(spans, "app", "client", "") {
		codes[s.Name] = append(codes[s.Name], s.Attributes["rpc.grpc.status_code"])
		harness.Attributes(t, s, harness.Want{"rpc.system": "grpc", "server.address": "127.0.0.1"})
		harness.Status(t, s, map[bool]string{true: "unset", false: "error"}[s.Attributes["rpc.grpc.status_code"] == int64(0)])
	}
	for name, want := range map[string][]any{check: {int64(0), int64(5), int64(4), int64(14)}, watch: {int64(1)}, nothing: {int64(12)}} {
		if !sameAsSets(codes[name], want) {
			t.Errorf("calls of %s ended with %v, want %v", name, codes[name], want)
		}
	}
	servers := harness.All(spans, "app", "server", "")
	if len(servers) != 3 {
		t.Errorf("%d server spans, want one for each call that reaches a handler\n%s", len(servers), harness.Trees(spans))
	}
	for _, s := range servers {
		harness.Attributes(t, s, harness.Want{"rpc.system": "grpc", "rpc.service": "grpc.health.v1.Health", "client.address": "127.0.0.1"})
		harness.Parent(t, callOf(t, spans, s), s)
		harness.Status(t, s, "unset") // a service that is not found is not the server's fault
	}
}

// callOf is the client span that a server span names as its parent.
func callOf(t *testing.T, spans []otlp.Span, server otlp.Span) otlp.Span {
	t.Helper()
	for _, s := range harness.All(spans, "app", "client", server.Name) {
		if s.SpanID == server.ParentID {
			return s
		}
	}
	t.Fatalf("%s has no caller\n%s", server.Name, harness.Trees(spans))
	return otlp.Span{}
}

func sameAsSets(have, want []any) bool {
	count := map[any]int{}
	for _, v := range have {
		count[v]++
	}
	for _, v := range want {
		count[v]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}
