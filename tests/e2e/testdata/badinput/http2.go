package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// second is HTTP/2 without TLS, so that either side can be one that sends whatever frames it likes.
func second() {
	secondServer()
	secondClient()
}

func unencrypted() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return protocols
}

func secondServer() {
	over := make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/echo/", echoed)
	mux.HandleFunc("/body", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprint(w, len(body), err, r.Trailer)
	})
	mux.HandleFunc("/waits", func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		over <- fmt.Sprint("handler knows: ", r.Context().Err())
	})
	mux.HandleFunc("/informs", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a.css>")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusProcessing)
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusTeapot)
	})
	mux.HandleFunc("/trailers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		io.WriteString(w, "summed")
		w.Header().Set("X-Sum", "6")
		w.Header().Set(http.TrailerPrefix+"X-Late", "yes")
	})
	mux.HandleFunc("/is", func(w http.ResponseWriter, r *http.Request) {
		_, flusher := w.(http.Flusher)
		_, pusher := w.(http.Pusher)
		_, hijacker := w.(http.Hijacker)
		_, reader := w.(io.ReaderFrom)
		_, texts := w.(io.StringWriter)
		_, notifier := w.(http.CloseNotifier)
		controller := http.NewResponseController(w)
		fmt.Fprintf(w, "%T %v %v %v %v %v %v %v %v", w, flusher, pusher, hijacker, reader, texts, notifier, controller.SetWriteDeadline(time.Time{}), controller.EnableFullDuplex())
	})
	mux.HandleFunc("/panics/{what}", func(w http.ResponseWriter, r *http.Request) {
		switch r.PathValue("what") {
		case "abort":
			panic(http.ErrAbortHandler)
		case "late":
			io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic("late")
		}
		panic(failing{})
	})
	server := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0), Protocols: unencrypted(), MaxHeaderBytes: 1 << 21}
	listener := listen()
	go server.Serve(listener)
	addr := listener.Addr().String()

	for _, path := range []string{"/echo/1", "/informs", "/trailers", "/is", "/panics/abort", "/panics/late", "/panics/value", "/nowhere", "*", "", "/echo/%00%ff?a=%zz&token=s3cret"} {
		try("HTTP/2 "+path, func() any { return frames(addr, "GET", path, nil, nil) })
	}
	for i, value := range append(nasty, binary) {
		try(fmt.Sprint("HTTP/2 nasty ", i), func() any {
			return frames(addr, "GET", "/echo/1", []string{"traceparent", value, "tracestate", value, "baggage", value, "user-agent", value}, nil)
		})
	}
	try("HTTP/2 many", func() any {
		var many []string
		for i := 0; i < 100; i++ {
			many = append(many, "traceparent", nasty[i%4], "tracestate", strings.Repeat("a=b,", 40))
		}
		return frames(addr, "GET", "/echo/1", many, nil)
	})
	try("HTTP/2 upper case", func() any { return frames(addr, "GET", "/echo/1", []string{"Traceparent", "00"}, nil) })
	try("HTTP/2 pseudo", func() any { return frames(addr, "GET", "/echo/1", []string{":status", "200"}, nil) })
	try("HTTP/2 a connection of its own", func() any { return frames(addr, "GET", "/echo/1", []string{"connection", "close"}, nil) })
	try("HTTP/2 a made-up method", func() any { return frames(addr, strings.Repeat("M", 1000), "/echo/1", nil, nil) })
	try("HTTP/2 no method", func() any { return frames(addr, "", "/echo/1", nil, nil) })
	try("HTTP/2 CONNECT", func() any { return frames(addr, "CONNECT", "", nil, nil) })
	try("HTTP/2 a body", func() any { return frames(addr, "POST", "/body", []string{"content-length", "5"}, []byte("12345")) })
	try("HTTP/2 a body that is too long", func() any { return frames(addr, "POST", "/body", []string{"content-length", "4"}, []byte("12345")) })
	try("HTTP/2 a body that is too short", func() any { return frames(addr, "POST", "/body", []string{"content-length", "6"}, []byte("12345")) })
	for _, end := range []string{"reset", "goaway", "close"} {
		try("HTTP/2 waits, "+end, func() any {
			conn, framer := dialed(addr)
			defer conn.Close()
			request(framer, 1, "GET", "/waits", nil, true)
			time.Sleep(20 * time.Millisecond) // either order is the same in the end
			switch end {
			case "reset":
				check(framer.WriteRSTStream(1, http2.ErrCodeCancel))
			case "goaway":
				check(framer.WriteGoAway(0, http2.ErrCodeInternal, []byte(binary)))
				conn.Close()
			default:
				conn.Close()
			}
			return <-over
		})
	}
	check(server.Close())
}

