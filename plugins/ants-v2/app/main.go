// Requests whose work is done by the workers of two pools: of functions, and of one function that is invoked with data. The workers are started by the
// first request and work for all of them, and what they do is given no context.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/panjf2000/ants/v2"
)

type job struct {
	url  string
	done *sync.WaitGroup
}

func main() {
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer inner.Close()
	pool, err := ants.NewPool(2)
	if err != nil {
		panic(err)
	}
	defer pool.Release()
	invoked, err := ants.NewPoolWithFunc(2, func(arg interface{}) { arg.(job).do() })
	if err != nil {
		panic(err)
	}
	defer invoked.Release()
	outer := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var done sync.WaitGroup
		for i := 0; i < 2; i++ {
			done.Add(2)
			url := inner.URL + "/" + r.URL.Path[1:]
			if err := pool.Submit(func() { job{url + "/submitted", &done}.do() }); err != nil {
				panic(err)
			}
			if err := invoked.Invoke(job{url + "/invoked", &done}); err != nil {
				panic(err)
			}
		}
		done.Wait()
	}))
	defer outer.Close()
	for i := 0; i < 5; i++ {
		get(fmt.Sprintf("%s/%d", outer.URL, i))
	}
	var done sync.WaitGroup
	done.Add(1)
	if err := invoked.Invoke(job{inner.URL + "/nobody", &done}); err != nil {
		panic(err)
	}
	done.Wait()
}

func (j job) do() {
	defer j.done.Done()
	get(j.url)
}

func get(url string) {
	response, err := http.Get(url)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
}
