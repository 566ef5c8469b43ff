package e2e

import (
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// Rules at generic functions and at methods of generic types, in a program that has several instances of each.
func TestGenerics(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/generics")
	env := harness.Modules(t, filepath.Join(source, "modules"))
	tested := harness.Command(t, source, harness.Environ(env...), harness.Instc(t), "test", "--only", "box.hook")
	if tested.Code != 0 || !strings.Contains(tested.Stdout, "4 tests, 0 failed") {
		t.Errorf("%s\n%s", tested.Stdout, tested.Stderr)
	}
	app := harness.Ruled(t, filepath.Join(source, "box.hook"), filepath.Join(source, "app"), env)
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app"))
	if plain := harness.Run(t, app.Plain, harness.Environ()).Stdout; ended.Stdout != plain || plain == "" {
		t.Errorf("wrote\n%s\nwant\n%s\n%s", ended.Stdout, plain, ended.Stderr)
	}
	spans := c.Spans()
	// with finds the one span of that name that has these attributes, and no others, and these events in any order.
	with := func(name string, want harness.Want, events ...string) otlp.Span {
		t.Helper()
		sort.Strings(events)
		var found []otlp.Span
		for _, span := range harness.All(spans, "app", "internal", name) {
			same := len(span.Attributes) == len(want)
			for key, value := range want {
				if n, isInt := value.(int); isInt {
					value = int64(n)
				}
				same = same && span.Attributes[key] == value
			}
			var happened []string
			for _, event := range span.Events {
				happened = append(happened, event.Name)
			}
			sort.Strings(happened)
			if same && strings.Join(happened, ", ") == strings.Join(events, ", ") {
				found = append(found, span)
			}
		}
		if len(found) != 1 {
			t.Errorf("%d spans %q with %v and %q", len(found), name, want, events)
			return otlp.Span{}
		}
		return found[0]
	}
	with("new", harness.Want{"box.name": "names", "box.size": 1, "box.key": "a"})
	with("new", harness.Want{"box.name": "numbers", "box.size": 0})
	with("new", harness.Want{"box.size": 0, "error.type": "*errors.errorString"}, "exception")
	with("put names", harness.Want{"box.key": "a", "box.value": "a", "box.size": 1, "box.known": true, "box.place": 1}, "zero", "first")
	with("put names", harness.Want{"box.key": "b", "box.value": "b", "box.name": "a", "box.size": 2, "box.known": false, "box.place": 1}, "b", "zero")
	with("put numbers", harness.Want{"box.number": 7, "box.value": "7", "box.size": 1, "box.known": false, "box.place": 0}, "first")
	with("put texts", harness.Want{"box.value": "text t", "box.size": 1, "box.known": false, "box.place": 0}, "first")
	with("each", harness.Want{"box.size": 1, "error.type": "*errors.errorString"}, "exception")
	with("each", harness.Want{"box.size": 1})
	with("each", harness.Want{"box.size": 2}, "sized")
	with("swap", harness.Want{"box.key": "one", "box.number": 1})
	outside := with("call of sum", harness.Want{"box.number": 3, "box.size": 7})
	harness.Parent(t, outside, with("sum", harness.Want{"box.size": 2, "box.number": 7}))
	harness.Parent(t, with("call of sum", nil), with("sum", harness.Want{"box.size": 1}))
	with("describe text x", nil)
	with("total numbers", harness.Want{"box.number": 70})
	with("add", harness.Want{"box.known": false, "box.size": 3, "box.value": "x"})
	with("add", harness.Want{"box.known": true, "box.size": 3, "box.value": "x", "box.place": 1})
	filled := with("fill counts counts", harness.Want{"box.size": 0, "box.number": 3, "box.place": 3})
	harness.Parent(t, filled, with("put counts", harness.Want{"box.key": "filled", "box.value": "filled", "box.size": 1, "box.known": false, "box.place": 0}, "first"))
	with("drop", harness.Want{"box.key": "a+c", "box.known": true}, "drop 0 a", "drop 1 c", "left b")
	if got, want := c.Metric("app", "box.entries").String(), "box.name=counts: 1\nbox.name=names: 1\nbox.name=texts: 1"; got != want {
		t.Errorf("box.entries:\n%s\nwant\n%s", got, want)
	}
	if t.Failed() {
		t.Log(harness.Trees(spans))
	}
}
