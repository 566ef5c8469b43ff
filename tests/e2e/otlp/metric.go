package otlp

import (
	"fmt"
	"sort"
	"strings"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// Metric is one instrument's newest export.
type Metric struct {
	Service, Scope, Name, Unit string
	Kind                       string // histogram, sum (monotonic), updown or gauge
	Bounds                     []float64
	Points                     []Point
}

// Point is one data point. Of a histogram Value is the sum.
type Point struct {
	Attributes map[string]any
	Value      float64
	Count      uint64 // of a histogram
}

// String shows the points as "key=value ...: value" or, of a histogram, "...: count/sum", sorted.
func (m Metric) String() string {
	var lines []string
	for _, p := range m.Points {
		var pairs []string
		for key, value := range p.Attributes {
			pairs = append(pairs, fmt.Sprintf("%s=%v", key, value))
		}
		sort.Strings(pairs)
		text := strings.Join(pairs, " ") + ": "
		if m.Kind == "histogram" {
			text += fmt.Sprintf("%d/", p.Count)
		}
		lines = append(lines, fmt.Sprintf("%s%g", text, p.Value))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func flattenMetrics(data *metrics.MetricsData) (all []Metric) {
	for _, resource := range data.ResourceMetrics {
		service, _ := values(resource.GetResource().GetAttributes())["service.name"].(string)
		for _, scope := range resource.ScopeMetrics {
			for _, m := range scope.Metrics {
				metric := Metric{Service: service, Scope: scope.GetScope().GetName(), Name: m.Name, Unit: m.Unit}
				metric.read(m)
				all = append(all, metric)
			}
		}
	}
	return all
}

func (m *Metric) read(from *metrics.Metric) {
	var numbers []*metrics.NumberDataPoint
	switch data := from.Data.(type) {
	case *metrics.Metric_Histogram:
		m.Kind = "histogram"
		for _, p := range data.Histogram.DataPoints {
			m.Bounds = p.ExplicitBounds
			m.Points = append(m.Points, Point{values(p.Attributes), p.GetSum(), p.Count})
		}
	case *metrics.Metric_Sum:
		m.Kind = "updown"
		if data.Sum.IsMonotonic {
			m.Kind = "sum"
		}
		numbers = data.Sum.DataPoints
	case *metrics.Metric_Gauge:
		m.Kind, numbers = "gauge", data.Gauge.DataPoints
	}
	for _, p := range numbers {
		value := p.GetAsDouble()
		if _, integer := p.Value.(*metrics.NumberDataPoint_AsInt); integer {
			value = float64(p.GetAsInt())
		}
		m.Points = append(m.Points, Point{Attributes: values(p.Attributes), Value: value})
	}
}
