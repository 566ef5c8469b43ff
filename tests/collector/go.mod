module instc.dev/tests/collector

go 1.23.0

require instc.dev/tests/e2e v0.0.0

require (
	go.opentelemetry.io/proto/otlp v1.5.0 // indirect
	google.golang.org/protobuf v1.36.6 // indirect
)

replace instc.dev/tests/e2e => ../e2e
