package e2e

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"instc.dev/tests/e2e/harness"
	"instc.dev/tests/e2e/otlp"
)

const nethttpApp = "stdlib-rules/net-http/app"

// pair starts two instrumented services; front calls back.
func pair(t *testing.T, extra ...string) (c *harness.Collector, front, back *harness.Process) {
	t.Helper()
	app := harness.Build(t, nethttpApp)
	c = harness.Collect(t)
	back = harness.Start(t, app.Instrumented, c.Env("back", extra...))
	front = harness.Start(t, app.Instrumented, c.Env("front", append(extra, "UPSTREAM="+back.URL(""))...))
	return c, front, back
}

// get sends a request with the given headers ("Name: value") and returns status and body.
func get(t *testing.T, address string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func port(t *testing.T, address string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOneTraceAcrossTwoServices(t *testing.T) {
	c, front, back := pair(t)
	status, body := get(t, front.URL("/call?to=hello/world"), "User-Agent: e2e/1.0")
	if status != 200 || body != "hello world" {
		t.Fatalf("status %d, body %q", status, body)
	}
	spans := c.Expect(t, 3)
	root := harness.One(t, spans, "front", "server", "GET /call")
	call := harness.One(t, spans, "front", "client", "GET")
	answer := harness.One(t, spans, "back", "server", "GET /hello/{name}")
	harness.Parent(t, root, call)
	harness.Parent(t, call, answer)
	if root.ParentID != "" {
		t.Errorf("the first span has a parent: %s", root.ParentID)
	}
	harness.Attributes(t, root, harness.Want{
		"http.request.method": "GET", "http.route": "/call", "http.response.status_code": 200, "url.scheme": "http",
		"url.path": "/call", "url.query": "to=hello/world", "server.address": "127.0.0.1", "server.port": port(t, front.Addr),
		"client.address": "127.0.0.1", "network.protocol.version": "1.1", "user_agent.original": "e2e/1.0", "error.type": nil,
	})
	harness.Attributes(t, call, harness.Want{
		"http.request.method": "GET", "http.response.status_code": 200, "url.full": back.URL("/hello/world"),
		"server.address": "127.0.0.1", "server.port": port(t, back.Addr), "network.protocol.version": "1.1", "error.type": nil,
		"network.peer.address": "127.0.0.1", "network.peer.port": port(t, back.Addr), "http.request.resend_count": nil,
	})
	harness.Attributes(t, answer, harness.Want{"http.route": "/hello/{name}", "url.path": "/hello/world", "url.query": nil})
	for _, s := range spans {
		harness.Status(t, s, "unset")
		if s.Duration() <= 0 || s.Resource["service.name"] != s.Service || s.Resource["telemetry.sdk.language"] != "go" {
			t.Errorf("span %q: duration %v, resource %v", s.Name, s.Duration(), s.Resource)
		}
	}
	if !answer.Start.After(root.Start) || !answer.End.Before(root.End) {
		t.Errorf("the inner span is not inside the outer one:\n%s", harness.Trees(spans))
	}
}

func TestRedirectsAreCounted(t *testing.T) {
	c, front, _ := pair(t)
	if _, body := get(t, front.URL("/call?to=moved")); body != "hello world" {
		t.Errorf("body %q", body)
	}
	sent := map[any]any{}
	for _, s := range harness.All(c.Expect(t, 7), "front", "client", "GET") {
		sent[s.Attributes["http.response.status_code"]] = s.Attributes["http.request.resend_count"]
	}
	if len(sent) != 2 || sent[int64(200)] != int64(2) {
		t.Errorf("%v", sent)
	}
}

// From Go 1.27 on HTTP/2 is a package of its own, which keeps the status of an answer to itself.
func TestHTTP2(t *testing.T) {
	app := harness.Build(t, nethttpApp)
	for _, example := range []struct {
		path, name, said string
		status           int
		failed           string
	}{
		{"/hello/world", "GET /hello/{name}", "HTTP/2.0 200\n", 200, ""},
		{"/status/404", "GET /status/{code}", "HTTP/2.0 404\n", 404, ""},
		{"/status/503", "GET /status/{code}", "HTTP/2.0 503\n", 503, "503"},
		{"/stream", "GET /stream", "HTTP/2.0 200\n", 200, ""},
		{"/panic", "GET /panic", "error: *url.Error", 500, "500"},
	} {
		t.Run(example.path, func(t *testing.T) {
			c := harness.Collect(t)
			service := harness.Start(t, app.Instrumented, c.Env("service"))
			if _, body := get(t, service.URL("/http2?to="+example.path)); body != example.said {
				t.Errorf("body %q", body)
			}
			spans := c.Expect(t, 3)
			answer := harness.One(t, spans, "service", "server", example.name)
			harness.Parent(t, harness.One(t, spans, "service", "server", "GET /http2"), harness.One(t, spans, "service", "client", "GET"))
			harness.Parent(t, harness.One(t, spans, "service", "client", "GET"), answer)
			want := harness.Want{"http.response.status_code": example.status, "network.protocol.version": "2", "url.scheme": "https", "error.type": nil}
			if example.failed != "" {
				want["error.type"] = example.failed
			}
			harness.Attributes(t, answer, want)
		})
	}
}

func TestClientWithoutContextFindsItsParentByGoroutine(t *testing.T) {
	for _, path := range []string{"/call-without-context", "/call-from-goroutine"} {
		t.Run(path[1:], func(t *testing.T) {
			c, front, _ := pair(t)
			get(t, front.URL(path+"?to=hello/x"))
			spans := c.Expect(t, 3)
			harness.Parent(t, harness.One(t, spans, "front", "server", ""), harness.One(t, spans, "front", "client", ""))
		})
	}
}

func TestRemoteParentAndSampling(t *testing.T) {
	const trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	c, front, _ := pair(t)
	get(t, front.URL("/call?to=hello/x"), "traceparent: 00-"+trace+"-"+parent+"-01", "tracestate: vendor=abc")
	spans := c.Expect(t, 3)
	root := harness.One(t, spans, "front", "server", "")
	if root.TraceID != trace || root.ParentID != parent || !root.Remote() {
		t.Errorf("trace %s, parent %s, remote %v", root.TraceID, root.ParentID, root.Remote())
	}
	for _, s := range spans {
		if s.TraceState != "vendor=abc" {
			t.Errorf("span %q has trace state %q", s.Name, s.TraceState)
		}
	}

	c.Reset()
	get(t, front.URL("/call?to=hello/x"), "traceparent: 00-"+trace+"-"+parent+"-00")
	c.Expect(t, 0) // the caller decided not to sample

	for _, broken := range []string{"00-" + strings.Repeat("0", 32) + "-" + parent + "-01", "ff-" + trace + "-" + parent + "-01", "nonsense"} {
		c.Reset()
		get(t, front.URL("/hello/x"), "traceparent: "+broken)
		if s := c.Expect(t, 1)[0]; s.ParentID != "" || s.TraceID == trace {
			t.Errorf("traceparent %q was believed", broken)
		}
	}
}

func TestContextIsHandedOn(t *testing.T) {
	c, front, _ := pair(t)
	_, body := get(t, front.URL("/call?to=headers"), "baggage: user=ann,plan=gold%20plus", "tracestate: vendor=abc")
	var received http.Header
	if err := json.Unmarshal([]byte(body), &received); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	client := harness.One(t, c.Expect(t, 3), "front", "client", "")
	if got, want := received.Values("Traceparent"), "00-"+client.TraceID+"-"+client.SpanID+"-"; len(got) != 1 || !strings.HasPrefix(got[0], want) {
		t.Errorf("traceparent %q, want one that begins with %s", got, want)
	}
	if got := received.Get("Baggage"); !strings.Contains(got, "user=ann") || !strings.Contains(got, "plan=gold%20plus") {
		t.Errorf("baggage %q", got)
	}
}

func TestStatusesAndErrors(t *testing.T) {
	c, front, _ := pair(t)
	for _, test := range []struct {
		code           string
		client, server string
		errorType      any
	}{
		{"204", "unset", "unset", nil},
		{"302", "unset", "unset", nil},
		{"404", "error", "unset", nil},
		{"503", "error", "error", "503"},
	} {
		t.Run(test.code, func(t *testing.T) {
			c.Reset()
			get(t, front.URL("/call?to=status/"+test.code))
			spans := c.Expect(t, 3)
			client, server := harness.One(t, spans, "front", "client", ""), harness.One(t, spans, "back", "server", "")
			harness.Status(t, client, test.client)
			harness.Status(t, server, test.server)
			harness.Attributes(t, server, harness.Want{"error.type": test.errorType})
			code, _ := strconv.Atoi(test.code)
			harness.Attributes(t, client, harness.Want{"http.response.status_code": code})
			harness.Attributes(t, server, harness.Want{"http.response.status_code": code, "http.route": "/status/{code}"})
			if test.client == "error" {
				harness.Attributes(t, client, harness.Want{"error.type": test.code})
			}
		})
	}
}

func TestPanicInHandlerIsAServerError(t *testing.T) {
	c, front, _ := pair(t)
	get(t, front.URL("/panic"))
	s := harness.One(t, c.Expect(t, 1), "front", "server", "GET /panic")
	harness.Status(t, s, "error")
	harness.Attributes(t, s, harness.Want{"http.response.status_code": 500, "error.type": "500"})
	if !strings.Contains(front.Stderr(), "http: panic serving") || !strings.Contains(front.Stderr(), "boom") {
		t.Errorf("the server's own panic message is missing: %q", front.Stderr())
	}
}

// net/http's own way to drop a connection: it does not log it, and it is no error here.
func TestAbortedAnswerIsNoError(t *testing.T) {
	c, front, _ := pair(t)
	get(t, front.URL("/abort"))
	s := harness.One(t, c.Expect(t, 1), "front", "server", "GET /abort")
	harness.Status(t, s, "unset")
	harness.Attributes(t, s, harness.Want{"http.response.status_code": nil, "error.type": nil})
	if front.Stderr() != "" {
		t.Errorf("it says %q", front.Stderr())
	}
}

func TestUpstreamThatIsNotThere(t *testing.T) {
	app := harness.Build(t, nethttpApp)
	c := harness.Collect(t)
	front := harness.Start(t, app.Instrumented, c.Env("front", "UPSTREAM=http://127.0.0.1:1"))
	if _, body := get(t, front.URL("/call?to=x")); body != "error: *url.Error" {
		t.Errorf("the program sees %q", body)
	}
	spans := c.Expect(t, 2)
	client := harness.One(t, spans, "front", "client", "GET")
	harness.Status(t, client, "error")
	harness.Attributes(t, client, harness.Want{"http.response.status_code": nil})
	if text, _ := client.Attributes["error.type"].(string); text == "" {
		t.Error("no error.type")
	}
	if len(client.Events) != 1 || client.Events[0].Name != "exception" {
		t.Errorf("events %v, want one exception", client.Events)
	}
	harness.Status(t, harness.One(t, spans, "front", "server", ""), "unset")
}

func TestSecretsInUrlsAreRedacted(t *testing.T) {
	c, front, _ := pair(t)
	query := url.QueryEscape("sig=topsecret&X-Amz-Signature=topsecret&page=2")
	get(t, front.URL("/call?to=hello/x&query="+query))
	for _, s := range c.Expect(t, 3) {
		for key, value := range s.Attributes {
			if s.Service == "back" || s.Kind == "client" {
				if strings.Contains(otlp.Text(value), "topsecret") {
					t.Errorf("%s span: %s = %v", s.Kind, key, value)
				}
			}
		}
	}
}

func TestKeepAliveDoesNotLeakFromRequestToRequest(t *testing.T) {
	c, front, _ := pair(t)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	for range 5 {
		response, err := client.Get(front.URL("/call-without-context?to=hello/x"))
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	traces := otlp.Traces(c.Expect(t, 15))
	if len(traces) != 5 {
		t.Fatalf("%d traces, want 5:\n%s", len(traces), harness.Trees(c.Spans()))
	}
	for _, trace := range traces {
		if len(trace.Spans) != 3 || len(trace.Roots) != 1 {
			t.Errorf("trace %s has %d spans and %d roots", trace.ID, len(trace.Spans), len(trace.Roots))
		}
	}
}

func TestSiblingCallsHaveTheSameParent(t *testing.T) {
	c, front, _ := pair(t)
	get(t, front.URL("/call-twice?to=hello/x"))
	spans := c.Expect(t, 5)
	server := harness.One(t, spans, "front", "server", "")
	for _, client := range harness.All(spans, "front", "client", "") {
		harness.Parent(t, server, client)
	}
}

func TestStreamingAndPositionsAreAsBefore(t *testing.T) {
	app := harness.Build(t, nethttpApp)
	c := harness.Collect(t)
	plain := harness.Start(t, app.Plain, harness.Environ())
	instrumented := harness.Start(t, app.Instrumented, c.Env("app"))
	for _, path := range []string{"/stream", "/stack"} {
		_, want := get(t, plain.URL(path))
		_, got := get(t, instrumented.URL(path))
		if got, want = positions(got), positions(want); got != want {
			t.Errorf("%s: plain\n%s\ninstrumented\n%s", path, want, got)
		}
	}
	c.Expect(t, 2)
}

// positions keeps of a stack trace what does not change from run to run: functions, files and lines.
func positions(stack string) string {
	stack = regexp.MustCompile(`goroutine \d+`).ReplaceAllString(stack, "goroutine N")
	stack = regexp.MustCompile(`0x[0-9a-f]+\??`).ReplaceAllString(stack, "0x")
	stack = regexp.MustCompile(`\([^()\n]*0x[^()\n]*\)`).ReplaceAllString(stack, "(...)")
	return regexp.MustCompile(` in goroutine N|:\d+ \+0x`).ReplaceAllStringFunc(stack, func(s string) string {
		return strings.TrimSuffix(s, " +0x")
	})
}

func TestSwitchedOffPluginsAreQuiet(t *testing.T) {
	c, front, _ := pair(t, "INSTC_DISABLE=nethttp")
	if status, body := get(t, front.URL("/call?to=hello/x")); status != 200 || body != "hello x" {
		t.Errorf("status %d, body %q", status, body)
	}
	c.Expect(t, 0)
}
