// A program that has instrumented some of its calls itself: otelgin, otelhttp, otelgrpc, otelsql and redisotel stand beside the same libraries without
// anything. With the argument `sdk` it has an SDK, and prints its spans when it ends; with `propagates` headers are its own affair, too.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"

	"github.com/XSAM/otelsql"
	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	_ "modernc.org/sqlite"
)

func main() {
	var recorded *tracetest.SpanRecorder
	if slices.Contains(os.Args, "sdk") {
		recorded = tracetest.NewSpanRecorder()
		otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(recorded)))
	}
	if slices.Contains(os.Args, "propagates") {
		otel.SetTextMapPropagator(propagation.TraceContext{})
	}
	inner := "http://" + serve(handlers())
	outer := "http://" + serve(router(inner))
	get(context.Background(), http.DefaultClient, outer+"/all/1")
	answers.GracefulStop() // its last span has ended
	if recorded == nil {
		return
	}
	for _, s := range recorded.Ended() {
		fmt.Printf("sdk %s %d %s %s %s %s\n", s.SpanContext().TraceID(), s.SpanKind(), s.SpanContext().SpanID(), s.Parent().SpanID(),
			s.InstrumentationScope().Name, s.Name())
	}
}

// handlers are a server half of which is instrumented.
func handlers() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/bare", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/traced", otelhttp.NewHandler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), "traced"))
	return mux
}

// router has one route, which does everything once with instrumentation of its own and once without.
func router(inner string) http.Handler {
	own := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	plain, traced := database(false), database(true)
	cache, traces := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")}), redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	check(redisotel.InstrumentTracing(traces))
	address := grpcServer()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	watched, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	check(err)

	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(otelgin.Middleware("shop"))
	engine.GET("/all/:id", func(c *gin.Context) {
		ctx := c.Request.Context()
		get(ctx, http.DefaultClient, inner+"/bare")
		get(ctx, own, inner+"/traced")
		for _, db := range []*sql.DB{plain, traced} {
			_, err := db.ExecContext(ctx, "SELECT 1")
			check(err)
		}
		for _, client := range []*redis.Client{cache, traces} {
			check(client.Incr(ctx, "seen").Err())
		}
		for _, to := range []*grpc.ClientConn{conn, watched} {
			_, err := health.NewHealthClient(to).Check(ctx, &health.HealthCheckRequest{})
			check(err)
		}
	})
	return engine
}

func database(traced bool) *sql.DB {
	open := sql.Open
	if traced {
		open = func(driver, source string) (*sql.DB, error) { return otelsql.Open(driver, source) }
	}
	db, err := open("sqlite", ":memory:")
	check(err)
	return db
}

type served struct {
	health.UnimplementedHealthServer
}

func (served) Check(context.Context, *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	return &health.HealthCheckResponse{}, nil
}

var answers *grpc.Server

func grpcServer() string {
	server := grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler()))
	health.RegisterHealthServer(server, served{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	answers = server
	go server.Serve(listener)
	return listener.Addr().String()
}

func serve(handler http.Handler) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go http.Serve(listener, handler)
	return listener.Addr().String()
}

func get(ctx context.Context, client *http.Client, url string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	check(err)
	response, err := client.Do(request)
	check(err)
	check(response.Body.Close())
	if response.StatusCode != http.StatusOK {
		panic(response.Status)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
