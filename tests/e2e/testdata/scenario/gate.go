package main

import (
	"context"
	"net"
	"net/http"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
)

func gate() {
	conn, err := grpc.NewClient(at("STOCK"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	logger := zap.Must(zap.NewProductionConfig().Build())
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.POST("/orders/:id", func(c *gin.Context) {
		order := c.Param("id")
		logger.Info("order " + order)
		err := together(c.Request.Context(), func(ctx context.Context) error {
			_, err := health.NewHealthClient(conn).Check(ctx, &health.HealthCheckRequest{Service: order})
			return err
		})
		if err != nil {
			c.String(http.StatusBadGateway, err.Error())
			return
		}
		c.Status(http.StatusAccepted)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	listening(listener.Addr())
	check(http.Serve(listener, router))
}
