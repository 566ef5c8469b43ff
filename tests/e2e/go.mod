module instc.dev/tests/e2e

go 1.23.0

require (
	go.opentelemetry.io/proto/otlp v1.5.0
	google.golang.org/protobuf v1.36.6
)
