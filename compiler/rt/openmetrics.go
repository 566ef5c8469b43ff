package rt

import (
	"strconv"
	"strings"
)

// OpenMetrics is the Prometheus endpoint's other format: what Prometheus asks for when it collects exemplars. It differs from the text format in the
// names of counters' families, in numbers that are written as floats, in `target_info` being of a type of its own, in the end of the page, and in
// exemplars, which stand behind a counter's or a bucket's sample.

const openMetricsText = "application/openmetrics-text; version=1.0.0; charset=utf-8"

// prefersOpenMetrics is whether a request's Accept headers name OpenMetrics, and nothing that we have as well before it. Without a word about it the
// text format is what everybody reads.
func prefersOpenMetrics(accept []string) bool {
	open, text := 0.0, 0.0
	for _, header := range accept {
		for _, offer := range strings.Split(header, ",") {
			kind, weight, known := mediaRange(offer)
			if !known {
				continue
			}
			switch kind {
			case "application/openmetrics-text":
				open = max(open, weight)
			case "text/plain":
				text = max(text, weight)
			}
		}
	}
	return open > 0 && open >= text
}

// mediaRange reads one of Accept's offers; known is false for a version of its format that we do not write.
func mediaRange(offer string) (kind string, weight float64, known bool) {
	parts := strings.Split(offer, ";")
	kind, weight, known = strings.ToLower(strings.TrimSpace(parts[0])), 1, true
	for _, parameter := range parts[1:] {
		equals := strings.IndexByte(parameter, '=')
		if equals < 0 {
			continue
		}
		value := strings.Trim(strings.TrimSpace(parameter[equals+1:]), `"`)
		switch strings.ToLower(strings.TrimSpace(parameter[:equals])) {
		case "q":
			w, err := strconv.ParseFloat(value, 64)
			if err != nil || !(w >= 0 && w <= 1) {
				w = 0
			}
			weight = w
		case "version":
			known = kind != "application/openmetrics-text" || value == "1.0.0" || value == "0.0.1"
		}
	}
	return kind, weight, known
}

func max(a, b float64) float64 {
	if a > b {
		return a
	}
	return b
}

// familyName is the metric's name without what samples of counters end in.
func (p *prometheusWriter) familyName(m *shownMetric) string {
	name := prometheusMetric(m)
	if p.open && prometheusType(m) == "counter" {
		return strings.TrimSuffix(name, "_total")
	}
	return name
}

func (p *prometheusWriter) sampleName(family string, m *shownMetric) string {
	if p.open && prometheusType(m) == "counter" {
		return family + "_total"
	}
	return family
}

func (p *prometheusWriter) target(attributes map[string]any) {
	if p.open {
		p.family("target", "info", "Target metadata")
	} else {
		p.family("target_info", "gauge", "Target metadata")
	}
	p.sample("target_info", p.labels(attributes), "1", "")
}

func (p *prometheusWriter) finish() {
	if p.open {
		p.WriteString("# EOF\n")
	}
}

// bound is the upper end of a bucket: part of a series' name in Prometheus, so OpenMetrics settles how it is written.
func (p *prometheusWriter) bound(v float64) string {
	text := floatText(v)
	if p.open && !strings.ContainsAny(text, ".eIN") {
		text += ".0"
	}
	return text
}

// exemplar of a bucket, or of the one value of a point without buckets. There is one with a trace at most.
func (p *prometheusWriter) exemplar(point *shownPoint, bucket int) string {
	if !p.open {
		return ""
	}
	for k := range point.Exemplars {
		e := &point.Exemplars[k]
		if bucketOf(point.Bounds, e.Value) != bucket {
			continue
		}
		labels := ""
		if e.TraceID != "" {
			labels = `trace_id="` + e.TraceID + `",span_id="` + e.SpanID + `"`
		}
		return " # {" + labels + "} " + floatText(e.Value) + " " + strconv.FormatFloat(float64(e.Time/1e6)/1e3, 'f', 3, 64)
	}
	return ""
}
