// Lines of package log, outside and inside of an HTTP request, and what goes to slog and comes from there.
package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
)

func main() {
	log.SetOutput(os.Stdout)
	log.SetFlags(0)
	log.Print("outside")
	server := httptest.NewServer(http.HandlerFunc(inside))
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	server.Close()
	log.Print("afterwards")
	log.Fatal("the end")
}

func inside(_ http.ResponseWriter, r *http.Request) {
	log.Print("plain")
	log.Printf("two\nlines\n")
	log.Print("")
	log.Print(`{"msg":"json","n":1}`)
	log.Print("trace_id=mine stays")
	prefixed := log.New(os.Stdout, "app: ", log.Lmsgprefix|log.Lshortfile)
	prefixed.Println("prefixed")
	log.New(io.Discard, "", 0).Print("discarded")
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		log.Panic("panic")
	}()
	slog.InfoContext(r.Context(), "from slog", "n", 1)

	previous := log.Writer()
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	log.Print("to slog")
	slog.SetDefault(standard)
	log.SetOutput(previous)
	log.SetFlags(0)
}
