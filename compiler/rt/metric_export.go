package rt

import (
	"context"
	"math"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"instc.dev/rt/internal/otlphttp"
	"instc.dev/rt/internal/wire"
)

// metricLoop is the goroutine that exports the sums, at a fixed interval and when the program ends. It starts with the first measurement or the first
// span. Whoever else wants to know the sums collects them, too.
type metricLoop struct {
	flusher
	head     []byte // the encoded resource
	targets  []metricTarget
	interval time.Duration
	delta    bool        // sums and histograms start anew after every export; up-down counters never do
	reading  atomic.Bool // the program is being asked for observed values
	onStart  func()

	mu   sync.Mutex // of a collection
	last int64      // when the loop has collected
}

// metricTarget is an exporter of metrics.
type metricTarget interface {
	name() string
	exportMetrics(request []byte, leaving <-chan struct{}) error
}

// collection is one look at all instruments.
type collection struct {
	at    int64
	delta bool
	read  map[*instrument][]reading
	after int64 // older exemplars have been seen
}

func newMetricLoop(c *metricConfig, head []byte, targets []metricTarget) *metricLoop {
	return &metricLoop{flusher: newFlusher(), head: head, targets: targets, interval: c.interval, delta: c.delta}
}

func (l *metricLoop) wakeUp() {
	if len(l.targets) > 0 && !l.started.Load() && l.started.CompareAndSwap(false, true) {
		if l.onStart != nil {
			l.onStart()
		}
		go l.run()
	}
}

func (l *metricLoop) run() {
	suppressGoroutine()
	ticks := time.NewTicker(l.interval)
	for {
		var done chan struct{}
		select {
		case <-ticks.C:
		case done = <-l.flushes:
		}
		l.export()
		if done != nil {
			close(done)
		}
	}
}

// export sends what the instruments hold. A bug in here must not end the program.
func (l *metricLoop) export() {
	defer func() {
		if cause := recover(); cause != nil {
			stats.panics.Add(1)
			warn("export panic", "the exporter of metrics panicked: %v", cause)
		}
	}()
	request := l.collect(now())
	if request == nil {
		return
	}
	for _, t := range l.targets {
		if err := t.exportMetrics(request, l.leaving); err != nil {
			warn("export metrics", "metrics were not exported to %s: %v", t.name(), err)
		}
	}
}

// collect encodes what is to be exported; nil when there is nothing to say.
func (l *metricLoop) collect(at int64) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &collection{at: at, delta: l.delta, read: l.readObserved(), after: l.last}
	l.last = at
	settleSpans()
	return l.encode(c)
}

// look encodes the sums for somebody else, who leaves them as they are, with all exemplars that are kept or with none.
func (l *metricLoop) look(at int64, exemplars bool) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &collection{at: at, read: l.readObserved(), after: at}
	if exemplars {
		c.after = 0
	}
	settleSpans()
	return l.encode(c)
}

// settleSpans makes the measurements of spans that have ended and are not exported yet.
func settleSpans() {
	if spans != nil {
		spans.settle()
	}
}

// encode writes ExportMetricsServiceRequest{ResourceMetrics{resource, ScopeMetrics...}}.
func (l *metricLoop) encode(c *collection) []byte {
	byScope := map[uint16][]byte{}
	var order []uint16
	if instruments.goStats != nil {
		instruments.goStats.read()
	}
	for _, i := range instruments.snapshot() {
		metric := i.collect(c)
		if metric == nil {
			continue
		}
		if byScope[i.scope] == nil {
			order = append(order, i.scope)
		}
		byScope[i.scope] = wire.AppendBytes(byScope[i.scope], 0x12, metric)
	}
	if len(order) == 0 {
		return nil
	}
	sort.Slice(order, func(a, b int) bool { return order[a] < order[b] })
	heads := scopes.snapshot()
	content := append([]byte(nil), l.head...)
	for _, scope := range order {
		message := append(append([]byte(nil), heads[scope].before...), byScope[scope]...)
		content = wire.AppendBytes(content, 0x12, append(message, heads[scope].after...))
	}
	return wire.AppendBytes(nil, 0x0a, content)
}

// Temporalities of OTLP.
const (
	temporalityDelta      = 1
	temporalityCumulative = 2
)

