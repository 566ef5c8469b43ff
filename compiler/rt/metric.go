package rt

import (
	"math"
	"sync"
	"time"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// Metrics are added up in the program, by instrument and by the values of the instrument's attributes. A measurement takes those attributes from
// the wire text of the span that it belongs to, so they are evaluated once; the bytes of the chosen attributes, in the instrument's order, are the
// key of the series and later the attributes of its data point.

// instrument is one metric of one scope. Plugins that declare the same metric under one scope share it.
type instrument struct {
	Metric
	scope  uint16
	number int      // its place among all instruments
	keys   []string // wire keys of the attributes, in the order of the declaration
	sizes  uint64   // bit n: a key has n bytes, modulo 64; most other attributes need no comparison then

	mu     sync.RWMutex // held for writing while series come or go
	series map[string]*series
	full   *series // what exceeds the limit
	since  int64   // start of the current series, ns since 1970

	observed observed
	source   *source // in place of measurements
}

// series adds up the measurements with one set of attributes.
type series struct {
	mu        sync.Mutex
	count     uint64
	sum       float64
	integer   int64
	min, max  float64
	buckets   []uint64
	exemplars []exemplar // one a bucket of a histogram, one in all of everything else
}

// Kinds of instruments, as Metric.Kind.
const (
	histogram = 1 + iota
	counter
	upDownCounter
	gauge
)

// maxSeries is the cardinality limit of the specification.
const maxSeries = 2000

// defaultBounds are the specification's, for histograms without advice.
var defaultBounds = []float64{0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000}

// instruments are those of the program.
var instruments instrumentTable

type instrumentTable struct {
	mu      sync.Mutex
	all     []*instrument
	goStats *goSamples  // to be read before a collection; may be nil
	loop    *metricLoop // nil: no metrics are recorded
}

// of finds or makes a plugin's instruments.
func (t *instrumentTable) of(info *RuleInfo) (list []*instrument) {
	if t.loop == nil || len(info.Metrics) == 0 {
		return nil
	}
	scope := scopes.index(info)
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range info.Metrics {
		list = append(list, t.find(scope, &info.Metrics[i]))
	}
	return list
}

func (t *instrumentTable) find(scope uint16, m *Metric) *instrument {
	for _, i := range t.all {
		if i.scope == scope && i.Name == m.Name {
			return i
		}
	}
	i := &instrument{Metric: *m, scope: scope, series: map[string]*series{}, since: now()}
	for _, name := range m.Attributes {
		if len(i.keys) < maxKeys {
			key := wire.Key(name)
			i.keys = append(i.keys, key)
			i.sizes |= 1 << (key[1] & 63)
		}
	}
	if i.Kind == histogram && i.Bounds == nil {
		i.Bounds = defaultBounds
	}
	i.number = len(t.all)
	t.all = append(t.all, i)
	return i
}

func (t *instrumentTable) snapshot() []*instrument {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[:len(t.all):len(t.all)]
}

// maxKeys bounds what choose keeps on its stack; no metric of the conventions has as many.
const maxKeys = 32

// elapsed is port.elapsed: seconds since the span started.
func elapsed(p unsafe.Pointer) float64 {
	b := bodyOf(p)
	if b == nil {
		return 0
	}
	b.readAt = monotonic()
	return float64(b.readAt-b.startMono) / float64(time.Second)
}

// sample is port.sample: a body without a span, for the attributes of measurements of a rule that starts none. Nil when nothing is measured.
func sample(p unsafe.Pointer) unsafe.Pointer {
	r := (*rule)(p)
	if r.metrics == nil {
		return nil
	}
	b := takeBody()
	b.rule, b.headLen, b.startMono = r, 0, monotonic()
	return unsafe.Pointer(b)
}

// discard is port.discard: the end of a sample.
func discard(p unsafe.Pointer) {
	if b := bodyOf(p); b != nil {
		b.closeAside()
		b.release()
	}
}

// measure is port.measure: a value with the attributes of the body, before them those written since aside. metric is an index into the plugin's
// metrics.
func measure(p unsafe.Pointer, metric int, value float64) {
	if b := bodyOf(p); b != nil {
		b.measure(b.rule, metric, value)
	}
}

// measureFor is port.measureFor: measure, by another rule than the one that started the span.
func measureFor(r, p unsafe.Pointer, metric int, value float64) {
	if b := bodyOf(p); b != nil {
		b.measure((*rule)(r), metric, value)
	}
}

func (b *body) measure(r *rule, metric int, value float64) {
	own, _ := b.closeAside()
	if r == nil || metric >= len(r.metrics) || b.yielded.Load() && yields.meters.Load() || math.IsNaN(value) || math.IsInf(value, 0) {
		return
	}
	i := r.metrics[metric]
	if own == nil && b.wait(i, value) {
		return
	}
	attributes := b.choose(i, own)
	if e, ok := b.exemplarOf(value); ok {
		i.record(attributes, value, &e)
	} else {
		i.record(attributes, value, nil)
	}
	instruments.loop.wakeUp()
}

// place is where an attribute stands: in the measurement's own text or in the span's. to is 0 when it is nowhere.
type place struct {
	from, to int32
	own      bool
}

// chosen is what a body needs to choose attributes, kept because clearing as much for every measurement would cost more than the choice.
type chosen struct {
	places [maxKeys]place
	buf    []byte
}

func (b *body) chooser() *chosen {
	if b.chosen == nil {
		b.chosen = &chosen{}
	}
	return b.chosen
}

func (b *body) choose(i *instrument, own []byte) []byte {
	return b.chooser().choose(i, b.buf[b.headLen:], own, b.errorType)
}

// choose copies the attributes that the instrument has, out of a span's text or the measurement's own, as Span.attributes fields; they are there
// until the next choice.
func (c *chosen) choose(i *instrument, span, own []byte, errorType string) []byte {
	for k := range i.keys {
		c.places[k] = place{}
	}
	buf := c.buf[:0]
	i.locate(&c.places, span, false)
	i.locate(&c.places, own, true)
	for k, key := range i.keys {
		switch at := &c.places[k]; {
		case at.own:
			buf = append(buf, own[at.from:at.to]...)
		case at.to > 0:
			buf = append(buf, span[at.from:at.to]...)
		case key == keyErrorType && errorType != "":
			buf = appendTextAttribute(buf, key, clean(errorType, settings.limits.valueLength))
		}
	}
	c.buf = buf
	return buf
}

// locate notes where the instrument's attributes stand in a sequence of Span's fields.
func (i *instrument) locate(places *[maxKeys]place, text []byte, own bool) {
	for at := 0; at < len(text); {
		size, content := int(text[at+1]), at+2
		if size >= 0x80 {
			long, n := uvarint(text[at+1:])
			size, content = long, at+1+n
		}
		if text[at] == tagAttributes && size > 1 && i.sizes>>(text[content+1]&63)&1 != 0 {
			if k := i.keyOf(text[content : content+size]); k >= 0 {
				places[k] = place{int32(at), int32(content + size), own}
			}
		}
		at = content + size
	}
}

// keyOf finds the instrument's attribute with which a KeyValue begins; -1 for none. The second byte of both is the length of the key.
func (i *instrument) keyOf(pair []byte) int {
	for k, key := range i.keys {
		if len(pair) >= len(key) && pair[1] == key[1] && string(pair[:len(key)]) == key {
			return k
		}
	}
	return -1
}

// appendTextAttribute writes a Span.attributes field; key is a wire key.
func appendTextAttribute(buf []byte, key, value string) []byte {
	any := wire.FieldLen(len(value))
	buf = wire.AppendVarint(append(buf, tagAttributes), uint64(len(key)+wire.FieldLen(any)))
	buf = append(buf, key...)
	buf = wire.AppendVarint(append(buf, tagKeyValueValue), uint64(any))
	return wire.AppendString(buf, tagString, value)
}

// record adds a value to the series of these attributes.
func (i *instrument) record(attributes []byte, value float64, e *exemplar) {
	i.mu.RLock()
	if s := i.series[string(attributes)]; s != nil {
		s.add(i, value, e)
		i.mu.RUnlock()
		return
	}
	i.mu.RUnlock()
	i.mu.Lock()
	defer i.mu.Unlock()
	s := i.series[string(attributes)]
	switch {
	case s != nil:
	case len(i.series) < maxSeries:
		s = i.newSeries()
		i.series[string(attributes)] = s
	default:
		if i.full == nil {
			i.full = i.newSeries()
			warn("cardinality "+i.Name, "metric %s has more than %d combinations of attributes; the rest is counted under otel.metric.overflow", i.Name, maxSeries)
		}
		s = i.full
	}
	s.add(i, value, e)
}

func (i *instrument) newSeries() *series {
	s := &series{}
	slots := 1
	if i.Kind == histogram {
		s.buckets = make([]uint64, len(i.Bounds)+1)
		slots = len(s.buckets)
	}
	if settings.metrics.exemplars != exemplarsNever {
		s.exemplars = make([]exemplar, slots)
	}
	return s
}

func (s *series) add(i *instrument, value float64, e *exemplar) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := 0
	if i.Kind == histogram {
		slot = bucketOf(i.Bounds, value)
	}
	if e != nil && slot < len(s.exemplars) {
		s.exemplars[slot] = *e
	}
	switch i.Kind {
	case gauge:
		s.sum, s.integer = value, int64(value)
		return
	case histogram:
		s.buckets[slot]++
		if s.count == 0 || value < s.min {
			s.min = value
		}
		if s.count == 0 || value > s.max {
			s.max = value
		}
	}
	s.count++
	s.sum += value
	s.integer += int64(value)
}

// bucketOf: bucket k holds values up to and including bounds[k].
func bucketOf(bounds []float64, value float64) int {
	low, high := 0, len(bounds)
	for low < high {
		middle := (low + high) / 2
		if bounds[middle] < value {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
