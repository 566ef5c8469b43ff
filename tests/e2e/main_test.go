// Package e2e builds real programs with `instc go build`, runs them and looks at what a collector receives.
package e2e

import (
	"os"
	"testing"

	"instc.dev/tests/e2e/harness"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if !harness.ReportRaces() {
		code = 1
	}
	harness.Clean()
	os.Exit(code)
}
