// Log lines of every standard handler, outside and inside of an HTTP request. Each line's message names its case.
package main

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
)

func main() {
	json := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	text := slog.New(slog.NewTextHandler(os.Stdout, nil))
	log.SetOutput(os.Stdout)
	log.SetFlags(0)

	json.Info("json outside")
	text.Info("text outside")
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		inside(r.Context(), json, text)
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	json.InfoContext(context.Background(), "json afterwards")
	early.Log(context.Background(), slog.LevelError+2, "hostile", "bad", bad{}, "lost", make(chan int),
		slog.Group("deep", "v", resolved{}, slog.Group("inner", "n", 2)))
}

// early is made before the instrumentation is wired up.
var early = slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: masked})).With(slog.Group("g", "early", "x", "password", "hunter2"))

func masked(_ []string, a slog.Attr) slog.Attr {
	if a.Key == "password" {
		a.Value = slog.StringValue("***")
	}
	return a
}

// renamed gives the ids the names that this program's log has always had.
func renamed(_ []string, a slog.Attr) slog.Attr {
	if a.Key == "trace_id" {
		a.Key = "trace"
	}
	return a
}

// fanout hands copies of each record to all of its handlers.
type fanout []slog.Handler

func (f fanout) Enabled(context.Context, slog.Level) bool { return true }

func (f fanout) Handle(ctx context.Context, r slog.Record) error {
	for _, h := range f {
		h.Handle(ctx, r.Clone())
	}
	return nil
}

func (f fanout) WithAttrs([]slog.Attr) slog.Handler { return f }
func (f fanout) WithGroup(string) slog.Handler      { return f }

type bad struct{}

func (bad) MarshalJSON() ([]byte, error) { panic("no JSON") }

type resolved struct{}

func (resolved) LogValue() slog.Value { return slog.StringValue("resolved") }

func inside(ctx context.Context, json, text *slog.Logger) {
	json.InfoContext(ctx, "json inside", "n", 1)
	json.Info("json without context", "n", 1)
	json.With("k", "v").InfoContext(ctx, "json with attributes")
	json.WithGroup("g").InfoContext(ctx, "json with group", "n", 1)
	json.InfoContext(ctx, "json with own id", "trace_id", "mine")
	slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: renamed})).InfoContext(ctx, "json renamed")
	text.InfoContext(ctx, "text inside", "n", 1)
	slog.InfoContext(ctx, "default inside", "n", 1)
	both := slog.New(fanout{slog.NewJSONHandler(io.Discard, nil), text.Handler(), slog.Default().Handler()})
	both.InfoContext(ctx, "fan-out")
	both.LogAttrs(ctx, slog.LevelInfo, "fan-out with attributes", slog.Int("n", 1))
	done := make(chan struct{})
	go func() {
		json.Info("json from goroutine")
		close(done)
	}()
	<-done
}
