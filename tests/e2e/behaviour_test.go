package e2e

import (
	"testing"

	"instc.dev/tests/e2e/harness"
)

// TestBehaviourIsKept runs a program that looks at what libraries give it (interfaces of writers, interim answers, stacks, errors, allocations) and
// prints what it sees: the same, byte for byte, with instrumentation and without, while spans are exported and while they are not.
func TestBehaviourIsKept(t *testing.T) {
	app := harness.Build(t, "tests/e2e/testdata/behaviour")
	plain := harness.Run(t, app.Plain, harness.Environ())
	if plain.Status.ExitStatus() != 0 {
		t.Fatalf("plain: %v\n%s", plain.Status, plain.Stderr)
	}
	c := harness.Collect(t)
	for name, env := range map[string][]string{
		"exported": c.Env("app"), "not sampled": c.Env("app", "OTEL_TRACES_SAMPLER=always_off"), "disabled": harness.Environ("OTEL_SDK_DISABLED=true"),
		"no collector": harness.Environ("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"),
	} {
		ended := harness.Run(t, app.Instrumented, env)
		if ended.Status != plain.Status || ended.Stdout != plain.Stdout {
			t.Errorf("%s: %v\nplain:\n%s\ninstrumented:\n%s", name, ended.Status, plain.Stdout, ended.Stdout)
		}
	}
}
