package rt

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"instc.dev/bench/rt/target"
	"instc.dev/rt"
)

// The wiring as instc generates it.
//
//go:linkname port instc.dev/bench/rt/target.instcPort
var port *rt.Port

// The collector keeps requests while capturing is set.
var (
	capturing atomic.Bool
	received  = make(chan []byte, 1000) // traces
	measured  = make(chan []byte, 1000) // metrics
)

var table, none *rt.Port

// slot stands for the goroutine's slot of the patched runtime: one variable is enough for benchmarks on one goroutine.
var slot unsafe.Pointer

func TestMain(m *testing.M) {
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !capturing.Load() {
			io.Copy(io.Discard, r.Body)
			return
		}
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/v1/metrics" {
			measured <- body
		} else {
			received <- body
		}
	}))
	os.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	os.Setenv("INSTC_QUEUE_BYTES", "67108864")
	os.Setenv("OTEL_BSP_SCHEDULE_DELAY", "5")
	os.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "50")
	os.Setenv("INSTC_METRICS", "none") // the tests count what they measure themselves
	host := rt.Host{Get: func() unsafe.Pointer { return slot }, Set: func(p unsafe.Pointer) { slot = p }}
	rt.Start(rt.Build{Instc: "bench"}, host)
	table = rt.NewPort([]rt.RuleInfo{{Plugin: "nethttp", Rule: "server"}, {Plugin: "nethttp", Rule: "client", Metrics: []rt.Metric{
		{Name: "http.client.request.duration", Unit: "s", Doc: "How long requests take.", Kind: 1, Attributes: []string{"error.type", "http.request.method"}, Bounds: []float64{0.1, 1, 10}},
		{Name: "test.requests", Unit: "{request}", Kind: 2, Integer: true, Attributes: []string{"http.request.method"}},
	}}, {Plugin: "measured", Rule: "server", Metrics: []rt.Metric{
		{Name: "http.server.request.duration", Unit: "s", Kind: 1, Bounds: []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10},
			Attributes: []string{"http.request.method", "url.scheme", "error.type", "http.response.status_code", "http.route", "network.protocol.name",
				"network.protocol.version"}},
	}}})
	port = table
	target.Internal(context.Background()) // starts the exporter, which marks its goroutine in the slot
	for rt.Stats().Sent == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	slot = nil
	code := m.Run()
	fmt.Fprintf(os.Stderr, "%+v\n", rt.Stats())
	os.Exit(code)
}

func TestTargetTextIsCurrent(t *testing.T) {
	canonical, err := os.ReadFile("../../../compiler/rt/port_target.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("target/instc_port.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(have), strings.ReplaceAll(string(canonical), "@{context}", "context.Context")) {
		t.Error("target/instc_port.go is not the canonical text: generate it again")
	}
}

func request(flags string) *target.Request {
	return &target.Request{
		Context: context.Background(), Method: "GET", Path: "/users/12345", Host: "example.com", Peer: "192.0.2.10",
		Agent:  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
		Header: map[string][]string{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" + flags}},
	}
}

// threadTime is the CPU time of this thread: what a span costs, however busy the machine is. Not getrusage, whose figure is as old as the last
// tick of the scheduler.
func threadTime(b *testing.B) time.Duration {
	runtime.LockOSThread()
	const clockThreadCPU = 3
	var t syscall.Timespec
	if _, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThreadCPU, uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		b.Fatal(errno)
	}
	return time.Duration(t.Nano())
}

// burst is how many spans a benchmark records before it lets the exporter run: the exporter has its own benchmark (compiler/rt), and on a machine
// with two hyperthreads its work beside ours would be counted as ours. spans says how many one call of f records.
const burst = 2000

