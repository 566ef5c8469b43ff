package rt

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// What the official types say about the bytes is tested in tests/bench/rt; here, what is counted.

// shownSeries lists an instrument's series as "attributes: count/sum".
func shownSeries(i *instrument) string {
	var out []string
	for key, s := range i.series {
		var attributes []string
		for rest := []byte(key); len(rest) > 0; {
			size, n := uvarint(rest[1:])
			pair := rest[1+n : 1+n+size]
			keySize := int(pair[1])
			attributes = append(attributes, string(pair[2:2+keySize])+"="+string(pair[2+keySize+4:]))
			rest = rest[1+n+size:]
		}
		out = append(out, fmt.Sprintf("%s: %d/%v", strings.Join(attributes, " "), s.count, s.sum))
	}
	return strings.Join(out, "; ")
}

func (f *fixture) instrument(index int) *instrument { return (*rule)(f.rules[3]).metrics[index] }

// A trace that nobody samples is measured all the same, with what an inner rule adds to the span, and without a span of its own.
func TestUnsampledSpansAreMeasured(t *testing.T) {
	for _, env := range []string{"OTEL_TRACES_SAMPLER=always_off", "OTEL_TRACES_EXPORTER=none"} {
		t.Run(env, func(t *testing.T) {
			f := newFixture(t, Host{}, env)
			node, body := f.begin(f.rules[3], server, context.Background(), "call")
			if body == nil {
				t.Fatalf("%s: no body to measure with", env)
			}
			ctx := f.context(context.Background(), node)
			inner, innerBody := f.begin(f.rules[0], internal, ctx, "inner")
			if inner == nil || inner == node || innerBody != nil {
				t.Errorf("%s: what stands inside must be a span that does nothing, and not the measured one", env)
			}
			enriched := f.open(f.enrich(ctx, 1))
			f.setStr(enriched, key("http.route"), "/a/{b}")
			f.close(enriched)
			f.end(inner)
			f.fail(node, errors.New("x"))
			opened := f.open(node)
			f.measure(opened, 0, 1.5)
			f.close(opened)
			f.end(node)
			if got := shownSeries(f.instrument(0)); got != "http.route=/a/{b} error.type=*errors.errorString: 1/1.5" {
				t.Errorf("%s: %s", env, got)
			}
			if all := f.spans(); len(all) != 0 {
				t.Errorf("%s: exported %v", env, all)
			}
		})
	}
}

func TestNoMetricsWanted(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_METRICS_EXPORTER=none")
	if f.sample(f.rules[3]) != nil || (*rule)(f.rules[3]).metrics != nil {
		t.Error("something is measured")
	}
	node, body := f.begin(f.rules[3], client, context.Background(), "call")
	f.measure(body, 0, 1) // nothing happens
	f.end(node)
	f.one()
}

func TestSeriesAreBounded(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta")
	for i := 0; i < maxSeries+10; i++ {
		body := f.sample(f.rules[3])
		f.integer(body, key("n"), int64(i))
		f.measure(body, 1, 2)
		f.discard(body)
	}
	count := f.instrument(1)
	if len(count.series) != maxSeries || count.full == nil || count.full.integer != 20 || len(f.warned) == 0 {
		t.Errorf("%d series, overflow %+v", len(count.series), count.full)
	}
	if request := instruments.loop.collect(now()); !strings.Contains(string(request), "otel.metric.overflow") {
		t.Error("the overflow is not exported")
	}
	if len(count.series) != 0 || instruments.loop.collect(now()) != nil {
		t.Error("delta series outlive their export")
	}
}

func TestBuckets(t *testing.T) {
	for value, want := range map[float64]int{-1: 0, 0: 0, 0.1: 1, 5: 1, 10000: 14, 10001: 15} {
		if got := bucketOf(defaultBounds, value); got != want {
			t.Errorf("%v falls into bucket %d, want %d", value, got, want)
		}
	}
}
