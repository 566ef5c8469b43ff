// An echo v5 server with parameters, a group, middleware that answers, and paths and methods that nothing matches; one request to each.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v5"
)

func main() {
	router := echo.New()
	router.GET("/users/:id", func(c *echo.Context) error { return c.String(200, "user "+c.Param("id")) })
	admin := router.Group("/admin", func(echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error { return c.NoContent(http.StatusForbidden) }
	})
	admin.GET("/keys/:id", func(c *echo.Context) error { return nil })
	router.GET("/items/:id", func(c *echo.Context) error { return c.String(200, "item "+c.Param("id")) })

	server := httptest.NewServer(router)
	defer server.Close()
	for _, path := range []string{"/users/42", "/items/7", "/admin/keys/7", "/nowhere"} {
		ask("GET", server.URL+path)
	}
	ask("DELETE", server.URL+"/users/42")
}

func ask(method, url string) {
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		panic(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(text))
}
