package main

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	fiber3 "github.com/gofiber/fiber/v3"
	recover3 "github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/valyala/fasthttp"
)

type silent struct{}

func (silent) Printf(string, ...any) {}

// fast is fasthttp, whose server ends the process when a handler panics, and fiber, which can recover.
func fast() {
	listener := listen()
	server := &fasthttp.Server{NoDefaultDate: true, Logger: silent{}, MaxRequestBodySize: 1 << 10, ReadBufferSize: 1 << 17, Handler: func(ctx *fasthttp.RequestCtx) {
		fmt.Fprint(ctx, checksum(string(ctx.Method()), string(ctx.Path()), string(ctx.Host()), string(ctx.Request.Header.Peek("Traceparent")), ctx.Value("none")))
	}}
	go server.Serve(listener)
	addr := listener.Addr().String()
	hostile(func(name, request string) { try("fasthttp "+name, func() any { return raw(addr, request) }) })
	fastClients(addr)
	check(server.Shutdown())
	try("fasthttp closed", func() any {
		return errors.Is((&fasthttp.Client{}).Do(fastRequest("http://"+addr), nil), fasthttp.ErrConnectionClosed)
	})
	try("fasthttp handler without a server", func() any {
		ctx := &fasthttp.RequestCtx{}
		server.Handler(ctx)
		return ctx.Response.StatusCode()
	})

	listener = listen()
	app := fiber.New(fiber.Config{DisableStartupMessage: true, ReadBufferSize: 1 << 17})
	app.Use(recover.New())
	app.Get("/echo/*", func(c *fiber.Ctx) error {
		return c.SendString(checksum(c.Method(), c.Path(), c.Params("*"), c.Hostname()))
	})
	app.Get("/panics/:what", func(*fiber.Ctx) error { panic("a handler of fiber's") })
	app.Get("/nil/:a", func(c *fiber.Ctx) error { c.SetUserContext(nobody); return nil })
	app.Get("/typed/:a", func(*fiber.Ctx) error { return &typed{"typed"} })
	go app.Listener(listener)
	addr = listener.Addr().String()
	hostile(func(name, request string) { try("fiber "+name, func() any { return raw(addr, request) }) })
	for _, path := range []string{"nil/1", "typed/1", "nowhere", "panics/%00%ff%0d%0a"} {
		try("fiber "+path, func() any { return raw(addr, "GET /"+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") })
	}
	check(app.Shutdown())
	third()
}

// third is the version of fiber whose contexts are contexts themselves.
func third() {
	app := fiber3.New(fiber3.Config{ReadBufferSize: 1 << 17})
	app.Use(recover3.New())
	app.Get("/echo/*", func(c fiber3.Ctx) error {
		return c.SendString(checksum(c.Method(), c.Path(), c.Params("*"), c.Hostname(), c.Value("none"), c.Context().Value("none"), c.Err()))
	})
	app.Get("/panics/:what", func(fiber3.Ctx) error { panic("a handler of fiber's") })
	app.Get("/nil/:a", func(c fiber3.Ctx) error { c.SetContext(nobody); return nil })
	app.Get("/typed/:a", func(fiber3.Ctx) error { return &typed{"typed"} })
	var kept fiber3.Ctx
	app.Get("/keeps/:a", func(c fiber3.Ctx) error { kept = c; return fiber3.ErrTeapot })
	listener := listen()
	go app.Listener(listener, fiber3.ListenConfig{DisableStartupMessage: true})
	addr := listener.Addr().String()
	hostile(func(name, request string) { try("fiber3 "+name, func() any { return raw(addr, request) }) })
	for _, path := range []string{"nil/1", "typed/1", "keeps/1", "nowhere", "panics/%00%ff%0d%0a"} {
		try("fiber3 "+path, func() any { return raw(addr, "GET /"+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") })
	}
	check(app.Shutdown())
	try("fiber3 a context that is kept", func() any { return kept.Value("none") })
	try("fiber3 a context that is kept, as a context", func() any { return kept.Context().Value("none") })
}

func fastRequest(url string) *fasthttp.Request {
	r := &fasthttp.Request{}
	r.SetRequestURI(url)
	return r
}

func fastClients(addr string) {
	client := &fasthttp.Client{}
	try("fasthttp nil request", func() any { return client.Do(nil, nil) })
	try("fasthttp empty request", func() any { return client.Do(&fasthttp.Request{}, nil) })
	try("fasthttp nil response", func() any { return client.Do(fastRequest("http://"+addr+"/echo/1"), nil) })
	for i, value := range append(nasty, binary) {
		try(fmt.Sprint("fasthttp header ", i), func() any {
			request, response := fastRequest("http://"+addr+"/echo/1"), &fasthttp.Response{}
			header := "Traceparent"
			if strings.ContainsAny(value, "\x00\x01\n") {
				header = "X-Own" // a server refuses it, and would never see it where it gives way to the span's
			}
			request.Header.Set(header, value)
			sent := string(request.Header.Peek(header))
			err := client.Do(request, response)
			return fmt.Sprint(err, response.StatusCode(), string(request.Header.Peek(header)) == sent, len(request.Header.Peek("Baggage")))
		})
	}
	try("fasthttp dial that panics", func() any {
		dials := &fasthttp.Client{Dial: func(string) (net.Conn, error) { panic("dial") }}
		return dials.Do(fastRequest("http://"+addr), nil)
	})
	try("fasthttp nil error", func() any {
		dials := &fasthttp.Client{Dial: func(string) (net.Conn, error) { return nil, (*typed)(nil) }}
		return dials.Do(fastRequest("http://"+addr), nil) != nil
	})
	try("fasthttp huge address", func() any {
		return client.Do(fastRequest("http://"+addr+"/"+huge[:1<<19]+"?password=s3cret"), nil) != nil
	})
}
