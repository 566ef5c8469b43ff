package text

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

type named string
type panicking struct{ s string }

type badError struct{}

func (badError) Error() string      { return "" }
func (badError) Is(error) bool      { panic("no") }
func (p *panicking) String() string { return p.s }

func TestText(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, ""}, {"a", "a"}, {[]byte("b"), "b"}, {errors.New("c"), "c"}, {time.Second, "1s"}, {named("d"), "d"}, {3, "3"}, {uint8(4), "4"},
		{true, "true"}, {1.5, "1.5"}, {(*panicking)(nil), ""}, {[]int{1}, ""}, {struct{}{}, ""},
	} {
		check(t, "text", Text(c.value), c.want)
	}
	if got := Text(strings.Repeat("é", 4000)); len(got) != 4096 {
		t.Errorf("%d bytes", len(got))
	}
	check(t, "odd cut", len(Text("x"+strings.Repeat("é", 4000))), 4095)
	check(t, "words", Words("a", "b")+Words("", "c")+Words("d", ""), "a bcd")
	check(t, "join", Join([]string{"a", "b", "c"}, "; ", 2), "a; b")
	check(t, "join all", Join([]string{"a", "b"}, ",", 0), "a,b")
	check(t, "join bounded", len(Join(make([]string, 1_000_000), "--", 0)), maxText)
	check(t, "type", TypeName(errors.New("")), "*errors.errorString")
	check(t, "no type", TypeName(nil), "")
	check(t, "atoi", Atoi("42")+Atoi("-2")+Atoi("x")+Atoi(""), int64(40))
	check(t, "is", ErrorIs(fmt.Errorf("wrapped: %w", io.EOF), io.EOF) && !ErrorIs(io.EOF, io.ErrUnexpectedEOF) && !ErrorIs(badError{}, io.EOF), true)
	check(t, "itoa", Itoa(-7)+Lower("Ä")+Upper("x"), "-7äX")
}

func TestHTTP(t *testing.T) {
	for in, want := range map[string]string{"GET": "GET", "": "GET", "get": "_OTHER", "BREW": "_OTHER", "PATCH": "PATCH"} {
		check(t, in, HTTPMethod(in), want)
	}
	check(t, "name", HTTPName("GET", "/users/{id}")+HTTPName("", "")+HTTPName("BREW", "/pots")+HTTPName("get", ""), "GET /users/{id}GETHTTP /potsHTTP")
	for in, want := range map[string]string{"HTTP/1.1": "1.1", "HTTP/2.0": "2", "HTTP/3.0": "3", "HTTP/1.0": "1.0", "": "", "SPDY": "", "HTTP/1.1111": ""} {
		check(t, in, HTTPVersion(in), want)
	}
	for in, want := range map[string]string{
		"": "", "/": "/", "/users/{id}": "/users/{id}", "GET /users/{id}": "/users/{id}", "GET example.com/a/": "/a/", "example.com/": "/",
		"GET \t /x/{$}": "/x/", "/{path...}": "/{path...}", "nonsense": "",
	} {
		check(t, in, HTTPRoute(in), want)
	}
	check(t, "scheme", HTTPScheme(true)+HTTPScheme(false), "httpshttp")
}

func TestRedactURL(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"https://example.com/a?b=c#d":          "https://example.com/a?b=c#d",
		"https://user:pa@ss@example.com:8/a":   "https://REDACTED:REDACTED@example.com:8/a",
		"https://user@example.com":             "https://REDACTED:REDACTED@example.com",
		"//u:p@h/x":                            "//REDACTED:REDACTED@h/x",
		"https://h/a@b":                        "https://h/a@b",
		"/local?X-Amz-Signature=abc&x=1":       "/local?X-Amz-Signature=REDACTED&x=1",
		"https://h/?sig=1&Signature=2&q=sig":   "https://h/?sig=REDACTED&Signature=REDACTED&q=sig",
		"https://h/?AWSAccessKeyId=1;b=2":      "https://h/?AWSAccessKeyId=REDACTED;b=2",
		"https://h/?X-Goog-Signature=a=b":      "https://h/?X-Goog-Signature=REDACTED",
		"https://h/?%73ig=1&access%5Ftoken=2":  "https://h/?%73ig=REDACTED&access%5Ftoken=REDACTED",
		"https://h/cb#access_token=1&state=2":  "https://h/cb#access_token=REDACTED&state=2",
		"https://h/?next=https://u:p@x/&sig=1": "https://h/?next=https://u:p@x/&sig=REDACTED",
		"https://h/?a&b&=c":                    "https://h/?a&b&=c",
	} {
		check(t, in, RedactURL(in), want)
	}
	check(t, "query", RedactQuery("a=1&token=x"), "a=1&token=REDACTED")
}

