// Package otlpjson turns encoded export requests into OTLP/JSON. The runtime writes protobuf while things happen and knows no messages, so JSON is made
// from the bytes: a table says what the fields of each message are called and how their values are written. What the table does not know is left out,
// and malformed bytes end the message that they stand in.
package otlpjson

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"unicode/utf8"

	"instc.dev/rt/internal/wire"
)

// Signal is the kind of a request.
type Signal string

const (
	Traces  Signal = "traces"
	Metrics Signal = "metrics"
	Logs    Signal = "logs"
)

// Append appends the request as one JSON object without line breaks.
func Append(out []byte, signal Signal, request []byte) []byte {
	return appendMessage(out, requests[signal], request, 0)
}

// form is how a value is written.
type form uint8

const (
	text   form = iota
	id          // bytes as hexadecimal digits: what OTLP/JSON has for ids
	base        // bytes in base64
	long        // 64 bits, signed, as a text
	ulong       // the same, unsigned
	number      // 32 bits and enumerations
	double
	truth
	message
	longs   // packed fixed64
	doubles // packed double
)

type field struct {
	number uint64
	name   string
	form   form
	many   bool
	of     *[]field
}

const maxDepth = 40 // values in lists in lists; requests themselves are less deep

var (
	keyValue, anyValue, list, pairs []field
	resource, scope                 []field
	span, event, link, status       []field
	logRecord                       []field
	metric, points, sum, histogram  []field
	numberPoint, histogramPoint     []field
	exemplar                        []field
	requests                        = map[Signal][]field{}
)

// The messages, as opentelemetry-proto numbers their fields.
func init() {
	keyValue = []field{{1, "key", text, false, nil}, {2, "value", message, false, &anyValue}}
	anyValue = []field{{1, "stringValue", text, false, nil}, {2, "boolValue", truth, false, nil}, {3, "intValue", long, false, nil},
		{4, "doubleValue", double, false, nil}, {5, "arrayValue", message, false, &list}, {6, "kvlistValue", message, false, &pairs}, {7, "bytesValue", base, false, nil}}
	list = []field{{1, "values", message, true, &anyValue}}
	pairs = []field{{1, "values", message, true, &keyValue}}
	resource = []field{attributes(1), dropped(2)}
	scope = []field{{1, "name", text, false, nil}, {2, "version", text, false, nil}, attributes(3), dropped(4)}
	requests[Traces] = request("resourceSpans", "scopeSpans", "spans", &span)
	requests[Metrics] = request("resourceMetrics", "scopeMetrics", "metrics", &metric)
	requests[Logs] = request("resourceLogs", "scopeLogs", "logRecords", &logRecord)

	span = []field{{1, "traceId", id, false, nil}, {2, "spanId", id, false, nil}, {3, "traceState", text, false, nil}, {4, "parentSpanId", id, false, nil},
		{16, "flags", number, false, nil}, {5, "name", text, false, nil}, {6, "kind", number, false, nil}, {7, "startTimeUnixNano", ulong, false, nil},
		{8, "endTimeUnixNano", ulong, false, nil}, attributes(9), dropped(10), {11, "events", message, true, &event}, {12, "droppedEventsCount", number, false, nil},
		{13, "links", message, true, &link}, {14, "droppedLinksCount", number, false, nil}, {15, "status", message, false, &status}}
	event = []field{{1, "timeUnixNano", ulong, false, nil}, {2, "name", text, false, nil}, attributes(3), dropped(4)}
	link = []field{{1, "traceId", id, false, nil}, {2, "spanId", id, false, nil}, {3, "traceState", text, false, nil}, attributes(4), dropped(5), {6, "flags", number, false, nil}}
	status = []field{{2, "message", text, false, nil}, {3, "code", number, false, nil}}

	logRecord = []field{{1, "timeUnixNano", ulong, false, nil}, {11, "observedTimeUnixNano", ulong, false, nil}, {2, "severityNumber", number, false, nil},
		{3, "severityText", text, false, nil}, {5, "body", message, false, &anyValue}, attributes(6), dropped(7), {8, "flags", number, false, nil},
		{9, "traceId", id, false, nil}, {10, "spanId", id, false, nil}, {12, "eventName", text, false, nil}}

	metric = []field{{1, "name", text, false, nil}, {2, "description", text, false, nil}, {3, "unit", text, false, nil}, {5, "gauge", message, false, &points},
		{7, "sum", message, false, &sum}, {9, "histogram", message, false, &histogram}, {12, "metadata", message, true, &keyValue}}
	points = []field{{1, "dataPoints", message, true, &numberPoint}}
	sum = []field{{1, "dataPoints", message, true, &numberPoint}, {2, "aggregationTemporality", number, false, nil}, {3, "isMonotonic", truth, false, nil}}
	histogram = []field{{1, "dataPoints", message, true, &histogramPoint}, {2, "aggregationTemporality", number, false, nil}}
	numberPoint = []field{{7, "attributes", message, true, &keyValue}, {2, "startTimeUnixNano", ulong, false, nil}, {3, "timeUnixNano", ulong, false, nil},
		{4, "asDouble", double, false, nil}, {6, "asInt", long, false, nil}, {5, "exemplars", message, true, &exemplar}, {8, "flags", number, false, nil}}
	histogramPoint = []field{{9, "attributes", message, true, &keyValue}, {2, "startTimeUnixNano", ulong, false, nil}, {3, "timeUnixNano", ulong, false, nil},
		{4, "count", ulong, false, nil}, {5, "sum", double, false, nil}, {6, "bucketCounts", longs, false, nil}, {7, "explicitBounds", doubles, false, nil},
		{8, "exemplars", message, true, &exemplar}, {10, "flags", number, false, nil}, {11, "min", double, false, nil}, {12, "max", double, false, nil}}
	exemplar = []field{{7, "filteredAttributes", message, true, &keyValue}, {2, "timeUnixNano", ulong, false, nil}, {3, "asDouble", double, false, nil},
		{6, "asInt", long, false, nil}, {4, "spanId", id, false, nil}, {5, "traceId", id, false, nil}}
}

