// Events of zerolog, outside and inside of an HTTP request: levels, the logger's context, hooks, writers, package log on top. Each event's message
// names its case.
package main

import (
	"errors"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// early is made before the instrumentation is wired up.
var early = zerolog.New(os.Stdout).With().Str("early", "x").Logger()

func main() {
	early.Info().Msg("outside")
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside(zerolog.New(os.Stdout)) }))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	early.Info().Msg("afterwards")
}

func inside(logger zerolog.Logger) {
	early.Info().Int("n", 1).Msg("early")
	logger.Debug().Msg("debug")
	logger.Warn().Int("n", 1).Str("s", "v").Bool("b", true).Dur("d", time.Second).Err(errors.New("refused")).Strs("list", []string{"a", "b"}).
		Interface("any", map[string]int{"k": 1}).Dict("o", zerolog.Dict().Int("x", 1).Dict("p", zerolog.Dict().Int("y", 2))).RawJSON("raw", []byte(`{"z":null}`)).Msg("fields")
	logger.Error().Msgf("error %d", 1)
	logger.Log().Msg("no level")
	logger.Info().Str("trace_id", "mine").Msg("own id")
	own := logger.With().Str("trace_id", "mine").Str("span_id", "mine").Logger()
	own.Info().Msg("own ids")
	logger.Info().Str("s", `"trace_id":`).Dict("trace", zerolog.Dict().Str("trace_id", "inner")).Msg("ids elsewhere")
	hooked := logger.Hook(zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) { e.Str("hook", "was here") }))
	hooked.Info().Msg("hooked")
	discarding := logger.Hook(zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) { e.Discard() }))
	discarding.Info().Msg("discarded")
	quiet := logger.Level(zerolog.ErrorLevel)
	quiet.Info().Str("never", "evaluated").Msg("disabled")
	sampled := logger.Sample(&zerolog.BasicSampler{N: 5})
	for range 5 {
		sampled.Info().Msg("sampled")
	}
	console := zerolog.New(zerolog.ConsoleWriter{Out: os.Stdout, NoColor: true, PartsOrder: []string{"level", "message"}})
	console.Info().Int("n", 1).Msg("console")
	both := zerolog.New(zerolog.MultiLevelWriter(os.Stdout, os.Stdout))
	both.Info().Msg("two writers")
	standard := log.New(logger, "", 0)
	standard.Print("standard")
	logger.Info().Str("text", strings.Repeat("x", 1<<20)).Bytes("bytes", []byte{0, 0xff}).Msg("huge")
	nowhere := zerolog.Nop()
	nowhere.Info().Msg("nowhere")
	(*zerolog.Event)(nil).Msg("nil")
	done := make(chan bool)
	go func() { logger.Info().Msg("from goroutine"); done <- true }()
	<-done
	func() {
		defer func() { recover() }()
		logger.Panic().Msg("panics")
	}()
}
