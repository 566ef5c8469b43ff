// A web service with nothing but net/http: it answers, fails, panics, streams and calls another service in every way that
// a program does. UPSTREAM is that other service.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime/debug"
	"strconv"
)

var upstream = os.Getenv("UPSTREAM")

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", hello)
	mux.HandleFunc("/status/{code}", status)
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("boom") })
	mux.HandleFunc("GET /abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /headers", headers)
	mux.HandleFunc("GET /stream", stream)
	mux.HandleFunc("GET /stack", func(w http.ResponseWriter, _ *http.Request) { w.Write(debug.Stack()) })
	mux.HandleFunc("GET /call", call)
	mux.HandleFunc("GET /call-without-context", callWithoutContext)
	mux.HandleFunc("GET /call-from-goroutine", callFromGoroutine)
	mux.HandleFunc("GET /call-twice", callTwice)
	mux.Handle("GET /moved", http.RedirectHandler("/moved/again", http.StatusFound))
	mux.Handle("GET /moved/again", http.RedirectHandler("/hello/world", http.StatusFound))
	mux.HandleFunc("GET /http2", overHTTP2(mux))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("listening", listener.Addr())
	server := &http.Server{Handler: mux}
	mux.HandleFunc("POST /quit", func(w http.ResponseWriter, _ *http.Request) {
		go server.Shutdown(context.Background())
	})
	if err := server.Serve(listener); err != http.ErrServerClosed {
		panic(err)
	}
}

func hello(w http.ResponseWriter, r *http.Request) {
	slog.InfoContext(r.Context(), "greeting", "name", r.PathValue("name"))
	fmt.Fprintf(w, "hello %s", r.PathValue("name"))
}

func status(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.PathValue("code"))
	if err != nil || code < 200 || code > 599 {
		code = http.StatusBadRequest
	}
	w.WriteHeader(code)
}

func headers(w http.ResponseWriter, r *http.Request) {
	json.NewEncoder(w).Encode(r.Header)
}

// stream needs the http.Flusher that the server's own ResponseWriter is.
func stream(w http.ResponseWriter, _ *http.Request) {
	flusher := w.(http.Flusher)
	for i := range 3 {
		fmt.Fprintf(w, "part %d\n", i)
		flusher.Flush()
	}
}

// call asks the upstream for the path in `to`, with this request's context, and hands its answer on.
func call(w http.ResponseWriter, r *http.Request) {
	get(r.Context(), w, r)
}

func callWithoutContext(w http.ResponseWriter, r *http.Request) {
	get(context.Background(), w, r)
}

func callFromGoroutine(w http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		get(context.Background(), w, r)
	}()
	<-done
}

func callTwice(w http.ResponseWriter, r *http.Request) {
	get(r.Context(), io.Discard, r)
	get(r.Context(), w, r)
}

// overHTTP2 asks this very service for the path in `to`, over TLS and HTTP/2.
func overHTTP2(mux *http.ServeMux) http.HandlerFunc {
	server := httptest.NewUnstartedServer(mux)
	server.EnableHTTP2 = true
	server.StartTLS()
	return func(w http.ResponseWriter, r *http.Request) {
		request, err := http.NewRequestWithContext(r.Context(), "GET", server.URL+r.URL.Query().Get("to"), nil)
		if err != nil {
			panic(err)
		}
		response, err := server.Client().Do(request)
		if err != nil {
			fmt.Fprintf(w, "error: %T", err)
			return
		}
		defer response.Body.Close()
		fmt.Fprintln(w, response.Proto, response.StatusCode)
	}
}

func get(ctx context.Context, w io.Writer, r *http.Request) {
	target, err := url.JoinPath(upstream, r.URL.Query().Get("to"))
	if err != nil {
		panic(err)
	}
	if query := r.URL.Query().Get("query"); query != "" {
		target += "?" + query
	}
	request, err := http.NewRequestWithContext(ctx, "GET", target, nil)
	if err != nil {
		panic(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Fprintf(w, "error: %T", err)
		return
	}
	defer response.Body.Close()
	io.Copy(w, response.Body)
}
