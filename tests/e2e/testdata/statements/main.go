// Runs commands inside a server's request, for a plugin that uses every statement which changes calls or describes spans.
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
)

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, err := exec.CommandContext(r.Context(), "echo", "asked").Output()
		fmt.Fprintf(w, "%s%v\n", out, err)
		fmt.Fprintln(w, exec.CommandContext(r.Context(), "sh", "-c", "exit 3").Run())
		fmt.Fprintln(w, exec.CommandContext(r.Context(), "true").Run())
		func() {
			defer func() { fmt.Fprintln(w, "recovered:", recover()) }()
			var none context.Context
			exec.CommandContext(none, "true")
		}()
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	var text [500]byte
	n, _ := response.Body.Read(text[:])
	fmt.Print(string(text[:n]))
}
