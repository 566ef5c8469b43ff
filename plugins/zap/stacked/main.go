// zap behind log/slog and behind logr: one entry for each call, whatever stands on top.
package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/go-logr/zapr"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"
)

func main() {
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "msg"}), os.Stdout, zapcore.Level(-8))
	standard := slog.New(zapslog.NewHandler(core))
	slog.SetDefault(standard)
	logr := zapr.NewLogger(zap.New(core))
	slog.Info("outside")
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		slog.InfoContext(r.Context(), "slog", "n", 1)
		standard.With("k", "v").WithGroup("g").Warn("slog group", "n", 1)
		logr.Info("logr", "n", 1)
		logr.V(3).WithName("deep").Info("logr deep")
		logr.Error(os.ErrNotExist, "logr error")
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
}
