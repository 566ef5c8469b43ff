package e2e

import (
	"os"
	"slices"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// What each operation of the program of testdata/ownspans is, beside the span around it, in the order of the kinds' names; a call that the program records
// itself is one span all the same. Two servers' spans are where the program has one that no plugin knows. A server that begins traces of its own (public) does so beside ours.
var ownOperations = map[string]string{
	"echo": "client internal server", "mux": "client internal server", "chi": "client internal server", "fiber": "client internal server", "fiber3": "client internal server",
	"gorm": "client", "mongo": "client", "mongo2": "client",
	"grpc": "client internal server", "grpc server": "client internal server", "grpc client": "client internal server", "grpc both": "client internal server",
	"grpc public": "client server", "grpc own": "client internal server server",
	"grpc interceptor": "client internal internal server",
	"grpc stream":      "client internal server", "grpc server stream": "client internal server", "grpc client stream": "client internal server",
	"grpc both stream": "client internal server", "grpc public stream": "client server",
	"grpc own stream": "client internal server server", "grpc interceptor stream": "client internal server",
}

// TestOwnSpans: every library that a plugin gives way for, with the instrumentation that programs use for it. No span of the program's SDK is lost or says less
// than it says without instc, whether the plugin gives way or not, and each operation is recorded once.
func TestOwnSpans(t *testing.T) {
	if os.Getenv("INSTC_TEST_PLUGINS") == "" {
		t.Skip("many libraries: make test-plugins")
	}
	app := harness.Build(t, "tests/e2e/testdata/ownspans")
	mongo := "MONGO_URI=" + mongoServer(t)
	for name, args := range yieldModes {
		t.Run(name, func(t *testing.T) {
			c := harness.Collect(t)
			plain := harness.Run(t, app.Plain, harness.Environ(mongo), args...)
			ended := harness.Run(t, app.Instrumented, c.Env("app", mongo), args...)
			if ended.Status != plain.Status || ended.Status != 0 || ended.Stderr != plain.Stderr {
				t.Fatalf("%v, want %v\n%s%s", ended.Status, plain.Status, ended.Stdout, ended.Stderr)
			}
			if got, want := toldLines(ended.Stdout), toldLines(plain.Stdout); !slices.Equal(got, want) {
				t.Errorf("the program's spans\n%s\nwant as without instc\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			checkOperations(t, append(c.Spans(), sdkSpans(ended.Stdout)...))
		})
	}
}

// toldLines are the lines that do not depend on ids, sorted.
func toldLines(output string) (lines []string) {
	for _, line := range strings.Split(output, "\n") {
		if !strings.HasPrefix(line, "sdk ") {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

func checkOperations(t *testing.T, spans []otlp.Span) {
	t.Helper()
	traces := map[string][]otlp.Span{}
	for _, s := range spans {
		traces[s.TraceID] = append(traces[s.TraceID], s)
	}
	seen := map[string]bool{}
	for _, trace := range traces {
		name, kinds := operationOf(trace)
		seen[name] = true
		if want, known := ownOperations[name]; known && kinds != want {
			t.Errorf("%s: %q, want %q\n%s", name, kinds, want, harness.Trees(trace))
		}
	}
	for name := range ownOperations {
		if !seen[name] {
			t.Errorf("nothing of %s", name)
		}
	}
}

func operationOf(trace []otlp.Span) (name, kinds string) {
	var all []string
	for _, s := range trace {
		if operation, found := strings.CutPrefix(s.Name, "operation "); found {
			name = operation
		} else {
			all = append(all, s.Kind)
		}
	}
	slices.Sort(all)
	return name, strings.Join(all, " ")
}
