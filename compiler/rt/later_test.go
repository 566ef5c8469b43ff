package rt

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// measuredCall is a span whose last burst measures it; more writes to the span between measurement and end.
func (f *fixture) measuredCall(route string, more func(node, body unsafe.Pointer)) {
	node, body := f.begin(f.rules[3], server, context.Background(), "call")
	f.str(body, key("url.path"), "/x")
	opened := f.open(node)
	f.str(opened, key("http.route"), route)
	f.measure(opened, 0, 0.5)
	if more != nil {
		more(node, opened)
	}
	f.finish(node, opened)
}

// The exporter would wait for an hour: what ends before a collection is in it all the same, once.
func TestMeasurementsDoNotWaitForTheExporter(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_BSP_SCHEDULE_DELAY=3600000")
	f.measuredCall("/a", nil)
	if got := shownSeries(f.instrument(0)); got != "" {
		t.Errorf("measured within the call: %s", got)
	}
	for calls := 1; calls <= 3; calls++ {
		if page := string(instruments.loop.look(now(), false)); !strings.Contains(page, "/a") {
			t.Errorf("look %d: %q", calls, page)
		}
		if got, want := shownSeries(f.instrument(0)), fmt.Sprintf("http.route=/a: %d/%v", calls, float64(calls)/2); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		f.measuredCall("/a", nil)
	}
	if got := len(f.spans()); got != 4 {
		t.Errorf("%d spans", got)
	}
	if got := shownSeries(f.instrument(0)); got != "http.route=/a: 4/2" {
		t.Errorf("after the export: %s", got)
	}
}

// A measurement has the attributes that the span had when it was made, whatever is written before the end.
func TestMeasurementsHaveTheAttributesOfTheirTime(t *testing.T) {
	f := newFixture(t, Host{})
	f.measuredCall("/a", func(_, body unsafe.Pointer) { f.setStr(body, key("http.route"), "/b") })
	f.measuredCall("/c", func(_, body unsafe.Pointer) { f.str(body, key("error.type"), "late") })
	f.measuredCall("/d", func(node, body unsafe.Pointer) {
		f.measure(body, 0, 0.25)
		f.measure(body, 0, 0.25) // more than can wait
	})
	f.spans()
	got := shownSeries(f.instrument(0))
	for _, want := range []string{"http.route=/a: 1/0.5", "http.route=/c: 1/0.5", "http.route=/d: 3/1"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestDroppedSpansAreMeasured(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_BSP_MAX_QUEUE_SIZE=1", "OTEL_BSP_SCHEDULE_DELAY=3600000")
	for i := 0; i < 3; i++ {
		f.measuredCall("/a", nil)
	}
	f.spans()
	if got := shownSeries(f.instrument(0)); got != "http.route=/a: 3/1.5" || Stats().Dropped != 2 {
		t.Errorf("%s, %d dropped", got, Stats().Dropped)
	}
}

// Exemplars lead to the span that waited with its measurement, and not to one that is not exported.
func TestExemplarsOfMeasurementsThatWait(t *testing.T) {
	f := newFixture(t, Host{})
	before := now()
	f.measuredCall("/a", nil)
	span := f.one()
	for _, s := range f.instrument(0).series {
		e := s.exemplars[bucketOf(defaultBounds, 0.5)]
		if e.traceID != span.traceID || string(e.spanID[:]) != string(span.spanID[:8]) {
			t.Errorf("the exemplar is of span %x, want %x", e.spanID, span.spanID[:8])
		}
		if e.value != 0.5 || e.at < before || e.at > now()+int64(time.Second) {
			t.Errorf("exemplar %+v", e)
		}
	}
}

// Spans end, collections look and exports drain side by side, and each measurement is made once.
func TestEveryMeasurementIsMadeOnce(t *testing.T) {
	const goroutines, each = 4, 500
	f := newFixture(t, Host{}, "OTEL_BSP_SCHEDULE_DELAY=1")
	var all sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < each; i++ {
				f.measuredCall("/a", nil)
				if i%50 == 0 {
					instruments.loop.look(now(), false)
				}
			}
		}()
	}
	all.Wait()
	f.spans()
	if got, want := shownSeries(f.instrument(0)), fmt.Sprintf("http.route=/a: %d/%v", goroutines*each, goroutines*each/2); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
