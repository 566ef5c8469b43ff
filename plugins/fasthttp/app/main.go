// A server and clients of every kind that talk to it, and requests and handlers that misbehave.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// jobs are done by a goroutine that belongs to nobody: what it does is known by contexts alone.
var jobs = make(chan func())

func main() {
	go func() {
		for job := range jobs {
			job()
		}
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	upstream := listener.Addr().String()
	server := &fasthttp.Server{Handler: handle, NoDefaultDate: true, Logger: silent{}}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	ask("http://" + upstream)
	hostile(upstream)
	check(server.Shutdown())
	check(<-ended)
	fmt.Println("closed", errors.Is((&fasthttp.Client{}).Do(request("http://"+upstream+"/items/1"), nil), syscall.ECONNREFUSED))
}

type silent struct{}

func (silent) Printf(string, ...any) {}

func handle(ctx *fasthttp.RequestCtx) {
	switch path := string(ctx.Path()); {
	case path == "/moved":
		ctx.Redirect("/items/2", fasthttp.StatusFound)
	case path == "/broken":
		ctx.Error("broken", fasthttp.StatusBadGateway)
	case path == "/slow":
		fasthttp.TimeoutHandler(func(*fasthttp.RequestCtx) { time.Sleep(200 * time.Millisecond) }, 20*time.Millisecond, "too slow")(ctx)
	case path == "/hijack":
		ctx.Hijack(func(c net.Conn) { fmt.Fprint(c, "bye\n") })
	case path == "/outside":
		call(ctx)
	case strings.HasPrefix(path, "/items/"):
		fmt.Fprintf(ctx, "%s %s %v", ctx.Method(), path, ctx.Value("nothing"))
	default:
		ctx.NotFound()
	}
}

// call asks net/http's client with the context that fasthttp has, on another goroutine.
func call(ctx *fasthttp.RequestCtx) {
	request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, "http://"+string(ctx.Host())+"/items/9", nil)
	check(err)
	done := make(chan string, 1)
	jobs <- func() {
		response, err := http.DefaultClient.Do(request)
		check(err)
		check(response.Body.Close())
		done <- response.Status
	}
	fmt.Fprint(ctx, <-done)
}

func request(url string) *fasthttp.Request {
	r := fasthttp.AcquireRequest()
	r.SetRequestURI(url)
	return r
}

func ask(base string) {
	client := &fasthttp.Client{Name: "asker"}
	status, body, err := client.Get(nil, base+"/items/1?token=s3cret&page=2")
	fmt.Println("get", status, string(body), err)
	status, _, err = client.Post(nil, base+"/broken", nil)
	fmt.Println("broken", status, err)

	r, w := request(base+"/moved"), fasthttp.AcquireResponse()
	r.Header.Set("Traceparent", "the caller's own")
	fmt.Println("redirected", client.DoRedirects(r, w, 3), w.StatusCode(), string(r.Header.Peek("Traceparent")), len(r.Header.Peek("Tracestate")))

	status, _, err = client.GetTimeout(nil, base+"/slow", time.Second)
	fmt.Println("slow", status, err)
	fmt.Println("too slow for us", client.DoDeadline(request(base+"/slow"), w, time.Now().Add(-time.Second)) == fasthttp.ErrTimeout)
	host := &fasthttp.HostClient{Addr: strings.TrimPrefix(base, "http://")}
	status, body, err = host.Get(nil, base+"/outside")
	fmt.Println("outside", status, string(body), err)
	pipeline := &fasthttp.PipelineClient{Addr: host.Addr}
	fmt.Println("pipelined", pipeline.Do(request(base+"/items/3"), w), string(w.Body()))
	fmt.Println("until", pipeline.DoDeadline(request(base+"/items/4"), w, time.Now().Add(time.Second)), string(w.Body()))
}

// hostile sends what no client of ours would.
func hostile(addr string) {
	for _, lines := range []string{
		"GET /items/5 HTTP/1.1\r\nHost: a\r\nTraceparent: 00-zz\r\nBaggage: \xff\xfe=;;,=\r\nTracestate: " + strings.Repeat("x", 3000) + "\r\n\r\n",
		"BREW /../items/%00%ff HTTP/1.0\r\nHost: " + strings.Repeat("h", 2000) + "\r\n\r\n",
		"GET /hijack HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", addr)
		check(err)
		fmt.Fprint(conn, lines)
		check(conn.SetReadDeadline(time.Now().Add(5 * time.Second)))
		answer, err := bufio.NewReader(conn).ReadString('\n')
		fmt.Printf("hostile %q %v\n", answer, err)
		check(conn.Close())
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
