// A fiber v3 application with parameters, a group, a mounted application, handlers of net/http, errors and panics; requests to all of it over the network,
// through a server of net/http, by App.Test, and with a context of the application's own.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
	"github.com/gofiber/fiber/v3/middleware/recover"
)

// jobs are done by a goroutine that belongs to nobody: what it does is known by contexts alone.
var jobs = make(chan func())

func main() {
	go func() {
		for job := range jobs {
			job()
		}
	}()
	app := routes(fiber.New(fiber.Config{ErrorHandler: answer}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener, fiber.ListenConfig{DisableStartupMessage: true}) }()
	base := "http://" + listener.Addr().String()
	for _, path := range []string{"/users/42", "/items/7", "/admin/keys/7", "/shop/parcels/9", "/nethttp/3", "/outside", "/itself", "/teapot", "/broken",
		"/panics", "/nowhere", "/nowhere%2F..%00"} {
		ask("GET", base+path)
	}
	ask("DELETE", base+"/users/42")
	check(app.Shutdown())
	check(<-ended)

	behind := httptest.NewServer(adaptor.FiberApp(app))
	ask("GET", behind.URL+"/users/43")
	behind.Close()

	own := routes(fiber.NewWithCustomCtx(func(app *fiber.App) fiber.CustomCtx { return &context{DefaultCtx: *fiber.NewDefaultCtx(app)} }))
	for _, path := range []string{"/tested/1", "/tested/2", "/nowhere"} {
		show(own.Test(httptest.NewRequest("POST", path, nil), fiber.TestConfig{Timeout: 0}))
	}
}

// context is an application's own.
type context struct{ fiber.DefaultCtx }

func answer(c fiber.Ctx, err error) error {
	code := fiber.StatusInternalServerError
	var known *fiber.Error
	if errors.As(err, &known) {
		code = known.Code
	}
	return c.Status(code).SendString(err.Error())
}

func routes(app *fiber.App) *fiber.App {
	app.Use(recover.New(), func(c fiber.Ctx) error { return c.Next() })
	say := func(c fiber.Ctx) error { return c.SendString(c.Route().Path + " " + c.Params("id")) }
	app.Get("/users/:id", say)
	app.Get("/items/:id", func(c fiber.Ctx) error { return c.Next() }, say)
	app.Post("/tested/:id", say)
	app.Group("/admin", func(c fiber.Ctx) error { return c.Next() }).Get("/keys/:id", say)
	mounted := fiber.New()
	mounted.Get("/parcels/:id", say)
	app.Use("/shop", mounted)
	app.Get("/nethttp/:id", adaptor.HTTPHandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "net/http ", r.URL.Path) }))
	app.Get("/outside", func(c fiber.Ctx) error { return call(c, newRequest(c).WithContext(c.Context())) })
	app.Get("/itself", func(c fiber.Ctx) error { return call(c, newRequest(c).WithContext(c)) })
	app.Get("/teapot", func(fiber.Ctx) error { return fiber.ErrTeapot })
	app.Get("/broken", func(fiber.Ctx) error { return errors.New("broken") })
	app.Get("/panics", func(fiber.Ctx) error { panic("boom") })
	return app
}

func newRequest(c fiber.Ctx) *http.Request {
	request, err := http.NewRequest(http.MethodGet, c.BaseURL()+"/items/8", nil)
	check(err)
	return request
}

// call asks on another goroutine.
func call(c fiber.Ctx, request *http.Request) error {
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
	check(err)
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
