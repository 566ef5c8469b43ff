package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

func TestLogLinesCarryTheIdsOfTheCurrentSpan(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/log-slog/app")
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app"))
	if ended.Status.ExitStatus() != 0 {
		t.Fatalf("status %v\n%s", ended.Status, ended.Stderr)
	}
	server := harness.One(t, c.Expect(t, 2), "app", "server", "GET")
	lines := logLines(t, ended.Stdout)
	for _, name := range []string{"json inside", "json without context", "json with attributes", "json with group", "json from goroutine"} {
		line := lines[name]
		if line["trace_id"] != server.TraceID || line["span_id"] != server.SpanID {
			t.Errorf("%s: ids %v %v, want %s %s", name, line["trace_id"], line["span_id"], server.TraceID, server.SpanID)
		}
	}
	for _, name := range []string{"json outside", "json afterwards"} {
		if line := lines[name]; line == nil || line["trace_id"] != nil || line["span_id"] != nil {
			t.Errorf("%s: %v", name, line)
		}
	}
	if line := lines["json renamed"]; line["trace"] != server.TraceID || line["span_id"] != server.SpanID || line["trace_id"] != nil {
		t.Errorf("ReplaceAttr is not asked: %v", line)
	}
	want := "trace_id=" + server.TraceID + " span_id=" + server.SpanID
	for _, name := range []string{"text inside", "default inside"} {
		if line := textLine(ended.Stdout, name); !strings.Contains(line, want) {
			t.Errorf("%s: %q has no %q", name, line, want)
		}
	}
	if line := textLine(ended.Stdout, "text outside"); line == "" || strings.Contains(line, "trace_id") {
		t.Errorf("text outside: %q", line)
	}
}

func TestLogLinesAreOtherwiseUnchanged(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/log-slog/app")
	c := harness.Collect(t)
	plain := logLines(t, harness.Run(t, app.Plain, harness.Environ()).Stdout)
	instrumented := logLines(t, harness.Run(t, app.Instrumented, c.Env("app")).Stdout)
	if len(plain) != len(instrumented) {
		t.Errorf("%d JSON lines instead of %d", len(instrumented), len(plain))
	}
	for name, line := range plain {
		for key, value := range line {
			got := instrumented[name][key]
			if key == "time" || name == "json with own id" && key == "trace_id" {
				continue
			}
			if want, _ := json.Marshal(value); string(want) != string(must(json.Marshal(got))) {
				t.Errorf("%s: %s = %v, want %v", name, key, got, value)
			}
		}
	}
	c.Expect(t, 2)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// logLines maps the message of each JSON line to the line.
func logLines(t *testing.T, output string) map[string]map[string]any {
	t.Helper()
	lines := map[string]map[string]any{}
	for _, text := range strings.Split(output, "\n") {
		if !strings.HasPrefix(text, "{") {
			continue
		}
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Errorf("%v in %q", err, text)
			continue
		}
		lines[line["msg"].(string)] = line
	}
	return lines
}

func textLine(output, message string) string {
	for _, line := range strings.Split(output, "\n") {
		if strings.Contains(line, message) {
			return line
		}
	}
	return ""
}
