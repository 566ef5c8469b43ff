//go:build unix

package rt

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// How programs end is tested on programs: the test binary runs itself, as the program that this variable names.
const programVariable = "INSTC_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if program := os.Getenv(programVariable); program != "" {
		os.Exit(runProgram(program))
	}
	os.Exit(m.Run())
}

// runProgram is a small instrumented program; the returned code goes through the exit hook, as os.Exit does on the patched runtime.
func runProgram(program string) int {
	var atExit func()
	host := Host{AtExit: func(f func()) { atExit = f }, SignalWanted: func(chan<- os.Signal, os.Signal) bool { return program == "handles" }}
	goroutines := runtime.NumGoroutine()
	Start(Build{}, host)
	port := NewPort([]RuleInfo{{Plugin: "p", Rule: "r"}})
	node, _ := port.begin(port.rules[0], 1, context.Background(), "span of "+program)
	port.end(node)
	code := 0
	switch program {
	case "exits":
		code = 7
	case "waits":
		fmt.Fprintln(os.Stderr, "ready")
		time.Sleep(time.Minute)
	case "handles":
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		fmt.Fprintln(os.Stderr, "ready")
		<-signals
		code = 3
	case "ignores":
		fmt.Fprintln(os.Stderr, "ready")
		time.Sleep(300 * time.Millisecond)
		code = 4
	case "quiet":
		if runtime.NumGoroutine() != goroutines || atExit != nil {
			code = 9
		}
	}
	if atExit != nil {
		atExit()
	}
	return code
}

type ending struct {
	state  syscall.WaitStatus
	took   time.Duration // from the signal, or from the start
	stdout string
	stderr string
}

// run starts a program; with a signal it sends that once the program says that it is ready.
func run(t *testing.T, program string, sig syscall.Signal, env ...string) (e ending) {
	t.Helper()
	command := exec.Command(os.Args[0])
	if program == "ignores" {
		command = exec.Command("sh", "-c", `trap "" INT; exec "$0"`, os.Args[0])
	}
	command.Env = append(append(os.Environ(), programVariable+"="+program, "OTEL_BSP_SCHEDULE_DELAY=60000"), env...)
	var stdout bytes.Buffer
	command.Stdout = &stdout
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var text []byte
	if sig != 0 {
		buf := make([]byte, 1024)
		for !bytes.Contains(text, []byte("ready")) {
			n, err := stderr.Read(buf)
			if err != nil {
				t.Fatalf("%v: %q", err, text)
			}
			text = append(text, buf[:n]...)
		}
		begin = time.Now()
		command.Process.Signal(sig)
	}
	rest, _ := io.ReadAll(stderr)
	command.Wait()
	return ending{command.ProcessState.Sys().(syscall.WaitStatus), time.Since(begin), stdout.String(), string(append(text, rest...))}
}

// collector counts the spans' requests.
func collector(t *testing.T) (env string, requests *atomic.Int64) {
	requests = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); bytes.Contains(body, []byte("span of ")) {
			requests.Add(1)
		}
	}))
	t.Cleanup(server.Close)
	return "OTEL_EXPORTER_OTLP_ENDPOINT=" + server.URL, requests
}

func nobody() string {
	server := httptest.NewServer(nil)
	defer server.Close()
	return "OTEL_EXPORTER_OTLP_ENDPOINT=" + server.URL
}

func TestExitFlushes(t *testing.T) {
	endpoint, requests := collector(t)
	if e := run(t, "exits", 0, endpoint); e.state.ExitStatus() != 7 || requests.Load() != 1 || e.stdout != "" || e.stderr != "" {
		t.Errorf("%+v, %d requests", e, requests.Load())
	}
}

func TestExitWithoutCollector(t *testing.T) {
	e := run(t, "exits", 0, nobody())
	if e.state.ExitStatus() != 7 || e.took > 1500*time.Millisecond || e.stdout != "" || strings.Count(e.stderr, "\n") != 2 || strings.Count(e.stderr, "refused") != 2 {
		t.Errorf("%+v", e)
	}
}

func TestExitWithHangingCollector(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(func() {
		close(release)
		server.Close()
	})
	if e := run(t, "exits", 0, "OTEL_EXPORTER_OTLP_ENDPOINT="+server.URL); e.state.ExitStatus() != 7 || e.took > exitLimit+2*time.Second {
		t.Errorf("%+v", e)
	}
}

func TestSignalsKeepTheirEffect(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		endpoint, requests := collector(t)
		e := run(t, "waits", sig, endpoint)
		if !e.state.Signaled() || e.state.Signal() != sig || requests.Load() != 1 || e.stdout != "" {
			t.Errorf("%v: %+v, %d requests", sig, e, requests.Load())
		}
		if e = run(t, "waits", sig, nobody()); !e.state.Signaled() || e.took > 1500*time.Millisecond {
			t.Errorf("%v without a collector: %+v", sig, e)
		}
	}
}

func TestSignalsOfTheProgram(t *testing.T) {
	endpoint, requests := collector(t)
	if e := run(t, "handles", syscall.SIGTERM, endpoint); e.state.ExitStatus() != 3 || requests.Load() != 1 {
		t.Errorf("%+v, %d requests", e, requests.Load())
	}
}

func TestIgnoredSignalsStayIgnored(t *testing.T) {
	endpoint, requests := collector(t)
	if e := run(t, "ignores", syscall.SIGINT, endpoint); e.state.ExitStatus() != 4 || requests.Load() != 1 {
		t.Errorf("%+v, %d requests", e, requests.Load())
	}
}

func TestNothingRunsWhenNothingIsExported(t *testing.T) {
	if e := run(t, "quiet", 0, "OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=none"); e.state.ExitStatus() != 0 || e.stderr != "" || e.stdout != "" {
		t.Errorf("%+v", e)
	}
}
