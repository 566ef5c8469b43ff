// A program that uses every seam of the queue, and prints what it sees of it.
package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"example.com/queue"
)

type memory struct{ messages []string }

func (m *memory) Put(message string) (int, error) {
	if message == "full" {
		return 0, queue.ErrFull
	}
	if message == "panic" {
		panic("sink")
	}
	m.messages = append(m.messages, message)
	return len(message), nil
}

type flushing struct{ memory }

func (f *flushing) Flush() string { return "flushed " + strings.Join(f.messages, ",") }

type full struct{ flushing }

func (f *full) Size() int { return len(f.messages) }

func send(w *queue.Writer, message string) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Println("recovered:", p)
		}
	}()
	fmt.Println(message, w.Send(context.Background(), message))
}

func main() {
	plain := queue.New("plain", &memory{})
	plain.Completion = func(message string, err error) { fmt.Println("completed", message, err) }
	send(plain, "a")
	send(plain, "full")
	send(plain, "panic")
	fmt.Println(plain.Describe())
	fmt.Println(plain.Flush())

	flush := queue.New("flush", &flushing{})
	send(flush, "b")
	fmt.Println(flush.Describe())
	fmt.Println(flush.Flush())
	flush.Close()

	all := queue.New("all", &full{})
	all.Use()
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			all.Describe()
		}()
	}
	group.Wait()
	fmt.Println(all.Describe())

	fmt.Println(queue.Each([]string{"x", "y", "stop"}, func(i int, rest ...string) (int, error) {
		if rest[0] == "stop" {
			return 1, queue.ErrFull
		}
		return len(rest), nil
	}))
	fmt.Println(queue.Each(nil, nil))
	func() {
		defer func() { fmt.Println("recovered:", recover() != nil) }()
		queue.Each([]string{"x"}, nil)
	}()
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		queue.Each([]string{"x"}, func(int, ...string) (int, error) { panic("visit") })
	}()
}
