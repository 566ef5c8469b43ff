// A server that says what its response writers are able to do, over HTTP/1.1 and HTTP/2.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/able", func(w http.ResponseWriter, r *http.Request) {
		_, flushes := w.(http.Flusher)
		_, hijacks := w.(http.Hijacker)
		_, pushes := w.(http.Pusher)
		_, reads := w.(io.ReaderFrom)
		deadline := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute))
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintln(w, r.Proto, flushes, hijacks, pushes, reads, deadline)
	})
	mux.HandleFunc("/copy", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, strings.NewReader("copied\n"))
		w.(http.Flusher).Flush()
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nraw")
		conn.Close()
	})
	for _, http2 := range []bool{false, true} {
		server := httptest.NewUnstartedServer(mux)
		server.EnableHTTP2 = http2
		server.StartTLS()
		for _, path := range []string{"/able", "/copy", "/hijack", "/none"} {
			if http2 && path == "/hijack" {
				continue
			}
			answer, err := server.Client().Get(server.URL + path)
			if err != nil {
				fmt.Println(path, err)
				continue
			}
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			fmt.Printf("%s %d %q\n", path, answer.StatusCode, body)
		}
		server.Close()
	}
}
