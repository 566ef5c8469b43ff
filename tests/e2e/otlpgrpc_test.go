package e2e

import (
	"context"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // what clients may send
	"google.golang.org/grpc/metadata"

	collectlogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	collectmetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collecttraces "go.opentelemetry.io/proto/otlp/collector/trace/v1"

	"instc.dev/tests/e2e/harness"
)

// grpcCollector is a collector made of grpc-go itself.
type grpcCollector struct {
	collecttraces.UnimplementedTraceServiceServer
	collectmetrics.UnimplementedMetricsServiceServer
	mu                   sync.Mutex
	spans, metrics, logs int
	header               metadata.MD
	deadline             bool
}

func (c *grpcCollector) Export(ctx context.Context, r *collecttraces.ExportTraceServiceRequest) (*collecttraces.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.header, _ = metadata.FromIncomingContext(ctx)
	_, c.deadline = ctx.Deadline()
	for _, resource := range r.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			c.spans += len(scope.Spans)
		}
	}
	return &collecttraces.ExportTraceServiceResponse{}, nil
}

// The other services have a method of the same name.
type grpcMetrics struct {
	collectmetrics.UnimplementedMetricsServiceServer
	c *grpcCollector
}

func (m grpcMetrics) Export(context.Context, *collectmetrics.ExportMetricsServiceRequest) (*collectmetrics.ExportMetricsServiceResponse, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	m.c.metrics++
	return &collectmetrics.ExportMetricsServiceResponse{}, nil
}

type grpcLogs struct {
	collectlogs.UnimplementedLogsServiceServer
	c *grpcCollector
}

func (l grpcLogs) Export(_ context.Context, r *collectlogs.ExportLogsServiceRequest) (*collectlogs.ExportLogsServiceResponse, error) {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	for _, resource := range r.ResourceLogs {
		for _, scope := range resource.ScopeLogs {
			l.c.logs += len(scope.LogRecords)
		}
	}
	return &collectlogs.ExportLogsServiceResponse{}, nil
}

func TestExportToGRPC(t *testing.T) {
	app := harness.Build(t, "stdlib-rules/log-slog/app")
	for _, compression := range []string{"none", "gzip"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		c := &grpcCollector{}
		server := grpc.NewServer()
		collecttraces.RegisterTraceServiceServer(server, c)
		collectmetrics.RegisterMetricsServiceServer(server, grpcMetrics{c: c})
		collectlogs.RegisterLogsServiceServer(server, grpcLogs{c: c})
		go server.Serve(listener)
		ended := harness.Run(t, app.Instrumented, harness.Environ("OTEL_EXPORTER_OTLP_ENDPOINT=http://"+listener.Addr().String(), "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
			"OTEL_EXPORTER_OTLP_COMPRESSION="+compression, "OTEL_EXPORTER_OTLP_HEADERS=api-key=s3cret", "OTEL_LOGS_EXPORTER=otlp"))
		server.Stop()
		if ended.Status.ExitStatus() != 0 || ended.Stderr != "" {
			t.Errorf("status %v\n%s", ended.Status, ended.Stderr)
		}
		if c.spans != 2 || c.metrics == 0 || c.logs != 15 || !c.deadline || len(c.header["api-key"]) != 1 || c.header["user-agent"][0] != "OTel-OTLP-Exporter-instc" {
			t.Errorf("%s: %d spans, %d exports of metrics, %d log records, headers %v", compression, c.spans, c.metrics, c.logs, c.header)
		}
	}
}
