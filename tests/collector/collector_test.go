// Package collector sends what an instrumented program exports through a stock OpenTelemetry Collector, and reads back what the collector wrote.
package collector

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// stock is a collector that runs.
type stock struct {
	command  *exec.Cmd
	endpoint string
	files    map[string]string // by signal
	stderr   bytes.Buffer
}

var signals = []string{"traces", "metrics", "logs"}

func buildStock(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "otelcol")
	if built := harness.Command(t, filepath.Join(harness.Root(t), "tests/collector/otelcol"), harness.Environ(), "go", "build", "-o", program, "."); built.Code != 0 {
		t.Fatal(built.Stderr)
	}
	return program
}

func startStock(t *testing.T, program string) *stock {
	t.Helper()
	dir, addr := t.TempDir(), harness.FreeAddr(t)
	s := &stock{endpoint: "http://" + addr, files: map[string]string{}}
	exporters, pipelines := "", ""
	for _, signal := range signals {
		s.files[signal] = filepath.Join(dir, signal)
		exporters += fmt.Sprintf("  file/%s: {path: %s, format: proto}\n", signal, s.files[signal])
		pipelines += fmt.Sprintf("    %s: {receivers: [otlp], processors: [batch], exporters: [file/%s, debug]}\n", signal, signal)
	}
	config := fmt.Sprintf(`receivers:
  otlp: {protocols: {http: {endpoint: "%s"}}}
processors:
  batch: {timeout: 50ms}
exporters:
  debug: {}
%sservice:
  telemetry: {metrics: {level: none}}
  pipelines:
%s`, addr, exporters, pipelines)
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s.command = exec.Command(program, "--config=file:"+filepath.Join(dir, "config.yaml"))
	s.command.Env, s.command.Stderr = harness.Environ(), &s.stderr
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.command.Process.Kill() })
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return s
		}
		if time.Now().After(deadline) {
			s.command.Process.Kill()
			s.command.Wait()
			t.Fatalf("the collector does not listen:\n%s", &s.stderr)
		}
	}
}

// stop ends the collector, which flushes, and plays what it wrote to a receiver of the official types.
func (s *stock) stop(t *testing.T) *harness.Collector {
	t.Helper()
	s.command.Process.Signal(syscall.SIGTERM)
	if err := s.command.Wait(); err != nil {
		t.Errorf("the collector: %v", err)
	}
	if text := s.stderr.String(); strings.Contains(text, "\terror\t") || strings.Contains(text, "\twarn\t") {
		t.Errorf("the collector complains:\n%s", text)
	}
	c := harness.Collect(t)
	for _, signal := range signals {
		path := "/v1/" + signal
		text, err := os.ReadFile(s.files[signal])
		if err != nil {
			t.Fatal(err)
		}
		for len(text) > 0 {
			size := binary.BigEndian.Uint32(text)
			res, err := http.Post(c.Endpoint+path, "application/x-protobuf", bytes.NewReader(text[4:4+size]))
			if err != nil || res.StatusCode != 200 {
				t.Fatal(res, err)
			}
			res.Body.Close()
			text = text[4+size:]
		}
	}
	return c
}

// shown is a span as the runtime's console writes it.
type shown struct {
	Name          string         `json:"name"`
	Kind          string         `json:"kind"`
	TraceID       string         `json:"trace_id"`
	SpanID        string         `json:"span_id"`
	ParentSpanID  string         `json:"parent_span_id"`
	Start         int64          `json:"start_unix_nano"`
	End           int64          `json:"end_unix_nano"`
	Status        string         `json:"status"`
	StatusMessage string         `json:"status_message"`
	Scope         string         `json:"scope"`
	Attributes    map[string]any `json:"attributes"`
	Events        []struct {
		Name       string         `json:"name"`
		Time       int64          `json:"time_unix_nano"`
		Attributes map[string]any `json:"attributes"`
	} `json:"events"`
}

func consoleSpans(t *testing.T, stderr string) map[string]shown {
	t.Helper()
	spans := map[string]shown{}
	for _, line := range strings.Split(strings.TrimSpace(stderr), "\n") {
		var s shown
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		spans[s.SpanID] = s
	}
	return spans
}

// plain makes values comparable that have gone through JSON: all numbers are floats.
func plain(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var back any
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if m, isMap := back.(map[string]any); back == nil || isMap && len(m) == 0 {
		return nil
	}
	return back
}

// build builds the program of the end-to-end tests that says everything there is to say about spans.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(harness.Root(t), "tests/e2e/testdata/otelapi"))); err != nil {
		t.Fatal(err)
	}
	mod := "module otelapi\n\ngo 1.23\n"
	for _, part := range []string{"", "/sdk", "/trace"} {
		mod += fmt.Sprintf("\nrequire go.opentelemetry.io/otel%s v1.24.0\n", part)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "otelapi")
	for _, step := range [][]string{{"go", "mod", "tidy"}, {harness.Instc(t), "go", "build", "-o", program, "."}} {
		if ended := harness.Command(t, dir, harness.Environ(), step[0], step[1:]...); ended.Code != 0 {
			t.Fatalf("%s:\n%s%s", strings.Join(step, " "), ended.Stdout, ended.Stderr)
		}
	}
	return program
}