func dialed(addr string) (net.Conn, *http2.Framer) {
	conn, err := net.Dial("tcp", addr)
	check(err)
	check(conn.SetDeadline(time.Now().Add(20 * time.Second)))
	_, err = io.WriteString(conn, http2.ClientPreface)
	check(err)
	framer := http2.NewFramer(conn, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	check(framer.WriteSettings())
	return conn, framer
}

func request(framer *http2.Framer, stream uint32, method, path string, headers []string, end bool) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for i, pairs := 0, append([]string{":method", method, ":scheme", "http", ":authority", "a.test", ":path", path}, headers...); i < len(pairs); i += 2 {
		if strings.HasPrefix(pairs[i], ":") && pairs[i+1] == "" {
			continue
		}
		check(encoder.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]}))
	}
	const most = 1 << 14
	first := true
	for rest := block.Bytes(); first || len(rest) > 0; first = false {
		part := rest[:min(most, len(rest))]
		rest = rest[len(part):]
		if first {
			check(framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: part, EndStream: end, EndHeaders: len(rest) == 0}))
		} else {
			check(framer.WriteContinuation(stream, len(rest) == 0, part))
		}
	}
}

// frames sends one request and gives what comes back for it, but for what differs from time to time.
func frames(addr, method, path string, headers []string, body []byte) any {
	conn, framer := dialed(addr)
	defer conn.Close()
	request(framer, 1, method, path, headers, body == nil)
	if body != nil {
		framer.WriteData(1, true, body)
	}
	var said []string
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return strings.Join(append(said, "no more"), "; ")
		}
		switch f := frame.(type) {
		case *http2.MetaHeadersFrame:
			for _, field := range f.Fields {
				if field.Name != "date" {
					said = append(said, field.Name+"="+field.Value)
				}
			}
		case *http2.DataFrame:
			said = append(said, string(f.Data()))
		case *http2.RSTStreamFrame:
			return strings.Join(append(said, f.ErrCode.String()), "; ")
		case *http2.GoAwayFrame:
			return strings.Join(append(said, "goes away: "+f.ErrCode.String()), "; ")
		}
		if frame.Header().StreamID == 1 && frame.Header().Flags.Has(http2.FlagDataEndStream) {
			return strings.Join(said, "; ")
		}
	}
}

// answering is a server that does with the streams of its connections what `answer` says, and counts them.
func answering(answer func(framer *http2.Framer, conn net.Conn, stream uint32, nth int64)) (addr string, requests *atomic.Int64, stop func()) {
	listener := listen()
	requests = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
					return
				}
				framer := http2.NewFramer(conn, conn)
				framer.WriteSettings()
				for {
					frame, err := framer.ReadFrame()
					if err != nil {
						return
					}
					if settings, ok := frame.(*http2.SettingsFrame); ok && !settings.IsAck() {
						framer.WriteSettingsAck()
					}
					if headers, ok := frame.(*http2.HeadersFrame); ok {
						answer(framer, conn, headers.StreamID, requests.Add(1))
					}
				}
			}()
		}
	}()
	return listener.Addr().String(), requests, func() { listener.Close() }
}

func respond(framer *http2.Framer, stream uint32, end bool, pairs ...string) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for i := 0; i < len(pairs); i += 2 {
		encoder.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndStream: end, EndHeaders: true})
}

