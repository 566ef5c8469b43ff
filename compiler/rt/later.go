package rt

import (
	"encoding/binary"
	"math"
)

// Measurements that can wait. To find the series of a measurement takes as long as the rest of a span's end, and on the way to an answer it is code
// and data that the processor has to fetch from afar. So what is measured in the last burst of a span that is exported is put into the queue with
// the span, and a whole second's measurements are made at once, by the exporter's goroutine or by whoever collects the metrics before it. Everything
// else is measured on the spot: what belongs to no span or to one that is not exported, has attributes of its own, or finds the queue full.

// postponed is one such measurement, as it stands in front of its span in the queue.
type postponed struct {
	instrument int // number in instruments
	head, end  int // which part of the span's text has the attributes
	value      float64
	at         int64 // ns since 1970
}

const (
	postponedSize = 2 + 1 + 4 + 8 + 8
	maxPostponed  = 2 // of one span
)

// wait puts a measurement off; false when it has to be made at once.
func (b *body) wait(i *instrument, value float64) bool {
	if !b.locked || b.guest || b.onlyMeasures || b.yielded.Load() || b.headLen == 0 || b.errorType != "" || i.number > math.MaxUint16 || len(b.later) >= maxPostponed*postponedSize {
		return false
	}
	w := postponed{i.number, b.headLen, len(b.buf), value, wallAt(b.monotonic())}
	b.later = w.appendTo(b.later)
	return true
}

func (w *postponed) appendTo(buf []byte) []byte {
	var text [postponedSize]byte
	binary.LittleEndian.PutUint16(text[:], uint16(w.instrument))
	text[2] = byte(w.head)
	binary.LittleEndian.PutUint32(text[3:], uint32(w.end))
	binary.LittleEndian.PutUint64(text[7:], math.Float64bits(w.value))
	binary.LittleEndian.PutUint64(text[15:], uint64(w.at))
	return append(buf, text[:]...)
}

func nextPostponed(text []byte) (w postponed, rest []byte) {
	w.instrument, w.head, w.end = int(binary.LittleEndian.Uint16(text)), int(text[2]), int(binary.LittleEndian.Uint32(text[3:]))
	w.value, w.at = math.Float64frombits(binary.LittleEndian.Uint64(text[7:])), int64(binary.LittleEndian.Uint64(text[15:]))
	return w, text[postponedSize:]
}

// waitNoMore makes what was put off: the span's text is about to change, or nobody will see it.
func (b *body) waitNoMore() {
	if len(b.later) > 0 {
		b.chooser().makeAll(instruments.snapshot(), b.later, b.buf)
		b.later = b.later[:0]
	}
}

// makeAll makes the measurements of one span.
func (c *chosen) makeAll(all []*instrument, later, span []byte) {
	for len(later) > 0 {
		var w postponed
		w, later = nextPostponed(later)
		i := all[w.instrument]
		var e *exemplar
		if settings.metrics.exemplars != exemplarsNever {
			e = &exemplar{value: w.value, at: w.at}
			e.of(span)
		}
		i.record(c.choose(i, span[w.head:w.end], nil, ""), w.value, e)
	}
}

// settle makes the measurements of all spans that are queued.
func (q *queue) settle() {
	q.settling.Lock()
	defer q.settling.Unlock()
	for k := range q.shards {
		s := &q.shards[k]
		s.mu.Lock()
		texts := s.unsettled()
		s.mu.Unlock()
		q.makeLater(texts)
	}
}

// unsettled gives the parts of the chunks with measurements that have not been made, which is done with this. What a chunk holds never changes.
func (s *shard) unsettled() (texts [][]byte) {
	if s.later {
		from := s.settledBytes
		for _, chunk := range append(s.full[s.settledChunks:len(s.full):len(s.full)], s.open) {
			texts = append(texts, chunk[from:])
			from = 0
		}
		s.later = false
	}
	s.settledChunks, s.settledBytes = len(s.full), len(s.open)
	return texts
}

// makeLater makes the measurements in parts of chunks. The queue is settling.
func (q *queue) makeLater(texts [][]byte) {
	if len(texts) == 0 {
		return
	}
	all := instruments.snapshot()
	for _, text := range texts {
		for len(text) > 0 {
			var r record
			if r, text = nextRecord(text); len(r.later) > 0 {
				q.chosen.makeAll(all, r.later, r.bytes)
			}
		}
	}
	instruments.loop.wakeUp()
}
