package rt

import (
	"net"
	"strconv"
	"strings"
	"time"

	"instc.dev/rt/internal/otlphttp"
)

// metricConfig is what the environment says about metrics.
type metricConfig struct {
	exporters         []string // otlp, console, file; nothing is recorded where there are none and no endpoint
	prometheus        string   // address of the endpoint; empty: nothing listens
	file              string
	otlp              otlphttp.Config
	delta             bool
	interval, sendFor time.Duration
	exemplars         exemplarFilter
	ofGo, ofInstc     bool // metrics of the Go runtime, of this runtime
}

// wanted: somebody takes the metrics.
func (c *metricConfig) wanted() bool { return len(c.exporters) > 0 || c.prometheus != "" }

func (e environment) metrics() (c metricConfig) {
	endpoint := false
	for _, name := range e.exporters("OTEL_METRICS_EXPORTER", "otlp", "prometheus") {
		if name == "prometheus" {
			endpoint = true
		} else {
			c.exporters = append(c.exporters, name)
		}
	}
	if endpoint {
		c.prometheus = net.JoinHostPort(e.text("OTEL_EXPORTER_PROMETHEUS_HOST", "localhost"),
			strconv.Itoa(e.number("OTEL_EXPORTER_PROMETHEUS_PORT", 9464, 0, 65535)))
	}
	c.otlp = e.otlp("METRICS", metricsPath)
	c.file = e.filePath("METRICS")
	c.interval = e.milliseconds("OTEL_METRIC_EXPORT_INTERVAL", defaultInterval)
	if c.interval <= 0 {
		c.interval = defaultInterval
	}
	c.sendFor = e.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT", defaultSendFor)
	c.delta = e.delta(endpoint)
	c.exemplars = e.exemplarFilter()
	for _, name := range splitList(e.text("INSTC_METRICS", "go,instc")) {
		switch name {
		case "go":
			c.ofGo = true
		case "instc":
			c.ofInstc = true
		case "none":
		default:
			e.invalid("INSTC_METRICS", name, "go, instc or none")
		}
	}
	return c
}

// delta: sums for Prometheus never start anew, and there is one set of sums.
func (e environment) delta(prometheus bool) bool {
	const variable = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
	switch preference := e.text(variable, "cumulative"); strings.ToLower(preference) {
	case "cumulative":
	case "delta", "lowmemory":
		if !prometheus {
			return true
		}
		e.complain(variable, "%s: metrics are cumulative where there is a Prometheus endpoint")
	default:
		e.invalid(variable, preference, "cumulative, delta or lowmemory")
	}
	return false
}

func (e environment) exemplarFilter() exemplarFilter {
	switch name := e.text("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based"); name {
	case "trace_based":
		return exemplarsOfTraces
	case "always_on":
		return exemplarsAlways
	case "always_off":
		return exemplarsNever
	default:
		e.invalid("OTEL_METRICS_EXEMPLAR_FILTER", name, "trace_based, always_on or always_off")
		return exemplarsOfTraces
	}
}
