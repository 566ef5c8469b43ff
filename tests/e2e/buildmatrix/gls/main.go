// Exercises the patch of the Go runtime: `gls` runs the checks, `gls exit|return|panic|goexit-main` ends in that way, for
// the exit hook's sake.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

type value struct{ n int }

func get() *value  { return (*value)(runtime.InstcGet()) }
func set(v *value) { runtime.InstcSet(unsafe.Pointer(v)) }

func check(ok bool, what string) {
	if !ok {
		fmt.Println("FAILED:", what)
		os.Exit(3)
	}
}

func inGoroutine(f func()) {
	done := make(chan bool)
	go func() { defer close(done); f() }()
	<-done
}

func inheritance() {
	check(get() == nil, "the main goroutine starts empty")
	parent := &value{1}
	set(parent)
	inGoroutine(func() {
		check(get() == parent, "a child inherits")
		inGoroutine(func() { check(get() == parent, "a grandchild inherits") })
		set(&value{2})
		inGoroutine(func() { check(get().n == 2, "what a child sets, its children inherit") })
	})
	check(get() == parent, "a child's set does not touch the parent")
	set(nil)
	inGoroutine(func() { check(get() == nil, "nothing to inherit") })
}

// clearing: goroutine structures are reused; none may show an older goroutine's value.
func clearing() {
	for range 200 {
		var group sync.WaitGroup
		for range 50 {
			group.Add(1)
			go func() {
				defer group.Done()
				check(get() == nil, "a fresh goroutine is empty")
				set(&value{3})
			}()
		}
		group.Wait()
	}
}

// liveness: the slot keeps its value alive, and lets go of it when the goroutine ends.
func liveness() {
	const count = 100
	finalized := make(chan bool, count)
	release, ready := make(chan bool), make(chan bool)
	var ended sync.WaitGroup
	for i := range count {
		ended.Add(1)
		go func() {
			defer ended.Done()
			v := &value{i}
			runtime.SetFinalizer(v, func(*value) { finalized <- true })
			set(v)
			ready <- true
			<-release
			check(get().n == i, "a value that only the slot holds survives collection")
		}()
	}
	for range count {
		<-ready
	}
	for range 5 {
		runtime.GC()
	}
	check(len(finalized) == 0, "no value was collected early")
	close(release)
	ended.Wait()
	deadline := time.Now().Add(10 * time.Second)
	for len(finalized) < count && time.Now().Before(deadline) {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	check(len(finalized) == count, "ended goroutines keep nothing alive")
}

func depthDuring(f func()) (depth int) {
	defer func() { recover() }()
	defer func() { depth = runtime.InstcPanicDepth() }()
	f()
	return
}

func panics() {
	check(runtime.InstcPanicDepth() == 0, "no panic in flight")
	check(depthDuring(func() {}) == 0, "a normal return")
	check(depthDuring(func() { panic("x") }) == 1, "a panic")
	check(depthDuring(func() { var m map[int]int; m[0] = 1 }) == 1, "a runtime error")
	check(depthDuring(func() {
		defer func() { recover() }()
		panic("recovered inside")
	}) == 0, "a recovered panic")
	nested := 0
	depthDuring(func() {
		defer func() {
			defer func() { recover() }()
			defer func() { nested = runtime.InstcPanicDepth() }()
			panic("second")
		}()
		panic("first")
	})
	check(nested == 2, "a panic in a deferred call of a panic")
	inGoroutine(func() {
		defer func() { check(runtime.InstcPanicDepth() == 0, "Goexit is no panic") }()
		runtime.Goexit()
	})
	check(runtime.InstcPanicDepth() == 0, "none is left over")
}

// wanted delivers a signal to ourselves and asks, as its receiver, whether somebody else wants it.
func wanted(mine chan os.Signal) bool {
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	<-mine
	return signal.InstcWanted(mine, syscall.SIGUSR1)
}

func signals() {
	mine, other := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(mine, syscall.SIGUSR1)
	check(!wanted(mine), "only we want it")
	signal.Notify(other, syscall.SIGUSR1)
	check(wanted(mine), "somebody else wants it")
	check(!signal.InstcWanted(mine, syscall.SIGUSR2), "another signal")
	signal.Stop(other)
	check(!wanted(mine), "not any more")
	signal.Stop(mine)
}

func main() {
	runtime.InstcAtExit(func() { fmt.Println("at exit") })
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "exit":
			os.Exit(4)
		case "panic":
			panic(errors.New("ends the program"))
		}
		return
	}
	inheritance()
	clearing()
	liveness()
	panics()
	signals()
	fmt.Println("ok", runtime.Version())
}
