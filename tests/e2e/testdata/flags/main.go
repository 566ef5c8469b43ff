// A program that shows with which flags it was built and makes one request.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
)

var (
	version = "none"
	extra   = false
)

func main() {
	request()
	fmt.Printf("version %s, extra %v\n", version, extra)
	if len(os.Args) > 1 {
		fmt.Println(os.Args[1:])
	}
}

func request() int {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	return response.StatusCode
}
