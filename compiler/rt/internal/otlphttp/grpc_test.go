//go:build go1.24

package otlphttp

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"instc.dev/rt/internal/wire"
)

// grpcServer answers calls with one of the answers after the other, without TLS; the last one for ever.
func grpcServer(t *testing.T, answers ...func(http.ResponseWriter)) (url string, calls *atomic.Int64, seen *http.Request, body *[]byte) {
	calls, seen, body = new(atomic.Int64), new(http.Request), new([]byte)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*body, _ = io.ReadAll(r.Body)
		*seen = *r
		n := int(calls.Add(1)) - 1
		if n >= len(answers) {
			n = len(answers) - 1
		}
		answers[n](w)
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, calls, seen, body
}

func framed(message string) []byte {
	frame := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	return append(frame, message...)
}

// status ends a call as grpc-go does: a message, then trailers.
func status(code, details, message string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Trailer", "Grpc-Status, Grpc-Status-Details-Bin")
		w.Write(framed(message))
		w.Header().Set("Grpc-Status", code)
		if details != "" {
			w.Header().Set("Grpc-Status-Details-Bin", details)
		}
	}
}

// trailersOnly is an answer without a message.
func trailersOnly(code string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.Header().Set("Grpc-Status", code) }
}

func httpStatus(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

func retryDetails(seconds, nanos uint64) string {
	delay := wire.AppendVarint([]byte{0x08}, seconds)
	delay = wire.AppendVarint(append(delay, 0x10), nanos)
	detail := wire.AppendString(nil, 0x0a, retryInfoType)
	detail = wire.AppendBytes(detail, 0x12, wire.AppendBytes(nil, 0x0a, delay))
	return base64.RawStdEncoding.EncodeToString(wire.AppendBytes([]byte{0x08, 8}, 0x1a, detail))
}

func TestGRPCCall(t *testing.T) {
	for _, packed := range []bool{false, true} {
		url, _, seen, body := grpcServer(t, status("0", "", "\x0a\x06\x08\x03\x12\x02no"))
		c := client(t, Config{URL: url + "/ignored", GRPC: TraceService, Gzip: packed, Timeout: time.Second, UserAgent: "agent", Headers: map[string]string{"api-key": "s3cret"}})
		for i := 0; i < 2; i++ {
			rejection, err, _ := send(t, c, 5*time.Second, nil)
			if err != nil || rejection != (Rejection{3, "no"}) {
				t.Fatalf("%+v %v", rejection, err)
			}
			message := (*body)[frameHeader:]
			if size := binary.BigEndian.Uint32((*body)[1:]); int(size) != len(message) || ((*body)[0] == 1) != packed {
				t.Errorf("a frame of %d bytes, flag %d", size, (*body)[0])
			}
			if packed {
				unpacked, _ := gzip.NewReader(bytes.NewReader(message))
				message, _ = io.ReadAll(unpacked)
			}
			h := seen.Header
			if string(message) != "request" || seen.ProtoMajor != 2 || seen.URL.Path != "/"+TraceService+"/Export" || h.Get("Content-Type") != "application/grpc" || h.Get("Te") != "trailers" ||
				h.Get("Grpc-Timeout") != "1001m" || h.Get("Api-Key") != "s3cret" || h.Get("User-Agent") != "agent" || (h.Get("Grpc-Encoding") == "gzip") != packed || h.Get("Content-Encoding") != "" {
				t.Errorf("%q to %s: %v", message, seen.URL, h)
			}
		}
	}
}

func TestGRPCStatuses(t *testing.T) {
	ok := status("0", "", "")
	for _, c := range []struct {
		name    string
		answers []func(http.ResponseWriter)
		calls   int64
		ok      bool
	}{
		{"unavailable for a while", []func(http.ResponseWriter){status("14", "", ""), trailersOnly("14"), status("4", "", ""), status("10", "", ""), ok}, 5, true},
		{"refused", []func(http.ResponseWriter){status("3", "", "")}, 1, false},
		{"not there", []func(http.ResponseWriter){trailersOnly("12")}, 1, false},
		{"no room", []func(http.ResponseWriter){status("8", "", ""), ok}, 1, false},
		{"no room yet", []func(http.ResponseWriter){status("8", retryDetails(0, 1000), ""), ok}, 2, true},
		{"a proxy in between", []func(http.ResponseWriter){httpStatus(503), httpStatus(429), ok}, 3, true},
		{"no gRPC at all", []func(http.ResponseWriter){httpStatus(404)}, 1, false},
		{"no status", []func(http.ResponseWriter){httpStatus(200)}, 1, false},
		{"nonsense for a status", []func(http.ResponseWriter){status("x", "", "")}, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, calls, _, _ := grpcServer(t, c.answers...)
			_, err, _ := send(t, client(t, Config{URL: url, GRPC: LogService}), 10*time.Second, nil)
			if (err == nil) != c.ok || calls.Load() != c.calls {
				t.Errorf("%v after %d calls", err, calls.Load())
			}
		})
	}
}

