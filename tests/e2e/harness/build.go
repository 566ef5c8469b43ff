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
	return append(append(env, raceEnviron()...), extra...)
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

// BuildAt builds the module at dir, a path from the top of the project, with another version of one of its requirements ("module@version"). The
// module itself is not touched.
func BuildAt(t testing.TB, dir, requirement string) App {
	t.Helper()
	source := filepath.Join(t.TempDir(), filepath.Base(dir))
	if err := os.CopyFS(source, os.DirFS(filepath.Join(Root(t), dir))); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"get", requirement}, {"mod", "tidy"}} {
		if out := Go(t, source, args...); out.Code != 0 {
			t.Fatalf("go %v: %s", args, out.Stderr)
		}
	}
	app, failed := buildAs(t, source, filepath.Join(source, "program"))
	if failed != "" {
		t.Fatal(failed)
	}
	return app
}

// LockedVersions are the versions of its library that a plugin was checked against, the oldest first.
func LockedVersions(t testing.TB, lock string) (library string, versions []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Root(t), lock))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		switch fields := strings.Fields(line); {
		case len(fields) > 1 && fields[0] == "library":
			library = fields[1]
		case len(fields) > 1 && fields[0] == "version":
			versions = append(versions, fields[1])
		}
	}
	if library == "" || len(versions) == 0 {
		t.Fatalf("%s names no versions", lock)
	}
	return library, versions
}

// EachVersion checks a plugin's program as its go.mod has it and, when INSTC_TEST_PLUGINS is set (make test-plugins), with the oldest, a middle and
// the newest version of the library that the plugin was checked against: that takes minutes.
func EachVersion(t *testing.T, dir, lock string, check func(*testing.T, App)) {
	t.Run("required", func(t *testing.T) { check(t, Build(t, dir)) })
	library, versions := LockedVersions(t, lock)
	if os.Getenv("INSTC_TEST_PLUGINS") == "" {
		return
	}
	for _, version := range []string{versions[0], versions[len(versions)/2], versions[len(versions)-1]} {
		t.Run(version, func(t *testing.T) { check(t, BuildAt(t, dir, library+"@"+version)) })
	}
}

func buildBoth(t testing.TB, dir string) (App, string) {
	base, err := scratch()
	if err != nil {
		return App{}, err.Error()
	}
	return buildAs(t, filepath.Join(Root(t), dir), filepath.Join(base, strings.ReplaceAll(dir, "/", "_")))
}

// buildAs builds the module in the folder source, to programs whose paths begin with base.
func buildAs(t testing.TB, source, base string) (App, string) {
	app := App{Plain: base + ".plain", Instrumented: base + ".instrumented"}
	if out := Go(t, source, "build", "-o", app.Plain, "."); out.Code != 0 {
		return app, "go build failed in " + source + ":\n" + out.Stderr
	}
	if out := InstcGo(t, source, "build", "-o", app.Instrumented, "."); out.Code != 0 {
		return app, "instc go build failed in " + source + ":\n" + out.Stderr
	}
	return app, ""
}
