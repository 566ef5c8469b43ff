// What each plugin costs: one benchmark a library, of something that its hooks see and that needs no network. bench_plugins.py runs them plain,
// instrumented with the plugins switched off, and instrumented with everything recorded.
package plugins

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v3"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
	"github.com/panjf2000/ants/v2"
	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"
	"go.opentelemetry.io/otel"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"
)

// inSpan measures f where a span is current, which is where loggers and routers do their work.
func inSpan(b *testing.B, f func(context.Context)) {
	b.ReportAllocs()
	spanned(context.Background(), func(ctx context.Context) {
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			f(ctx)
		}
	})
}

func route(b *testing.B, handler http.Handler) {
	inSpan(b, func(ctx context.Context) {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/items/7", nil).WithContext(ctx))
	})
}

func BenchmarkNetHTTP(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	client := server.Client()
	inSpan(b, func(ctx context.Context) {
		request, _ := http.NewRequestWithContext(ctx, "GET", server.URL, nil)
		answer, err := client.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	})
}

func BenchmarkGin(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.GET("/items/:id", func(*gin.Context) {})
	route(b, router)
}

func BenchmarkChi(b *testing.B) {
	router := chi.NewRouter()
	router.Get("/items/{id}", func(http.ResponseWriter, *http.Request) {})
	route(b, router)
}

func BenchmarkGorillaMux(b *testing.B) {
	router := mux.NewRouter()
	router.HandleFunc("/items/{id}", func(http.ResponseWriter, *http.Request) {})
	route(b, router)
}

func BenchmarkEcho(b *testing.B) {
	router := echo.New()
	router.GET("/items/:id", func(echo.Context) error { return nil })
	route(b, router)
}

func BenchmarkFasthttp(b *testing.B) {
	listener := fasthttputil.NewInmemoryListener()
	defer listener.Close()
	go fasthttp.Serve(listener, func(*fasthttp.RequestCtx) {})
	client := &fasthttp.HostClient{Addr: "bench", Dial: func(string) (net.Conn, error) { return listener.Dial() }}
	inSpan(b, func(context.Context) {
		if _, _, err := client.Get(nil, "http://bench/items/7"); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkFiber(b *testing.B) {
	app := fiber.New()
	app.Get("/items/:id", func(fiber.Ctx) error { return nil })
	handler := app.Handler()
	inSpan(b, func(context.Context) {
		var ctx fasthttp.RequestCtx
		ctx.Request.SetRequestURI("/items/7")
		handler(&ctx)
	})
}

func BenchmarkGrpc(b *testing.B) {
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	go server.Serve(listener)
	defer server.Stop()
	connection, err := grpc.NewClient("passthrough:bench", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close()
	client := grpc_health_v1.NewHealthClient(connection)
	inSpan(b, func(ctx context.Context) {
		if _, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{}); err != nil {
			b.Fatal(err)
		}
	})
}

type (
	fakeDriver struct{}
	fakeRows   struct{}
)

func (fakeDriver) Open(string) (driver.Conn, error)    { return fakeDriver{}, nil }
func (fakeDriver) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (fakeDriver) Close() error                        { return nil }
func (fakeDriver) Begin() (driver.Tx, error)           { return nil, driver.ErrSkip }
func (fakeRows) Columns() []string                     { return []string{"n"} }
func (fakeRows) Close() error                          { return nil }
func (fakeRows) Next([]driver.Value) error             { return io.EOF }
func (fakeDriver) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return fakeRows{}, nil
}

var register = sync.OnceFunc(func() { sql.Register("fake", fakeDriver{}) })

func BenchmarkDatabaseSQL(b *testing.B) {
	register()
	db, err := sql.Open("fake", "postgres://localhost:5432/shop")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	inSpan(b, func(ctx context.Context) {
		rows, err := db.QueryContext(ctx, "SELECT n FROM items WHERE id = $1", 7)
		if err != nil {
			b.Fatal(err)
		}
		rows.Close()
	})
}

func BenchmarkLog(b *testing.B) {
	logger := log.New(struct{ io.Writer }{io.Discard}, "", log.LstdFlags) // io.Discard itself is asked for nothing
	inSpan(b, func(context.Context) { logger.Print("an order was placed") })
}

func BenchmarkSlog(b *testing.B) {
	logger := slog.New(slog.NewJSONHandler(io.Discard, nil))
	inSpan(b, func(ctx context.Context) { logger.InfoContext(ctx, "an order was placed", "id", 7) })
}

func BenchmarkZap(b *testing.B) {
	logger := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(io.Discard), zap.InfoLevel))
	inSpan(b, func(context.Context) { logger.Info("an order was placed", zap.Int("id", 7)) })
}

func BenchmarkLogrus(b *testing.B) {
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	inSpan(b, func(ctx context.Context) { logger.WithContext(ctx).WithField("id", 7).Info("an order was placed") })
}

func BenchmarkZerolog(b *testing.B) {
	logger := zerolog.New(io.Discard)
	inSpan(b, func(context.Context) { logger.Info().Int("id", 7).Msg("an order was placed") })
}

func BenchmarkAnts(b *testing.B) {
	pool, err := ants.NewPool(4)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Release()
	done := make(chan struct{})
	work := func() { done <- struct{}{} }
	inSpan(b, func(context.Context) {
		pool.Submit(work)
		<-done
	})
}

func BenchmarkOtelAPI(b *testing.B) {
	tracer := otel.Tracer("bench")
	inSpan(b, func(ctx context.Context) {
		_, span := tracer.Start(ctx, "work")
		span.End()
	})
}

func BenchmarkTimer(b *testing.B) {
	inSpan(b, func(context.Context) { time.AfterFunc(time.Hour, func() {}).Stop() })
}
