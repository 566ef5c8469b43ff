// Command goroutines says what starting a goroutine and waiting for it costs, in ns of CPU time. Built with instc it has a Go runtime in which every
// goroutine inherits what is current; net/http is there so that there is something to instrument.
package main

import (
	"fmt"
	"net/http"
	"syscall"
)

const (
	rounds = 21
	starts = 20000
)

func main() {
	_ = http.DefaultServeMux
	best := cpu(starts)
	for i := 1; i < rounds; i++ {
		if took := cpu(starts); took < best {
			best = took
		}
	}
	fmt.Println(float64(best) / starts)
}

// cpu is the CPU time of the process for n goroutines.
func cpu(n int) int64 {
	before := now()
	done := make(chan struct{})
	for i := 0; i < n; i++ {
		go func() { done <- struct{}{} }()
		<-done
	}
	return now() - before
}

func now() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}
