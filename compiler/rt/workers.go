package rt

import "unsafe"

// Workers of a pool that are handed data, not functions. The submitter has a worker for itself, from when it has got hold of it until the worker has
// taken the task, and leaves with it whom the task is for. The worker takes that when its function begins, on its own goroutine. It is told by the entry
// that its goroutine inherited in its slot, so a function that is called elsewhere finds none.

// workerEntry is what the goroutine of a worker inherits: no span, and a place for that of the next task.
type workerEntry struct {
	entry
	task unsafe.Pointer // written by the submitter, read by the worker; the channel that the task goes through is between them
}

// WorkerStart stands around the start of a worker's goroutine; WorkerLeave ends it. Nil without goroutine slots, and below the exporter.
func WorkerStart() any {
	if host.Set == nil {
		return nil
	}
	here := (*entry)(host.Get())
	if here != nil && here.node != nil && here.node.suppressed() {
		return nil
	}
	w := &workerEntry{entry: entry{prev: here, worker: true}}
	w.state.Store(entryUsed)
	host.Set(unsafe.Pointer(&w.entry))
	return w
}

// WorkerGive leaves the current span with a worker.
func WorkerGive(worker any) {
	if w, ok := worker.(*workerEntry); ok {
		w.task = current(nil)
	}
}

// WorkerTake makes the span of its task current on a worker's goroutine, until WorkerLeave.
func WorkerTake() any {
	if host.Get == nil {
		return nil
	}
	e := (*entry)(host.Get())
	if e == nil || !e.worker {
		return nil
	}
	w := (*workerEntry)(unsafe.Pointer(e))
	task := w.task
	w.task = nil
	taken := (*entry)(adopt(task))
	if taken == nil {
		return nil
	}
	return taken
}

// WorkerLeave undoes WorkerStart or WorkerTake.
func WorkerLeave(entered any) {
	switch e := entered.(type) {
	case *workerEntry:
		leave(nil, unsafe.Pointer(&e.entry))
	case *entry:
		leave(nil, unsafe.Pointer(e))
	}
}
