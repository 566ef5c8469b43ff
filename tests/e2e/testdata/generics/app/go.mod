module app

go 1.24

require example.com/box v1.0.0
