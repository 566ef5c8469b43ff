// A program that looks at itself and prints what it sees. An instrumented build must print the same.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func main() {
	for _, look := range []struct {
		name string
		look func()
	}{
		{"writers", writers}, {"early hints", earlyHints}, {"hijack", hijack}, {"copy", copyFile}, {"panics", panics}, {"goexit", goexit},
		{"callers", callers}, {"requests", requests}, {"errors", clientErrors}, {"finalizers", finalizers}, {"labels", labels},
		{"timers", timers}, {"allocations", allocations}, {"contexts", contexts},
	} {
		fmt.Println("==", look.name)
		look.look()
	}
}

func serve(handler http.HandlerFunc) *httptest.Server { return httptest.NewServer(handler) }

func fetch(client *http.Client, address string) string {
	answer, err := client.Get(address)
	if err != nil {
		return "error " + plain(err.Error())
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode, " ", answer.Proto, " ", string(body), " ", err)
}

// plain leaves out what differs from run to run.
func plain(text string) string {
	text = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "HOST")
	return regexp.MustCompile(`0x[0-9a-f]+`).ReplaceAllString(text, "0x")
}

// Which optional interfaces a handler finds, over HTTP/1 and HTTP/2.
func writers() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, flusher := w.(http.Flusher)
		_, hijacker := w.(http.Hijacker)
		_, reader := w.(io.ReaderFrom)
		_, str := w.(io.StringWriter)
		_, pusher := w.(http.Pusher)
		_, notifier := w.(http.CloseNotifier)
		deadline := http.NewResponseController(w).SetReadDeadline(time.Now().Add(time.Minute))
		fmt.Fprintf(w, "%T %v %v %v %v %v %v %v", w, flusher, hijacker, reader, str, pusher, notifier, deadline)
	})
	one := httptest.NewServer(handler)
	defer one.Close()
	fmt.Println(fetch(one.Client(), one.URL))
	two := httptest.NewUnstartedServer(handler)
	two.EnableHTTP2 = true
	two.StartTLS()
	defer two.Close()
	fmt.Println(fetch(two.Client(), two.URL))
}

func earlyHints() {
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusProcessing)
		w.WriteHeader(http.StatusTeapot)
		w.(http.Flusher).Flush()
		io.WriteString(w, "tea")
	})
	defer server.Close()
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
		fmt.Println("interim", code, header.Get("Link"))
		return nil
	}}
	request, _ := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), trace), "GET", server.URL, nil)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, answer.TransferEncoding, string(body))
}

func hijack() {
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		conn, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			fmt.Println(err)
			return
		}
		_, writeErr := w.Write([]byte("late"))
		fmt.Println("write after hijack:", writeErr)
		line, _ := buffered.ReadString('\n')
		fmt.Fprintf(conn, "raw %s", line)
		conn.Close()
	})
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\nmore\n")
	text, _ := io.ReadAll(conn)
	fmt.Printf("%q\n", text)
}

func copyFile() {
	folder, _ := os.MkdirTemp("", "behaviour")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "file")
	os.WriteFile(path, bytes.Repeat([]byte("0123456789"), 100_000), 0o600)
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		file, _ := os.Open(path)
		defer file.Close()
		n, err := io.Copy(w, file)
		fmt.Println("copied", n, err)
	})
	defer server.Close()
	fmt.Println(len(fetch(server.Client(), server.URL)))
}

func panics() {
	var said bytes.Buffer
	var lock sync.Mutex
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/abort":
			panic(http.ErrAbortHandler)
		case "/nested":
			defer func() { panic(fmt.Sprint("second after ", recover())) }()
			panic("first")
		case "/recovered":
			defer func() { fmt.Fprint(w, "recovered ", recover()) }()
			panic("mine")
		}
		panic(errors.New("plain error"))
	}))
	server.Config.ErrorLog = log.New(writerFunc(func(p []byte) (int, error) {
		lock.Lock()
		defer lock.Unlock()
		line, _, _ := bytes.Cut(p, []byte("\n"))
		said.Write(append(line, '\n'))
		return len(p), nil
	}), "", 0)
	server.Start()
	for _, path := range []string{"/x", "/abort", "/nested", "/recovered"} {
		fmt.Println(path, fetch(server.Client(), server.URL+path))
	}
	server.Close()
	lock.Lock()
	defer lock.Unlock()
	fmt.Print(plain(said.String()))
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func goexit() {
	done := make(chan string, 1)
	go func() {
		defer func() { done <- fmt.Sprint("recovered ", recover()) }()
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { runtime.Goexit() }).ServeHTTP(nil, nil)
	}()
	fmt.Println(<-done)
	server := serve(func(w http.ResponseWriter, r *http.Request) { runtime.Goexit() })
	client := &http.Client{Timeout: 2 * time.Second}
	fmt.Println(strings.Contains(fetch(client, server.URL), "error"))
	server.CloseClientConnections()
}

// What the stack of a handler looks like: functions, files, lines.
func callers() {
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		pc := make([]uintptr, 20)
		frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
		for {
			frame, more := frames.Next()
			if strings.HasPrefix(frame.Function, "net/http.") || strings.HasPrefix(frame.Function, "main.") {
				fmt.Fprintf(w, "%s %s:%d\n", frame.Function, filepath.Base(frame.File), frame.Line)
			}
			if !more {
				return
			}
		}
	})
	defer server.Close()
	fmt.Println(fetch(server.Client(), server.URL))
}

