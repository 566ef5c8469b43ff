package main

import (
	"context"
	"errors"
	"io"
	"net"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/stats"
)

// calls goes through gRPC: one to a server and from a client with each kind of instrumentation.
func calls() {
	watching := grpc.StatsHandler(otelgrpc.NewServerHandler())
	for _, c := range []struct {
		name   string
		server []grpc.ServerOption
		client []grpc.DialOption
	}{
		{"grpc", nil, nil},
		{"grpc server", []grpc.ServerOption{watching}, nil},
		{"grpc client", nil, []grpc.DialOption{grpc.WithStatsHandler(otelgrpc.NewClientHandler())}},
		{"grpc both", []grpc.ServerOption{watching}, []grpc.DialOption{grpc.WithStatsHandler(otelgrpc.NewClientHandler())}},
		{"grpc public", []grpc.ServerOption{grpc.StatsHandler(otelgrpc.NewServerHandler(otelgrpc.WithPublicEndpoint()))}, nil},
		{"grpc own", []grpc.ServerOption{grpc.StatsHandler(statistics{})}, nil},
		{"grpc interceptor", []grpc.ServerOption{grpc.UnaryInterceptor(intercept)}, nil},
	} {
		server := grpc.NewServer(c.server...)
		health.RegisterHealthServer(server, served{})
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		go server.Serve(listener)
		conn, err := grpc.NewClient(listener.Addr().String(), append(c.client, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
		check(err)
		client := health.NewHealthClient(conn)
		operation(c.name, func(ctx context.Context) error {
			_, err := client.Check(ctx, &health.HealthCheckRequest{})
			return err
		})
		operation(c.name+" stream", func(ctx context.Context) error { return watch(ctx, client) })
		operation(c.name+" unserved", func(ctx context.Context) error {
			return conn.Invoke(ctx, "/shop.Stock/Nothing", &health.HealthCheckRequest{}, &health.HealthCheckResponse{})
		})
		check(conn.Close())
		server.GracefulStop()
	}
}

// watch reads a stream to its end.
func watch(ctx context.Context, client health.HealthClient) error {
	stream, err := client.Watch(ctx, &health.HealthCheckRequest{})
	check(err)
	for err == nil {
		_, err = stream.Recv()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

type served struct {
	health.UnimplementedHealthServer
}

func (served) Check(ctx context.Context, _ *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	inside(ctx)
	return &health.HealthCheckResponse{}, nil
}

func (served) Watch(_ *health.HealthCheckRequest, stream health.Health_WatchServer) error {
	inside(stream.Context())
	return stream.Send(&health.HealthCheckResponse{})
}

// statistics is a stats handler that nobody has heard of. Where a call ends it takes the span out of the context, as such handlers do.
type statistics struct{}

func (statistics) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	ctx, _ = otel.Tracer("example.test/statistics").Start(ctx, info.FullMethodName, trace.WithSpanKind(trace.SpanKindServer))
	return ctx
}

func (statistics) HandleRPC(ctx context.Context, s stats.RPCStats) {
	if _, over := s.(*stats.End); over {
		span := trace.SpanFromContext(ctx)
		span.AddEvent("over")
		span.End()
	}
}

func (statistics) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (statistics) HandleConn(context.Context, stats.ConnStats) {}

// intercept begins a span around a handler.
func intercept(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	ctx, span := otel.Tracer("example.test/interceptor").Start(ctx, "intercepted")
	defer span.End()
	return handler(ctx, request)
}
