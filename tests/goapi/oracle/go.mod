module instc.dev/tests/goapi/oracle

go 1.23
