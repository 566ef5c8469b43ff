package main

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/gofiber/contrib/otelfiber/v2"
	"github.com/gofiber/fiber/v2"
	fiber3 "github.com/gofiber/fiber/v3"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
	"github.com/riandyrn/otelchi"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gorilla/mux/otelmux"
	"go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// requests sends one to a server of each router.
func requests() {
	for name, listen := range map[string]func(net.Listener) error{
		"echo":  echoServer().Serve,
		"mux":   (&http.Server{Handler: muxRouter()}).Serve,
		"chi":   (&http.Server{Handler: chiRouter()}).Serve,
		"fiber": fiberApp().Listener,
		"fiber3": func(l net.Listener) error {
			return fiber3App().Listener(l, fiber3.ListenConfig{DisableStartupMessage: true})
		},
	} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		go listen(listener)
		operation(name, func(ctx context.Context) error { return get(ctx, "http://"+listener.Addr().String()+"/items/1") })
	}
}

func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	check(err)
	response, err := http.DefaultClient.Do(request)
	check(err)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return response.Body.Close()
}

func echoServer() *http.Server {
	e := echo.New()
	e.Use(otelecho.Middleware("shop"))
	e.GET("/items/:id", func(c echo.Context) error {
		inside(c.Request().Context())
		return c.NoContent(http.StatusOK)
	})
	return &http.Server{Handler: e}
}

func handle(_ http.ResponseWriter, r *http.Request) { inside(r.Context()) }

func muxRouter() http.Handler {
	r := mux.NewRouter()
	r.Use(otelmux.Middleware("shop"))
	r.HandleFunc("/items/{id}", handle)
	return r
}

func chiRouter() http.Handler {
	r := chi.NewRouter()
	r.Use(otelchi.Middleware("shop", otelchi.WithChiRoutes(r)))
	r.Get("/items/{id}", handle)
	return r
}

func fiberApp() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Use(otelfiber.Middleware())
	app.Get("/items/:id", func(c *fiber.Ctx) error {
		inside(c.UserContext())
		return nil
	})
	return app
}

// fiber3App has a middleware of its own under the name of fiber's, which the module proxy does not have.
func fiber3App() *fiber3.App {
	app := fiber3.New()
	app.Use(func(c fiber3.Ctx) error {
		before := c.Context()
		header := http.Header{}
		for key, values := range c.GetReqHeaders() {
			header[key] = values
		}
		ctx := otel.GetTextMapPropagator().Extract(before, propagation.HeaderCarrier(header))
		ctx, span := otel.Tracer("github.com/gofiber/contrib/v3/otel").Start(ctx, c.Path(), trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		c.SetContext(ctx)
		defer c.SetContext(before)
		return c.Next()
	})
	app.Get("/items/:id", func(c fiber3.Ctx) error {
		inside(c.Context())
		return nil
	})
	return app
}
