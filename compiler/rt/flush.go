package rt

import (
	"sync/atomic"
	"time"
)

// flusher is what both export loops have: they start with the first thing to export, export at once when asked, and do so when the program ends.
type flusher struct {
	started atomic.Bool
	flushes chan chan struct{}
	leaving chan struct{} // closed when the program ends
	left    atomic.Bool
}

func newFlusher() flusher {
	return flusher{flushes: make(chan chan struct{}), leaving: make(chan struct{})}
}

// flushWithin waits until everything recorded so far has been handed to the exporters, or the time is over.
func (f *flusher) flushWithin(limit time.Duration) {
	if !f.started.Load() {
		return
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	done := make(chan struct{})
	select {
	case f.flushes <- done:
	case <-timer.C:
		return
	}
	select {
	case <-done:
	case <-timer.C:
	}
}

// leave is the end of the program: no more waiting for a schedule or for a collector that is not there.
func (f *flusher) leave() {
	if f.left.CompareAndSwap(false, true) {
		close(f.leaving)
	}
	f.flushWithin(exitLimit)
}

const exitLimit = 2 * time.Second
