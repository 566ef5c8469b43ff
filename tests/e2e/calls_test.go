package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// Rules around calls: each way to call is led over the rules, whatever only looks like a call is not, and what bypasses is asked for.
func TestCalls(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/calls")
	dir := t.TempDir()
	pack, program := filepath.Join(dir, "rules.pack.json"), filepath.Join(dir, "calls")
	compiled := harness.Command(t, source, harness.Environ(), harness.Instc(t), "compile", "-o", pack, "strings.hook", "generic.hook", "path.hook", "exec.hook")
	if compiled.Code != 0 {
		t.Fatal(compiled.Stderr)
	}
	build := func(args ...string) string {
		args = append(append([]string{"go", "--rules=" + pack}, args...), "build", "-o", program, ".")
		built := harness.Command(t, source, harness.Environ(), harness.Instc(t), args...)
		if built.Code != 0 {
			t.Fatal(built.Stderr)
		}
		return built.Stderr
	}
	if said := build(); !strings.Contains(said, "calls.strings.last left out: it bypasses strings.Repeat, which takes --allow-bypass=calls.strings") {
		t.Errorf("said %q", said)
	}
	refused := harness.Run(t, program, harness.Environ())
	if want := "xbxb yb twobtwob\ninbb 505\n"; !strings.Contains(refused.Stdout, want) {
		t.Errorf("without consent wrote %q, want %q in it", refused.Stdout, want)
	}
	if said := build("--allow-bypass=calls.strings"); !strings.Contains(said, "bypassed: strings.Repeat by calls.strings.last") {
		t.Errorf("said %q", said)
	}
	c := harness.Collect(t)
	ended := harness.Run(t, program, c.Env("app"))
	want := `earlyba! qq
xbaxba! yba! twobatwoba!
inba!ba! 16
fake p1
fake if1
fake for1
fake switch1
fake literal1
outerba!
fake field1
fake select1
value
valueba!
{keyba!}
afterba!
local
deferred dba!
a/b/appended c/d/appended/appended
2 -1
lineba! main.go 80
said appended
<nil>
`
	if ended.Stdout != want {
		t.Errorf("wrote %q, want %q\n%s", ended.Stdout, want, ended.Stderr)
	}
	spans := c.Spans()
	repeated := map[string]int{}
	for _, span := range harness.All(spans, "app", "internal", "repeat") {
		repeated[span.Attributes["test.text"].(string)]++
	}
	for _, text := range []string{"earlyba", "xba", "yba", "twoba", "inba", "inba!ba", "manyba", "outerba", "valueba", "keyba", "afterba", "dba", "lineba", "droppedba"} {
		if repeated[text] != 1 {
			t.Errorf("%d spans for %q", repeated[text], text)
		}
	}
	if len(repeated) != 14 {
		t.Errorf("spans for %v", repeated)
	}
	if index := harness.All(spans, "app", "internal", "index"); len(index) != 2 || index[0].Attributes["test.at"] == index[1].Attributes["test.at"] {
		t.Errorf("index: %v", index)
	}
	command := harness.One(t, spans, "app", "client", "command echo")
	harness.Status(t, command, "unset")
}

// Tests call, too: those of the package, and those in a package of their own.
func TestCallsOfTests(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/calls")
	pack := filepath.Join(t.TempDir(), "rules.pack.json")
	compiled := harness.Command(t, source, harness.Environ(), harness.Instc(t), "compile", "-o", pack, "strings.hook")
	if compiled.Code != 0 {
		t.Fatal(compiled.Stderr)
	}
	tested := harness.Command(t, source, harness.Environ(), harness.Instc(t), "go", "--rules="+pack, "--allow-bypass=calls.strings", "test", "-count=1", "-v", "./tested")
	if tested.Code != 0 || !strings.Contains(tested.Stdout, "PASS: TestInside") || !strings.Contains(tested.Stdout, "PASS: TestOutside") {
		t.Errorf("%s%s", tested.Stdout, tested.Stderr)
	}
}
