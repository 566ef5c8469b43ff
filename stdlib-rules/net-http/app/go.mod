module example.com/nethttp

go 1.23.0