func TestStockCollectorReadsEverything(t *testing.T) {
	program, otelcol := build(t), buildStock(t)
	for _, compression := range []string{"none", "gzip"} {
		t.Run(compression, func(t *testing.T) {
			collector := startStock(t, otelcol)
			ended := harness.Run(t, program, harness.Environ("OTEL_SERVICE_NAME=app", "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.endpoint,
				"OTEL_TRACES_EXPORTER=otlp,console", "INSTC_CONSOLE_FORMAT=json", "OTEL_EXPORTER_OTLP_COMPRESSION="+compression))
			if ended.Status != 0 {
				t.Fatalf("%v\n%s%s", ended.Status, ended.Stdout, ended.Stderr)
			}
			c := collector.stop(t)
			compare(t, c.Spans(), consoleSpans(t, ended.Stderr))
			for _, name := range []string{"http.server.request.duration", "http.client.request.duration"} {
				m := c.Metric("app", name)
				var count uint64
				for _, p := range m.Points {
					count += p.Count
				}
				if m.Kind != "histogram" || m.Unit != "s" || count != 2 {
					t.Errorf("%s: %+v", name, m)
				}
			}
		})
	}
}

// compare holds what the collector wrote against what the runtime says that it has sent.
func compare(t *testing.T, got []otlp.Span, want map[string]shown) {
	t.Helper()
	if len(got) != len(want) || len(got) < 10 {
		t.Errorf("%d spans came through, %d were sent:\n%s", len(got), len(want), harness.Trees(got))
	}
	for _, s := range got {
		w, sent := want[s.SpanID]
		status := map[string]string{"unset": ""}[s.Status]
		if s.Status != "unset" {
			status = s.Status
		}
		same := sent && s.Service == "app" && s.Name == w.Name && s.Kind == w.Kind && s.TraceID == w.TraceID && s.ParentID == w.ParentSpanID &&
			s.Start.UnixNano() == w.Start && s.End.UnixNano() == w.End && status == w.Status && s.StatusMessage == w.StatusMessage && s.Scope == w.Scope
		if !same || !reflect.DeepEqual(plain(t, s.Attributes), plain(t, w.Attributes)) || len(s.Events) != len(w.Events) {
			t.Errorf("came through: %+v\nwas sent: %+v", s, w)
			continue
		}
		for i, e := range s.Events {
			if e.Name != w.Events[i].Name || e.Time.UnixNano() != w.Events[i].Time || !reflect.DeepEqual(plain(t, e.Attributes), plain(t, w.Events[i].Attributes)) {
				t.Errorf("%s: event came through: %+v\nwas sent: %+v", s.Name, e, w.Events[i])
			}
		}
	}
}

// TestStockCollectorReadsLogs: the records of log/slog arrive as the program wrote them, and belong to the spans that they were logged in.
func TestStockCollectorReadsLogs(t *testing.T) {
	app, otelcol := harness.Build(t, "stdlib-rules/log-slog/app"), buildStock(t)
	for _, protocol := range []string{"http/protobuf", "http/json"} {
		t.Run(protocol, func(t *testing.T) {
			collector := startStock(t, otelcol)
			ended := harness.Run(t, app.Instrumented, harness.Environ("OTEL_SERVICE_NAME=app", "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.endpoint,
				"OTEL_LOGS_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol))
			if ended.Status != 0 {
				t.Fatalf("%v\n%s%s", ended.Status, ended.Stdout, ended.Stderr)
			}
			c := collector.stop(t)
			server := harness.One(t, c.Spans(), "app", "server", "GET")
			inside, arrived := 0, map[string]otlp.Log{}
			for _, l := range c.Logs() {
				arrived[fmt.Sprint(l.Body)] = l
				if l.TraceID == server.TraceID && l.SpanID == server.SpanID {
					inside++
				}
			}
			if len(arrived) != len(c.Logs()) || len(arrived) != 14 || inside != 10 {
				t.Errorf("%d of %d records, %d of them within the server's span", len(arrived), len(c.Logs()), inside)
			}
			hostile := arrived["hostile"]
			want := map[string]any{"bad": "!PANIC", "deep.inner.n": int64(2), "deep.v": "resolved", "g.early": "x", "g.password": "***",
				"lost": "!ERROR:json: unsupported type: chan int"}
			if hostile.Severity != 19 || hostile.SeverityText != "ERROR+2" || hostile.TraceID != "" || !reflect.DeepEqual(hostile.Attributes, want) {
				t.Errorf("%+v", hostile)
			}
		})
	}
}
