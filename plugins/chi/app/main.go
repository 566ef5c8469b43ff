// A chi router with parameters, a mounted router, middleware that answers, and paths and methods that nothing matches; one request to each.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/go-chi/chi/v5"
)

func main() {
	router := chi.NewRouter()
	router.Get("/users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "user %s", chi.URLParam(r, "id")) })
	router.Route("/admin", func(admin chi.Router) {
		admin.Use(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
		})
		admin.Get("/keys/{id}", func(http.ResponseWriter, *http.Request) {})
	})
	items := chi.NewRouter()
	items.Get("/{id:[0-9]+}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "item %s", chi.URLParam(r, "id")) })
	router.Mount("/items", items)

	server := httptest.NewServer(router)
	defer server.Close()
	for _, path := range []string{"/users/42", "/items/7", "/admin/keys/7", "/nowhere"} {
		ask("GET", server.URL+path)
	}
	ask("DELETE", server.URL+"/users/42")
}

func ask(method, url string) {
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		panic(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(text))
}
