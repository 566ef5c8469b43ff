package e2e

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
)

// copyTree copies a module of the project to a temporary directory, so that a test may change it.
func copyTree(t *testing.T, dir string) string {
	t.Helper()
	target := t.TempDir()
	if err := os.CopyFS(target, os.DirFS(filepath.Join(harness.Root(t), dir))); err != nil {
		t.Fatal(err)
	}
	return target
}

// snapshot describes every file below dir: name, mode, time and content.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var text strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		text.WriteString(path + " " + info.Mode().String())
		if !entry.IsDir() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text.WriteString(" " + info.ModTime().Format(time.RFC3339Nano) + "\n" + string(content))
		}
		text.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func mustGo(t *testing.T, out harness.Output) harness.Output {
	t.Helper()
	if out.Code != 0 {
		t.Fatalf("exit status %d\n%s%s", out.Code, out.Stdout, out.Stderr)
	}
	return out
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestPlainAndInstrumentedBuildsDoNotMix(t *testing.T) {
	dir, bin := copyTree(t, nethttpApp), t.TempDir()
	path := func(name string) string { return filepath.Join(bin, name) }
	mustGo(t, harness.Go(t, dir, "build", "-o", path("plain1"), "."))
	mustGo(t, harness.InstcGo(t, dir, "build", "-o", path("instrumented1"), "."))
	mustGo(t, harness.Go(t, dir, "build", "-o", path("plain2"), "."))
	mustGo(t, harness.InstcGo(t, dir, "build", "-o", path("instrumented2"), "."))
	if !bytes.Equal(read(t, path("plain1")), read(t, path("plain2"))) {
		t.Error("the plain build differs after an instrumented one")
	}
	if !bytes.Equal(read(t, path("instrumented1")), read(t, path("instrumented2"))) {
		t.Error("two instrumented builds differ")
	}
	if bytes.Equal(read(t, path("plain1")), read(t, path("instrumented1"))) {
		t.Error("the instrumented build is the plain one")
	}
}

func TestSecondBuildCompilesNothing(t *testing.T) {
	dir, bin := copyTree(t, nethttpApp), filepath.Join(t.TempDir(), "app")
	mustGo(t, harness.InstcGo(t, dir, "build", "-o", bin, "."))
	out := mustGo(t, harness.InstcGo(t, dir, "build", "-x", "-o", bin, "."))
	for _, line := range strings.Split(out.Stderr, "\n") {
		if regexp.MustCompile(`/compile( |$)`).MatchString(line) {
			t.Errorf("compiled again: %s", line)
		}
	}
}

func TestUsersTreeIsUntouched(t *testing.T) {
	dir := copyTree(t, nethttpApp)
	before := snapshot(t, dir)
	mustGo(t, harness.InstcGo(t, dir, "build", "-o", filepath.Join(t.TempDir(), "app"), "."))
	mustGo(t, harness.InstcGo(t, dir, "vet", "."))
	if after := snapshot(t, dir); after != before {
		t.Errorf("the tree has changed:\n%s", after)
	}
}

func TestReadOnlyTreeAndVendorFolder(t *testing.T) {
	dir := copyTree(t, "plugins/redis-v9/app")
	mustGo(t, harness.Go(t, dir, "mod", "vendor"))
	before := snapshot(t, dir)
	mustGo(t, harness.InstcGo(t, dir, "build", "-mod=vendor", "-o", filepath.Join(t.TempDir(), "app"), "."))
	if after := snapshot(t, dir); after != before {
		t.Error("the tree has changed")
	}
}

func TestWhatWasAppliedIsSaid(t *testing.T) {
	dir := copyTree(t, nethttpApp)
	out := mustGo(t, harness.InstcGo(t, dir, "build", "-o", filepath.Join(t.TempDir(), "app"), "."))
	lines := strings.Split(strings.TrimSpace(out.Stderr), "\n")
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, "instc: ") || !strings.Contains(last, "rules in") || !strings.Contains(last, "net/http") {
		t.Errorf("the closing line is %q", last)
	}
	if out.Stdout != "" {
		t.Errorf("standard output belongs to the go command: %q", out.Stdout)
	}
}

