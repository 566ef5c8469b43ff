package otlphttp

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// answers is a collector that gives one status after the other; the last one for ever.
func answers(t *testing.T, header http.Header, statuses ...int) (url string, calls *atomic.Int64) {
	calls = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		n := int(calls.Add(1)) - 1
		if n >= len(statuses) {
			n = len(statuses) - 1
		}
		for key, values := range header {
			w.Header()[key] = values
		}
		w.WriteHeader(statuses[n])
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

func client(t *testing.T, config Config) *Client {
	t.Helper()
	if config.Backoff == 0 {
		config.Backoff = time.Millisecond
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdle)
	return c
}

func send(t *testing.T, c *Client, limit time.Duration, leaving chan struct{}) (Rejection, error, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	begin := time.Now()
	rejection, err := c.Send(ctx, []byte("request"), leaving)
	return rejection, err, time.Since(begin)
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		calls    int64
		ok       bool
	}{
		{"accepted", []int{200}, 1, true},
		{"accepted later", []int{503, 429, 502, 504, 200}, 5, true},
		{"refused", []int{400}, 1, false},
		{"refused later", []int{503, 401}, 2, false},
		{"redirected", []int{302}, 1, false},
		{"internal error", []int{500}, 1, false},
		{"no content", []int{204}, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, calls := answers(t, http.Header{"Location": {"/elsewhere"}}, c.statuses...)
			_, err, _ := send(t, client(t, Config{URL: url}), 10*time.Second, nil)
			if (err == nil) != c.ok || calls.Load() != c.calls {
				t.Errorf("%v after %d calls", err, calls.Load())
			}
		})
	}
}

func TestGivesUpInTime(t *testing.T) {
	url, calls := answers(t, nil, 503)
	_, err, took := send(t, client(t, Config{URL: url}), 300*time.Millisecond, nil)
	if err == nil || took > 2*time.Second || calls.Load() < 3 {
		t.Errorf("%v after %v and %d calls", err, took, calls.Load())
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0": 0, "-1": 0, "86400": maxRetryAfter, "x": 0, "99999999999999999999": 0,
		now.Add(3 * time.Second).Format(http.TimeFormat): 3 * time.Second, now.Add(-time.Hour).Format(http.TimeFormat): 0,
		now.Add(time.Hour).Format(http.TimeFormat): maxRetryAfter,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
	url, calls := answers(t, http.Header{"Retry-After": {"1"}}, 503, 200)
	_, err, took := send(t, client(t, Config{URL: url}), 10*time.Second, nil)
	if err != nil || calls.Load() != 2 || took < time.Second {
		t.Errorf("%v after %v and %d calls", err, took, calls.Load())
	}
	url, calls = answers(t, http.Header{"Retry-After": {"20"}}, 503)
	if _, err, took = send(t, client(t, Config{URL: url}), 5*time.Second, nil); err == nil || calls.Load() != 1 || took > 2*time.Second {
		t.Errorf("a pause that ends after the deadline is waited for: %v", took)
	}
}

// hanging is a collector that accepts and never answers.
func hanging(t *testing.T) string {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-release
	}))
	t.Cleanup(func() {
		close(release)
		server.Close()
	})
	return server.URL
}

func TestHangingCollector(t *testing.T) {
	c := client(t, Config{URL: hanging(t), Timeout: 50 * time.Millisecond})
	_, err, took := send(t, c, 400*time.Millisecond, nil)
	if err == nil || took > 3*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

func TestLeaving(t *testing.T) {
	leaving := make(chan struct{})
	close(leaving)
	url, calls := answers(t, nil, 503)
	if _, err, _ := send(t, client(t, Config{URL: url, Backoff: time.Hour}), time.Minute, leaving); err == nil || calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	_, err, took := send(t, client(t, Config{URL: gone.URL, Backoff: time.Hour}), time.Minute, leaving)
	if err == nil || took > time.Second || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v after %v", err, took)
	}
	// Leaving ends a pause and is worth one more attempt.
	leaving = make(chan struct{})
	time.AfterFunc(50*time.Millisecond, func() { close(leaving) })
	url, calls = answers(t, nil, 503, 200)
	if _, err, took := send(t, client(t, Config{URL: url, Backoff: time.Hour}), time.Minute, leaving); err != nil || calls.Load() != 2 || took > 5*time.Second {
		t.Errorf("%v after %v and %d calls", err, took, calls.Load())
	}
}

