package rt

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// exporters that never answer must not cost more memory than the budget, and every span is accounted for.
func TestBudgetIsExact(t *testing.T) {
	f := newFixture(t, Host{}, "INSTC_QUEUE_BYTES=262144", "OTEL_BSP_SCHEDULE_DELAY=3600000")
	release := make(chan struct{})
	f.loop.targets = []target{blockedTarget{release}}
	const workers, each = 4, 3000
	var wg sync.WaitGroup
	for w := 0; w < workers; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < each; i++ {
				node, body := f.start(internal, nil, "x")
				f.str(body, key("pad"), strings.Repeat("x", i%700))
				f.end(node)
				if spans.leased.Load() > 262144 {
					t.Error("over the budget")
				}
			}
		}()
	}
	wg.Wait()
	close(release)
	f.loop.flushWithin(10 * time.Second)
	s := Stats()
	if s.Sent+s.Dropped != workers*each || s.Dropped == 0 || s.Sent == 0 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
	if left := spans.leased.Load(); left != 0 {
		t.Errorf("%d bytes are still leased", left)
	}
	before := Stats().Dropped
	for i := 0; i < 100; i++ {
		node, _ := f.start(internal, nil, "x")
		f.end(node)
	}
	f.loop.flushWithin(10 * time.Second)
	if free := len(spans.free); free == 0 || free > 2*1+spareChunks {
		t.Errorf("%d free chunks after a burst", free)
	}
	if Stats().Dropped != before {
		t.Error("an empty queue drops spans")
	}
	if len(f.warned) != 1 {
		t.Errorf("warned %q, want once", f.warned)
	}
}

type blockedTarget struct{ release chan struct{} }

func (blockedTarget) name() string { return "nowhere" }

func (b blockedTarget) export(*batch, <-chan struct{}) (int64, error) {
	<-b.release
	return 0, nil
}

func TestQueueSizeInSpans(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_BSP_MAX_QUEUE_SIZE=10", "OTEL_BSP_SCHEDULE_DELAY=3600000", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=4")
	for round := 0; round < 3; round++ {
		for i := 0; i < 25; i++ {
			node, _ := f.start(internal, nil, "x")
			f.end(node)
		}
		f.spans()
	}
	s := Stats()
	if s.Sent != 30 || s.Dropped != 45 || spans.queued.Load() != 0 {
		t.Errorf("%+v, %d queued", s, spans.queued.Load())
	}
	if len(f.capture.requests) != 9 {
		t.Errorf("%d requests, want 4+4+2 spans three times", len(f.capture.requests))
	}
}

func TestRequestsAreBounded(t *testing.T) {
	f := newFixture(t, Host{}, "INSTC_QUEUE_BYTES=100000000", "OTEL_BSP_SCHEDULE_DELAY=3600000")
	const count = 200
	for i := 0; i < count; i++ {
		node, body := f.start(internal, nil, "x")
		for a := 0; a < 16; a++ {
			f.str(body, key(fmt.Sprint(a)), strings.Repeat("x", 3900))
		}
		f.end(node)
	}
	if n := len(f.spans()); n != count {
		t.Errorf("%d spans", n)
	}
	for _, r := range f.capture.requests {
		if len(r) > maxRequest+100_000 {
			t.Errorf("a request of %d bytes", len(r))
		}
	}
	if len(f.capture.requests) < 6 || spans.leased.Load() != 0 {
		t.Errorf("%d requests, %d bytes leased", len(f.capture.requests), spans.leased.Load())
	}
}

func TestFailedExportsAreCounted(t *testing.T) {
	f := newFixture(t, Host{})
	f.capture.err = errors.New("no")
	for i := 0; i < 5; i++ {
		node, _ := f.start(internal, nil, "x")
		f.end(node)
		f.loop.flushWithin(5 * time.Second)
	}
	if s := Stats(); s.Failed != 5 || s.Sent != 0 || spans.leased.Load() != 0 || len(f.warned) != 1 {
		t.Errorf("%+v %v", s, f.warned)
	}
}

type panickingTarget struct{ calls int }

func (*panickingTarget) name() string { return "broken" }

func (p *panickingTarget) export(*batch, <-chan struct{}) (int64, error) {
	p.calls++
	panic("bug")
}

func TestExporterSurvivesPanics(t *testing.T) {
	f := newFixture(t, Host{})
	f.loop.targets = []target{&panickingTarget{}}
	for i := 0; i < 3; i++ {
		node, _ := f.start(internal, nil, "x")
		f.end(node)
		f.loop.flushWithin(5 * time.Second)
	}
	if s := Stats(); s.Failed != 3 || s.Panics != 3 || spans.leased.Load() != 0 {
		t.Errorf("%+v, leased %d", s, spans.leased.Load())
	}
}

func TestMemoryOfABurstGoes(t *testing.T) {
	f := newFixture(t, Host{}, "OTEL_BSP_SCHEDULE_DELAY=1", "OTEL_METRICS_EXPORTER=none")
	f.loop.burst = time.Millisecond
	q := f.loop.queue
	free := func() int {
		q.freeMu.Lock()
		defer q.freeMu.Unlock()
		return len(q.free)
	}
	for i := 0; i < 3; i++ {
		for j := 0; j < 100; j++ {
			q.giveBack(q.lease(1))
		}
		var leased [][]byte
		for j := 0; j < 100; j++ {
			leased = append(leased, q.lease(1))
		}
		for _, chunk := range leased {
			q.giveBack(chunk)
		}
		if i == 0 && free() <= spareChunks {
			t.Fatalf("%d free chunks are no burst", free())
		}
		f.within(internal, context.Background(), "last", func(context.Context, unsafe.Pointer) {})
		for deadline := time.Now().Add(10 * time.Second); free() > spareChunks; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d chunks stay", free())
			}
		}
	}
	if all := f.spans(); len(all) != 3 {
		t.Errorf("%d spans", len(all))
	}
}
