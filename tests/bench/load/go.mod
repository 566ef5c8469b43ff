module instc.dev/bench/load

go 1.23
