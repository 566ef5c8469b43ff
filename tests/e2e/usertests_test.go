package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// TestUsersTestsSeeTelemetry does what docs/users.md says under "In tests": a test of the user's own looks for a span in the file of its run. Without
// instrumentation, or without the file, it says so; a second run is answered from Go's cache.
func TestUsersTestsSeeTelemetry(t *testing.T) {
	dir := copyTree(t, "tests/e2e/testdata/usertest")
	file := filepath.Join(t.TempDir(), "spans.jsonl")
	export := harness.Environ("OTEL_TRACES_EXPORTER=file", "OTEL_METRICS_EXPORTER=none", "INSTC_FILE="+file, "OTEL_BSP_SCHEDULE_DELAY=10")
	for _, test := range []struct {
		env   []string
		words []string
		want  string
	}{
		{export, []string{"-count=1", "-v"}, "--- PASS: TestOrdersAreTraced"},
		{harness.Environ(), []string{"-v"}, "--- SKIP: TestOrdersAreTraced"},
		{harness.Environ(), []string{"-v"}, "(cached)"},
	} {
		out := harness.Command(t, dir, test.env, harness.Instc(t), append([]string{"go", "test"}, append(test.words, ".")...)...)
		if out.Code != 0 || !strings.Contains(out.Stdout, test.want) {
			t.Errorf("instc go test %v: exit %d, want %q\n%s%s", test.words, out.Code, test.want, out.Stdout, out.Stderr)
		}
	}
}
