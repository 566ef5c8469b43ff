package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// said is what is known of a log record but its body.
type said struct {
	severity   int
	level      string
	attributes string // as JSON; empty: not looked at
}

// checkLogger runs a program that logs outside and inside of an HTTP request. But for the ids it must print what it prints without instrumentation,
// byte by byte, and each of its lines inside of the request must carry ids; what the program says must arrive once each, as records.
func checkLogger(t *testing.T, app harness.App, scope string, records map[string]said) {
	c := harness.Collect(t)
	plain := harness.Run(t, app.Plain, harness.Environ())
	ended := harness.Run(t, app.Instrumented, c.Env("app", "OTEL_LOGS_EXPORTER=otlp"))
	if ended.Status != plain.Status {
		t.Fatalf("status %v\n%s", ended.Status, ended.Stderr)
	}
	server := harness.One(t, c.Expect(t, 2), "app", "server", "GET")
	id := `(trace_id"?[:=] ?"?` + server.TraceID + `|span_id"?[:=] ?"?` + server.SpanID + `)"?`
	sameLines(t, regexp.MustCompile(`,? ?"?`+id).ReplaceAllString(ended.Stdout, ""), plain.Stdout)
	for _, line := range strings.Split(strings.TrimSpace(ended.Stdout), "\n") {
		want := 2
		if outside(line) || strings.Contains(line, "own ids") {
			want = 0
		} else if strings.Contains(line, "own id") {
			want = 1
		}
		if found := len(regexp.MustCompile(id).FindAllString(line, -1)); found != want {
			t.Errorf("%d ids on %.300q, want %d", found, line, want)
		}
	}
	checkRecords(t, c.Logs(), server, scope, records)
}

func sameLines(t *testing.T, have, want string) {
	t.Helper()
	h, w := strings.Split(have, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(h) || h[i] != w[i] {
			t.Fatalf("line %d of %d without ids: %.300q, want %.300q", i, len(h), append(h, "")[i], w[i])
		}
	}
	if len(h) != len(w) {
		t.Errorf("%d lines, want %d", len(h), len(w))
	}
}

func outside(text string) bool {
	return strings.Contains(text, "outside") || strings.Contains(text, "afterwards")
}

func checkRecords(t *testing.T, logs []otlp.Log, server otlp.Span, scope string, want map[string]said) {
	t.Helper()
	seen := map[string]bool{}
	for _, l := range logs {
		body := fmt.Sprint(l.Body)
		w, expected := want[body]
		if !expected || seen[body] {
			t.Errorf("surplus record %q %+v", body, l)
			continue
		}
		seen[body] = true
		attributes, _ := json.Marshal(l.Attributes)
		if l.Severity != w.severity || l.SeverityText != w.level || w.attributes != "" && string(attributes) != w.attributes {
			t.Errorf("%s: severity %d %s, attributes %.500s, want %+v", body, l.Severity, l.SeverityText, attributes, w)
		}
		if l.Scope != scope || l.Service != "app" || l.Observed.Before(l.Time) {
			t.Errorf("%s: %+v", body, l)
		}
		if outside(body) && l.TraceID != "" || !outside(body) && (l.TraceID != server.TraceID || l.SpanID != server.SpanID) {
			t.Errorf("%s: belongs to %q %q", body, l.TraceID, l.SpanID)
		}
	}
	for body := range want {
		if !seen[body] {
			t.Errorf("no record %q", body)
		}
	}
}

func TestZap(t *testing.T) {
	harness.EachVersion(t, "plugins/zap/app", "plugins/zap/zap.lock", func(t *testing.T, app harness.App) {
		info := func(attributes string) said { return said{9, "info", attributes} }
		checkLogger(t, app, "instc.dev/plugins/zap", map[string]said{
			"outside": info(`{"early":"x"}`), "afterwards": info(`{"early":"x"}`), "early": info(`{"early":"x","n":1}`), "debug": {5, "debug", `{}`},
			"fields":  {13, "warn", `{"any":"{\"k\":1}","b":true,"d":1000000000,"error":"refused","list":"[\"a\",\"b\"]","n":1,"none":null,"o.x":1,"o.y":2,"s":"v"}`},
			"sugared": {17, "error", `{"n":1}`}, "sugared with attributes": info(`{"k":"v"}`), "named": info(`{"zap.logger.name":"shop.cart"}`),
			"with": info(`{"f":1.5,"list":"[\"a\"]","n":1,"o.x":1,"o.y":2}`), "namespace": info(`{"k":"v","ns.n":1}`),
			"own id": info(`{"trace_id":"mine"}`), "own ids of with": info(`{"span_id":"mine","trace_id":"mine"}`), "checked": info(`{"n":1}`),
			"tee": info(`{"n":1}`), "console": info(`{"w":2}`), "hooked": info(`{"w":2}`), "own core": info(`{"n":1}`), "standard": info(`{}`),
			"huge": info(""), "stringer": info(""), "caller": info(""), "from goroutine": info(`{}`), "panics": {22, "panic", `{}`}, "sampled": info(`{}`),
		})
	})
}

