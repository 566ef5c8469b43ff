package rt

import (
	"math"
	"runtime/metrics"
)

// Metrics of the Go runtime, by the conventions' names. They are read by runtime/metrics, all at a time and only when metrics are collected.

// goSamples are what the metrics below are made of, as the last collection has read them.
type goSamples struct {
	list []metrics.Sample
	at   map[string]int
}

func newGoSamples() *goSamples { return &goSamples{at: map[string]int{}} }

// want notes a name of runtime/metrics; false when this version of Go has no such metric.
func (s *goSamples) want(name string, kind metrics.ValueKind) bool {
	if _, ok := s.at[name]; ok {
		return true
	}
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != kind {
		return false
	}
	s.at[name] = len(s.list)
	s.list = append(s.list, sample[0])
	return true
}

func (s *goSamples) read() { metrics.Read(s.list) }

// number is -1 for what no metric can say: no limit is the largest number.
func (s *goSamples) number(name string) int64 {
	v := s.list[s.at[name]].Value.Uint64()
	if v >= math.MaxInt64 {
		return -1
	}
	return int64(v)
}

// less is a difference that a race between two numbers does not make negative.
func less(a, b int64) int64 {
	if a < b {
		return 0
	}
	return a - b
}

const (
	goTotal    = "/memory/classes/total:bytes"
	goReleased = "/memory/classes/heap/released:bytes"
	goStacks   = "/memory/classes/heap/stacks:bytes"
	goLatency  = "/sched/latencies:seconds"
)

// addGoMetrics declares them; the samples are to be read before a collection.
func (t *instrumentTable) addGoMetrics(scope uint16) *goSamples {
	s := newGoSamples()
	for _, m := range []struct {
		kind                  uint8
		name, unit, from, doc string
	}{
		{upDownCounter, "go.memory.limit", "By", "/gc/gomemlimit:bytes", "Go runtime memory limit configured by the user, if a limit exists"},
		{counter, "go.memory.allocated", "By", "/gc/heap/allocs:bytes", "Memory allocated to the heap by the application"},
		{counter, "go.memory.allocations", "{allocation}", "/gc/heap/allocs:objects", "Count of allocations to the heap by the application"},
		{upDownCounter, "go.memory.gc.goal", "By", "/gc/heap/goal:bytes", "Heap size target for the end of the GC cycle"},
		{upDownCounter, "go.goroutine.count", "{goroutine}", "/sched/goroutines:goroutines", "Count of live goroutines"},
		{upDownCounter, "go.processor.limit", "{thread}", "/sched/gomaxprocs:threads", "The number of OS threads that can execute user-level Go code simultaneously"},
		{upDownCounter, "go.config.gogc", "%", "/gc/gogc:percent", "Heap size target percentage configured by the user, otherwise 100"},
	} {
		if from := m.from; s.want(from, metrics.KindUint64) {
			t.addSource(scope, Metric{Name: m.name, Unit: m.unit, Doc: m.doc, Kind: m.kind}, one("", func() int64 { return s.number(from) }))
		}
	}
	if s.want(goTotal, metrics.KindUint64) && s.want(goReleased, metrics.KindUint64) && s.want(goStacks, metrics.KindUint64) {
		t.addSource(scope, Metric{Name: "go.memory.used", Unit: "By", Doc: "Memory used by the Go runtime", Kind: upDownCounter}, s.memory)
	}
	if s.want(goLatency, metrics.KindFloat64Histogram) {
		t.addSource(scope, Metric{Name: "go.schedule.duration", Unit: "s", Kind: histogram,
			Doc: "The time goroutines have spent in the scheduler in a runnable state before actually running"}, func() []sourcePoint {
			return []sourcePoint{{histogram: s.list[s.at[goLatency]].Value.Float64Histogram()}}
		})
	}
	return s
}

func (s *goSamples) memory() []sourcePoint {
	stacks := s.number(goStacks)
	return []sourcePoint{
		{key: attributesText("go.memory.type", "stack"), value: stacks},
		{key: attributesText("go.memory.type", "other"), value: less(less(s.number(goTotal), s.number(goReleased)), stacks)},
	}
}
