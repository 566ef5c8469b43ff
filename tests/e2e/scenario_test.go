package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// What each span of an order hangs below: one trace across four processes, two protocols, a broker and goroutines.
var orderTree = []string{
	"gate server POST /orders/:id < ",
	"gate client grpc.health.v1.Health/Check < gate server POST /orders/:id",
	"stock server grpc.health.v1.Health/Check < gate client grpc.health.v1.Health/Check",
	"stock producer send orders < stock server grpc.health.v1.Health/Check",
	"packer client receive orders < stock producer send orders",
	"packer consumer process orders < stock producer send orders",
	"packer client incr < packer consumer process orders",
	"packer client BEGIN < packer consumer process orders",
	"packer client INSERT parcels < packer consumer process orders",
	"packer client COMMIT < packer consumer process orders",
	"packer client insert labels < packer consumer process orders",
	"packer client POST < packer consumer process orders",
	"shipper server POST /parcels/:id < packer client POST",
}

// TestScenario has libraries of every kind in one trace, and nobody hands a context to what handles a message.
func TestScenario(t *testing.T) {
	const orders = 3
	program := filepath.Join(t.TempDir(), "scenario")
	if out := harness.InstcGo(t, filepath.Join(harness.Root(t), "tests/e2e/testdata/scenario"), "build", "-o", program, "."); out.Code != 0 {
		t.Fatal(out.Stderr)
	}
	c := harness.Collect(t)
	kafka, redis, postgres, mongo := harness.Kafka(t), redisServer(t), harness.PostgreSQL(t), mongoServer(t)
	start := func(role string, at ...string) *harness.Process {
		return harness.Start(t, program, c.Env(role, append(at, "INSTC_OPT_KAFKA_PROCESS=true")...), role)
	}
	shipper := start("shipper")
	stock := start("stock", "KAFKA_ADDR="+kafka)
	start("packer", "KAFKA_ADDR="+kafka, "REDIS_ADDR="+redis, "SHIPPER_ADDR="+shipper.Addr,
		"POSTGRES_ADDR="+postgres, "MONGO_ADDR="+mongo)
	gate := start("gate", "STOCK_ADDR="+stock.Addr)

	var wait sync.WaitGroup
	for i := range orders {
		wait.Add(1)
		go func() {
			defer wait.Done()
			response, err := http.Post(gate.URL(fmt.Sprintf("/orders/%d", i)), "", nil)
			if err != nil || response.StatusCode != http.StatusAccepted {
				t.Errorf("order %d: %v %v", i, response, err)
			}
		}()
	}
	wait.Wait()
	c.Wait(60*time.Second, func(spans []otlp.Span) bool {
		return len(harness.All(spans, "packer", "consumer", "")) == orders && len(harness.All(spans, "shipper", "server", "")) == orders
	})
	time.Sleep(250 * time.Millisecond) // longer than the exporter's delay

	want := slices.Sorted(slices.Values(orderTree))
	traces := 0
	for _, trace := range ofOrders(c.Spans()) {
		traces++
		if got := parents(trace); !slices.Equal(got, want) {
			t.Errorf("an order is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, log := range []string{gate.Stderr(), shipper.Stderr()} {
			if n := strings.Count(log, trace[0].TraceID); n != 1 {
				t.Errorf("%d lines of a log have the trace's id, want 1:\n%s", n, log)
			}
		}
	}
	if traces != orders {
		t.Errorf("%d traces, want one for each of %d orders\n%s", traces, orders, harness.Trees(c.Spans()))
	}
}

// ofOrders are the traces that begin at the gate.
func ofOrders(spans []otlp.Span) map[string][]otlp.Span {
	traces := map[string][]otlp.Span{}
	for _, s := range harness.All(spans, "gate", "server", "") {
		traces[s.TraceID] = nil
	}
	for _, s := range spans {
		if _, ok := traces[s.TraceID]; ok {
			traces[s.TraceID] = append(traces[s.TraceID], s)
		}
	}
	return traces
}

// parents names each span and its parent.
func parents(trace []otlp.Span) []string {
	names, list := map[string]string{}, []string{}
	for _, s := range trace {
		names[s.SpanID] = s.Service + " " + s.Kind + " " + s.Name
	}
	for _, s := range trace {
		list = append(list, names[s.SpanID]+" < "+names[s.ParentID])
	}
	slices.Sort(list)
	return list
}
