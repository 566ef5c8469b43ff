package yaml

import (
	"fmt"
	"strings"
	"testing"
)

// show writes a node as JSON would look, with null, and strings in quotes when they were.
func show(n *Node) string {
	switch n.Kind {
	case Scalar:
		if n.Quoted {
			return fmt.Sprintf("%q", n.Text)
		}
		return n.Text
	case List:
		var parts []string
		for _, v := range n.Values {
			parts = append(parts, show(v))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case Map:
		var parts []string
		for i, k := range n.Keys {
			parts = append(parts, k+":"+show(n.Values[i]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "null"
}

func TestParse(t *testing.T) {
	lookup := func(name string) string { return map[string]string{"HOST": "collector", "N": "5"}[name] }
	for _, c := range []struct{ text, want string }{
		{"", "null"},
		{"# nothing\n\n", "null"},
		{"---\na: 1\n", "{a:1}"},
		{"a: 1 # one\nb: 'it''s # here'\nc: \"x\\ty\"\n", `{a:1,b:"it's # here",c:"x\ty"}`},
		{"a:\n  b:\n    c: x\n  d: y\n", "{a:{b:{c:x},d:y}}"},
		{"a:\n  - 1\n  - b: 2\n    c: 3\n  -\n    d: 4\n  - - 5\n    - 6\n", "{a:[1,{b:2,c:3},{d:4},[5,6]]}"},
		{"a:\n- 1\n- 2\nb: 3\n", "{a:[1,2],b:3}"},
		{"a: [1, {b: c, d: [x, 'y, z']}, ]\ne: {}\nf: []\n", `{a:[1,{b:c,d:[x,"y, z"]}],e:{},f:[]}`},
		{"a:\nb: ~\nc: null\nd: ''\n", `{a:null,b:null,c:null,d:""}`},
		{"url: http://${HOST}:4318/v1\nn: ${N:-7}\nm: ${env:M:-7}\nempty: ${M}\ncost: $$5 $x\n", "{url:http://collector:4318/v1,n:5,m:7,empty:null,cost:$5 $x}"},
		{"a: [\"${HOST}\", ${M:-x,y}]\n", `{a:["collector",x,y]}`},
		{"\"quoted key\": 1\nplain key: 2\na:b: c\n", "{quoted key:1,plain key:2,a:b:c}"},
		{"- a\n- b\n", "[a,b]"},
		{"just text\n", "just text"},
	} {
		n, err := Parse(c.text, lookup)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if got := show(n); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\n  b: 2\n":                  "line 2: this indentation",
		"a:\n    b: 1\n  c: 2\n":          "line 3: this indentation",
		"a: 1\na: 2\n":                    "line 2: the key \"a\"",
		"\ta: 1\n":                        "line 1: a tab",
		"a: &x 1\n":                       "line 1: \"&x 1\": anchors",
		"a: |\n  text\n":                  "anchors, tags and block scalars",
		"a: [1, 2\n":                      "is not closed",
		"a: {b}\n":                        "expected `key: value`",
		"a: \"x\n":                        "a quote is not closed",
		"a: \"\\x41\"\n":                  "the escape",
		"a: 'x' y\n":                      "unexpected",
		"a: 1\nb\n":                       "line 2: expected `key: value`",
		"a: ${1X}\n":                      "names no variable",
		"a: ${X\n":                        "is not closed",
		"a: 1\n---\nb: 2\n":               "line 2: only one document",
		"a: \xff\n":                       "not UTF-8",
		strings.Repeat("- ", 100) + "x\n": "nested too deeply",
		"a: " + strings.Repeat("[", 100):  "nested too deeply",
		strings.Repeat("#", maxSize+1):    "larger than",
		"a: [1 2]]\n":                     "unexpected",
		"? a\n: b\n":                      "complex keys",
	} {
		if n, err := Parse(text, nil); err == nil {
			t.Errorf("%.40q: taken as %s", text, show(n))
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a:\n  - b: [1, {c: 'd'}]\n    e: ${X:-y} # z\n")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text, func(string) string { return "v" })
		if (n == nil) == (err == nil) {
			t.Error("neither a value nor an error")
		}
	})
}
