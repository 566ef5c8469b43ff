package rt

import (
	"encoding/binary"
	"runtime"
	"sync"
	"sync/atomic"
)

// The queue between the program and the exporter. Ended spans are copied into 32 KiB chunks, one open chunk per shard; a pooled body carries its
// shard, so goroutines on one processor mostly meet one lock. Memory is bounded by one global budget that is leased chunk by chunk; when it is
// used up the newest spans are dropped and counted, so offered = exported + failed + dropped holds exactly.
type queue struct {
	loop     *exportLoop
	shards   []shard
	next     atomic.Uint32
	budget   int64
	maxSpans int64        // 0: only the budget counts
	leased   atomic.Int64 // bytes of chunks that hold spans
	queued   atomic.Int64 // spans, counted only with maxSpans
	pending  atomic.Bool  // the exporter has been woken for what is in the queue

	freeMu sync.Mutex
	free   [][]byte

	settling sync.Mutex // held by whoever makes the measurements that wait
	chosen   chosen
}

type shard struct {
	mu    sync.Mutex
	open  []byte
	full  [][]byte
	index int

	later         bool // behind what is settled there are measurements that wait
	settledChunks int  // so many of full, and of the next chunk so many bytes, have none
	settledBytes  int

	_ [64]byte // shards do not share cache lines
}

const (
	chunkSize    = 32 << 10
	recordHeader = 7 // scope uint16, size of the waiting measurements uint8, length uint32
	maxShards    = 16
	spareChunks  = 8
)

// spans is the queue of the program; Start sets it before the first span.
var spans *queue

func newQueue(budget, maxSpans int64, loop *exportLoop) *queue {
	count := 1
	for count < runtime.GOMAXPROCS(0) && count < maxShards {
		count *= 2
	}
	q := &queue{loop: loop, shards: make([]shard, count), budget: budget, maxSpans: maxSpans}
	for i := range q.shards {
		q.shards[i].index = i
	}
	return q
}

func (q *queue) nextShard() *shard {
	return &q.shards[int(q.next.Add(1))%len(q.shards)]
}

// shardOf is the shard here that has the place of one in the queue of spans, which bodies carry.
func (q *queue) shardOf(s *shard) *shard {
	return &q.shards[s.index%len(q.shards)]
}

// push queues one encoded span, with the measurements that wait (later.go); false: it is dropped.
func (q *queue) push(s *shard, r record) bool {
	if q.maxSpans > 0 && q.queued.Add(1) > q.maxSpans {
		q.queued.Add(-1)
		q.loop.drop()
		return false
	}
	if !q.store(s, r) {
		if q.maxSpans > 0 {
			q.queued.Add(-1)
		}
		q.loop.drop()
		return false
	}
	if !q.pending.Load() && q.pending.CompareAndSwap(false, true) {
		q.loop.wakeUp()
	}
	return true
}

func (q *queue) store(s *shard, r record) bool {
	need := recordHeader + len(r.later) + len(r.bytes)
	s.mu.Lock() // no defer: nothing below runs foreign code
	if cap(s.open)-len(s.open) < need {
		fresh := q.lease(need)
		if fresh == nil {
			s.mu.Unlock()
			return false
		}
		if len(s.open) > 0 {
			s.full = append(s.full, s.open)
		}
		s.open = fresh
	}
	at := len(s.open)
	s.open = s.open[:at+need]
	text := s.open[at:]
	binary.LittleEndian.PutUint16(text, r.scope)
	text[2] = byte(len(r.later))
	binary.LittleEndian.PutUint32(text[3:], uint32(len(r.bytes)))
	if len(r.later) > 0 {
		copy(text[recordHeader:], r.later)
		s.later = true
	}
	copy(text[recordHeader+len(r.later):], r.bytes)
	s.mu.Unlock()
	return true
}

// lease takes a chunk for at least need bytes out of the budget.
func (q *queue) lease(need int) []byte {
	size := chunkSize
	if need > size {
		size = need
	}
	for {
		leased := q.leased.Load()
		if leased+int64(size) > q.budget {
			return nil
		}
		if q.leased.CompareAndSwap(leased, leased+int64(size)) {
			if leased > q.budget/4 {
				q.loop.hurry()
			}
			break
		}
	}
	if size == chunkSize {
		q.freeMu.Lock()
		defer q.freeMu.Unlock()
		if n := len(q.free); n > 0 {
			chunk := q.free[n-1]
			q.free = q.free[:n-1]
			return chunk
		}
	}
	return make([]byte, 0, size)
}

// giveBack returns a drained chunk to the budget.
func (q *queue) giveBack(chunk []byte) {
	q.leased.Add(-int64(cap(chunk)))
	if cap(chunk) != chunkSize {
		return
	}
	q.freeMu.Lock()
	defer q.freeMu.Unlock()
	if int64(len(q.free)) < q.budget/chunkSize {
		q.free = append(q.free, chunk[:0])
	}
}

// trim keeps as many free chunks as a program needs that has just filled so many; the rest of a burst goes to the garbage collector.
func (q *queue) trim(filled int) {
	q.freeMu.Lock()
	defer q.freeMu.Unlock()
	for len(q.free) > 2*filled+spareChunks {
		q.free[len(q.free)-1] = nil
		q.free = q.free[:len(q.free)-1]
	}
}

// drain takes everything that is queued, with all its measurements made.
func (q *queue) drain() (chunks [][]byte) {
	q.settling.Lock()
	defer q.settling.Unlock()
	q.pending.Store(false)
	for i := range q.shards {
		s := &q.shards[i]
		s.mu.Lock()
		texts := s.unsettled()
		chunks = append(chunks, s.full...)
		if len(s.open) > 0 {
			chunks = append(chunks, s.open)
			s.open = nil
		}
		s.full, s.settledChunks, s.settledBytes = nil, 0, 0
		s.mu.Unlock()
		q.makeLater(texts)
	}
	return chunks
}

// record is one span, or log record, of the queue.
type record struct {
	scope uint16
	later []byte // its measurements that wait
	bytes []byte
}

// nextRecord splits the first record off a chunk.
func nextRecord(chunk []byte) (r record, rest []byte) {
	from := recordHeader + int(chunk[2])
	end := from + int(binary.LittleEndian.Uint32(chunk[3:]))
	return record{binary.LittleEndian.Uint16(chunk), chunk[recordHeader:from], chunk[from:end]}, chunk[end:]
}
