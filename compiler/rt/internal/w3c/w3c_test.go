package w3c

import (
	"encoding/hex"
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// The cases of the recommendation's own test suite that concern parsing.
func TestParseTraceparent(t *testing.T) {
	const good = "00-12345678901234567890123456789012-1234567890123456-01"
	for text, want := range map[string]bool{
		good: true,
		"":   false,
		"00-12345678901234567890123456789012-1234567890123456-00":      true,
		"00-12345678901234567890123456789012-1234567890123456-ff":      true,
		"00-12345678901234567890123456789012-1234567890123456-01.":     false,
		"00-12345678901234567890123456789012-1234567890123456-01-x":    false,
		"cc-12345678901234567890123456789012-1234567890123456-01":      true,
		"cc-12345678901234567890123456789012-1234567890123456-01-what": true,
		"cc-12345678901234567890123456789012-1234567890123456-01.what": false,
		"ff-12345678901234567890123456789012-1234567890123456-01":      false,
		".0-12345678901234567890123456789012-1234567890123456-01":      false,
		"0.-12345678901234567890123456789012-1234567890123456-01":      false,
		"00-00000000000000000000000000000000-1234567890123456-01":      false,
		"00-.2345678901234567890123456789012-1234567890123456-01":      false,
		"00-1234567890123456789012345678901.-1234567890123456-01":      false,
		"00-12345678901234567890123456789012-0000000000000000-01":      false,
		"00-12345678901234567890123456789012-.234567890123456-01":      false,
		"00-12345678901234567890123456789012-1234567890123456-.0":      false,
		"00-12345678901234567890123456789012-1234567890123456-0.":      false,
		"00-12345678901234567890123456789012-1234567890123456-0":       false,
		"00-12345678901234567890123456789012_1234567890123456-01":      false,
		"000-12345678901234567890123456789012-1234567890123456-01":     false,
		"00-ABCDEF78901234567890123456789012-1234567890123456-01":      false,
		" 00-12345678901234567890123456789012-1234567890123456-01":     false,
		strings.Repeat("0", 1_000_000):                                 false,
	} {
		var p Parent
		if ok := p.Parse(text); ok != want {
			t.Errorf("%.80q: %v %v", text, p, ok)
		}
	}
	var p Parent
	p.Parse(good)
	if text := string(AppendTraceparent(nil, p.TraceID, p.SpanID, p.Flags)); text != good {
		t.Errorf("%s", text)
	}
	p.Parse(good[:53] + "ff")
	if p.Flags != Sampled|Random {
		t.Errorf("flags %x: only known ones are passed on", p.Flags)
	}
}

func TestTracestate(t *testing.T) {
	many := func(n int) string {
		var members []string
		for i := 0; i < n; i++ {
			members = append(members, fmt.Sprintf("k%d=v", i))
		}
		return strings.Join(members, ",")
	}
	long := strings.Repeat("v", 256)
	for _, c := range []struct {
		headers []string
		want    string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"foo=1"}, "foo=1"},
		{[]string{"foo=1", "bar=2"}, "foo=1,bar=2"},
		{[]string{"foo=1 \t , \t bar=2, \t baz=3"}, "foo=1 \t , \t bar=2, \t baz=3"},
		{[]string{"foo=1,"}, "foo=1"},
		{[]string{"foo=1,,,bar=2"}, "foo=1,,,bar=2"},
		{[]string{"foo=1,foo=2"}, ""},
		{[]string{"foo =1"}, ""},
		{[]string{"FOO=1"}, ""},
		{[]string{"foo.bar=1"}, ""},
		{[]string{"foo@=1,bar=2"}, ""},
		{[]string{"@foo=1,bar=2"}, ""},
		{[]string{"foo@@bar=1"}, ""},
		{[]string{"foo@bar@baz=1"}, ""},
		{[]string{"0tenant@sys-1=1"}, "0tenant@sys-1=1"},
		{[]string{"foo=1=2"}, ""},
		{[]string{"foo"}, ""},
		{[]string{"foo="}, ""},
		{[]string{"foo=a\x00"}, ""},
		{[]string{"foo=\x7f"}, ""},
		{[]string{"foo=a\r\nX: y"}, ""},
		{[]string{many(32)}, many(32)},
		{[]string{many(33)}, ""},
		{[]string{strings.Repeat("z", 256) + "=1"}, strings.Repeat("z", 256) + "=1"},
		{[]string{strings.Repeat("z", 257) + "=1"}, ""},
		{[]string{strings.Repeat("t", 241) + "@v=1"}, strings.Repeat("t", 241) + "@v=1"},
		{[]string{strings.Repeat("t", 242) + "@v=1"}, ""},
		{[]string{"t@" + strings.Repeat("v", 15) + "=1"}, ""},
		{[]string{"a=1,big=" + long + ",b=2,huge=" + long + ",c=3"}, "a=1,b=2,huge=" + long + ",c=3"},
		{[]string{strings.Repeat("x", 9000)}, ""},
	} {
		if got := Tracestate(c.headers); got != c.want {
			t.Errorf("%.100q: %q, want %q", c.headers, got, c.want)
		}
	}
	var medium []string
	for i := 0; i < 20; i++ {
		medium = append(medium, fmt.Sprintf("k%d=%s", i, strings.Repeat("v", 100)))
	}
	if got := Tracestate(medium); got != strings.Join(medium[:4], ",") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

