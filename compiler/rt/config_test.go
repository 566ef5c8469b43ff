package rt

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"instc.dev/rt/internal/otlphttp"
)

func read(t *testing.T, env ...string) (c config, warned []string) {
	t.Helper()
	variables := map[string]string{}
	for _, pair := range env {
		i := strings.IndexByte(pair, '=')
		variables[pair[:i]] = pair[i+1:]
	}
	previous := messages.write
	messages.write, messages.last = func(line string) { warned = append(warned, line) }, map[string]time.Time{}
	defer func() { messages.write = previous }()
	c = readConfig(func(name string) string { return variables[name] })
	settings = config{disabled: true, limits: defaultLimits}
	c.env = environment{}
	return c, warned
}

// both changes what the general variables set for every signal.
func both(change func(*otlphttp.Config)) func(*config) {
	return func(c *config) {
		change(&c.otlp)
		change(&c.metrics.otlp)
	}
}

func TestEnvironment(t *testing.T) {
	def, warned := read(t)
	if len(warned) != 0 || def.otlp.URL != "http://localhost:4318/v1/traces" || def.disabled || !def.recording || def.delay != time.Second ||
		def.grace != int64(time.Second) || !def.traceContext || !def.baggage || def.limits != defaultLimits || def.otlp.Timeout != 10*time.Second {
		t.Errorf("%+v %v", def, warned)
	}
	logsOTLP := def.otlp // read only where log records are exported
	logsOTLP.URL = "http://localhost:4318/v1/logs"
	for _, c := range []struct {
		env    string
		change func(*config)
		warns  string // part of the one warning; "" for none
	}{
		{"OTEL_SDK_DISABLED=true", func(c *config) { c.disabled = true }, ""},
		{"OTEL_SDK_DISABLED=TRUE", func(c *config) { c.disabled = true }, ""},
		{"OTEL_SDK_DISABLED=false", func(*config) {}, ""},
		{"OTEL_SDK_DISABLED=1", func(*config) {}, "OTEL_SDK_DISABLED"},
		{"OTEL_SERVICE_NAME= shop ", func(c *config) { c.service = "shop" }, ""},
		{"OTEL_RESOURCE_ATTRIBUTES=a=b%2Cc, d = e ", func(c *config) { c.attributes = []resourceAttribute{{"a", "b,c"}, {"d", "e"}} }, ""},
		{"OTEL_RESOURCE_ATTRIBUTES=a=b,c=%zz", func(*config) {}, "OTEL_RESOURCE_ATTRIBUTES"},
		{"OTEL_RESOURCE_ATTRIBUTES=a=b,c", func(*config) {}, "OTEL_RESOURCE_ATTRIBUTES"},
		{"OTEL_TRACES_EXPORTER=none", func(c *config) { c.exporters, c.recording = nil, false }, ""},
		{"OTEL_TRACES_EXPORTER=console", func(c *config) { c.exporters = []string{"console"} }, ""},
		{"OTEL_TRACES_EXPORTER=otlp, console,otlp", func(c *config) { c.exporters = []string{"otlp", "console"} }, ""},
		{"OTEL_TRACES_EXPORTER=file", func(c *config) { c.exporters = []string{"file"} }, ""},
		{"INSTC_FILE=/x", func(c *config) { c.metrics.file = "/x"; c.tracesFile, c.logs.file = "/x", "/x" }, ""},
		{"INSTC_TRACES_FILE=file:///x", func(c *config) { c.tracesFile = "/x" }, ""},
		{"INSTC_LOGS_FILE=x", func(c *config) { c.logs.file = "x" }, ""},
		{"INSTC_FILE_BYTES=5000", func(c *config) { c.fileBytes = 5000 }, ""},
		{"INSTC_FILE_BYTES=0", func(*config) {}, "INSTC_FILE_BYTES"},
		{"OTEL_TRACES_EXPORTER=zipkin", func(c *config) { c.exporters, c.recording = nil, false }, `"zipkin"`},
		{"INSTC_YIELD=none", func(c *config) { c.yield = false }, ""},
		{"INSTC_YIELD=some", func(*config) {}, "all or none"},
		{"INSTC_CONSOLE_FORMAT=json", func(c *config) { c.consoleJSON = true }, ""},
		{"INSTC_CONSOLE_FORMAT=xml", func(*config) {}, "xml"},
		{"OTEL_TRACES_SAMPLER=always_off", func(c *config) { c.sampler = sampler{} }, ""},
		{"OTEL_TRACES_SAMPLER=parentbased_traceidratio", func(*config) {}, ""},
		{"OTEL_TRACES_SAMPLER=jaeger_remote", func(*config) {}, "jaeger_remote"},
		{"OTEL_PROPAGATORS=none", func(c *config) { c.traceContext, c.baggage = false, false }, ""},
		{"OTEL_PROPAGATORS=tracecontext", func(c *config) { c.baggage = false }, ""},
		{"OTEL_PROPAGATORS=xray,baggage", func(c *config) { c.traceContext = false }, "b3"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=https://c:4318/base/", func(c *config) {
			c.otlp.URL, c.metrics.otlp.URL = "https://c:4318/base/v1/traces", "https://c:4318/base/v1/metrics"
		}, ""},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c/x", func(c *config) { c.otlp.URL = "http://c/x" }, ""},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c", func(c *config) { c.otlp.URL = "http://c/" }, ""},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=c:4318", func(*config) {}, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not"},
		{"OTEL_EXPORTER_OTLP_HEADERS=k=v%20w,x-y = z", both(func(o *otlphttp.Config) { o.Headers = map[string]string{"k": "v w", "x-y": "z"} }), ""},
		{"OTEL_EXPORTER_OTLP_TRACES_HEADERS=k=s3cret%0d%0a", func(*config) {}, "TRACES_HEADERS: a pair"},
		{"OTEL_EXPORTER_OTLP_TIMEOUT=250", both(func(o *otlphttp.Config) { o.Timeout = 250 * time.Millisecond }), ""},
		{"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=1s", func(*config) {}, "TRACES_TIMEOUT"},
		{"OTEL_EXPORTER_OTLP_COMPRESSION=gzip", both(func(o *otlphttp.Config) { o.Gzip = true }), ""},
		{"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=zstd", func(*config) {}, "zstd"},
		{"OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", func(*config) {}, ""},
		{"OTEL_EXPORTER_OTLP_PROTOCOL=http/json", func(c *config) { c.otlp.JSON, c.metrics.otlp.JSON = "traces", "metrics" }, ""},
		{"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/json", func(c *config) { c.metrics.otlp.JSON = "metrics" }, ""},
		{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc", func(c *config) {
			c.otlp.GRPC, c.otlp.URL = otlphttp.TraceService, "http://localhost:4317"
		}, ""},
		{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/xml", func(*config) {}, "http/protobuf"},
		{"OTEL_EXPORTER_OTLP_CERTIFICATE=/ca", both(func(o *otlphttp.Config) { o.Certificate = "/ca" }), ""},
		{"OTEL_EXPORTER_OTLP_CLIENT_KEY=/k", both(func(o *otlphttp.Config) { o.ClientKey = "/k" }), ""},
		{"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE=/c", func(c *config) { c.otlp.ClientCertificate = "/c" }, ""},
		{"OTEL_SPAN_LINK_COUNT_LIMIT=3", func(c *config) { c.limits.links = 3 }, ""},
		{"OTEL_METRICS_EXPORTER=none", func(c *config) { c.metrics.exporters = nil }, ""},
		{"OTEL_METRICS_EXPORTER=zipkin", func(c *config) { c.metrics.exporters = nil }, "zipkin"},
		{"OTEL_METRICS_EXPORTER=console,otlp", func(c *config) { c.metrics.exporters = []string{"console", "otlp"} }, ""},
		{"OTEL_METRICS_EXPORTER=prometheus", func(c *config) { c.metrics.exporters, c.metrics.prometheus = nil, "localhost:9464" }, ""},
		{"OTEL_METRICS_EXEMPLAR_FILTER=always_off", func(c *config) { c.metrics.exemplars = exemplarsNever }, ""},
		{"OTEL_METRICS_EXEMPLAR_FILTER=always_on", func(c *config) { c.metrics.exemplars = exemplarsAlways }, ""},
		{"OTEL_METRICS_EXEMPLAR_FILTER=some", func(*config) {}, "some"},
		{"INSTC_METRICS=go", func(c *config) { c.metrics.ofInstc = false }, ""},
		{"INSTC_METRICS=none", func(c *config) { c.metrics.ofGo, c.metrics.ofInstc = false, false }, ""},
		{"INSTC_METRICS=go,instc,java", func(*config) {}, "java"},
		{"OTEL_METRIC_EXPORT_INTERVAL=100", func(c *config) { c.metrics.interval = 100 * time.Millisecond }, ""},
		{"OTEL_METRIC_EXPORT_INTERVAL=0", func(*config) {}, ""},
		{"OTEL_METRIC_EXPORT_TIMEOUT=100", func(c *config) { c.metrics.sendFor = 100 * time.Millisecond }, ""},
		{"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=Delta", func(c *config) { c.metrics.delta = true }, ""},
		{"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=x", func(*config) {}, "TEMPORALITY"},
		{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c/m", func(c *config) { c.metrics.otlp.URL = "http://c/m" }, ""},
		{"OTEL_BSP_SCHEDULE_DELAY=5", func(c *config) { c.delay = 5 * time.Millisecond }, ""},
		{"OTEL_BSP_MAX_QUEUE_SIZE=99", func(c *config) { c.queueSpans = 99 }, ""},
		{"OTEL_BSP_MAX_QUEUE_SIZE=0", func(*config) {}, "MAX_QUEUE_SIZE"},
		{"OTEL_BSP_EXPORT_TIMEOUT=7", func(c *config) { c.sendFor = 7 * time.Millisecond }, ""},
		{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE=8", func(c *config) { c.batchSpans = 8 }, ""},
		{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE=-8", func(*config) {}, "BATCH_SIZE"},
		{"OTEL_ATTRIBUTE_COUNT_LIMIT=9", func(c *config) { c.limits.attributes, c.logs.limits.attributes = 9, 9 }, ""},
		{"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT=9", func(c *config) { c.logs.limits.attributes = 9 }, ""},
		{"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT=9", func(c *config) { c.logs.limits.valueLength = 9 }, ""},
		{"OTEL_LOGS_EXPORTER=none", func(*config) {}, ""},
		{"OTEL_LOGS_EXPORTER=console,none,console", func(c *config) { c.logs.exporters = []string{"console"}; c.logs.otlp = logsOTLP }, ""},
		{"OTEL_LOGS_EXPORTER=loki", func(*config) {}, "loki"},
		{"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT=1", func(*config) {}, ""},
		{"OTEL_BLRP_SCHEDULE_DELAY=5", func(c *config) { c.logs.delay = 5 * time.Millisecond }, ""},
		{"OTEL_BLRP_EXPORT_TIMEOUT=7", func(c *config) { c.logs.sendFor = 7 * time.Millisecond }, ""},
		{"OTEL_BLRP_MAX_QUEUE_SIZE=99", func(c *config) { c.logs.queueRecords = 99 }, ""},
		{"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=8", func(c *config) { c.logs.batchRecords = 8 }, ""},
		{"OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=x", func(*config) {}, "BATCH_SIZE"},
		{"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=10", func(c *config) { c.limits.attributes = 10 }, ""},
		{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=x", func(*config) {}, "VALUE_LENGTH"},
		{"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT=12", func(c *config) { c.limits.valueLength = 12 }, ""},
		{"OTEL_SPAN_EVENT_COUNT_LIMIT=0", func(c *config) { c.limits.events = 0 }, ""},
		{"OTEL_LOG_LEVEL=error", func(c *config) { c.logLevel = levelError }, ""},
		{"INSTC_DISABLE=a, b.c", func(c *config) { c.switches.off = offList{"a", "b.c"} }, ""},
		{"INSTC_DISABLE=*", func(c *config) { c.switches.off, c.disabled = offList{"*"}, true }, ""},
		{"INSTC_PARENT_GRACE=0", func(c *config) { c.grace = 0 }, ""},
		{"INSTC_QUEUE_BYTES=65536", func(c *config) { c.queueBytes = 65536 }, ""},
		{"INSTC_QUEUE_BYTES=1", func(*config) {}, "INSTC_QUEUE_BYTES"},
	} {
		want := def
		c.change(&want)
		got, warned := read(t, c.env)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.env, got, want)
		}
		if c.warns == "" && len(warned) > 0 || c.warns != "" && (len(warned) != 1 || !strings.Contains(warned[0], c.warns)) {
			t.Errorf("%s: warned %q", c.env, warned)
		}
		if strings.Contains(strings.Join(warned, ""), "s3cret") {
			t.Errorf("%s: a secret is shown: %q", c.env, warned)
		}
	}
	both, _ := read(t, "OTEL_EXPORTER_OTLP_ENDPOINT=http://general", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://traces/p", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=3",
		"OTEL_ATTRIBUTE_COUNT_LIMIT=4", "OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.25")
	if both.otlp.URL != "http://traces/p" || both.limits.attributes != 3 || both.sampler != (sampler{threshold: 1 << 61}) {
		t.Errorf("%+v", both)
	}
	for _, ratio := range []string{"2", "-1", "NaN", "x"} {
		c, warned := read(t, "OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG="+ratio)
		if c.sampler.threshold != sampleAll || len(warned) != 1 {
			t.Errorf("%s: %+v %v", ratio, c.sampler, warned)
		}
	}
	if _, warned := read(t, "OTEL_LOG_LEVEL=error", "OTEL_BSP_SCHEDULE_DELAY=x"); len(warned) != 0 {
		t.Errorf("warned %q below the level", warned)
	}
}

func TestOptions(t *testing.T) {
	f := newFixture(t, Host{})
	r := f.rules[1]
	if !f.optBool(r, 0) || f.optString(r, 1) != "a" || f.optInt(r, 2) != 3 || !reflect.DeepEqual(f.optStrings(r, 3), []string{"x"}) {
		t.Error("defaults")
	}
	if f.optBool(r, 9) || f.optString(r, -1) != "" || f.optStrings(f.rules[0], 0) != nil {
		t.Error("no such option")
	}
}

func TestOptionsFromEnvironment(t *testing.T) {
	f := newFixture(t, Host{}, "INSTC_OPT_NETHTTP_FLAG=false", "INSTC_OPT_NETHTTP_TEXT=b", "INSTC_OPT_NETHTTP_COUNT=x", "INSTC_OPT_NETHTTP_LIST=y, z")
	r := f.rules[1]
	if f.optBool(r, 0) || f.optString(r, 1) != "b" || f.optInt(r, 2) != 3 || !reflect.DeepEqual(f.optStrings(r, 3), []string{"y", "z"}) {
		t.Error("not taken from the environment")
	}
	if len(f.warned) != 1 || !strings.Contains(f.warned[0], "INSTC_OPT_NETHTTP_COUNT") {
		t.Errorf("%v", f.warned)
	}
	if optionVariable("database.sql/v2", "max-len") != "INSTC_OPT_DATABASE_SQL_V2_MAX_LEN" {
		t.Error(optionVariable("database.sql/v2", "max-len"))
	}
}

func TestSwitches(t *testing.T) {
	f := newFixture(t, Host{}, "INSTC_DISABLE=nethttp.client,database.sql,typo")
	if !f.on(f.rules[0]) || f.on(f.rules[1]) || f.on(f.rules[2]) {
		t.Error("the wrong rules are off")
	}
	if NewPort([]RuleInfo{{Plugin: "database.sql", Rule: "query"}}) != nil {
		t.Error("a package without a rule that is on has a port")
	}
	node, _ := f.start(internal, nil, "x")
	f.end(node)
	if len(f.warned) != 1 || !strings.HasSuffix(f.warned[0], "in this program: typo\n") {
		t.Errorf("%q", f.warned)
	}
}

func TestDisabled(t *testing.T) {
	f := newFixture(t, Host{AtExit: func(func()) { t.Error("registered") }}, "OTEL_SDK_DISABLED=true")
	if f.Port != nil {
		t.Error("a port")
	}
}

// Nothing is exported, but traces still pass through and logs still have ids.
func TestExporterNone(t *testing.T) {
	f := newFixture(t, Host{AtExit: func(func()) { t.Error("registered") }}, "OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=none")
	node, body := f.beginHeader(f.rules[0], server, nil, map[string][]string{"Traceparent": {parentText}}, "x")
	if node == nil || body != nil {
		t.Error("recorded")
	}
	out := map[string][]string{}
	f.injectHeader(node, out)
	f.end(node)
	if text := out["Traceparent"][0]; !strings.HasPrefix(text, parentText[:35]) || !strings.HasSuffix(text, "01") {
		t.Errorf("%s", text)
	}
}

func TestConsole(t *testing.T) {
	f := newFixture(t, Host{})
	for _, asJSON := range []bool{false, true} {
		var out strings.Builder
		console := newConsole(asJSON, "traces")
		console.write = func(b []byte) error { out.Write(b); return nil }
		f.loop.targets = []target{console}
		node, body := f.beginHeader(f.rules[0], server, nil, map[string][]string{"Traceparent": {parentText}}, "GET /\x1b[31m")
		f.str(body, key("a"), "two words\n")
		f.integer(body, key("n"), 1)
		f.float(body, key("f"), 0.5)
		f.boolean(body, key("t"), true)
		f.strs(body, key("l"), []string{"x", "y"})
		f.fail(node, &brokenErrorText{})
		f.end(node)
		f.loop.flushWithin(5 * time.Second)
		text := out.String()
		if strings.Count(text, "\n") != 1 || strings.Contains(text, "\x1b") {
			t.Fatalf("%q", text)
		}
		if !asJSON {
			for _, part := range []string{"span server \"GET /\\x1b[31m\" ", "trace=0af7651916cd43dd8448eb211c80319c ", " parent=b7ad6b7169203331 ", " status=error message=oops ",
				` a="two words\n" n=1 f=0.5 t=true l="[x y]" error.type=*rt.brokenErrorText event=exception`} {
				if !strings.Contains(text, part) {
					t.Errorf("no %q in %q", part, text)
				}
			}
			continue
		}
		var s shownSpan
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		if s.Kind != "server" || s.Attributes["a"] != "two words\n" || s.Attributes["n"] != 1.0 || s.Status != "error" || s.Scope != "instc.dev/plugins/nethttp" ||
			s.End < s.Start || len(s.Events) != 1 || s.Events[0].Attributes["exception.message"] != "oops" {
			t.Errorf("%s", text)
		}
	}
}

type brokenErrorText struct{}

func (*brokenErrorText) Error() string { return "oops" }

func TestWarningsAreRare(t *testing.T) {
	f := newFixture(t, Host{})
	for i := 0; i < 10; i++ {
		warn("kind", "text\nwith a line break %d", i)
	}
	if !reflect.DeepEqual(f.warned, []string{"instc: text with a line break 0\n"}) {
		t.Errorf("%q", f.warned)
	}
	for i := 0; i < 1000; i++ {
		warn(strings.Repeat("k", i), "x")
	}
	if len(messages.last) > maxMessageKinds {
		t.Error("the memory of the limiter grows")
	}
}

func TestPrometheusConfig(t *testing.T) {
	for _, c := range []struct {
		env       []string
		address   string
		exporters int
		delta     bool
		warns     string
	}{
		{[]string{"OTEL_METRICS_EXPORTER=prometheus", "OTEL_EXPORTER_PROMETHEUS_HOST=::1", "OTEL_EXPORTER_PROMETHEUS_PORT=0"}, "[::1]:0", 0, false, ""},
		{[]string{"OTEL_METRICS_EXPORTER=prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT=65536"}, "localhost:9464", 0, false, "65536"},
		{[]string{"OTEL_METRICS_EXPORTER=otlp,prometheus", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta"}, "localhost:9464", 1, false, "cumulative"},
		{[]string{"OTEL_EXPORTER_PROMETHEUS_PORT=1234"}, "", 1, false, ""},
	} {
		got, warned := read(t, c.env...)
		m := got.metrics
		if m.prometheus != c.address || len(m.exporters) != c.exporters || m.delta != c.delta || !m.wanted() {
			t.Errorf("%v: %+v", c.env, m)
		}
		if (len(warned) == 1) != (c.warns != "") || len(warned) == 1 && !strings.Contains(warned[0], c.warns) {
			t.Errorf("%v: warned %q", c.env, warned)
		}
	}
}
