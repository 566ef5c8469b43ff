// Package otlp receives what instrumented programs export, decoded with the official OTLP types, and shows it as trees.
package otlp

import (
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	collector "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// maxRequest bounds one export request. A batch of the runtime is far below it.
const maxRequest = 64 << 20

// Receiver collects spans, metrics and log records from OTLP/HTTP requests (protobuf, gzip or plain). The zero value is ready to use.
type Receiver struct {
	mu       sync.Mutex
	spans    []Span
	metrics  map[string]Metric // the newest of each service and name
	logs     []Log
	requests int
	problems []string
	changed  chan struct{}
}

// Start listens on a loopback port of its own and returns the endpoint for OTEL_EXPORTER_OTLP_ENDPOINT.
func (r *Receiver) Start() (endpoint string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: r}
	go server.Serve(listener)
	return "http://" + listener.Addr().String(), func() { server.Close() }, nil
}

// ServeHTTP takes POST /v1/traces, /v1/metrics and /v1/logs.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	take := map[string]func(*http.Request) error{"/v1/traces": r.takeTraces, "/v1/metrics": r.takeMetrics, "/v1/logs": r.takeLogs}[req.URL.Path]
	if req.Method != http.MethodPost || take == nil {
		http.NotFound(w, req)
		return
	}
	if err := take(req); err != nil {
		r.mu.Lock()
		r.problems = append(r.problems, err.Error())
		r.mu.Unlock()
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func (r *Receiver) takeTraces(req *http.Request) error {
	// TracesData and the collector's ExportTraceServiceRequest have the same fields; the former needs no gRPC.
	var data collector.TracesData
	err := decode(req, &data)
	var spans []Span
	if err == nil {
		spans, err = flatten(&data)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	r.spans = append(r.spans, spans...)
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
	return err
}

func (r *Receiver) takeMetrics(req *http.Request) error {
	var data metrics.MetricsData
	if err := decode(req, &data); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.metrics == nil {
		r.metrics = map[string]Metric{}
	}
	for _, m := range flattenMetrics(&data) {
		r.metrics[m.Service+" "+m.Name] = m
	}
	return nil
}

// Metric returns the newest export of a metric; the zero value when there was none.
func (r *Receiver) Metric(service, name string) Metric {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.metrics[service+" "+name]
}

// Spans returns what has arrived so far, in order of arrival.
func (r *Receiver) Spans() []Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Span(nil), r.spans...)
}

// Requests says how many export requests came in, good or bad.
func (r *Receiver) Requests() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests
}

// Problems are the requests that could not be decoded. A test should find none.
func (r *Receiver) Problems() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.problems...)
}

// Reset forgets everything.
func (r *Receiver) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spans, r.metrics, r.logs, r.problems, r.requests = nil, nil, nil, nil, 0
}

// Wait returns as soon as enough(spans) holds; after the timeout it returns what there is, and false.
func (r *Receiver) Wait(timeout time.Duration, enough func([]Span) bool) ([]Span, bool) {
	deadline := time.After(timeout)
	for {
		r.mu.Lock()
		spans := append([]Span(nil), r.spans...)
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		changed := r.changed
		r.mu.Unlock()
		if enough(spans) {
			return spans, true
		}
		select {
		case <-changed:
		case <-deadline:
			return spans, false
		}
	}
}

func decode(req *http.Request, data proto.Message) error {
	if got := req.Header.Get("Content-Type"); got != "application/x-protobuf" {
		return fmt.Errorf("content type %q, want application/x-protobuf", got)
	}
	body := io.Reader(http.MaxBytesReader(nil, req.Body, maxRequest))
	if req.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return err
		}
		body = io.LimitReader(unzipped, maxRequest)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if err := proto.Unmarshal(raw, data); err != nil {
		return err
	}
	if unknown := data.ProtoReflect().GetUnknown(); len(unknown) > 0 {
		return fmt.Errorf("the request has %d bytes of unknown fields", len(unknown))
	}
	return nil
}

func flatten(data *collector.TracesData) ([]Span, error) {
	var spans []Span
	for _, resource := range data.ResourceSpans {
		attributes := values(resource.GetResource().GetAttributes())
		for _, scope := range resource.ScopeSpans {
			for _, s := range scope.Spans {
				if len(s.TraceId) != 16 || len(s.SpanId) != 8 {
					return nil, fmt.Errorf("span %q: ids of %d and %d bytes", s.Name, len(s.TraceId), len(s.SpanId))
				}
				span := newSpan(s)
				span.Scope, span.Resource = scope.GetScope().GetName(), attributes
				span.Service, _ = attributes["service.name"].(string)
				spans = append(spans, span)
			}
		}
	}
	return spans, nil
}

func newSpan(s *collector.Span) Span {
	span := Span{
		TraceID:       hex.EncodeToString(s.TraceId),
		SpanID:        hex.EncodeToString(s.SpanId),
		ParentID:      hex.EncodeToString(s.ParentSpanId),
		TraceState:    s.TraceState,
		Flags:         s.Flags,
		Name:          s.Name,
		Kind:          kindNames[s.Kind],
		Start:         time.Unix(0, int64(s.StartTimeUnixNano)),
		End:           time.Unix(0, int64(s.EndTimeUnixNano)),
		Attributes:    values(s.Attributes),
		Status:        statusNames[s.GetStatus().GetCode()],
		StatusMessage: s.GetStatus().GetMessage(),
		Dropped:       s.DroppedAttributesCount,
	}
	for _, e := range s.Events {
		span.Events = append(span.Events, Event{e.Name, time.Unix(0, int64(e.TimeUnixNano)), values(e.Attributes)})
	}
	for _, l := range s.Links {
		span.Links = append(span.Links, hex.EncodeToString(l.TraceId)+" "+hex.EncodeToString(l.SpanId))
	}
	seen := map[string]bool{}
	for _, a := range s.Attributes {
		if seen[a.Key] {
			span.Duplicates = append(span.Duplicates, a.Key)
		}
		seen[a.Key] = true
	}
	return span
}
