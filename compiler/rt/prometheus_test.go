package rt

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What an official parser reads back is tested in tests/e2e; here, the names, and who is answered.

func TestPrometheusNames(t *testing.T) {
	for _, c := range []struct{ name, unit, kind, want string }{
		{"http.server.request.duration", "s", "histogram", "http_server_request_duration_seconds"},
		{"go.memory.used", "By", "updown", "go_memory_used_bytes"},
		{"go.memory.allocations", "{allocation}", "counter", "go_memory_allocations_total"},
		{"go.memory.allocated", "By", "counter", "go_memory_allocated_bytes_total"},
		{"requests.total", "1", "counter", "requests_total"},
		{"total.requests", "", "counter", "requests_total"},
		{"used.share", "1", "gauge", "used_share_ratio"},
		{"cpu.seconds", "s", "gauge", "cpu_seconds"},
		{"go.config.gogc", "%", "updown", "go_config_gogc_percent"},
		{"speed", "m/s", "gauge", "speed_meters_per_second"},
		{"rate", "{request}/min", "gauge", "rate_per_minute"},
		{"odd__name--x", "furlong", "gauge", "odd_name_x_furlong"},
		{"2nd", "", "gauge", "_2nd"},
		{"größe", "", "gauge", "gr_e"},
		{"...", "", "gauge", "_"},
	} {
		m := shownMetric{Name: c.name, Unit: c.unit, Kind: "sum", Monotonic: c.kind == "counter"}
		if c.kind == "gauge" || c.kind == "histogram" {
			m.Kind = c.kind
		}
		if got := prometheusMetric(&m); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.name, c.unit, got, c.want)
		}
	}
	var p prometheusWriter
	if got := p.labels(map[string]any{"a.b": "x", "a_b": "y", "1": true, "q": "\"\\\n"}, "otel_scope_name", "s"); got !=
		`a_b="x;y",key_1="true",otel_scope_name="s",q="\"\\\n"` {
		t.Error(got)
	}
}

func TestPrometheusHandler(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_METRICS_EXPORTER=prometheus", "INSTC_METRICS=go", "OTEL_SERVICE_NAME=shop")
	body := f.sample(f.rules[3])
	f.str(body, key("http.route"), "/a")
	f.measure(body, 0, 7)
	f.integer(body, key("n"), 3)
	f.measure(body, 1, 2)
	f.discard(body)
	if instruments.loop.started.Load() {
		t.Error("there is nobody to export to, and a goroutine")
	}
	ask := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		prometheusHandler(instruments.loop).ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	ask("GET", "/metrics")
	page := ask("GET", "/metrics")
	for _, want := range []string{
		"# TYPE call_duration_seconds histogram\n",
		`call_duration_seconds_bucket{http_route="/a",otel_scope_name="instc.dev/plugins/measured",otel_scope_version="0.1.0",le="10"} 1` + "\n",
		`call_duration_seconds_sum{http_route="/a",otel_scope_name="instc.dev/plugins/measured",otel_scope_version="0.1.0"} 7` + "\n",
		`call_count_total{n="3",otel_scope_name="instc.dev/plugins/measured",otel_scope_version="0.1.0"} 2` + "\n",
		"# TYPE go_goroutine_count gauge\n", `service_name="shop"`, "# TYPE target_info gauge\n",
	} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, page.Body.String())
		}
	}
	if page.Code != http.StatusOK || page.Header().Get("Content-Type") != prometheusText {
		t.Errorf("%d %v", page.Code, page.Header())
	}
	if code := ask("GET", "/").Code; code != http.StatusNotFound {
		t.Errorf("/: %d", code)
	}
	if code := ask("POST", "/metrics").Code; code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", code)
	}
}

func TestPrometheusAddressTaken(t *testing.T) {
	taken := httptest.NewServer(nil)
	defer taken.Close()
	f := newFixture(t, Host{}, "OTEL_METRICS_EXPORTER=prometheus")
	servePrometheus(strings.TrimPrefix(taken.URL, "http://"), instruments.loop)
	if len(f.warned) != 1 || !strings.Contains(f.warned[0], "no endpoint for Prometheus") {
		t.Errorf("%q", f.warned)
	}
}
