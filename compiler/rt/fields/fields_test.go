package fields

import (
	"fmt"
	"strings"
	"testing"
)

func TestMembers(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	for _, c := range []struct {
		members string
		open    int64
		then    any
		want    string
	}{
		{``, 0, nil, `[]`},
		{`"a":1,"b":"x","c":true,"d":null,"e":1.5`, 0, nil, `[a 1 b x c true d <nil> e 1.5]`},
		{`"a":{"b":{"c":1},"d":2},"e":[1,{"f":2}]`, 0, nil, `[a.b.c 1 a.d 2 e [1,{"f":2}]]`},
		{`"a":1,"g":{"b":2,"h":{`, 2, map[string]any{"n": 1}, `[a 1 g.b 2 g.h.n 1]`},
		{`"g":{`, 1, map[string]any{"o": map[string]any{"y": 2, "x": 1}, "n": 3}, `[g.n 3 g.o.x 1 g.o.y 2]`},
		{`"a":1`, 1, map[string]any{"n": 1}, `[a 1 n 1]`}, // no object is open
		{`"a":1`, -1, 7, `[a 1]`},
		{`"a":1`, 1 << 40, nil, `[a 1]`},
		{`"a":1,garbage`, 0, map[string]any{"n": 1}, `[a 1 n 1]`},
		{`"n":12345678901234567890`, 0, nil, `[n 1.2345678901234567e+19]`},
		{`"x":` + deep, 0, nil, `[x` + strings.Repeat(".a", 16) + ` ` + strings.Repeat(`{"a":`, 24) + "1" + strings.Repeat("}", 24) + `]`},
	} {
		if got := fmt.Sprint(Members([]byte(c.members), c.open, c.then)); got != c.want {
			t.Errorf("%.60s: %s, want %s", c.members, got, c.want)
		}
	}
}

func TestMembersAreBounded(t *testing.T) {
	if got := Members([]byte(`"a":1`+strings.Repeat(`,"a":1`, 5000)), 0, nil); len(got) != 2*maxFields {
		t.Errorf("%d names and values", len(got))
	}
	if got := Members([]byte(`"a":"`+strings.Repeat("x", 1<<20)+`"`), 0, nil); len(got) != 2 || len(got[1].(string)) != maxText {
		t.Errorf("%d names and values", len(got))
	}
	itself := map[string]any{}
	itself["me"] = itself
	if got := Members(nil, 0, itself); len(got) != 2 || got[0] != "me"+strings.Repeat(".me", maxDepth) {
		t.Errorf("%d names and values", len(got))
	}
}

func TestObject(t *testing.T) {
	line := []byte(`{"level":"info","n":1,"g":{"level":"kept"},"message":"a \"message\":1"}`)
	if got := fmt.Sprint(Object(line, []string{"level", "message"})); got != `[n 1 g.level kept]` {
		t.Errorf("%s", got)
	}
	if got := TextOf(line, "message"); got != `a "message":1` {
		t.Errorf("%q", got)
	}
	if TextOf(line, "n") != "" || TextOf(line, "none") != "" || TextOf(nil, "n") != "" || TextOf([]byte{0xbf, 1}, "n") != "" {
		t.Error("a text that is none")
	}
	if got := Object([]byte{0xbf, 0x61}, nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestNames(t *testing.T) {
	for members, want := range map[string]bool{
		``: false, `{`: false, `{"id":1`: true, `"id":"x"`: true, `{"a":1,"id":"x"`: true, `"a":{"id":1}`: false, `{"a":"\"id\":1"`: false, `"a":{"id":1},"id":2`: true,
		"\xbf\x61\"id\":": false, `{"a":1,"g":{"id":1,`: false,
	} {
		if got := Names([]byte(members), "id"); got != want {
			t.Errorf("%q: %v", members, got)
		}
	}
}

func TestWithout(t *testing.T) {
	all := map[string]any{"a": 1, "b": 2, "c": map[string]any{"a": 3}}
	for names, want := range map[[2]string]string{{"", ""}: `[a 1 b 2 c.a 3]`, {"a", ""}: `[b 2 c.a 3]`, {"b", "a"}: `[c.a 3]`, {"z", "c"}: `[a 1 b 2 c.a 3]`} {
		if got := fmt.Sprint(Without(all, names[0], names[1])); got != want {
			t.Errorf("%q: %s, want %s", names, got, want)
		}
	}
	if got := Without(7, "a", "b"); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
