module app

go 1.23

require example.com/queue v1.0.0
