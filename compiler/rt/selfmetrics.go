package rt

import (
	"sync/atomic"

	"instc.dev/rt/internal/otlphttp"
	"instc.dev/rt/internal/wire"
)

// What the runtime itself did and lost, by the conventions' names for SDKs where there are any: nothing is dropped without somebody being told.
func (t *instrumentTable) addSelfMetrics(scope uint16) {
	if len(settings.exporters) > 0 {
		t.addSignal(scope, "span", "span", "spans", componentType(settings.exporters, &settings.otlp, "span"), &stats.sent, &stats.failed, &stats.dropped)
	}
	if l := &settings.logs; len(l.exporters) > 0 {
		t.addSignal(scope, "log", "log_record", "log records", componentType(l.exporters, &l.otlp, "log"), &stats.logsSent, &stats.logsFailed, &stats.logsDropped)
	}
	for _, m := range []struct {
		name, unit, doc string
		value           *atomic.Int64
	}{
		{"instc.operation.late", "{operation}", "Operations on spans that had ended", &stats.late},
		{"instc.panic", "{panic}", "Panics recovered in injected code, in the runtime, or in user code that it called", &stats.panics},
		{"instc.span.parent.ended", "{span}", "Spans whose parent had just ended", &stats.soft},
		{"instc.span.linked", "{span}", "Spans that began a trace of their own because what they descend from ended long before", &stats.linked},
		{"instc.span.abandoned", "{span}", "Detached spans that nobody came for", &stats.evicted},
	} {
		t.addSource(scope, Metric{Name: m.name, Unit: m.unit, Doc: m.doc, Kind: counter}, one("", m.value.Load))
	}
}

// addSignal declares what became of spans or log records.
func (t *instrumentTable) addSignal(scope uint16, signal, unit, what, exporter string, sent, failed, dropped *atomic.Int64) {
	key := func(component, why string) string {
		var pairs []string
		if component != "" {
			pairs = append(pairs, "otel.component.type", component)
		}
		if why != "" {
			pairs = append(pairs, "error.type", why)
		}
		return attributesText(pairs...)
	}
	t.addSource(scope, Metric{Name: "otel.sdk.exporter." + signal + ".exported", Unit: "{" + unit + "}", Kind: counter,
		Doc: "The number of " + what + " for which the export has finished, either successful or failed"}, func() []sourcePoint {
		return []sourcePoint{{key: key(exporter, ""), value: sent.Load()}, {key: key(exporter, "rejected"), value: failed.Load()}}
	})
	processor := "batching_" + signal + "_processor"
	t.addSource(scope, Metric{Name: "otel.sdk.processor." + signal + ".processed", Unit: "{" + unit + "}", Kind: counter,
		Doc: "The number of " + what + " for which the processing has finished, either successful or failed"}, func() []sourcePoint {
		return []sourcePoint{{key: key(processor, ""), value: sent.Load() + failed.Load()}, {key: key(processor, "queue_full"), value: dropped.Load()}}
	})
}

// componentType is the conventions' name for an exporter of OTLP; there is none for the others, and for several.
func componentType(exporters []string, c *otlphttp.Config, signal string) string {
	switch {
	case len(exporters) != 1 || exporters[0] != "otlp":
		return ""
	case c.GRPC != "":
		return "otlp_grpc_" + signal + "_exporter"
	case c.JSON != "":
		return "otlp_http_json_" + signal + "_exporter"
	}
	return "otlp_http_" + signal + "_exporter"
}

// attributesText makes the key of a series of keys and values.
func attributesText(pairs ...string) string {
	var text []byte
	for k := 0; k+1 < len(pairs); k += 2 {
		text = appendTextAttribute(text, wire.Key(pairs[k]), pairs[k+1])
	}
	return string(text)
}
