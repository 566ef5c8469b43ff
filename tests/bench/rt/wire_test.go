package rt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"instc.dev/bench/rt/target"
)

// What the collector received, read with the official types. ExportTraceServiceRequest and TracesData are the same message on the wire.

// exported decodes everything that arrives until it holds want spans of target.Everything.
func exported(t *testing.T, want int) (all []*trace.Span) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for len(all) < want {
		select {
		case body := <-received:
			var data trace.TracesData
			if err := proto.Unmarshal(body, &data); err != nil {
				t.Fatal(err)
			}
			if where := unknownFields(data.ProtoReflect()); where != "" {
				t.Fatalf("unknown fields in %s", where)
			}
			for _, r := range data.ResourceSpans {
				for _, s := range r.ScopeSpans {
					for _, span := range s.Spans {
						if len(span.Attributes) > 0 && span.Attributes[0].Key == "id" { // not those of an earlier test
							all = append(all, span)
						}
					}
				}
			}
		case <-deadline:
			t.Fatalf("%d of %d spans arrived", len(all), want)
		}
	}
	return all
}

// unknownFields names the first message that has fields which the schema does not know.
func unknownFields(m protoreflect.Message) (where string) {
	if len(m.GetUnknown()) > 0 {
		return string(m.Descriptor().FullName())
	}
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.Message() == nil:
		case field.IsList():
			for i := 0; i < value.List().Len() && where == ""; i++ {
				where = unknownFields(value.List().Get(i).Message())
			}
		default:
			where = unknownFields(value.Message())
		}
		return where == ""
	})
	return where
}

// values of a span: everything that a generated program may hand over, hostile text included.
type values struct {
	text    string
	integer int64
	float   float64
	boolean bool
	list    []string
}

func randomText(r *rand.Rand) string {
	raw := make([]byte, r.Intn(40))
	r.Read(raw)
	switch r.Intn(4) {
	case 0:
		return string(raw) // mostly no UTF-8
	case 1:
		return strings.Repeat("é\U0001F600", r.Intn(3000))
	case 2:
		return strings.Repeat("x", r.Intn(5000))
	}
	return fmt.Sprint(raw)
}

func randomValues(r *rand.Rand) values {
	v := values{text: randomText(r), integer: int64(r.Uint64() >> r.Intn(64)), float: math.Float64frombits(r.Uint64()), boolean: r.Intn(2) == 0}
	for i := r.Intn(4); i > 0; i-- {
		element := randomText(r)
		v.list = append(v.list, element[:min(len(element), 500)])
	}
	return v
}

// expected is what a text becomes: valid, and at most 4096 characters.
func expected(s string) string {
	if runes := []rune(s); utf8.ValidString(s) && len(runes) > 4096 {
		return string(runes[:4096])
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func TestOfficialTypesReadEverySpan(t *testing.T) {
	const count = 3000
	capturing.Store(true)
	defer capturing.Store(false)
	r := rand.New(rand.NewSource(1))
	want := map[int64]values{}
	for i := int64(0); i < count; i++ {
		v := randomValues(r)
		want[i] = v
		target.Everything(context.Background(), i, v.text, v.integer, v.float, v.boolean, v.list, errors.New(v.text))
	}
	for _, s := range exported(t, count) {
		attributes := map[string]*common.AnyValue{}
		for _, a := range s.Attributes {
			if attributes[a.Key] != nil {
				t.Fatalf("%s twice", a.Key)
			}
			attributes[a.Key] = a.Value
		}
		v, ok := want[attributes["id"].GetIntValue()]
		if !ok {
			t.Fatalf("a span that nobody made, or twice: %v", attributes["id"])
		}
		delete(want, attributes["id"].GetIntValue())
		if got := attributes["text"].GetStringValue(); got != expected(v.text) {
			t.Fatalf("%q became %q", v.text, got)
		}
		if attributes["integer"].GetIntValue() != v.integer || math.Float64bits(attributes["float"].GetDoubleValue()) != math.Float64bits(v.float) ||
			attributes["boolean"].GetBoolValue() != v.boolean || len(attributes["list"].GetArrayValue().GetValues()) != len(v.list) {
			t.Fatalf("%v is not %+v", attributes, v)
		}
		for i, element := range attributes["list"].GetArrayValue().GetValues() {
			if element.GetStringValue() != expected(v.list[i]) {
				t.Fatalf("%q became %q", v.list[i], element.GetStringValue())
			}
		}
		if len(s.TraceId) != 16 || len(s.SpanId) != 8 || len(s.ParentSpanId) != 0 || s.Kind != trace.Span_SPAN_KIND_CONSUMER || s.EndTimeUnixNano < s.StartTimeUnixNano ||
			s.Status.Code != trace.Status_STATUS_CODE_ERROR || len(s.Events) != 1 || s.Events[0].Name != "exception" || s.Flags != 0x103 {
			t.Fatalf("%v", s)
		}
	}
	if len(want) != 0 {
		t.Errorf("%d spans are missing", len(want))
	}
}
