module statements

go 1.23
