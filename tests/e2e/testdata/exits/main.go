// A program that makes one traced request and then ends in the way that its argument names.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

func main() {
	how := os.Args[1]
	if how == "deadlock" { // before anything that talks to the network: only then does Go see that all goroutines sleep
		var mu sync.Mutex
		mu.Lock()
		mu.Lock()
	}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	response, err := http.Get(server.URL + "/work")
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	end(how)
}

func end(how string) {
	switch how {
	case "return":
	case "exit-0":
		os.Exit(0)
	case "exit-3":
		os.Exit(3)
	case "fatal":
		log.SetFlags(0)
		log.Fatal("giving up")
	case "panic":
		panic("the end")
	case "goroutine-panic":
		go panic("the end elsewhere")
		select {}
	case "exit-in-goroutine":
		go os.Exit(4)
		select {}
	case "wait":
		ready()
		time.Sleep(time.Minute)
	case "ignore":
		signal.Ignore(syscall.SIGTERM)
		ready()
		time.Sleep(300 * time.Millisecond)
	case "notify":
		wait(make(chan os.Signal, 1))
		fmt.Println("cleaned up")
		os.Exit(5)
	case "notify-context":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
		defer stop()
		ready()
		<-ctx.Done()
		fmt.Println("shut down")
	case "notify-twice": // the first signal is the program's, the second one kills it
		signals := make(chan os.Signal, 1)
		wait(signals)
		signal.Stop(signals)
		fmt.Println("once more")
		time.Sleep(time.Minute)
	default:
		log.Fatalf("no such end: %s", how)
	}
}

func ready() { fmt.Println("listening for signals") }

func wait(signals chan os.Signal) {
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	ready()
	<-signals
}
