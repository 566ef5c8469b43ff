module instc.dev/bench/goroutines

go 1.23
