package rt

import (
	"context"
	"io"
	"net"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"
)

// A text endpoint for Prometheus, where OTEL_METRICS_EXPORTER asks for one. Nothing listens otherwise. Names and types are translated as
// OpenTelemetry's specification of compatibility with Prometheus has it: characters that Prometheus does not know become `_`, the unit and `_total` are
// appended, the scope is a label of each sample and the resource is a metric of its own, `target_info`. Who asks for OpenMetrics gets that
// (openmetrics.go).

const prometheusText = "text/plain; version=0.0.4; charset=utf-8"

// servePrometheus listens for as long as the program runs. An address that is taken costs a warning and the endpoint.
func servePrometheus(address string, l *metricLoop) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		warn("prometheus", "there is no endpoint for Prometheus: %v", err)
		return
	}
	say(levelInfo, "metrics for Prometheus are at http://%s/metrics", listener.Addr())
	server := &http.Server{
		Handler: prometheusHandler(l), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return suppressedContext },
	}
	go func() {
		suppressGoroutine()
		_ = server.Serve(listener)
	}()
}

func prometheusHandler(l *metricLoop) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/metrics":
			http.NotFound(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		default:
			open := prefersOpenMetrics(r.Header["Accept"])
			if w.Header().Set("Content-Type", prometheusText); open {
				w.Header().Set("Content-Type", openMetricsText)
			}
			w.Header().Set("Vary", "Accept")
			_, _ = io.WriteString(w, prometheusPage(l.look(now(), open), open))
		}
	})
}

// prometheusPage translates an ExportMetricsServiceRequest, into OpenMetrics where open.
func prometheusPage(request []byte, open bool) string {
	resource, metrics := readMetrics(request)
	p := prometheusWriter{open: open}
	p.target(resource.attributes)
	families := map[string][]*shownMetric{}
	var names []string
	for k := range metrics {
		m := &metrics[k]
		name := p.familyName(m)
		if families[name] == nil {
			names = append(names, name)
		}
		families[name] = append(families[name], m)
	}
	sort.Strings(names)
	for _, name := range names {
		kind := prometheusType(families[name][0])
		p.family(name, kind, families[name][0].Doc)
		for _, m := range families[name] {
			if prometheusType(m) != kind {
				warn("prometheus "+name, "metrics of two types are called %s for Prometheus; those of scope %s are left out", name, m.Scope)
				continue
			}
			for k := range m.Points {
				p.point(name, m, &m.Points[k])
			}
		}
	}
	p.finish()
	return p.String()
}

func prometheusType(m *shownMetric) string {
	switch {
	case m.Kind == "histogram":
		return "histogram"
	case m.Kind == "sum" && m.Monotonic:
		return "counter"
	}
	return "gauge"
}

// prometheusUnits are the words for UCUM's units.
var prometheusUnits = map[string]string{
	"d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds",
	"By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes", "TiBy": "tibibytes",
	"KBy": "kilobytes", "kBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
	"m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams", "Cel": "celsius", "Hz": "hertz", "%": "percent",
}

var prometheusRates = map[string]string{"s": "second", "m": "minute", "min": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}

