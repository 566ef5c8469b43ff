// A gin router with parameters, groups, middleware, an aborting handler and a panic, and one request to each.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.AbortWithStatus(500) }))
	router.GET("/users/:id", func(c *gin.Context) { c.String(200, "user %s", c.Param("id")) })
	router.GET("/files/*path", func(c *gin.Context) { c.String(200, c.Param("path")) })
	router.GET("/panic", func(*gin.Context) { panic("boom") })
	admin := router.Group("/admin", func(c *gin.Context) { c.AbortWithStatus(403) })
	admin.GET("/keys/:id", func(c *gin.Context) { c.String(200, "never") })

	server := httptest.NewServer(router)
	defer server.Close()
	for _, path := range []string{"/users/42", "/files/a/b.txt", "/panic", "/admin/keys/7", "/nowhere"} {
		response, err := http.Get(server.URL + path)
		if err != nil {
			panic(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		fmt.Println(path, response.StatusCode)
	}
}
