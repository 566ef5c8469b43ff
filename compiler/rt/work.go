package rt

import (
	"sync/atomic"
	"unsafe"
)

// Work that is handed over by a call that returns: a program fetches a message, and what it does with it is no function that anybody could hook. The
// span for it is detached under a key of NextWork, and Work makes it what is current on the goroutine. It is so until the goroutine asks for the next
// piece, when WorkOver gives the key back to whoever ends the span; at the latest until the function returns whose span was current before. A span that
// nobody comes for is bounded as every detached span is. The functions are called by rules, as externs.

// workEntry is an entry of a goroutine's slot for the span of an entry of the table of keys.
type workEntry struct {
	entry
	kept *kept
}

// workKeys are far from the numbers that libraries give to their own things: Work looks for a key in the tables of all plugins.
const workKeys = 1 << 62

var lastWork atomic.Int64

// NextWork is a key that was never used.
func NextWork() int64 { return workKeys + lastWork.Add(1) }

// Work makes the span that has just been detached under the key what is current on this goroutine. One of an earlier piece of work makes room;
// where something is suppressed nothing changes.
func Work(key int64) {
	if host.Set == nil {
		return
	}
	k := shardOf(key).youngest(key)
	here := (*entry)(host.Get())
	if here != nil && here.work {
		here = here.prev
	}
	if k == nil || k.node == suppressNode || here.maskOf() != nil || here != nil && here.node != nil && here.node.suppressed() {
		return
	}
	e := &workEntry{entry{node: k.node, prev: here, work: true}, k}
	e.state.Store(entryUsed)
	host.Set(unsafe.Pointer(e))
}

// WorkOver is the key of the work that this goroutine is at; 0 when there is none. It is current no longer.
func WorkOver() int64 {
	if host.Set == nil {
		return 0
	}
	e := (*entry)(host.Get())
	if e == nil || !e.work {
		return 0
	}
	restore(e)
	key, _ := (*workEntry)(unsafe.Pointer(e)).kept.key.key.(int64)
	return key
}

// isWorkOn: the entry stands for work that began in the function whose entry is below.
func (e *entry) isWorkOn(below *entry) bool { return e != nil && e.work && e.prev == below }

// abandonWork ends what belongs to a function that returns.
func (e *entry) abandonWork() {
	k := (*workEntry)(unsafe.Pointer(e)).kept
	endSpan(unsafe.Pointer(k.node))
	forget(unsafe.Pointer(k))
}

// youngest finds an entry that was made a moment ago.
func (s *detachedShard) youngest(key int64) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	for e := s.newest; e != nil; e = e.older {
		if e.key.key == any(key) {
			return e
		}
	}
	return nil
}