// A client's request and answer are the caller's own, and nothing is left in them.
func requests() {
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/here", http.StatusFound)
			return
		}
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %d %d", body, r.ContentLength, len(r.Header["Cookie"]))
	})
	defer server.Close()
	request, _ := http.NewRequest("POST", server.URL+"/x?token=secret", strings.NewReader("body"))
	request.Header = http.Header{"X-Own": {"1"}}
	before := request.Context()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(string(body), answer.Request == request, request.Context() == before, request.Header, request.URL.RawQuery)
	request, _ = http.NewRequest("GET", server.URL+"/away", nil)
	request.Header = nil
	answer, err = http.DefaultClient.Do(request)
	fmt.Println(err, answer != nil && answer.Request.URL.Path == "/here", request.Header)
}

func clientErrors() {
	closed := serve(func(http.ResponseWriter, *http.Request) {})
	closed.Close()
	_, err := http.Get(closed.URL)
	var wrapped *url.Error
	var op *net.OpError
	fmt.Printf("%T %v %v %s\n", err, errors.As(err, &wrapped), errors.As(err, &op), plain(err.Error()))
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("no more"))
	request, _ := http.NewRequestWithContext(ctx, "GET", closed.URL, nil)
	_, err = http.DefaultClient.Do(request)
	fmt.Println(errors.Is(err, context.Canceled), context.Cause(ctx), plain(err.Error()))
	_, err = http.DefaultClient.Do(&http.Request{})
	fmt.Println(err)
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		http.DefaultClient.Do(nil)
	}()
	_, err = (&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{}}}).Get("https://127.0.0.1:1/")
	fmt.Println(plain(err.Error()))
}

// What belongs to a request is garbage after it.
func finalizers() {
	var collected atomic.Int32
	type big struct{ bytes [1 << 16]byte }
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		mine := &big{}
		runtime.SetFinalizer(mine, func(*big) { collected.Add(1) })
		r = r.WithContext(context.WithValue(r.Context(), big{}, mine))
		runtime.KeepAlive(r)
	})
	for range 5 {
		fetch(server.Client(), server.URL)
	}
	server.Close()
	for range 50 {
		runtime.GC()
		if collected.Load() == 5 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	fmt.Println("collected", collected.Load())
}

func labels() {
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		pprof.Do(r.Context(), pprof.Labels("route", "x"), func(ctx context.Context) {
			value, ok := pprof.Label(ctx, "route")
			fmt.Fprint(w, value, ok)
		})
	})
	defer server.Close()
	fmt.Println(fetch(server.Client(), server.URL))
}

func timers() {
	fired := make(chan string, 1)
	timer := time.AfterFunc(time.Hour, func() { fired <- "late" })
	fmt.Println(timer.Stop(), timer.Stop(), timer.Reset(time.Millisecond), <-fired)
	ctx, cancel := context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, func() { fired <- "after" })
	fmt.Println(stop(), stop())
	context.AfterFunc(ctx, func() { fired <- "cancelled" })
	cancel()
	fmt.Println(<-fired)
}

// Outside of any span, code of hooked packages allocates what it allocated before. (Not so a line of package log, whose text is made in a function
// that may be wrapped, and so is in memory of its own: docs/users.md.)
func allocations() {
	structured := slog.New(slog.NewTextHandler(io.Discard, nil))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(http.ResponseWriter, *http.Request) {})
	request := httptest.NewRequest("GET", "/items/1", nil)
	recorder := httptest.NewRecorder()
	ctx := context.Background()
	fmt.Println("slog", testing.AllocsPerRun(200, func() { structured.InfoContext(ctx, "text", "key", 1) }))
	fmt.Println("slog below its level", testing.AllocsPerRun(200, func() { structured.DebugContext(ctx, "text") }))
	fmt.Println("mux", testing.AllocsPerRun(200, func() { mux.ServeHTTP(recorder, request) }))
	fmt.Println("timer", testing.AllocsPerRun(200, func() { time.AfterFunc(time.Hour, func() {}).Stop() }))
	fmt.Println("goroutine", testing.AllocsPerRun(200, func() {
		done := make(chan bool)
		go func() { close(done) }()
		<-done
	}))
	reader := bufio.NewReader(strings.NewReader(""))
	fmt.Println("request", testing.AllocsPerRun(200, func() {
		reader.Reset(strings.NewReader("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
		http.ReadRequest(reader)
	}))
}

// A handler's context is done when the request is, and says why.
func contexts() {
	ended := make(chan error, 1)
	server := serve(func(w http.ResponseWriter, r *http.Request) {
		_, has := r.Context().Deadline()
		local := r.Context().Value(http.LocalAddrContextKey) != nil
		fmt.Fprint(w, has, local, r.Context().Err())
		go func() { <-r.Context().Done(); ended <- context.Cause(r.Context()) }()
	})
	defer server.Close()
	fmt.Println(fetch(server.Client(), server.URL))
	fmt.Println(<-ended)
}
