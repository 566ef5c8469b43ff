module elements

go 1.23

require example.test/store v1.0.0
