package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// What the program of testdata/yields does, however it is recorded: the calls that it instruments itself are of the program, the others of instc.
var yieldedCalls = []string{
	"client GET /all/1", "server GET /all/:id",
	"client GET /bare", "server GET /bare", "client GET /traced", "server GET /traced",
	"sql", "sql", "redis", "redis",
	"client grpc", "client grpc", "server grpc", "server grpc",
}

// yieldModes are the arguments of programs that instrument calls themselves.
var yieldModes = map[string][]string{
	"no SDK":                    nil,
	"no SDK, with a propagator": {"propagates"},
	"an SDK":                    {"sdk"},
	"an SDK and a propagator":   {"sdk", "propagates"},
}

// TestYields: a call that the program has instrumented itself is recorded once, whether its spans are ours or its own SDK's, inside of our span or
// around it; and nothing of the rest is lost.
func TestYields(t *testing.T) {
	dir := t.TempDir()
	app := harness.App{Plain: dir + "/plain", Instrumented: dir + "/instrumented"}
	source := harness.Root(t) + "/tests/e2e/testdata/yields"
	if out := harness.Go(t, source, "build", "-o", app.Plain, "."); out.Code != 0 {
		t.Fatal(out.Stderr)
	}
	out := harness.InstcGo(t, source, "build", "-o", app.Instrumented, ".")
	if out.Code != 0 || !strings.Contains(out.Stderr, "left to it") || !strings.Contains(out.Stderr, "redis.v9 to github.com/redis/go-redis/extra/redisotel") {
		t.Fatal(out.Stderr)
	}
	redis := "REDIS_ADDR=" + redisServer(t)
	for name, args := range yieldModes {
		t.Run(name, func(t *testing.T) {
			spans, plain := yieldsRun(t, app, args, redis)
			spans, plain = slices.DeleteFunc(spans, ofConnections), slices.DeleteFunc(plain, ofConnections)
			if own, want := len(harness.All(spans, "SDK", "", "")), len(plain); own != want {
				t.Errorf("%d spans of the SDK, want %d as without instc", own, want)
			}
			seen := map[string]int{}
			for _, s := range spans {
				seen[yieldedCall(s)]++
			}
			want := map[string]int{}
			for _, call := range yieldedCalls {
				want[call]++
			}
			if fmt.Sprint(seen) != fmt.Sprint(want) {
				t.Errorf("spans %v\nwant  %v\n%s", seen, want, harness.Trees(spans))
			}
			oneTree(t, spans)
		})
	}
	t.Run("nothing gives way", func(t *testing.T) {
		spans, _ := yieldsRun(t, app, []string{"sdk", "propagates"}, redis, "INSTC_YIELD=none")
		spans = slices.DeleteFunc(spans, ofConnections)
		if twice := 6; len(spans) < len(yieldedCalls)+twice {
			t.Errorf("%d spans\n%s", len(spans), harness.Trees(spans))
		}
		oneTree(t, spans)
	})
}

// ofConnections: what redisotel says of dialling and greeting, which is no call of the program's.
func ofConnections(s otlp.Span) bool {
	return strings.Contains(s.Scope, "redisotel") && s.Name != "incr"
}

// yieldsRun gives the spans of both, instc's and the SDK's, and what the SDK has without instc.
func yieldsRun(t *testing.T, app harness.App, args []string, env ...string) (spans, plain []otlp.Span) {
	t.Helper()
	c := harness.Collect(t)
	ended := harness.Run(t, app.Instrumented, c.Env("app", env...), args...)
	if ended.Status != 0 || ended.Stderr != "" {
		t.Fatalf("%v\n%s%s", ended.Status, ended.Stdout, ended.Stderr)
	}
	return append(c.Spans(), sdkSpans(ended.Stdout)...), sdkSpans(harness.Run(t, app.Plain, harness.Environ(env...), args...).Stdout)
}

func sdkSpans(output string) (spans []otlp.Span) {
	kinds := []string{"", "internal", "server", "client", "producer", "consumer"}
	for _, words := range printed(output)["sdk"] {
		s := otlp.Span{Service: "SDK", TraceID: words[0], Kind: kinds[words[1][0]-'0'], SpanID: words[2], ParentID: strings.Trim(words[3], "0"),
			Scope: words[4], Name: strings.Join(words[5:], " ")}
		if s.ParentID != "" {
			s.ParentID = words[3]
		}
		spans = append(spans, s)
	}
	return spans
}

// yieldedCall brings the names that different instrumentation has for one call together.
func yieldedCall(s otlp.Span) string {
	path, _ := s.Attributes["url.path"].(string)
	if url, _ := s.Attributes["url.full"].(string); url != "" {
		path = url[strings.LastIndex(url, ":")+1:]
		path = path[strings.Index(path, "/"):]
	}
	switch {
	case strings.Contains(s.Scope, "sql"):
		return "sql"
	case strings.Contains(s.Scope, "redis"):
		return "redis"
	case strings.Contains(s.Scope, "grpc"):
		return s.Kind + " grpc"
	case s.Kind == "server" && (s.Name == "traced" || path == "/traced"), s.Kind == "client" && (s.Name == "HTTP GET" || path == "/traced"):
		return s.Kind + " GET /traced"
	case path == "/all/1" && s.Kind == "client":
		return "client GET /all/1"
	case s.Name == "GET /bare" || path == "/bare":
		return s.Kind + " GET /bare"
	}
	return s.Kind + " " + s.Name
}

// oneTree: one trace, one root, every parent is there, and no id twice.
func oneTree(t *testing.T, spans []otlp.Span) {
	t.Helper()
	ids, roots := map[string]bool{}, 0
	for _, s := range spans {
		if ids[s.SpanID] || s.TraceID != spans[0].TraceID {
			t.Errorf("%s %s %q: trace %s, id %s", s.Service, s.Kind, s.Name, s.TraceID, s.SpanID)
		}
		ids[s.SpanID] = true
	}
	for _, s := range spans {
		if s.ParentID == "" {
			roots++
		} else if !ids[s.ParentID] {
			t.Errorf("%s %s %q has no parent %s\n%s", s.Service, s.Kind, s.Name, s.ParentID, harness.Trees(spans))
		}
	}
	if roots != 1 || slices.ContainsFunc(spans, func(s otlp.Span) bool { return s.Kind == "" }) {
		t.Errorf("%d roots\n%s", roots, harness.Trees(spans))
	}
}