func TestSanitizeRedis(t *testing.T) {
	for _, c := range []struct {
		args []any
		want string
	}{
		{nil, ""},
		{[]any{"auth", "s3cret"}, "auth ?"},
		{[]any{"SET", "key", []byte("value")}, "SET ? ?"},
		{[]any{"config", "SET", "requirepass", "x"}, "config SET ? ?"},
		{[]any{"ACL", "SETUSER", "bob", ">pw"}, "ACL SETUSER ? ?"},
		{[]any{"hello", 3, "AUTH", "u", "p"}, "hello ? ? ? ?"},
		{[]any{"FT.SEARCH", "i", "q"}, "FT.SEARCH ? ?"},
		{[]any{"my secret"}, "?"},
		{[]any{nil, 1}, "? ?"},
		{[]any{"mget", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, "mget ? ? ? ? ? ? ? ? ..."},
	} {
		check(t, "redis", SanitizeRedis(c.args), c.want)
		check(t, "redis, once more", SanitizeRedis(c.args), c.want)
	}
}

func TestHostPort(t *testing.T) {
	for _, c := range []struct {
		address any
		host    string
		port    int64
	}{
		{nil, "", 0}, {"", "", 0}, {"h:80", "h", 80}, {"h", "h", 0}, {":80", "", 80}, {"[::1]:443", "::1", 443}, {"[::1]", "::1", 0}, {"::1", "::1", 0},
		{"h:x", "h", 0}, {"h:99999", "h", 0}, {"/var/run/x.sock", "/var/run/x.sock", 0}, {"unix:///x.sock", "/x.sock", 0}, {"@abstract", "@abstract", 0},
		{"https://u:p@h:8443/x?y", "h", 8443}, {"a:1,b:2", "a", 1}, {[]string{"x:1", "y:2"}, "x", 1}, {[]string{}, "", 0}, {"[::1", "", 0},
		{&net.TCPAddr{IP: net.IPv6loopback, Port: 5}, "::1", 5}, {(*net.TCPAddr)(nil), "", 0}, {&net.UnixAddr{Name: "/s"}, "/s", 0},
		{netip.MustParseAddrPort("[fe80::1%eth0]:9"), "fe80::1%eth0", 9}, {42, "", 0}, {(*panicking)(nil), "", 0}, {"dns:///svc:50051", "svc", 50051},
	} {
		host, port := HostPort(c.address)
		if host != c.host || port != c.port {
			t.Errorf("%v: %q %d, want %q %d", c.address, host, port, c.host, c.port)
		}
	}
}

// The addresses of most connections are taken apart without writing them; to the same.
func TestHostPortOfTCP(t *testing.T) {
	for _, ip := range []net.IP{nil, {}, net.IPv4(10, 0, 0, 7), {10, 0, 0, 7}, net.IPv6loopback, net.IPv6zero, net.ParseIP("fe80::1"), {1, 2, 3}} {
		for _, zone := range []string{"", "eth0"} {
			for _, port := range []int{0, 80, 65535, 65536, -1} {
				address := &net.TCPAddr{IP: ip, Port: port, Zone: zone}
				host, number := HostPort(address)
				if wantHost, wantNumber := HostPortText(address.String()); host != wantHost || number != wantNumber {
					t.Errorf("%s: %q %d, want %q %d", address, host, number, wantHost, wantNumber)
				}
			}
		}
	}
	address := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 7), Port: 5432}
	if n := testing.AllocsPerRun(100, func() { HostPort(address) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func TestOTLPExporter(t *testing.T) {
	for text, want := range map[string]bool{
		"/opentelemetry.proto.collector.trace.v1.TraceService/Export": true, "OTel-OTLP-Exporter-Python/1.2": true, "OTel OTLP Exporter Go/1.38.0": true,
		"": false, "/shop.Orders/Export": false, "Mozilla/5.0 OTel OTLP Exporter Go": false,
	} {
		if OTLPExporter(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func FuzzEverything(f *testing.F) {
	f.Add("https://u:p@h:1/?sig=x")
	f.Add("GET h/{x}")
	f.Add("unix:80")
	f.Add("h.x-y_z:00080")
	f.Add("h:65536")
	f.Add("h:1:2")
	f.Fuzz(func(t *testing.T, s string) {
		for _, out := range []string{RedactURL(s), RedactQuery(s), HTTPRoute(s), SanitizeRedis([]any{s, s})} {
			if len(out) > 4*maxText {
				t.Error("unbounded")
			}
		}
		if host, port, ok := plainAddress(s); ok {
			if wantHost, wantPort := anyAddress(s); host != wantHost || port != wantPort {
				t.Errorf("%q: %q %d, want %q %d", s, host, port, wantHost, wantPort)
			}
		}
		HostPort(s)
		if got := RedactURL("https://user:hunter2@host/" + s); strings.Contains(got, "hunter2") && !strings.Contains(s, "hunter2") {
			t.Errorf("%q", got)
		}
	})
}

func TestKeepFirst(t *testing.T) {
	var list []string
	for _, s := range []string{"d", "b", "e", "a", "b", "c"} {
		list = KeepFirst(list, s, 4)
	}
	check(t, "four of six", strings.Join(list, ""), "abbc")
	check(t, "none", len(KeepFirst(nil, "a", 0)), 0)
}

func TestAttributeKey(t *testing.T) {
	check(t, "lower case", AttributeKey("a.", "B-c", true), "\x0a\x05a.b-c")
	check(t, "as it is", AttributeKey("a.", "B", false), "\x0a\x03a.B")
	check(t, "no part", AttributeKey("a.", "", true), "")
	check(t, "long", AttributeKey("a.", strings.Repeat("x", 200), true), "\x0a\xca\x01a."+strings.Repeat("x", 200))
	check(t, "too long", AttributeKey("a.", strings.Repeat("x", 256), true), "")
}
