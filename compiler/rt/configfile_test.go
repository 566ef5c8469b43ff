package rt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"instc.dev/rt/internal/otlphttp"
)

const wholeFile = `
file_format: "1.0"
disabled: false
log_level: info
attribute_limits:
  attribute_count_limit: 64
resource:
  attributes:
    - name: service.name
      value: shop, the = one
    - {name: deployment.environment.name, value: "${ENVIRONMENT:-test}"}
  attributes_list: team=blue
propagator:
  composite:
    - tracecontext:
    - b3:
tracer_provider:
  processors:
    - batch:
        schedule_delay: 250
        max_queue_size: 99
        exporter:
          otlp_http:
            endpoint: http://collector:4318/v1/traces
            timeout: 3000
            compression: gzip
            headers:
              - name: api-key
                value: ${KEY}
            tls: {ca_file: /ca.pem}
  limits:
    event_count_limit: 5
  sampler:
    parent_based:
      root:
        trace_id_ratio_based: {ratio: 0.25}
meter_provider:
  readers:
    - periodic:
        interval: 5000
        exporter:
          otlp_http:
            endpoint: http://collector:4318/v1/metrics
            temporality_preference: delta
logger_provider:
  processors:
    - batch:
        schedule_delay: 125
        max_export_batch_size: 77
        exporter:
          otlp_http: {endpoint: "http://collector:4318/v1/logs", timeout: 1500, encoding: json}
    - batch: {exporter: {otlp_file/development: {output_stream: "file:///var/log/shop.jsonl"}}}
  limits: {attribute_count_limit: 12}
instc:
  queue_bytes: 65536
  plugins:
    nethttp:
      options:
        text: from the file
        list: [a, b]
      rules:
        client: {enabled: false}
    database.sql:
      enabled: false
      sampler: {always_off: }
`

