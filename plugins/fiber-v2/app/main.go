// A fiber v2 application with parameters, a group, a mounted application, handlers of net/http and fasthttp, errors and panics; one request to each,
// over the network and by App.Test.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/valyala/fasthttp/fasthttpadaptor"
)

// jobs are done by a goroutine that belongs to nobody: what it does is known by contexts alone.
var jobs = make(chan func())

func main() {
	go func() {
		for job := range jobs {
			job()
		}
	}()
	app := application()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener) }()
	for _, path := range []string{"/users/42", "/items/7", "/admin/keys/7", "/shop/parcels/9", "/nethttp/3", "/outside", "/teapot", "/broken", "/panics",
		"/nowhere", "/nowhere%2F..%00\xff"} {
		ask("GET", "http://"+listener.Addr().String()+path)
	}
	ask("DELETE", "http://"+listener.Addr().String()+"/users/42")
	check(app.Shutdown())
	check(<-ended)
	for range 2 {
		response, err := app.Test(httptest.NewRequest("POST", "/tested/1", nil), -1)
		show(response, err)
	}
}

func application() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		code := fiber.StatusInternalServerError
		var known *fiber.Error
		if errors.As(err, &known) {
			code = known.Code
		}
		return c.Status(code).SendString(err.Error())
	}})
	app.Use(recover.New(), func(c *fiber.Ctx) error { return c.Next() })
	say := func(c *fiber.Ctx) error { return c.SendString(c.Route().Path + " " + c.Params("id")) }
	app.Get("/users/:id", say)
	app.Get("/items/:id", func(c *fiber.Ctx) error { return c.Next() }, say)
	app.Post("/tested/:id", say)
	app.Group("/admin", func(c *fiber.Ctx) error { return c.Next() }).Get("/keys/:id", say)
	mounted := fiber.New()
	mounted.Get("/parcels/:id", say)
	app.Mount("/shop", mounted)
	adapted := fasthttpadaptor.NewFastHTTPHandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "net/http ", r.URL.Path) })
	app.Get("/nethttp/:id", func(c *fiber.Ctx) error { adapted(c.Context()); return nil })
	app.Get("/outside", call)
	app.Get("/teapot", func(*fiber.Ctx) error { return fiber.ErrTeapot })
	app.Get("/broken", func(*fiber.Ctx) error { return errors.New("broken") })
	app.Get("/panics", func(*fiber.Ctx) error { panic("boom") })
	return app
}

// call asks with the context of the request, on another goroutine.
func call(c *fiber.Ctx) error {
	request, err := http.NewRequestWithContext(c.UserContext(), http.MethodGet, c.BaseURL()+"/items/8", nil)
	check(err)
	done := make(chan string, 1)
	jobs <- func() {
		response, err := http.DefaultClient.Do(request)
		check(err)
		check(response.Body.Close())
		done <- response.Status
	}
	return c.SendString(<-done)
}

func ask(method, url string) {
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		fmt.Println("refused")
		return
	}
	show(http.DefaultClient.Do(request))
}

func show(response *http.Response, err error) {
	check(err)
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(text))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