// prometheusMetric is the name of a metric family.
func prometheusMetric(m *shownMetric) string {
	kind := prometheusType(m)
	parts := strings.FieldsFunc(m.Name, func(c rune) bool { return !isPrometheusName(c) || c == '_' })
	has := func(word string) bool {
		for _, part := range parts {
			if part == word {
				return true
			}
		}
		return false
	}
	for _, word := range strings.Split(prometheusUnit(m.Unit, kind), "_") {
		if word != "" && !has(word) {
			parts = append(parts, word)
		}
	}
	if kind == "counter" {
		for k, part := range parts {
			if part == "total" {
				parts = append(parts[:k:k], parts[k+1:]...)
				break
			}
		}
		parts = append(parts, "total")
	}
	name := strings.Join(parts, "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}

// prometheusUnit is "" where the unit is an annotation in braces, or none.
func prometheusUnit(unit, kind string) string {
	if unit == "1" {
		if kind == "gauge" {
			return "ratio"
		}
		return ""
	}
	amount, rate := unit, ""
	if k := strings.IndexByte(unit, '/'); k >= 0 {
		amount, rate = unit[:k], unit[k+1:]
	}
	word := func(words map[string]string, unit string) string {
		if strings.ContainsAny(unit, "{}") {
			return ""
		}
		if word := words[unit]; word != "" {
			return word
		}
		return strings.Trim(strings.Map(func(c rune) rune {
			if isPrometheusName(c) && c != ':' {
				return c
			}
			return '_'
		}, unit), "_")
	}
	text := word(prometheusUnits, amount)
	if per := word(prometheusRates, rate); per != "" {
		text += "_per_" + per
	}
	return strings.Trim(text, "_")
}

func isPrometheusName(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == ':'
}

// prometheusLabel: no colons, and no digit in front.
func prometheusLabel(key string) string {
	label := strings.Map(func(c rune) rune {
		if isPrometheusName(c) && c != ':' {
			return c
		}
		return '_'
	}, key)
	if label == "" || label[0] >= '0' && label[0] <= '9' {
		label = "key_" + label
	}
	return label
}

// prometheusWriter writes the text format, or OpenMetrics.
type prometheusWriter struct {
	strings.Builder
	open bool
}

var (
	escapeHelp  = strings.NewReplacer("\\", "\\\\", "\n", "\\n")
	escapeLabel = strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\"", "\\\"")
)

func (p *prometheusWriter) family(name, kind, doc string) {
	p.WriteString("# TYPE " + name + " " + kind + "\n")
	escape := escapeHelp
	if p.open {
		escape = escapeLabel
	}
	if doc != "" {
		p.WriteString("# HELP " + name + " " + escape.Replace(doc) + "\n")
	}
}

// sample writes a line; exemplar is its end, which may be empty.
func (p *prometheusWriter) sample(name, labels, value, exemplar string) {
	p.WriteString(name)
	if labels != "" {
		p.WriteString("{" + labels + "}")
	}
	p.WriteString(" " + value + exemplar + "\n")
}

// labels of attributes, sorted; those that become one label share it, as the specification says.
func (p *prometheusWriter) labels(attributes map[string]any, more ...string) string {
	keys := make([]string, 0, len(attributes))
	for key := range attributes {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	values := map[string]string{}
	for k := 0; k+1 < len(more); k += 2 {
		values[more[k]] = more[k+1]
	}
	for _, key := range keys {
		label, text := prometheusLabel(key), attributeText(attributes[key])
		if have, ok := values[label]; ok {
			text = have + ";" + text
		}
		values[label] = text
	}
	labels := make([]string, 0, len(values))
	for label, value := range values {
		labels = append(labels, label+"=\""+escapeLabel.Replace(value)+"\"")
	}
	sort.Strings(labels)
	return strings.Join(labels, ",")
}

func (p *prometheusWriter) point(name string, m *shownMetric, point *shownPoint) {
	more := []string{"otel_scope_name", m.Scope}
	if m.Version != "" {
		more = append(more, "otel_scope_version", m.Version)
	}
	labels := p.labels(point.Attributes, more...)
	if m.Kind != "histogram" {
		name, exemplar := p.sampleName(name, m), ""
		if prometheusType(m) == "counter" {
			exemplar = p.exemplar(point, 0)
		}
		p.sample(name, labels, numberText(point.Value), exemplar)
		return
	}
	below := uint64(0)
	for k, count := range point.Buckets {
		below += count
		bound := "+Inf"
		if k < len(point.Bounds) {
			bound = p.bound(point.Bounds[k])
		}
		p.sample(name+"_bucket", labels+",le=\""+bound+"\"", strconv.FormatUint(below, 10), p.exemplar(point, k))
	}
	if point.Sum != nil {
		p.sample(name+"_sum", labels, floatText(*point.Sum), "")
	}
	p.sample(name+"_count", labels, strconv.FormatUint(point.Count, 10), "")
}

func numberText(value any) string {
	switch v := value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return floatText(v)
	}
	return "NaN"
}

func floatText(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// attributeText is a value as text: lists as JSON has them.
func attributeText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case []any:
		parts := make([]string, len(v))
		for k := range v {
			parts[k] = strconv.Quote(attributeText(v[k]))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return numberText(value)
}
