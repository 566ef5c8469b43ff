package otlp

import (
	"fmt"
	"sort"
	"strings"
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
)

// Span is one received span. Ids are lower-case hex; ParentID is empty for a root.
type Span struct {
	Service, Scope            string
	TraceID, SpanID, ParentID string
	TraceState                string
	Flags                     uint32
	Name                      string
	Kind                      string // internal, server, client, producer, consumer, unspecified
	Start, End                time.Time
	Status                    string // unset, ok, error
	StatusMessage             string
	Attributes                map[string]any // string, int64, float64, bool or []any
	Duplicates                []string       // attribute keys that came more than once: a fault of the sender
	Dropped                   uint32
	Events                    []Event
	Links                     []string // trace id and span id
	Resource                  map[string]any
}

// Event is a timed event on a span.
type Event struct {
	Name       string
	Time       time.Time
	Attributes map[string]any
}

// Duration is the time between start and end.
func (s Span) Duration() time.Duration { return s.End.Sub(s.Start) }

// Failed says whether the span's status is error.
func (s Span) Failed() bool { return s.Status == "error" }

// Remote says whether the parent was on another process, as far as the flags tell.
func (s Span) Remote() bool { return s.Flags&0x300 == 0x300 }

var kindNames = map[trace.Span_SpanKind]string{
	trace.Span_SPAN_KIND_UNSPECIFIED: "unspecified",
	trace.Span_SPAN_KIND_INTERNAL:    "internal",
	trace.Span_SPAN_KIND_SERVER:      "server",
	trace.Span_SPAN_KIND_CLIENT:      "client",
	trace.Span_SPAN_KIND_PRODUCER:    "producer",
	trace.Span_SPAN_KIND_CONSUMER:    "consumer",
}

var statusNames = map[trace.Status_StatusCode]string{
	trace.Status_STATUS_CODE_UNSET: "unset",
	trace.Status_STATUS_CODE_OK:    "ok",
	trace.Status_STATUS_CODE_ERROR: "error",
}

func values(attributes []*common.KeyValue) map[string]any {
	m := make(map[string]any, len(attributes))
	for _, a := range attributes {
		m[a.Key] = value(a.Value)
	}
	return m
}

func value(v *common.AnyValue) any {
	switch v := v.GetValue().(type) {
	case *common.AnyValue_StringValue:
		return v.StringValue
	case *common.AnyValue_IntValue:
		return v.IntValue
	case *common.AnyValue_DoubleValue:
		return v.DoubleValue
	case *common.AnyValue_BoolValue:
		return v.BoolValue
	case *common.AnyValue_BytesValue:
		return v.BytesValue
	case *common.AnyValue_ArrayValue:
		list := make([]any, 0, len(v.ArrayValue.Values))
		for _, element := range v.ArrayValue.Values {
			list = append(list, value(element))
		}
		return list
	case *common.AnyValue_KvlistValue:
		return values(v.KvlistValue.Values)
	}
	return nil
}

// Pair is an attribute as text.
type Pair struct{ Key, Value string }

// Sorted gives attributes in the order of their keys, values as text.
func Sorted(attributes map[string]any) []Pair {
	pairs := make([]Pair, 0, len(attributes))
	for key, value := range attributes {
		pairs = append(pairs, Pair{key, Text(value)})
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].Key < pairs[j].Key })
	return pairs
}

// Text renders an attribute value for people.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = Text(element)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(value)
}
