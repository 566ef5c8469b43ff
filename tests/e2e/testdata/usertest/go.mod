module example.com/usertest

go 1.23
