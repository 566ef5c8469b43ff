package main

import (
	"bytes"
	"context"
	"errors"
	"log"
	"log/slog"
	"regexp"

	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

type badHandler struct{ slog.Handler }

func (badHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (badHandler) Handle(context.Context, slog.Record) error { panic("Handle of a handler") }

type badValue struct{}

func (badValue) LogValue() slog.Value { panic("LogValue of a value") }

type badWriter struct{}

func (badWriter) Write([]byte) (int, error) { panic("Write of a writer") }

type deafWriter struct{}

func (deafWriter) Write([]byte) (int, error) { return 0, errors.New("deaf") }

var moments = regexp.MustCompile(`"?time"?[=:]"?[^" ]+"?|"(T|ts|L)":[^,}]+|\.go:\d+`)

// written is what f writes, without times.
func written(f func(*bytes.Buffer)) any {
	var out bytes.Buffer
	f(&out)
	return moments.ReplaceAllString(out.String(), "")
}

func logs() {
	for _, text := range []string{"", binary, huge, "fine", "%!d(x)", "\x1b[31m"} {
		try("log "+shown(text), func() any {
			return written(func(b *bytes.Buffer) { log.New(b, text, 0).Println(text, failing{} == failing{}) })
		})
		try("slog text "+shown(text), func() any {
			return written(func(b *bytes.Buffer) {
				slog.New(slog.NewTextHandler(b, nil)).LogAttrs(nobody, slog.Level(7), text, slog.String(text, text), slog.Any("bytes", []byte(binary)))
			})
		})
		try("slog json "+shown(text), func() any {
			return written(func(b *bytes.Buffer) { slog.New(slog.NewJSONHandler(b, nil)).WithGroup(text).Info(text, text) })
		})
		try("zap "+shown(text), func() any {
			return written(func(b *bytes.Buffer) {
				core := zapcore.NewCore(zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "m"}), zapcore.AddSync(b), zap.DebugLevel)
				zap.New(core).Info(text, zap.String(text, text), zap.Binary("b", []byte(binary)), zap.Error((*typed)(nil)), zap.Any("c", nobody))
			})
		})
		try("logrus "+shown(text), func() any {
			return written(func(b *bytes.Buffer) {
				l := logrus.New()
				l.Out, l.Formatter = b, &logrus.JSONFormatter{DisableTimestamp: true}
				l.WithContext(nobody).WithField(text, []byte(binary)).WithError(nil).Info(text)
			})
		})
		try("zerolog "+shown(text), func() any {
			return written(func(b *bytes.Buffer) {
				l := zerolog.New(b)
				l.Info().Ctx(nobody).Str(text, text).Bytes("b", []byte(binary)).Err((*typed)(nil)).Msg(text)
			})
		})
	}
	try("slog values that panic", func() any {
		return written(func(b *bytes.Buffer) {
			slog.New(slog.NewJSONHandler(b, nil)).Info("x", "a", badValue{}, "b", failing{}, "c")
		})
	})
	try("slog handler that panics", func() any { slog.New(badHandler{}).Info("x"); return nil })
	try("slog nil handler", func() any { slog.New(nil); return nil })
	try("slog writer that panics", func() any { slog.New(slog.NewTextHandler(badWriter{}, nil)).Info("x"); return nil })
	try("slog handler of a nil record", func() any {
		return written(func(b *bytes.Buffer) { check(slog.NewTextHandler(b, nil).Handle(nobody, slog.Record{})) })
	})
	try("log writer that panics", func() any { log.New(badWriter{}, "", 0).Print("x"); return nil })
	try("log deaf writer", func() any { return log.New(deafWriter{}, "", 0).Output(1<<30, "x") })
	try("log panics", func() any { log.New(deafWriter{}, "", 0).Panic(failing{}); return nil })
	try("log nobody's", func() any { (*log.Logger)(nil).Print("x"); return nil })
	try("zap nobody's", func() any { (*zap.Logger)(nil).Info("x"); return nil })
	try("zap writer that panics", func() any {
		zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zapcore.EncoderConfig{}), zapcore.AddSync(badWriter{}), zap.DebugLevel)).Info("x")
		return nil
	})
	try("logrus nobody's", func() any { (*logrus.Logger)(nil).Info("x"); return nil })
	try("zerolog writer that panics", func() any { l := zerolog.New(badWriter{}); l.Info().Msg("x"); return nil })
	try("zerolog value that panics", func() any {
		return written(func(b *bytes.Buffer) { l := zerolog.New(b); l.Info().Interface("x", failing{}).Msg("x") })
	})
}
