package shop

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// awaitSpan waits until a span of that name is in the file that the run exports to.
func awaitSpan(t *testing.T, name string) {
	t.Helper()
	path := os.Getenv("INSTC_FILE")
	if path == "" {
		t.Skip("INSTC_FILE is not set: nothing is exported to a file")
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if lines, _ := os.ReadFile(path); strings.Contains(string(lines), `"name":"`+name+`"`) {
			return
		}
	}
	t.Errorf("no span %q in %s", name, path)
}

func TestOrdersAreTraced(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {})
	server := httptest.NewServer(mux)
	defer server.Close()
	if _, err := server.Client().Get(server.URL + "/orders/7"); err != nil {
		t.Fatal(err)
	}
	awaitSpan(t, "GET /orders/{id}")
}