func attributes(number uint64) field { return field{number, "attributes", message, true, &keyValue} }
func dropped(n uint64) field         { return field{n, "droppedAttributesCount", number, false, nil} }

// request has the form that all three requests have.
func request(resources, scopes, items string, item *[]field) []field {
	inScope := []field{{1, "scope", message, false, &scope}, {2, items, message, true, item}, {3, "schemaUrl", text, false, nil}}
	inResource := []field{{1, "resource", message, false, &resource}, {2, scopes, message, true, &inScope}, {3, "schemaUrl", text, false, nil}}
	return []field{{1, resources, message, true, &inResource}}
}

// appendMessage goes through the message once for each of its fields: the values of a repeated one may stand apart.
func appendMessage(out []byte, fields []field, bytes []byte, depth int) []byte {
	out = append(out, '{')
	first := true
	for i := range fields {
		f := &fields[i]
		found := false
		for v, rest, ok := wire.Next(bytes); ok; v, rest, ok = wire.Next(rest) {
			if v.Number != f.number || !f.form.has(v.Type) || f.form == message && depth >= maxDepth || found && !f.many {
				continue
			}
			switch {
			case found:
				out = append(out, ',')
			default:
				if !first {
					out = append(out, ',')
				}
				out = append(append(append(out, '"'), f.name...), `":`...)
				if f.many {
					out = append(out, '[')
				}
			}
			first, found = false, true
			out = f.appendValue(out, &v, depth)
		}
		if found && f.many {
			out = append(out, ']')
		}
	}
	return append(out, '}')
}

// has: whether a value of this form comes with such a wire type.
func (f form) has(wireType uint8) bool {
	switch f {
	case text, id, base, message, longs, doubles:
		return wireType == 2
	case double:
		return wireType == 1
	}
	return wireType == 0 || wireType == 1 || wireType == 5
}

func (f *field) appendValue(out []byte, v *wire.Field, depth int) []byte {
	switch f.form {
	case text:
		return appendText(out, v.Bytes)
	case id:
		return append(append(append(out, '"'), hex.EncodeToString(v.Bytes)...), '"')
	case base:
		return append(append(append(out, '"'), base64.StdEncoding.EncodeToString(v.Bytes)...), '"')
	case long:
		return append(strconv.AppendInt(append(out, '"'), int64(v.Value), 10), '"')
	case ulong:
		return append(strconv.AppendUint(append(out, '"'), v.Value, 10), '"')
	case number:
		return strconv.AppendInt(out, int64(int32(v.Value)), 10)
	case double:
		return appendDouble(out, v.Value)
	case truth:
		return strconv.AppendBool(out, v.Value != 0)
	case longs, doubles:
		return appendPacked(out, v.Bytes, f.form)
	}
	return appendMessage(out, *f.of, v.Bytes, depth+1)
}

func appendPacked(out, values []byte, f form) []byte {
	out = append(out, '[')
	for i := 0; i+8 <= len(values); i += 8 {
		if i > 0 {
			out = append(out, ',')
		}
		value := binary.LittleEndian.Uint64(values[i:])
		if f == doubles {
			out = appendDouble(out, value)
		} else {
			out = append(strconv.AppendUint(append(out, '"'), value, 10), '"')
		}
	}
	return append(out, ']')
}

func appendDouble(out []byte, bits uint64) []byte {
	switch v := math.Float64frombits(bits); {
	case math.IsNaN(v):
		return append(out, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(out, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(out, `"-Infinity"`...)
	default:
		return strconv.AppendFloat(out, v, 'g', -1, 64)
	}
}

const digits = "0123456789abcdef"

func appendText(out, s []byte) []byte {
	out = append(out, '"')
	for len(s) > 0 {
		switch c := s[0]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ' || c == 0x7f:
			out = append(out, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		case c < utf8.RuneSelf:
			out = append(out, c)
		default:
			r, size := utf8.DecodeRune(s)
			out = utf8.AppendRune(out, r) // a bad byte becomes U+FFFD
			s = s[size-1:]
		}
		s = s[1:]
	}
	return append(out, '"')
}
