package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// The first version of the OpenTelemetry API that the plugins claim, one between, and the newest.
var apiVersions = []string{"v1.0.1", "v1.24.0", "v1.47.0"}

// apiProgram builds testdata/otelapi against a version of the API.
func apiProgram(t *testing.T, version string) harness.App {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(harness.Root(t), "tests/e2e/testdata/otelapi"))); err != nil {
		t.Fatal(err)
	}
	mod := "module otelapi\n\ngo 1.23\n"
	for _, part := range []string{"", "/sdk", "/trace"} {
		mod += fmt.Sprintf("\nrequire go.opentelemetry.io/otel%s %s\n", part, version)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o644); err != nil {
		t.Fatal(err)
	}
	app := harness.App{Plain: filepath.Join(dir, "plain"), Instrumented: filepath.Join(dir, "instrumented")}
	for _, step := range [][]string{
		{"go", "mod", "tidy"},
		{"go", "build", "-o", app.Plain, "."},
		{harness.Instc(t), "go", "build", "-o", app.Instrumented, "."},
	} {
		if ended := harness.Command(t, dir, harness.Environ(), step[0], step[1:]...); ended.Code != 0 {
			t.Fatalf("%s:\n%s%s", strings.Join(step, " "), ended.Stdout, ended.Stderr)
		}
	}
	return app
}

// printed gives the words of the program's lines by their first.
func printed(output string) map[string][][]string {
	found := map[string][][]string{}
	for _, line := range strings.Split(strings.TrimSpace(output), "\n") {
		if words := strings.Fields(line); len(words) > 0 {
			found[words[0]] = append(found[words[0]], words[1:])
		}
	}
	return found
}

func TestProgramsWithTheOpenTelemetryAPI(t *testing.T) {
	for _, version := range apiVersions {
		t.Run(version, func(t *testing.T) {
			app := apiProgram(t, version)
			t.Run("without an SDK", func(t *testing.T) { apiWithoutSDK(t, app) })
			t.Run("with an SDK", func(t *testing.T) { apiWithSDK(t, app) })
			t.Run("switched off", func(t *testing.T) { apiNoop(t, app) })
			t.Run("without instc", func(t *testing.T) { apiDisabled(t, app) })
		})
	}
}

// apiWithoutSDK: what the program says to our span is on it, and its own spans are recorded by us.
func apiWithoutSDK(t *testing.T, app harness.App) {
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app"))
	spans := c.Spans()
	if ended.Status != 0 || ended.Stderr != "" {
		t.Fatalf("%v\n%s%s", ended.Status, ended.Stdout, ended.Stderr)
	}
	server := harness.One(t, spans, "app", "server", "renamed")
	said := printed(ended.Stdout)
	if want := []string{server.TraceID, server.SpanID, "true", "true", "false", "true"}; !reflect.DeepEqual(said["current"], [][]string{want}) {
		t.Errorf("the current span is %v, want %v", said["current"], want)
	}
	if !strings.HasPrefix(said["injected"][0][0], "00-"+server.TraceID+"-"+server.SpanID+"-") {
		t.Errorf("injected %v below span %s", said["injected"], server.SpanID)
	}
	harness.Attributes(t, server, harness.Want{"user.text": "b", "user.number": 7, "user.flag": false, "user.ratio": 0.5,
		"user.list": []any{"x", "y"}, "user.numbers": []any{int64(1), int64(2)}, "http.response.status_code": 200})
	if len(server.Events) != 2 || server.Events[0].Name != "happened" || server.Events[0].Attributes["count"] != int64(2) ||
		server.Events[1].Name != "exception" || server.Events[1].Attributes["exception.message"] != "odd" || server.Events[1].Attributes["where"] != "outer" {
		t.Errorf("events %v", server.Events)
	}
	harness.Status(t, server, "unset") // RecordError alone is no status

	manual := harness.One(t, spans, "app", "producer", "manual")
	harness.Parent(t, server, manual)
	harness.Status(t, manual, "error")
	harness.Attributes(t, manual, harness.Want{"at.start": "yes", "later": "too", "after": nil})
	if manual.Scope != "example.test/library" || len(manual.Links) != 1 || manual.Links[0] != server.TraceID+" "+server.SpanID {
		t.Errorf("scope %q, links %v", manual.Scope, manual.Links)
	}
	var client otlp.Span
	for _, s := range harness.All(spans, "app", "client", "") {
		if s.Attributes["url.full"] != nil && strings.HasSuffix(s.Attributes["url.full"].(string), "/inner") {
			client = s
		}
	}
	harness.Parent(t, manual, client)
	inner := harness.One(t, spans, "app", "server", "GET /inner")
	harness.Parent(t, client, inner)
	harness.Parent(t, inner, harness.One(t, spans, "app", "internal", "handled"))
	harness.Parent(t, manual, harness.One(t, spans, "app", "internal", "asked"))
	harness.Parent(t, manual, harness.One(t, spans, "app", "internal", "elsewhere"))
	for _, name := range []string{"root", "alone"} {
		if s := harness.One(t, spans, "app", "internal", name); s.ParentID != "" || s.TraceID == server.TraceID {
			t.Errorf("%s is no root of a trace of its own: %+v", name, s)
		}
	}
	received := harness.One(t, spans, "app", "internal", "received")
	if received.TraceID != "0af7651916cd43dd8448eb211c80319c" || received.ParentID != "b7ad6b7169203331" || !received.Remote() {
		t.Errorf("received: %+v", received)
	}
	if found := harness.All(spans, "app", "", "unsampled"); len(found) != 0 {
		t.Errorf("the caller did not sample %v", found)
	}
}

