package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

// The cases of the W3C's trace-context suite (level 2, strict) against an instrumented service: a request goes to it with some headers, it calls
// another service, and what counts is what arrives there.

const (
	suiteTrace  = "12345678901234567890123456789012"
	suiteSpan   = "1234567890123456"
	suiteParent = "00-" + suiteTrace + "-" + suiteSpan + "-01"
)

// suite is a service that hands on, and one that says what it was handed.
type suite struct {
	t     *testing.T
	front *harness.Process
}

// call sends the header lines as they are and returns the headers of the calls that the service made.
func (s *suite) call(path string, lines ...string) http.Header {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.front.Addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", path, s.front.Addr)
	for _, line := range lines {
		fmt.Fprintf(conn, "%s\r\n", line)
	}
	io.WriteString(conn, "\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	var received http.Header
	if err := json.NewDecoder(response.Body).Decode(&received); err != nil || response.StatusCode != 200 {
		s.t.Fatalf("status %d, %v", response.StatusCode, err)
	}
	return received
}

// parent sends the lines, requires one well-formed traceparent, and splits it.
func (s *suite) parent(lines ...string) (trace, span, flags string, received http.Header) {
	s.t.Helper()
	received = s.call("/call?to=headers", lines...)
	values := received.Values("Traceparent")
	if len(values) != 1 || len(values[0]) != 55 || values[0][:3] != "00-" || strings.Trim(values[0], "0123456789abcdef-") != "" {
		s.t.Fatalf("%q gave traceparent %q", lines, values)
	}
	trace, span, flags = values[0][3:35], values[0][36:52], values[0][53:]
	if trace == strings.Repeat("0", 32) || span == strings.Repeat("0", 16) || span == suiteSpan {
		s.t.Errorf("%q gave traceparent %q", lines, values)
	}
	return trace, span, flags, received
}

// state is the tracestate behind a parent that is believed, without blanks around its members.
func (s *suite) state(lines ...string) string {
	s.t.Helper()
	trace, _, _, received := s.parent(append([]string{"traceparent: " + suiteParent}, lines...)...)
	if trace != suiteTrace {
		s.t.Errorf("%q lost the trace", lines)
	}
	var members []string
	for _, member := range strings.Split(strings.Join(received.Values("Tracestate"), ","), ",") {
		if member = strings.Trim(member, " \t"); member != "" {
			members = append(members, member)
		}
	}
	return strings.Join(members, ",")
}

func newSuite(t *testing.T) *suite {
	_, front, _ := pair(t)
	return &suite{t, front}
}

func TestTraceparentCases(t *testing.T) {
	s := newSuite(t)
	parent := func(text string) string { return "traceparent: " + text }
	for _, test := range []struct {
		what     string
		lines    []string
		believed bool
	}{
		{"nothing", nil, false},
		{"a parent", []string{parent(suiteParent)}, true},
		{"two parents", []string{parent("00-" + suiteTrace[:31] + "1-" + suiteSpan + "-01"), parent(suiteParent)}, false},
		{"the same parent twice", []string{parent(suiteParent), parent(suiteParent)}, false},
		{"two parents in one header", []string{parent(suiteParent + "," + suiteParent)}, false},
		{"a name with a hyphen", []string{"trace-parent: " + suiteParent}, false},
		{"a name with a dot", []string{"trace.parent: " + suiteParent}, false},
		{"a name in title case", []string{"TraceParent: " + suiteParent}, true},
		{"a name in mixed case", []string{"TrAcEpArEnT: " + suiteParent}, true},
		{"a name in upper case", []string{"TRACEPARENT: " + suiteParent}, true},
		{"version 00 with a dot", []string{parent(suiteParent + ".")}, false},
		{"version 00 with more", []string{parent(suiteParent + "-what-the-future-will-be-like")}, false},
		{"version cc", []string{parent("cc" + suiteParent[2:])}, true},
		{"version cc with more", []string{parent("cc" + suiteParent[2:] + "-what-the-future-will-be-like")}, true},
		{"version cc with a dot and more", []string{parent("cc" + suiteParent[2:] + ".what-the-future-will-be-like")}, false},
		{"version ff", []string{parent("ff" + suiteParent[2:])}, false},
		{"version .0", []string{parent(".0" + suiteParent[2:])}, false},
		{"version 0.", []string{parent("0." + suiteParent[2:])}, false},
		{"version 000", []string{parent("0" + suiteParent)}, false},
		{"version 0000", []string{parent("00" + suiteParent)}, false},
		{"version 0", []string{parent(suiteParent[1:])}, false},
		{"a version in upper case", []string{parent("CC" + suiteParent[2:])}, false},
		{"trace id 0", []string{parent("00-" + strings.Repeat("0", 32) + "-" + suiteSpan + "-01")}, false},
		{"a dot at the front of the trace id", []string{parent("00-." + suiteTrace[1:] + "-" + suiteSpan + "-01")}, false},
		{"a dot at the end of the trace id", []string{parent("00-" + suiteTrace[:31] + ".-" + suiteSpan + "-01")}, false},
		{"a trace id in upper case", []string{parent("00-ABCDEF" + suiteTrace[6:] + "-" + suiteSpan + "-01")}, false},
		{"a long trace id", []string{parent("00-" + suiteTrace + "3-" + suiteSpan + "-01")}, false},
		{"a short trace id", []string{parent("00-" + suiteTrace[:31] + "-" + suiteSpan + "-01")}, false},
		{"parent id 0", []string{parent("00-" + suiteTrace + "-" + strings.Repeat("0", 16) + "-01")}, false},
		{"a dot at the front of the parent id", []string{parent("00-" + suiteTrace + "-." + suiteSpan[1:] + "-01")}, false},
		{"a dot at the end of the parent id", []string{parent("00-" + suiteTrace + "-" + suiteSpan[:15] + ".-01")}, false},
		{"a long parent id", []string{parent("00-" + suiteTrace + "-" + suiteSpan + "7-01")}, false},
		{"a short parent id", []string{parent("00-" + suiteTrace + "-" + suiteSpan[:15] + "-01")}, false},
		{"flags .0", []string{parent(suiteParent[:53] + ".0")}, false},
		{"flags 0.", []string{parent(suiteParent[:53] + "0.")}, false},
		{"flags 001", []string{parent(suiteParent[:53] + "001")}, false},
		{"flags 1", []string{parent(suiteParent[:53] + "1")}, false},
		{"a blank in front", []string{"traceparent:  " + suiteParent}, true},
		{"a tab in front", []string{"traceparent: \t" + suiteParent}, true},
		{"a blank behind", []string{parent(suiteParent + " ")}, true},
		{"a tab behind", []string{parent(suiteParent + "\t")}, true},
		{"blanks and tabs around", []string{"traceparent: \t " + suiteParent + " \t"}, true},
		{"a blank inside", []string{parent(suiteParent[:35] + " " + suiteParent[35:])}, false},
		{"nothing in it", []string{"traceparent:"}, false},
		{"a megabyte", []string{parent(strings.Repeat("0", 500_000))}, false},
		{"a parent beside one that is empty", []string{parent(suiteParent), "traceparent:"}, false},
	} {
		trace, _, flags, _ := s.parent(test.lines...)
		if got := trace == suiteTrace; got != test.believed {
			t.Errorf("%s: believed %v, want %v", test.what, got, test.believed)
		}
		if trace == strings.Repeat("0", 32) || !strings.Contains("01 03", flags) {
			t.Errorf("%s: trace %s, flags %s", test.what, trace, flags)
		}
	}
	for flags, want := range map[string]string{"00": "00", "01": "01", "02": "02", "03": "03", "fc": "00", "ff": "03"} {
		if trace, _, got, _ := s.parent(parent(suiteParent[:53] + flags)); trace != suiteTrace || got != want {
			t.Errorf("flags %s became %s, want %s", flags, got, want)
		}
	}
}

func TestTracestateCases(t *testing.T) {
	s := newSuite(t)
	const key = "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
	var printable strings.Builder
	for c := byte(0x20); c < 0x7f; c++ {
		if c != ',' && c != '=' {
			printable.WriteByte(c)
		}
	}
	numbered := func(from, to int) string {
		var members []string
		for i := from; i <= to; i++ {
			members = append(members, fmt.Sprintf("bar%02d=%02d", i, i))
		}
		return strings.Join(members, ",")
	}
	state := func(text string) string { return "tracestate: " + text }
	for _, test := range []struct {
		what  string
		lines []string
		want  string
	}{
		{"none", nil, ""},
		{"two members", []string{state("foo=1,bar=2")}, "foo=1,bar=2"},
		{"a name with a hyphen", []string{"trace-state: foo=1"}, ""},
		{"a name with a dot", []string{"trace.state: foo=1"}, ""},
		{"names in any case", []string{"TraceState: foo=1", "TrAcEsTaTe: bar=1", "TRACESTATE: baz=1"}, "foo=1,bar=1,baz=1"},
		{"an empty header", []string{"tracestate:"}, ""},
		{"an empty header behind", []string{state("foo=1"), "tracestate:"}, "foo=1"},
		{"an empty header in front", []string{"tracestate:", state("foo=1")}, "foo=1"},
		{"several headers", []string{state("foo=1,bar=2"), state("rojo=1,congo=2"), state("baz=3")}, "foo=1,bar=2,rojo=1,congo=2,baz=3"},
		{"empty members", []string{state("foo=1,,bar=2, ,baz=3,")}, "foo=1,bar=2,baz=3"},
		{"a key twice", []string{state("foo=1,foo=1")}, ""},
		{"a key with two values", []string{state("foo=1,foo=2")}, ""},
		{"a key in two headers", []string{state("foo=1"), state("foo=1")}, ""},
		{"two values in two headers", []string{state("foo=1"), state("foo=2")}, ""},
		{"every character", []string{state(key + "=" + printable.String())}, key + "=" + printable.String()},
		{"every character of a vendor", []string{state(key + "@a-z0-9_-*/=" + printable.String())}, key + "@a-z0-9_-*/=" + printable.String()},
		{"blanks between", []string{state("foo=1 \t , \t bar=2, \t baz=3")}, "foo=1,bar=2,baz=3"},
		{"tabs between", []string{state("foo=1\t \t,\t \tbar=2,\t \tbaz=3")}, "foo=1,bar=2,baz=3"},
		{"blanks and tabs around", []string{state("\t foo=1 \t")}, "foo=1"},
		{"a blank in a key", []string{state("foo =1")}, ""},
		{"a key in upper case", []string{state("FOO=1")}, ""},
		{"a dot in a key", []string{state("foo.bar=1")}, ""},
		{"no vendor", []string{state("foo@=1,bar=2")}, ""},
		{"no tenant", []string{state("@foo=1,bar=2")}, ""},
		{"two signs", []string{state("foo@@bar=1,bar=2")}, ""},
		{"two vendors", []string{state("foo@bar@baz=1,bar=2")}, ""},
		{"32 members", []string{state(numbered(1, 10)), state(numbered(11, 20)), state(numbered(21, 30)), state(numbered(31, 32))}, numbered(1, 32)},
		{"33 members", []string{state(numbered(1, 10)), state(numbered(11, 20)), state(numbered(21, 30)), state(numbered(31, 33))}, ""},
		{"a long key", []string{state("foo=1"), state(strings.Repeat("z", 256) + "=1")}, "foo=1," + strings.Repeat("z", 256) + "=1"},
		{"a key that is too long", []string{state("foo=1"), state(strings.Repeat("z", 257) + "=1")}, ""},
		{"a long vendor", []string{state("foo=1"), state(strings.Repeat("t", 241) + "@" + strings.Repeat("v", 14) + "=1")},
			"foo=1," + strings.Repeat("t", 241) + "@" + strings.Repeat("v", 14) + "=1"},
		{"a tenant that is too long", []string{state("foo=1"), state(strings.Repeat("t", 242) + "@v=1")}, ""},
		{"a vendor that is too long", []string{state("foo=1"), state("t@" + strings.Repeat("v", 15) + "=1")}, ""},
		{"a value with a sign", []string{state("foo=bar=baz")}, ""},
		{"a value that is empty", []string{state("foo=,bar=3")}, ""},
		{"a value that is not ASCII", []string{state("foo=é")}, ""},
		{"a large member among small ones", []string{state("a=1,b=" + strings.Repeat("v", 250) + ",c=" + strings.Repeat("v", 250) + ",d=4")},
			"a=1,c=" + strings.Repeat("v", 250) + ",d=4"},
	} {
		if got := s.state(test.lines...); got != test.want {
			t.Errorf("%s: %q, want %q", test.what, got, test.want)
		}
	}
	// Without a parent that is believed the state is nobody's.
	for _, lines := range [][]string{{state("foo=1")}, {state("foo=1,bar=2")}, {state("foo=1"), "traceparent: 00-x"}} {
		if _, _, _, received := s.parent(lines...); len(received.Values("Tracestate")) != 0 {
			t.Errorf("%q gave %q", lines, received.Values("Tracestate"))
		}
	}
}

func TestSeveralCallsOfOneRequest(t *testing.T) {
	c, front, _ := pair(t)
	s := &suite{t, front}
	for _, lines := range [][]string{{"traceparent: " + suiteParent}, nil, {"traceparent: 00-" + strings.Repeat("0", 32) + "-" + suiteSpan + "-01"}} {
		c.Reset()
		conn, err := net.Dial("tcp", s.front.Addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET /call-twice?to=headers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n\r\n", strings.Join(append(lines, "X: y"), "\r\n"))
		if _, err := io.ReadAll(conn); err != nil {
			t.Fatal(err)
		}
		conn.Close()
		traces, parents := map[string]bool{}, map[string]bool{}
		for _, span := range harness.All(c.Expect(t, 5), "back", "server", "") {
			traces[span.TraceID], parents[span.ParentID] = true, true
		}
		if len(traces) != 1 || len(parents) != 2 || traces[suiteTrace] != (len(lines) == 1 && lines[0] == "traceparent: "+suiteParent) {
			t.Errorf("%q: traces %v, parents %v", lines, traces, parents)
		}
	}
}

// Baggage goes on as it is, whole or not at all: 64 members and 8192 bytes, several headers together.
func TestBaggageCases(t *testing.T) {
	s := newSuite(t)
	members := func(n int) string { return strings.TrimSuffix(strings.Repeat("k=v,", n), ",") }
	long := func(n int) string { return "k=" + strings.Repeat("v", n-2) }
	for _, test := range []struct {
		what  string
		lines []string
		want  string
	}{
		{"none", nil, ""},
		{"one", []string{"a=1"}, "a=1"},
		{"several headers", []string{"a=1,b=2", "c=3"}, "a=1,b=2,c=3"},
		{"properties", []string{"a=1;p;q=2 , b=2"}, "a=1;p;q=2 , b=2"},
		{"percent", []string{"a=%20%C3%A9"}, "a=%20%C3%A9"},
		{"an empty value", []string{"a="}, "a="},
		{"64 members", []string{members(64)}, members(64)},
		{"65 members", []string{members(65)}, ""},
		{"65 members in two headers", []string{members(60), members(5)}, ""},
		{"8192 bytes", []string{long(8192)}, long(8192)},
		{"8193 bytes", []string{long(8193)}, ""},
		{"8193 bytes in two headers", []string{long(4096), long(4096)}, ""},
		{"no value", []string{"a"}, ""},
		{"no key", []string{"=1"}, ""},
		{"a key with a blank", []string{"a b=1"}, ""},
		{"a value with quotes", []string{`a="1"`}, ""},
		{"not ASCII", []string{"a=é"}, ""},
		{"one of two is nonsense", []string{"a=1,nonsense"}, ""},
	} {
		var lines []string
		for _, line := range test.lines {
			lines = append(lines, "baggage: "+line)
		}
		_, _, _, received := s.parent(lines...)
		if got := strings.Join(received.Values("Baggage"), ","); got != test.want {
			t.Errorf("%s: %.100q, want %.100q", test.what, got, test.want)
		}
	}
}
