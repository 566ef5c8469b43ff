// Work that ends elsewhere than it began, for plugins that detach spans, take them up again, and write trace context to carriers of all shapes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/rpc"
	"os/exec"
	"runtime/debug"
	"strings"
	"text/template"
)

type Service struct{}

func (Service) Echo(in string, out *string) error {
	if in == "" {
		return errors.New("nothing to say")
	}
	*out = in
	return nil
}

func commands(w io.Writer, ctx context.Context) {
	c := exec.CommandContext(ctx, "/bin/sh", "-c", "echo $TRACEPARENT")
	c.Env = []string{}
	c.Environ()
	var out strings.Builder
	c.Stdout = &out
	fmt.Fprintln(w, c.Start())
	waited := make(chan error)
	go func() { waited <- c.Wait() }()
	fmt.Fprintln(w, <-waited)
	fmt.Fprint(w, out.String())
	_ = c.String()
	fmt.Fprintln(w, exec.CommandContext(ctx, "/bin/false").Run())
	fmt.Fprintln(w, exec.CommandContext(ctx, "/no/such").Run() != nil)
	exec.CommandContext(ctx, "/never/started")
	echo := exec.CommandContext(ctx, "/bin/echo", "said")
	echo.Stdout = loud{}
	echo.Run()
	_, err := exec.LookPath("/bin/sh")
	fmt.Fprintln(w, err)
}

func calls(w io.Writer) {
	here, there := net.Pipe()
	server := rpc.NewServer()
	server.Register(Service{})
	go server.ServeConn(there)
	client := rpc.NewClient(here)
	defer client.Close()
	var a, b string
	first, second := client.Go("Service.Echo", "hello", &a, nil), client.Go("Service.Echo", "", &b, nil)
	<-second.Done
	<-first.Done
	fmt.Fprintln(w, a, first.Error, second.Error)
	fmt.Fprintln(w, client.Call("Service.Echo", "again", &b), b)
}

func carriers(w io.Writer) {
	info := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "traceparent", Value: "old"}, {Key: "a", Value: "b"}}}
	before := info.Settings
	_ = info.String()
	fmt.Fprintln(w, len(info.Settings), info.Settings[0].Key, info.Settings[1].Key, info.Settings[1].Value, before[0].Value)
	funcs := template.FuncMap{}
	template.New("x").Funcs(funcs)
	fmt.Fprintln(w, funcs["traceparent"])
}

// loud is written to while a command runs, by a goroutine of the library, and calls functions that are instrumented.
type loud struct{}

func (loud) Write(p []byte) (int, error) {
	template.New("x").Funcs(template.FuncMap{})
	calls(io.Discard)
	exec.LookPath("/bin/true")
	return len(p), nil
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		commands(w, r.Context())
		calls(w)
		carriers(w)
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	fmt.Print(string(text))
}
