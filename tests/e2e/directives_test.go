package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

const annotatedApp = "stdlib-rules/annotations/app"

// The shipped plugin at functions of every kind that ask for a span in a comment: with and without a context, an error, a name, a receiver,
// type parameters.
func TestAnnotations(t *testing.T) {
	app := harness.Build(t, annotatedApp)
	c := harness.Collect(t)
	plain, ended := harness.Run(t, app.Plain, harness.Environ()), harness.Run(t, app.Instrumented, c.Env("app"))
	if ended.Stdout != plain.Stdout || !strings.Contains(plain.Stdout, "recovered odd") {
		t.Errorf("wrote %q, without instrumentation %q", ended.Stdout, plain.Stdout)
	}
	spans := c.Expect(t, 11)
	serve := harness.One(t, spans, "app", "internal", "Serve")
	harness.Attributes(t, serve, harness.Want{"code.function.name": "main.Serve"})
	orders := harness.All(spans, "app", "internal", "place order")
	takes := harness.All(spans, "app", "internal", "Take")
	ends := harness.All(spans, "app", "internal", "shelf.take")
	if len(orders) != 2 || len(takes) != 2 || len(ends) != 2 {
		t.Fatalf("%d orders, %d takes, %d ends", len(orders), len(takes), len(ends))
	}
	failed := 0
	for _, order := range orders {
		harness.Parent(t, serve, order)
		take := below(t, order, takes)
		end := below(t, take, ends)
		harness.Attributes(t, order, harness.Want{"code.function.name": "main.(*Shop).Place", "shop.tier": "gold", "shop.retries": 3,
			"shop.rate": 0.5, "shop.express": true, "shop.code": "007"})
		harness.Attributes(t, take, harness.Want{"code.function.name": "example.com/shop/stock.Take", "stock.kind": "ware house"})
		harness.Attributes(t, end, harness.Want{"code.function.name": "example.com/shop/stock.shelf.take"})
		harness.Status(t, take, order.Status)
		harness.Status(t, end, order.Status)
		if order.Status == "error" {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d orders failed, want 1", failed)
	}
	harness.Parent(t, serve, harness.One(t, spans, "app", "internal", "first"))
	local := harness.One(t, spans, "app", "internal", "Shop.local")
	harness.Parent(t, local, harness.One(t, spans, "app", "internal", "Count"))
	fails := harness.One(t, spans, "app", "internal", "Fails")
	harness.Status(t, fails, "error")
	harness.Attributes(t, fails, harness.Want{"error.type": "panic"})
}

// below is the one of spans whose parent is that span.
func below(t *testing.T, parent otlp.Span, spans []otlp.Span) otlp.Span {
	t.Helper()
	for _, s := range spans {
		if s.ParentID == parent.SpanID {
			return s
		}
	}
	t.Fatalf("nothing below %s", parent.Name)
	return otlp.Span{}
}

// A comment that is added is found although the build was planned before, one that is taken away is gone, and what a comment gets wrong ends the
// build at its line.
func TestDirectivesThatChange(t *testing.T) {
	dir, program := copyTree(t, annotatedApp), filepath.Join(t.TempDir(), "app")
	file := filepath.Join(dir, "stock", "count.go")
	build := func(comment string) harness.Output {
		t.Helper()
		text := "package stock\n\n" + comment + "\nfunc Count() {}\n"
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return harness.InstcGo(t, dir, "build", "-o", program, ".")
	}
	count := func() int {
		t.Helper()
		c := harness.Collect(t)
		harness.Run(t, program, c.Env("app"))
		return len(harness.All(c.Spans(), "app", "internal", "Count"))
	}
	// The other file of the package goes, so that this comment is the only one.
	other := `package stock

import "context"

func Take(ctx context.Context, item string) (int, error) { return 6, nil }
`
	if err := os.WriteFile(filepath.Join(dir, "stock", "stock.go"), []byte(other), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		comment string
		spans   int
	}{{"// Count counts.", 0}, {"//instc:span", 1}, {"// instc:span", 0}, {"//instc:spans", 0}, {"//instc:span name=Count", 1}} {
		mustGo(t, build(step.comment))
		if n := count(); n != step.spans {
			t.Errorf("%q: %d spans, want %d", step.comment, n, step.spans)
		}
	}
	for comment, want := range map[string]string{
		"//instc:span kind=server":           "count.go:3: //instc:span: no rule asks for `kind`, only for `name`; attributes of the span have a dot in their name",
		"//instc:span name=a name=b":         "`name` is given twice",
		"//instc:span one two":               "`two` is no argument: write key=value",
		`//instc:span "open`:                 "a quote is not closed",
		"//instc:span a.b=":                  "`a.b` has no value",
		"//instc:span\n//instc:span":         "count.go:4: //instc:span stands twice above one function",
		"//instc:span\nfunc init() {}\n// x": "`init` cannot be hooked: it is an `init` function",
	} {
		if out := build(comment); out.Code == 0 || !strings.Contains(out.Stderr, want) {
			t.Errorf("%q: exit status %d, said\n%s\nwant %q", comment, out.Code, out.Stderr, want)
		}
	}
}
