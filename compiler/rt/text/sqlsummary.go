package text

import "strings"

// What a statement does and to which table, without parsing it: the first verb, and the name behind the word that introduces a table.

// verbs are the statements that are told apart; the list bounds the number of span names.
var verbs = func() map[string]bool {
	set := map[string]bool{}
	for _, v := range strings.Fields(`SELECT INSERT UPDATE DELETE REPLACE MERGE UPSERT WITH VALUES TABLE CREATE ALTER DROP TRUNCATE RENAME COMMENT
		BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE END ABORT PREPARE EXECUTE DEALLOCATE DECLARE FETCH CLOSE OPEN CALL EXEC DO
		EXPLAIN ANALYZE ANALYSE DESCRIBE DESC SHOW USE SET RESET PRAGMA VACUUM REINDEX CLUSTER CHECKPOINT ATTACH DETACH COPY LOAD UNLOAD LOCK UNLOCK
		GRANT REVOKE LISTEN NOTIFY UNLISTEN OPTIMIZE REFRESH FLUSH KILL IMPORT EXPORT DISCARD PUT GET LIST REMOVE MSCK`) {
		set[v] = true
	}
	return set
}()

// SQLOperation is the verb of a statement in upper case; for WITH it is the verb of the main statement. "" when there is none that is known.
func SQLOperation(query string) string {
	return described.of(query).first
}

// SQLTable is the table, view or procedure that the statement is about, as it is written but without quotes; "" when that is not plain.
func SQLTable(query string) string {
	return described.of(query).second
}

// SQLSummary is verb and table: SELECT users.
func SQLSummary(query string) string {
	return described.of(query).both
}

var described = statements{read: func(query string) facts {
	operation, table := describeSQL(query)
	return facts{operation, table, Words(operation, table)}
}}

const maxSummaryTokens = 2000

func describeSQL(query string) (operation, table string) {
	if len(query) > maxSQL {
		query = query[:maxSQL]
	}
	l := &lexer{sql: query, escapes: true}
	operation = firstVerb(l)
	switch operation {
	case "SELECT", "DELETE":
		table = nameAfter(l, "FROM")
	case "INSERT", "REPLACE", "MERGE", "UPSERT":
		table = nameAfter(l, "INTO")
	case "UPDATE", "CALL", "EXEC", "EXECUTE", "COPY":
		table = name(l, l.next())
	case "TRUNCATE", "DROP", "ALTER", "CREATE":
		table = nameOfObject(l)
	}
	return operation, table
}

// firstVerb skips to the verb; behind WITH to the one of the main statement.
func firstVerb(l *lexer) string {
	t := l.next()
	for t.text == "(" || t.text == ";" {
		t = l.next()
	}
	if t.kind != wordToken {
		return ""
	}
	verb := strings.ToUpper(t.text)
	if !verbs[verb] {
		return ""
	}
	if verb != "WITH" {
		return verb
	}
	depth := 0
	for i := 0; i < maxSummaryTokens; i++ {
		switch t = l.next(); {
		case t.kind == endToken:
			return verb
		case t.text == "(":
			depth++
		case t.text == ")":
			depth--
		case depth == 0 && t.kind == wordToken && isOneOf(t.text, "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"):
			return strings.ToUpper(t.text)
		}
	}
	return verb
}

// nameAfter finds the word outside of parentheses and reads the name behind it.
func nameAfter(l *lexer, word string) string {
	depth := 0
	for i := 0; i < maxSummaryTokens; i++ {
		switch t := l.next(); {
		case t.kind == endToken:
			return ""
		case t.text == "(":
			depth++
		case t.text == ")":
			depth--
		case depth == 0 && t.kind == wordToken && strings.EqualFold(t.text, word):
			return name(l, l.next())
		}
	}
	return ""
}

// nameOfObject reads the name in CREATE [...] TABLE [IF NOT EXISTS] name; other kinds of objects have none that is worth showing.
func nameOfObject(l *lexer) string {
	t := l.next()
	for i := 0; i < 8 && t.kind == wordToken && !isOneOf(t.text, "TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "FUNCTION", "PROCEDURE", "USER", "ROLE"); i++ {
		t = l.next()
	}
	if t.kind == wordToken && isOneOf(t.text, "TABLE", "VIEW") {
		return name(l, l.next())
	}
	return ""
}

// name reads a possibly qualified name, behind words that may stand before it.
func name(l *lexer, t token) string {
	for i := 0; i < 4 && t.kind == wordToken && isOneOf(t.text, "ONLY", "IF", "NOT", "EXISTS", "LOW_PRIORITY", "IGNORE", "OR", "TABLE", "LATERAL"); i++ {
		t = l.next()
	}
	var parts []string
	for len(parts) < 4 {
		part := unquote(t)
		if part == "" {
			return ""
		}
		parts = append(parts, part)
		if l.peek(0) != '.' {
			break
		}
		l.next()
		t = l.next()
	}
	return cutText(strings.Join(parts, "."), 128)
}

// unquote gives the name in a token, "" when the token is none.
func unquote(t token) string {
	switch {
	case t.kind == wordToken && !isOneOf(t.text, "SELECT", "WHERE", "VALUES", "SET"):
		return t.text
	case (t.kind == quotedToken || t.kind == doubleToken) && len(t.text) > 2:
		return t.text[1 : len(t.text)-1]
	}
	return ""
}
