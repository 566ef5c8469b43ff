package e2e

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// Built-ins that go through elements, names of attributes that are computed, and arguments of templates that are evaluated once: a library and
// a plugin of the test's own.
func TestElements(t *testing.T) {
	program, built := buildStore(t, "elements")
	if built.Code != 0 {
		t.Fatal(built.Stderr)
	}
	c := harness.Collect(t)
	ended := harness.Run(t, program, c.Env("app"))
	if want := "<nil>\nnamed 1\n<nil>\nnamed 0\n<nil>\n"; ended.Stdout != want {
		t.Errorf("wrote %q, want %q\n%s", ended.Stdout, want, ended.Stderr)
	}
	spans := c.Spans()
	if len(spans) != 2 {
		t.Errorf("%d spans, want 2", len(spans))
	}
	put := harness.One(t, spans, "app", "client", "put size")
	harness.Attributes(t, put, harness.Want{
		"test.name":      "put size",
		"test.upper":     "PUT SIZE",
		"test.fields":    "size,kind",
		"test.headers":   "x-other,x-tenant",
		"server.address": "db:1",
	})
	if got, _ := put.Attributes["http.request.header.x-tenant"].([]any); len(got) != 2 || got[0] != "a" || got[1] != "b" {
		t.Errorf("header: %v", put.Attributes)
	}
	for key := range put.Attributes {
		if strings.HasPrefix(key, "http.request.header.") && key != "http.request.header.x-tenant" {
			t.Errorf("header %s", key)
		}
	}
	spoiled := harness.One(t, spans, "app", "client", "put spoiled")
	if address, there := spoiled.Attributes["server.address"]; there {
		t.Errorf("an option that panics gave %v", address)
	}
}

// Raw Go in a rule: it sees copies of the rule's names, its panics stay its own, and what the Go compiler has to say of it is said at its line.
func TestRawGo(t *testing.T) {
	program, built := buildStore(t, "rawgo")
	if built.Code != 0 {
		t.Fatal(built.Stderr)
	}
	c := harness.Collect(t)
	ended := harness.Run(t, program, c.Env("app"))
	if want := "<nil>\nnamed 10\n<nil>\nnamed 10\n<nil>\n"; ended.Stdout != want {
		t.Errorf("wrote %q, want %q\n%s", ended.Stdout, want, ended.Stderr)
	}
	for _, want := range []string{"enter size 2\n", "exit 10\n", "enter a 0\n", "enter spoiled 2\n"} {
		if !strings.Contains(ended.Stderr, want) {
			t.Errorf("%q is missing in %q", want, ended.Stderr)
		}
	}
	if spans := harness.All(c.Spans(), "app", "client", "put"); len(spans) != 3 || spans[0].Attributes["test.name"] != "size" {
		t.Errorf("spans: %v", spans)
	}
}

func TestBrokenRawGo(t *testing.T) {
	_, built := buildStore(t, "broken")
	if want := "broken.hook:11:9: undefined: nothingOfThatName"; built.Code == 0 || !strings.Contains(built.Stderr, want) {
		t.Errorf("exit %d, want %q in\n%s", built.Code, want, built.Stderr)
	}
}

// The program that calls the store, built with the rules of that name.
func buildStore(t *testing.T, rules string) (string, harness.Output) {
	t.Helper()
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/elements")
	dir := t.TempDir()
	proxy := writeProxy(t, filepath.Join(source, "store"), "example.test/store", "v1.0.0")
	env := harness.Environ("GOPROXY=file://"+proxy, "GONOSUMDB=*", "GOFLAGS=-mod=mod -modcacherw", "GOMODCACHE="+filepath.Join(dir, "modules"),
		"INSTC_CACHE="+filepath.Join(dir, "cache"))
	app := filepath.Join(dir, "app")
	if err := os.CopyFS(app, os.DirFS(filepath.Join(source, "app"))); err != nil {
		t.Fatal(err)
	}
	pack, program := filepath.Join(dir, "rules.pack.json"), filepath.Join(dir, "store")
	compiled := harness.Command(t, source, env, harness.Instc(t), "compile", "--only", "-o", pack, rules+".hook")
	if compiled.Code != 0 {
		t.Fatal(compiled.Stderr)
	}
	return program, harness.Command(t, app, env, harness.Instc(t), "go", "--rules="+pack, "build", "-o", program, ".")
}

// A module proxy of files with one version of one module.
func writeProxy(t *testing.T, source, module, version string) string {
	t.Helper()
	proxy := t.TempDir()
	versions := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	if err := os.MkdirAll(versions, 0o755); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"list": version + "\n", version + ".info": `{"Version": "` + version + `"}`, version + ".mod": string(mod)} {
		if err := os.WriteFile(filepath.Join(versions, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := os.Create(filepath.Join(versions, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	w := zip.NewWriter(archive)
	entries, err := os.ReadDir(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(source, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.Create(module + "@" + version + "/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return proxy
}
