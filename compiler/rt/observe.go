package rt

import (
	"math"
	"sort"
	"sync/atomic"
	"time"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// Observations: values that are read whenever metrics are collected. What is read belongs to the program, so:
//
//   - its owner is kept weakly: an observation never keeps alive what the program has let go of;
//   - reading happens on a goroutine of its own that the exporter waits for a bounded time, since a method of a library may block;
//   - a panic loses one value.
//
// Owners with the same attributes share a data point: sums add up, of a gauge the youngest owner's value counts. A counter is made never to go down:
// what an owner had counted when it went stays in the sum, and so does what one had counted before it started anew.
type observation struct {
	rule       *rule
	instrument *instrument
	key        string // attributes, as of a series
	owned      bool
	owner      reference
	read       func(owner unsafe.Pointer) (value float64, ok bool)

	// Of the instrument, under its lock.
	place      int // in instrument.observed; -1: not there
	number     uint64
	base, last float64 // of a counter: counted before it started anew, and since
}

// observed is what an instrument knows about its observations.
type observed struct {
	list    []*observation
	single  map[singleKey]bool        // those without an owner
	totals  map[string]*observedTotal // by attributes
	counted uint64
	swept   int64 // monotonic
}

type singleKey struct {
	rule *rule
	key  string
}

// observedTotal is what one collection leaves for the next.
type observedTotal struct {
	since    int64
	retired  float64 // of a counter: what owners that are gone had counted
	exported float64 // of a delta counter
}

// readLimit bounds how long a collection waits for the values of the program.
var readLimit = 2 * time.Second

// observe is port.observe.
func observe(p unsafe.Pointer, metric int, at **byte, owner unsafe.Pointer, read func(owner unsafe.Pointer) (value float64, ok bool)) {
	b := bodyOf(p)
	if b == nil {
		return
	}
	own, _ := b.closeAside()
	if b.rule == nil || metric >= len(b.rule.metrics) || read == nil {
		return
	}
	i := b.rule.metrics[metric]
	o := &observation{rule: b.rule, instrument: i, key: string(b.choose(i, own)), owned: owner != nil, read: read, place: -1}
	if !o.owned {
		i.watch(o, nil)
	} else {
		place := (*unsafe.Pointer)(unsafe.Pointer(at))
		o.owner = refer(owner)
		if i.watch(o, (*observation)(atomic.SwapPointer(place, nil))) {
			forgetObservation(atomic.SwapPointer(place, unsafe.Pointer(o)))
		}
	}
	instruments.loop.wakeUp()
}

// unobserve is port.unobserve.
func unobserve(at **byte) {
	forgetObservation(atomic.SwapPointer((*unsafe.Pointer)(unsafe.Pointer(at)), nil))
}

func forgetObservation(p unsafe.Pointer) {
	if o := (*observation)(p); o != nil {
		o.instrument.mu.Lock()
		o.instrument.forget(o)
		o.instrument.mu.Unlock()
	}
}

// watch takes an observation in, in place of the owner's old one; false when there are too many.
func (i *instrument) watch(o, old *observation) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	w := &i.observed
	if old != nil && old.instrument == i && old.key == o.key && old.place >= 0 {
		o.base, o.last, old.base, old.last = old.base, old.last, 0, 0
	}
	if old != nil && old.instrument == i {
		i.forget(old)
	}
	single := singleKey{o.rule, o.key}
	if !o.owned && w.single[single] {
		return false
	}
	if len(w.list) >= maxSeries && !i.sweep() {
		warn("observed "+i.Name, "metric %s is read from %d values already; further ones are left out", i.Name, maxSeries)
		return false
	}
	if w.totals == nil {
		w.totals, w.single = map[string]*observedTotal{}, map[singleKey]bool{}
	}
	if w.totals[o.key] == nil {
		w.totals[o.key] = &observedTotal{since: now()}
	}
	if !o.owned {
		w.single[single] = true
	}
	w.counted++
	o.number, o.place = w.counted, len(w.list)
	w.list = append(w.list, o)
	return true
}

// sweep makes room where owners are gone; once a second at most, because it looks at all of them.
func (i *instrument) sweep() bool {
	w := &i.observed
	at := monotonic()
	if w.swept != 0 && at-w.swept < int64(time.Second) {
		return false
	}
	w.swept = at
	for k := len(w.list) - 1; k >= 0; k-- {
		if o := w.list[k]; o.owned && o.owner.get() == nil {
			i.forget(o)
		}
	}
	return len(w.list) < maxSeries
}