func TestBaggage(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{"a=b", "a=b"},
		{"a=b,c=d;p=1;q", "a=b,c=d;p=1;q"},
		{" a = b , c = d ", " a = b , c = d "},
		{"a=", "a="},
		{"a=%20x", "a=%20x"},
		{"a", ""},
		{"=b", ""},
		{"a b=c", ""},
		{"a=b\r\nX: y", ""},
		{"a=é", ""},
		{"a=\"q\"", ""},
		{strings.Repeat("a=b,", 64), strings.Repeat("a=b,", 64)},
		{strings.Repeat("a=b,", 65), ""},
		{"a=" + strings.Repeat("v", 8200), ""},
	} {
		if got := Baggage([]string{c[0]}); got != c[1] {
			t.Errorf("%.80q: %.80q, want %.80q", c[0], got, c[1])
		}
	}
	if got := Baggage([]string{"a=1", "b=2"}); got != "a=1,b=2" {
		t.Errorf("%q", got)
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("00-12345678901234567890123456789012-1234567890123456-01", "a=b,c@d=e", "k=v;p")
	f.Fuzz(func(t *testing.T, parent, state, baggage string) {
		var p Parent
		if ok := p.Parse(parent); ok && len(parent) == 55 && parent[:53] != string(AppendTraceparent(nil, p.TraceID, p.SpanID, p.Flags))[:53] && parent[:2] == "00" {
			t.Errorf("%q changes on its way", parent)
		}
		for _, text := range []string{Tracestate([]string{state, parent}), Baggage([]string{baggage, state})} {
			if strings.ContainsAny(text, "\r\n\x00") || len(text) > maxBaggage {
				t.Errorf("%q", text)
			}
		}
	})
}

// Every byte at every place of a word, against the digits that there are.
func TestDecodeHexKnowsEveryByte(t *testing.T) {
	for place := 0; place < 16; place++ {
		for c := 0; c < 256; c++ {
			text := []byte("0123456789abcdef")
			text[place] = byte(c)
			var got [8]byte
			ok := decodeHex(got[:], string(text)) == 0
			want, err := hex.DecodeString(string(text))
			if upper := 'A' <= c && c <= 'F'; ok != (err == nil && !upper) {
				t.Fatalf("%q: accepted %v", text, ok)
			}
			if ok && string(got[:]) != string(want) {
				t.Fatalf("%q: %x", text, got)
			}
		}
	}
}

func TestAppendHex(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for size := 0; size <= 40; size++ {
		bytes := make([]byte, size)
		random.Read(bytes)
		if got, want := string(AppendHex([]byte("before "), bytes)), "before "+hex.EncodeToString(bytes); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
