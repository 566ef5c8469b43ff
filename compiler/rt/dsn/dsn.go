// Package dsn says which database a data source name is about: system, address and database name, for the attributes of every span of that
// handle. A data source name mostly holds a password, and formats are looser than their parsers admit; so whenever a text could be read in more
// than one way, the answer is the system alone. Nothing that is returned ever contains a credential, and no input makes Describe panic.
package dsn

import (
	"fmt"
	"net/url"
	"strings"
)

// Systems, as db.system.name has them; a system that the registry does not list is named by its own name.
const (
	clickhouse = "clickhouse"
	mysql      = "mysql"
	oracle     = "oracle.db"
	other      = "other_sql"
	postgres   = "postgresql"
	snowflake  = "snowflake"
	sqlite     = "sqlite"
	sqlserver  = "microsoft.sql_server"
)

// format reads a data source name.
type format func(source string) (address, name string)

// drivers: the names under which drivers register, and the package parts of their types for handles that were opened with a connector.
var drivers = map[string]struct {
	system string
	read   format
}{
	"mysql": {mysql, readMySQL}, "mariadb": {"mariadb", readMySQL}, "nrmysql": {mysql, readMySQL}, "tidb": {mysql, readMySQL},
	"postgres": {postgres, readPostgres}, "postgresql": {postgres, readPostgres}, "pgx": {postgres, readPostgres}, "pq": {postgres, readPostgres},
	"stdlib": {postgres, readPostgres}, "pgdriver": {postgres, readPostgres}, "nrpostgres": {postgres, readPostgres}, "pg": {postgres, readPostgres},
	"cloudsqlpostgres": {postgres, nothing}, "cockroach": {"cockroachdb", readPostgres}, "cockroachdb": {"cockroachdb", readPostgres},
	"redshift": {"aws.redshift", readPostgres},
	"sqlite":   {sqlite, readSQLite}, "sqlite3": {sqlite, readSQLite}, "libsql": {sqlite, nothing}, "nrsqlite3": {sqlite, readSQLite},
	"sqlserver": {sqlserver, readSQLServer}, "mssql": {sqlserver, readSQLServer}, "azuresql": {sqlserver, readSQLServer},
	"oracle": {oracle, readOracle}, "godror": {oracle, readOracle}, "oci8": {oracle, readOracle}, "go_ora": {oracle, readOracle},
	"clickhouse": {clickhouse, readClickHouse}, "chhttp": {clickhouse, readClickHouse},
	"snowflake": {snowflake, readSnowflake}, "gosnowflake": {snowflake, readSnowflake},
	"spanner": {"gcp.spanner", nothing}, "trino": {"trino", nothing}, "presto": {"trino", nothing}, "hdb": {"sap.hana", nothing},
	"go_ibm_db": {"ibm.db2", nothing}, "firebirdsql": {"firebirdsql", nothing}, "avatica": {other, nothing}, "hive": {"hive", nothing},
}

func nothing(string) (address, name string) { return "", "" }

// Describe takes a driver's registered name, or its Go type as %T prints it, and a data source name. An unknown driver is other_sql.
func Describe(driver, source string) (system, address, name string) {
	defer func() {
		if recover() != nil {
			address, name = "", ""
		}
	}()
	d, ok := drivers[driverName(driver)]
	if !ok {
		return other, "", ""
	}
	if len(source) > maxSource {
		return d.system, "", ""
	}
	address, name = d.read(strings.TrimSpace(source))
	if !validAddress(address) {
		address = ""
	}
	if !validName(name) {
		name = ""
	}
	return d.system, address, name
}

// DriverSystem names the system of a driver that was handed over as a value, by the package of its type.
func DriverSystem(driver any) string {
	system, _, _ := Describe(fmt.Sprintf("%T", driver), "")
	return system
}

const maxSource = 8 << 10

// driverName reduces "*pq.Driver", "pgx/v5" and "MySQL" to a key of drivers.
func driverName(driver string) string {
	driver = strings.ToLower(strings.TrimLeft(driver, "*"))
	if i := strings.IndexAny(driver, "./"); i >= 0 {
		driver = driver[:i]
	}
	return strings.ReplaceAll(driver, "-", "_")
}

