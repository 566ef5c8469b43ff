// Entries of zap, outside and inside of an HTTP request: loggers and sugared ones, With, Named, Check, cores of every kind. Each entry's message names
// its case.
package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func encoder() zapcore.EncoderConfig {
	return zapcore.EncoderConfig{MessageKey: "msg", LevelKey: "level", NameKey: "logger", EncodeLevel: zapcore.LowercaseLevelEncoder,
		EncodeDuration: zapcore.StringDurationEncoder, EncodeTime: zapcore.ISO8601TimeEncoder}
}

func jsonCore() zapcore.Core {
	return zapcore.NewCore(zapcore.NewJSONEncoder(encoder()), zapcore.Lock(os.Stdout), zapcore.DebugLevel)
}

// early is made before the instrumentation is wired up.
var early = zap.New(jsonCore()).With(zap.String("early", "x"))

func main() {
	early.Info("outside")
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside(zap.New(jsonCore())) }))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	early.Info("afterwards")
}

func inside(logger *zap.Logger) {
	early.Info("early", zap.Int("n", 1))
	logger.Debug("debug")
	logger.Warn("fields", zap.Int("n", 1), zap.String("s", "v"), zap.Bool("b", true), zap.Duration("d", time.Second), zap.Error(errors.New("refused")),
		zap.Strings("list", []string{"a", "b"}), zap.Any("any", map[string]int{"k": 1}), zap.Object("o", point{1, 2}), zap.Any("none", nil))
	logger.Sugar().Errorw("sugared", "n", 1)
	logger.Sugar().With("k", "v").Infof("%s with attributes", "sugared")
	logger.Named("shop").Named("cart").Info("named")
	logger.With(zap.Object("o", point{1, 2}), zap.Strings("list", []string{"a"})).With(zap.Float64("f", 1.5)).Info("with", zap.Int("n", 1))
	logger.With(zap.String("k", "v"), zap.Namespace("ns")).Info("namespace", zap.Int("n", 1))
	logger.Info("own id", zap.String("trace_id", "mine"))
	logger.With(zap.String("trace_id", "mine"), zap.String("span_id", "mine")).Info("own ids of with")
	if entry := logger.Check(zap.InfoLevel, "checked"); entry != nil {
		fields := append(make([]zap.Field, 0, 8), zap.Int("n", 1))
		entry.Write(fields...)
		if beyond := fields[:2][1]; beyond.Key != "" {
			panic("the fields of the program were written to: " + beyond.Key)
		}
	}
	if logger.WithOptions(zap.WrapCore(atErrors)).Check(zap.InfoLevel, "disabled") != nil {
		panic("below its level")
	}
	zap.New(zapcore.NewTee(jsonCore(), zapcore.NewCore(zapcore.NewConsoleEncoder(encoder()), os.Stdout, zap.InfoLevel))).Info("tee", zap.Int("n", 1))
	zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(encoder()), os.Stdout, zap.InfoLevel)).With(zap.Int("w", 2)).Info("console")
	zap.New(zapcore.RegisterHooks(jsonCore(), func(zapcore.Entry) error { return nil })).With(zap.Int("w", 2)).Info("hooked")
	zap.New(ownCore{jsonCore()}).With(zap.Int("w", 2)).Info("own core", zap.Int("n", 1))
	zap.NewStdLog(logger).Print("standard")
	logger.Info("huge", zap.String("text", strings.Repeat("x", 1<<20)), zap.Binary("bytes", []byte{0, 0xff}))
	logger.Info("stringer", zap.Any("nil", (*nothing)(nil)))
	logger.With(zap.String("k", "v")).WithOptions(zap.AddCaller()).Info("caller")
	zap.NewNop().Info("nowhere")
	done := make(chan bool)
	go func() { logger.Info("from goroutine"); done <- true }()
	<-done
	func() {
		defer func() { recover() }()
		logger.Panic("panics")
	}()
	func() {
		defer func() { recover() }()
		logger.Info("hostile", zap.Object("bad", bad{}))
	}()
	sampled := zap.New(zapcore.NewSampler(jsonCore(), time.Hour, 1, 100))
	for range 5 {
		sampled.Info("sampled")
	}
}

func atErrors(zapcore.Core) zapcore.Core {
	return zapcore.NewCore(zapcore.NewJSONEncoder(encoder()), os.Stdout, zap.ErrorLevel)
}

type point struct{ x, y int }

func (p point) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddInt("x", p.x)
	enc.AddInt("y", p.y)
	return nil
}

type bad struct{}

func (bad) MarshalLogObject(zapcore.ObjectEncoder) error { panic("no object") }

type nothing struct{ text string }

func (n *nothing) String() string { return n.text }

// ownCore stands around one of zap's own.
type ownCore struct{ zapcore.Core }

func (c ownCore) With(fields []zapcore.Field) zapcore.Core { return ownCore{c.Core.With(fields)} }

func (c ownCore) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return checked.AddCore(entry, c)
}
