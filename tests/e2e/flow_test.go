package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// Spans that outlive calls, found again in a context and under a key; carriers of all shapes; statements about spans of other rules.
func TestFlow(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/flow")
	dir := t.TempDir()
	pack, program := filepath.Join(dir, "rules.pack.json"), filepath.Join(dir, "flow")
	compiled := harness.Command(t, source, harness.Environ(), harness.Instc(t), "compile", "-o", pack, "exec.hook", "rpc.hook", "debug.hook", "template.hook")
	if compiled.Code != 0 {
		t.Fatal(compiled.Stderr)
	}
	built := harness.Command(t, source, harness.Environ(), harness.Instc(t), "go", "--rules="+pack, "build", "-race", "-o", program, ".")
	if built.Code != 0 {
		t.Fatal(built.Stderr)
	}
	c := harness.Collect(t)
	ended := harness.Run(t, program, c.Env("app"))
	if strings.Contains(ended.Stderr, "DATA RACE") {
		t.Error(ended.Stderr)
	}
	spans := c.Spans()
	server := harness.One(t, spans, "app", "server", "GET")
	shell := harness.One(t, spans, "app", "internal", "command /bin/sh")
	pairs, values := harness.One(t, spans, "app", "internal", "pairs"), harness.One(t, spans, "app", "internal", "values")
	parent := func(traceID, spanID string) string { return "00-" + traceID + "-" + spanID + "-03" }
	want := "<nil>\n<nil>\n" + parent(shell.TraceID, shell.SpanID) + "\nexit status 1\ntrue\n<nil>\nhello <nil> nothing to say\n<nil> again\n" +
		"2 a traceparent " + parent(pairs.TraceID, pairs.SpanID) + " old\n" + parent(values.TraceID, values.SpanID) + "\n"
	if ended.Stdout != want {
		t.Errorf("wrote %q, want %q\n%s", ended.Stdout, want, ended.Stderr)
	}

	harness.Parent(t, server, shell)
	harness.Attributes(t, shell, harness.Want{"process.executable.name": "/bin/sh", "process.args_count": 3})
	harness.Status(t, shell, "error")
	if len(shell.Events) != 2 || shell.Events[0].Name != "environ" || shell.Events[1].Name != "started" || len(shell.Links) != 1 ||
		shell.Links[0] != server.TraceID+" "+server.SpanID {
		t.Errorf("events %v, links %v", shell.Events, shell.Links)
	}
	for _, name := range []string{"command /bin/false", "command /no/such"} {
		failed := harness.One(t, spans, "app", "internal", name)
		harness.Parent(t, server, failed)
		harness.Status(t, failed, "error")
	}
	if never := harness.All(spans, "app", "internal", "command /never/started"); len(never) != 0 {
		t.Errorf("a span that never ended was exported")
	}
	harness.Parent(t, shell, harness.One(t, spans, "app", "consumer", "child"))
	harness.Parent(t, server, harness.One(t, spans, "app", "server", "look /bin/sh"))
	if got, want := c.Metric("app", "flow.commands").String(), "process.executable.name=/bin/echo: 1\nprocess.executable.name=/bin/false: 1\nprocess.executable.name=/bin/sh: 1"; got != want {
		t.Errorf("flow.commands:\n%s\nwant\n%s", got, want)
	}

	quiet := harness.One(t, spans, "app", "internal", "quiet") // below it, calls and templates are suppressed
	harness.Parent(t, quiet, harness.One(t, spans, "app", "server", "look /bin/true"))

	// The template is given the goroutine's context, by a package that does not import package context.
	get := harness.One(t, spans, "app", "client", "get")
	harness.Parent(t, server, get)
	harness.Attributes(t, get, harness.Want{"db.system.name": "memcached", "db.operation.name": "get"})

	calls := harness.All(spans, "app", "client", "Service.Echo")
	if len(calls) != 3 {
		t.Fatalf("%d calls", len(calls))
	}
	failures, inside := 0, 0
	for _, call := range calls {
		if call.ParentID == get.SpanID {
			inside++
			continue
		}
		harness.Parent(t, server, call)
		if call.Status == "error" {
			failures++
		}
	}
	if failures != 1 || inside != 1 {
		t.Errorf("%d calls failed and %d are below another one, want 1 and 1", failures, inside)
	}
}
