package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

type server struct {
	store *store
	cache *redis.Client
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items", s.list)
	mux.HandleFunc("GET /items/{id}", s.get)
	mux.HandleFunc("POST /items/{id}/reservations", s.reserve)
	return mux
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	items, err := s.store.all(r.Context())
	if err != nil {
		fail(w, r, err)
		return
	}
	slog.InfoContext(r.Context(), "listed items", "count", len(items))
	reply(w, items)
}

func (s *server) get(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		http.Error(w, "an item id is a number", http.StatusBadRequest)
		return
	}
	key := "item:" + r.PathValue("id")
	if cached, err := s.cache.Get(r.Context(), key).Bytes(); err == nil {
		slog.InfoContext(r.Context(), "item found in the cache", "id", id)
		w.Header().Set("Content-Type", "application/json")
		w.Write(cached)
		return
	}
	found, err := s.store.find(r.Context(), id)
	if err != nil {
		fail(w, r, err)
		return
	}
	text, err := json.Marshal(found)
	if err != nil {
		fail(w, r, err)
		return
	}
	if err := s.cache.Set(r.Context(), key, text, time.Minute).Err(); err != nil {
		slog.WarnContext(r.Context(), "cannot cache the item", "id", id, "error", err)
	}
	slog.InfoContext(r.Context(), "item read", "id", id, "stock", found.Stock)
	reply(w, found)
}

func (s *server) reserve(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	var body struct{ Quantity int64 }
	if err != nil || json.NewDecoder(r.Body).Decode(&body) != nil || body.Quantity <= 0 {
		http.Error(w, "a reservation needs an item id and a quantity above zero", http.StatusBadRequest)
		return
	}
	if err := s.store.reserve(r.Context(), id, body.Quantity); err != nil {
		fail(w, r, err)
		return
	}
	if err := s.cache.Del(r.Context(), "item:"+r.PathValue("id")).Err(); err != nil {
		slog.WarnContext(r.Context(), "cannot drop the cached item", "id", id, "error", err)
	}
	slog.InfoContext(r.Context(), "reserved", "id", id, "quantity", body.Quantity)
	w.WriteHeader(http.StatusCreated)
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}

func fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errNotFound) {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
	http.Error(w, "the stock service could not do that", http.StatusInternalServerError)
}
