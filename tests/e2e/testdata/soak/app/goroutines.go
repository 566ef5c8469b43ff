package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/trace"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

func newTask(ctx context.Context, name, parent string) (context.Context, *trace.Task) {
	return trace.NewTask(ctx, name+"|"+parent)
}

// goroutines starts n of them at once inside one span, each with a span of its own; and groups of them.
func goroutines(n int) {
	run := requests.Add(1)
	owner := fmt.Sprint("owner ", run)
	region(background, owner, "", func() {
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range n {
			all.Add(1)
			go func() {
				defer all.Done()
				<-start
				here(fmt.Sprint("one of many ", run, " ", i), owner)
			}()
		}
		close(start)
		all.Wait()
		var group errgroup.Group
		group.SetLimit(8)
		for i := range min(n, 1000) {
			name := fmt.Sprint("member ", run, " ", i)
			group.Go(func() error {
				region(background, name, owner, func() { here("in "+name, name) })
				return nil
			})
		}
		group.Wait()
	})
	here(fmt.Sprint("behind ", run), "")
}

// timers registers functions inside spans; they fire on goroutines that inherit nothing, or something else.
func timers(n int) {
	each(n, 4, func(i int) {
		id := fmt.Sprint(requests.Add(1))
		owner := "registers " + id
		var fired sync.WaitGroup
		fired.Add(4)
		fire := func(name, parent string) func() {
			return func() { here(name+" "+id, parent); fired.Done() }
		}
		deadline, stop := context.WithTimeout(background, time.Millisecond)
		canceled, cancel := context.WithCancel(background)
		context.AfterFunc(canceled, fire("nobody's", ""))
		taskCtx, task := newTask(canceled, "task "+id, "")
		region(background, owner, "", func() {
			time.AfterFunc(time.Millisecond, fire("timer", owner))
			context.AfterFunc(deadline, fire("deadline", owner))
			region(background, "deeper "+id, owner, func() { context.AfterFunc(taskCtx, fire("by context", "task "+id)) })
		})
		task.End()
		region(background, "cancels "+id, "", cancel)
		fired.Wait()
		stop()
		here("behind "+id, "")
	})
}

// late are goroutines that outlive the span they were started in by more than the grace time, which is nothing here.
func late(n int) {
	each(n, 4, func(int) {
		id := fmt.Sprint(requests.Add(1))
		ended := make(chan struct{})
		var all sync.WaitGroup
		all.Add(2)
		region(background, "outer "+id, "", func() {
			region(background, "forgets "+id, "outer "+id, func() {
				go func() {
					defer all.Done()
					<-ended
					region(background, "late "+id, "~forgets "+id, func() { here("in late "+id, "late "+id) })
				}()
				left := make(chan struct{})
				region(background, "short "+id, "forgets "+id, func() {
					go func() {
						defer all.Done()
						<-left
						here("nearest "+id, "forgets "+id)
						left <- struct{}{}
						<-ended
						here("latest "+id, "~short "+id)
					}()
				})
				left <- struct{}{}
				<-left
			})
		})
		close(ended)
		all.Wait()
	})
}

// panics leaves spans in every way there is.
func panics(n int) {
	each(n, 4, func(int) {
		id := fmt.Sprint(requests.Add(1))
		region(background, "steady "+id, "", func() {
			func() {
				defer func() { _ = recover() }()
				region(background, "panics "+id, "steady "+id, func() {
					region(background, "deep "+id, "panics "+id, func() { panic("on purpose") })
				})
			}()
			here("recovered "+id, "steady "+id)
			done := make(chan struct{})
			go func() {
				defer close(done)
				defer here("deferred "+id, "steady "+id)
				region(background, "exits "+id, "steady "+id, func() { runtime.Goexit() })
			}()
			<-done
			here("after goexit "+id, "steady "+id)
		})
		here("over "+id, "")
	})
}

// ends ends spans twice, on other goroutines, and not in the order in which they were started.
func ends(n int) {
	each(n, 4, func(int) {
		id := fmt.Sprint(requests.Add(1))
		a, endA := newTask(background, "a "+id, "")
		b, endB := newTask(a, "b "+id, "a "+id)
		region(b, "before "+id, "b "+id, func() {
			endA.End()
			endA.End()
			region(a, "below the ended "+id, "a "+id, func() { here("current "+id, "below the ended "+id) })
			here("still "+id, "before "+id)
			done := make(chan struct{})
			go func() {
				defer close(done)
				region(background, "elsewhere "+id, "before "+id, func() {
					endB.End()
					here("in elsewhere "+id, "elsewhere "+id)
				})
			}()
			<-done
			endB.End()
			here("again "+id, "before "+id)
		})
		here("nothing "+id, "")
	})
}
