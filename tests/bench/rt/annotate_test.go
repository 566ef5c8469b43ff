package rt

import (
	"context"
	"testing"
	"time"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"instc.dev/bench/rt/target"
)

// Events, links, other times and metrics, read back with the official types.
func TestAnnotationsAndMetrics(t *testing.T) {
	capturing.Store(true)
	defer capturing.Store(false)
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	linked := map[string][]string{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, "Tracestate": {"a=b"}}
	target.Annotate(context.Background(), began.UnixNano(), began.Add(3*time.Second).UnixNano(), linked, 2)
	target.Count(5)
	span := exported(t, 1)[0]
	if span.StartTimeUnixNano != uint64(began.UnixNano()) || span.EndTimeUnixNano-span.StartTimeUnixNano != 3e9 {
		t.Errorf("from %d to %d", span.StartTimeUnixNano, span.EndTimeUnixNano)
	}
	checkEventAndLink(t, span)
	if len(span.Attributes) != 2 || span.Attributes[1].Value.GetStringValue() != "GET" {
		t.Errorf("attributes: %v", span.Attributes)
	}
	duration, requests := measurements(t)
	if p := duration.GetHistogram().DataPoints[0]; p.Count != 1 || len(p.BucketCounts) != 4 || len(p.ExplicitBounds) != 3 || *p.Max != *p.Sum ||
		len(p.Attributes) != 1 || p.Attributes[0].Value.GetStringValue() != "GET" || p.StartTimeUnixNano == 0 || p.TimeUnixNano < p.StartTimeUnixNano {
		t.Errorf("histogram: %v", p)
	}
	sum := requests.GetSum()
	if !sum.IsMonotonic || sum.AggregationTemporality != metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE || len(sum.DataPoints) != 2 {
		t.Fatalf("sum: %v", sum)
	}
	for i, want := range []struct {
		method string
		value  int64
	}{{"PUT", 2}, {"POST", 5}} {
		if p := sum.DataPoints[i]; p.GetAsInt() != want.value || p.Attributes[0].Value.GetStringValue() != want.method {
			t.Errorf("%v, want %v", p, want)
		}
	}
}

func checkEventAndLink(t *testing.T, span *trace.Span) {
	t.Helper()
	if len(span.Events) != 1 || span.Events[0].Name != "happened" || len(span.Events[0].Attributes) != 1 ||
		span.Events[0].Attributes[0].Value.GetStringValue() != "of the event" || span.Events[0].TimeUnixNano < span.StartTimeUnixNano {
		t.Errorf("events: %v", span.Events)
	}
	if len(span.Links) != 1 || span.Links[0].TraceState != "a=b" || span.Links[0].SpanId[0] != 0xb7 || span.Links[0].Flags != 0x301 {
		t.Errorf("links: %v", span.Links)
	}
}

// measurements waits for an export that has both metrics with everything measured here.
func measurements(t *testing.T) (duration, requests *metrics.Metric) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for requests == nil || len(requests.GetSum().DataPoints) < 2 {
		select {
		case body := <-measured:
			var data metrics.MetricsData
			if err := proto.Unmarshal(body, &data); err != nil {
				t.Fatal(err)
			}
			if where := unknownFields(data.ProtoReflect()); where != "" {
				t.Fatalf("unknown fields in %s", where)
			}
			list := data.ResourceMetrics[0].ScopeMetrics[0].Metrics
			if len(list) == 2 {
				duration, requests = list[0], list[1]
			}
		case <-deadline:
			t.Fatal("no metrics arrived")
		}
	}
	if duration.Name != "http.client.request.duration" || duration.Unit != "s" || requests.Name != "test.requests" {
		t.Errorf("%v %v", duration, requests)
	}
	return duration, requests
}