func serve(b *testing.B, r *target.Request, spans int, f func(*target.Request) int) {
	b.ReportAllocs()
	before := rt.Stats()
	ctx := r.Context
	var cpu time.Duration
	for done := 0; done < b.N; done += burst {
		begin := threadTime(b)
		for i := done; i < b.N && i < done+burst; i++ {
			r.Context = ctx
			f(r)
		}
		cpu += threadTime(b) - begin
		b.StopTimer()
		for s := rt.Stats(); s.Sent+s.Failed+s.Dropped-before.Sent-before.Failed-before.Dropped < int64(spans*min(b.N, done+burst)); s = rt.Stats() {
			time.Sleep(200 * time.Microsecond)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(cpu)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(rt.Stats().Dropped-before.Dropped)/float64(b.N), "drop/op")
}

// Extract, begin, 8 attributes, context, enter; then 2 attributes, a new name, end, leave.
func BenchmarkServer10Attributes(b *testing.B) { serve(b, request("01"), 1, target.Serve) }

// BenchmarkServerExported gives the CPU time of the whole process for one span, from its start to the collector's answer. tests/bench/sdk has the
// same with the official SDK.
func BenchmarkServerExported(b *testing.B) {
	var begin, end syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &begin)
	serve(b, request("01"), 1, target.Serve)
	syscall.Getrusage(syscall.RUSAGE_SELF, &end)
	b.ReportMetric(float64(end.Utime.Nano()+end.Stime.Nano()-begin.Utime.Nano()-begin.Stime.Nano())/float64(b.N), "cpu-ns/op")
}

func BenchmarkServerUnsampled(b *testing.B) { serve(b, request("00"), 0, target.Serve) }

// The same with a histogram of durations, as every server rule has it.
func BenchmarkServerMeasured(b *testing.B) { serve(b, request("01"), 1, target.ServeMeasured) }

func BenchmarkUnsampledMeasured(b *testing.B) { serve(b, request("00"), 0, target.ServeMeasured) }

// A service does other things between two spans, and what a span needs of code and data has left the nearer caches by then. Here 4 MB are
// walked through between two spans, and only the spans are counted.
func BenchmarkServerCold(b *testing.B) { cold(b, request("01"), target.Serve) }

func BenchmarkMeasuredCold(b *testing.B) { cold(b, request("01"), target.ServeMeasured) }

func BenchmarkUnsampledCold(b *testing.B) { cold(b, request("00"), target.Serve) }

func cold(b *testing.B, r *target.Request, f func(*target.Request) int) {
	others := make([]byte, 4<<20)
	ctx := r.Context
	took := make([]time.Duration, b.N)
	for i := range took {
		for at := 0; at < len(others); at += 64 {
			others[at]++
		}
		r.Context = ctx
		begin := threadTime(b)
		f(r)
		took[i] = threadTime(b) - begin
	}
	sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
	b.ReportMetric(float64(took[len(took)/2]), "cpu-ns/op") // the median: the mean has what interrupts cost
}

func BenchmarkPlain(b *testing.B) { serve(b, request("01"), 0, target.Plain) }

// Not linked or switched off as a whole: the port is nil.
func BenchmarkOff(b *testing.B) {
	port = none
	defer func() { port = table }()
	serve(b, request("01"), 0, target.Serve)
}

func BenchmarkClientInject(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		target.Call(context.Background(), make(map[string][]string, 1))
	}
}

// Enriching a live server span from a context, as a router's rule does it.
func BenchmarkEnrich(b *testing.B) {
	b.ReportAllocs()
	target.WithServer(request("01"), func(ctx context.Context) {
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			target.Enrich(ctx)
		}
	})
}

// The promises that do not depend on the machine.
func TestAllocations(t *testing.T) {
	allocations := func(flags string) float64 {
		r := request(flags)
		ctx := r.Context
		return testing.AllocsPerRun(1000, func() {
			r.Context = ctx
			target.Serve(r)
		})
	}
	if n := allocations("01"); n > 2 {
		t.Errorf("a server span costs %v allocations, want node and context", n)
	}
	if n := allocations("00"); n > 2 {
		t.Errorf("an unsampled server span costs %v allocations, want node and context", n)
	}
	port = none
	defer func() { port = table }()
	if n := allocations("01"); n > 0 {
		t.Errorf("switched off it costs %v allocations", n)
	}
}
