package rt

import (
	"runtime/metrics"

	"instc.dev/rt/internal/wire"
)

// Sources: metrics whose values something else keeps, the Go runtime or the runtime of instc, and that are looked up when metrics are collected. Nothing is
// paid for them in between. They begin with the first thing that is recorded, like all export.

// source is what such an instrument says.
type source struct {
	points func() []sourcePoint
	before map[string]sourcePoint // of a delta counter or histogram: at the last collection
}

type sourcePoint struct {
	key       string // attributes, as of a series
	value     int64
	histogram *metrics.Float64Histogram // in place of the value
}

// addSource declares an instrument.
func (t *instrumentTable) addSource(scope uint16, m Metric, points func() []sourcePoint) {
	m.Integer = true
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, &instrument{Metric: m, scope: scope, since: now(), source: &source{points: points, before: map[string]sourcePoint{}}})
}

// one is a source with one value; it has none while the value is negative.
func one(attributes string, value func() int64) func() []sourcePoint {
	return func() []sourcePoint {
		if v := value(); v >= 0 {
			return []sourcePoint{{key: attributes, value: v}}
		}
		return nil
	}
}

// sourcePoints encodes the data points. The instrument is locked.
func (i *instrument) sourcePoints(c *collection, delta bool) (points []byte) {
	for _, p := range i.source.points() {
		before := sourcePoint{}
		if delta {
			before = i.source.before[p.key]
			i.source.before[p.key] = p.kept()
		}
		if p.histogram != nil {
			points = wire.AppendBytes(points, 0x0a, i.sourceHistogram(p, before, c.at))
		} else {
			s := &series{integer: p.value - before.value}
			points = wire.AppendBytes(points, 0x0a, i.point(s, []byte(p.key), i.since, c))
		}
	}
	return points
}

// kept is the point in a form that the next reading leaves alone.
func (p sourcePoint) kept() sourcePoint {
	if p.histogram != nil {
		p.histogram = &metrics.Float64Histogram{Counts: append([]uint64(nil), p.histogram.Counts...)}
	}
	return p
}

// sourceHistogram encodes a HistogramDataPoint without a sum, which the Go runtime does not keep. The boundaries are the Go runtime's.
func (i *instrument) sourceHistogram(p, before sourcePoint, at int64) []byte {
	bounds := p.histogram.Buckets
	if len(bounds) != len(p.histogram.Counts)+1 || len(bounds) < 3 {
		return nil
	}
	total, buckets := uint64(0), make([]uint64, len(p.histogram.Counts))
	for k, count := range p.histogram.Counts {
		if h := before.histogram; h != nil && len(h.Counts) == len(buckets) {
			count -= h.Counts[k]
		}
		buckets[k] = count
		total += count
	}
	point := wire.AppendFixed64(nil, 0x11, uint64(i.since))
	point = wire.AppendFixed64(point, 0x19, uint64(at))
	point = wire.AppendFixed64(point, 0x21, total)
	return appendBuckets(point, buckets, bounds[1:len(bounds)-1]) // the outermost ones are open in OTLP
}
