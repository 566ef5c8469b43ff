package e2e

import (
	"testing"

	"instc.dev/tests/e2e/harness"
)

func TestGinRoutes(t *testing.T) {
	app := harness.Build(t, "plugins/gin/app")
	c := harness.Collect(t)
	harness.RunBoth(t, app, harness.Environ(), c.Env("app"))
	spans := c.Expect(t, 10) // a client and a server span for each request
	for _, test := range []struct {
		name, route, path, status string
		code                      int
	}{
		{"GET /users/:id", "/users/:id", "/users/42", "unset", 200},
		{"GET /files/*path", "/files/*path", "/files/a/b.txt", "unset", 200},
		{"GET /panic", "/panic", "/panic", "error", 500},
		{"GET /admin/keys/:id", "/admin/keys/:id", "/admin/keys/7", "unset", 403},
		{"GET", "", "/nowhere", "unset", 404},
	} {
		s := harness.One(t, spans, "app", "server", test.name)
		want := harness.Want{"http.response.status_code": test.code, "url.path": test.path, "http.route": test.route}
		if test.route == "" {
			want["http.route"] = nil
		}
		harness.Attributes(t, s, want)
		harness.Status(t, s, test.status)
	}
}