func TestRequest(t *testing.T) {
	for _, packed := range []bool{false, true} {
		var got http.Header
		var body []byte
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.Header
			reader := io.Reader(r.Body)
			if r.Header.Get("Content-Encoding") == "gzip" {
				reader, _ = gzip.NewReader(r.Body)
			}
			body, _ = io.ReadAll(reader)
			// partial_success { rejected_spans: 3, error_message: "no" }
			w.Write([]byte{0x0a, 6, 0x08, 3, 0x12, 2, 'n', 'o'})
		}))
		c := client(t, Config{URL: server.URL + "/v1/traces", Gzip: packed, UserAgent: "agent", Headers: map[string]string{"api-key": "s3cret", "Content-Type": "x"}})
		for i := 0; i < 2; i++ { // the packer is used again
			rejection, err, _ := send(t, c, 5*time.Second, nil)
			if err != nil || rejection != (Rejection{3, "no"}) {
				t.Errorf("%+v %v", rejection, err)
			}
			if string(body) != "request" || got.Get("Api-Key") != "s3cret" || got.Get("Content-Type") != "application/x-protobuf" || got.Get("User-Agent") != "agent" {
				t.Errorf("%q %v", body, got)
			}
		}
		server.Close()
	}
}

func TestJSON(t *testing.T) {
	for _, c := range []struct {
		answer string
		want   Rejection
	}{
		{`{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}`, Rejection{3, "no"}},
		{`{"partialSuccess":{"rejectedLogRecords":4}}`, Rejection{4, ""}},
		{`{"partialSuccess":{"rejectedDataPoints":"x"}}`, Rejection{}},
		{`{}`, Rejection{}}, {``, Rejection{}}, {`[[`, Rejection{}}, {`{"partialSuccess":7}`, Rejection{}},
	} {
		var got http.Header
		var body []byte
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.Header
			unpacked, _ := gzip.NewReader(r.Body)
			body, _ = io.ReadAll(unpacked)
			w.Write([]byte(c.answer))
		}))
		rejection, err, _ := send(t, client(t, Config{URL: server.URL, Gzip: true, JSON: "traces"}), 5*time.Second, nil)
		if err != nil || rejection != c.want || got.Get("Content-Type") != "application/json" || string(body) != "{}" {
			t.Errorf("%s: %+v %v, %q as %s", c.answer, rejection, err, body, got.Get("Content-Type"))
		}
		server.Close()
	}
}

func TestMalformedAnswersAreHarmless(t *testing.T) {
	for _, answer := range []string{"", "\xff", "\x0a\xff\xff\xff\xff\x0f", "\x0a\x02\x08", strings.Repeat("\x0a\x00", 1000)} {
		if r := parseResponse([]byte(answer)); r != (Rejection{}) {
			t.Errorf("%q: %+v", answer, r)
		}
	}
}

func TestErrorsDoNotShowTheURL(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	c := client(t, Config{URL: strings.Replace(gone.URL, "http://", "http://user:hunter2@", 1) + "/?token=hunter2"})
	leaving := make(chan struct{})
	close(leaving)
	_, err, _ := send(t, c, time.Second, leaving)
	if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(c.Host(), "hunter2") {
		t.Errorf("%v, %s", err, c.Host())
	}
	if _, err := New(Config{URL: "http://user:hunter2@[::1"}); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}

func TestUserInformationOfTheEndpoint(t *testing.T) {
	seen := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		seen <- user + " " + password
	}))
	defer server.Close()
	c := client(t, Config{URL: strings.Replace(server.URL, "http://", "http://ann:p%20w@", 1)})
	if _, err, _ := send(t, c, time.Minute, nil); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got != "ann p w" {
		t.Errorf("the collector was asked by %q", got)
	}
}

func writePEM(t *testing.T, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), kind)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCertificates(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	server.StartTLS()
	defer server.Close()
	own := server.TLS.Certificates[0]
	certificate := writePEM(t, "CERTIFICATE", own.Certificate[0])
	der, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	key := writePEM(t, "PRIVATE KEY", der)

	leaving := make(chan struct{})
	close(leaving)
	if _, err, _ := send(t, client(t, Config{URL: server.URL}), 5*time.Second, leaving); err == nil {
		t.Error("an unknown authority is trusted")
	}
	if _, err, _ := send(t, client(t, Config{URL: server.URL, Certificate: certificate}), 5*time.Second, leaving); err != nil {
		t.Error(err)
	}

	mutual := httptest.NewUnstartedServer(server.Config.Handler)
	mutual.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	mutual.StartTLS()
	defer mutual.Close()
	if _, err, _ := send(t, client(t, Config{URL: mutual.URL, Certificate: certificate}), 5*time.Second, leaving); err == nil {
		t.Error("no client certificate was asked for")
	}
	c := client(t, Config{URL: mutual.URL, Certificate: certificate, ClientCertificate: certificate, ClientKey: key})
	if _, err, _ := send(t, c, 5*time.Second, leaving); err != nil {
		t.Error(err)
	}
	for _, broken := range []Config{{Certificate: "/no/such/file"}, {Certificate: key}, {ClientKey: key}, {ClientCertificate: certificate}} {
		broken.URL = server.URL
		if _, err := New(broken); err == nil {
			t.Errorf("%+v is accepted", broken)
		}
	}
}

