// Package harness builds programs plainly and with instc, runs them, and collects what they export.
package harness

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Root is the top folder of the project, as seen from a test of tests/e2e.
func Root(t testing.TB) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Instc is the program under test: $INSTC, else the one that `make build` leaves.
func Instc(t testing.TB) string {
	t.Helper()
	path := os.Getenv("INSTC")
	if path == "" {
		path = filepath.Join(Root(t), "build", "bin", "instc")
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run `make build` first", err)
	}
	return path
}

// Output is how a command ended.
type Output struct {
	Stdout, Stderr string
	Code           int
}

// Command runs name in dir and returns how it ended; only a command that cannot be started fails the test.
func Command(t testing.TB, dir string, env []string, name string, args ...string) Output {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir, command.Env = dir, env
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if _, ended := err.(*exec.ExitError); err != nil && !ended {
		t.Fatalf("%s: %v", name, err)
	}
	return Output{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// Go runs `go ARGS` in dir.
func Go(t testing.TB, dir string, args ...string) Output {
	t.Helper()
	return Command(t, dir, Environ(), "go", args...)
}

// InstcGo runs `instc go ARGS` in dir.
func InstcGo(t testing.TB, dir string, args ...string) Output {
	t.Helper()
	return Command(t, dir, Environ(), Instc(t), append([]string{"go"}, args...)...)
}

// Environ is the environment without what would steer telemetry or builds from outside.
func Environ(extra ...string) []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "OTEL_") && !strings.HasPrefix(entry, "INSTC_OPT_") && !strings.HasPrefix(entry, "INSTC_DISABLE") {
			env = append(env, entry)
		}
	}
	return append(env, extra...)
}

// App is a program of the project, built both ways.
type App struct {
	Plain, Instrumented string // paths of the two executables
}

var (
	builds  sync.Map // directory -> *build
	scratch = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "instc-e2e-") })
)

type build struct {
	once   sync.Once
	app    App
	failed string
}

// Clean removes what Build has built; TestMain calls it at the end.
func Clean() {
	if dir, err := scratch(); err == nil {
		os.RemoveAll(dir)
	}
}

// Build builds the module at dir, a path from the top of the project, once per test run.
func Build(t testing.TB, dir string) App {
	t.Helper()
	entry, _ := builds.LoadOrStore(dir, &build{})
	b := entry.(*build)
	b.once.Do(func() { b.app, b.failed = buildBoth(t, dir) })
	if b.failed != "" {
		t.Fatal(b.failed)
	}
	return b.app
}

func buildBoth(t testing.TB, dir string) (App, string) {
	base, err := scratch()
	if err != nil {
		return App{}, err.Error()
	}
	base = filepath.Join(base, strings.ReplaceAll(dir, "/", "_"))
	app := App{Plain: base + ".plain", Instrumented: base + ".instrumented"}
	source := filepath.Join(Root(t), dir)
	if out := Go(t, source, "build", "-o", app.Plain, "."); out.Code != 0 {
		return app, "go build failed in " + dir + ":\n" + out.Stderr
	}
	if out := InstcGo(t, source, "build", "-o", app.Instrumented, "."); out.Code != 0 {
		return app, "instc go build failed in " + dir + ":\n" + out.Stderr
	}
	return app, ""
}