// collect encodes a Metric with its data points; nil when there are none. Series of delta metrics are gone afterwards.
func (i *instrument) collect(c *collection) []byte {
	at, delta := c.at, c.delta && i.Kind != gauge && i.Kind != upDownCounter
	i.mu.Lock()
	defer i.mu.Unlock()
	var points []byte
	if i.source != nil {
		points = i.sourcePoints(c, delta)
	} else {
		points = i.observedPoints(c, delta)
	}
	for _, key := range sortedKeys(i.series) {
		points = wire.AppendBytes(points, 0x0a, i.point(i.series[key], []byte(key), i.since, c))
	}
	if i.full != nil {
		points = wire.AppendBytes(points, 0x0a, i.point(i.full, overflowAttribute, i.since, c))
	}
	if points == nil {
		return nil
	}
	metric := i.describe()
	switch i.Kind {
	case gauge:
		metric = wire.AppendBytes(metric, 0x2a, points)
	case histogram:
		metric = wire.AppendBytes(metric, 0x4a, append(points, 0x10, temporality(delta)))
	default:
		points = append(points, 0x10, temporality(delta))
		if i.Kind == counter {
			points = append(points, 0x18, 1)
		}
		metric = wire.AppendBytes(metric, 0x3a, points)
	}
	if delta {
		i.series, i.full, i.since = map[string]*series{}, nil, at
	}
	return metric
}

var overflowAttribute = []byte("\x4a\x1a\x0a\x14otel.metric.overflow\x12\x02\x10\x01")

func temporality(delta bool) byte {
	if delta {
		return temporalityDelta
	}
	return temporalityCumulative
}

func (i *instrument) describe() []byte {
	metric := wire.AppendString(nil, 0x0a, clean(i.Name, maxName))
	if i.Doc != "" {
		metric = wire.AppendString(metric, 0x12, clean(i.Doc, maxName))
	}
	if i.Unit != "" {
		metric = wire.AppendString(metric, 0x1a, clean(i.Unit, maxName))
	}
	return metric
}

// point encodes a NumberDataPoint or a HistogramDataPoint. attributes are Span.attributes fields, which have the key that a histogram's have.
func (i *instrument) point(s *series, attributes []byte, since int64, c *collection) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	point := wire.AppendFixed64(nil, 0x11, uint64(since))
	point = wire.AppendFixed64(point, 0x19, uint64(c.at))
	if i.Kind != histogram {
		own := append([]byte(nil), attributes...)
		retag(own, 0x3a)
		if i.Integer {
			point = wire.AppendFixed64(point, 0x31, uint64(s.integer))
		} else {
			point = wire.AppendFixed64(point, 0x21, math.Float64bits(s.sum))
		}
		return s.appendExemplars(append(point, own...), exemplarsOfNumber, c.after)
	}
	point = wire.AppendFixed64(point, 0x21, s.count)
	point = wire.AppendFixed64(point, 0x29, math.Float64bits(s.sum))
	point = appendBuckets(point, s.buckets, i.Bounds)
	point = append(point, attributes...)
	point = s.appendExemplars(point, exemplarsOfHistogram, c.after)
	point = wire.AppendFixed64(point, 0x59, math.Float64bits(s.min))
	return wire.AppendFixed64(point, 0x61, math.Float64bits(s.max))
}

// appendBuckets writes the counts and boundaries of a HistogramDataPoint.
func appendBuckets(point []byte, counts []uint64, bounds []float64) []byte {
	point = wire.AppendVarint(append(point, 0x32), uint64(8*len(counts)))
	for _, count := range counts {
		point = appendFixed64(point, count)
	}
	point = wire.AppendVarint(append(point, 0x3a), uint64(8*len(bounds)))
	for _, bound := range bounds {
		point = appendFixed64(point, math.Float64bits(bound))
	}
	return point
}

func appendFixed64(b []byte, v uint64) []byte {
	return append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56))
}

// otlpMetrics posts to a collector.
type otlpMetrics struct {
	client  *otlphttp.Client
	sendFor time.Duration
}

func (t *otlpMetrics) name() string { return "the collector at " + t.client.Host() }

func (t *otlpMetrics) exportMetrics(request []byte, leaving <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(suppressedContext, t.sendFor)
	defer cancel()
	rejection, err := t.client.Send(ctx, request, leaving)
	if rejection.Items > 0 {
		warn("rejected metrics", "the collector rejected %d data points: %s", rejection.Items, rejection.Message)
	}
	return err
}
