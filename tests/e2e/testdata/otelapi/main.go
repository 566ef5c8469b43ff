// Command otelapi serves HTTP and uses the OpenTelemetry API itself. With "sdk" as its argument it has an SDK of its own, whose spans it writes to
// standard output; with "noop" it has switched telemetry off. It sends itself one request and ends.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// printer is an exporter for the program's own SDK.
type printer struct{}

func (printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		fmt.Println("sdk", s.Name(), s.SpanContext().TraceID(), s.SpanContext().SpanID(), s.Parent().SpanID(), s.Parent().IsRemote())
	}
	return nil
}

func (printer) Shutdown(context.Context) error { return nil }

// early was asked for before there was a provider, as package variables of libraries are.
var early = otel.Tracer("example.test/library", trace.WithInstrumentationVersion("1.2.3"), trace.WithSchemaURL("https://example.test/schema"))

func main() {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	if len(os.Args) > 1 && os.Args[1] == "sdk" {
		otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(printer{})))
	}
	if len(os.Args) > 1 && os.Args[1] == "noop" {
		otel.SetTracerProvider(trace.NewNoopTracerProvider())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	url := "http://" + listener.Addr().String()
	http.HandleFunc("/outer", func(w http.ResponseWriter, r *http.Request) { outer(r.Context(), url) })
	http.HandleFunc("/inner", func(w http.ResponseWriter, r *http.Request) { inner(r) })
	go http.Serve(listener, nil)
	get(context.Background(), url+"/outer")
}

func get(ctx context.Context, url string) {
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		panic(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	res.Body.Close()
}

// outer runs below a server span of instc.
func outer(ctx context.Context, url string) {
	current := trace.SpanFromContext(ctx)
	sc := current.SpanContext()
	fmt.Println("current", sc.TraceID(), sc.SpanID(), sc.IsValid(), sc.IsSampled(), sc.IsRemote(), current.IsRecording())
	current.SetAttributes(attribute.String("user.text", "a"), attribute.Int("user.number", 7), attribute.Bool("user.flag", false),
		attribute.Float64("user.ratio", 0.5), attribute.StringSlice("user.list", []string{"x", "y"}), attribute.Int64Slice("user.numbers", []int64{1, 2}))
	current.SetAttributes(attribute.String("user.text", "b"))
	current.AddEvent("happened", trace.WithAttributes(attribute.Int("count", 2)))
	current.RecordError(errors.New("odd"), trace.WithAttributes(attribute.String("where", "outer")))
	current.SetName("renamed")
	current.End() // not the program's to end

	carrier := propagation.HeaderCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, carrier)
	fmt.Println("injected", carrier.Get("traceparent"))

	ctx, manual := early.Start(ctx, "manual", trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(attribute.String("at.start", "yes")),
		trace.WithLinks(trace.Link{SpanContext: sc, Attributes: []attribute.KeyValue{attribute.Int("of.link", 3)}}))
	manual.SetAttributes(attribute.String("later", "too"))
	manual.SetStatus(codes.Error, "failed")
	get(ctx, url+"/inner") // below the manual span
	_, root := otel.Tracer("example.test/other").Start(ctx, "root", trace.WithNewRoot())
	root.End()
	// A library that asks the current span for a tracer, as otelhttp does.
	_, asked := trace.SpanFromContext(ctx).TracerProvider().Tracer("example.test/asked").Start(ctx, "asked")
	asked.End()
	manual.End()
	manual.End()
	manual.SetAttributes(attribute.String("after", "end"))

	// Who takes the current span away means it.
	_, alone := early.Start(trace.ContextWithSpanContext(ctx, trace.SpanContext{}), "alone")
	alone.End()
	// A span that goes on under another context.
	_, elsewhere := early.Start(trace.ContextWithSpan(context.Background(), trace.SpanFromContext(ctx)), "elsewhere")
	elsewhere.End()
}

// inner extracts the caller itself, although instc has answered the request already: what it starts stands below the server span.
func inner(r *http.Request) {
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	_, span := early.Start(ctx, "handled")
	span.End()
	// A caller that instc knows nothing of, as from a message.
	carrier := propagation.HeaderCarrier{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	_, span = early.Start(otel.GetTextMapPropagator().Extract(r.Context(), carrier), "received")
	span.End()
	carrier.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
	_, span = early.Start(otel.GetTextMapPropagator().Extract(r.Context(), carrier), "unsampled")
	span.End()
}
