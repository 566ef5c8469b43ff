// Package yaml reads the part of YAML that configuration files are written in: mappings and sequences by indentation, one-line flow collections,
// plain and quoted scalars on one line, comments. Whatever else YAML has (anchors, tags, block scalars, several documents) is refused with its
// line, never guessed at. Input is bounded in size and depth.
package yaml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind says what a node is.
type Kind uint8

const (
	Null Kind = iota
	Scalar
	Map
	List
)

// Node is a value with the line where it begins.
type Node struct {
	Kind   Kind
	Line   int
	Text   string   // of a scalar
	Quoted bool     // a scalar that was written in quotes is a string
	Keys   []string // of a mapping, in the order of the file
	Lines  []int    // of the keys
	Values []*Node  // of a mapping or sequence
}

// Get gives the value of a key; nil when there is none.
func (n *Node) Get(key string) *Node {
	for i, k := range n.Keys {
		if k == key {
			return n.Values[i]
		}
	}
	return nil
}

const (
	maxSize  = 1 << 20
	maxDepth = 32
)

// Parse reads one document. lookup gives the values of variables: ${NAME}, ${env:NAME} and ${NAME:-default} in scalars are replaced, $$ is one $.
// An empty document is Null.
func Parse(text string, lookup func(string) string) (root *Node, err error) {
	if len(text) > maxSize {
		return nil, fmt.Errorf("larger than %d bytes", maxSize)
	}
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("not UTF-8")
	}
	p := &parser{lookup: lookup}
	defer func() {
		if failure, ok := recover().(*failure); ok {
			root, err = nil, failure
		}
	}()
	p.split(text)
	root = p.block(0, 0)
	if p.at < len(p.lines) {
		p.fail(p.lines[p.at].number, "this indentation fits nothing above it")
	}
	return root, nil
}

type failure struct {
	line int
	text string
}

func (f *failure) Error() string { return fmt.Sprintf("line %d: %s", f.line, f.text) }

type line struct {
	number, indent int
	text           string // without indentation, comment and trailing blanks; not empty
}

type parser struct {
	lines  []line
	at     int
	lookup func(string) string
}

func (p *parser) fail(line int, format string, args ...any) {
	panic(&failure{line, fmt.Sprintf(format, args...)})
}

func (p *parser) split(text string) {
	text = strings.TrimPrefix(text, "\ufeff")
	for i, raw := range strings.Split(text, "\n") {
		raw = strings.TrimRight(raw, " \r")
		body := strings.TrimLeft(raw, " ")
		l := line{i + 1, len(raw) - len(body), p.withoutComment(i+1, body)}
		switch {
		case l.text == "":
		case l.text[0] == '\t':
			p.fail(l.number, "a tab in the indentation")
		case l.text == "---" && l.indent == 0 && len(p.lines) == 0:
		case l.indent == 0 && (strings.HasPrefix(l.text, "--- ") || l.text == "---" || l.text == "..." || l.text[0] == '%'):
			p.fail(l.number, "only one document without directives is read")
		default:
			p.lines = append(p.lines, l)
		}
	}
}

// withoutComment cuts at a # that begins the text or follows a blank, outside quotes.
func (p *parser) withoutComment(number int, text string) string {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" [{,:-", text[i-1]) >= 0):
			end := quoteEnd(text[i:])
			if end < 0 {
				p.fail(number, "a quote is not closed on its line")
			}
			i += end - 1
		case c == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t'):
			return strings.TrimRight(text[:i], " \t")
		}
	}
	return strings.TrimRight(text, " \t")
}

// quoteEnd is the length of the quoted scalar that text begins with, or -1.
func quoteEnd(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[0] == '"' && text[i] == '\\':
			i++
		case text[i] == text[0] && text[0] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return -1
}

// block reads the mapping, sequence or scalar that stands at an indentation of at least this.
func (p *parser) block(least, depth int) *Node {
	if p.at == len(p.lines) || p.lines[p.at].indent < least {
		return &Node{}
	}
	l := p.lines[p.at]
	if depth > maxDepth {
		p.fail(l.number, "nested too deeply")
	}
	if isItem(l.text) {
		return p.list(l.indent, depth)
	}
	if _, _, ok := p.key(l); ok {
		return p.mapping(l.indent, depth)
	}
	p.at++
	return p.value(l.number, l.text, depth)
}

