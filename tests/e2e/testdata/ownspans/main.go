// A program whose libraries are instrumented by hand, each by the package that its users take for that, and gRPC servers in several ways. Each operation runs
// below a span of its own, and once. With the argument `sdk` there is an SDK, whose spans are printed at the end; with `propagates` headers are the
// program's affair, too.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	recorded := tracetest.NewSpanRecorder()
	if slices.Contains(os.Args, "sdk") {
		otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(recorded)))
	}
	if slices.Contains(os.Args, "propagates") {
		otel.SetTextMapPropagator(propagation.TraceContext{})
	}
	requests()
	databases()
	calls()
	for _, s := range recorded.Ended() {
		fmt.Printf("sdk %s %d %s %s %s %s\n", s.SpanContext().TraceID(), s.SpanKind(), s.SpanContext().SpanID(), s.Parent().SpanID(),
			s.InstrumentationScope().Name, s.Name())
		fmt.Println("said", s.InstrumentationScope().Name, s.Name(), s.Status().Code, said(s))
	}
	if begun, ended := len(recorded.Started()), len(recorded.Ended()); begun != ended {
		fmt.Println("spans that have not ended:", begun-ended)
	}
}

// said is what a span was told: its keys and events, which are the same with and without somebody beside it.
func said(s sdk.ReadOnlySpan) string {
	var words []string
	for _, a := range s.Attributes() {
		words = append(words, string(a.Key))
	}
	for _, e := range s.Events() {
		words = append(words, e.Name)
	}
	sort.Strings(words)
	return strings.Join(words, ",")
}

// operation runs f below a span.
func operation(name string, f func(context.Context) error) {
	ctx, span := otel.Tracer("ownspans").Start(context.Background(), "operation "+name)
	defer span.End()
	if err := f(ctx); err != nil {
		fmt.Println(name, "failed:", err)
	}
}

// inside begins a span where a handler runs.
func inside(ctx context.Context) {
	_, span := otel.Tracer("ownspans").Start(ctx, "inside", trace.WithSpanKind(trace.SpanKindInternal))
	span.End()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
