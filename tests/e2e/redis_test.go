package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
	"instc.dev/tests/e2e/redisfake"
)

func TestRedis(t *testing.T) {
	app := harness.Build(t, "plugins/redis-v9/app")
	addr := redisServer(t, "--requirepass", "letmein-secret")
	c := harness.Collect(t)
	env := c.Env("app", "REDIS_ADDR="+addr, "REDIS_PASSWORD=letmein-secret")
	harness.RunBoth(t, app, env, env)
	spans := c.Spans()
	server := harness.One(t, spans, "app", "server", "")
	for _, s := range databaseSpans(spans) {
		harness.Parent(t, server, s)
		harness.Attributes(t, s, harness.Want{"db.system.name": "redis", "db.namespace": "2", "server.address": "127.0.0.1",
			"server.port": port(t, addr)})
		for key, value := range s.Attributes {
			if strings.Contains(otlp.Text(value), "secret") {
				t.Errorf("%s of span %q holds a value: %v", key, s.Name, value)
			}
		}
	}
	if got, want := names(databaseSpans(spans)), "flushdb set get get incr PIPELINE MULTI"; got != want {
		t.Errorf("spans %q, want %q (no handshake)", got, want)
	}
	for _, s := range harness.All(spans, "app", "client", "get") {
		harness.Status(t, s, "unset") // redis.Nil is an answer
	}
	harness.Attributes(t, harness.One(t, spans, "app", "client", "PIPELINE"), harness.Want{"db.operation.batch.size": 2})
	failed := harness.One(t, spans, "app", "client", "incr")
	harness.Status(t, failed, "error")
	harness.Attributes(t, failed, harness.Want{"error.type": "ERR", "db.response.status_code": "ERR"})
	if !strings.Contains(failed.StatusMessage, "not an integer") {
		t.Errorf("status message %q", failed.StatusMessage)
	}
}

// names lists spans in order of start.
func names(spans []otlp.Span) string {
	var list []string
	for _, trace := range otlp.Traces(spans) {
		for _, n := range trace.Spans {
			list = append(list, n.Name)
		}
	}
	return strings.Join(list, " ")
}

// TestRedisStandIn keeps the demo's stand-in honest against the real client.
func TestRedisStandIn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go redisfake.Serve(listener)
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, step := range []struct{ send, want string }{
		{"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n", "-ERR unknown command 'HELLO'\r\n"},
		{"*3\r\n$3\r\nset\r\n$1\r\na\r\n$2\r\n41\r\n", "+OK\r\n"},
		{"*2\r\n$4\r\nINCR\r\n$1\r\na\r\n", ":42\r\n"},
		{"*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "$2\r\n42\r\n"},
		{"*2\r\n$3\r\nDEL\r\n$1\r\na\r\n", ":1\r\n"},
		{"*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "$-1\r\n"},
	} {
		fmt.Fprint(conn, step.send)
		answer := make([]byte, len(step.want))
		conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := conn.Read(answer); err != nil || string(answer) != step.want {
			t.Errorf("%q: answer %q, %v; want %q", step.send, answer, err, step.want)
		}
	}
}
