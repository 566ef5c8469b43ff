module example.com/zapstacked

go 1.23.0

require (
	github.com/go-logr/zapr v1.3.0
	go.uber.org/zap v1.28.0
	go.uber.org/zap/exp v0.3.0
)

require (
	github.com/go-logr/logr v1.3.0 // indirect
	go.uber.org/multierr v1.10.0 // indirect
)
