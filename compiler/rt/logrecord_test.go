package rt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// testLog is a decoded log record.
type testLog struct {
	time, observed, severity uint64
	severityText, body       string
	traceID                  [16]byte
	spanID                   [8]byte
	flags, dropped           uint64
	attributes               map[string]any
	keys                     []string
	scope                    string
}

func decodeLogs(t testing.TB, request []byte) (all []testLog) {
	eachField(t, request, func(_, _ uint64, resourceLogs []byte) {
		eachField(t, resourceLogs, func(number, _ uint64, scopeLogs []byte) {
			if number != 2 {
				return
			}
			scope := ""
			eachField(t, scopeLogs, func(number, _ uint64, content []byte) {
				switch number {
				case 1:
					eachField(t, content, func(number, _ uint64, text []byte) {
						if number == 1 {
							scope = string(text)
						}
					})
				case 2:
					l := decodeLog(t, content)
					l.scope = scope
					all = append(all, l)
				}
			})
		})
	})
	return all
}

func decodeLog(t testing.TB, message []byte) (l testLog) {
	l.attributes = map[string]any{}
	eachField(t, message, func(number, scalar uint64, content []byte) {
		switch number {
		case 1:
			l.time = scalar
		case 2:
			l.severity = scalar
		case 3:
			l.severityText = string(content)
		case 5:
			l.body, _ = decodeValue(t, content).(string)
		case 6:
			key, value := decodePair(t, content)
			l.keys = append(l.keys, key)
			l.attributes[key] = value
		case 7:
			l.dropped = scalar
		case 8:
			l.flags = scalar
		case 9:
			copy(l.traceID[:], content)
		case 10:
			copy(l.spanID[:], content)
		case 11:
			l.observed = scalar
		default:
			t.Errorf("log record field %d", number)
		}
	})
	return l
}

// logFixture is a runtime whose log records the test gets.
type logFixture struct {
	*fixture
	taken *capture
}

func newLogFixture(t testing.TB, h Host, env ...string) *logFixture {
	f := &logFixture{newFixture(t, h, append(env, "OTEL_LOGS_EXPORTER=otlp")...), &capture{}}
	logRecords.targets = []target{f.taken}
	loop := logRecords
	t.Cleanup(func() {
		loop.flushWithin(5 * time.Second)
		logRecords = nil
	})
	return f
}

func (f *logFixture) logs() (all []testLog) {
	f.t.Helper()
	logRecords.flushWithin(5 * time.Second)
	f.taken.mu.Lock()
	defer f.taken.mu.Unlock()
	for _, r := range f.taken.requests {
		all = append(all, decodeLogs(f.t, r)...)
	}
	return all
}

// byBody: records of one batch have no order.
func (f *logFixture) byBody() map[string]testLog {
	f.t.Helper()
	all := map[string]testLog{}
	for _, l := range f.logs() {
		all[l.body] = l
	}
	return all
}

// log emits as generated code does.
func (f *logFixture) log(ctx any, text string, from any) {
	if b := f.record(f.rules[0], ctx); b != nil {
		if from != nil {
			f.fields(b, from)
		}
		f.emit(b, 0, 9, "INFO", text)
	}
}

func TestLogRecord(t *testing.T) {
	f := newLogFixture(t, Host{})
	f.within(server, context.Background(), "GET", func(ctx context.Context, _ unsafe.Pointer) {
		b := f.record(f.rules[0], ctx)
		f.str(b, "\x0a\x0ahttp.route", "/x")
		f.fields(b, []any{"n", 1, "odd"})
		f.emit(b, 1700000000000000000, 17, "ERROR", "it broke")
	})
	span, logs := f.one(), f.logs()
	if len(logs) != 1 {
		t.Fatalf("%d records", len(logs))
	}
	l := logs[0]
	if l.time != 1700000000000000000 || l.observed < l.time || l.severity != 17 || l.severityText != "ERROR" || l.body != "it broke" ||
		l.traceID != span.traceID || string(l.spanID[:]) != string(span.spanID[:8]) || l.flags&1 != 1 || l.scope != "instc.dev/plugins/nethttp" {
		t.Errorf("%+v", l)
	}
	if want := map[string]any{"http.route": "/x", "n": int64(1)}; !reflect.DeepEqual(l.attributes, want) {
		t.Errorf("attributes %v, want %v", l.attributes, want)
	}
	if s := Stats(); s.LogsSent != 1 || s.Sent != 1 || s.LogsFailed+s.LogsDropped != 0 {
		t.Errorf("%+v", s)
	}
}

