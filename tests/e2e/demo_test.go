package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// TestDemo runs what `make demo` runs. The script itself fails unless a trace crosses both services and both log its id.
func TestDemo(t *testing.T) {
	out := t.TempDir()
	script := filepath.Join(harness.Root(t), "examples", "shop", "demo.sh")
	ended := harness.Run(t, script, harness.Environ("INSTC="+harness.Instc(t), "DEMO_OUT="+out))
	if ended.Status.ExitStatus() != 0 {
		t.Fatalf("status %v\n%s%s", ended.Status, ended.Stdout, ended.Stderr)
	}
	for _, want := range []string{"GET /products/:id", "GET /items/{id}", "SELECT items", "get", "ERROR", "UPDATE items", "CHECK constraint failed"} {
		if !strings.Contains(ended.Stdout, want) {
			t.Errorf("no %q in what the demo prints:\n%s", want, ended.Stdout)
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "waterfall.html"))
	if err != nil || !strings.Contains(string(page), "GET /products/:id") {
		t.Errorf("the page: %v", err)
	}
}
