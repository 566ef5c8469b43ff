package e2e

import (
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

func TestGorm(t *testing.T) {
	harness.EachVersion(t, "plugins/gorm/app", "plugins/gorm/gorm.lock", checkGorm)
}

func checkGorm(t *testing.T, app harness.App) {
	c := harness.Collect(t)
	harness.RunBoth(t, app, harness.Environ(), c.Env("app"))
	spans := c.Spans()
	server := harness.One(t, spans, "app", "server", "")
	names := map[string][]otlp.Span{}
	for _, s := range databaseSpans(spans) {
		names[s.Name] = append(names[s.Name], s)
		harness.Attributes(t, s, harness.Want{"db.system.name": "sqlite", "db.namespace": "shop.db"})
		if text, _ := s.Attributes["db.query.text"].(string); strings.Contains(text, "secret") || strings.Contains(text, "ann") {
			t.Errorf("%s shows a value: %q", s.Name, text)
		}
		if !strings.HasPrefix(s.Name, "CREATE") {
			harness.Parent(t, server, s)
		}
	}
	// One span for each statement: what database/sql would say of the same one is left out, and of a transaction only its edges are its own.
	for name, n := range map[string]int{"CREATE users": 1, "CREATE orders": 1, "INSERT users": 1, "SELECT users": 3, "DELETE orders": 1,
		"INSERT nowhere": 1, "SELECT nowhere": 1, "BEGIN": 2, "COMMIT": 1, "ROLLBACK": 1} {
		if len(names[name]) != n {
			t.Errorf("%d spans %q, want %d\n%s", len(names[name]), name, n, harness.Trees(spans))
		}
	}
	users := names["SELECT users"]
	for _, s := range users {
		harness.Status(t, s, "unset") // a record that is not there is an answer
	}
	harness.Attributes(t, found(t, users, "db.response.returned_rows", int64(1)), harness.Want{"db.operation.name": "SELECT", "db.collection.name": "users"})
	harness.Attributes(t, names["DELETE orders"][0], harness.Want{"gorm.rows_affected": 1, "db.query.text": "DELETE FROM `orders` WHERE item = ?"})
	changed := names["UPDATE users"]
	softly := found(t, changed, "db.query.text", "UPDATE `users` SET `deleted_at`=? WHERE `users`.`id` = ? AND `users`.`deleted_at` IS NULL")
	harness.Attributes(t, softly, harness.Want{"db.operation.name": "UPDATE", "gorm.rows_affected": 1})
	harness.Status(t, names["INSERT nowhere"][0], "error")
	harness.Status(t, names["SELECT nowhere"][0], "error")
	messages := map[string]bool{}
	for _, s := range append(names["SELECT orders"], changed...) {
		messages[s.StatusMessage] = true
	}
	for _, message := range []string{"", "context canceled", "sql: database is closed", "WHERE conditions required"} {
		if !messages[message] {
			t.Errorf("nothing ended with %q\n%s", message, harness.Trees(spans))
		}
	}
}

// found is the first span with that value.
func found(t *testing.T, spans []otlp.Span, key string, value any) otlp.Span {
	t.Helper()
	for _, s := range spans {
		if s.Attributes[key] == value {
			return s
		}
	}
	t.Fatalf("no span has %s = %v\n%s", key, value, harness.Trees(spans))
	return otlp.Span{}
}
