package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
	echo5 "github.com/labstack/echo/v5"
)

// frameworks are routers that stand on net/http.
func frameworks() {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/echo/*rest", func(c *gin.Context) { echoed(c.Writer, c.Request) })
	engine.GET("/panics/:what", func(c *gin.Context) { panic(failing{}) })
	engine.GET("/none/:a", func(c *gin.Context) { c.Request = nil })
	engine.GET("/context/:a", func(c *gin.Context) { c.Request = c.Request.WithContext(nobody) })

	e := echo.New()
	e.GET("/echo/*", func(c echo.Context) error { echoed(c.Response(), c.Request()); return nil })
	e.GET("/panics/:what", func(echo.Context) error { panic(failing{}) })
	e.GET("/none/:a", func(c echo.Context) error { c.SetRequest(nil); return nil })
	e.GET("/context/:a", func(c echo.Context) error { return (*typed)(nil) })

	e5 := echo5.New()
	e5.Logger = slog.New(slog.DiscardHandler)
	e5.GET("/echo/*", func(c *echo5.Context) error { echoed(c.Response(), c.Request()); return nil })
	e5.GET("/panics/:what", func(*echo5.Context) error { panic(failing{}) })
	e5.GET("/none/:a", func(c *echo5.Context) error { c.SetRequest(nil); return nil })
	e5.GET("/context/:a", func(*echo5.Context) error { return (*typed)(nil) })

	router := chi.NewRouter()
	router.Get("/echo/*", echoed)
	router.Get("/panics/{what}", func(http.ResponseWriter, *http.Request) { panic(failing{}) })
	router.Get("/none/{a}", nil)
	router.Get("/context/{a}", func(w http.ResponseWriter, r *http.Request) { router.ServeHTTP(w, r.WithContext(nobody)) })

	gorilla := mux.NewRouter()
	gorilla.PathPrefix("/echo/").HandlerFunc(echoed)
	gorilla.HandleFunc("/panics/{what}", func(http.ResponseWriter, *http.Request) { panic(failing{}) })
	gorilla.HandleFunc("/none/{a}", nil)
	gorilla.HandleFunc("/context/{a}", func(w http.ResponseWriter, r *http.Request) { gorilla.ServeHTTP(w, r.WithContext(nobody)) })

	for _, f := range []struct {
		name    string
		handler http.Handler
	}{{"gin", engine}, {"echo", e}, {"echo5", e5}, {"chi", router}, {"gorilla", gorilla}} {
		server := &http.Server{Handler: f.handler, ErrorLog: log.New(io.Discard, "", 0)}
		listener := listen()
		go server.Serve(listener)
		addr := listener.Addr().String()
		hostile(func(name, request string) { try(f.name+" "+name, func() any { return raw(addr, request) }) })
		for _, path := range []string{"none/1", "context/1", "nowhere", "panics/" + url.PathEscape(binary)} {
			try(f.name+" "+path, func() any { return raw(addr, "GET /"+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") })
			try(f.name+" without a server "+path, func() any {
				w := httptest.NewRecorder()
				f.handler.ServeHTTP(w, httptest.NewRequest("GET", "/"+path, nil))
				return w.Code
			})
		}
		for _, request := range []*http.Request{{}, {URL: &url.URL{}}, {URL: &url.URL{Path: binary}}, {Method: binary, URL: &url.URL{Path: "/echo/1"}}} {
			try(fmt.Sprint(f.name, " odd request ", request.URL), func() any {
				w := httptest.NewRecorder()
				f.handler.ServeHTTP(w, request)
				return w.Code
			})
		}
		check(server.Close())
	}
}
