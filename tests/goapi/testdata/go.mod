module goapi.test

go 1.26
