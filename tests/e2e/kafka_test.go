package e2e

import (
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// TestKafka runs against a real broker in KRaft mode, one for all versions.
func TestKafka(t *testing.T) {
	addr := harness.Kafka(t)
	harness.EachVersion(t, "plugins/kafka-go/app", "plugins/kafka-go/kafka.lock", func(t *testing.T, app harness.App) {
		run := strings.NewReplacer("/", "-", "#", "-").Replace(t.Name())
		plain := harness.Environ("KAFKA_ADDR="+addr, "KAFKA_PREFIX="+run+"-plain-")
		c := harness.Collect(t)
		harness.RunBoth(t, app, plain, c.Env("app", "INSTC_OPT_KAFKA_COMMITS=true", "INSTC_OPT_KAFKA_PROCESS=true",
			"KAFKA_ADDR="+addr, "KAFKA_PREFIX="+run+"-"))
		checkKafka(t, c.Expect(t, 30), run+"-", addr)
	})
}

func checkKafka(t *testing.T, spans []otlp.Span, prefix, addr string) {
	checkSent(t, spans, prefix, addr)
	checkReceived(t, spans, prefix, addr)
	checkProcessed(t, spans, prefix)
	for _, s := range spans {
		for key, value := range s.Attributes {
			if strings.Contains(otlp.Text(value), "secret") {
				t.Errorf("%s of span %q holds a value: %v", key, s.Name, value)
			}
		}
	}
}

// asked finds the span of the program's request for a path.
func asked(t *testing.T, spans []otlp.Span, kind, path string) otlp.Span {
	t.Helper()
	for _, s := range harness.All(spans, "app", kind, "GET") {
		url, _ := s.Attributes["url.full"].(string)
		if s.Attributes["url.path"] == path || strings.HasSuffix(url, path) {
			return s
		}
	}
	t.Fatalf("nobody asked for %s\n%s", path, harness.Trees(spans))
	return otlp.Span{}
}

// checkProcessed asks what hangs below the work on a message: what the program does without a context until it fetches again or closes the reader.
func checkProcessed(t *testing.T, spans []otlp.Span, prefix string) {
	byID, below := map[string]otlp.Span{}, map[string]int{}
	for _, s := range spans {
		byID[s.SpanID] = s
	}
	for _, s := range spans {
		if work := byID[s.ParentID]; work.Kind == "consumer" {
			below[s.Name]++
			harness.Parent(t, work, s)
		}
	}
	if below["GET"] != 2 || below["commit "+prefix+"parcels"] != 2 || len(below) != 2 {
		t.Errorf("below the work on messages are %v\n%s", below, harness.Trees(spans))
	}
	if s := asked(t, spans, "client", "/after"); s.ParentID != "" {
		t.Errorf("what comes after the work hangs below %s", s.ParentID)
	}
	work := harness.All(spans, "app", "consumer", "")
	if len(work) != 6 {
		t.Errorf("%d messages were worked on, want 6", len(work))
	}
	for _, s := range work {
		harness.Attributes(t, s, harness.Want{"messaging.operation.type": "process"})
		if parent := byID[s.ParentID]; s.ParentID != "" && parent.Kind != "producer" {
			t.Errorf("the work on %v hangs below %s", s.Attributes, parent.Name)
		}
	}
}

func checkSent(t *testing.T, spans []otlp.Span, prefix, addr string) {
	server := asked(t, spans, "server", "/produce")
	errors := map[any]int{}
	for _, s := range harness.All(spans, "app", "producer", "") {
		harness.Parent(t, server, s)
		harness.Attributes(t, s, harness.Want{"messaging.system": "kafka", "messaging.operation.type": "send"})
		errors[s.Attributes["error.type"]]++
		if bad := s.Attributes["error.type"] != nil; bad != (s.Status == "error") {
			t.Errorf("%q has status %s and %v", s.Name, s.Status, s.Attributes)
		}
	}
	for kind, want := range map[any]int{nil: 3, "kafka.MessageTooLargeError": 1, "*errors.errorString": 3, "Unknown Topic Or Partition": 1} {
		if errors[kind] != want {
			t.Errorf("%d sends ended with %v, want %d: %v", errors[kind], kind, want, errors)
		}
	}
	harness.Attributes(t, harness.All(spans, "app", "producer", "send "+prefix+"parcels")[0], harness.Want{"messaging.message.body.size": 6,
		"messaging.destination.name": prefix + "parcels", "server.address": "127.0.0.1", "server.port": port(t, addr), "messaging.batch.message_count": nil})
}

// checkReceived asks for each message that it hangs below the call that sent it; a batch is one call.
func checkReceived(t *testing.T, spans []otlp.Span, prefix, addr string) {
	senders := map[string]otlp.Span{}
	for _, s := range harness.All(spans, "app", "producer", "") {
		senders[s.SpanID] = s
	}
	orders := harness.All(spans, "app", "client", "receive "+prefix+"orders")
	if len(orders) != 4 {
		t.Fatalf("%d orders were received, want 4\n%s", len(orders), harness.Trees(spans))
	}
	for _, s := range orders {
		size, count := 14, any(nil)
		if s.Attributes["messaging.kafka.offset"] != int64(0) {
			size, count = 0, int64(3)
		}
		sender := senders[s.ParentID]
		harness.Parent(t, sender, s)
		harness.Attributes(t, sender, harness.Want{"messaging.batch.message_count": count})
		harness.Attributes(t, s, harness.Want{"messaging.destination.partition.id": "0", "messaging.consumer.group.name": nil, "server.port": port(t, addr)})
		if size > 0 {
			harness.Attributes(t, s, harness.Want{"messaging.message.body.size": size})
		}
	}
	for _, s := range harness.All(spans, "app", "client", "receive "+prefix+"parcels") {
		harness.Attributes(t, s, harness.Want{"messaging.consumer.group.name": prefix + "packers"})
		if known := senders[s.ParentID].SpanID != ""; known != (s.Attributes["messaging.kafka.offset"] == int64(0)) {
			t.Errorf("the parcel at %v is below %q", s.Attributes["messaging.kafka.offset"], s.ParentID)
		}
	}
	for _, s := range harness.All(spans, "app", "client", "commit "+prefix+"parcels") {
		harness.Attributes(t, s, harness.Want{"messaging.operation.type": "settle", "messaging.consumer.group.name": prefix + "packers"})
	}
}
