// A gorilla router with parameters, subrouters, middleware that answers, and paths and methods that nothing matches; one request to each.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/gorilla/mux"
)

func main() {
	router := mux.NewRouter()
	router.HandleFunc("/users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "user %s", mux.Vars(r)["id"]) }).Methods("GET")
	admin := router.PathPrefix("/admin").Subrouter()
	admin.HandleFunc("/keys/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	items := router.PathPrefix("/items").Subrouter()
	items.HandleFunc("/{id:[0-9]+}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "item %s", mux.Vars(r)["id"]) })

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
