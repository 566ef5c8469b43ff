package text

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestSanitizeSQL(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{"SELECT 1", "SELECT ?"},
		{"SELECT * FROM users WHERE id = 42 AND name='bob'", "SELECT * FROM users WHERE id = ? AND name=?"},
		{"SELECT 'it''s', 'a' FROM t1", "SELECT ?, ? FROM t1"},
		{`SELECT * FROM t WHERE a = 'it\'s' AND b = 'x'`, "SELECT * FROM t WHERE a = ? AND b = ?"},
		{`SELECT * FROM t WHERE a = 'C:\' AND b = 'x'`, "SELECT * FROM t WHERE a = ? AND b = ?"},
		{`INSERT INTO t VALUES ('it\'s' , 'it\'s secret')`, "INSERT INTO t VALUES (?)"},
		{`SELECT E'a\'b', N'x', _utf8'y', X'ff', q'[it's]', U&'d'`, "SELECT ?, ?, ?, ?, ?, ?"},
		{"SELECT $$it's$$, $fn$ body $x$ $fn$, $1, $2", "SELECT ?, ?, $1, $2"},
		{"SELECT -- a 'comment'\n a /* x /* nested */ 'y' */ FROM t # end", "SELECT a FROM t"},
		{"SELECT a#>'{x}' FROM #temp WHERE b=1", "SELECT a#>? FROM #temp WHERE b=?"},
		{"SELECT 1.5, .5, 0xff, 1e-9, -3, a1, t2.c3", "SELECT ?, ?, ?, ?, -?, a1, t2.c3"},
		{"SELECT * FROM t WHERE id IN (1, 2, 3) AND x IN ('a')", "SELECT * FROM t WHERE id IN (?) AND x IN (?)"},
		{"SELECT * FROM t WHERE id IN ($1,$2,$3)", "SELECT * FROM t WHERE id IN (?)"},
		{"SELECT * FROM t WHERE id IN (SELECT id FROM u WHERE z = 3)", "SELECT * FROM t WHERE id IN (SELECT id FROM u WHERE z = ?)"},
		{"SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, 4))", "SELECT * FROM t WHERE (a, b) IN (?)"},
		{"INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'),(3,'z') ON CONFLICT DO NOTHING", "INSERT INTO t (a, b) VALUES (?) ON CONFLICT DO NOTHING"},
		{"INSERT INTO t (a) VALUES (now(), 1)", "INSERT INTO t (a) VALUES (now(), ?)"},
		{"INSERT INTO `a``b` VALUES (?)", "INSERT INTO `a``b` VALUES (?)"},
		{`SELECT "a"."b", "c" FROM "t" WHERE "name" = "bob" AND "x"."y" = "z"."w"`, `SELECT "a"."b", "c" FROM "t" WHERE "name" = ? AND "x"."y" = "z"."w"`},
		{`INSERT INTO "t" ("a", "b") VALUES ("alice", "bob")`, `INSERT INTO "t" ("a", "b") VALUES (?)`},
		{`INSERT INTO t("a", "b") VALUES (1, 2)`, `INSERT INTO t("a", "b") VALUES (?)`},
		{`SELECT SHA2("password", 256), COUNT(DISTINCT "id"), MATCH(x) AGAINST ("secret")`, `SELECT SHA2(?, ?), COUNT(DISTINCT "id"), MATCH(x) AGAINST (?)`},
		{`CREATE USER u IDENTIFIED BY "secret"`, `CREATE USER u IDENTIFIED BY ?`},
		{`SELECT x FROM t WHERE n LIKE "%a%" ORDER BY "n"`, `SELECT x FROM t WHERE n LIKE ? ORDER BY "n"`},
		{"SELECT [first name] FROM [dbo].[t] WHERE a[1] = ARRAY['x', 'y']", "SELECT [first name] FROM [dbo].[t] WHERE a[?] = ARRAY[?, ?]"},
		{"SELECT a::int, b FROM t WHERE c = :name AND d = @p1 AND e = ?;  ", "SELECT a::int, b FROM t WHERE c = :name AND d = @p1 AND e = ?"},
		{"SELECT 'never ends", "SELECT ?"},
		{"SELECT\n\t a,\r\n b", "SELECT a, b"},
		{"SELECT 'größe' FROM größe", "SELECT ? FROM größe"},
		{"SELECT'x'", "SELECT?"},
	} {
		if got := SanitizeSQL(c[0]); got != c[1] {
			t.Errorf("%s\ngot  %s\nwant %s", c[0], got, c[1])
		}
	}
}

