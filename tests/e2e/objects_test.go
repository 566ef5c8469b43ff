package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// queue runs the program of testdata/objects with these rules, and returns what it writes without and with them.
func queue(t *testing.T, rules string) (plain, instrumented string, c *harness.Collector) {
	t.Helper()
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/objects")
	app := harness.Ruled(t, filepath.Join(source, rules), filepath.Join(source, "app"), harness.Modules(t, filepath.Join(source, "modules")))
	c = harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app"))
	if ended.Status.ExitStatus() != 0 {
		t.Errorf("%v\n%s", ended.Status, ended.Stderr)
	}
	return harness.Run(t, app.Plain, harness.Environ()).Stdout, ended.Stdout, c
}

// lines compares what a program writes line by line.
func lines(t *testing.T, got string, want ...string) {
	t.Helper()
	if wanted := strings.Join(want, "\n") + "\n"; got != wanted {
		t.Errorf("wrote\n%s\nwant\n%s", got, wanted)
	}
}

// Callbacks are called as they were called before; those that are nil stay nil; panics pass through.
func TestWrap(t *testing.T) {
	plain, instrumented, c := queue(t, "wrap.hook")
	// A visit that counts one counts a hundred; nothing else differs.
	want := strings.Replace(plain, "6 queue: full", "105 queue: full", 1)
	if instrumented != want || plain == want {
		t.Errorf("wrote\n%s\nwant\n%s", instrumented, want)
	}
	spans := c.Spans()
	for _, message := range []string{"a", "full"} {
		completed := harness.One(t, spans, "app", "internal", "completed "+message)
		harness.Attributes(t, completed, harness.Want{"test.topic": "plain"})
		if message == "full" {
			harness.Status(t, completed, "error")
		}
	}
	if n := len(harness.All(spans, "app", "internal", "completed panic")); n != 0 {
		t.Errorf("%d spans of a callback that was not reached", n)
	}
	first := harness.One(t, spans, "app", "internal", "visit stop")
	harness.Attributes(t, first, harness.Want{"test.index": 2, "test.rest": 1})
	harness.Status(t, first, "error")
	harness.One(t, spans, "app", "internal", "visit y")
	harness.One(t, spans, "app", "internal", "visit")
	alone := harness.One(t, spans, "app", "internal", "alone")
	harness.Attributes(t, alone, harness.Want{"test.topic": "flush"})
}

// Objects that implement a library's interfaces, and that stand around its values with what those are able to do.
func TestObjects(t *testing.T) {
	_, got, c := queue(t, "objects.hook")
	lines(t, got,
		"completed a <nil>", "a <nil>",
		"completed full queue: full", "full queue: full",
		"recovered: sink",
		"warm plain", "flushes false sizes false levels 2 completion true", "nothing to flush",
		"b <nil>", "warm flush", "flushes true sizes false levels 2 completion false", "flushed b kept",
		"warm all", "flushes true sizes true levels 2 completion false",
		"6 queue: full", "0 <nil>", "recovered: true", "recovered: visit")
	spans := c.Spans()
	send := harness.One(t, spans, "app", "producer", "send b")
	harness.Parent(t, send, harness.One(t, spans, "app", "internal", "put b"))
	harness.Status(t, harness.One(t, spans, "app", "producer", "send full"), "error")
	harness.Status(t, harness.One(t, spans, "app", "internal", "put full"), "error")
	harness.One(t, spans, "app", "internal", "put panic")
	harness.One(t, spans, "app", "internal", "flush")
	totals := harness.All(spans, "app", "internal", "totals")
	if len(totals) != 2 {
		t.Fatalf("%d spans with totals", len(totals))
	}
	harness.Attributes(t, totals[0], harness.Want{"test.puts": 1, "test.last": "panic"})
	harness.Attributes(t, totals[1], harness.Want{"test.puts": 1, "test.last": "b"})
	if got, want := c.Metric("app", "test.sent").String(), "test.topic=flush flush: 1\ntest.topic=plain plain: 3\ntest.topic=queue flush: 1\ntest.topic=queue plain: 3"; got != want {
		t.Errorf("test.sent:\n%s\nwant\n%s", got, want)
	}
}

// net/http's own response writers keep what they have and get nothing new, over HTTP/1.1 and HTTP/2.
func TestWrapHTTP(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/wraphttp")
	app := harness.Ruled(t, filepath.Join(source, "http.hook"), source, nil)
	c := harness.Collect(t)
	plain, ended := harness.Run(t, app.Plain, harness.Environ()), harness.Run(t, app.Instrumented, c.Env("app"))
	if ended.Stdout != plain.Stdout {
		t.Errorf("wrote\n%s\nwant\n%s\n%s", ended.Stdout, plain.Stdout, ended.Stderr)
	}
	lines(t, plain.Stdout,
		`/able 418 "HTTP/1.1 true true false true <nil>\n"`, `/copy 200 "copied\n"`, `/hijack 200 "raw"`, `/none 404 "404 page not found\n"`,
		`/able 418 "HTTP/2.0 true false true false <nil>\n"`, `/copy 200 "copied\n"`, `/none 404 "404 page not found\n"`)
	statuses := map[any]int{}
	for _, serve := range harness.All(c.Spans(), "app", "internal", "serve") {
		statuses[serve.Attributes["test.status"]]++
	}
	if statuses[int64(418)] != 2 || statuses[int64(404)] != 2 || statuses[int64(200)] != 3 {
		t.Errorf("statuses: %v", statuses)
	}
	if n := len(harness.All(c.Spans(), "app", "internal", "handle")); n != 5 {
		t.Errorf("%d handlers", n)
	}
}

// A hook of go-redis, made of rules.
func TestRedisHook(t *testing.T) {
	root := harness.Root(t)
	app := harness.Ruled(t, filepath.Join(root, "tests/e2e/testdata/redishook.hook"), filepath.Join(root, "plugins/redis-v9/app"), nil)
	c := harness.Collect(t)
	env := c.Env("app", "REDIS_ADDR="+redisServer(t))
	harness.RunBoth(t, app, env, env)
	spans := c.Spans()
	harness.Attributes(t, harness.One(t, spans, "app", "internal", "hook set"), harness.Want{"test.number": 2})
	harness.Status(t, harness.One(t, spans, "app", "internal", "hook incr"), "error")
	for _, get := range harness.All(spans, "app", "internal", "hook get") {
		harness.Status(t, get, "unset")
	}
	if n := len(harness.All(spans, "app", "internal", "hook pipeline")); n < 2 {
		t.Errorf("%d pipelines", n)
	}
}
