package otlp

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

func text(key, value string) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}

func number(key string, value int64) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: value}}}
}

func of(service string, spans ...*trace.Span) *trace.ResourceSpans {
	return &trace.ResourceSpans{
		Resource:   &resource.Resource{Attributes: []*common.KeyValue{text("service.name", service)}},
		ScopeSpans: []*trace.ScopeSpans{{Scope: &common.InstrumentationScope{Name: "test"}, Spans: spans}},
	}
}

// span makes a span from millisecond a to millisecond b; parent 0 is none.
func span(id, parent byte, name string, kind trace.Span_SpanKind, a, b int, attributes ...*common.KeyValue) *trace.Span {
	at := func(ms int) uint64 { return uint64(time.Unix(1700000000, 0).UnixNano() + int64(ms)*1e6) }
	s := &trace.Span{TraceId: bytes.Repeat([]byte{0xab}, 16), SpanId: bytes.Repeat([]byte{id}, 8), Name: name, Kind: kind,
		StartTimeUnixNano: at(a), EndTimeUnixNano: at(b), Attributes: attributes}
	if parent != 0 {
		s.ParentSpanId = bytes.Repeat([]byte{parent}, 8)
	}
	return s
}

func sample() *trace.TracesData {
	failed := span(4, 3, "INSERT <orders>", trace.Span_SPAN_KIND_CLIENT, 12, 18, text("db.query.text", "INSERT INTO orders VALUES (?)"))
	failed.Status = &trace.Status{Code: trace.Status_STATUS_CODE_ERROR, Message: "CHECK constraint failed"}
	failed.Events = []*trace.Span_Event{{Name: "exception", TimeUnixNano: failed.EndTimeUnixNano,
		Attributes: []*common.KeyValue{text("exception.message", "CHECK constraint failed")}}}
	return &trace.TracesData{ResourceSpans: []*trace.ResourceSpans{
		of("stock", failed, span(3, 2, "POST /orders", trace.Span_SPAN_KIND_SERVER, 6, 20, number("http.response.status_code", 500))),
		of("front", span(1, 0, "GET /", trace.Span_SPAN_KIND_SERVER, 0, 30), span(2, 1, "POST", trace.Span_SPAN_KIND_CLIENT, 5, 22)),
	}}
}

func post(t *testing.T, endpoint string, data *trace.TracesData, zipped bool) int {
	t.Helper()
	raw, err := proto.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.NewBuffer(raw)
	request, err := http.NewRequest("POST", endpoint+"/v1/traces", body)
	if err != nil {
		t.Fatal(err)
	}
	if zipped {
		var buffer bytes.Buffer
		writer := gzip.NewWriter(&buffer)
		writer.Write(raw)
		writer.Close()
		if request, err = http.NewRequest("POST", endpoint+"/v1/traces", &buffer); err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Encoding", "gzip")
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestReceiveAndBuildTree(t *testing.T) {
	for _, zipped := range []bool{false, true} {
		var receiver Receiver
		endpoint, stop, err := receiver.Start()
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		if status := post(t, endpoint, sample(), zipped); status != 200 {
			t.Fatalf("status %d", status)
		}
		spans, ok := receiver.Wait(time.Second, func(s []Span) bool { return len(s) == 4 })
		if !ok {
			t.Fatalf("%d spans arrived", len(spans))
		}
		traces := Traces(spans)
		if len(traces) != 1 || len(traces[0].Roots) != 1 || traces[0].Failed != 1 {
			t.Fatalf("unexpected traces: %+v", traces)
		}
		var names []string
		for _, n := range traces[0].Spans {
			names = append(names, strings.Repeat(">", n.Depth)+n.Name)
		}
		if got, want := strings.Join(names, " "), "GET / >POST >>POST /orders >>>INSERT <orders>"; got != want {
			t.Errorf("tree %q, want %q", got, want)
		}
		if !traces[0].Crosses("front", "stock") || traces[0].Crosses("stock", "front") {
			t.Error("the trace goes from front to stock and not back")
		}
		if code := traces[0].Spans[2].Attributes["http.response.status_code"]; code != int64(500) {
			t.Errorf("status code %v (%T)", code, code)
		}
	}
}

func TestBadRequestsAreProblems(t *testing.T) {
	var receiver Receiver
	endpoint, stop, err := receiver.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	short := sample()
	short.ResourceSpans[0].ScopeSpans[0].Spans[0].SpanId = []byte{1}
	if status := post(t, endpoint, short, false); status != 400 {
		t.Errorf("a short id gives status %d", status)
	}
	response, err := http.Post(endpoint+"/v1/traces", "application/x-protobuf", strings.NewReader("\xff\xff"))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if len(receiver.Problems()) != 2 || len(receiver.Spans()) != 0 {
		t.Errorf("problems %q, %d spans", receiver.Problems(), len(receiver.Spans()))
	}
}

func TestDuplicateKeysAreSeen(t *testing.T) {
	s := newSpan(span(1, 0, "x", trace.Span_SPAN_KIND_INTERNAL, 0, 1, text("a", "1"), text("b", "2"), text("a", "3")))
	if len(s.Duplicates) != 1 || s.Duplicates[0] != "a" {
		t.Errorf("duplicates %v", s.Duplicates)
	}
}

func TestPrintedTree(t *testing.T) {
	spans, err := flatten(sample())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	WriteTrees(&out, Traces(spans), 100)
	for _, want := range []string{
		"trace abababababababababababababababab   4 spans, 2 services, 30.00 ms, 1 error\n",
		"└─ GET /", "   └─ POST ", "ERROR CHECK constraint failed", `db.query.text="INSERT INTO orders VALUES (?)"`, "event:exception",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestCyclesAreShown(t *testing.T) {
	for want, spans := range map[int][]*trace.Span{
		1: {span(1, 1, "self", trace.Span_SPAN_KIND_INTERNAL, 0, 1)},
		2: {span(1, 2, "hen", trace.Span_SPAN_KIND_INTERNAL, 0, 1), span(2, 1, "egg", trace.Span_SPAN_KIND_INTERNAL, 0, 1)},
	} {
		flat, err := flatten(&trace.TracesData{ResourceSpans: []*trace.ResourceSpans{of("a", spans...)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(Traces(flat)[0].Spans); got != want {
			t.Errorf("%d of %d spans are in the tree", got, want)
		}
	}
}

func TestWaterfallEscapesAndStandsAlone(t *testing.T) {
	spans, err := flatten(sample())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteWaterfall(&out, "Shop", Traces(spans)); err != nil {
		t.Fatal(err)
	}
	html := out.String()
	for _, want := range []string{"INSERT &lt;orders&gt;", "CHECK constraint failed", "http.response.status_code", `class="failed"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	for _, never := range []string{"<orders>", "http://", "https://", "ZgotmplZ"} {
		if strings.Contains(html, never) {
			t.Errorf("%q in the page", never)
		}
	}
}
