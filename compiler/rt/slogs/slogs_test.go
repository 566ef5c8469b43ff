package slogs

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
)

func recordOf(args ...any) slog.Record {
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	r.Add(args...)
	return r
}

// pairs are names and values as a map.
func pairs(t *testing.T, fields []any) map[string]any {
	t.Helper()
	if len(fields)%2 != 0 {
		t.Fatalf("%d names and values", len(fields))
	}
	all := map[string]any{}
	for i := 0; i < len(fields); i += 2 {
		all[fields[i].(string)] = fields[i+1]
	}
	return all
}

type valuer struct{ value slog.Value }

func (v valuer) LogValue() slog.Value { return v.value }

type hostile struct{}

func (hostile) LogValue() slog.Value         { panic("no value") }
func (hostile) MarshalJSON() ([]byte, error) { panic("no JSON") }
func (hostile) MarshalText() ([]byte, error) { panic("no text") }
func (*hostile) String() string              { panic("no string") }
func (h hostile) Group() (group []slog.Attr) { return nil }

type forever struct{}

func (forever) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("a", forever{}), slog.Any("b", forever{}))
}

type secret string

func (secret) String() string { return "***" }

// endless would end the program: nobody but fmt calls it, and a JSON handler does not.
type endless struct{ A int }

func (e endless) String() string { return e.String() + "x" }

func TestFields(t *testing.T) {
	group := slog.Group("g", "n", 1, slog.Group("inner", "s", "x"), slog.Group("", "flat", true), slog.Group("empty"))
	r := recordOf(group, "d", time.Second, "v", valuer{slog.GroupValue(slog.Int("deep", 2))}, "e", errors.New("bad"), "list", []string{"a"})
	for _, asJSON := range []bool{false, true} {
		got := pairs(t, RecordFields([]string{"http", "in"}, nil, 0, asJSON, nil, r))
		want := map[string]any{"http.in.g.n": int64(1), "http.in.g.inner.s": "x", "http.in.g.flat": true, "http.in.d": time.Second,
			"http.in.v.deep": int64(2), "http.in.e": "bad", "http.in.list": []string{"a"}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v\n%v", got, want)
		}
	}
}

func TestAttributesOfWith(t *testing.T) {
	r := recordOf("last", true)
	text := pairs(t, RecordFields([]string{"g"}, []byte(`plain=1 quoted="a \"b\"" "odd key"=x g.n=2`), 1, false, nil, r))
	if want := map[string]any{"plain": "1", "quoted": `a "b"`, "odd key": "x", "g.n": "2", "g.last": true}; !reflect.DeepEqual(text, want) {
		t.Errorf("%v", text)
	}
	members := pairs(t, RecordFields([]string{"g", "h"}, []byte(`"n":1,"f":1.5,"big":18446744073709551615,"l":[1,"a"],"nothing":null,"g":{"s":"x","deep":{"b":true},"last":0`), 1, true, nil, r))
	if want := map[string]any{"n": int64(1), "f": 1.5, "big": 18446744073709551615.0, "l": `[1,"a"]`, "nothing": nil, "g.s": "x", "g.deep.b": true, "g.last": int64(0), "g.h.last": true}; !reflect.DeepEqual(members, want) {
		t.Errorf("%v", members)
	}
	for _, broken := range []string{`"a`, `"a":`, `}`, `"a":1}`, strings.Repeat(`"a":{`, 5000), "=", `"`, `a="`} {
		for _, asJSON := range []bool{false, true} {
			RecordFields(nil, []byte(broken), 1, asJSON, nil, nil)
			RecordFields(nil, []byte(broken), -1, asJSON, nil, r)
		}
	}
}

