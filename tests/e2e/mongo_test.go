package e2e

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

func TestMongoV1(t *testing.T) {
	harness.EachVersion(t, "plugins/mongo-v1/app", "plugins/mongo-v1/mongo.lock", checkMongo)
}

func TestMongoV2(t *testing.T) {
	harness.EachVersion(t, "plugins/mongo-v2/app", "plugins/mongo-v2/mongo.lock", checkMongo)
}

func checkMongo(t *testing.T, app harness.App) {
	c := harness.Collect(t)
	plain := harness.Run(t, app.Plain, harness.Environ(), mongoServer(t))
	ended := harness.Run(t, app.Instrumented, c.Env("app"), mongoServer(t))
	if ended.Stdout != plain.Stdout || ended.Status != plain.Status || ended.Status != 0 {
		t.Fatalf("the program behaves differently: %v\n%s%s\nwant\n%s", ended.Status, ended.Stdout, ended.Stderr, plain.Stdout)
	}
	spans := c.Spans()
	server := harness.One(t, spans, "app", "server", "")
	names := map[string][]otlp.Span{}
	sent := 0
	for _, s := range databaseSpans(spans) {
		names[s.Name] = append(names[s.Name], s)
		harness.Attributes(t, s, harness.Want{"db.system.name": "mongodb", "db.namespace": "shop", "db.query.text": nil})
		if s.Attributes["server.address"] == "127.0.0.1" {
			sent++
		}
		if s.StatusMessage != "topology is closed" {
			harness.Parent(t, server, s)
		}
	}
	// Handshakes, heartbeats and the end of sessions are no spans; of contexts that have ended some versions send a command and some do not.
	for name, want := range map[string]harness.Want{
		"drop users":      {"db.operation.name": "drop", "db.collection.name": "users"},
		"insert users":    {"db.operation.name": "insert", "db.collection.name": "users"},
		"getMore users":   {"db.operation.name": "getMore", "db.collection.name": "users"},
		"update users":    {"db.operation.name": "update", "db.collection.name": "users"},
		"aggregate users": {"db.operation.name": "aggregate", "db.collection.name": "users"},
		"delete users":    {"db.operation.name": "delete", "db.collection.name": "users"},
		"ping":            {"db.operation.name": "ping", "db.collection.name": nil},
		"noSuchCommand":   {"db.operation.name": "noSuchCommand", "db.collection.name": nil, "db.response.status_code": "59"},
	} {
		if n := len(names[name]); n != 1 && (name != "insert users" || n != 4) {
			t.Fatalf("%d spans %q\n%s", n, name, harness.Trees(spans))
		}
		harness.Attributes(t, names[name][0], want)
	}
	if n := len(names["find users"]) + len(names["find"]); n != 7 {
		t.Errorf("%d spans of find, want 7\n%s", n, harness.Trees(spans))
	}
	if n := len(databaseSpans(spans)); n != 18 || sent < 15 {
		t.Errorf("%d spans of which %d were sent, want 18\n%s", n, sent, harness.Trees(spans))
	}
	harness.Status(t, found(t, names["insert users"], "db.response.status_code", "11000"), "error")
	for _, s := range spans {
		for key, value := range s.Attributes {
			if text, ok := value.(string); ok && (strings.Contains(text, "s3cret") || strings.Contains(text, "nobody")) {
				t.Errorf("%s: %s shows a value of a document: %q", s.Name, key, text)
			}
		}
	}
}

var ferret struct {
	once  sync.Once
	build harness.Output
}

// mongoServer starts a server that speaks the protocol, which is built once, and gives its address.
func mongoServer(t *testing.T) string {
	t.Helper()
	program := filepath.Join(harness.Root(t), "build", "ferretdb")
	ferret.once.Do(func() {
		ferret.build = harness.Go(t, filepath.Join(harness.Root(t), "tests/e2e/ferretdb"), "build", "-o", program, ".")
	})
	if ferret.build.Code != 0 {
		t.Fatalf("the server does not build: %s", ferret.build.Stderr)
	}
	return harness.Start(t, program, harness.Environ(), t.TempDir()).Addr
}
