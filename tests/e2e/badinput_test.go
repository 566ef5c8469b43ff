package e2e

import (
	"strings"
	"testing"
	"unicode/utf8"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// TestBadInput: a program that treats libraries badly prints the same and ends the same with every plugin on, and what is recorded of it is bounded, is text,
// hangs together, and calls nothing a success that was none.
func TestBadInput(t *testing.T) {
	app := harness.Build(t, "tests/e2e/testdata/badinput")
	mongo := "MONGO_URI=" + mongoServer(t)
	c := harness.Collect(t)
	ended := harness.RunBoth(t, app, harness.Environ(mongo), c.Env("app", mongo, "OTEL_LOGS_EXPORTER=otlp"))
	// A driver that panics leaves its pool locked for good, and who asks the pool waits.
	stuck := "instc: reading observed values takes longer than 2s; the metrics of this collection go without them\n"
	if ended.Status != 0 || strings.ReplaceAll(ended.Stderr, stuck, "") != "" {
		t.Errorf("%v\n%s", ended.Status, ended.Stderr)
	}
	spans := c.Spans()
	ids := map[string]otlp.Span{}
	for _, s := range spans {
		ids[s.SpanID] = s
	}
	for _, s := range spans {
		parent, known := ids[s.ParentID]
		if s.ParentID != "" && (!known || parent.TraceID != s.TraceID) {
			t.Errorf("%s %q believes in the parent %s", s.Kind, s.Name, s.ParentID)
		}
		if strings.HasSuffix(s.Scope, "/grpc") && s.Kind == "server" && parent.Kind != "client" {
			t.Errorf("%q has lost its caller: what the program put into the metadata is in the way", s.Name)
		}
		if s.Kind == "server" && len(s.Name) > 64 || len(s.Name) > 1024 || !utf8.ValidString(s.Name) {
			t.Errorf("%s span with the name %.100q of %d bytes", s.Kind, s.Name, len(s.Name))
		}
		if s.Attributes["error.type"] != nil && s.Status != "error" {
			t.Errorf("%s %q has the error %v and status %s", s.Kind, s.Name, s.Attributes["error.type"], s.Status)
		}
		for key, value := range s.Attributes {
			if text := otlp.Text(value); len(text) > 32<<10 || strings.Contains(text, "s3cret") {
				t.Errorf("%s of %q: %d bytes, %.100q", key, s.Name, len(text), text)
			}
		}
	}
	panics := map[string]int{}
	for _, s := range spans {
		if s.Attributes["error.type"] == "panic" {
			panics[s.Scope[strings.LastIndex(s.Scope, "/")+1:]+" "+s.Kind]++
		}
	}
	for call, least := range map[string]int{"database.sql client": 6, "nethttp server": 1, "mongo.v1 client": 1, "kafka producer": 1} {
		if panics[call] < least {
			t.Errorf("%d of %s ended by a panic, want %d\n%v", panics[call], call, least, panics)
		}
	}
	if received := harness.All(spans, "", "", "receive"); len(received) > 0 {
		t.Errorf("messages that nobody has sent\n%s", harness.Trees(received))
	}
}
