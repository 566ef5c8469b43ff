package e2e

import (
	"path/filepath"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
)

// Statements that the shipped plugins do not need: a plugin of the test's own, for os/exec, and a program that meets all its branches.
func TestStatements(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/statements")
	dir := t.TempDir()
	pack, program := filepath.Join(dir, "rules.pack.json"), filepath.Join(dir, "statements")
	compiled := harness.Command(t, source, harness.Environ(), harness.Instc(t), "compile", "-o", pack, "exec.hook")
	if compiled.Code != 0 {
		t.Fatal(compiled.Stderr)
	}
	built := harness.Command(t, source, harness.Environ(), harness.Instc(t), "go", "--rules="+pack, "build", "-o", program, ".")
	if built.Code != 0 {
		t.Fatal(built.Stderr)
	}
	c := harness.Collect(t)
	ended := harness.Run(t, program, c.Env("app"))
	want := "prepended twice asked appended\n<nil>\nexit status 3\n<nil>\nrecovered: nil Context\n"
	if ended.Stdout != want {
		t.Errorf("wrote %q, want %q\n%s", ended.Stdout, want, ended.Stderr)
	}
	spans := c.Spans()
	server := harness.One(t, spans, "app", "server", "")
	echo := harness.One(t, spans, "app", "internal", "run echo")
	harness.Parent(t, server, echo)
	harness.Attributes(t, echo, harness.Want{"process.executable.name": "echo"})
	if len(echo.Links) != 1 || echo.Links[0] != server.TraceID+" "+server.SpanID {
		t.Errorf("links: %v, want one to the server span", echo.Links)
	}
	if len(echo.Events) != 2 || echo.Events[0].Name != "started" || echo.Events[1].Name != "succeeded" ||
		len(echo.Events[0].Attributes["process.command_args"].([]any)) != 5 {
		t.Errorf("events: %v", echo.Events)
	}
	failed := harness.One(t, spans, "app", "internal", "run sh")
	harness.Status(t, failed, "error")
	if n := len(failed.Events); n != 3 || failed.Events[1].Name != "exception" || failed.Events[2].Name != "failed" {
		t.Errorf("events: %v", failed.Events)
	}
	short := harness.One(t, spans, "app", "internal", "short")
	harness.Parent(t, server, short)
	if short.Duration() != 0 || len(short.Events) != 1 || !short.Events[0].Time.After(short.Start.Add(100*time.Microsecond)) {
		t.Errorf("lasted %v, events %v: it began and ended when the call did, before the command ran", short.Duration(), short.Events)
	}
	for i, arg := range []string{"echo", "prepended", "twice", "asked", "appended"} {
		round := harness.One(t, spans, "app", "internal", "good "+arg)
		harness.Parent(t, server, round)
		harness.Attributes(t, round, harness.Want{"process.args_count": i})
		if want := map[bool]string{true: "ok", false: "unset"}[i == 0]; round.Status != want {
			t.Errorf("round %d has status %s", i, round.Status)
		}
		if round.End.Before(echo.End) {
			t.Errorf("round %d ended before the call", i)
		}
	}
	if late := harness.All(spans, "app", "internal", "late"); len(late) != 5 || late[4].Start.After(echo.Start) {
		t.Errorf("%d spans made at exit", len(late))
	}
	if got, want := c.Metric("app", "test.processes").String(), "process.executable.name=echo: 1\nprocess.executable.name=nil Context: 1\nprocess.executable.name=sh: 1"; got != want {
		t.Errorf("test.processes:\n%s\nwant\n%s", got, want)
	}
	if got, want := c.Metric("app", "test.arguments").String(), "process.executable.name=each: 5/10\nprocess.executable.name=echo: 1/4\nprocess.executable.name=sh: 1/2\nprocess.executable.name=true: 1/0"; got != want {
		t.Errorf("test.arguments:\n%s\nwant\n%s", got, want)
	}
}
