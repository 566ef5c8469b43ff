package rt

import (
	"fmt"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"instc.dev/rt/internal/legacy"
)

// What people and other programs write into the environment and into headers: none of it may stop a program, and each mistake is told once.

// variables are the names of everything that is ever asked for.
func variables() (names []string) {
	previous := messages.write
	messages.write = func(string) {}
	defer func() { messages.write = previous }()
	seen := map[string]bool{}
	for _, sampler := range []string{"", "traceidratio", "ratelimiting"} {
		readConfig(func(name string) string {
			seen[name] = true
			if name == "OTEL_TRACES_SAMPLER" {
				return sampler
			}
			return ""
		})
	}
	for name := range seen {
		names = append(names, name)
	}
	sort.Strings(names)
	return append(names, "INSTC_OPT_NETHTTP_FLAG", "INSTC_OPT_NETHTTP_TEXT", "INSTC_OPT_NETHTTP_COUNT", "INSTC_OPT_NETHTTP_LIST")
}

var nonsense = []string{"\x00", "\xff\xfe", "-1", "0", "1e999", "NaN", "0x10", "99999999999999999999", "2147483648", ",,,", "=", "=x", "a=%zz", "a=b=c,d",
	"%", "::", "http://", "http://[::1", "ftp://x", "//x", "true,false", "nonsense\r\nX: y", "é", "${X}", "*", "a.b.c", strings.Repeat("x", 1<<20),
	strings.Repeat("a=b,", 1<<12), strings.Repeat("[", 1000)}

func TestNonsenseInTheEnvironment(t *testing.T) {
	names := variables()
	if len(names) < 40 {
		t.Fatalf("only %q are asked for", names)
	}
	for _, name := range names {
		for _, value := range nonsense {
			_, warned := read(t, name+"="+value)
			checkWarnings(t, name, value, warned, 1)
		}
		most := 1
		if strings.HasSuffix(name, "CERTIFICATE") || strings.HasSuffix(name, "CLIENT_KEY") {
			most = 2 // each signal has a client of its own, and says that there is none
		}
		t.Run(name, func(t *testing.T) {
			value := nonsense[len(name)%len(nonsense)]
			f := newFixture(t, Host{}, name+"="+value)
			readConfig(getenv) // what was said is not said again
			if f.Port != nil {
				node, _ := f.begin(f.rules[3], server, nil, "x")
				f.end(node)
				f.optStrings(f.rules[1], 3)
			}
			checkWarnings(t, name, value, f.warned, most)
		})
	}
}

func checkWarnings(t *testing.T, name, value string, warned []string, most int) {
	t.Helper()
	if len(warned) > most {
		t.Errorf("%s=%.100q: warned %.500q", name, value, warned)
	}
	for _, line := range warned {
		if len(line) > 2048 || !utf8.ValidString(line) || strings.Count(line, "\n") != 1 {
			t.Errorf("%s=%.100q: %.100q", name, value, line)
		}
	}
}

// A value out of every variable's range is told, so that nobody believes it is obeyed.
func TestNonsenseIsTold(t *testing.T) {
	for name, value := range map[string]string{
		"OTEL_SDK_DISABLED": "yes", "OTEL_TRACES_EXPORTER": "otlp,zipkin", "OTEL_METRICS_EXPORTER": "x", "OTEL_TRACES_SAMPLER": "x", "OTEL_PROPAGATORS": "x",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318", "OTEL_EXPORTER_OTLP_HEADERS": "x", "OTEL_EXPORTER_OTLP_TIMEOUT": "10s", "OTEL_EXPORTER_OTLP_COMPRESSION": "br",
		"OTEL_EXPORTER_OTLP_PROTOCOL": "x", "OTEL_BSP_SCHEDULE_DELAY": "1.5", "OTEL_BSP_MAX_QUEUE_SIZE": "-1", "OTEL_RESOURCE_ATTRIBUTES": "a", "OTEL_LOG_LEVEL": "x",
		"OTEL_ATTRIBUTE_COUNT_LIMIT": "-1", "INSTC_DISABLE": "x", "INSTC_CONSOLE_FORMAT": "x", "INSTC_PARENT_GRACE": "1s", "INSTC_QUEUE_BYTES": "1",
		"OTEL_CONFIG_FILE": "/nowhere/at all", "INSTC_OPT_NETHTTP_FLAG": "x",
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, Host{}, name+"="+value)
			node, _ := f.start(server, nil, "x")
			f.end(node)
			if len(f.warned) != 1 || !strings.Contains(f.warned[0], strings.TrimPrefix(name, "OTEL_EXPORTER_OTLP_")) {
				t.Errorf("%s=%s: warned %q", name, value, f.warned)
			}
		})
	}
}