func TestLogRecordsNeedNoSpan(t *testing.T) {
	f := newLogFixture(t, Host{}, "OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=none")
	f.log(nil, "alone", nil)
	logs := f.logs()
	if len(logs) != 1 || logs[0].traceID != [16]byte{} || logs[0].body != "alone" || logs[0].time != logs[0].observed {
		t.Errorf("%+v", logs)
	}
}

func TestLogRecordsOfTheGoroutine(t *testing.T) {
	h := &fakeHost{}
	f := newLogFixture(t, h.host())
	f.within(internal, context.Background(), "work", func(context.Context, unsafe.Pointer) {
		f.log(context.Background(), "inside", nil)
		h.join(func() {
			suppressGoroutine()
			f.log(context.Background(), "the exporter's own", nil)
		})
		f.log(suppressedContext, "the exporter's own", nil)
	})
	logs := f.logs()
	if len(logs) != 1 || logs[0].traceID != f.one().traceID {
		t.Errorf("%+v", logs)
	}
}

func TestNoLogRecordsUnlessAskedFor(t *testing.T) {
	for _, env := range []string{"OTEL_LOGS_EXPORTER=", "OTEL_LOGS_EXPORTER=none", "OTEL_LOGS_EXPORTER=nonsense"} {
		f := newFixture(t, Host{}, env)
		if b := f.record(f.rules[0], nil); b != nil || logRecords != nil || LogsExported() {
			t.Errorf("%s: records are taken", env)
		}
		if warned := len(f.warned) > 0; warned != strings.Contains(env, "nonsense") {
			t.Errorf("%s: %q", env, f.warned)
		}
	}
}

func TestLogLimits(t *testing.T) {
	f := newLogFixture(t, Host{}, "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT=2", "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT=3")
	f.log(nil, strings.Repeat("é", maxLogText)+"\xff", []any{"a", "12345", "b", "x", "a", "67890", "c", 1, "d", 2})
	b := f.record(f.rules[0], nil)
	f.emit(b, 0, 99, strings.Repeat("s", 1<<16), "\xff")
	b = f.record(f.rules[0], nil)
	f.emit(b, 0, -99, "", "")
	logs := f.byBody()
	if len(logs) != 3 {
		t.Fatalf("%d records", len(logs))
	}
	if l := logs[strings.Repeat("é", maxLogText/2)]; len(l.body) != maxLogText || l.dropped != 2 || !reflect.DeepEqual(l.attributes, map[string]any{"b": "x", "a": "678"}) {
		t.Errorf("%d bytes, %d dropped, %v", len(l.body), l.dropped, l.attributes)
	}
	if l := logs["\uFFFD"]; l.severity != 24 || len(l.severityText) != maxName {
		t.Errorf("%d %d %q", l.severity, len(l.severityText), l.body)
	}
	if l := logs[""]; l.severity != 1 || l.severityText != "" {
		t.Errorf("%+v", l)
	}
	// The limits of spans are their own.
	f.within(internal, context.Background(), "work", func(_ context.Context, node unsafe.Pointer) {
		b := f.open(node)
		for _, key := range []string{"a", "b", "c"} {
			f.str(b, "\x0a\x01"+key, "long enough")
		}
		f.close(b)
	})
	if span := f.one(); len(span.attributes) != 3 || span.attributes["a"] != "long enough" {
		t.Errorf("%v", span.attributes)
	}
}

func TestLogMarks(t *testing.T) {
	for _, unmarked := range []any{nil, "mark"} {
		if !LogFirst(unmarked) || !LogFirst(unmarked) {
			t.Errorf("%v: a record without a mark is always the first", unmarked)
		}
	}
	mark, other := LogMark(), LogMark()
	var first atomic.Int32
	var done sync.WaitGroup
	for g := 0; g < 8; g++ {
		done.Add(1)
		go func() {
			defer done.Done()
			if LogFirst(mark) {
				first.Add(1)
			}
		}()
	}
	done.Wait()
	if first.Load() != 1 || !LogFirst(other) {
		t.Errorf("%d are the first", first.Load())
	}
}

