package rt

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"instc.dev/rt/internal/wire"
)

// owner is what a library's struct looks like once instc has added a hidden field to it.
type owner struct {
	name  string
	value atomic.Int64
	seen  *byte
}

// observeOwner does what generated code does.
func (f *fixture) observeOwner(metric int, o *owner) {
	api, r := f.Port, f.rules[3]
	if body := api.sample(r); body != nil {
		api.aside(body)
		if o.name != "" {
			api.str(body, key("n"), o.name)
		}
		api.observe(body, metric, &o.seen, unsafe.Pointer(o), func(p unsafe.Pointer) (value float64, ok bool) {
			defer api.recovered[3]()
			return float64((*owner)(p).value.Load()), true
		})
		api.discard(body)
	}
}

// observedMetrics collects once and shows what there is: "name{attributes}=value".
func observedMetrics(t *testing.T) string {
	t.Helper()
	var out []string
	c := &collection{at: now(), delta: instruments.loop.delta, read: instruments.loop.readObserved()}
	for _, i := range instruments.snapshot() {
		metric := i.collect(c)
		for f, rest, ok := wire.Next(metric); ok; f, rest, ok = wire.Next(rest) {
			if f.Number != 5 && f.Number != 7 {
				continue
			}
			for p, rest, ok := wire.Next(f.Bytes); ok; p, rest, ok = wire.Next(rest) {
				if p.Number == 1 {
					out = append(out, i.Name+pointText(p.Bytes))
				}
			}
		}
	}
	return strings.Join(out, " ")
}

func pointText(point []byte) string {
	attributes, value := "", ""
	for f, rest, ok := wire.Next(point); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case 7:
			key, v := readPair(f.Bytes)
			attributes += fmt.Sprintf("%s=%v", key, v)
		case 6:
			value = fmt.Sprint(int64(f.Value))
		}
	}
	return "{" + attributes + "}=" + value
}

const (
	observedCounter = 1 + iota // of the fixture's rule 3
	observedUpDown
	observedGauge
)

func TestOwnersWithTheSameAttributes(t *testing.T) {
	f := newFixture(t, Host{})
	a, b, c := &owner{name: "x"}, &owner{name: "x"}, &owner{name: "y"}
	for k, o := range []*owner{a, b, c} {
		o.value.Store(int64(k + 1))
		f.observeOwner(observedUpDown, o)
	}
	if got := observedMetrics(t); got != "call.open{n=x}=3 call.open{n=y}=3" {
		t.Errorf("sums add up: %s", got)
	}
	f.unobserve(&b.seen)
	f.unobserve(&b.seen)
	if got := observedMetrics(t); got != "call.open{n=x}=1 call.open{n=y}=3" {
		t.Errorf("after the end of one: %s", got)
	}
	f.observeOwner(observedUpDown, a)
	if got := observedMetrics(t); got != "call.open{n=x}=1 call.open{n=y}=3" {
		t.Errorf("one owner counts once: %s", got)
	}
	f.unobserve(&a.seen)
	f.unobserve(&c.seen)
	f.observeOwner(observedGauge, b)
	f.observeOwner(observedGauge, a)
	if got := observedMetrics(t); got != "call.level{n=x}=1" {
		t.Errorf("of a gauge the youngest counts: %s", got)
	}
	runtime.KeepAlive([]*owner{a, b, c})
}

