package logs

import (
	"strings"
	"testing"
)

func TestStamp(t *testing.T) {
	for _, c := range []struct{ header, message, want string }{
		{"", "hello\n", "hello id=7\n"},
		{"2026 ", "hello", "2026 hello id=7"},
		{"2026 ", "two\nlines\r\n", "2026 two\nlines id=7\r\n"},
		{"2026 ", "\n", "2026 \n"},
		{"2026 ", " \t", "2026  \t"},
		{"x: ", `{"a":1}` + "\n", `x: {"a":1,"id":"7"}` + "\n"},
		{"", `{ } `, `{"id":"7"} `},
		{"", ` {"a":{}} ` + "\n", ` {"a":{},"id":"7"} ` + "\n"},
		{"", `{not json}`, `{not json} id=7`},
		{"", `{"id":"mine"}`, `{"id":"mine"}`},
		{"", `id=mine hello`, `id=mine hello`},
		{"{", `}`, `{} id=7`},
	} {
		line := append(make([]byte, 0, 256), c.header+c.message...)
		if got := string(Stamp(line, int64(len(c.header)), "id", "7")); got != c.want {
			t.Errorf("%q: %q, want %q", c.header+c.message, got, c.want)
		}
	}
	for _, header := range []int64{-1, 99, 1 << 62} {
		if got := string(Stamp([]byte("x\n"), header, "id", "7")); got != "x id=7\n" {
			t.Errorf("%d: %q", header, got)
		}
	}
	if got := Stamp(nil, 0, "id", "7"); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestMessage(t *testing.T) {
	if got := Message([]byte("2026 hello\n"), 5); got != "hello" {
		t.Errorf("%q", got)
	}
	if got := Message([]byte(strings.Repeat("x", 1<<20)), 0); len(got) != maxMessage {
		t.Errorf("%d bytes", len(got))
	}
	if got := Message(nil, 7); got != "" {
		t.Errorf("%q", got)
	}
}

func FuzzStamp(f *testing.F) {
	f.Add("2026 ", `{"a":1}`)
	f.Add("", "hello\n")
	f.Fuzz(func(t *testing.T, header, message string) {
		if strings.ContainsAny(header, "\r\n") {
			t.Skip()
		}
		line := string(Stamp([]byte(header+message), int64(len(header)), "id", "7"))
		if !strings.HasPrefix(line, header) {
			t.Errorf("%q has lost its header %q", line, header)
		}
		ended := strings.TrimRight(message, "\r\n")
		if !strings.HasSuffix(line, message[len(ended):]) {
			t.Errorf("%q has another end than %q", line, message)
		}
	})
}
