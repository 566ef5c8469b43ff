package e2e

import (
	"os"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// TestGormServers has the drivers that most programs have, against Debian's servers. MariaDB is for `make test-plugins`.
func TestGormServers(t *testing.T) {
	servers := map[string]func() string{"postgres": func() string { return harness.PostgreSQL(t) }}
	if os.Getenv("INSTC_TEST_PLUGINS") != "" {
		servers["mysql"] = func() string { return "root@tcp(" + harness.MariaDB(t) + ")/shop?parseTime=true" }
	}
	for driver, start := range servers {
		t.Run(driver, func(t *testing.T) {
			app := harness.Build(t, "tests/e2e/testdata/gormservers")
			database := "DATABASE=" + start()
			c := harness.Collect(t)
			harness.RunBoth(t, app, harness.Environ(database), c.Env("app", database), driver)
			checkGormServer(t, driver, c.Spans())
		})
	}
}

func checkGormServer(t *testing.T, driver string, spans []otlp.Span) {
	t.Helper()
	server := harness.One(t, spans, "app", "server", "")
	names := map[string]int{}
	for _, s := range databaseSpans(spans) {
		if s.TraceID != server.TraceID {
			continue // migrations
		}
		names[s.Name]++
		harness.Parent(t, server, s)
		harness.Attributes(t, s, harness.Want{"db.system.name": map[string]string{"postgres": "postgresql", "mysql": "mysql"}[driver]})
		if text := otlp.Text(s.Attributes["db.query.text"]); len(text) > 4096 || strings.Contains(text, "secret") || strings.Contains(text, "ann") {
			t.Errorf("%s shows a value: %.200q", s.Name, text)
		}
	}
	want := map[string]int{"INSERT authors": 3, "INSERT books": 2, "SELECT authors": 3, "SELECT books": 6, "UPDATE authors": 1, "EXEC": 1}
	for name, n := range want {
		if names[name] != n {
			t.Errorf("%d spans %q, want %d\n%s", names[name], name, n, harness.Trees(spans))
		}
	}
}
