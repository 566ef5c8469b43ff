package rt

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// What Prometheus' own parser reads is tested in tests/e2e; here, who gets OpenMetrics, and its lines.

func TestWhoGetsOpenMetrics(t *testing.T) {
	for _, c := range []struct {
		accept string
		want   bool
	}{
		{"", false},
		{"*/*", false},
		{"text/plain", false},
		{"application/openmetrics-text", true},
		{"Application/OpenMetrics-Text; version=1.0.0; charset=utf-8", true},
		{"application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true},
		{"application/openmetrics-text;version=0.0.1;q=0.2, text/plain;version=0.0.4;q=0.3", false},
		{"application/openmetrics-text;version=\"1.0.0\"", true},
		{"application/openmetrics-text;version=9.9", false},
		{"application/openmetrics-text;q=0", false},
		{"application/openmetrics-text;q=nan", false},
		{"application/openmetrics-text;q=2", false},
		{";;;=,,;q", false},
		{strings.Repeat(",", 10000), false},
	} {
		if got := prefersOpenMetrics([]string{c.accept}); got != c.want {
			t.Errorf("%.100s: %v", c.accept, got)
		}
	}
}

func TestOpenMetrics(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_METRICS_EXPORTER=prometheus")
	node, body := f.begin(f.rules[3], client, nil, "call")
	f.measure(body, 0, 7)
	f.measure(body, 1, 2)
	n, _ := nodeOf(node)
	span := fmt.Sprintf(`{trace_id="%x",span_id="%x"}`, n.traceID, n.spanID)
	f.end(node)
	request := httptest.NewRequest("GET", "/metrics", nil)
	request.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	for range [2]int{} { // whoever asks leaves the exemplars to the next
		page := httptest.NewRecorder()
		prometheusHandler(instruments.loop).ServeHTTP(page, request)
		text := page.Body.String()
		for _, want := range []string{
			"# TYPE target info\n", "# TYPE call_duration_seconds histogram\n", "# TYPE call_count counter\n",
			`,le="5.0"} 0` + "\n", `,le="10.0"} 1 # ` + span + " 7 ", `,le="25.0"} 1` + "\n", "} 2 # " + span + " 2 ",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
		if !strings.HasSuffix(text, "\n# EOF\n") || strings.Count(text, "# EOF") != 1 || page.Header().Get("Content-Type") != openMetricsText {
			t.Errorf("%v\n%s", page.Header(), text)
		}
	}
}
