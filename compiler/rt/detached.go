package rt

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
	"unsafe"
)

// Detached spans outlive the call that opened them. Another call of the same plugin resumes them: it finds them in a context that they were put
// into, or under a key. Ending one twice, on another goroutine, or resuming it after its end does nothing, as with every span: the node knows that
// it has ended.
//
// The table of keys is what has to be bounded, since a key may never be asked for again. Spans under one key are a queue, the oldest first, so that
// a key may be a connection whose answers come in the order of its questions. Spans that are not sampled, or suppressed, hold their place in the
// queue. What is older than an hour, and the oldest of a part of the table that is full, is evicted: it ends there and then, is exported with an
// event that says so, and is counted.

const (
	detachedShards = 16
	detachedLimit  = 1024 // entries of one shard
	detachedExpiry = int64(time.Hour)
	detachedEvent  = "instc.abandoned"
)

// detachedIn is the key of a context's detached span: which plugin's, and which one of the plugin.
type detachedIn struct {
	scope uint16
	name  string
}

// detachedContext carries a node like nodeContext, and the plugin that detached it finds it below any other span.
type detachedContext struct {
	nodeContext
	in detachedIn
}

func (c *detachedContext) Value(key any) any {
	if in, ok := key.(detachedIn); ok && in == c.in {
		return c.node
	}
	return c.nodeContext.Value(key)
}

// detach is port.detach: the parent context with a detached span in it.
func detach(r unsafe.Pointer, name string, parent context.Context, p unsafe.Pointer) context.Context {
	if p == nil {
		return parent
	}
	if parent == nil {
		parent = context.Background()
	}
	n, _ := nodeOf(p)
	return &detachedContext{nodeContext{parent, n}, detachedIn{(*rule)(r).scope, name}}
}

// resume is port.resume: the detached span of a context; nil when there is none, when it has ended, and below a suppression.
func resume(r unsafe.Pointer, name string, ctx any) unsafe.Pointer {
	c, ok := ctx.(valuer)
	if !ok {
		return nil
	}
	if top := nodeIn(ctx); top == nil || top.suppressed() {
		return nil
	}
	n := nodeUnder(c, detachedIn{(*rule)(r).scope, name})
	if n == nil || n.body.Load() == nil {
		return nil
	}
	return unsafe.Pointer(n)
}

// tableKey is what a span is kept under; key is a string, an int64 or an unsafe.Pointer.
type tableKey struct {
	detachedIn
	key any
}

// kept is an entry of the table: in its shard's list by age, and in the queue of its key.
type kept struct {
	shard        *detachedShard
	key          tableKey
	node         *node
	since        int64
	gone         bool
	older, newer *kept // of the shard
	next         *kept // of the key, younger
}

// waiting is what is kept under one key.
type waiting struct{ first, last *kept }

type detachedShard struct {
	mu             sync.Mutex
	oldest, newest *kept
	count          int
	queues         map[tableKey]waiting
}

var (
	detachedTable [detachedShards]detachedShard
	detachedSeed  = maphash.MakeSeed()
)

func shardOf(key any) *detachedShard {
	var hash uint64
	switch k := key.(type) {
	case string:
		hash = maphash.String(detachedSeed, k)
	case int64:
		hash = uint64(k) * 0x9e3779b97f4a7c15 >> 32
	case unsafe.Pointer:
		hash = uint64(uintptr(k)) * 0x9e3779b97f4a7c15 >> 32
	}
	return &detachedTable[hash%detachedShards]
}

// keep is port.keep: the span can be found under the key until somebody forgets the entry. A key that is nil finds nothing, so the span ends.
// Without a span the entry keeps the place of one.
func keep(r unsafe.Pointer, name string, key any, p unsafe.Pointer) unsafe.Pointer {
	if key == nil {
		endSpan(p)
		return nil
	}
	n := suppressNode
	if p != nil {
		n, _ = nodeOf(p)
	}
	s := shardOf(key)
	e := &kept{shard: s, key: tableKey{detachedIn{(*rule)(r).scope, name}, key}, node: n, since: monotonic()}
	for _, old := range s.add(e) {
		old.abandon()
	}
	return unsafe.Pointer(e)
}

// add enters e and takes out what is too old or too much.
func (s *detachedShard) add(e *kept) (evicted []*kept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.oldest != nil && (s.count >= detachedLimit || e.since-s.oldest.since > detachedExpiry) {
		old := s.oldest
		s.remove(old)
		evicted = append(evicted, old)
	}
	if s.queues == nil {
		s.queues = map[tableKey]waiting{}
	}
	q := s.queues[e.key]
	if q.last == nil {
		q.first = e
	} else {
		q.last.next = e
	}
	q.last = e
	s.queues[e.key] = q
	if e.older = s.newest; e.older != nil {
		e.older.newer = e
	} else {
		s.oldest = e
	}
	s.newest = e
	s.count++
	return evicted
}

// remove takes an entry out of both lists; the shard is locked.
func (s *detachedShard) remove(e *kept) {
	if e.gone {
		return
	}
	e.gone = true
	s.count--
	if e.older != nil {
		e.older.newer = e.newer
	} else {
		s.oldest = e.newer
	}
	if e.newer != nil {
		e.newer.older = e.older
	} else {
		s.newest = e.older
	}
	s.dequeue(e)
	e.older, e.newer, e.next = nil, nil, nil
}

// dequeue takes an entry out of the queue of its key; it mostly is the first.
func (s *detachedShard) dequeue(e *kept) {
	q := s.queues[e.key]
	if q.first == e && q.last == e {
		delete(s.queues, e.key)
		return
	}
	if q.first == e {
		q.first = e.next
	} else {
		before := q.first
		for before.next != e {
			before = before.next
		}
		if before.next = e.next; q.last == e {
			q.last = before
		}
	}
	s.queues[e.key] = q
}

// abandon ends an evicted span.
func (e *kept) abandon() {
	if e.node == suppressNode {
		return
	}
	if stats.evicted.Add(1) == 1 {
		warn("detached", "detached spans are ended because nobody came for them for an hour, or there were too many")
	}
	if b := openNode(e.node, false); b != nil {
		event(unsafe.Pointer(b), detachedEvent)
		b.unlock()
		endSpan(unsafe.Pointer(e.node))
	}
}

// find is port.find: the oldest span under the key, and its entry.
func find(r unsafe.Pointer, name string, key any) (unsafe.Pointer, unsafe.Pointer) {
	if key == nil {
		return nil, nil
	}
	s := shardOf(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.queues[tableKey{detachedIn{(*rule)(r).scope, name}, key}].first
	if e == nil {
		return nil, nil
	}
	return unsafe.Pointer(e.node), unsafe.Pointer(e)
}

// forget is port.forget: the entry's span has ended.
func forget(p unsafe.Pointer) {
	if p == nil {
		return
	}
	e := (*kept)(p)
	e.shard.mu.Lock()
	defer e.shard.mu.Unlock()
	e.shard.remove(e)
}

// ambient is port.ambient: a context with the goroutine's current span; the background context when there is none.
func ambient() any {
	if n := currentNode(nil); n != nil {
		return context.Context(&nodeContext{context.Background(), n})
	}
	return context.Background()
}
