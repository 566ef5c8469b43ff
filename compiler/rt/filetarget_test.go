package rt

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

func fileLines(t *testing.T, path string) (lines []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.SplitAfter(string(text), "\n") {
		if line == "" {
			continue
		}
		var decoded map[string]any
		if err := json.Unmarshal([]byte(line), &decoded); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("%v in %q", err, line)
		}
		lines = append(lines, decoded)
	}
	return lines
}

func TestFileExporter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "telemetry.jsonl")
	f := newFixture(t, Host{}, "OTEL_TRACES_EXPORTER=file", "OTEL_LOGS_EXPORTER=file", "INSTC_FILE=file://"+path, "OTEL_METRICS_EXPORTER=none")
	f.loop.targets = makeSpanTargets()
	logs := logRecords
	f.within(server, context.Background(), "GET", func(ctx context.Context, _ unsafe.Pointer) {
		b := f.record(f.rules[0], ctx)
		f.emit(b, 0, 9, "INFO", "hello")
	})
	f.loop.flushWithin(5 * time.Second)
	logs.flushWithin(5 * time.Second)
	lines := fileLines(t, path)
	if len(lines) != 2 || lines[0]["resourceSpans"] == nil || lines[1]["resourceLogs"] == nil {
		t.Fatalf("%v", lines)
	}
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("anybody reads it: %v", info.Mode())
	}
	if s := Stats(); s.Sent != 1 || s.LogsSent != 1 || len(f.warned) != 0 {
		t.Errorf("%+v %q", s, f.warned)
	}
}

func TestMetricsInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	f := newFixture(t, Host{}, "OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=file", "INSTC_METRICS_FILE="+path, "INSTC_METRICS=none")
	loop := instruments.loop
	loop.targets = makeMetricTargets(&settings.metrics)
	for i := 1; i <= 2; i++ {
		body := f.sample(f.rules[3])
		f.str(body, key("http.route"), "/a")
		f.measure(body, 0, float64(i))
		f.discard(body)
		loop.export()
	}
	lines := fileLines(t, path)
	if len(lines) != 2 || len(f.warned) != 0 {
		t.Fatalf("%v %q", lines, f.warned)
	}
	for i, want := range []string{`"count":"1"`, `"count":"2"`} { // cumulative
		text, _ := json.Marshal(lines[i])
		for _, part := range []string{"resourceMetrics", f.instrument(0).Name, "/a", want} {
			if !strings.Contains(string(text), part) {
				t.Errorf("no %s in %s", part, text)
			}
		}
	}
	loop.targets[0].(*fileTarget).path = filepath.Dir(path)
	loop.export()
	if len(f.warned) != 1 || !strings.Contains(f.warned[0], "metrics were not exported to the file") {
		t.Errorf("%q", f.warned)
	}
}

func TestFileExporterNeedsAFile(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_TRACES_EXPORTER=file", "OTEL_METRICS_EXPORTER=none")
	if settings.recording || len(f.warned) != 1 || !strings.Contains(f.warned[0], "no file is named") {
		t.Errorf("%q", f.warned)
	}
}

func TestFileThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	stdout := os.Stdout
	own, err := os.Create(filepath.Join(dir, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout = own
	defer func() {
		os.Stdout = stdout
		own.Close()
	}()
	for path, want := range map[string]string{
		dir: "no regular file", os.DevNull: "no regular file", filepath.Join(dir, "no", "such", "folder"): "no such file", own.Name(): "standard output",
	} {
		f := newFixture(t, Host{}, "OTEL_METRICS_EXPORTER=none")
		file, _ := newFileTarget(path, "traces", 1<<20)
		f.loop.targets = []target{file}
		for i := 0; i < 3; i++ {
			f.within(internal, context.Background(), "work", func(context.Context, unsafe.Pointer) {})
			f.loop.flushWithin(5 * time.Second)
		}
		if s := Stats(); s.Sent != 0 || s.Failed != 3 || len(f.warned) != 1 || !strings.Contains(f.warned[0], want) {
			t.Errorf("%s: %+v %q", path, s, f.warned)
		}
	}
}

// fullDisk takes some bytes and then no more.
type fullDisk struct {
	*os.File
	room int
}

func (d *fullDisk) Write(b []byte) (int, error) {
	n, _ := d.File.Write(b[:d.room])
	return n, syscall.ENOSPC
}

func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "telemetry.jsonl")
	line := []byte("{\"resourceSpans\":[]}\n")
	for i := 0; i < 3; i++ {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		disk := &fullDisk{file, 7}
		if i == 0 {
			err = appendWhole(file, line, 0)
		} else if err = appendWhole(disk, line, int64(len(line))); errors.Is(err, syscall.ENOSPC) {
			err = nil
		}
		if err != nil {
			t.Error(err)
		}
	}
	if lines := fileLines(t, path); len(lines) != 1 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "telemetry.jsonl")
	var all sync.WaitGroup
	for g := 0; g < 4; g++ { // as several signals do
		file, _ := newFileTarget(path, "traces", 4096)
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < 200; i++ {
				if err := file.write([]byte("\x0a\x30" + strings.Repeat("\x1a\x01x", 16))); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	all.Wait()
	for _, p := range []string{path, path + ".1"} {
		if info, err := os.Stat(p); err != nil || info.Size() > 4096 || len(fileLines(t, p)) == 0 {
			t.Errorf("%v %v", info, err)
		}
	}
	huge, _ := newFileTarget(path, "traces", 10)
	for i := 0; i < 3; i++ { // a request that is larger than the limit is a file of its own
		if err := huge.write(make([]byte, 5000)); err != nil {
			t.Error(err)
		}
	}
}
