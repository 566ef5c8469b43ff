// Stock, the service of examples/shop, with OpenTelemetry written into it by hand, as its own instrumentation libraries ask for: what service.py compares the
// same service with that instc has instrumented. server.go and store.go are copied here from examples/shop/stock when it is built, with sql.Open
// replaced by otelsql.Open.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	ctx := context.Background()
	if err := startTelemetry(ctx); err != nil {
		panic(err)
	}
	slog.SetDefault(slog.New(withIDs{slog.NewJSONHandler(os.Stdout, nil)}).With("service", "stock"))
	items, err := openStore(ctx)
	if err != nil {
		panic(err)
	}
	cache := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	if err := redisotel.InstrumentTracing(cache); err != nil {
		panic(err)
	}
	if err := redisotel.InstrumentMetrics(cache); err != nil {
		panic(err)
	}
	s := &server{store: items, cache: cache}
	slog.Info("listening", "addr", os.Getenv("ADDR"))
	panic(http.ListenAndServe(os.Getenv("ADDR"), otelhttp.NewHandler(s.routes(), "stock")))
}

// startTelemetry makes the SDK's providers for traces and metrics the global ones. Endpoint and service name come from the environment.
func startTelemetry(ctx context.Context) error {
	spans, err := otlptracehttp.New(ctx)
	if err != nil {
		return err
	}
	metrics, err := otlpmetrichttp.New(ctx)
	if err != nil {
		return err
	}
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans)))
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(metrics))))
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return nil
}

// withIDs writes the ids of the span in a record's context.
type withIDs struct{ slog.Handler }

func (h withIDs) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withIDs) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withIDs{h.Handler.WithAttrs(attrs)}
}

func (h withIDs) WithGroup(name string) slog.Handler { return withIDs{h.Handler.WithGroup(name)} }
