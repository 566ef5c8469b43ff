package e2e

import (
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

func TestDatabaseSql(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/database-sql/app")
	c := harness.Collect(t)
	harness.RunBoth(t, app, harness.Environ(), c.Env("app"))
	_, ok := c.Wait(0, func(s []otlp.Span) bool { return len(s) > 0 })
	if !ok {
		t.Fatal("nothing was exported before the program ended")
	}
	spans := c.Spans()
	server := harness.One(t, spans, "app", "server", "")
	for _, s := range databaseSpans(spans) {
		harness.Parent(t, server, s)
		harness.Attributes(t, s, harness.Want{"db.system.name": "sqlite", "db.statement": nil})
		if s.Kind != "client" {
			t.Errorf("span %q has kind %s", s.Name, s.Kind)
		}
	}
	for name, want := range map[string]harness.Want{
		"CREATE users": {"db.operation.name": "CREATE"},
		"SELECT users": {"db.operation.name": "SELECT", "db.query.summary": "SELECT users", "db.collection.name": "users"},
		"UPDATE users": {"db.operation.name": "UPDATE", "db.query.text": "UPDATE users SET name = ? WHERE id = ?"},
		"COMMIT":       {"db.operation.name": "COMMIT"},
		"ROLLBACK":     {"db.operation.name": "ROLLBACK"},
		"BEGIN":        {"db.operation.name": "BEGIN"},
		"PRAGMA":       {"db.operation.name": "PRAGMA"},
	} {
		found := harness.All(spans, "app", "client", name)
		if len(found) == 0 {
			t.Errorf("no span %q:\n%s", name, harness.Trees(spans))
			continue
		}
		harness.Attributes(t, found[0], want)
		harness.Status(t, found[0], "unset")
	}
	if n := len(harness.All(spans, "", "", "ROLLBACK")); n != 1 {
		t.Errorf("%d ROLLBACK spans: `defer tx.Rollback()` after a commit must not make one", n)
	}
	if n := len(harness.All(spans, "", "", "DELETE users")); n != 2 {
		t.Errorf("%d DELETE spans, want 2: one in the transaction, one without a context", n)
	}
}

// The duration of every operation, without what would make a series of its own out of each statement.
func TestDatabaseMetrics(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/database-sql/app")
	for _, sampler := range []string{"always_on", "always_off"} {
		c := harness.Collect(t)
		harness.Run(t, app.Instrumented, c.Env("app", "OTEL_TRACES_SAMPLER="+sampler))
		durations := c.Metric("app", "db.client.operation.duration")
		if durations.Unit != "s" || durations.Kind != "histogram" || len(durations.Bounds) != 9 || durations.Scope != "instc.dev/plugins/database.sql" {
			t.Errorf("%s: %+v", sampler, durations)
		}
		count := map[any]uint64{}
		for _, p := range durations.Points {
			count[p.Attributes["db.operation.name"]] += p.Count
			if p.Attributes["db.system.name"] != "sqlite" || p.Attributes["db.query.text"] != nil {
				t.Errorf("%s: %v", sampler, p.Attributes)
			}
		}
		for name, want := range map[string]string{
			"db.client.connection.max":   "db.client.connection.pool.name=sqlite/spare: 3",
			"db.client.connection.count": "db.client.connection.pool.name=sqlite/spare db.client.connection.state=idle: 1\ndb.client.connection.pool.name=sqlite/spare db.client.connection.state=used: 0",
		} {
			if got := c.Metric("app", name).String(); got != want { // the pool that was closed is gone
				t.Errorf("%s, %s:\n%s\nwant\n%s", sampler, name, got, want)
			}
		}
		if count["DELETE"] != 2 || count["ROLLBACK"] != 1 || count["COMMIT"] != 1 {
			t.Errorf("%s: %v", sampler, count)
		}
	}
}

func TestSqlLiteralsAreNotExported(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/database-sql/app")
	c := harness.Collect(t)
	harness.Run(t, app.Instrumented, c.Env("app"))
	inserts := 0
	for _, s := range databaseSpans(c.Spans()) {
		text, _ := s.Attributes["db.query.text"].(string)
		for _, secret := range []string{"hunter2", "Brien", "77"} {
			if strings.Contains(text, secret) {
				t.Errorf("db.query.text = %q", text)
			}
		}
		if text == "INSERT INTO users VALUES (?)" { // lists of any length become one, so that the number of texts stays small
			inserts++
		}
	}
	if inserts != 3 {
		t.Errorf("the sanitised INSERT was seen %d times, want 3:\n%s", inserts, harness.Trees(c.Spans()))
	}
}

func TestSqlFailures(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/database-sql/app")
	c := harness.Collect(t)
	harness.Run(t, app.Instrumented, c.Env("app"))
	var failed []otlp.Span
	for _, s := range databaseSpans(c.Spans()) {
		if s.Failed() {
			failed = append(failed, s)
		}
	}
	if len(failed) != 1 {
		t.Fatalf("%d failed spans, want the constraint alone (no rows is no failure):\n%s", len(failed), harness.Trees(c.Spans()))
	}
	harness.Attributes(t, failed[0], harness.Want{"error.type": "1555", "db.response.status_code": "1555", "db.operation.name": "INSERT"})
	if !strings.Contains(failed[0].StatusMessage, "UNIQUE constraint failed") {
		t.Errorf("status message %q", failed[0].StatusMessage)
	}
}

func databaseSpans(spans []otlp.Span) (found []otlp.Span) {
	for _, s := range spans {
		if _, database := s.Attributes["db.system.name"]; database {
			found = append(found, s)
		}
	}
	return found
}
