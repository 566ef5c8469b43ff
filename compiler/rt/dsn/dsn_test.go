package dsn

import (
	"net/url"
	"strings"
	"testing"
)

func TestDescribe(t *testing.T) {
	for _, c := range []struct{ driver, source, system, address, name string }{
		{"mysql", "user:pa/s@s@tcp(db.local:3307)/shop?parseTime=true", "mysql", "db.local:3307", "shop"},
		{"mysql", "user@unix(/tmp/mysql.sock)/shop", "mysql", "/tmp/mysql.sock", "shop"},
		{"mysql", "/shop", "mysql", "127.0.0.1:3306", "shop"},
		{"mysql", "u:p@tcp([::1])/shop", "mysql", "[::1]:3306", "shop"},
		{"mysql", "u:p@cloudsql(project:zone:db)/shop", "mysql", "", "shop"},
		{"mysql", "u:p", "mysql", "", ""},
		{"mysql", "hunter2/x", "mysql", "", ""},
		{"*mysql.MySQLDriver", "", "mysql", "", ""},
		{"postgres", "postgres://u:p@h/shop?sslmode=disable", "postgresql", "h:5432", "shop"},
		{"pgx/v5", "postgresql://u:p@h1:1111,h2:2222/shop", "postgresql", "h1:1111", "shop"},
		{"pgx", "host=h port=6543 dbname='my shop' user=u password='a b\\'c'", "postgresql", "h:6543", "my shop"},
		{"*pq.Driver", "dbname=x", "postgresql", "localhost:5432", "x"},
		{"postgres", "postgres:///shop?host=/var/run/postgresql", "postgresql", "/var/run/postgresql", "shop"},
		{"postgres", "host=/run/pg user=u", "postgresql", "/run/pg", ""},
		{"postgres", "postgres://u:p/w@h/shop", "postgresql", "", ""},
		{"postgres", "postgres://u:12?34@h/shop", "postgresql", "", ""},
		{"postgres", "u:p@h", "postgresql", "", ""},
		{"sqlite3", "file:/home/bob/shop.db?_auth_pass=x", "sqlite", "", "shop.db"},
		{"*sqlite.Driver", ":memory:", "sqlite", "", ":memory:"},
		{"sqlserver", "sqlserver://u:p@h/instance?database=shop", "microsoft.sql_server", "h:1433", "shop"},
		{"mssql", `server=h\inst;user id=u;password={a;b};database=shop`, "microsoft.sql_server", "h:1433", "shop"},
		{"mssql", "Data Source=tcp:h,1444;Initial Catalog=shop;Password=x", "microsoft.sql_server", "h:1444", "shop"},
		{"mssql", "server=.;password=x", "microsoft.sql_server", "localhost:1433", ""},
		{"godror", `user="u" password="p" connectString="h:1522/svc"`, "oracle.db", "h:1522", "svc"},
		{"godror", "u/p@//h/svc", "oracle.db", "h:1521", "svc"},
		{"oracle", "oracle://u:p@h:1/svc", "oracle.db", "h:1", "svc"},
		{"oracle", "u/p@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=h)(PORT=7))(CONNECT_DATA=(SERVICE_NAME=s)))", "oracle.db", "h:7", "s"},
		{"godror", "u/p", "oracle.db", "", ""},
		{"clickhouse", "clickhouse://u:p@h1:9440,h2/db?secure=true", "clickhouse", "h1:9440", "db"},
		{"clickhouse", "tcp://h?username=u&password=p&database=db", "clickhouse", "h:9000", "db"},
		{"clickhouse", "https://h/db", "clickhouse", "h:8443", "db"},
		{"snowflake", "u:p@ssw@acct/db/schema?warehouse=w", "snowflake", "acct.snowflakecomputing.com:443", "db"},
		{"snowflake", "u:p@h:8443/db?account=a", "snowflake", "h:8443", "db"},
		{"no-such-driver", "u:p@h", "other_sql", "", ""},
		{"", "", "other_sql", "", ""},
	} {
		system, address, name := Describe(c.driver, c.source)
		if system != c.system || address != c.address || name != c.name {
			t.Errorf("%s %s: %q %q %q, want %q %q %q", c.driver, c.source, system, address, name, c.system, c.address, c.name)
		}
	}
}

type Driver struct{}

func TestDriverSystem(t *testing.T) {
	if got := DriverSystem(&Driver{}); got != "other_sql" {
		t.Errorf("%s", got)
	}
	if got := DriverSystem(nil); got != "other_sql" {
		t.Errorf("%s", got)
	}
	for name, want := range map[string]string{"*pq.Driver": "postgresql", "*stdlib.Driver": "postgresql", "*mysql.MySQLDriver": "mysql", "*sqlite3.SQLiteDriver": "sqlite"} {
		if got, _, _ := Describe(name, ""); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func leaks(t *testing.T, driver, source, secret string) {
	t.Helper()
	if secret == "" {
		return
	}
	_, address, name := Describe(driver, source)
	if strings.Contains(address, secret) || strings.Contains(name, secret) {
		t.Errorf("%s: %q gives %q %q", driver, source, address, name)
	}
}

// Every format that the drivers accept, with a password that has something to say in it; escaped where the format demands it.
func FuzzNoCredentials(f *testing.F) {
	for _, mangled := range []string{"", "@", "/", "?", ":", "#", ";", "'", `"`, `\`, "@h:1/", "%", " ", "{", "}", "=", "12?34@"} {
		f.Add(mangled, mangled)
	}
	f.Add("://", ",0")
	f.Fuzz(func(t *testing.T, before, after string) {
		const mark = "hunter2secret"
		secret := before + mark + after
		escaped := url.QueryEscape(secret)
		quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`).Replace(secret)
		leaks(t, "mysql", "u:"+secret+"@tcp(h:1)/db", mark)
		leaks(t, "mysql", "mysql://u:"+secret+"@h:1/db", mark)
		leaks(t, "snowflake", "u:"+secret+"@acct/db/schema?warehouse=w", mark)
		leaks(t, "godror", "u/"+secret+"@h:1/db", mark)
		leaks(t, "godror", `user="u" password="`+quoted+`" connectString="h:1/db"`, mark)
		leaks(t, "pgx", `user=u password='`+quoted+`' host=h`, mark)
		if !strings.ContainsAny(secret, ";{}\"'") {
			leaks(t, "mssql", "server=h;password="+secret+";database=x", mark)
		}
		for driver, scheme := range map[string]string{"postgres": "postgres", "sqlserver": "sqlserver", "oracle": "oracle", "clickhouse": "clickhouse"} {
			leaks(t, driver, scheme+"://u:"+secret+"@h:1/db", mark)
			leaks(t, driver, scheme+"://h:1/db?password="+escaped, mark)
		}
		leaks(t, "sqlite3", "file:x.db?_auth_pass="+secret, mark)
	})
}

func FuzzDescribe(f *testing.F) {
	f.Add("mysql", "a@b(c)/d")
	f.Add("godror", "(DESCRIPTION=(HOST=")
	f.Add("mssql", `odbc:server={x};"`)
	f.Fuzz(func(t *testing.T, driver, source string) {
		for name := range drivers {
			_, address, db := Describe(name, source)
			if len(address) > 255 || len(db) > 128 || strings.ContainsAny(address, "@=? ") || strings.ContainsAny(db, "@=?/") {
				t.Errorf("%s %q: %q %q", name, source, address, db)
			}
		}
		Describe(driver, source)
	})
}
