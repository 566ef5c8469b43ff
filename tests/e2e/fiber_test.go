package e2e

import (
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// TestFiber has the server spans from fasthttp's plugin, and what fiber's tell them.
func TestFiber(t *testing.T) {
	for _, version := range []struct {
		name, app, lock string
		clients, own    int // own are the server spans that no client asked for
	}{
		{"v2", "plugins/fiber-v2/app", "plugins/fiber-v2/fiber.lock", 13, 2},
		{"v3", "plugins/fiber-v3/app", "plugins/fiber-v3/fiber.lock", 16, 3},
	} {
		t.Run(version.name, func(t *testing.T) {
			harness.EachVersion(t, version.app, version.lock, func(t *testing.T, app harness.App) {
				c := harness.Collect(t)
				harness.RunBoth(t, app, harness.Environ(), c.Env("app"))
				spans := c.Expect(t, 2*version.clients+version.own)
				if n := len(harness.All(spans, "app", "client", "")); n != version.clients {
					t.Errorf("%d client spans, want %d\n%s", n, version.clients, harness.Trees(spans))
				}
				checkFiber(t, spans)
			})
		})
	}
}

func checkFiber(t *testing.T, spans []otlp.Span) {
	t.Helper()
	byID := map[string]otlp.Span{}
	for _, s := range spans {
		byID[s.SpanID] = s
	}
	failed := map[any]string{"/broken": "broken", "/panics": "boom"}
	for _, s := range harness.All(spans, "app", "server", "") {
		path := s.Attributes["url.path"].(string)
		checkFiberRoute(t, s, path)
		text, bad := failed[path]
		harness.Status(t, s, map[bool]string{true: "error", false: "unset"}[bad])
		if bad {
			harness.Attributes(t, s, harness.Want{"error.type": "500", "http.response.status_code": 500})
		}
		if s.StatusMessage != text {
			t.Errorf("%s says %q", path, s.StatusMessage)
		}
		if path == "/items/8" { // asked on a goroutine that knows nothing but the context
			asker := byID[byID[s.ParentID].ParentID]
			if where, _ := asker.Attributes["url.path"].(string); where != "/outside" && where != "/itself" {
				t.Errorf("a request in a handler hangs below %q\n%s", where, harness.Trees(spans))
			}
		}
	}
}

// checkFiberRoute asks for the route that the path has by its shape: what ends in a number is a resource.
func checkFiberRoute(t *testing.T, s otlp.Span, path string) {
	t.Helper()
	method := s.Attributes["http.request.method"].(string)
	route := path
	if at := strings.LastIndexByte(path, '/'); at > 0 {
		route = path[:at] + "/:id"
	}
	if strings.HasPrefix(path, "/nowhere") || method == "DELETE" {
		harness.Attributes(t, s, harness.Want{"http.route": nil})
		if s.Name != method {
			t.Errorf("%s is named %q", path, s.Name)
		}
		return
	}
	harness.Attributes(t, s, harness.Want{"http.route": route})
	if s.Name != method+" "+route {
		t.Errorf("%s is named %q", path, s.Name)
	}
}
