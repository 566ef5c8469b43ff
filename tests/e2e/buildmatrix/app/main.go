// The program of the build matrix: serves itself one request and prints where the handler was called from.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"

	"example.com/lib"
)

// frames lists the call stack of the handler: function and line, up to the server's own frames.
func frames() string {
	pcs := make([]uintptr, 32)
	var lines []string
	stack := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = stack.Next()
		lines = append(lines, fmt.Sprintf("%s %s:%d", frame.Function, frame.File, frame.Line))
	}
	return strings.Join(lines, "\n")
}

func handle(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, lib.Greet(r.URL.Path))
	fmt.Fprintln(w, frames())
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(handle))
	defer server.Close()
	response, err := http.Get(server.URL + "/hello")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	io.Copy(os.Stdout, response.Body)
	response.Body.Close()
}