// forget takes an observation out.
func (i *instrument) forget(o *observation) {
	if o.place < 0 {
		return
	}
	w := &i.observed
	end := len(w.list) - 1
	w.list[o.place] = w.list[end]
	w.list[o.place].place = o.place
	w.list[end] = nil
	w.list = w.list[:end]
	o.place = -1
	if total := w.totals[o.key]; total != nil {
		total.retired += o.base + o.last
	}
}

// reading is what one observation said.
type reading struct {
	from     *observation
	value    float64
	ok, gone bool
}

// readObserved asks the program for all observed values. Nil when there are none, or when the program does not answer.
func (l *metricLoop) readObserved() map[*instrument][]reading {
	any := false
	all := instruments.snapshot()
	for _, i := range all {
		i.mu.RLock()
		any = any || len(i.observed.list) > 0
		i.mu.RUnlock()
	}
	if !any {
		return nil
	}
	if !l.reading.CompareAndSwap(false, true) {
		return nil
	}
	done := make(chan map[*instrument][]reading, 1)
	go func() {
		suppressGoroutine()
		values := map[*instrument][]reading{}
		for _, i := range all {
			values[i] = i.readAll()
		}
		l.reading.Store(false) // before the values are there, so that whoever has them may read again
		done <- values
	}()
	timer := time.NewTimer(readLimit)
	defer timer.Stop()
	select {
	case values := <-done:
		return values
	case <-timer.C:
		warn("observe", "reading observed values takes longer than %v; the metrics of this collection go without them", readLimit)
		return nil
	}
}

func (i *instrument) readAll() (values []reading) {
	i.mu.RLock()
	list := append([]*observation(nil), i.observed.list...)
	i.mu.RUnlock()
	for _, o := range list {
		values = append(values, o.ask())
	}
	return values
}

// ask reads one value, unless its rule is switched off.
func (o *observation) ask() (r reading) {
	r.from = o
	var owner unsafe.Pointer
	if o.owned {
		if owner = o.owner.get(); owner == nil {
			r.gone = true
			return r
		}
	}
	if !ruleOn(unsafe.Pointer(o.rule)) {
		return r
	}
	defer func() {
		if cause := recover(); cause != nil {
			o.rule.panicked(cause)
		}
	}()
	r.value, r.ok = o.read(owner)
	r.ok = r.ok && !math.IsNaN(r.value) && !math.IsInf(r.value, 0)
	return r
}

// observedPoints encodes the data points of what was read. The instrument is locked.
func (i *instrument) observedPoints(c *collection, delta bool) (points []byte) {
	w := &i.observed
	shown, youngest := map[string]*series{}, map[string]uint64{}
	for _, r := range c.read[i] {
		o := r.from
		if r.gone {
			i.forget(o)
		}
		if o.place < 0 || !r.ok {
			continue
		}
		s := shown[o.key]
		if s == nil {
			s = &series{}
			shown[o.key] = s
		}
		switch i.Kind {
		case gauge:
			if o.number > youngest[o.key] {
				s.sum, youngest[o.key] = r.value, o.number
			}
		case counter:
			if r.value < o.last {
				o.base += o.last
			}
			o.last = r.value
		default:
			s.sum += r.value
		}
	}
	alive := map[string]bool{}
	for _, o := range w.list {
		alive[o.key] = true
		if s := shown[o.key]; s != nil && i.Kind == counter {
			s.sum += o.base + o.last
		}
	}
	for key, total := range w.totals {
		if s := shown[key]; s != nil && i.Kind == counter {
			s.sum += total.retired
		}
		if !alive[key] {
			delete(w.totals, key)
		}
	}
	for _, key := range sortedKeys(shown) {
		s, total := shown[key], w.totals[key]
		since, sum := total.since, s.sum
		if delta {
			s.sum -= total.exported
			total.since, total.exported = c.at, sum
		}
		s.integer = int64(s.sum)
		points = wire.AppendBytes(points, 0x0a, i.point(s, []byte(key), since, c))
	}
	return points
}

func sortedKeys(m map[string]*series) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
