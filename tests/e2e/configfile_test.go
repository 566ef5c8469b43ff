package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
)

// configFile is what an operator would write for one service.
func configFile(c *harness.Collector, plugins string) string {
	return fmt.Sprintf(`file_format: "1.0"
log_level: info
resource:
  attributes:
    - {name: service.name, value: shop}
propagator:
  composite: [{tracecontext: }, {b3: }]
tracer_provider:
  processors:
    - batch:
        schedule_delay: 20
        exporter:
          otlp_http: {endpoint: "%s/v1/traces"}
instc:
  plugins: %s
`, c.Endpoint, plugins)
}

// watchedFile is a path for a configuration file, and writes it with other plugins.
func watchedFile(t *testing.T, c *harness.Collector) (path string, write func(plugins string)) {
	path = filepath.Join(t.TempDir(), "otel.yaml")
	return path, func(plugins string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(configFile(c, plugins)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// awaitMessage waits until the program has said that on standard error.
func awaitMessage(t *testing.T, p *harness.Process, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(p.Stderr(), text); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never said %q:\n%s", text, p.Stderr())
		}
	}
}

// Health checks get no trace, not even below the server span, and the rule changes while the program runs.
func TestPathsHaveSamplers(t *testing.T) {
	app := harness.Build(t, nethttpApp)
	c := harness.Collect(t)
	path, write := watchedFile(t, c)
	write("{nethttp: {rules: {server: {paths: [{prefix: /hello/health, sampler: {always_off: }}]}}}}")
	p := harness.Start(t, app.Instrumented, harness.Environ("OTEL_CONFIG_FILE="+path))
	request := func(name string) {
		t.Helper()
		if status, body := get(t, p.URL("/hello/"+name)); status != 200 || body != "hello "+name {
			t.Fatalf("%d %q", status, body)
		}
	}
	request("health")
	request("orders")
	write("{nethttp: {rules: {server: {paths: [{prefix: /hello/orders, sampler: {always_off: }}]}}}}")
	awaitMessage(t, p, "is applied")
	request("health")
	request("orders")
	spans := c.Expect(t, 2)
	for i, name := range []string{"orders", "health"} {
		if spans[i].Attributes["url.path"] != "/hello/"+name {
			t.Errorf("%+v", spans[i])
		}
	}
}

// A plugin is switched off and on again while the program answers requests; a broken file changes nothing.
func TestARuleIsSwitchedWhileTheProgramRuns(t *testing.T) {
	app := harness.Build(t, nethttpApp)
	c := harness.Collect(t)
	path, write := watchedFile(t, c)
	write("{}")
	p := harness.Start(t, app.Instrumented, harness.Environ("OTEL_CONFIG_FILE="+path, "OTEL_SERVICE_NAME=ignored"))
	request := func(name string) {
		t.Helper()
		if status, body := get(t, p.URL("/hello/"+name), "B3: 80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1"); status != 200 || body != "hello "+name {
			t.Fatalf("%d %q", status, body)
		}
	}
	request("first")
	write("{nethttp: {rules: {server: {enabled: false}}}}")
	awaitMessage(t, p, "is applied")
	request("unseen")
	write("{nethttp: {rules: {server: {enabled: nonsense}}}}")
	awaitMessage(t, p, "is refused, the configuration from before stays: line 15: instc.plugins.nethttp.rules.server.enabled")
	request("unseen")
	write("{nethttp: {rules: {server: {enabled: true}}}}")
	for deadline := time.Now().Add(20 * time.Second); strings.Count(p.Stderr(), "is applied") < 2; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(p.Stderr())
		}
	}
	request("second")
	spans := c.Expect(t, 2)
	for i, name := range []string{"first", "second"} {
		if spans[i].Attributes["url.path"] != "/hello/"+name || spans[i].TraceID != "80f198ee56343ba864fe8b2a57d3eff7" || spans[i].Service != "shop" {
			t.Errorf("%+v", spans[i])
		}
	}
}
