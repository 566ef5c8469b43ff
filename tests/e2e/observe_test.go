package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// Values that are read when metrics are collected: owners with the same attributes, one that a method ends, one that is garbage by then.
func TestObserve(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/observe")
	dir := t.TempDir()
	pack, program := filepath.Join(dir, "rules.pack.json"), filepath.Join(dir, "observe")
	compiled := harness.Command(t, source, harness.Environ(), harness.Instc(t), "compile", "-o", pack, "sql.hook", "csv.hook")
	if compiled.Code != 0 {
		t.Fatal(compiled.Stderr)
	}
	built := harness.Command(t, source, harness.Environ(), harness.Instc(t), "go", "--rules="+pack, "build", "-race", "-o", program, ".")
	if built.Code != 0 {
		t.Fatal(built.Stderr)
	}
	for _, temporality := range []string{"cumulative", "delta"} {
		c := harness.Collect(t)
		ended := harness.Run(t, program, c.Env("app", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="+temporality))
		if ended.Stdout != "[a b] <nil>\n" || strings.Contains(ended.Stderr, "DATA RACE") {
			t.Errorf("wrote %q\n%s", ended.Stdout, ended.Stderr)
		}
		for name, want := range map[string]string{
			"db.client.connection.max": "db.client.connection.pool.name=other: 5\ndb.client.connection.pool.name=shared: 7",
			"observe.drivers":          ": 1",
			"observe.read":             "csv.comma=,: 8",
		} {
			if got := c.Metric("app", name).String(); got != want {
				t.Errorf("%s, %s:\n%s\nwant\n%s", temporality, name, got, want)
			}
		}
	}
}
