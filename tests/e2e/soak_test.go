package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// soakFactor multiplies how much the soak tests do: $INSTC_SOAK. `make soak` takes minutes.
func soakFactor() int {
	if n, err := strconv.Atoi(os.Getenv("INSTC_SOAK")); err == nil && n > 0 {
		return n
	}
	return 1
}

// TestSoak runs a program whose spans say in their names what their parents are, in the ways in which goroutine-local parents go wrong: no
// parent may be another, no span may be missing, and memory and goroutines must be what they were before.
func TestSoak(t *testing.T) {
	source := filepath.Join(harness.Root(t), "tests/e2e/testdata/soak")
	dir := t.TempDir()
	pack, program := filepath.Join(dir, "rules.pack.json"), filepath.Join(dir, "soak")
	compiled := harness.Command(t, source, harness.Environ(), harness.Instc(t), "compile", "-o", pack, "trace.hook")
	if compiled.Code != 0 {
		t.Fatal(compiled.Stderr)
	}
	built := harness.Command(t, filepath.Join(source, "app"), harness.Environ(), harness.Instc(t), "go", "--rules="+pack, "build", "-o", program, ".")
	if built.Code != 0 {
		t.Fatal(built.Stderr)
	}
	for _, scenario := range []struct {
		name string
		n    int // half of what is done
		env  string
	}{
		{"keepalive", 1000, ""},
		{"http2", 500, ""},
		{"pools", 500, ""},
		{"timers", 500, ""},
		{"goroutines", 100000, ""},
		{"late", 500, "INSTC_PARENT_GRACE=0"},
		{"ends", 500, ""},
		{"panics", 500, ""},
		{"sql", 500, ""},
	} {
		t.Run(scenario.name, func(t *testing.T) {
			c := harness.Collect(t)
			n := scenario.n
			switch {
			case scenario.name != "goroutines": // more of these at once is more memory, not more time
				n *= soakFactor()
			case harness.Race():
				n = 2000 // the detector ends a program with more than 8128 goroutines
			}
			env := c.Env("app", "INSTC_QUEUE_BYTES=268435456", scenario.env)
			ended := harness.Run(t, program, env, scenario.name, strconv.Itoa(n))
			if ended.Status.ExitStatus() != 0 || strings.Count(ended.Stdout, ": true") != 2 {
				t.Errorf("%v after %v\n%s%s", ended.Status, ended.Took.Round(time.Millisecond), ended.Stdout, ended.Stderr)
			}
			if ended.Stderr != "" {
				t.Errorf("it says\n%s", ended.Stderr)
			}
			checkParents(t, c.Spans(), n)
		})
	}
}

// checkParents compares every span's parent with the one that its name claims.
func checkParents(t *testing.T, spans []otlp.Span, least int) {
	t.Helper()
	names, parents := map[string]string{}, make([]string, len(spans))
	for i, s := range spans {
		var name string
		name, parents[i] = claim(s)
		names[s.TraceID+" "+s.SpanID] = name
	}
	wrong, checked := 0, 0
	for i, s := range spans {
		if parents[i] == "?" {
			continue
		}
		checked++
		got := names[s.TraceID+" "+s.ParentID]
		if s.ParentID != "" && got == "" {
			got = "something that never came"
		}
		if s.ParentID == "" && len(s.Links) == 1 {
			got = "~" + names[s.Links[0]]
		}
		if got == parents[i] {
			continue
		}
		if wrong++; wrong <= 20 {
			t.Errorf("%q is below %q, not %q", names[s.TraceID+" "+s.SpanID], got, parents[i])
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d parents are wrong", wrong, checked)
	}
	if checked < least {
		t.Errorf("%d spans, expected at least %d", checked, least)
	}
	t.Logf("%d parents", checked)
}

// claim is what a span is called and below what it says it is. Requests are told apart by their queries.
func claim(s otlp.Span) (name, parent string) {
	if name, parent, ok := strings.Cut(s.Name, "|"); ok {
		return name, parent
	}
	query, _ := s.Attributes["url.query"].(string)
	full, _ := s.Attributes["url.full"].(string)
	_, sent, _ := strings.Cut(full, "?")
	switch s.Kind {
	case "server":
		return "server " + query, "client " + sent + query
	case "client":
		if sent != "" {
			return "client " + sent, "request " + sent
		}
	}
	return s.Name, "?"
}
