package e2e

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

func TestLinesOfPackageLog(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/log/app")
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app", "OTEL_LOGS_EXPORTER=otlp"))
	if ended.Status.ExitStatus() != 1 {
		t.Fatalf("status %v\n%s", ended.Status, ended.Stderr)
	}
	spans := c.Spans()
	server := harness.One(t, spans, "app", "server", "GET")
	ids := "trace_id=" + server.TraceID + " span_id=" + server.SpanID
	plain := harness.Run(t, app.Plain, harness.Environ()).Stdout
	want := strings.NewReplacer(
		"plain\n", "plain "+ids+"\n", "two\nlines\n", "two\nlines "+ids+"\n", `{"msg":"json","n":1}`, `{"msg":"json","n":1,"trace_id":"`+server.TraceID+`","span_id":"`+server.SpanID+`"}`,
		"trace_id=mine stays\n", "trace_id=mine stays span_id="+server.SpanID+"\n", "prefixed\n", "prefixed "+ids+"\n", "panic\nrecovered", "panic "+ids+"\nrecovered",
	).Replace(plain)
	got, rest := withoutSlog(ended.Stdout)
	wanted, _ := withoutSlog(want)
	if got != wanted {
		t.Errorf("wrote\n%s\nwant\n%s", got, wanted)
	}
	if len(rest) != 2 || strings.Count(rest[0], ids) != 1 || strings.Count(rest[1], server.TraceID) != 1 {
		t.Errorf("through slog: %q", rest)
	}

	records := map[string]otlp.Log{}
	var bodies []string
	for _, l := range c.Logs() {
		bodies = append(bodies, fmt.Sprint(l.Body))
		records[fmt.Sprint(l.Body)] = l
	}
	sort.Strings(bodies)
	if want := []string{"afterwards", "from slog", "outside", "panic", "plain", "prefixed", "the end", "to slog", "trace_id=mine stays", "two\nlines", `{"msg":"json","n":1}`}; fmt.Sprint(bodies) != fmt.Sprint(want) {
		t.Errorf("records %q, want %q", bodies, want)
	}
	for body, l := range records {
		outside := body == "outside" || body == "afterwards" || body == "the end"
		if outside && l.TraceID != "" || !outside && (l.TraceID != server.TraceID || l.SpanID != server.SpanID) {
			t.Errorf("%q belongs to %q %q", body, l.TraceID, l.SpanID)
		}
		scope, severity := "instc.dev/plugins/log", 0
		if strings.HasSuffix(body, "slog") {
			scope, severity = "instc.dev/plugins/log.slog", 9
		}
		if l.Scope != scope || l.Severity != severity || l.Service != "app" {
			t.Errorf("%q: %+v", body, l)
		}
	}
}

// withoutSlog takes out the two lines that slog has written: they begin with a time.
func withoutSlog(output string) (rest string, lines []string) {
	for _, line := range strings.SplitAfter(output, "\n") {
		if strings.Contains(line, "slog") {
			lines = append(lines, line)
		} else {
			rest += line
		}
	}
	return rest, lines
}

func TestRecordsOfSlog(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/log-slog/app")
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app", "OTEL_LOGS_EXPORTER=otlp"))
	if ended.Status.ExitStatus() != 0 {
		t.Fatalf("status %v\n%s", ended.Status, ended.Stderr)
	}
	server := harness.One(t, c.Spans(), "app", "server", "GET")
	records := map[string]otlp.Log{}
	for _, l := range c.Logs() {
		if _, twice := records[fmt.Sprint(l.Body)]; twice {
			t.Errorf("%v twice", l.Body)
		}
		records[fmt.Sprint(l.Body)] = l
	}
	for body, want := range map[string]string{
		"json outside": `{}`, "text outside": `{}`, "json inside": `{"n":1}`, "json without context": `{"n":1}`, "json with attributes": `{"k":"v"}`,
		"json with group": `{"g.n":1}`, "json with own id": `{"trace_id":"mine"}`, "json renamed": `{}`, "text inside": `{"n":1}`, "default inside": `{"n":1}`, "json from goroutine": `{}`, "json afterwards": `{}`,
		"fan-out": `{}`, "fan-out with attributes": `{"n":1}`,
		"hostile": `{"bad":"!PANIC","deep.inner.n":2,"deep.v":"resolved","g.early":"x","g.password":"***","lost":"!ERROR:json: unsupported type: chan int"}`,
	} {
		l, there := records[body]
		attributes, _ := json.Marshal(l.Attributes)
		if !there || string(attributes) != want || l.Observed.Before(l.Time) {
			t.Errorf("%s: %s, want %s (%+v)", body, attributes, want, l)
		}
		outside := strings.HasSuffix(body, "outside") || strings.HasSuffix(body, "afterwards") || body == "hostile"
		if outside && l.TraceID != "" || !outside && (l.TraceID != server.TraceID || l.SpanID != server.SpanID) {
			t.Errorf("%s: belongs to %q %q", body, l.TraceID, l.SpanID)
		}
		severity, text := 9, "INFO"
		if body == "hostile" {
			severity, text = 19, "ERROR+2"
		}
		if l.Severity != severity || l.SeverityText != text || l.Scope != "instc.dev/plugins/log.slog" {
			t.Errorf("%s: %+v", body, l)
		}
	}
	if len(records) != 15 {
		t.Errorf("%d records", len(records))
	}
}

func TestNoRecordsUnlessAskedFor(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/log-slog/app")
	c := harness.Collect(t)
	harness.Run(t, app.Instrumented, c.Env("app"))
	c.Expect(t, 2)
	if logs := c.Logs(); len(logs) != 0 {
		t.Errorf("%v", logs)
	}
}
