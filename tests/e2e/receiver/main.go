// Receiver is a small OTLP/HTTP collector for people: it keeps the spans it is sent and shows them.
//
//	receiver serve  -listen 127.0.0.1:4318         collect until killed
//	receiver report -from http://127.0.0.1:4318    print the traces as trees; see -help for the rest
//	receiver redis  -listen 127.0.0.1:6379         stand in for a Redis server
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"instc.dev/tests/e2e/otlp"
	"instc.dev/tests/e2e/redisfake"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	var err error
	switch os.Args[1] {
	case "serve":
		err = serve(os.Args[2:])
	case "report":
		err = report(os.Args[2:])
	case "redis":
		err = standIn(os.Args[2:])
	default:
		usage()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "receiver:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: receiver serve|report|redis [flags]; -help lists them")
	os.Exit(2)
}

func serve(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:4318", "address for OTLP/HTTP and for reports")
	flags.Parse(args)
	var receiver otlp.Receiver
	mux := http.NewServeMux()
	mux.Handle("/v1/", &receiver)
	mux.HandleFunc("GET /spans", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(receiver.Spans())
	})
	return http.ListenAndServe(*listen, mux)
}

func standIn(args []string) error {
	flags := flag.NewFlagSet("redis", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:6379", "address for Redis clients")
	flags.Parse(args)
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	return redisfake.Serve(listener)
}

func report(args []string) error {
	flags := flag.NewFlagSet("report", flag.ExitOnError)
	from := flags.String("from", "http://127.0.0.1:4318", "a serving receiver")
	wait := flags.Int("traces", 1, "wait until at least so many traces are there")
	timeout := flags.Duration("timeout", 15*time.Second, "how long to wait")
	crosses := flags.String("crosses", "", "FROM,TO: fail unless a trace goes from one service directly into the other")
	page := flags.String("html", "", "write a self-contained waterfall page to this file")
	title := flags.String("title", "Traces", "title of the page")
	width := flags.Int("width", 140, "columns of the printed trees")
	flags.Parse(args)

	traces, err := collect(*from, *wait, *timeout)
	if err != nil {
		return err
	}
	var text strings.Builder
	otlp.WriteTrees(&text, traces, *width)
	fmt.Print(text.String())
	if *page != "" {
		if err := writePage(*page, *title, traces); err != nil {
			return err
		}
	}
	return check(traces, *wait, *crosses)
}

// collect polls until enough traces are there and nothing more arrives for half a second.
func collect(from string, wait int, timeout time.Duration) ([]*otlp.Trace, error) {
	deadline, quiet, last := time.Now().Add(timeout), time.Now(), -1
	for {
		spans, err := fetch(from)
		if err != nil {
			return nil, err
		}
		if len(spans) != last {
			last, quiet = len(spans), time.Now()
		}
		traces := otlp.Traces(spans)
		if len(traces) >= wait && time.Since(quiet) > 500*time.Millisecond || time.Now().After(deadline) {
			return traces, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func fetch(from string) ([]otlp.Span, error) {
	response, err := http.Get(from + "/spans")
	if err != nil {
		return nil, fmt.Errorf("no receiver answers at %s: %w", from, err)
	}
	defer response.Body.Close()
	decoder := json.NewDecoder(io.LimitReader(response.Body, 1<<30))
	decoder.UseNumber() // integers stay what they are
	var spans []otlp.Span
	return spans, decoder.Decode(&spans)
}

func check(traces []*otlp.Trace, wait int, crosses string) error {
	if len(traces) < wait {
		return fmt.Errorf("%d traces have arrived, %d were expected", len(traces), wait)
	}
	if crosses == "" {
		return nil
	}
	from, to, found := strings.Cut(crosses, ",")
	if !found {
		return fmt.Errorf("-crosses wants FROM,TO, got %q", crosses)
	}
	for _, t := range traces {
		if t.Crosses(from, to) {
			return nil
		}
	}
	return fmt.Errorf("no trace crosses from %s to %s: the trace context was not handed on", from, to)
}

// writePage writes through a temporary file, so that a browser never sees half a page.
func writePage(path, title string, traces []*otlp.Trace) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".waterfall-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if err := otlp.WriteWaterfall(file, title, traces); err != nil {
		return err
	}
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
