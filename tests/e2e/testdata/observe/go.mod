module observe

go 1.23
