package harness

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"instc.dev/tests/e2e/otlp"
)

// Collector is a receiver on a port of its own. When the test ends it must have understood everything it was sent.
type Collector struct {
	otlp.Receiver
	Endpoint string
}

// Collect starts a collector for this test.
func Collect(t testing.TB) *Collector {
	t.Helper()
	c := &Collector{}
	endpoint, stop, err := c.Start()
	if err != nil {
		t.Fatal(err)
	}
	c.Endpoint = endpoint
	t.Cleanup(func() {
		stop()
		for _, problem := range c.Problems() {
			t.Errorf("the collector was sent nonsense: %s", problem)
		}
		for _, s := range c.Spans() {
			if len(s.Duplicates) > 0 {
				t.Errorf("span %q has keys twice: %v", s.Name, s.Duplicates)
			}
		}
	})
	return c
}

// Env is the environment for a service that exports to this collector.
func (c *Collector) Env(service string, extra ...string) []string {
	return Environ(append([]string{"OTEL_SERVICE_NAME=" + service, "OTEL_EXPORTER_OTLP_ENDPOINT=" + c.Endpoint,
		"OTEL_BSP_SCHEDULE_DELAY=100"}, extra...)...)
}

// Process is a program that runs.
type Process struct {
	Addr    string // what it printed behind "listening"
	command *exec.Cmd
	stdout  lockedBuffer
	stderr  lockedBuffer
	ended   chan struct{}
}

// lockedBuffer may be read while a process still writes to it.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// Start runs a program and waits until it prints a line that begins with "listening". Signals have their default actions in it,
// however the tests themselves were started: under nohup or in the background of a script some are ignored, and children inherit that.
func Start(t testing.TB, program string, env []string, args ...string) *Process {
	t.Helper()
	p := &Process{command: exec.Command("env", append([]string{"--default-signal=HUP,INT,TERM", program}, args...)...), ended: make(chan struct{})}
	p.command.Env, p.command.Stderr = env, &p.stderr
	pipe, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	listening := make(chan string, 1)
	go p.read(pipe, listening)
	t.Cleanup(func() {
		p.command.Process.Kill()
		<-p.ended
	})
	select {
	case p.Addr = <-listening:
	case <-p.ended:
		t.Fatalf("%s ended before it listened: %v\n%s%s", program, p.command.ProcessState, &p.stdout, &p.stderr)
	case <-time.After(20 * time.Second):
		t.Fatalf("%s does not listen\n%s%s", program, &p.stdout, &p.stderr)
	}
	return p
}

func (p *Process) read(pipe io.Reader, listening chan<- string) {
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		io.WriteString(&p.stdout, lines.Text()+"\n")
		if addr, found := strings.CutPrefix(lines.Text(), "listening "); found {
			listening <- addr
		}
	}
	p.command.Wait()
	close(p.ended)
}

// URL is the address of a path on this service.
func (p *Process) URL(path string) string { return "http://" + p.Addr + path }

// Stdout is what the program has printed so far.
func (p *Process) Stdout() string { return p.stdout.String() }

// Stderr is what the program has printed to its standard error so far.
func (p *Process) Stderr() string { return p.stderr.String() }

// Signal sends a signal.
func (p *Process) Signal(t testing.TB, signal os.Signal) {
	t.Helper()
	if err := p.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// Wait waits for the end and returns the wait status as the kernel gives it.
func (p *Process) Wait(t testing.TB, timeout time.Duration) syscall.WaitStatus {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(timeout):
		t.Fatalf("the program is still running after %v\n%s%s", timeout, &p.stdout, &p.stderr)
	}
	return p.command.ProcessState.Sys().(syscall.WaitStatus)
}

// Ended is a run from start to end.
type Ended struct {
	Stdout, Stderr string
	Status         syscall.WaitStatus
	Took           time.Duration
}

// Run runs a program to its end, which must come within five minutes.
func Run(t testing.TB, program string, env []string, args ...string) Ended {
	t.Helper()
	command := exec.Command(program, args...)
	var stdout, stderr bytes.Buffer
	command.Env, command.Stdout, command.Stderr = env, &stdout, &stderr
	start := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(5*time.Minute, func() { command.Process.Kill() })
	command.Wait()
	if !timer.Stop() {
		t.Errorf("%s %v did not end within five minutes", program, args)
	}
	return Ended{stdout.String(), stderr.String(), command.ProcessState.Sys().(syscall.WaitStatus), time.Since(start)}
}

// RunBoth runs the program without and with its rules, each with an environment, and demands that what it prints and how it ends are the same.
func RunBoth(t testing.TB, app App, plainEnv, env []string, args ...string) Ended {
	t.Helper()
	plain, ended := Run(t, app.Plain, plainEnv, args...), Run(t, app.Instrumented, env, args...)
	if ended.Stdout != plain.Stdout || ended.Status != plain.Status {
		t.Errorf("the program behaves differently: %v\n%s%s\nwant %v\n%s%s", ended.Status, ended.Stdout, ended.Stderr, plain.Status, plain.Stdout, plain.Stderr)
	}
	return ended
}
