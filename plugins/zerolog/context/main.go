// Events of zerolog with a context (since v1.30.0), and the handler of log/slog (since v1.35.0).
package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/rs/zerolog"
)

// constant makes what is written the same each time.
func constant() time.Time { return time.Unix(0, 0).UTC() }

func main() {
	logger := zerolog.New(os.Stdout)
	standard := slog.New(zerolog.NewSlogHandler(logger.With().Timestamp().Logger()))
	zerolog.TimestampFunc = constant
	logger.Info().Ctx(nil).Msg("outside")
	var ctx context.Context
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx = r.Context()
		standard.InfoContext(ctx, "slog", "n", 1)
		standard.WithGroup("g").Error("slog group", "n", 1)
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	logger.Info().Ctx(ctx).Msg("later")
	later := logger.With().Ctx(ctx).Int("n", 1).Logger()
	later.Info().Msg("later, with context")
	logger.Info().Ctx(context.Background()).Msg("afterwards")
}