type panics struct{}

func (panics) String() string { panic("no text") }
func (panics) Error() string  { panic("no error") }

type named string

type holder struct {
	Name string
	Next *holder
}

func TestAnyValues(t *testing.T) {
	loop := map[string]any{}
	loop["self"] = loop
	circle := &holder{Name: "x"}
	circle.Next = circle
	var nothing *holder
	for _, c := range []struct{ value, want any }{
		{nil, nil}, {"s", "s"}, {true, true}, {7, int64(7)}, {uint8(7), int64(7)}, {uint64(math.MaxUint64), "18446744073709551615"},
		{1.5, 1.5}, {float32(0.5), 0.5}, {time.Second, int64(1e9)}, {time.Unix(0, 5).UTC(), "1970-01-01T00:00:00.000000005Z"},
		{errors.New("bad"), "bad"}, {named("n"), "n"}, {[]string{"a", "b"}, []string{"a", "b"}}, {holder{Name: "x"}, `{"Name":"x","Next":null}`},
		{[]int{1, 2}, []string{"1", "2"}}, {[]byte{1}, []byte{1}}, {sum{2}, []byte{2}}, {[]holder{{Name: "x"}}, `[{"Name":"x","Next":null}]`}, {map[string]int{"a": 1}, `{"a":1}`},
		{held{"s"}, "s"}, {[]held{{int64(1)}, {[]string{"b"}}}, []string{"1", "[b]"}}, {[]pair{{"k", held{true}}}, map[string]any{"k": true}},
		{deep(100), []string{"[[<nil>]]"}}, {[]error{errors.New("a")}, "[{}]"}, {panics{}, valuePanics}, {nothing, "null"}, {circle, "*rt.holder"}, {loop, "map[string]interface {}"},
		{json.RawMessage("{"), "json.RawMessage"}, {func() {}, "func()"}, {make(chan int), "chan int"}, {(*panics)(nil), valuePanics},
		{math.NaN(), math.NaN()}, {network("a"), "net a"},
	} {
		got := decodeValue(t, anyValue(nil, c.value, defaultLimits.valueLength))
		if number, ok := got.(float64); ok && number != number {
			continue
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%T: %#v, want %#v", c.value, got, c.want)
		}
	}
}

// held and pair are values and attributes as the OpenTelemetry API has them.
type held struct{ value any }

func (h held) AsInterface() any { return h.value }

type sum []byte

type pair struct {
	Key   named
	Value held
}

func deep(levels int) any {
	var value any = "the end"
	for i := 0; i < levels; i++ {
		value = held{[]held{{value}}}
	}
	return value
}

type network string

func (n network) MarshalText() ([]byte, error) { return []byte("net " + string(n)), nil }

func TestFieldsOfAnyShape(t *testing.T) {
	f := newLogFixture(t, Host{})
	f.log(nil, "map", map[string]any{"b": 2, "a": []byte{0xff}, "": 1})
	f.log(nil, "odd", []any{1, 2, "k"})
	f.log(nil, "other", 42)
	f.log(nil, "hostile", []any{"p", panics{}, "after", true, strings.Repeat("k", 1<<16), 1})
	f.log(nil, "huge", []any{"text", strings.Repeat("x", 1<<20), "bytes", make([]byte, 1<<20), "list", make([]string, 1<<20)})
	logs := f.byBody()
	if len(logs) != 5 {
		t.Fatalf("%d records", len(logs))
	}
	if got := strings.Join(logs["map"].keys, ","); got != "a,b" {
		t.Errorf("keys %s", got)
	}
	if len(logs["odd"].attributes)+len(logs["other"].attributes) != 0 {
		t.Errorf("%v %v", logs["odd"].attributes, logs["other"].attributes)
	}
	if l := logs["hostile"]; l.attributes["p"] != valuePanics || l.attributes["after"] != true || len(l.keys) != 3 || len(l.keys[2]) != maxName {
		t.Errorf("%v", l.attributes)
	}
	if l := logs["huge"]; len(l.attributes["text"].(string)) != defaultLimits.valueLength {
		t.Errorf("%d characters", len(l.attributes["text"].(string)))
	}
	if Stats().Panics != 1 {
		t.Errorf("%d panics", Stats().Panics)
	}
}

