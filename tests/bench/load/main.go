// Command load asks a service at a constant rate and says how long its answers took; or it stands for a collector that takes everything.
//
//	load ask -rate 1000 -seconds 10 URL...     prints {"requests":..,"failed":..,"latencies_us":[..]}, the latencies in order
//	load sink -listen 127.0.0.1:4318           reads and forgets; GET /bytes says how much it was
//
// The rate is kept whether or not answers come in time: a request's latency counts from the moment at which it was due, so a service that stalls
// cannot hide it by being asked less.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: load ask|sink ...")
	}
	switch os.Args[1] {
	case "ask":
		ask(os.Args[2:])
	case "sink":
		sink(os.Args[2:])
	default:
		log.Fatalf("unknown command %q", os.Args[1])
	}
}

func sink(arguments []string) {
	flags := flag.NewFlagSet("sink", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:4318", "address")
	flags.Parse(arguments)
	var received atomic.Int64
	http.HandleFunc("GET /bytes", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, received.Load()) })
	http.HandleFunc("POST /", func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		received.Add(n)
	})
	log.Fatal(http.ListenAndServe(*listen, nil))
}

// result is what the answers of one run were like.
type result struct {
	Requests  int     `json:"requests"`
	Failed    int     `json:"failed"`
	Latencies []int64 `json:"latencies_us"`
}

func ask(arguments []string) {
	flags := flag.NewFlagSet("ask", flag.ExitOnError)
	rate := flags.Int("rate", 1000, "requests a second")
	seconds := flags.Float64("seconds", 10, "how long")
	connections := flags.Int("connections", 16, "connections at most")
	flags.Parse(arguments)
	if flags.NArg() == 0 {
		log.Fatal("load ask: no URL given")
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: *connections}}
	count := int(float64(*rate) * *seconds)
	due := make(chan int, count)
	latencies := make([]time.Duration, count)
	var failed atomic.Int64
	var workers sync.WaitGroup
	begin := time.Now()
	dueAt := func(i int) time.Time { return begin.Add(time.Duration(i) * time.Second / time.Duration(*rate)) }
	for range *connections {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range due {
				if !get(client, flags.Arg(i%flags.NArg())) {
					failed.Add(1)
				}
				latencies[i] = time.Since(dueAt(i))
			}
		}()
	}
	for i := range count {
		time.Sleep(time.Until(dueAt(i)))
		due <- i
	}
	close(due)
	workers.Wait()
	r := result{Requests: count, Failed: int(failed.Load())}
	for _, latency := range latencies {
		r.Latencies = append(r.Latencies, latency.Microseconds())
	}
	sort.Slice(r.Latencies, func(i, j int) bool { return r.Latencies[i] < r.Latencies[j] })
	json.NewEncoder(os.Stdout).Encode(r)
}

func get(client *http.Client, url string) bool {
	response, err := client.Get(url)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode < 400
}
