package otlpjson

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"instc.dev/rt/internal/wire"
)

func nested(tag byte, parts ...[]byte) []byte {
	var content []byte
	for _, part := range parts {
		content = append(content, part...)
	}
	return wire.AppendBytes(nil, tag, content)
}

func str(tag byte, s string) []byte            { return wire.AppendString(nil, tag, s) }
func fixed(tag byte, v uint64) []byte          { return wire.AppendFixed64(nil, tag, v) }
func varint(tag byte, v uint64) []byte         { return wire.AppendVarint([]byte{tag}, v) }
func pair(tag byte, k string, v []byte) []byte { return nested(tag, str(0x0a, k), nested(0x12, v)) }
func request1(tag byte, items ...[]byte) []byte {
	return nested(0x0a, nested(0x0a, pair(0x0a, "service.name", str(0x0a, "x"))), nested(0x12, append([][]byte{nested(0x0a, str(0x0a, "scope"))}, items...)...))
}

func TestTraces(t *testing.T) {
	item := nested(0x12, str(0x0a, "\x01\x02"), str(0x2a, "a \"b\"\n\x00\\é\xff"), varint(0x30, 2), fixed(0x39, 1<<63),
		pair(0x4a, "int", varint(0x18, math.MaxUint64)), nested(0x5a, str(0x12, "first")), pair(0x4a, "list", nested(0x2a, nested(0x0a, str(0x0a, "x")), nested(0x0a, varint(0x10, 1)))),
		pair(0x4a, "empty", nil), pair(0x4a, "d", fixed(0x21, math.Float64bits(1.5))), pair(0x4a, "nan", fixed(0x21, math.Float64bits(math.NaN()))),
		pair(0x4a, "bytes", str(0x3a, "\xff\x00")), nested(0x5a, str(0x12, "second")), nested(0x7a, varint(0x18, 2)), []byte{0x85, 0x01, 1, 3, 0, 0}, varint(0x78, 7))
	got := string(Append([]byte(">"), Traces, request1(0, item)))
	want := `>{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"x"}}]},"scopeSpans":[{"scope":{"name":"scope"},"spans":[` +
		`{"traceId":"0102","flags":769,"name":"a \"b\"\u000a\u0000\\é` + "\uFFFD" + `","kind":2,"startTimeUnixNano":"9223372036854775808","attributes":[` +
		`{"key":"int","value":{"intValue":"-1"}},{"key":"list","value":{"arrayValue":{"values":[{"stringValue":"x"},{"boolValue":true}]}}},{"key":"empty","value":{}},` +
		`{"key":"d","value":{"doubleValue":1.5}},{"key":"nan","value":{"doubleValue":"NaN"}},{"key":"bytes","value":{"bytesValue":"/wA="}}],` +
		`"events":[{"name":"first"},{"name":"second"}],"status":{"code":2}}]}]}]}`
	if got != want {
		t.Errorf("\n%s\n%s", got, want)
	}
	if !json.Valid([]byte(got[1:])) {
		t.Error("it is no JSON")
	}
}

func TestMetricsAndLogs(t *testing.T) {
	buckets := wire.AppendBytes(nil, 0x32, append(fixed(0, 3)[1:], fixed(0, 0)[1:]...))
	bounds := wire.AppendBytes(nil, 0x3a, fixed(0, math.Float64bits(math.Inf(1)))[1:])
	metric := nested(0x12, str(0x0a, "m"), nested(0x4a, nested(0x0a, fixed(0x21, 3), buckets, bounds, pair(0x4a, "k", str(0x0a, "v"))), varint(0x10, 2)))
	got := string(Append(nil, Metrics, request1(0, metric)))
	want := `"metrics":[{"name":"m","histogram":{"dataPoints":[{"attributes":[{"key":"k","value":{"stringValue":"v"}}],"count":"3","bucketCounts":["3","0"],"explicitBounds":["Infinity"]}],"aggregationTemporality":2}}]`
	if !strings.Contains(got, want) || !strings.HasPrefix(got, `{"resourceMetrics":`) {
		t.Errorf("%s", got)
	}
	record := nested(0x12, fixed(0x09, 5), varint(0x10, 9), nested(0x2a, str(0x0a, "hello")), str(0x4a, "\xab"))
	got = string(Append(nil, Logs, request1(0, record)))
	if !strings.Contains(got, `"logRecords":[{"timeUnixNano":"5","severityNumber":9,"body":{"stringValue":"hello"},"traceId":"ab"}]`) {
		t.Errorf("%s", got)
	}
}

func TestDepthIsBounded(t *testing.T) {
	value := str(0x0a, "deep")
	for i := 0; i < 2000; i++ {
		value = nested(0x2a, nested(0x0a, value))
	}
	if got := Append(nil, Traces, request1(0, nested(0x12, pair(0x4a, "k", value)))); !json.Valid(got) || strings.Contains(string(got), "deep") {
		t.Errorf("%d bytes", len(got))
	}
}

func FuzzAppend(f *testing.F) {
	f.Add(request1(0, nested(0x12, str(0x2a, "name"), pair(0x4a, "k", varint(0x18, 1)))))
	f.Add([]byte("\x0a\xff"))
	f.Fuzz(func(t *testing.T, request []byte) {
		for _, signal := range []Signal{Traces, Metrics, Logs} {
			if got := Append(nil, signal, request); !json.Valid(got) {
				t.Errorf("%s: %q", signal, got)
			}
		}
	})
}