// connectProxy leads every CONNECT to one server, and remembers what it was asked for.
func connectProxy(t *testing.T, to string) (url string, asked func() []string) {
	var mu sync.Mutex
	var hosts []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		hosts = append(hosts, r.Method+" "+r.Host+" "+r.Header.Get("Api-Key"))
		mu.Unlock()
		there, err := net.Dial("tcp", to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, _, _ := http.NewResponseController(w).Hijack()
		io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go io.Copy(there, here)
		io.Copy(here, there)
		here.Close()
		there.Close()
	}))
	t.Cleanup(server.CloseClientConnections)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), hosts...)
	}
}

// The environment's proxy is read once in a process, so the client runs in another one.
func TestProxy(t *testing.T) {
	if url := os.Getenv("TEST_PROXY_URL"); url != "" {
		c := client(t, Config{URL: url, Certificate: os.Getenv("TEST_PROXY_CA"), GRPC: os.Getenv("TEST_PROXY_GRPC"), Headers: map[string]string{"api-key": "s3cret"}})
		leaving := make(chan struct{})
		close(leaving)
		if _, err, _ := send(t, c, 10*time.Second, leaving); err != nil {
			t.Fatal(err)
		}
		return
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Grpc-Status", "0")
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	certificate := writePEM(t, "CERTIFICATE", server.TLS.Certificates[0].Certificate[0])
	for _, c := range []struct {
		grpc, noProxy string
		ok            bool
	}{{"", "", true}, {TraceService, "", true}, {"", "example.com", false}} {
		proxy, asked := connectProxy(t, server.Listener.Addr().String())
		child := exec.Command(os.Args[0], "-test.run=^TestProxy$")
		child.Env = append(os.Environ(), "TEST_PROXY_URL=https://example.com:1/v1/traces", "TEST_PROXY_CA="+certificate, "TEST_PROXY_GRPC="+c.grpc, "HTTPS_PROXY="+proxy, "NO_PROXY="+c.noProxy, "https_proxy=", "no_proxy=")
		out, err := child.CombinedOutput()
		want := "CONNECT example.com:1 "
		if (err == nil) != c.ok || c.ok && (len(asked()) == 0 || asked()[0] != want) || !c.ok && len(asked()) != 0 {
			t.Errorf("%+v: %v, the proxy was asked for %q\n%s", c, err, asked(), out)
		}
	}
}

// A collector that goes away in the middle of a request, one that answers slower than the timeout, and one whose answer has no end.
func TestCollectorsThatMisbehave(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"cuts the request": func(w http.ResponseWriter, r *http.Request) {
			r.Body.Read(make([]byte, 10))
			panic(http.ErrAbortHandler)
		},
		"cuts the answer": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			here, _, _ := http.NewResponseController(w).Hijack()
			io.WriteString(here, "HTTP/1.1 200 O")
			here.Close()
		},
		"is slow": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
		"speaks something else": func(w http.ResponseWriter, r *http.Request) {
			here, _, _ := http.NewResponseController(w).Hijack()
			io.WriteString(here, "SSH-2.0-x\r\n")
			here.Close()
		},
	} {
		var calls atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) < 3 {
				handler(w, r)
			}
			io.Copy(io.Discard, r.Body)
		}))
		c := client(t, Config{URL: server.URL, Timeout: 200 * time.Millisecond})
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		_, err := c.Send(ctx, make([]byte, 1<<20), nil)
		cancel()
		if err != nil || calls.Load() < 3 {
			t.Errorf("one that %s: %v after %d calls", name, err, calls.Load())
		}
		server.CloseClientConnections()
		server.Close()
	}
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 32<<10)); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	if _, err, took := send(t, client(t, Config{URL: endless.URL}), 20*time.Second, nil); err != nil || took > 15*time.Second {
		t.Errorf("an answer without an end: %v after %v", err, took)
	}
}
