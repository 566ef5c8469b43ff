package rt

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

// sampler decides about roots and about children of remote parents; a local child always follows its parent's span.
type sampler struct {
	parentBased bool
	threshold   uint64 // of 1<<63: a trace whose low 63 id bits are below it is sampled
	limit       *rateLimit
}

// rateLimit lets so many traces through per second, and after a quiet second as many at once. next is when the budget that has been used is paid
// back (ns, monotonic): one number, so that there is nothing to lock.
type rateLimit struct {
	interval int64 // ns of one trace
	next     atomic.Int64
}

func newRateLimit(perSecond float64) *rateLimit {
	return &rateLimit{interval: int64(float64(time.Second) / perSecond)}
}

func (l *rateLimit) allow(now int64) bool {
	for {
		used := l.next.Load()
		base := used
		if base < now {
			base = now
		}
		if base-now > int64(time.Second)-l.interval && base > now {
			return false
		}
		if l.next.CompareAndSwap(used, base+l.interval) {
			return true
		}
	}
}

const sampleAll = uint64(1) << 63

func ratioSampler(ratio float64) sampler {
	switch {
	case ratio >= 1:
		return sampler{threshold: sampleAll}
	case ratio <= 0:
		return sampler{}
	}
	return sampler{threshold: uint64(ratio * float64(sampleAll))}
}

// rateSampler takes traces per second.
func rateSampler(rate float64) sampler {
	if rate < 1e-9 {
		return ratioSampler(0)
	}
	return sampler{limit: newRateLimit(rate)}
}

func validRate(rate float64) bool { return rate >= 0 && rate <= 1e9 }

// sample has the decision for a span of this trace; remote is its remote parent's sampled flag, if there is such a parent.
func (s sampler) sample(traceID *[16]byte, hasRemote, remoteSampled bool) bool {
	if hasRemote && s.parentBased {
		return remoteSampled
	}
	if s.limit != nil {
		return s.limit.allow(monotonic())
	}
	return binary.BigEndian.Uint64(traceID[8:])>>1 < s.threshold
}
