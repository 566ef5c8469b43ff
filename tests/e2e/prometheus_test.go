package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
}

// The text endpoint, read by Prometheus' own parser. Being asked is neither traced nor measured.
func TestPrometheusEndpoint(t *testing.T) {
	app, c, port := harness.Build(t, nethttpApp), harness.Collect(t), freePort(t)
	service := harness.Start(t, app.Instrumented, c.Env("shop", "OTEL_METRICS_EXPORTER=prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT="+port))
	for range 3 {
		get(t, service.URL("/hello/x"))
	}
	var families map[string]*dto.MetricFamily
	for range 3 {
		status, page := get(t, "http://localhost:"+port+"/metrics")
		if status != 200 {
			t.Fatalf("%d: %s\n%s", status, page, service.Stderr())
		}
		var parser expfmt.TextParser
		var err error
		if families, err = parser.TextToMetricFamilies(strings.NewReader(page)); err != nil {
			t.Fatalf("%v in\n%s", err, page)
		}
	}
	duration := families["http_server_request_duration_seconds"]
	if duration.GetType() != dto.MetricType_HISTOGRAM || len(duration.Metric) != 1 {
		t.Fatalf("requests: %v", duration)
	}
	h := duration.Metric[0].GetHistogram()
	if h.GetSampleCount() != 3 || h.GetSampleSum() <= 0 || len(h.Bucket) != 15 || h.Bucket[14].GetCumulativeCount() != 3 {
		t.Errorf("requests: %v", h)
	}
	labels := map[string]string{}
	for _, pair := range duration.Metric[0].Label {
		labels[pair.GetName()] = pair.GetValue()
	}
	if labels["http_request_method"] != "GET" || labels["http_route"] != "/hello/{name}" || labels["http_response_status_code"] != "200" ||
		labels["otel_scope_name"] != "instc.dev/plugins/nethttp" {
		t.Errorf("labels: %v", labels)
	}
	for name, kind := range map[string]dto.MetricType{
		"target_info": dto.MetricType_GAUGE, "go_memory_used_bytes": dto.MetricType_GAUGE, "go_goroutine_count": dto.MetricType_GAUGE,
		"go_memory_allocated_bytes_total": dto.MetricType_COUNTER, "go_schedule_duration_seconds": dto.MetricType_HISTOGRAM,
		"otel_sdk_processor_span_processed_total": dto.MetricType_COUNTER,
	} {
		if f := families[name]; f == nil || f.GetType() != kind || f.GetHelp() == "" {
			t.Errorf("%s: %v", name, f)
		}
	}
	spans := c.Expect(t, 3)
	readOpenMetrics(t, openMetricsPage(t, "http://localhost:"+port+"/metrics"), spans)
	if len(harness.All(spans, "shop", "server", "GET /hello/{name}")) != 3 {
		t.Errorf("spans:\n%s", harness.Trees(spans))
	}
}

func openMetricsPage(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	// What a Prometheus server asks for.
	request.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/openmetrics-text") {
		t.Fatalf("%v %v\n%s", err, response.Header, page)
	}
	return string(page)
}

// readOpenMetrics has the page read by the parser of Prometheus' server: the bucket of the requests leads to one of their spans.
func readOpenMetrics(t *testing.T, page string, spans []otlp.Span) {
	t.Helper()
	reader := filepath.Join(t.TempDir(), "openmetrics")
	if out := harness.Go(t, filepath.Join(harness.Root(t), "tests/e2e/openmetrics"), "build", "-o", reader, "."); out.Code != 0 {
		t.Fatal(out.Stderr)
	}
	command := exec.Command(reader)
	command.Stdin = strings.NewReader(page)
	text, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, text, page)
	}
	exemplars := 0
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "histogram {__name__=\"http_server_request_duration_seconds_bucket\"") && strings.Contains(line, "trace_id=") {
			exemplars++
			known := false
			for _, span := range spans {
				known = known || strings.Contains(line, span.TraceID) && strings.Contains(line, span.SpanID)
			}
			if !known {
				t.Errorf("of no span: %s", line)
			}
		}
	}
	if exemplars == 0 || !strings.Contains(string(text), "info {__name__=\"target_info\"") || !strings.Contains(string(text), "counter {__name__=\"go_memory_allocated_bytes_total\"") {
		t.Errorf("%s\n%s", text, page)
	}
}
