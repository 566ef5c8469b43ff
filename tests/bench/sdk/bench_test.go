// Package sdk is what a team does by hand today: the server span of tests/bench/rt with the official OpenTelemetry SDK, batch processor and OTLP
// over HTTP. The two benchmarks are run in one go and make a ratio that does not depend on the machine.
package sdk

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// burst is what the batch processor can hold, so that nothing is dropped and every span's export is paid for.
const burst = 2000

func processCPU(b *testing.B) int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// BenchmarkServerExported gives the CPU time of the whole process for one span, from its start to the collector's answer.
func BenchmarkServerExported(b *testing.B) {
	var requests atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		requests.Add(1)
	}))
	defer collector.Close()
	ctx := context.Background()
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(collector.URL+"/v1/traces"))
	if err != nil {
		b.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter, sdktrace.WithMaxQueueSize(burst)))
	defer provider.Shutdown(ctx)
	tracer := provider.Tracer("bench")
	carrier := propagation.HeaderCarrier{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	propagator := propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
	b.ReportAllocs()
	b.ResetTimer()
	before := processCPU(b)
	for done := 0; done < b.N; done += burst {
		for i := done; i < b.N && i < done+burst; i++ {
			serve(ctx, tracer, propagator, carrier)
		}
		if err := provider.ForceFlush(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processCPU(b)-before)/float64(b.N), "cpu-ns/op")
	if requests.Load() == 0 {
		b.Fatal("nothing was exported")
	}
}

// serve makes the attributes of target.Serve in tests/bench/rt.
func serve(ctx context.Context, tracer trace.Tracer, propagator propagation.TextMapPropagator, carrier propagation.TextMapCarrier) {
	_, span := tracer.Start(propagator.Extract(ctx, carrier), "GET", trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("url.scheme", "https"),
		attribute.String("http.request.method", "GET"),
		attribute.String("url.path", "/users/12345"),
		attribute.String("server.address", "example.com"),
		attribute.Int("server.port", 443),
		attribute.String("client.address", "192.0.2.10"),
		attribute.String("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
		attribute.String("network.protocol.version", "1.1"),
	))
	span.SetAttributes(attribute.String("http.route", "/users/{id}"), attribute.Int("http.response.status_code", 200))
	span.SetName("GET /users/{id}")
	span.End()
}
