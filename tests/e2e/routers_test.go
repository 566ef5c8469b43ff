package e2e

import (
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

// The routers whose plugins tell the server span its route. Their programs answer the same requests.
var routers = []struct {
	plugin, lock, app string
	user, item, key   string // the routes, as the router spells them
	mounted           string // the route of a request that middleware of a group answers
	other             bool   // a path that is known with another method has its route
}{
	{"chi", "plugins/chi/chi.lock", "plugins/chi/app", "/users/{id}", "/items/{id:[0-9]+}", "/admin/keys/{id}", "/admin/*", false},
	{"gorilla", "plugins/gorilla-mux/mux.lock", "plugins/gorilla-mux/app", "/users/{id}", "/items/{id:[0-9]+}", "/admin/keys/{id}", "", false},
	{"echo4", "plugins/echo-v4/echo.lock", "plugins/echo-v4/app", "/users/:id", "/items/:id", "/admin/keys/:id", "", false},
	{"echo5", "plugins/echo-v5/echo.lock", "plugins/echo-v5/app", "/users/:id", "/items/:id", "/admin/keys/:id", "", true},
}

func TestRouters(t *testing.T) {
	for _, router := range routers {
		t.Run(router.plugin, func(t *testing.T) {
			routes := map[string]string{"GET /users/42": router.user, "GET /items/7": router.item, "GET /admin/keys/7": router.key}
			if router.other {
				routes["DELETE /users/42"] = router.user
			}
			if router.mounted != "" {
				routes["GET /admin/keys/7"] = router.mounted
			}
			harness.EachVersion(t, router.app, router.lock, func(t *testing.T, app harness.App) { checkRoutes(t, app, routes) })
		})
	}
}

func checkRoutes(t *testing.T, app harness.App, routes map[string]string) {
	t.Helper()
	c := harness.Collect(t)
	harness.RunBoth(t, app, harness.Environ(), c.Env("app"))
	seen := 0
	for _, s := range harness.All(c.Expect(t, 10), "app", "server", "") {
		seen++
		checkRoute(t, s, routes)
	}
	if seen != 5 {
		t.Errorf("%d server spans, want one for each of 5 requests", seen)
	}
}

// checkRoute compares a server span with the route of its request.
func checkRoute(t *testing.T, s otlp.Span, routes map[string]string) {
	t.Helper()
	path, _ := s.Attributes["url.path"].(string)
	method, _ := s.Attributes["http.request.method"].(string)
	if route, ok := routes[method+" "+path]; ok {
		harness.Attributes(t, s, harness.Want{"http.route": route})
		if s.Name != method+" "+route {
			t.Errorf("%s is named %q", path, s.Name)
		}
		return
	}
	harness.Attributes(t, s, harness.Want{"http.route": nil})
	if s.Name != method {
		t.Errorf("%s %s is named %q", method, path, s.Name)
	}
}