// Both readings of the backslashes are possible here; what cannot be told apart is not shown.
func TestSanitizeSQLWhenUnsure(t *testing.T) {
	got := SanitizeSQL(`SELECT 'a\' , 'hunter2\' , ' FROM t WHERE x = 'hunter2'`)
	if strings.Contains(got, "hunter2") {
		t.Errorf("%s", got)
	}
}

// What is kept of statements is theirs, however many there are and whoever asks at the same time.
func TestStatementsAreTold(t *testing.T) {
	var done sync.WaitGroup
	for g := 0; g < 4; g++ {
		done.Add(1)
		go func() {
			defer done.Done()
			for round := 0; round < 3; round++ {
				for i := 0; i < 1000; i++ {
					query := fmt.Sprintf("SELECT a FROM t%d WHERE b = '%d'", i, i)
					if clean, want := SanitizeSQL(query), fmt.Sprintf("SELECT a FROM t%d WHERE b = ?", i); clean != want {
						t.Errorf("%s: %s", query, clean)
					}
					if summary, want := SQLSummary(query), fmt.Sprintf("SELECT t%d", i); summary != want || SQLOperation(query)+" "+SQLTable(query) != want {
						t.Errorf("%s: %s", query, summary)
					}
				}
			}
		}()
	}
	done.Wait()
	long := "SELECT a FROM long WHERE b = '" + strings.Repeat("x", maxStatement) + "'"
	check(t, "a long one", SanitizeSQL(long), "SELECT a FROM long WHERE b = ?")
}

func TestSanitizeSQLIsBounded(t *testing.T) {
	if n := len(SanitizeSQL("SELECT " + strings.Repeat("column, ", 1_000_000))); n > maxText {
		t.Errorf("%d bytes", n)
	}
	if n := len(SanitizeSQL(strings.Repeat("(", 1_000_000))); n > maxText {
		t.Errorf("%d bytes", n)
	}
}

func TestSQLSummary(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{"select * from users where id = 1", "SELECT users"},
		{" /* c */ (SELECT a, (SELECT b FROM inner_t) FROM public.orders o JOIN x)", "SELECT public.orders"},
		{"SELECT a, (SELECT b FROM inner_t) FROM public.orders o JOIN x", "SELECT public.orders"},
		{"SELECT * FROM (SELECT 1)", "SELECT"},
		{"INSERT INTO `my db`.`t` VALUES (1)", "INSERT my db.t"},
		{`UPDATE ONLY "Users" SET a = 1`, "UPDATE Users"},
		{"DELETE FROM [dbo].[t] WHERE 1=1", "DELETE dbo.t"},
		{"WITH x AS (SELECT 1 FROM a) INSERT INTO b SELECT * FROM x", "INSERT b"},
		{"CREATE TEMPORARY TABLE IF NOT EXISTS t (id int)", "CREATE t"},
		{"CREATE UNIQUE INDEX i ON t (a)", "CREATE"},
		{"TRUNCATE TABLE logs", "TRUNCATE logs"},
		{"DROP USER alice", "DROP"},
		{"CALL refresh(1)", "CALL refresh"},
		{"BEGIN", "BEGIN"},
		{"; SELECT 1", "SELECT"},
		{"hunter2", ""},
		{"SELECT 'FROM secret' FROM t", "SELECT t"},
		{"SELECT 1 FROM 'x'", "SELECT"},
	} {
		if got := SQLSummary(c[0]); got != c[1] {
			t.Errorf("%s\ngot  %q\nwant %q", c[0], got, c[1])
		}
	}
	if SQLOperation("merge into t using u") != "MERGE" || SQLTable("merge into t using u") != "t" {
		t.Error("MERGE")
	}
}

// A literal that the test plants between random surroundings never comes out, however the surroundings are quoted, as long as they are whole.
func FuzzSanitizeSQL(f *testing.F) {
	f.Add("SELECT a FROM t WHERE x = ", " AND y = 'z'")
	f.Add("INSERT INTO t(a) VALUES ($1, ", `) -- it's`)
	f.Add(`SELECT "a", E'x\'', $q$ ' $q$, `, `, [b] #> '{}'`)
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, c := range before {
			if c == '\'' || c == '"' || c == '`' || c == '$' || c == '#' || c == '-' || c == '/' || c == '[' || c == '\\' {
				before = "SELECT "
				break
			}
		}
		if got := SanitizeSQL(before + " 'hunter2' " + after); strings.Contains(got, "hunter2") && !strings.Contains(before+after, "hunter2") {
			t.Errorf("%q", got)
		}
		if len(SanitizeSQL(after)) > maxText || len(SQLSummary(after)) > maxText {
			t.Error("too long")
		}
	})
}
