// Stock knows how many of each item there are. It keeps them in SQLite and the items it was asked for in a Redis cache.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"github.com/redis/go-redis/v9"
)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("service", "stock"))

	items, err := openStore(context.Background())
	if err != nil {
		slog.Error("cannot open the store", "error", err)
		os.Exit(1)
	}
	cache := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})

	s := &server{store: items, cache: cache}

	slog.Info("listening", "addr", os.Getenv("ADDR"))
	if err := http.ListenAndServe(os.Getenv("ADDR"), s.routes()); err != nil {
		slog.Error("server ended", "error", err)
		os.Exit(1)
	}
}