func isItem(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

func (p *parser) list(indent, depth int) *Node {
	n := &Node{Kind: List, Line: p.lines[p.at].number}
	for p.at < len(p.lines) && p.lines[p.at].indent == indent && isItem(p.lines[p.at].text) {
		l := &p.lines[p.at]
		rest := strings.TrimLeft(l.text[1:], " ")
		if rest == "" {
			p.at++
			n.Values = append(n.Values, p.block(indent+1, depth+1))
			continue
		}
		// What follows the dash is a block of its own that begins where it stands.
		l.indent += len(l.text) - len(rest)
		l.text = rest
		n.Values = append(n.Values, p.block(indent+1, depth+1))
	}
	p.end(indent)
	return n
}

func (p *parser) mapping(indent, depth int) *Node {
	n := &Node{Kind: Map, Line: p.lines[p.at].number}
	for p.at < len(p.lines) && p.lines[p.at].indent == indent {
		l := p.lines[p.at]
		key, rest, ok := p.key(l)
		if !ok {
			p.fail(l.number, "expected `key: value`")
		}
		if n.Get(key) != nil {
			p.fail(l.number, "the key %q stands here twice", key)
		}
		p.at++
		var value *Node
		switch {
		case rest != "":
			value = p.value(l.number, rest, depth+1)
		case p.at < len(p.lines) && p.lines[p.at].indent == indent && isItem(p.lines[p.at].text):
			value = p.list(indent, depth+1) // a sequence may stand as far left as its key
		default:
			value = p.block(indent+1, depth+1)
		}
		if value.Line == 0 {
			value.Line = l.number
		}
		n.Keys, n.Lines, n.Values = append(n.Keys, key), append(n.Lines, l.number), append(n.Values, value)
	}
	p.end(indent)
	return n
}

// end: what follows a block stands further left than it.
func (p *parser) end(indent int) {
	if p.at < len(p.lines) && p.lines[p.at].indent > indent {
		p.fail(p.lines[p.at].number, "this indentation fits nothing above it")
	}
}

// key splits `key: rest`.
func (p *parser) key(l line) (key, rest string, ok bool) {
	text := l.text
	if text[0] == '"' || text[0] == '\'' {
		end := quoteEnd(text)
		if end < 0 || end == len(text) || text[end] != ':' {
			return "", "", false
		}
		return p.unquote(l.number, text[:end]), strings.TrimLeft(text[end+1:], " "), true
	}
	if strings.IndexByte("[{", text[0]) >= 0 {
		return "", "", false
	}
	if strings.HasPrefix(text, "? ") {
		p.fail(l.number, "complex keys are not supported")
	}
	at := strings.Index(text, ": ")
	if at < 0 && strings.HasSuffix(text, ":") {
		at = len(text) - 1
	}
	if at <= 0 {
		return "", "", false
	}
	return strings.TrimRight(text[:at], " "), strings.TrimLeft(text[at+1:], " "), true
}

// value reads what stands on one line.
func (p *parser) value(number int, text string, depth int) *Node {
	f := &flow{p: p, number: number, text: text}
	n := f.value(depth, "")
	if f.skip(); f.at < len(f.text) {
		p.fail(number, "unexpected %q", f.text[f.at:])
	}
	return n
}

// flow reads collections in brackets and scalars.
type flow struct {
	p      *parser
	number int
	text   string
	at     int
}

func (f *flow) skip() {
	for f.at < len(f.text) && f.text[f.at] == ' ' {
		f.at++
	}
}

// value ends, when it is plain, before one of the characters in stop.
func (f *flow) value(depth int, stop string) *Node {
	f.skip()
	if depth > maxDepth {
		f.p.fail(f.number, "nested too deeply")
	}
	if f.at == len(f.text) {
		return &Node{Line: f.number}
	}
	switch c := f.text[f.at]; {
	case c == '[':
		return f.list(depth)
	case c == '{':
		return f.mapping(depth)
	case c == '"' || c == '\'':
		return &Node{Kind: Scalar, Line: f.number, Text: f.p.substitute(f.number, f.quoted()), Quoted: true}
	case strings.IndexByte("&*!|>@`", c) >= 0:
		f.p.fail(f.number, "%q: anchors, tags and block scalars are not supported", f.text[f.at:])
	}
	return f.p.plain(f.number, f.plain(stop))
}

func (f *flow) quoted() string {
	end := quoteEnd(f.text[f.at:])
	if end < 0 {
		f.p.fail(f.number, "a quote is not closed on its line")
	}
	text := f.p.unquote(f.number, f.text[f.at:f.at+end])
	f.at += end
	return text
}

func (f *flow) plain(stop string) string {
	begin := f.at
	for f.at < len(f.text) && (strings.IndexByte(stop, f.text[f.at]) < 0 || strings.HasPrefix(f.text[begin:f.at], "${") && !strings.Contains(f.text[begin:f.at], "}")) {
		f.at++
	}
	return strings.TrimRight(f.text[begin:f.at], " ")
}

func (f *flow) list(depth int) *Node {
	n := &Node{Kind: List, Line: f.number}
	f.at++
	for {
		if f.skip(); f.closes(']') {
			return n
		}
		n.Values = append(n.Values, f.value(depth+1, ",]"))
		f.comma(']')
	}
}

func (f *flow) mapping(depth int) *Node {
	n := &Node{Kind: Map, Line: f.number}
	f.at++
	for {
		if f.skip(); f.closes('}') {
			return n
		}
		var key string
		if c := f.text[f.at]; c == '"' || c == '\'' {
			key = f.quoted()
		} else {
			key = f.plain(":,}")
		}
		if f.skip(); f.at == len(f.text) || f.text[f.at] != ':' || key == "" || n.Get(key) != nil {
			f.p.fail(f.number, "expected `key: value`, each key once")
		}
		f.at++
		n.Keys, n.Lines, n.Values = append(n.Keys, key), append(n.Lines, f.number), append(n.Values, f.value(depth+1, ",}"))
		f.comma('}')
	}
}

func (f *flow) closes(c byte) bool {
	if f.at == len(f.text) {
		f.p.fail(f.number, "%q is not closed on its line", c)
	}
	if f.text[f.at] != c {
		return false
	}
	f.at++
	return true
}

func (f *flow) comma(end byte) {
	f.skip()
	if f.at < len(f.text) && f.text[f.at] == ',' {
		f.at++
	} else if f.at < len(f.text) && f.text[f.at] != end {
		f.p.fail(f.number, "expected `,` or %q", end)
	}
}

func (p *parser) plain(number int, text string) *Node {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return &Node{Line: number}
	}
	if text = p.substitute(number, text); text == "" {
		return &Node{Line: number}
	}
	return &Node{Kind: Scalar, Line: number, Text: text}
}

var escapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", '"': `"`, '\\': `\`, '/': "/", ' ': " ", '0': "\x00"}

func (p *parser) unquote(number int, text string) string {
	body := text[1 : len(text)-1]
	if text[0] == '\'' {
		return strings.ReplaceAll(body, "''", "'")
	}
	var out strings.Builder
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			out.WriteByte(body[i])
			continue
		}
		i++
		meant, ok := escapes[body[i]]
		if !ok {
			p.fail(number, "the escape \\%c is not supported", body[i])
		}
		out.WriteString(meant)
	}
	return out.String()
}

// substitute replaces references to variables; what comes in is not looked at again.
func (p *parser) substitute(number int, text string) string {
	if strings.IndexByte(text, '$') < 0 {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '$':
			out.WriteByte(text[i])
		case strings.HasPrefix(text[i:], "$$"):
			out.WriteByte('$')
			i++
		case strings.HasPrefix(text[i:], "${"):
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				p.fail(number, "`${` is not closed")
			}
			out.WriteString(p.variable(number, text[i+2:i+end]))
			i += end
		default:
			out.WriteByte('$')
		}
	}
	return out.String()
}

func (p *parser) variable(number int, reference string) string {
	name, def := strings.TrimPrefix(reference, "env:"), ""
	if at := strings.Index(name, ":-"); at >= 0 {
		name, def = name[:at], name[at+2:]
	}
	for i, c := range []byte(name) {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			p.fail(number, "${%s} names no variable", reference)
		}
	}
	if name == "" {
		p.fail(number, "${%s} names no variable", reference)
	}
	if p.lookup != nil {
		if value := p.lookup(name); value != "" {
			return value
		}
	}
	return def
}