func TestRetryInfo(t *testing.T) {
	for details, want := range map[string]time.Duration{
		retryDetails(2, 5): 2*time.Second + 5, retryDetails(1<<40, 0): maxRetryAfter, retryDetails(1<<63, 0): 0, retryDetails(0, 1<<62): 0, retryDetails(2, 0) + "==": 2 * time.Second,
	} {
		if wait, told := retryInfo(details); !told || wait != want {
			t.Errorf("%s: %v %v, want %v", details, wait, told, want)
		}
	}
	for _, details := range []string{"", "!", "GgA", base64.RawStdEncoding.EncodeToString([]byte("\x1a\xff")), base64.RawStdEncoding.EncodeToString([]byte("\x1a\x03\x0a\x01x"))} {
		if wait, told := retryInfo(details); told || wait != 0 {
			t.Errorf("%s: %v", details, wait)
		}
	}
}

func TestGRPCFrames(t *testing.T) {
	for _, body := range []string{"", "\x00\x00", "\x00\x00\x00\x00\x05abc", "\x01\x00\x00\x00\x01a", "\x00\xff\xff\xff\xffa"} {
		if got := unframed([]byte(body)); got != nil {
			t.Errorf("%q: %q", body, got)
		}
	}
	if got := unframed(append(framed("one"), framed("two")...)); string(got) != "one" {
		t.Errorf("%q", got)
	}
}

func TestGRPCOverTLS(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		status("0", "", "")(w)
	})
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	certificate := writePEM(t, "CERTIFICATE", server.TLS.Certificates[0].Certificate[0])
	if _, err, _ := send(t, client(t, Config{URL: server.URL, GRPC: TraceService, Certificate: certificate}), 5*time.Second, nil); err != nil {
		t.Error(err)
	}
	leaving := make(chan struct{})
	close(leaving)
	old := httptest.NewUnstartedServer(handler)
	old.StartTLS()
	defer old.Close()
	if _, err, _ := send(t, client(t, Config{URL: old.URL, GRPC: TraceService, Certificate: certificate}), 5*time.Second, leaving); err == nil {
		t.Error("HTTP/1.1 is taken for gRPC")
	}
	plain := httptest.NewServer(handler)
	defer plain.Close()
	if _, err, _ := send(t, client(t, Config{URL: plain.URL, GRPC: TraceService}), 5*time.Second, leaving); err == nil {
		t.Error("HTTP/1.1 without TLS is taken for gRPC")
	}
}

func TestGRPCConnectionIsCut(t *testing.T) {
	cut := func(w http.ResponseWriter) {
		w.Write(framed("half")[:6])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	url, calls, _, _ := grpcServer(t, cut, cut, status("0", "", strings.Repeat("x", 10)))
	if _, err, _ := send(t, client(t, Config{URL: url, GRPC: TraceService}), 10*time.Second, nil); err != nil || calls.Load() != 3 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}
