module instc.dev/bench/rt

go 1.23

require (
	go.opentelemetry.io/proto/otlp v1.5.0
	google.golang.org/protobuf v1.36.5
	instc.dev/rt v0.0.0
)

replace instc.dev/rt => ../../../compiler/rt
