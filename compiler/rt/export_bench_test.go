package rt

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// One iteration is one span on its way from the queue to a collector in the same process.
func BenchmarkExport(b *testing.B) {
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	defer collector.Close()
	f := newFixture(b, Host{}, "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "INSTC_QUEUE_BYTES=1000000000")
	f.loop.targets = makeSpanTargets()
	message := make([]byte, 454)
	f.loop.started.Store(true)
	for i := 0; i < b.N; i++ {
		spans.push(&spans.shards[0], record{bytes: message})
	}
	b.ReportAllocs()
	b.ResetTimer()
	go f.loop.run()
	f.loop.flushWithin(time.Minute)
	b.ReportMetric(float64(Stats().Failed), "failed")
}

// The encoding alone.
func BenchmarkEncode(b *testing.B) {
	f := newFixture(b, Host{})
	message := make([]byte, 454)
	for i := 0; i < 512; i++ {
		f.loop.records = append(f.loop.records, span{uint16(i & 1), message})
	}
	heads := scopes.snapshot()
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		f.loop.encode(heads)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/512, "ns/span")
}
