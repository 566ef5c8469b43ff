module example.com/mux

go 1.23.0

require github.com/gorilla/mux v1.8.1
