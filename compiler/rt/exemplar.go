package rt

import (
	"math"

	"instc.dev/rt/internal/wire"
)

// Exemplars lead from a metric to a span that it counted: the latest one for each bucket of a histogram and for each series of anything else, so their
// number is bounded, and to keep one is to copy 48 bytes under the lock that the series needs anyway.
type exemplar struct {
	value   float64
	at      int64 // ns since 1970; 0: there is none
	traceID [16]byte
	spanID  [8]byte
}

// exemplarFilter is which measurements may become one.
type exemplarFilter uint8

const (
	exemplarsOfTraces exemplarFilter = iota // those within a span that is sampled
	exemplarsAlways
	exemplarsNever
)

// exemplarOf is the measurement as an exemplar; false when the filter has none of it.
func (b *body) exemplarOf(value float64) (e exemplar, ok bool) {
	if settings.metrics.exemplars == exemplarsNever {
		return e, false
	}
	if b.headLen > 0 && !b.onlyMeasures {
		e.of(b.buf)
	} else if n := slotNode(); n != nil && n.sampled() {
		e.traceID, e.spanID = n.traceID, n.spanID
	} else if settings.metrics.exemplars != exemplarsAlways {
		return e, false
	}
	at := b.readAt
	if at == 0 {
		at = monotonic()
	}
	e.value, e.at = value, wallAt(at)
	return e, true
}

// of makes a span the exemplar's: its text begins with its ids.
func (e *exemplar) of(span []byte) {
	copy(e.traceID[:], span[2:18])
	copy(e.spanID[:], span[20:28])
}

// Keys of the exemplars of OTLP's data points.
const (
	exemplarsOfNumber    = 0x2a
	exemplarsOfHistogram = 0x42
)

// appendExemplars writes those that are younger than after, under the key that they have in their kind of data point.
func (s *series) appendExemplars(point []byte, key byte, after int64) []byte {
	for k := range s.exemplars {
		e := &s.exemplars[k]
		if e.at == 0 || e.at <= after {
			continue
		}
		text := wire.AppendFixed64(nil, 0x11, uint64(e.at))
		text = wire.AppendFixed64(text, 0x19, math.Float64bits(e.value))
		if e.traceID != [16]byte{} {
			text = wire.AppendBytes(text, 0x22, e.spanID[:])
			text = wire.AppendBytes(text, 0x2a, e.traceID[:])
		}
		point = wire.AppendBytes(point, key, text)
	}
	return point
}
