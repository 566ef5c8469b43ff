package e2e

import (
	"fmt"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
)

func TestAnts(t *testing.T) {
	harness.EachVersion(t, "plugins/ants-v2/app", "plugins/ants-v2/ants.lock", func(t *testing.T, app harness.App) {
		c := harness.Collect(t)
		if ended := harness.Run(t, app.Instrumented, c.Env("app")); ended.Status != 0 || ended.Stderr != "" {
			t.Fatalf("%v\n%s", ended.Status, ended.Stderr)
		}
		spans := c.Spans()
		servers, counted := map[string]string{}, map[string]int{}
		for _, s := range harness.All(spans, "app", "server", "") {
			servers[fmt.Sprint(s.Attributes["url.path"])] = s.SpanID
		}
		for _, s := range harness.All(spans, "app", "client", "") {
			url := strings.Split(fmt.Sprint(s.Attributes["url.full"]), "/")[3:]
			switch {
			case len(url) == 2 && s.ParentID != servers["/"+url[0]]:
				t.Errorf("%v hangs below %s, not below request %s", url, s.ParentID, servers["/"+url[0]])
			case len(url) == 1 && s.ParentID != "":
				t.Errorf("%v hangs below %s", url, s.ParentID)
			}
			counted[url[len(url)-1]]++
		}
		if counted["submitted"] != 10 || counted["invoked"] != 10 || counted["nobody"] != 1 {
			t.Errorf("%v\n%s", counted, harness.Trees(spans))
		}
	})
}