func FuzzEnvironment(f *testing.F) {
	names := variables()
	for i := range names {
		f.Add(uint(i), "a=b,c%20d=http://x:1/p?q#f", uint(0), "1")
	}
	for _, value := range nonsense[:len(nonsense)-3] {
		f.Add(uint(len(value)), value, uint(1), value)
	}
	previous := messages.write
	messages.write = func(string) {}
	f.Cleanup(func() { messages.write = previous })
	f.Fuzz(func(t *testing.T, first uint, a string, second uint, b string) {
		env := map[string]string{names[first%uint(len(names))]: a, names[second%uint(len(names))]: b}
		delete(env, configVariable) // the name of a file that may well be there
		c := readConfig(func(name string) string { return env[name] })
		settings = config{disabled: true, limits: defaultLimits}
		if c.limits.attributes < 0 || c.limits.valueLength < 0 || c.queueBytes < chunkSize || c.batchSpans < 1 || c.delay < 0 || c.otlp.URL == "" {
			t.Errorf("%v: %+v", env, c)
		}
		for key, value := range c.otlp.Headers {
			if strings.ContainsAny(key+value, "\r\n\x00") {
				t.Errorf("%v: header %q: %q", env, key, value)
			}
		}
	})
}

// FuzzCarriers: whatever comes in, what goes out is well-formed in every format, and is understood.
func FuzzCarriers(f *testing.F) {
	const b3 = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1"
	f.Add("00-12345678901234567890123456789012-1234567890123456-01", "a=b,c@d=e", "k=v;p", b3, strings.ReplaceAll(b3, "-", ":"))
	f.Add("", "", "", "0", "80f198ee56343ba864fe8b2a57d3eff7%3Ae457b5a2e4d86bd1%3A0%3A1")
	f.Add("\x00", ",", "\r\n", "", "")
	fixture := newFixture(f, Host{}, "OTEL_PROPAGATORS=tracecontext,baggage,b3,b3multi,jaeger")
	propagation := settings
	f.Fuzz(func(t *testing.T, parent, state, baggage, b, jaeger string) {
		settings = propagation
		in := map[string][]string{"Traceparent": {parent}, "Tracestate": {state, state}, "Baggage": {baggage}, "B3": {b}, "Uber-Trace-Id": {jaeger}, "X-B3-Traceid": {state}}
		header, _ := fixture.beginHeader(fixture.rules[0], server, nil, in, "x")
		get, _ := fixture.beginGet(fixture.rules[0], server, nil, func(key string) string {
			return strings.Join(in[canonicalHeader(key)], ",")
		}, "x")
		for _, node := range []*node{(*node)(header), (*node)(get)} {
			out := map[string][]string{}
			fixture.injectHeader(unsafe.Pointer(node), out)
			for key, values := range out {
				if len(values) != 1 || strings.ContainsAny(values[0], "\r\n\x00") || len(values[0]) > 8192 {
					t.Errorf("%s: %q", key, values)
				}
			}
			var back remote
			fromHeader(&back, out, false)
			if !back.valid || back.TraceID != node.traceID || back.SpanID != node.spanID {
				t.Errorf("%v is read back as %+v", out, back)
			}
			for _, format := range legacy.Formats {
				p, ok := format.Extract(func(i int) string { return strings.Join(out[canonicalHeader(format.Fields[i])], "") })
				if !ok || p.TraceID != node.traceID || p.SpanID != node.spanID {
					t.Errorf("%s reads %v as %s", format.Name, out, fmt.Sprint(p))
				}
			}
			fixture.end(unsafe.Pointer(node))
		}
	})
}