func TestObservedCountersNeverGoDown(t *testing.T) {
	for _, temporality := range []string{"cumulative", "delta"} {
		t.Run(temporality, func(t *testing.T) {
			f := newFixture(t, Host{}, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="+temporality)
			a, b := &owner{}, &owner{}
			f.observeOwner(observedCounter, a)
			f.observeOwner(observedCounter, b)
			var got []string
			step := func(x, y int64) {
				a.value.Store(x)
				b.value.Store(y)
				got = append(got, strings.TrimPrefix(observedMetrics(t), "call.count{}="))
			}
			step(5, 10)
			step(6, 10)
			step(2, 10) // a started anew
			f.unobserve(&b.seen)
			step(3, 0) // what b had counted stays
			f.observeOwner(observedCounter, a)
			step(4, 0) // registered again, a counts on
			want := map[string]string{"cumulative": "15 16 18 19 20", "delta": "15 1 2 1 1"}[temporality]
			if shown := strings.Join(got, " "); shown != want {
				t.Errorf("%s, want %s", shown, want)
			}
			f.unobserve(&a.seen)
			if got := observedMetrics(t); got != "" {
				t.Errorf("without owners: %s", got)
			}
		})
	}
}

func TestObservationsKeepNothingAlive(t *testing.T) {
	f := newFixture(t, Host{})
	gone := make(chan bool, 1)
	func() {
		o := &owner{name: "x"}
		runtime.SetFinalizer(o, func(*owner) { gone <- true })
		f.observeOwner(observedUpDown, o)
		if got := observedMetrics(t); got != "call.open{n=x}=0" {
			t.Error(got)
		}
	}()
	if !weakReferences {
		t.Skip("this version of Go has no weak pointers")
	}
	for k := 0; k < 100; k++ {
		runtime.GC()
		select {
		case <-gone:
			if got := observedMetrics(t); got != "" || len(f.instrument(observedUpDown).observed.list) != 0 {
				t.Errorf("still observed: %s", got)
			}
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("the observation keeps its owner alive")
}

func TestObservationsAreBounded(t *testing.T) {
	f := newFixture(t, Host{})
	owners := make([]owner, maxSeries+5)
	for k := range owners {
		f.observeOwner(observedUpDown, &owners[k])
	}
	if n := len(f.instrument(observedUpDown).observed.list); n != maxSeries || len(f.warned) != 1 {
		t.Errorf("%d observations, %v", n, f.warned)
	}
	if owners[maxSeries].seen != nil {
		t.Error("an owner that was left out leads somewhere")
	}
	runtime.KeepAlive(owners)
}

// A rule that is switched off is not read; a value that panics or blocks costs nothing but itself.
func TestObservedValuesOfTheProgram(t *testing.T) {
	f := newFixture(t, Host{})
	fine := &owner{name: "fine"}
	f.observeOwner(observedUpDown, fine)
	block := make(chan bool)
	var mode atomic.Int32
	body := f.sample(f.rules[3])
	read := func(unsafe.Pointer) (float64, bool) {
		switch mode.Load() {
		case 0:
			panic("not well")
		case 1:
			<-block
		}
		return 7, true
	}
	f.observe(body, observedUpDown, nil, nil, read)
	f.observe(body, observedUpDown, nil, nil, read) // once, without an owner
	f.discard(body)
	before := Stats().Panics
	if got := observedMetrics(t); got != "call.open{n=fine}=0" || Stats().Panics != before+1 {
		t.Errorf("with a panic: %s, %d panics", got, Stats().Panics-before)
	}
	mode.Store(2)
	if got := observedMetrics(t); got != "call.open{}=7 call.open{n=fine}=0" {
		t.Errorf("without: %s", got)
	}
	defer func(limit time.Duration) { readLimit = limit }(readLimit)
	readLimit = 20 * time.Millisecond
	mode.Store(1)
	if got := observedMetrics(t); got != "" || len(f.warned) == 0 {
		t.Errorf("while one blocks: %s, %v", got, f.warned)
	}
	mode.Store(2)
	close(block)
	for instruments.loop.reading.Load() {
		runtime.Gosched()
	}
	rewire(&switches{enabled: map[string]bool{"measured": false}}, settings.sampler)
	if got := observedMetrics(t); got != "" {
		t.Errorf("switched off: %s", got)
	}
	runtime.KeepAlive(fine)
}

func TestObservingFromEverywhere(t *testing.T) {
	f := newFixture(t, Host{})
	o := &owner{}
	var all sync.WaitGroup
	for k := 0; k < 8; k++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for n := 0; n < 200; n++ {
				f.observeOwner(observedUpDown, o)
				if n%3 == 0 {
					f.unobserve(&o.seen)
				}
			}
		}()
	}
	for k := 0; k < 20; k++ {
		observedMetrics(t)
	}
	all.Wait()
	f.unobserve(&o.seen)
	if n := len(f.instrument(observedUpDown).observed.list); n != 0 {
		t.Errorf("%d observations are left", n)
	}
}