func secondClient() {
	for _, c := range []struct {
		name   string
		answer func(framer *http2.Framer, conn net.Conn, stream uint32, nth int64)
	}{
		{"informs", func(f *http2.Framer, _ net.Conn, stream uint32, _ int64) {
			respond(f, stream, false, ":status", "103", "link", "</a.css>")
			respond(f, stream, false, ":status", "102")
			respond(f, stream, false, ":status", "200", "trailer", "x-sum")
			f.WriteData(stream, false, []byte("summed"))
			respond(f, stream, true, "x-sum", "6")
		}},
		{"refuses once", func(f *http2.Framer, _ net.Conn, stream uint32, nth int64) {
			if nth == 1 {
				f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
				return
			}
			respond(f, stream, true, ":status", "204")
		}},
		{"goes away once", func(f *http2.Framer, conn net.Conn, stream uint32, nth int64) {
			if nth == 1 {
				f.WriteGoAway(0, http2.ErrCodeNo, nil)
				return
			}
			respond(f, stream, true, ":status", "204")
		}},
		{"goes away with an error", func(f *http2.Framer, conn net.Conn, stream uint32, _ int64) {
			f.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte("s3cret"))
			conn.Close()
		}},
		{"resets", func(f *http2.Framer, _ net.Conn, stream uint32, _ int64) {
			f.WriteRSTStream(stream, http2.ErrCodeInternal)
		}},
		{"resets the body", func(f *http2.Framer, _ net.Conn, stream uint32, _ int64) {
			respond(f, stream, false, ":status", "200")
			f.WriteData(stream, false, []byte("half"))
			f.WriteRSTStream(stream, http2.ErrCodeInternal)
		}},
		{"closes", func(_ *http2.Framer, conn net.Conn, _ uint32, _ int64) { conn.Close() }},
		{"has no status", func(f *http2.Framer, _ net.Conn, stream uint32, _ int64) { respond(f, stream, true, "a", "b") }},
		{"has an odd status", func(f *http2.Framer, _ net.Conn, stream uint32, _ int64) { respond(f, stream, true, ":status", "-7") }},
		{"has a large status", func(f *http2.Framer, _ net.Conn, stream uint32, _ int64) { respond(f, stream, true, ":status", "999") }},
		{"sends no headers but bytes", func(f *http2.Framer, conn net.Conn, stream uint32, _ int64) { conn.Write([]byte(binary + huge[:100])) }},
		{"fails", func(f *http2.Framer, _ net.Conn, stream uint32, _ int64) { respond(f, stream, true, ":status", "503") }},
	} {
		addr, requests, stop := answering(c.answer)
		for _, method := range []string{"GET", "POST"} {
			requests.Store(0)
			client := &http.Client{Transport: &http.Transport{Protocols: unencrypted()}, Timeout: 20 * time.Second}
			try("HTTP/2 server "+c.name+" "+method, func() any {
				var informed []int
				ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
					informed = append(informed, code)
					return nil
				}})
				var body io.Reader
				if method == "POST" {
					body = strings.NewReader("body")
				}
				request, err := http.NewRequestWithContext(ctx, method, "http://ann:s3cret@"+addr+"/x?token=s3cret", body)
				check(err)
				sent := fmt.Sprint(request.Header, request.Context() == ctx)
				response, err := client.Do(request)
				same := sent == fmt.Sprint(request.Header, request.Context() == ctx)
				if err != nil {
					return fmt.Sprint(requests.Load(), " requests, of the stream: ", strings.Contains(err.Error(), "stream error"), ", same: ", same)
				}
				text, err := io.ReadAll(response.Body)
				check(response.Body.Close())
				return fmt.Sprint(requests.Load(), " requests, ", informed, response.StatusCode, response.Proto, string(text), err, response.Trailer, same, response.Request == request)
			})
			client.CloseIdleConnections()
		}
		stop()
	}
	addr, _, stop := answering(func(f *http2.Framer, _ net.Conn, stream uint32, nth int64) {
		if nth == 2 {
			respond(f, stream, false, ":status", "200")
		}
	})
	client := &http.Client{Transport: &http.Transport{Protocols: unencrypted()}}
	for _, when := range []string{"before", "behind"} {
		try("HTTP/2 client cancels "+when+" the head", func() any {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr, nil)
			check(err)
			response, err := client.Do(request)
			if err != nil {
				return errors.Is(err, context.DeadlineExceeded)
			}
			_, err = io.ReadAll(response.Body)
			return fmt.Sprint(response.StatusCode, " ", err)
		})
	}
	try("HTTP/2 client body that fails", func() any {
		_, err := client.Post("http://"+addr, "text/plain", io.MultiReader(strings.NewReader("a"), &unable{}))
		return errors.Is(err, io.ErrClosedPipe)
	})
	stop()
}

type unable struct{}

func (*unable) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }
