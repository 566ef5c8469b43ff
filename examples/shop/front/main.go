// Front is what customers talk to. It knows nothing itself: it asks the stock service over HTTP.
package main

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("service", "front"))
	gin.SetMode(gin.ReleaseMode)

	shop := &shop{stock: &stockClient{base: os.Getenv("STOCK_URL"), http: &http.Client{}}}
	router := gin.New()
	router.Use(gin.Recovery())
	router.GET("/products", shop.products)
	router.GET("/products/:id", shop.product)
	router.POST("/orders", shop.order)

	slog.Info("listening", "addr", os.Getenv("ADDR"))
	if err := http.ListenAndServe(os.Getenv("ADDR"), router); err != nil {
		slog.Error("server ended", "error", err)
		os.Exit(1)
	}
}
