package text

import "strings"

// maxText bounds what the helpers return: the runtime cuts attribute values at this length anyway.
const maxText = 4096

// maxSQL bounds what is read of a statement; what follows is data, most of the time.
const maxSQL = 16 << 10

// SanitizeSQL gives a statement without data: literals become ?, comments and line breaks go, and lists of values after IN and VALUES shrink to
// (?). Identifiers stay. A double-quoted text is an identifier, except where only a value can stand.
func SanitizeSQL(query string) string { return sanitized.of(query).first }

var sanitized = statements{read: func(query string) facts { return facts{first: sanitizeSQL(query)} }}

func sanitizeSQL(query string) string {
	if len(query) > maxSQL {
		query = query[:maxSQL]
	}
	escapes, sure := true, true
	if strings.IndexByte(query, '\\') >= 0 {
		escapes, sure = chooseEscapes(query)
	}
	s := sanitizer{lexer: lexer{sql: query, escapes: escapes}}
	s.out.Grow(len(query) + 8)
	for s.out.len() < maxText {
		t := s.lexer.next()
		if t.kind == endToken {
			break
		}
		s.emit(t)
		if !sure && s.lexer.ambiguous {
			break // from here on inside and outside of quotes cannot be told apart
		}
	}
	return s.out.text()
}

// output is a string builder that can be cut.
type output struct{ bytes []byte }

func (o *output) Grow(n int)     { o.bytes = make([]byte, 0, n) }
func (o *output) add(s string)   { o.bytes = append(o.bytes, s...) }
func (o *output) len() int       { return len(o.bytes) }
func (o *output) cut(length int) { o.bytes = o.bytes[:length] }

func (o *output) text() string {
	s := strings.TrimRight(string(o.bytes), " ;")
	if len(s) > maxText {
		s = cutText(s, maxText)
	}
	return s
}

type sanitizer struct {
	lexer  lexer
	out    output
	parens []paren
	before [2]token // the tokens before the current one, the nearest first

	listEnd int // where the last shrunk list ends; 0: none, or something else followed
	comma   bool
}

// paren is an open parenthesis.
type paren struct {
	at     int  // in the output
	values bool // what stands in it are values: VALUES (, IN (, f(
	list   bool // VALUES ( or IN (
	plain  bool // only values and commas so far
	follow int  // where the list before it ends, of which it is one more row; 0: none
}

const maxParens = 64

func (s *sanitizer) emit(t token) {
	text := t.text
	switch t.kind {
	case stringToken, numberToken:
		text = "?"
	case doubleToken:
		if s.isValue() {
			t.kind, text = stringToken, "?"
		}
	}
	if t.spaced && s.out.len() > 0 {
		s.out.add(" ")
	}
	switch {
	case t.text == "(":
		s.open()
	case t.text == ")":
		s.out.add(")")
		s.close()
	default:
		s.out.add(text)
		s.note(t)
	}
	s.before[1], s.before[0] = s.before[0], t
}

// note keeps the state of lists for a token that is no parenthesis.
func (s *sanitizer) note(t token) {
	isComma := t.text == "," && t.kind == otherToken
	if n := len(s.parens); n > 0 && !isComma && !isLiteral(t.kind) && !(t.kind == otherToken && (t.text == "-" || t.text == "+")) {
		s.parens[n-1].plain = false
	}
	if s.comma = isComma && s.listEnd > 0; !s.comma {
		s.listEnd = 0
	}
}

func isLiteral(k tokenKind) bool { return k == stringToken || k == numberToken || k == paramToken }

func (s *sanitizer) open() {
	p := paren{at: s.out.len(), plain: true}
	previous := s.before[0]
	switch {
	case previous.kind == wordToken && isOneOf(previous.text, "IN", "VALUES", "VALUE", "ANY", "ALL"), s.comma:
		p.list, p.values = true, true
	case previous.kind == wordToken && isOneOf(previous.text, "AGAINST"):
		p.values = true
	case previous.kind == wordToken && p.at > 0 && s.out.bytes[p.at-1] != ' ':
		p.values = !(s.before[1].kind == wordToken && isOneOf(s.before[1].text, "INTO", "TABLE"))
	case len(s.parens) > 0 && previous.text == "(":
		p.values = s.parens[len(s.parens)-1].values
	}
	if s.comma {
		p.follow = s.listEnd
	}
	s.listEnd, s.comma = 0, false
	s.out.add("(")
	if len(s.parens) < maxParens {
		s.parens = append(s.parens, p)
	}
}

func (s *sanitizer) close() {
	n := len(s.parens)
	if n == 0 {
		return
	}
	p := s.parens[n-1]
	s.parens = s.parens[:n-1]
	if n > 1 && !p.plain {
		s.parens[n-2].plain = false
	}
	s.listEnd = 0
	if !p.list || !p.plain {
		return
	}
	if p.follow > 0 {
		s.out.cut(p.follow) // the first row stands for all
		s.listEnd = p.follow
		return
	}
	s.out.cut(p.at)
	s.out.add("(?)")
	s.listEnd = s.out.len()
}

// isValue: can only a value stand here? Then a double-quoted text is a string of MySQL's. A dot on either side makes it a name.
func (s *sanitizer) isValue() bool {
	previous := s.before[0]
	if previous.text == "." || s.lexer.peek(0) == '.' {
		return false
	}
	if previous.kind == wordToken {
		return isOneOf(previous.text, "LIKE", "ILIKE", "RLIKE", "REGEXP", "BETWEEN", "THEN", "ELSE", "ESCAPE", "AGAINST", "PASSWORD") ||
			isOneOf(previous.text, "BY") && isOneOf(s.before[1].text, "IDENTIFIED")
	}
	if previous.kind != otherToken {
		return false
	}
	if strings.IndexAny(previous.text, "=<>!~|+*/%") >= 0 {
		return true
	}
	if len(s.parens) == maxParens {
		return true
	}
	return len(s.parens) > 0 && s.parens[len(s.parens)-1].values
}

func isOneOf(word string, upper ...string) bool {
	for _, u := range upper {
		if strings.EqualFold(word, u) {
			return true
		}
	}
	return false
}
