// Programs that goroutine-local parents go wrong in. Every span is named "name|parent": the test compares the parent that arrives with
// the one that the name claims. An empty one claims a root; "~x" a root that is linked to x.
//
//	soak SCENARIO N
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

var scenarios = map[string]func(n int){
	"keepalive": keepAlive, "http2": http2, "pools": pools, "timers": timers, "goroutines": goroutines, "late": late, "ends": ends,
	"panics": panics, "sql": openers,
}

var background = context.Background()

// region runs do in a span below that of ctx, or else that of the goroutine.
func region(ctx context.Context, name, parent string, do func()) {
	trace.WithRegion(ctx, name+"|"+parent, do)
}

func here(name, parent string) { region(background, name, parent, func() {}) }

// each runs do n times on a few goroutines.
func each(n, workers int, do func(i int)) {
	var all sync.WaitGroup
	for w := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := w; i < n; i += workers {
				do(i)
			}
		}()
	}
	all.Wait()
}

// settle waits until a measure is no greater than it should be; what it is then decides.
func settle(limit uint64, measure func() uint64) uint64 {
	for try := 0; ; try++ {
		if now := measure(); now <= limit || try == 100 {
			return now
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// lowest is a measure after what is still on its way has gone.
func lowest(measure func() uint64) uint64 {
	low := measure()
	for range 10 {
		time.Sleep(100 * time.Millisecond)
		low = min(low, measure())
	}
	return low
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func main() {
	n, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	run := scenarios[os.Args[1]]
	run(n)                        // connections, pools and the exporter are there afterwards
	slack := 3<<20 + 50*uint64(n) // chunks of the exporter, and the Go runtime's own goroutines; a node for each span would be more
	low := lowest(heap)
	before := uint64(runtime.NumGoroutine())
	run(n)
	after := settle(before, func() uint64 { return uint64(runtime.NumGoroutine()) })
	fmt.Println("goroutines:", after <= before, before, after)
	high := settle(low+slack, heap)
	fmt.Println("memory:", high <= low+slack, low, high)
}