// The text that the handlers of this Go release keep is what is read: the same attributes as those of a record.
func TestHandlersKeepWhatIsRead(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var line bytes.Buffer
		var handler slog.Handler = slog.NewTextHandler(&line, nil)
		if asJSON {
			handler = slog.NewJSONHandler(&line, nil)
		}
		inner := handler.WithAttrs([]slog.Attr{slog.String("a", "x y")}).WithGroup("g").WithAttrs([]slog.Attr{slog.Int("n", 2)})
		common := reflect.ValueOf(inner).Elem().Field(0).Elem()
		formatted, groups := common.FieldByName("preformattedAttrs").Bytes(), common.FieldByName("groups")
		got := pairs(t, RecordFields([]string{groups.Index(0).String()}, formatted, common.FieldByName("nOpenGroups").Int(), asJSON, nil, recordOf("k", 1)))
		n := any("2")
		if asJSON {
			n = int64(2)
		}
		if want := map[string]any{"a": "x y", "g.n": n, "g.k": int64(1)}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

func TestReplaceAttrIsObeyed(t *testing.T) {
	var asked []string
	replace := func(groups []string, a slog.Attr) slog.Attr {
		asked = append(asked, strings.Join(append(groups, a.Key), "/"))
		switch a.Key {
		case "password":
			return slog.Attr{}
		case "old":
			return slog.Any("new", valuer{slog.IntValue(1)})
		case "bad":
			panic("no")
		}
		return a
	}
	r := recordOf("password", "hunter2", slog.Group("g", "password", "hunter2", "old", 0), "bad", 1)
	got := pairs(t, RecordFields([]string{"top"}, nil, 0, true, replace, r))
	if want := map[string]any{"top.g.new": int64(1), "top.bad": panicked}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if want := "top/password top/g/password top/g/old top/bad"; strings.Join(asked, " ") != want {
		t.Errorf("asked %v", asked)
	}
	mask := func(_ []string, a slog.Attr) slog.Attr { return slog.String(a.Key, "masked") }
	drop := func([]string, slog.Attr) slog.Attr { return slog.Attr{} }
	angry := func([]string, slog.Attr) slog.Attr { panic("no") }
	for _, c := range []struct {
		replace any
		want    string
	}{{nil, "m"}, {(func([]string, slog.Attr) slog.Attr)(nil), "m"}, {mask, "masked"}, {drop, ""}, {angry, panicked}, {"no function", "m"}} {
		if got := RecordMessage(c.replace, "m"); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestHostileValues(t *testing.T) {
	loop := map[string]any{}
	loop["self"] = loop
	r := recordOf("h", hostile{}, "p", (*hostile)(nil), "nil", nil, "raw", json.RawMessage("{"), "after", 1)
	for _, asJSON := range []bool{false, true} {
		got := pairs(t, RecordFields(nil, nil, 0, asJSON, nil, r))
		if got["after"] != int64(1) || len(got) != 5 {
			t.Errorf("%v", got)
		}
	}
	got := pairs(t, RecordFields(nil, nil, 0, true, nil, recordOf("loop", loop, "endless", endless{1}, "secret", secret("x"))))
	if text, _ := got["loop"].(string); !strings.HasPrefix(text, "!ERROR:") || got["endless"] != `{"A":1}` || got["secret"] != "x" {
		t.Errorf("%v", got)
	}
	if got := pairs(t, RecordFields(nil, nil, 0, false, nil, recordOf("secret", secret("x")))); got["secret"] != "***" {
		t.Errorf("%v", got)
	}
	if n := len(RecordFields(nil, nil, 0, true, nil, recordOf("f", forever{}))); n > 2*maxFields {
		t.Errorf("%d fields", n)
	}
	many := make([]any, 0, 10000)
	for i := 0; i < 5000; i++ {
		many = append(many, "k", i)
	}
	if n := len(RecordFields(nil, nil, 0, true, nil, recordOf(many...))); n != 2*maxFields {
		t.Errorf("%d fields", n)
	}
	if n := len(RecordFields(nil, nil, 0, true, "no function", "no record")); n != 0 {
		t.Errorf("%d fields", n)
	}
}