func TestLogsAreBoundedAndCounted(t *testing.T) {
	f := newLogFixture(t, Host{}, "INSTC_QUEUE_BYTES=65536", "OTEL_BLRP_SCHEDULE_DELAY=3600000")
	f.taken.err = errors.New("nobody there")
	var all sync.WaitGroup
	for g := 0; g < 8; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < 1000; i++ {
				f.log(nil, strings.Repeat("x", 1000), []any{"i", i})
				if leased := logRecords.queue.leased.Load(); leased > 65536 {
					t.Errorf("%d bytes are leased", leased)
				}
			}
		}()
	}
	all.Wait()
	f.logs()
	s := Stats()
	if s.LogsSent != 0 || s.LogsFailed+s.LogsDropped != 8000 || s.LogsDropped == 0 {
		t.Errorf("%+v", s)
	}
	if len(f.warned) != 2 {
		t.Errorf("%q", f.warned)
	}
}

func TestLogBatches(t *testing.T) {
	f := newLogFixture(t, Host{}, "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE=3", "OTEL_BLRP_MAX_QUEUE_SIZE=7", "OTEL_BLRP_SCHEDULE_DELAY=3600000")
	for i := 0; i < 10; i++ {
		f.log(nil, fmt.Sprint(i), nil)
	}
	if n := len(f.logs()); n != 7 || len(f.taken.requests) != 3 || Stats().LogsDropped != 3 {
		t.Errorf("%d records in %d requests, %d dropped", n, len(f.taken.requests), Stats().LogsDropped)
	}
}

func TestLogsArePostedToTheirOwnEndpoint(t *testing.T) {
	var mu sync.Mutex
	got := map[string][]byte{}
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got[r.URL.Path+" "+r.Header.Get("X-Key")] = body
	}))
	defer collector.Close()
	for _, c := range []struct{ env, want string }{
		{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL, "/v1/logs all"},
		{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=" + collector.URL + "/here", "/here logs"},
	} {
		env := []string{c.env, "OTEL_LOGS_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_HEADERS=x-key=all", "OTEL_SERVICE_NAME=shop"}
		if strings.HasPrefix(c.want, "/here") {
			env = append(env, "OTEL_EXPORTER_OTLP_LOGS_HEADERS=x-key=logs")
		}
		f := &logFixture{newFixture(t, Host{}, env...), &capture{}}
		f.log(nil, "hello", nil)
		logRecords.flushWithin(5 * time.Second)
		mu.Lock()
		logs := decodeLogs(t, got[c.want])
		mu.Unlock()
		if len(logs) != 1 || logs[0].body != "hello" {
			t.Errorf("%s: %v", c.want, got)
		}
	}
}

func TestLogConsole(t *testing.T) {
	f := newLogFixture(t, Host{})
	lines := map[bool]string{}
	for _, asJSON := range []bool{false, true} {
		asJSON := asJSON
		console := newConsole(asJSON, "logs")
		console.write = func(b []byte) error { lines[asJSON] += string(b); return nil }
		logRecords.targets = append(logRecords.targets, console)
	}
	f.within(internal, context.Background(), "work", func(ctx context.Context, _ unsafe.Pointer) {
		f.log(ctx, "two words\x1b", []any{"k", 1, "b", []byte("xy"), "nothing", nil})
	})
	f.logs()
	span := f.one()
	ids := fmt.Sprintf("trace=%x span=%x", span.traceID, span.spanID[:8])
	if text := lines[false]; !strings.HasPrefix(text, "log 2") || !strings.Contains(text, ` INFO "two words\x1b" `+ids+" k=1 b=") || strings.Count(text, "\n") != 1 {
		t.Errorf("%q", text)
	}
	var decoded map[string]any
	if err := json.Unmarshal([]byte(lines[true]), &decoded); err != nil || decoded["body"] != "two words\x1b" || decoded["severity_number"] != 9.0 ||
		decoded["attributes"].(map[string]any)["b"] != "eHk=" || decoded["trace_id"] != fmt.Sprintf("%x", span.traceID) {
		t.Errorf("%v in %q", err, lines[true])
	}
}
