package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"
)

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	return listener
}

// raw sends bytes and gives the first line of the answer.
func raw(addr, request string) any {
	conn, err := net.Dial("tcp", addr)
	check(err)
	defer conn.Close()
	check(conn.SetDeadline(time.Now().Add(20 * time.Second)))
	go io.WriteString(conn, request)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return fmt.Sprintf("no answer (%T)", err)
	}
	body, _ := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode, " ", string(body))
}

// hostile has requests with one nasty value in each header that somebody may read, and then all of them on one header.
func hostile(try func(name, request string)) {
	for i, value := range nasty {
		try(fmt.Sprint("nasty ", i), "GET /echo/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTraceparent: "+value+"\r\nTracestate: "+value+"\r\nBaggage: "+value+"\r\nUser-Agent: "+value+"\r\n\r\n")
	}
	all := ""
	for _, value := range nasty {
		all += "Traceparent: " + value + "\r\nTracestate: " + value + "\r\n"
	}
	try("all of them", "GET /echo/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"+all+"\r\n")
	try("a line in a line", "GET /echo/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTraceparent: 00\r\n folded\r\n\r\n")
	try("a NUL", "GET /echo/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTraceparent: \x00\r\n\r\n")
	try("escapes", "GET /echo/%00%ff%0d%0aX:%20y?a=%00%ff&password=s3cret&%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	try("a long path", "GET /echo/"+huge[:1<<19]+"?"+huge[:1<<18]+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	try("a long method", huge[:1000]+" /echo/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	try("a long host", "GET /echo/1 HTTP/1.1\r\nHost: "+huge[:1<<16]+"\r\nConnection: close\r\n\r\n")
	try("no host", "GET /echo/1 HTTP/1.1\r\nConnection: close\r\n\r\n")
	try("an old version", "GET /echo/1 HTTP/1.0\r\n\r\n")
	try("no version", "GET /echo/1\r\n\r\n")
	try("panics", "GET /panics/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
}

// echoed answers with what a handler sees.
func echoed(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, checksum(r.Method, r.URL.Path, r.URL.RawQuery, r.Host, r.Header))
}

func requests() {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo/", echoed)
	mux.HandleFunc("/panics/{what}", func(w http.ResponseWriter, r *http.Request) {
		switch r.PathValue("what") {
		case "abort":
			panic(http.ErrAbortHandler)
		case "late":
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "half")
			panic("late")
		case "value":
			panic(failing{})
		}
		panic(errors.New(r.PathValue("what")))
	})
	mux.HandleFunc("/hijacked", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		check(err)
		io.WriteString(conn, "HTTP/1.1 299 own\r\nContent-Length: 0\r\n\r\n")
		conn.Close()
		io.WriteString(w, "after")
	})
	server := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0)}
	listener := listen()
	go server.Serve(listener)
	addr := listener.Addr().String()
	hostile(func(name, request string) { try("net/http "+name, func() any { return raw(addr, request) }) })
	for _, path := range []string{"panics/abort", "panics/late", "panics/value", "hijacked"} {
		try("net/http "+path, func() any { return raw(addr, "GET /"+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") })
	}
	try("handler without a server", func() any {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, &http.Request{URL: &url.URL{Path: "/echo/1"}})
		return w.Code
	})
	clients("http://" + addr)
	check(server.Close())
	try("client of a closed server", func() any { _, err := http.Get("http://" + addr); return errors.Unwrap(err) != nil })
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

type unreadable struct{}

func (unreadable) Read([]byte) (int, error) { panic("a body that panics") }

func clients(base string) {
	at := func(path string) *url.URL {
		u, err := url.Parse(base + path)
		check(err)
		return u
	}
	ask := func(name string, client *http.Client, request *http.Request) {
		try("client "+name, func() any {
			response, err := client.Do(request)
			if err != nil {
				return err
			}
			body, _ := io.ReadAll(response.Body)
			return fmt.Sprint(response.StatusCode, " ", string(body))
		})
	}
	try("client nil context", func() any { _, err := http.NewRequestWithContext(nobody, "GET", base, nil); return err })
	for _, c := range []struct {
		name    string
		request *http.Request
	}{
		{"nil request", nil}, {"empty request", &http.Request{}}, {"no header", &http.Request{Method: "GET", URL: at("/echo/1")}},
		{"no method", &http.Request{URL: at("/echo/1"), Header: http.Header{}}},
		{"bad method", &http.Request{Method: "A B\r\n", URL: at("/echo/1"), Header: http.Header{}}},
		{"no host", &http.Request{Method: "GET", URL: &url.URL{Scheme: "http", Path: "/"}, Header: http.Header{}}},
		{"no scheme", &http.Request{Method: "GET", URL: &url.URL{Host: "x"}, Header: http.Header{}}},
	} {
		try("transport "+c.name, func() any {
			response, err := http.DefaultTransport.RoundTrip(c.request)
			if err != nil {
				return err
			}
			return response.StatusCode
		})
	}
	request, err := http.NewRequestWithContext(over(), "GET", base+"/echo/1", nil)
	check(err)
	ask("cancelled", http.DefaultClient, request)
	for i, value := range append(nasty, binary) {
		request, err := http.NewRequest("GET", base+"/echo/1", nil)
		check(err)
		request.Header["X-Own"] = []string{value}
		request.Header.Set("User-Agent", "own")
		bare := request.Clone(context.Background())
		try("client header "+fmt.Sprint(i), func() any {
			response, err := http.DefaultClient.Do(bare)
			if err != nil {
				return err
			}
			return response.StatusCode
		})
	}
	for _, query := range []string{strings.ReplaceAll(url.QueryEscape(binary), "+", "%20"), huge[:1<<19], "token=s3cret&%zz;"} {
		request, err := http.NewRequest("GET", base+"/panics/abort?"+query, nil)
		check(err)
		request.URL.User = url.UserPassword("ann", "s3cret")
		try("client query", func() any { _, err := http.DefaultClient.Do(request); return err != nil })
	}
	ask("transport that panics", &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { panic("transport") })}, &http.Request{URL: at("/")})
	ask("transport without an answer", &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, nil })}, &http.Request{URL: at("/")})
	try("client dial that panics", func() any {
		dials := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, failing{} }}
		_, err := dials.RoundTrip(&http.Request{Method: "GET", URL: at("/echo/1"), Header: http.Header{}})
		_, isFailing := err.(failing)
		return isFailing
	})
	try("client nil error", func() any {
		dials := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, (*typed)(nil) }}
		_, err := dials.RoundTrip(&http.Request{Method: "GET", URL: at("/echo/1"), Header: http.Header{}})
		return fmt.Sprintf("%T", err)
	})
}
