module example.com/log

go 1.23.0
