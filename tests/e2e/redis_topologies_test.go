package e2e

import (
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// TestRedisTopologies has clients of several servers, each against real ones: the same program, the same spans for the program's calls, and the node
// that has answered in each.
func TestRedisTopologies(t *testing.T) {
	app := harness.Build(t, "plugins/redis-v9/app")
	primary := redisServer(t, "--requirepass", "letmein-secret", "--masterauth", "letmein-secret")
	for kind, addrs := range map[string][]string{
		"ring":     {redisServer(t), redisServer(t)},
		"failover": {redisSentinel(t, primary, "letmein-secret")},
		"cluster":  redisCluster(t),
	} {
		t.Run(kind, func(t *testing.T) {
			env := []string{"REDIS_ADDR=" + strings.Join(addrs, ",")}
			nodes := addrs
			if kind == "failover" {
				env, nodes = append(env, "REDIS_PASSWORD=letmein-secret"), []string{primary}
			}
			c := harness.Collect(t)
			harness.RunBoth(t, app, harness.Environ(env...), c.Env("app", env...), kind)
			spans := c.Spans()
			of := spansOfRequest(t, spans)
			for _, s := range of {
				harness.Attributes(t, s, harness.Want{"db.system.name": "redis", "server.address": "127.0.0.1"})
				if p, _ := s.Attributes["server.port"].(int64); !atNode(p, nodes) {
					t.Errorf("%q went to port %d, which is none of %v", s.Name, p, nodes)
				}
			}
			harness.Attributes(t, harness.One(t, of, "app", "client", "MULTI"), harness.Want{"db.operation.batch.size": 3})
			if got, want := names(of), "flushdb set get get incr PIPELINE MULTI"; got != want {
				t.Errorf("spans %q, want %q\n%s", got, want, harness.Trees(spans))
			}
		})
	}
}

// spansOfRequest are the database spans below the program's request.
func spansOfRequest(t *testing.T, spans []otlp.Span) (of []otlp.Span) {
	t.Helper()
	server := harness.One(t, spans, "app", "server", "")
	for _, s := range databaseSpans(spans) {
		if s.TraceID == server.TraceID && s.Name != "sentinel" && s.Name != "cluster slots" { // what a client asks for its own sake, at its first call
			harness.Parent(t, server, s)
			of = append(of, s)
		}
		if strings.Contains(otlp.Text(s.Attributes["db.query.text"]), "secret") {
			t.Errorf("%q shows %v", s.Name, s.Attributes)
		}
	}
	return of
}

func atNode(port int64, nodes []string) bool {
	for _, node := range nodes {
		if portOf(node) == otlp.Text(port) {
			return true
		}
	}
	return false
}

// TestRedisBadInput: keys of a megabyte, binary ones, contexts that have ended, closed clients, panicking hooks, races and refused commands do to a program
// what they do without instc, and telemetry says what it may.
func TestRedisBadInput(t *testing.T) {
	app := harness.Build(t, "plugins/redis-v9/app")
	for kind, addrs := range map[string][]string{"single": {redisServer(t)}, "ring": {redisServer(t)}, "cluster": redisCluster(t)} {
		t.Run(kind, func(t *testing.T) {
			env := "REDIS_ADDR=" + strings.Join(addrs, ",")
			c := harness.Collect(t)
			harness.RunBoth(t, app, harness.Environ(env), c.Env("app", env), kind, "odd")
			for _, s := range spansOfRequest(t, c.Spans()) {
				if text := otlp.Text(s.Attributes["db.query.text"]); len(text) > 64 || strings.ContainsAny(text, "\x00\xff\r\n") {
					t.Errorf("%q shows a key: %.100q", s.Name, text)
				}
			}
		})
	}
}