// TestCompileErrorsAreTheUsersOwn: same message, same position, same exit status as with plain go.
func TestCompileErrorsAreTheUsersOwn(t *testing.T) {
	dir := copyTree(t, nethttpApp)
	main := filepath.Join(dir, "main.go")
	text := strings.Replace(string(read(t, main)), "func hello(", "var broken int = \"text\"\n\nfunc hello(", 1)
	if err := os.WriteFile(main, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	plain, instrumented := harness.Go(t, dir, "build", "-o", os.DevNull, "."), harness.InstcGo(t, dir, "build", "-o", os.DevNull, ".")
	if plain.Code == 0 || instrumented.Code != plain.Code {
		t.Errorf("exit status %d, plain %d", instrumented.Code, plain.Code)
	}
	if !strings.Contains(instrumented.Stderr, plain.Stderr) {
		t.Errorf("plain:\n%s\ninstrumented:\n%s", plain.Stderr, instrumented.Stderr)
	}
}

func TestUsersFlagsAreKept(t *testing.T) {
	dir, bin := copyTree(t, "tests/e2e/testdata/flags"), filepath.Join(t.TempDir(), "app")
	mustGo(t, harness.InstcGo(t, dir, "build", "-tags=extra", "-ldflags=-X main.version=v7 -s", "-gcflags=all=-N -l", "-trimpath", "-o", bin, "."))
	c := harness.Collect(t)
	ended := harness.Run(t, bin, c.Env("app"))
	if ended.Stdout != "version v7, extra true\n" {
		t.Errorf("%q\n%s", ended.Stdout, ended.Stderr)
	}
	c.Expect(t, 2)
}

func TestRunTestAndInstall(t *testing.T) {
	dir := copyTree(t, "tests/e2e/testdata/flags")
	c := harness.Collect(t)
	out := harness.Command(t, dir, c.Env("app"), harness.Instc(t), "go", "run", ".", "one", "two words")
	if out.Code != 0 || out.Stdout != "version none, extra false\n[one two words]\n" {
		t.Errorf("run: status %d, %q\n%s", out.Code, out.Stdout, out.Stderr)
	}
	c.Expect(t, 2)

	c.Reset()
	out = harness.Command(t, dir, c.Env("app"), harness.Instc(t), "go", "test", "-count=1", ".")
	if out.Code != 0 || !strings.Contains(out.Stdout, "ok") {
		t.Errorf("test: status %d\n%s%s", out.Code, out.Stdout, out.Stderr)
	}
	c.Expect(t, 2)

	bin := t.TempDir()
	out = harness.Command(t, dir, harness.Environ("GOBIN="+bin), harness.Instc(t), "go", "install", ".")
	if out.Code != 0 {
		t.Fatalf("install: status %d\n%s", out.Code, out.Stderr)
	}
	c.Reset()
	harness.Run(t, filepath.Join(bin, "flags"), c.Env("app"))
	c.Expect(t, 2)
}

func TestSeveralMainPackagesAtOnce(t *testing.T) {
	dir, bin := copyTree(t, "examples/shop"), t.TempDir()
	mustGo(t, harness.InstcGo(t, dir, "build", "-o", bin+"/", "./..."))
	for _, name := range []string{"front", "stock"} {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestOtherVerbsGoThrough: what instc does not instrument is the go command's alone.
func TestOtherVerbsGoThrough(t *testing.T) {
	dir := copyTree(t, nethttpApp)
	plain, through := harness.Go(t, dir, "list", "./..."), harness.InstcGo(t, dir, "list", "./...")
	if through.Stdout != plain.Stdout || through.Code != plain.Code {
		t.Errorf("%q instead of %q", through.Stdout, plain.Stdout)
	}
}

func TestNoGoOnPath(t *testing.T) {
	dir := copyTree(t, nethttpApp)
	out := harness.Command(t, dir, []string{"PATH=/nonexistent", "HOME=" + t.TempDir()}, harness.Instc(t), "go", "build", ".")
	if out.Code == 0 || !strings.Contains(out.Stderr, "no `go` in PATH") || !strings.Contains(out.Stderr, "install Go") {
		t.Errorf("status %d: %s", out.Code, out.Stderr)
	}
}

// TestBadRulePacks: a pack that is missing, broken or of another version stops the build before anything is written.
func TestBadRulePacks(t *testing.T) {
	dir, packs := copyTree(t, nethttpApp), t.TempDir()
	for name, text := range map[string]string{
		"missing": "", "cut": `{"schema": 1, "plugins": [`, "foreign": `{"schema": 999, "plugins": []}`, "other": `{"name": "left-pad"}`,
	} {
		t.Run(name, func(t *testing.T) {
			pack, bin := filepath.Join(packs, name+".json"), filepath.Join(t.TempDir(), "app")
			if text != "" {
				if err := os.WriteFile(pack, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			out := harness.Command(t, dir, harness.Environ("INSTC_RULES="+pack), harness.Instc(t), "go", "build", "-o", bin, ".")
			if out.Code == 0 || !strings.Contains(out.Stderr, "error[E") || !strings.Contains(out.Stderr, name+".json") {
				t.Errorf("status %d: %s", out.Code, out.Stderr)
			}
			if _, err := os.Stat(bin); err == nil {
				t.Error("a program was built")
			}
		})
	}
}
