package rt

import (
	"fmt"
	"math"
	"runtime/metrics"
	"sort"
	"strings"
	"testing"
)

// collected decodes what is exported now, by name.
func collected(t *testing.T) map[string]shownMetric {
	t.Helper()
	_, all := readMetrics(instruments.loop.collect(now()))
	byName := map[string]shownMetric{}
	for _, m := range all {
		byName[m.Name] = m
	}
	return byName
}

// scheduled is how often a goroutine has waited in the scheduler.
func scheduled() (all uint64) {
	sample := []metrics.Sample{{Name: goLatency}}
	metrics.Read(sample)
	for _, count := range sample[0].Value.Float64Histogram().Counts {
		all += count
	}
	return all
}

var ballast [][]byte

func TestGoMetrics(t *testing.T) {
	for _, temporality := range []string{"cumulative", "delta"} {
		t.Run(temporality, func(t *testing.T) {
			newFixture(t, Host{}, "INSTC_METRICS=go", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="+temporality)
			first := collected(t)
			for name, want := range map[string]string{
				"go.memory.used": "sum By false", "go.memory.allocated": "sum By true", "go.memory.allocations": "sum {allocation} true",
				"go.memory.gc.goal": "sum By false", "go.goroutine.count": "sum {goroutine} false", "go.processor.limit": "sum {thread} false",
				"go.config.gogc": "sum % false", "go.schedule.duration": "histogram s false",
			} {
				m := first[name]
				if got := fmt.Sprint(m.Kind, " ", m.Unit, " ", m.Monotonic); got != want || m.Scope != "instc.dev/rt/go" || m.Doc == "" {
					t.Errorf("%s: %s in %s, want %s", name, got, m.Scope, want)
				}
			}
			if len(first) != 8 { // there is no memory limit
				t.Errorf("%d metrics", len(first))
			}
			used := first["go.memory.used"].Points
			if len(used) != 2 || used[0].Attributes["go.memory.type"] != "stack" || used[1].Attributes["go.memory.type"] != "other" ||
				used[0].Value.(int64) <= 0 || used[1].Value.(int64) <= used[0].Value.(int64) {
				t.Errorf("go.memory.used: %+v", used)
			}
			schedule := first["go.schedule.duration"].Points[0]
			if schedule.Sum != nil || len(schedule.Buckets) != len(schedule.Bounds)+1 || !sort.Float64sAreSorted(schedule.Bounds) ||
				math.IsInf(schedule.Bounds[0], 0) || math.IsInf(schedule.Bounds[len(schedule.Bounds)-1], 0) {
				t.Errorf("go.schedule.duration: %+v", schedule)
			}
			for k := 0; k < 100; k++ {
				ballast = append(ballast, make([]byte, 100_000))
			}
			ballast = nil
			second := collected(t)
			a, b := first["go.memory.allocated"].Points[0], second["go.memory.allocated"].Points[0]
			const grown = 100 * 100_000
			delta := temporality == "delta"
			if !delta && (b.Value.(int64) < a.Value.(int64)+grown || b.Start != a.Start) {
				t.Errorf("cumulative: %v, then %v", a, b)
			}
			if delta && (b.Value.(int64) < grown || b.Value.(int64) > 2*grown || b.Start != a.Time) {
				t.Errorf("delta: %v, then %v", a, b)
			}
			got, all := second["go.schedule.duration"].Points[0], scheduled()
			if delta && got.Count+schedule.Count > all || !delta && (got.Count < schedule.Count || got.Count > all) {
				t.Errorf("go.schedule.duration: %d, then %d, of %d", schedule.Count, got.Count, all)
			}
			if m := second["go.memory.allocated"]; m.Delta != delta || second["go.goroutine.count"].Delta {
				t.Errorf("temporality: %+v", m)
			}
		})
	}
}

func TestSelfMetrics(t *testing.T) {
	f := newFixture(t, Host{}, "INSTC_METRICS=instc")
	stats.sent.Store(10)
	stats.failed.Store(3)
	stats.dropped.Store(2)
	stats.evicted.Store(1)
	got := collected(t)
	lines := strings.Split(strings.TrimSpace(func() (s string) {
		for _, name := range []string{"otel.sdk.exporter.span.exported", "otel.sdk.processor.span.processed", "instc.span.abandoned"} {
			m := got[name]
			s += m.text()
		}
		return s
	}()), "\n")
	want := []string{
		"metric otel.sdk.exporter.span.exported otel.component.type=otlp_http_span_exporter value: 10 {span}",
		"metric otel.sdk.exporter.span.exported otel.component.type=otlp_http_span_exporter error.type=rejected value: 3 {span}",
		"metric otel.sdk.processor.span.processed otel.component.type=batching_span_processor value: 13 {span}",
		"metric otel.sdk.processor.span.processed otel.component.type=batching_span_processor error.type=queue_full value: 2 {span}",
		"metric instc.span.abandoned value: 1 {span}",
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s", strings.Join(lines, "\n"))
	}
	_ = f
}

// An exemplar is the latest of its bucket, within a sampled span, and exported once.
func TestExemplars(t *testing.T) {
	for filter, want := range map[string]string{"": "trace", "trace_based": "trace", "always_on": "trace none", "always_off": ""} {
		t.Run("filter "+filter, func(t *testing.T) {
			f := newFixture(t, Host{}, "OTEL_METRICS_EXEMPLAR_FILTER="+filter)
			node, body := f.begin(f.rules[3], client, nil, "call")
			for _, value := range []float64{1, 2, 70} {
				f.measure(body, 0, value)
			}
			n, _ := nodeOf(node)
			trace, span := fmt.Sprintf("%x", n.traceID), fmt.Sprintf("%x", n.spanID)
			f.end(node)
			outside := f.sample(f.rules[3])
			f.measure(outside, 0, 3000)
			f.discard(outside)
			var got []string
			point := collected(t)["call.duration"].Points[0]
			for _, e := range point.Exemplars {
				switch {
				case e.TraceID == trace && e.SpanID == span && (e.Value == 2 || e.Value == 70) && e.Time >= point.Start:
					got = appendOnce(got, "trace")
				case e.TraceID == "" && e.Value == 3000:
					got = append(got, "none")
				default:
					t.Errorf("%+v", e)
				}
			}
			if shown := strings.Join(got, " "); shown != want {
				t.Errorf("%s: %v", shown, point.Exemplars)
			}
			if again := collected(t)["call.duration"].Points[0].Exemplars; len(again) != 0 {
				t.Errorf("exported again: %v", again)
			}
		})
	}
}

// What is not a histogram keeps one a series; measurement 1 is a counter.
func TestExemplarsOfCounters(t *testing.T) {
	for filter, kept := range map[string]bool{"trace_based": true, "always_off": false} {
		t.Run(filter, func(t *testing.T) {
			f := newFixture(t, Host{}, "OTEL_METRICS_EXEMPLAR_FILTER="+filter)
			node, body := f.begin(f.rules[3], client, nil, "call")
			f.measure(body, 1, 1)
			f.measure(body, 1, 2)
			n, _ := nodeOf(node)
			trace := fmt.Sprintf("%x", n.traceID)
			f.end(node)
			point := collected(t)["call.count"].Points[0]
			if point.Value != int64(3) || len(point.Exemplars) > 1 || (len(point.Exemplars) == 1) != kept {
				t.Fatalf("%+v", point)
			}
			if kept && (point.Exemplars[0].Value != 2 || point.Exemplars[0].TraceID != trace) {
				t.Errorf("%+v", point)
			}
		})
	}
}

func TestNoExemplarsOfUnsampledSpans(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_TRACES_SAMPLER=always_off")
	node, body := f.begin(f.rules[3], client, nil, "call")
	f.measure(body, 0, 1)
	f.end(node)
	if got := collected(t)["call.duration"].Points[0].Exemplars; len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestExemplarsAllocateNothing(t *testing.T) {
	f := newFixture(t, Host{})
	node, body := f.begin(f.rules[3], client, nil, "call")
	f.str(body, key("http.route"), "/x")
	f.measure(body, 0, 1)
	if n := testing.AllocsPerRun(100, func() { f.measure(body, 0, 2) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	f.end(node)
}

func TestMetricsOnTheConsole(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_METRICS_EXPORTER=console")
	body := f.sample(f.rules[3])
	f.str(body, key("http.route"), "/a b")
	f.measure(body, 0, 1.5)
	f.measure(body, 0, 0.5)
	f.discard(body)
	var out string
	for _, asJSON := range []bool{false, true} {
		c := newConsoleMetrics(asJSON)
		c.write = func(b []byte) error { out += string(b); return nil }
		if err := c.exportMetrics(instruments.loop.look(now(), false), nil); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(out, "\n")
	if lines[0] != `metric call.duration http.route="/a b" count: 2 mean: 1 max: 1.5 s` ||
		!strings.HasPrefix(lines[1], `{"name":"call.duration","kind":"histogram","unit":"s","scope":"instc.dev/plugins/measured","points":[{"attributes":{"http.route":"/a b"},`) {
		t.Error(out)
	}
}
