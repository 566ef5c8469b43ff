package text

import (
	"strings"
	"unicode/utf8"
)

// A lexer for the common ground of the SQL dialects, made to tell literals from the rest. Where dialects disagree it errs on the side of calling
// something a literal, and where a wrong guess would swap inside and outside of quotes it looks at both readings (see chooseEscapes).

type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // identifier or keyword
	quotedToken           // `x` or [x]
	doubleToken           // "x": an identifier, in MySQL also a string
	stringToken           // 'x', $$x$$, N'x', q'[x]'
	numberToken
	paramToken // ?, $1, :name, @name
	otherToken // one character of punctuation, or a two-character operator
)

type token struct {
	kind   tokenKind
	text   string
	spaced bool // white space or a comment before it
}

type lexer struct {
	sql       string
	at        int
	escapes   bool // a backslash hides the quote behind it
	broken    bool // a string has no end, or is followed by what cannot follow it
	ambiguous bool // a backslash stands before a quote
	previous  token
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWordStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

func isWord(c byte) bool { return isWordStart(c) || isDigit(c) || c == '$' }

func (l *lexer) peek(offset int) byte {
	if l.at+offset < len(l.sql) {
		return l.sql[l.at+offset]
	}
	return 0
}

// next gives the next token; comments and white space are left out.
func (l *lexer) next() token {
	start := l.at
	l.skipBlanks()
	t := token{spaced: l.at > start}
	if l.at >= len(l.sql) {
		l.previous = t
		return t
	}
	from := l.at
	t.kind = l.scan()
	t.text = l.sql[from:l.at]
	l.previous = t
	return t
}

func (l *lexer) skipBlanks() {
	for l.at < len(l.sql) {
		switch c := l.sql[l.at]; {
		case isSpace(c):
			l.at++
		case c == '-' && l.peek(1) == '-':
			l.skipLine()
		case c == '#' && !l.hashIsName():
			l.skipLine()
		case c == '/' && l.peek(1) == '*':
			l.skipBlock()
		default:
			return
		}
	}
}

// hashIsName: '#' opens a comment in MySQL, belongs to JSON operators in PostgreSQL and starts the name of a temporary table in SQL Server.
func (l *lexer) hashIsName() bool {
	if c := l.peek(1); c == '>' || c == '-' {
		return true
	}
	if l.previous.kind != wordToken {
		return false
	}
	switch strings.ToUpper(l.previous.text) {
	case "FROM", "INTO", "JOIN", "TABLE", "UPDATE", "EXISTS":
		return isWordStart(l.peek(1)) || l.peek(1) == '#'
	}
	return false
}

func (l *lexer) skipLine() {
	if end := strings.IndexAny(l.sql[l.at:], "\r\n"); end >= 0 {
		l.at += end
	} else {
		l.at = len(l.sql)
	}
}

// skipBlock skips a comment; PostgreSQL nests them.
func (l *lexer) skipBlock() {
	depth := 0
	for l.at < len(l.sql) {
		switch {
		case l.sql[l.at] == '/' && l.peek(1) == '*':
			depth++
			l.at += 2
		case l.sql[l.at] == '*' && l.peek(1) == '/':
			depth--
			l.at += 2
			if depth == 0 {
				return
			}
		default:
			l.at++
		}
	}
}

func (l *lexer) scan() tokenKind {
	switch c := l.sql[l.at]; {
	case c == '\'':
		l.quoted('\'', l.escapes, false)
		return stringToken
	case c == '"':
		l.quoted('"', l.escapes, false)
		return doubleToken
	case c == '`':
		l.quoted('`', false, false)
		return quotedToken
	case c == '[' && l.bracketed():
		return quotedToken
	case c == '$':
		return l.dollar()
	case isDigit(c) || c == '.' && isDigit(l.peek(1)) && l.previous.kind != wordToken:
		l.number()
		return numberToken
	case isWordStart(c) || c == '#' && l.hashIsName() && (isWordStart(l.peek(1)) || l.peek(1) == '#'):
		return l.word()
	case c == '?':
		l.at++
		return paramToken
	case (c == ':' || c == '@') && isWord(l.peek(1)) && l.peek(1) != '$':
		l.at++
		l.skipWord()
		return paramToken
	case c == ':' && l.peek(1) == ':', c == '@' && l.peek(1) == '@':
		l.at += 2
		return otherToken
	}
	l.at++
	return otherToken
}

// quoted skips a quoted text with doubled quotes, and with backslash escapes where they are meant; explicit: the statement itself says so.
func (l *lexer) quoted(quote byte, escapes, explicit bool) {
	for l.at++; l.at < len(l.sql); l.at++ {
		switch l.sql[l.at] {
		case '\\':
			if quote == '`' {
				continue
			}
			if l.peek(1) == quote && !explicit {
				l.ambiguous = true
			}
			if escapes {
				l.at++
			}
		case quote:
			if l.peek(1) == quote {
				l.at++
				continue
			}
			l.at++
			if c := l.peek(0); c == '\\' || isWord(c) {
				l.broken = true
			}
			return
		}
	}
	l.at = len(l.sql)
	l.broken = true
}

// bracketed skips a SQL Server [name]; array brackets are punctuation.
func (l *lexer) bracketed() bool {
	if l.at > 0 && (isWord(l.sql[l.at-1]) || l.sql[l.at-1] == ']') || !isWordStart(l.peek(1)) {
		return false
	}
	for i := l.at + 1; i < len(l.sql); i++ {
		if c := l.sql[i]; c == ']' {
			l.at = i + 1
			return true
		} else if !isWord(c) && c != ' ' && c != '-' {
			return false
		}
	}
	return false
}

// dollar skips $1, or a dollar-quoted string.
func (l *lexer) dollar() tokenKind {
	end := l.at + 1
	for end < len(l.sql) && isDigit(l.sql[end]) {
		end++
	}
	if end > l.at+1 {
		l.at = end
		return paramToken
	}
	for end < len(l.sql) && (isWordStart(l.sql[end]) || isDigit(l.sql[end])) {
		end++
	}
	if end >= len(l.sql) || l.sql[end] != '$' {
		l.at = end
		return paramToken
	}
	tag := l.sql[l.at : end+1]
	if closing := strings.Index(l.sql[end+1:], tag); closing >= 0 {
		l.at = end + 1 + closing + len(tag)
	} else {
		l.at = len(l.sql)
	}
	return stringToken
}

// number skips 1, 1.5, 1e-9, 0xff, 1_000.
func (l *lexer) number() {
	for ; l.at < len(l.sql); l.at++ {
		c := l.sql[l.at]
		if (c == '+' || c == '-') && l.at > 0 && l.sql[l.at-1]|0x20 == 'e' && isDigit(l.peek(1)) {
			continue
		}
		if c != '.' && !isWord(c) {
			return
		}
	}
}

func (l *lexer) skipWord() {
	for l.at < len(l.sql) && isWord(l.sql[l.at]) {
		l.at++
	}
}

// word skips a word, or a string with a prefix: E'x', N'x', _utf8'x'.
func (l *lexer) word() tokenKind {
	from := l.at
	for l.sql[l.at] == '#' {
		l.at++
	}
	l.skipWord()
	prefix := l.sql[from:l.at]
	if l.peek(0) == '&' && (prefix == "U" || prefix == "u") && (l.peek(1) == '\'' || l.peek(1) == '"') {
		l.at++
	}
	switch {
	case l.peek(0) == '\'' && (strings.EqualFold(prefix, "q") || strings.EqualFold(prefix, "nq")):
		l.oracleQuoted()
		return stringToken
	case l.peek(0) == '\'' && (len(prefix) <= 2 || prefix[0] == '_'):
		explicit := strings.EqualFold(prefix, "e")
		l.quoted('\'', l.escapes || explicit, explicit)
		return stringToken
	}
	return wordToken
}

// oracleQuoted skips q'[ ... ]'.
func (l *lexer) oracleQuoted() {
	closing := l.peek(1)
	if i := strings.IndexByte("[{(<", closing); i >= 0 {
		closing = "]})>"[i]
	}
	if l.at+2 <= len(l.sql) {
		if end := strings.Index(l.sql[l.at+2:], string([]byte{closing, '\''})); end >= 0 {
			l.at += 2 + end + 2
			return
		}
	}
	l.at = len(l.sql)
	l.broken = true
}

// chooseEscapes decides whether backslashes escape: MySQL says yes, the standard says no. Only a backslash right before a quote makes a
// difference; then the reading wins in which every string ends and nothing is glued to its end. sure is false when that decides nothing.
func chooseEscapes(sql string) (escapes, sure bool) {
	with := lexer{sql: sql, escapes: true}
	for with.next().kind != endToken {
	}
	if !with.ambiguous {
		return true, true
	}
	without := lexer{sql: sql}
	for without.next().kind != endToken {
	}
	return !with.broken, with.broken != without.broken
}