// validAddress: a host with an optional port, or the path of a socket.
func validAddress(s string) bool {
	if len(s) > 255 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && strings.IndexByte(".-_:[]/%", c) < 0 {
			return false
		}
	}
	return true
}

func validName(s string) bool {
	if len(s) > 128 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c < 0x80 && strings.IndexByte(".-_:$ ", c) < 0 {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// join makes host:port; a host that brings its port keeps it, a socket's path has none.
func join(host, port string) string {
	switch {
	case host == "" || host[0] == '/':
		return host
	case strings.HasPrefix(host, "["):
		if strings.HasSuffix(host, "]") {
			return host + ":" + port
		}
		return host
	case strings.Count(host, ":") > 1:
		return "[" + host + "]:" + port
	case strings.Contains(host, ":"):
		return host
	}
	return host + ":" + port
}

// isPort: empty, or a decimal number.
func isPort(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) <= 5
}

// location is the harmless part of a URL.
type location struct {
	host  string // the first one, with its port when it has one
	path  string // without the leading slash
	query url.Values
}

// isURL: it begins with a scheme. Further on "://" may be part of a password.
func isURL(source string) bool {
	i := strings.Index(source, "://")
	for j := 0; j < i; j++ {
		if c := source[j]; !isAlnum(c) && strings.IndexByte("+-._", c) < 0 {
			return false
		}
	}
	return i > 0
}

// splitURL reads scheme://userinfo@host,host/path?query. It refuses a text in which a password with unescaped characters could have ended up
// outside of the user information: an @ anywhere behind the authority.
func splitURL(source string) (l location, ok bool) {
	if !isURL(source) {
		return l, false
	}
	rest := source[strings.Index(source, "://")+3:]
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, tail := rest[:end], rest[end:]
	if strings.Contains(tail, "@") || strings.Contains(tail, "#") {
		return l, false
	}
	l.host = authority[strings.LastIndexByte(authority, '@')+1:]
	if comma := strings.IndexByte(l.host, ','); comma >= 0 {
		l.host = l.host[:comma]
	}
	if colon := strings.LastIndexByte(l.host, ':'); colon >= 0 && !strings.HasSuffix(l.host, "]") && !isPort(l.host[colon+1:]) {
		return l, false
	}
	l.host = strings.TrimSuffix(l.host, ":")
	path, query := tail, ""
	if i := strings.IndexByte(tail, '?'); i >= 0 {
		path, query = tail[:i], tail[i+1:]
	}
	var err error
	if l.path, err = url.PathUnescape(strings.TrimPrefix(path, "/")); err != nil {
		return l, false
	}
	l.query, err = url.ParseQuery(query)
	return l, err == nil
}

// readMySQL reads [user[:password]@][net[(address)]]/name[?parameters]; the last slash and the last @ before it count, as in the driver.
func readMySQL(source string) (address, name string) {
	if isURL(source) {
		return readURL(source, "3306")
	}
	slash := strings.LastIndexByte(source, '/')
	if slash < 0 {
		return "", ""
	}
	front, name := source[:slash], source[slash+1:]
	if i := strings.IndexByte(name, '?'); i >= 0 {
		name = name[:i]
	}
	front = front[strings.LastIndexByte(front, '@')+1:]
	network, host := front, ""
	if i := strings.IndexByte(front, '('); i >= 0 && strings.HasSuffix(front, ")") {
		network, host = front[:i], front[i+1:len(front)-1]
	}
	switch network {
	case "unix":
		return host, name
	case "", "tcp", "tcp4", "tcp6":
		if host == "" {
			host = "127.0.0.1"
		}
		return join(host, "3306"), name
	}
	if host == "" {
		return "", "" // not a network: this was no data source name
	}
	return "", name // a dialer of the program's own
}

func readURL(source, port string) (address, name string) {
	l, ok := splitURL(source)
	if !ok {
		return "", ""
	}
	return join(l.host, port), l.path
}

// readPostgres reads a URL or key=value pairs.
func readPostgres(source string) (address, name string) {
	if !isURL(source) {
		pairs, ok := keyValues(source)
		if !ok {
			return "", ""
		}
		return postgresPlace(pairs["host"], pairs["hostaddr"], pairs["port"]), first(pairs["dbname"], pairs["database"])
	}
	l, ok := splitURL(source)
	if !ok {
		return "", ""
	}
	if l.host == "" || l.host[0] == ':' {
		l.host = l.query.Get("host") + l.host
	}
	return postgresPlace(l.host, "", l.query.Get("port")), first(l.path, l.query.Get("dbname"), l.query.Get("database"))
}

func postgresPlace(host, hostaddr, port string) string {
	host = first(host, hostaddr, "localhost")
	if i := strings.IndexByte(host, ','); i >= 0 {
		host = host[:i]
	}
	if i := strings.IndexByte(port, ','); i >= 0 {
		port = port[:i]
	}
	if !isPort(port) {
		return ""
	}
	return join(host, first(port, "5432"))
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// keyValues reads libpq's key = value pairs, values optionally in single quotes (godror: in double quotes), with backslash escapes.
func keyValues(s string) (pairs map[string]string, ok bool) {
	pairs = map[string]string{}
	for s = strings.TrimLeft(s, " \t\r\n"); s != ""; s = strings.TrimLeft(s, " \t\r\n") {
		equals := strings.IndexByte(s, '=')
		if equals <= 0 {
			return nil, false
		}
		key := strings.ToLower(strings.TrimSpace(s[:equals]))
		if strings.ContainsAny(key, " \t\r\n'\"\\@/:") {
			return nil, false
		}
		var value string
		if value, s, ok = scanValue(strings.TrimLeft(s[equals+1:], " \t\r\n")); !ok {
			return nil, false
		}
		pairs[key] = value
	}
	return pairs, len(pairs) > 0
}

func scanValue(s string) (value, rest string, ok bool) {
	var quote byte
	if s != "" && (s[0] == '\'' || s[0] == '"') {
		quote, s = s[0], s[1:]
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case quote != 0 && c == quote:
			return b.String(), s[i+1:], i+1 == len(s) || isBlank(s[i+1])
		case quote == 0 && isBlank(c):
			return b.String(), s[i:], true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", quote == 0
}

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// readSQLite: the file's base name; where it lies is nobody's business.
func readSQLite(source string) (address, name string) {
	source = strings.TrimPrefix(source, "file:")
	if i := strings.IndexByte(source, '?'); i >= 0 {
		source = source[:i]
	}
	return "", source[strings.LastIndexAny(source, `/\`)+1:]
}

// readSQLServer reads sqlserver://…?database=, or ADO's and ODBC's key=value; pairs.
func readSQLServer(source string) (address, name string) {
	if isURL(source) {
		l, ok := splitURL(source)
		if !ok {
			return "", ""
		}
		return join(l.host, "1433"), l.query.Get("database")
	}
	pairs, ok := semicolonPairs(strings.TrimPrefix(source, "odbc:"))
	if !ok {
		return "", ""
	}
	server := first(pairs["server"], pairs["data source"], pairs["addr"], pairs["address"], pairs["network address"])
	server = strings.TrimPrefix(server, "tcp:")
	port := first(pairs["port"], "1433")
	if i := strings.IndexByte(server, ','); i >= 0 {
		server, port = server[:i], strings.TrimSpace(server[i+1:])
	}
	if i := strings.IndexByte(server, '\\'); i >= 0 {
		server = server[:i]
	}
	if server == "." || strings.EqualFold(server, "(local)") || server == "" {
		server = "localhost"
	}
	if !isPort(port) {
		return "", ""
	}
	return join(server, port), first(pairs["database"], pairs["initial catalog"])
}

// semicolonPairs reads key=value pairs; a quoted or braced value may hold semicolons.
func semicolonPairs(s string) (pairs map[string]string, ok bool) {
	pairs = map[string]string{}
	for s != "" {
		equals := strings.IndexByte(s, '=')
		if equals < 0 {
			return pairs, strings.Trim(s, " \t;") == "" && len(pairs) > 0
		}
		key := strings.ToLower(strings.Trim(s[:equals], " \t;"))
		s = strings.TrimLeft(s[equals+1:], " \t")
		closing, value := byte(';'), s
		if s != "" {
			if i := strings.IndexByte(`"'{`, s[0]); i >= 0 {
				closing, s = `"'}`[i], s[1:]
			}
		}
		if end := strings.IndexByte(s, closing); end >= 0 {
			value, s = s[:end], s[end+1:]
		} else if closing != ';' {
			return nil, false
		} else {
			value, s = s, ""
		}
		if rest := strings.TrimLeft(s, " \t"); closing != ';' && rest != "" && rest[0] != ';' {
			return nil, false // a doubled quote or text behind the value: not worth a guess
		}
		pairs[key] = strings.TrimSpace(value)
	}
	return pairs, len(pairs) > 0
}

// readOracle reads oracle://, godror's key=value pairs, user/password@host:port/service and a descriptor.
func readOracle(source string) (address, name string) {
	if isURL(source) {
		return readURL(source, "1521")
	}
	if pairs, ok := keyValues(source); ok && pairs["connectstring"] != "" {
		return oraclePlace(pairs["connectstring"])
	}
	at := strings.LastIndexByte(source, '@')
	if at < 0 {
		return "", ""
	}
	return oraclePlace(source[at+1:])
}

// oraclePlace reads [//]host[:port]/service[:server], or (DESCRIPTION=...(HOST=h)(PORT=p)...(SERVICE_NAME=s)).
func oraclePlace(s string) (address, name string) {
	if strings.HasPrefix(s, "(") {
		host := parameter(s, "HOST")
		if host == "" {
			return "", ""
		}
		return join(host, first(parameter(s, "PORT"), "1521")), first(parameter(s, "SERVICE_NAME"), parameter(s, "SID"))
	}
	s = strings.TrimPrefix(s, "//")
	slash := strings.IndexByte(s, '/')
	if slash < 0 {
		return "", "" // an alias from a file that is not ours to read
	}
	name = s[slash+1:]
	if i := strings.IndexAny(name, ":?"); i >= 0 {
		name = name[:i]
	}
	if i := strings.LastIndexByte(s[:slash], ':'); i >= 0 && !isPort(s[i+1:slash]) {
		return "", ""
	}
	return join(s[:slash], "1521"), name
}

// parameter finds (KEY=value) in a descriptor.
func parameter(s, key string) string {
	upper := strings.ToUpper(s)
	if len(upper) != len(s) {
		return ""
	}
	i := strings.Index(upper, "("+key+"=")
	if i < 0 {
		return ""
	}
	value := s[i+len(key)+2:]
	if end := strings.IndexByte(value, ')'); end >= 0 {
		return strings.TrimSpace(value[:end])
	}
	return ""
}

// readClickHouse reads clickhouse://, tcp://, http:// and https:// URLs.
func readClickHouse(source string) (address, name string) {
	l, ok := splitURL(source)
	if !ok {
		return "", ""
	}
	port := "9000"
	switch source[:strings.Index(source, "://")] {
	case "http":
		port = "8123"
	case "https":
		port = "8443"
	}
	return join(l.host, port), first(l.query.Get("database"), l.path)
}

// readSnowflake reads user[:password]@account/database/schema?… and user[:password]@host:port/database/schema?…
func readSnowflake(source string) (address, name string) {
	if i := strings.IndexByte(source, '?'); i >= 0 {
		if strings.Contains(source[i:], "@") {
			return "", ""
		}
		source = source[:i]
	}
	at := strings.LastIndexByte(source, '@')
	if at < 0 {
		return "", ""
	}
	host, path := source[at+1:], ""
	if i := strings.IndexByte(host, '/'); i >= 0 {
		host, path = host[:i], host[i+1:]
	}
	if i := strings.IndexByte(path, '/'); i >= 0 {
		path = path[:i]
	}
	if i := strings.IndexByte(host, ':'); i >= 0 {
		if !isPort(host[i+1:]) {
			return "", ""
		}
		return host, path
	}
	if host != "" && !strings.Contains(host, ".snowflakecomputing.") {
		host += ".snowflakecomputing.com"
	}
	return join(host, "443"), path
}
