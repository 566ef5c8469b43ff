package e2e

import (
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
)

const exitsApp = "tests/e2e/testdata/exits"

// TestEndsAsBefore runs a program that ends in many ways, plain and instrumented: the kernel must report the same end, the
// program must print the same, and the spans must have been sent wherever Go code still runs at the end.
func TestEndsAsBefore(t *testing.T) {
	app := harness.Build(t, exitsApp)
	for _, test := range []struct {
		how   string
		spans int // client and server span of the one request, unless the process dies without running any more code
	}{
		{"return", 2}, {"exit-0", 2}, {"exit-3", 2}, {"fatal", 2}, {"exit-in-goroutine", 2},
		{"panic", -1}, {"goroutine-panic", -1},
	} {
		t.Run(test.how, func(t *testing.T) {
			c := harness.Collect(t)
			plain := harness.Run(t, app.Plain, harness.Environ(), test.how)
			ended := harness.Run(t, app.Instrumented, c.Env("app"), test.how)
			if ended.Status != plain.Status {
				t.Errorf("wait status %v, plain %v\n%s", ended.Status, plain.Status, ended.Stderr)
			}
			if got, want := firstLine(ended.Stderr), firstLine(plain.Stderr); got != want {
				t.Errorf("standard error begins %q, plain %q", got, want)
			}
			if test.spans >= 0 {
				c.Expect(t, test.spans)
			}
		})
	}
}

// TestDeadlocksAreStillFound: Go sees that all goroutines sleep only as long as no helper of ours waits for a timer. (With cgo
// it never looks, so both programs are built without.)
func TestDeadlocksAreStillFound(t *testing.T) {
	dir, bin := copyTree(t, exitsApp), filepath.Join(t.TempDir(), "app")
	out := harness.Command(t, dir, harness.Environ("CGO_ENABLED=0"), harness.Instc(t), "go", "build", "-o", bin, ".")
	if out.Code != 0 {
		t.Fatal(out.Stderr)
	}
	c := harness.Collect(t)
	ended := harness.Run(t, bin, c.Env("app"), "deadlock")
	if ended.Status.ExitStatus() != 2 || firstLine(ended.Stderr) != "fatal error: all goroutines are asleep - deadlock!" {
		t.Errorf("wait status %v\n%s", ended.Status, ended.Stderr)
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return regexp.MustCompile(`0x[0-9a-f]+`).ReplaceAllString(line, "0x")
}

// TestSignalsEndAsBefore sends one signal (two to notify-twice) and compares the end.
func TestSignalsEndAsBefore(t *testing.T) {
	app := harness.Build(t, exitsApp)
	for _, how := range []string{"wait", "ignore", "notify", "notify-context", "notify-twice"} {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			if how == "ignore" && signal == syscall.SIGINT {
				continue // it ignores SIGTERM alone
			}
			t.Run(how+"-"+signal.String(), func(t *testing.T) {
				c := harness.Collect(t)
				plain, plainOut := endBySignal(t, app.Plain, harness.Environ(), how, signal)
				status, out := endBySignal(t, app.Instrumented, c.Env("app"), how, signal)
				if status != plain || out != plainOut {
					t.Errorf("wait status %v, plain %v; output %q, plain %q", status, plain, out, plainOut)
				}
				c.Expect(t, 2)
			})
		}
	}
}

func endBySignal(t *testing.T, program string, env []string, how string, signal syscall.Signal) (syscall.WaitStatus, string) {
	t.Helper()
	p := harness.Start(t, program, env, how)
	p.Signal(t, signal)
	if how == "notify-twice" {
		for range 100 {
			if strings.Contains(p.Stdout(), "once more") {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		p.Signal(t, signal)
	}
	status := p.Wait(t, 20*time.Second)
	return status, p.Stdout()
}

func TestHangUpStillKills(t *testing.T) {
	app := harness.Build(t, exitsApp)
	c := harness.Collect(t)
	status, _ := endBySignal(t, app.Instrumented, c.Env("app"), "wait", syscall.SIGHUP)
	if !status.Signaled() || status.Signal() != syscall.SIGHUP {
		t.Errorf("wait status %v", status)
	}
}

// TestWithoutCollector: an endpoint where nobody listens, or one that never answers, must not change or delay the program.
func TestWithoutCollector(t *testing.T) {
	app := harness.Build(t, exitsApp)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for name, endpoint := range map[string]string{"refused": "http://127.0.0.1:1", "silent": "http://" + silent.Addr().String(), "nonsense": "::not a url::"} {
		t.Run(name, func(t *testing.T) {
			plain := harness.Run(t, app.Plain, harness.Environ(), "return")
			ended := harness.Run(t, app.Instrumented, harness.Environ("OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint), "return")
			if ended.Status != plain.Status || ended.Stdout != plain.Stdout {
				t.Errorf("wait status %v, output %q\n%s", ended.Status, ended.Stdout, ended.Stderr)
			}
			if ended.Took > 15*time.Second {
				t.Errorf("it took %v to end", ended.Took)
			}
			if n := strings.Count(ended.Stderr, "\n"); n > 5 {
				t.Errorf("%d lines of complaints:\n%s", n, ended.Stderr)
			}
		})
	}
}

func TestSdkDisabled(t *testing.T) {
	app := harness.Build(t, exitsApp)
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app", "OTEL_SDK_DISABLED=true"), "return")
	if ended.Status != 0 || ended.Stderr != "" {
		t.Errorf("wait status %v\n%s", ended.Status, ended.Stderr)
	}
	c.Expect(t, 0)
}

func TestConsoleExporter(t *testing.T) {
	app := harness.Build(t, exitsApp)
	ended := harness.Run(t, app.Instrumented, harness.Environ("OTEL_TRACES_EXPORTER=console"), "return")
	if text := ended.Stdout + ended.Stderr; !strings.Contains(text, "/work") || !strings.Contains(text, "http.request.method") {
		t.Errorf("the console shows no span: %q", text)
	}
}
