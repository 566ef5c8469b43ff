package main

import (
	"fmt"
	"sync"

	"github.com/panjf2000/ants/v2"
)

// pools hands tasks to workers that were started in a call which is still going on. A plain pool gets the context with the task; for ants
// there is a plugin.
func pools(n int) {
	run := requests.Add(1)
	users := make(chan func())
	go func() { (<-users)(); close(users) }() // the users of the pools are not where the pools are made
	region(background, fmt.Sprint("creator ", run), "", func() {
		tasks := make(chan func(), 8)
		var workers sync.WaitGroup
		for range 4 {
			workers.Add(1)
			go func() {
				defer workers.Done()
				for task := range tasks {
					task()
				}
			}()
		}
		pool, err := ants.NewPool(4)
		if err != nil {
			panic(err)
		}
		args, err := ants.NewPoolWithFunc(4, func(arg any) { arg.(func())() })
		if err != nil {
			panic(err)
		}
		submit := func(task func()) {
			if err := pool.Submit(task); err != nil {
				panic(err)
			}
		}
		var first sync.WaitGroup
		first.Add(8)
		for i := range 4 { // the workers start here
			name := fmt.Sprint("first ", run, i)
			submit(func() { here(name, fmt.Sprint("creator ", run)); first.Done() })
			args.Invoke(func() { here("invoked "+name, fmt.Sprint("creator ", run)); first.Done() })
		}
		first.Wait()
		users <- func() { each(n, 4, func(int) { use(tasks, submit, args) }) }
		<-users
		close(tasks)
		workers.Wait()
		pool.Release()
		args.Release()
	})
}

func use(tasks chan<- func(), submit func(func()), args *ants.PoolWithFunc) {
	id := fmt.Sprint(requests.Add(1))
	var done sync.WaitGroup
	done.Add(3)
	ctx, task := newTask(background, "user "+id, "")
	region(ctx, "call "+id, "user "+id, func() {
		tasks <- func() {
			defer done.Done()
			region(ctx, "plain "+id, "user "+id, func() { here("in plain "+id, "plain "+id) })
		}
		submit(func() { defer done.Done(); here("ants "+id, "call "+id); nested(id) })
		args.Invoke(func() { defer done.Done(); here("ants arg "+id, "call "+id) })
		done.Wait()
	})
	task.End()
}

// nested starts goroutines on a worker: they inherit what the task runs under.
func nested(id string) {
	done := make(chan struct{})
	go func() { defer close(done); here("nested "+id, "call "+id) }()
	<-done
}
