package harness

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"instc.dev/tests/e2e/otlp"
)

// Spans waits until n spans have arrived, gives surplus ones a moment to show up, and fails the test on any other number.
func (c *Collector) Expect(t testing.TB, n int) []otlp.Span {
	t.Helper()
	_, ok := c.Wait(10*time.Second, func(spans []otlp.Span) bool { return len(spans) >= n })
	time.Sleep(250 * time.Millisecond) // longer than the exporter's delay
	spans := c.Spans()
	if !ok || len(spans) != n {
		t.Fatalf("%d spans arrived, want %d:\n%s", len(spans), n, Trees(spans))
	}
	return spans
}

// Trees prints spans for a failure message.
func Trees(spans []otlp.Span) string {
	var text strings.Builder
	otlp.WriteTrees(&text, otlp.Traces(spans), 160)
	return text.String()
}

// One finds the only span of a service, kind and name.
func One(t testing.TB, spans []otlp.Span, service, kind, name string) otlp.Span {
	t.Helper()
	found := All(spans, service, kind, name)
	if len(found) != 1 {
		t.Fatalf("%d %s spans %q of %s, want one:\n%s", len(found), kind, name, service, Trees(spans))
	}
	return found[0]
}

// All finds the spans of a service, kind and name; an empty string matches everything.
func All(spans []otlp.Span, service, kind, name string) []otlp.Span {
	var found []otlp.Span
	for _, s := range spans {
		if (service == "" || s.Service == service) && (kind == "" || s.Kind == kind) && (name == "" || s.Name == name) {
			found = append(found, s)
		}
	}
	return found
}

// Parent requires that child stands directly below parent.
func Parent(t testing.TB, parent, child otlp.Span) {
	t.Helper()
	if child.TraceID != parent.TraceID || child.ParentID != parent.SpanID {
		t.Errorf("%s %q (trace %s, parent %s) is not a child of %s %q (trace %s, span %s)", child.Kind, child.Name,
			child.TraceID, child.ParentID, parent.Kind, parent.Name, parent.TraceID, parent.SpanID)
	}
}

// Want is the expected attributes; a nil value means that the key must be absent.
type Want map[string]any

// Attributes compares the named attributes. Ints may be written as Go ints.
func Attributes(t testing.TB, s otlp.Span, want Want) {
	t.Helper()
	var wrong []string
	for key, value := range want {
		got, present := s.Attributes[key]
		if n, isInt := value.(int); isInt {
			value = int64(n)
		}
		switch {
		case value == nil && present:
			wrong = append(wrong, fmt.Sprintf("%s = %v, want none", key, got))
		case value != nil && !reflect.DeepEqual(got, value):
			wrong = append(wrong, fmt.Sprintf("%s = %#v, want %#v", key, got, value))
		}
	}
	if len(wrong) > 0 {
		t.Errorf("%s span %q: %s", s.Kind, s.Name, strings.Join(wrong, "; "))
	}
}

// Status compares a span's status.
func Status(t testing.TB, s otlp.Span, want string) {
	t.Helper()
	if s.Status != want {
		t.Errorf("%s span %q has status %s (%s), want %s", s.Kind, s.Name, s.Status, s.StatusMessage, want)
	}
}