func TestZapBelowOtherInterfaces(t *testing.T) {
	checkLogger(t, harness.Build(t, "plugins/zap/stacked"), "instc.dev/plugins/zap", map[string]said{
		"outside": {9, "info", `{}`}, "slog": {9, "info", `{"n":1}`}, "slog group": {13, "warn", `{"g.n":1,"k":"v"}`}, "logr": {9, "info", `{"n":1}`},
		"logr deep": {3, "Level(-3)", `{"zap.logger.name":"deep"}`}, "logr error": {17, "error", `{"error":"file does not exist"}`},
	})
}

func TestLogrus(t *testing.T) {
	harness.EachVersion(t, "plugins/logrus/app", "plugins/logrus/logrus.lock", func(t *testing.T, app harness.App) {
		info := func(attributes string) said { return said{9, "info", attributes} }
		checkLogger(t, app, "instc.dev/plugins/logrus", map[string]said{
			"outside": info(`{}`), "afterwards": info(`{}`), "later, with context": info(`{}`), "with context": info(`{"n":1}`), "nil context": info(`{}`),
			"trace": {1, "trace", `{}`}, "debug 1": {5, "debug", `{}`}, "fields": {13, "warning", `{"d":1000000000,"list":["a","b"],"n":1,"nested.k":1,"s":"v"}`},
			"error": {17, "error", `{"error":"refused"}`}, "own id": info(`{"trace_id":"mine"}`), "own ids": info(`{"span_id":"mine","trace_id":"mine"}`),
			"bare entry": info(`{}`), "text": info(`{"n":1}`), "hooked": info(`{"hook":"was here"}`), "reused": info(`{"n":1}`), "from goroutine": info(`{}`),
			"panics": {24, "panic", `{}`}, "fatal": {21, "fatal", `{}`}, "huge": info(""), "hostile": info(`{"bad":"\"fine\""}`),
		})
	})
}

func TestZerolog(t *testing.T) {
	harness.EachVersion(t, "plugins/zerolog/app", "plugins/zerolog/zerolog.lock", func(t *testing.T, app harness.App) {
		info := func(attributes string) said { return said{9, "info", attributes} }
		checkLogger(t, app, "instc.dev/plugins/zerolog", map[string]said{
			"outside": info(`{"early":"x"}`), "afterwards": info(`{"early":"x"}`), "early": info(`{"early":"x","n":1}`), "debug": {5, "debug", `{}`},
			"fields":  {13, "warn", `{"any.k":1,"b":true,"d":1000,"error":"refused","list":"[\"a\",\"b\"]","n":1,"o.p.y":2,"o.x":1,"raw.z":null,"s":"v"}`},
			"error 1": {17, "error", `{}`}, "no level": {0, "", `{}`}, "own id": info(`{"trace_id":"mine"}`), "own ids": info(`{"span_id":"mine","trace_id":"mine"}`),
			"ids elsewhere": info(`{"s":"\"trace_id\":","trace.trace_id":"inner"}`), "hooked": info(`{"hook":"was here"}`), "sampled": info(`{}`),
			"console": info(`{"n":1}`), "two writers": info(`{}`), "standard": {0, "", `{}`}, "huge": info(""), "from goroutine": info(`{}`), "panics": {24, "panic", `{}`},
		})
	})
}

func TestZerologWithContext(t *testing.T) {
	checkLogger(t, harness.Build(t, "plugins/zerolog/context"), "instc.dev/plugins/zerolog", map[string]said{
		"outside": {9, "info", `{}`}, "afterwards": {9, "info", `{}`}, "slog": {9, "info", `{"n":1}`}, "slog group": {17, "error", `{"g.n":1}`},
		"later": {9, "info", `{}`}, "later, with context": {9, "info", `{"n":1}`},
	})
}
