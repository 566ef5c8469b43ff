package text

import "strings"

// OTLPExporter says whether a gRPC method ("/opentelemetry.proto.collector...") or a User-Agent is that of an exporter of telemetry: what is sent to
// a collector is not traced, or every trace would be followed by another one.
func OTLPExporter(methodOrAgent string) bool {
	return strings.HasPrefix(methodOrAgent, "/opentelemetry.proto.collector.") || strings.HasPrefix(methodOrAgent, "OTel-OTLP-Exporter-") ||
		strings.HasPrefix(methodOrAgent, "OTel OTLP Exporter ")
}