// apiWithSDK: both tracers' spans are one trace, and the program's go where they went before.
func apiWithSDK(t *testing.T, app harness.App) {
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app"), "sdk")
	if ended.Status != 0 || ended.Stderr != "" {
		t.Fatalf("%v\n%s%s", ended.Status, ended.Stdout, ended.Stderr)
	}
	plain := printed(harness.Run(t, app.Plain, harness.Environ(), "sdk").Stdout)
	spans, said := c.Spans(), printed(ended.Stdout)
	own := map[string][]string{}
	for _, s := range said["sdk"] {
		own[s[0]] = s[1:]
	}
	if len(own) != len(said["sdk"]) || len(own) != len(plain["sdk"]) {
		t.Errorf("%d spans of the SDK, want %d as without instc:\n%s", len(said["sdk"]), len(plain["sdk"]), ended.Stdout)
	}
	for _, s := range spans {
		if own[s.Name] != nil {
			t.Errorf("span %q went to both", s.Name)
		}
	}
	server := harness.One(t, spans, "app", "server", "renamed")
	harness.Attributes(t, server, harness.Want{"user.text": "b"})
	below := func(name, traceID, spanID string) {
		t.Helper()
		if s := own[name]; s == nil || s[0] != traceID || s[2] != spanID || s[3] != "false" {
			t.Errorf("SDK span %s is %v, want trace %s, parent %s", name, s, traceID, spanID)
		}
	}
	below("manual", server.TraceID, server.SpanID)
	below("asked", server.TraceID, own["manual"][1])
	below("elsewhere", server.TraceID, own["manual"][1])
	inner := harness.One(t, spans, "app", "server", "GET /inner")
	below("handled", server.TraceID, inner.SpanID)
	var client otlp.Span
	for _, s := range harness.All(spans, "app", "client", "") {
		if s.ParentID == own["manual"][1] {
			client = s
		}
	}
	harness.Parent(t, otlp.Span{TraceID: server.TraceID, SpanID: own["manual"][1], Kind: "SDK", Name: "manual"}, client)
	harness.Parent(t, client, inner)
	for _, name := range []string{"root", "alone"} {
		if s := own[name]; s == nil || s[0] == server.TraceID || s[2] != "0000000000000000" {
			t.Errorf("SDK span %s is no root: %v", name, s)
		}
	}
}

// apiNoop: a program that has switched its telemetry off says nothing to our spans by accident.
func apiNoop(t *testing.T, app harness.App) {
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app"), "noop")
	if ended.Status != 0 || ended.Stderr != "" {
		t.Fatalf("%v\n%s%s", ended.Status, ended.Stdout, ended.Stderr)
	}
	spans := c.Expect(t, 4) // two requests, seen from both sides
	server := harness.One(t, spans, "app", "server", "renamed")
	harness.Attributes(t, server, harness.Want{"user.text": "b", "later": nil})
	harness.Status(t, server, "unset")
	for _, s := range spans {
		if s.TraceID != server.TraceID && s.Kind != "client" {
			t.Errorf("%s %q is in another trace", s.Kind, s.Name)
		}
	}
}

// apiDisabled: with the rules switched off the API behaves as it always did.
func apiDisabled(t *testing.T, app harness.App) {
	plain := harness.Run(t, app.Plain, harness.Environ())
	ended := harness.Run(t, app.Instrumented, harness.Environ("OTEL_SDK_DISABLED=true"))
	if ended.Stdout != plain.Stdout || ended.Stderr != plain.Stderr {
		t.Errorf("%s%s, want %s%s", ended.Stdout, ended.Stderr, plain.Stdout, plain.Stderr)
	}
}
