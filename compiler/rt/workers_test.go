package rt

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"unsafe"
)

// Workers that live longer than the call that starts them, and a function that is given data.
func TestWorkersWorkForWhomTheTaskIs(t *testing.T) {
	var h fakeHost
	f := newFixture(t, h.host())
	type job struct{ name string }
	jobs, ended := make(chan job), make(chan struct{})
	var worker any
	var done sync.WaitGroup
	function := func(j job) {
		taken := WorkerTake()
		defer WorkerLeave(taken)
		f.single(j.name)
		inherited := make(chan struct{})
		h.spawn(func() {
			defer close(inherited)
			f.single("from " + j.name)
		})
		<-inherited
		done.Done()
	}
	f.within(server, nil, "starts", func(context.Context, unsafe.Pointer) {
		worker = WorkerStart()
		h.spawn(func() {
			defer close(ended)
			for j := range jobs {
				function(j)
			}
			f.single("afterwards")
		})
		WorkerLeave(worker)
		f.single("still here")
	})
	f.isChild(f.named("still here"), "starts")
	give := func(name string) {
		done.Add(1)
		WorkerGive(worker)
		jobs <- job{name}
		done.Wait()
	}
	for i := 0; i < 3; i++ {
		outer := fmt.Sprint("outer ", i)
		f.within(server, nil, outer, func(context.Context, unsafe.Pointer) {
			give(fmt.Sprint("task ", i))
		})
		f.isChild(f.named(fmt.Sprint("task ", i)), outer)
		f.isChild(f.named(fmt.Sprint("from task ", i)), outer)
	}
	give("for nobody")
	f.isRoot(f.named("for nobody"))
	f.isRoot(f.named("from for nobody"))
	done.Add(1)
	f.within(server, nil, "calls it", func(context.Context, unsafe.Pointer) { function(job{"no task"}) })
	f.isChild(f.named("no task"), "calls it")
	close(jobs)
	<-ended
	f.isRoot(f.named("afterwards"))
	if h.get() != nil {
		t.Error("the slot is not empty again")
	}
}

func TestWorkersWithoutSlots(t *testing.T) {
	newFixture(t, Host{})
	if worker, taken := WorkerStart(), WorkerTake(); worker != nil || taken != nil {
		t.Errorf("%v %v", worker, taken)
	}
	for _, nothing := range []any{nil, 1, (*node)(nil)} {
		WorkerGive(nothing)
		WorkerLeave(nothing)
	}
}

func TestWorkersOfTheExporter(t *testing.T) {
	var h fakeHost
	newFixture(t, h.host())
	suppressGoroutine()
	if worker := WorkerStart(); worker != nil {
		t.Error("what the exporter starts is not traced")
	}
	h.set(nil)
}