func TestConfigFile(t *testing.T) {
	env := map[string]string{"KEY": "k,1=2", "OTEL_SERVICE_NAME": "ignored", "INSTC_PARENT_GRACE": "7"}
	c, err := readConfigFile(wholeFile, func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if c.disabled || c.logLevel != levelInfo || c.limits != (limits{attributes: 64, events: 5, links: 128, valueLength: 4096}) || c.service != "" ||
		!c.traceContext || c.baggage || len(c.otherFormats) != 1 || c.delay != 250*time.Millisecond || c.queueSpans != 99 || c.queueBytes != 65536 {
		t.Errorf("%+v", c)
	}
	if c.otlp.URL != "http://collector:4318/v1/traces" || !c.otlp.Gzip || c.otlp.Timeout != 3*time.Second || c.otlp.Headers["api-key"] != "k,1=2" || c.otlp.Certificate != "/ca.pem" {
		t.Errorf("%+v", c.otlp)
	}
	if c.metrics.otlp.URL != "http://collector:4318/v1/metrics" || !c.metrics.delta || c.metrics.interval != 5*time.Second || !c.metrics.wanted() || c.grace != 7e6 {
		t.Errorf("%+v", c.metrics.otlp)
	}
	if l := c.logs; l.otlp.URL != "http://collector:4318/v1/logs" || l.otlp.Timeout != 1500*time.Millisecond || l.delay != 125*time.Millisecond ||
		l.batchRecords != 77 || l.limits.attributes != 12 || l.limits.valueLength != 4096 || len(l.exporters) != 2 || l.otlp.JSON != "logs" ||
		l.file != "/var/log/shop.jsonl" || c.tracesFile != "" {
		t.Errorf("%+v", l)
	}
	want := []resourceAttribute{{"service.name", "shop, the = one"}, {"deployment.environment.name", "test"}, {"team", "blue"}}
	if len(c.attributes) != 3 || c.attributes[0] != want[0] || c.attributes[1] != want[1] || c.attributes[2] != want[2] {
		t.Errorf("%+v", c.attributes)
	}
	if c.sampler != (sampler{parentBased: true, threshold: sampleAll / 4}) || *c.switches.samplers["database.sql"] != (sampler{}) ||
		c.switches.enabled["nethttp.client"] || c.switches.enabled["database.sql"] || len(c.switches.enabled) != 2 {
		t.Errorf("%+v %+v", c.sampler, c.switches)
	}
	if empty, err := readConfigFile("", func(string) string { return "" }); err != nil || empty.recording || empty.metrics.wanted() || len(empty.logs.exporters) > 0 {
		t.Error("a file without a processor exports something")
	}
	grpc, err := readConfigFile("logger_provider: {processors: [{batch: {exporter: {otlp_grpc: {endpoint: 'https://c:4317', timeout: 5}}}}]}", func(string) string { return "" })
	if err != nil || grpc.logs.otlp.GRPC != otlphttp.LogService || grpc.logs.otlp.URL != "https://c:4317/" || grpc.logs.otlp.Timeout != 5*time.Millisecond {
		t.Errorf("%v %+v", err, grpc.logs.otlp)
	}
}

func TestConfigFileProblems(t *testing.T) {
	for text, want := range map[string]string{
		"tracer_provider:\n  samler: {}": "line 2: tracer_provider.samler: is not understood here",
		"file_format: 2":                 "line 1: file_format",
		"tracer_provider:\n  sampler: {trace_id_ratio_based: {ratio: 2}}":       "is out of range",
		"tracer_provider:\n  sampler: {trace_id_ratio_based: }":                 "needs ratio",
		"tracer_provider:\n  sampler: {always_on: , always_off: }":              "expected exactly one key",
		"tracer_provider:\n  sampler: {parent_based: {root: {parent_based: }}}": "is not understood here",
		"tracer_provider:\n  processors: {batch: }":                             "expected a list",
		"tracer_provider:\n  processors: [{simple: {}}]":                        "simple: is not understood",
		"tracer_provider:\n  limits: {link_count_limit: many}":                  "line 2: tracer_provider.limits.link_count_limit: \"many\" is not understood",
		"disabled: [1]":                                                                               "expected one value",
		"resource: {attributes: [{value: x}]}":                                                        "has no name",
		"resource: {attributes: [{name: x, value: 1, type: int}]}":                                    "only strings",
		"instc: {plugins: {nethttp: {enabled: maybe}}}":                                               "neither true nor false",
		"instc: {plugins: {nethttp: {rules: {server: {off: true}}}}}":                                 "instc.plugins.nethttp.rules.server.off",
		"instc: {plugins: {nethttp: {paths: [{prefix: health, sampler: {always_off: }}]}}}":           "paths[0]: needs a prefix that begins with /",
		"instc: {plugins: {nethttp: {paths: [{prefix: /health}]}}}":                                   "needs a sampler",
		"instc: {plugins: {nethttp: {paths: {/health: {always_off: }}}}}":                             "expected a list",
		"instc: {plugins: [nethttp]}":                                                                 "expected a mapping",
		"a: [":                                                                                        "line 1",
		"tracer_provider:\n  processors: [{batch: {exporter: {otlp_http: {endpoint: 'collector'}}}}]": "endpoint is not an http or https URL",
		"tracer_provider:\n  processors: [{batch: {exporter: {otlp_file: {output_stream: stdout}}}}]": "nothing is ever written to standard output",
		"logger_provider:\n  processors: [{batch: {exporter: {otlp_file/development: {}}}}]":          "needs output_stream",
		"tracer_provider:\n  processors: [{batch: {exporter: {otlp_http: {encoding: xml}}}}]":         "neither protobuf nor json",
		"tracer_provider:\n  processors: [{batch: {exporter: {otlp_grpc: {encoding: json}}}}]":        "encoding: is not understood",
		"tracer_provider:\n  processors: [{batch: {exporter: {zipkin: {}}}}]":                         "zipkin: is not understood",
	} {
		if _, err := readConfigFile(text, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// fileWith writes a configuration file and gives its path.
func fileWith(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "otel.yaml")
	rewrite(t, path, text)
	return path
}

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const exporting = "tracer_provider: {processors: [{batch: {exporter: {console: }}}]}\n"

func TestSwitchesChangeWhileTheProgramRuns(t *testing.T) {
	path := fileWith(t, exporting+"instc: {plugins: {nethttp: {enabled: false, rules: {client: {enabled: true}}}}}")
	f := newFixture(t, Host{}, configVariable+"="+path)
	on := func() string {
		text := ""
		for _, r := range f.rules {
			text += map[bool]string{true: "1", false: "0"}[f.on(r)]
		}
		return text
	}
	if on() != "0111" {
		t.Errorf("at first %s", on())
	}
	for _, step := range []struct{ text, on, says string }{
		{exporting + "instc: {plugins: {nethttp: {}, database.sql: {enabled: false}}}", "1101", ""},
		{exporting + "instc: {plugins: {nethttp: {enabled: fals}}}", "1101", "fals"},
		{exporting + "instc: {plugins: {measured: {enabled: false}}}\nlog_level: error", "1101", "changed: logLevel"},
		{"instc: [", "1101", "is refused"},
		{exporting + "instc: {plugins: {typo: {enabled: false}}}", "1111", "in this program: typo"},
		{exporting + "tracer_provider: {sampler: {always_off: }}", "1111", "stands here twice"},
	} {
		f.warned = nil
		rewrite(t, path, step.text)
		settings.file.look(getenv)
		if said := strings.Join(f.warned, ""); on() != step.on || !strings.Contains(said, step.says) || step.says == "" && said != "" {
			t.Errorf("%s: rules %s, said %q", step.text, on(), said)
		}
	}
	f.warned = nil
	os.Remove(path)
	settings.file.look(getenv)
	if len(f.warned) != 0 {
		t.Errorf("%q", f.warned)
	}
}

func TestSamplersChangeWhileTheProgramRuns(t *testing.T) {
	const processors = "tracer_provider:\n  processors: [{batch: {exporter: {console: }}}]\n"
	path := fileWith(t, processors+"  sampler: {always_off: }\n")
	f := newFixture(t, Host{}, configVariable+"="+path)
	records := func(rule int) bool {
		node, body := f.begin(f.rules[rule], server, nil, "x")
		defer f.end(node)
		return body != nil
	}
	if records(0) || records(2) {
		t.Error("sampled")
	}
	rewrite(t, path, processors+"  sampler: {always_off: }\ninstc: {plugins: {nethttp: {sampler: {always_on: }}}}\n")
	settings.file.look(getenv)
	if !records(0) || !records(1) || records(2) {
		t.Error("a plugin's sampler does not count")
	}
	rewrite(t, path, processors+"instc: {plugins: {nethttp: {rules: {server: {sampler: {rate_limiting: {traces_per_second: 1}}}}}}}\n")
	settings.file.look(getenv)
	if first, second := records(0), records(0); !first || second || !records(1) || !records(2) {
		t.Error("a rule's sampler does not count")
	}
}

func TestRefusedAtTheStart(t *testing.T) {
	f := newFixture(t, Host{}, configVariable+"="+fileWith(t, "nonsense: 1"), "OTEL_TRACES_SAMPLER=always_off")
	if len(f.warned) != 1 || !strings.Contains(f.warned[0], "is refused, the environment counts: line 1: nonsense") || live.Load().root.threshold != 0 {
		t.Errorf("%q", f.warned)
	}
}

func TestTheFileIsWatched(t *testing.T) {
	path := fileWith(t, exporting)
	f := newFixture(t, Host{}, configVariable+"="+path)
	file := &configFile{path: path, text: exporting, live: settings.file.live}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		file.watch(time.Millisecond, getenv, stop)
		close(done)
	}()
	rewrite(t, path, exporting+"instc: {plugins: {nethttp: {enabled: false}}}")
	for deadline := time.Now().Add(10 * time.Second); f.on(f.rules[0]); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not seen")
		}
	}
	if !f.on(f.rules[2]) {
		t.Error("the wrong rule")
	}
	close(stop)
	<-done
}

func FuzzConfigFile(f *testing.F) {
	f.Add(wholeFile)
	f.Add(exporting)
	f.Fuzz(func(t *testing.T, text string) {
		readConfigFile(text, func(string) string { return "" })
	})
}

func TestMetricReadersInTheFile(t *testing.T) {
	text := `meter_provider:
  exemplar_filter: always_off
  readers:
    - periodic: {interval: 100, exporter: {console: }}
    - pull: {exporter: {prometheus/development: {host: 0.0.0.0, port: 9999}}}
instc: {metrics: none}
`
	c, err := readConfigFile(text, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	m := c.metrics
	if len(m.exporters) != 1 || m.exporters[0] != "console" || m.prometheus != "0.0.0.0:9999" || m.exemplars != exemplarsNever || m.ofGo || m.ofInstc ||
		m.interval != 100*time.Millisecond {
		t.Errorf("%+v", m)
	}
	if c, err := readConfigFile("meter_provider: {readers: [{pull: {exporter: {prometheus: }}}]}", func(string) string { return "" }); err != nil || c.metrics.prometheus != "localhost:9464" {
		t.Errorf("%v %+v", err, c.metrics)
	}
}
