package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync/atomic"
)

// The ids of requests go on from run to run.
var requests atomic.Int64

// serve answers requests that have their number in the query. What the handler does without a context belongs to its request.
func serve(http2 bool) *httptest.Server {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, self := r.URL.RawQuery, "server "+r.URL.RawQuery
		here("handler "+id, self)
		done := make(chan struct{})
		go func() {
			defer close(done)
			region(background, "spawned "+id, self, func() { here("in spawned "+id, "spawned "+id) })
		}()
		<-done
		region(r.Context(), "by context "+id, self, func() { fmt.Fprintln(w, id) })
	}))
	server.EnableHTTP2 = http2
	if http2 {
		server.StartTLS()
	} else {
		server.Start()
	}
	return server
}

// ask sends one request inside a span. The transport's callbacks run on goroutines that the connection's first request has started, and that
// belong to no request.
func ask(client *http.Client, url string, http2 bool) {
	id := fmt.Sprint(requests.Add(1))
	region(background, "request "+id, "", func() {
		ctx := background
		if !http2 {
			ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
				GotFirstResponseByte: func() { here("first byte "+id, "") },
				WroteHeaders:         func() { here("wrote headers "+id, "") },
			})
		}
		request, err := http.NewRequestWithContext(ctx, "GET", url+"/?"+id, nil)
		if err != nil {
			panic(err)
		}
		response, err := client.Do(request)
		if err != nil {
			panic(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		here("after "+id, "request "+id)
	})
}

func exchange(n, workers int, http2 bool) {
	server := serve(http2)
	defer server.Close()
	client := server.Client()
	client.Transport.(*http.Transport).MaxConnsPerHost = workers
	each(n, workers, func(int) { ask(client, server.URL, http2) })
	here(fmt.Sprint("idle ", requests.Add(1)), "")
	client.CloseIdleConnections()
}

// keepAlive sends all requests over two connections.
func keepAlive(n int) { exchange(n, 2, false) }

// http2 sends many requests at once over one connection.
func http2(n int) {
	server := serve(true)
	defer server.Close()
	each(n, 20, func(int) { ask(server.Client(), server.URL, true) })
	server.Client().CloseIdleConnections()
}
