package rt

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"instc.dev/rt/internal/otlphttp"
)

// documented gives the variables in the first cells of the tables of docs/runtime.md, section 4, between two texts, brackets spelled out.
func documented(t *testing.T, from, to string) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/runtime.md")
	if err != nil {
		t.Fatal(err)
	}
	section := string(text)
	for _, cut := range []string{"## 4. Environment", from} {
		i := strings.Index(section, cut)
		if i < 0 {
			t.Fatalf("docs/runtime.md has no %q", cut)
		}
		section = section[i:]
	}
	section = section[:strings.Index(section, to)]
	var names []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(section, -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			names = append(names, spelled(name[1])...)
		}
	}
	return names
}

// spelled is every name that one with brackets stands for.
func spelled(name string) (all []string) {
	open, end := strings.IndexByte(name, '['), strings.IndexByte(name, ']')
	if open < 0 {
		return []string{name}
	}
	parts := strings.Split(name[open+1:end], ",")
	if strings.HasSuffix(parts[0], "_") {
		parts = append(parts, "")
	}
	for _, part := range parts {
		all = append(all, spelled(name[:open]+part+name[end+1:])...)
	}
	return all
}

// without is what the first list has and the second has not, once each.
func without(names, others []string) (rest []string) {
	have := map[string]bool{}
	for _, name := range others {
		have[name] = true
	}
	for _, name := range names {
		if !have[name] {
			have[name] = true
			rest = append(rest, name)
		}
	}
	return rest
}

// The variables that are asked for are the variables that are documented.
func TestEveryVariableIsDocumented(t *testing.T) {
	var asked []string
	previous := messages.write
	messages.write = func(string) {}
	defer func() { messages.write = previous }()
	readConfig(func(name string) string {
		asked = append(asked, name)
		// Some are asked for only where another one says so.
		return map[string]string{"OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_METRICS_EXPORTER": "prometheus"}[name]
	})
	settings = config{disabled: true, limits: defaultLimits}
	var want []string
	for _, name := range documented(t, "| variable | default |", "Brackets stand for") {
		if !strings.Contains(name, "<") { // INSTC_OPT_<PLUGIN>_<OPTION> has a test of its own
			want = append(want, name)
		}
	}
	for _, name := range without(asked, want) {
		t.Errorf("%s is read, but has no row in the table of docs/runtime.md, section 4, with its whole name", name)
	}
	for _, name := range without(want, asked) {
		t.Errorf("%s is documented, but nobody reads it", name)
	}
}

// What the documents say is not obeyed is not even looked at.
func TestVariablesThatAreNotObeyed(t *testing.T) {
	def, _ := read(t)
	names := documented(t, "| variable | why |", "Resource:")
	if len(names) < 20 {
		t.Fatalf("%v", names)
	}
	for _, name := range names {
		got, warned := read(t, name+"=1")
		if !reflect.DeepEqual(got, def) || len(warned) > 0 {
			t.Errorf("%s: %+v %v", name, got, warned)
		}
	}
}

// Each signal has its own variables, which win over the general ones and touch no other signal.
func TestVariablesOfEachSignal(t *testing.T) {
	signals := map[string]func(*config) *otlphttp.Config{
		"TRACES":  func(c *config) *otlphttp.Config { return &c.otlp },
		"METRICS": func(c *config) *otlphttp.Config { return &c.metrics.otlp },
		"LOGS":    func(c *config) *otlphttp.Config { return &c.logs.otlp },
	}
	for _, v := range []struct {
		name, general, value string
		changed              func(o *otlphttp.Config) bool
	}{
		{"ENDPOINT", "http://general", "http://own/x", func(o *otlphttp.Config) bool { return o.URL == "http://own/x" }},
		{"HEADERS", "a=general", "a=own", func(o *otlphttp.Config) bool { return o.Headers["a"] == "own" }},
		{"TIMEOUT", "7", "8", func(o *otlphttp.Config) bool { return o.Timeout.Milliseconds() == 8 }},
		{"COMPRESSION", "none", "gzip", func(o *otlphttp.Config) bool { return o.Gzip }},
		{"PROTOCOL", "http/protobuf", "http/json", func(o *otlphttp.Config) bool { return o.JSON != "" }},
		{"CERTIFICATE", "/general", "/own", func(o *otlphttp.Config) bool { return o.Certificate == "/own" }},
		{"CLIENT_KEY", "/general", "/own", func(o *otlphttp.Config) bool { return o.ClientKey == "/own" }},
		{"CLIENT_CERTIFICATE", "/general", "/own", func(o *otlphttp.Config) bool { return o.ClientCertificate == "/own" }},
	} {
		for signal := range signals {
			c, warned := read(t, "OTEL_LOGS_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_"+v.name+"="+v.general, "OTEL_EXPORTER_OTLP_"+signal+"_"+v.name+"="+v.value)
			for other, of := range signals {
				if v.changed(of(&c)) != (other == signal) || len(warned) > 0 {
					t.Errorf("OTEL_EXPORTER_OTLP_%s_%s: %s has %+v; warned %q", signal, v.name, other, *of(&c), warned)
				}
			}
		}
	}
	if c, _ := read(t, "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=9"); c.limits.valueLength != 9 || c.logs.limits.valueLength != 9 {
		t.Errorf("%+v", c.limits)
	}
}
