package main

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type served struct {
	health.UnimplementedHealthServer
}

func (served) Check(ctx context.Context, r *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	switch received, _ := metadata.FromIncomingContext(ctx); r.GetService() {
	case "panics":
		panic("a handler of grpc's")
	case "nothing":
		return nil, nil
	case "odd":
		return nil, status.Error(codes.Code(77), binary)
	case "text":
		return nil, &typed{binary}
	case "long":
		return nil, status.Error(codes.Internal, strings.Repeat("x", 1<<14))
	default:
		if nasty := received.Get("traceparent"); len(received.Get("nasty")) > 0 && len(nasty) == 0 {
			return nil, status.Error(codes.DataLoss, "the caller's headers are gone")
		}
		return &health.HealthCheckResponse{Status: health.HealthCheckResponse_ServingStatus(len(r.GetService()))}, nil
	}
}

func (served) Watch(r *health.HealthCheckRequest, stream health.Health_WatchServer) error {
	if r.GetService() == "panics" {
		panic("a stream of grpc's")
	}
	return stream.SendMsg(nil)
}

// recovers is what programs put around their handlers, since a panic would end the process.
func recovers(err *error) {
	if r := recover(); r != nil {
		*err = status.Errorf(codes.Internal, "recovered: %v", r)
	}
}

func calls() {
	server := grpc.NewServer(
		grpc.UnaryInterceptor(func(ctx context.Context, r any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (_ any, err error) {
			defer recovers(&err)
			return handler(ctx, r)
		}),
		grpc.StreamInterceptor(func(s any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
			defer recovers(&err)
			return handler(s, stream)
		}))
	health.RegisterHealthServer(server, served{})
	listener := listen()
	go server.Serve(listener)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	client, ctx := health.NewHealthClient(conn), context.Background()

	for _, service := range []string{"", "panics", "nothing", "odd", "text", "long", binary, huge} {
		try("grpc service "+shown(service), func() any {
			answer, err := client.Check(ctx, &health.HealthCheckRequest{Service: service})
			return fmt.Sprint(answer.GetStatus(), " ", shown(err))
		})
		try("grpc stream "+shown(service), func() any {
			stream, err := client.Watch(ctx, &health.HealthCheckRequest{Service: service})
			if err != nil {
				return err
			}
			_, err = stream.Recv()
			return err
		})
	}
	for _, method := range []string{"", "/", "//", "x", "/x", "x/y", "/grpc.health.v1.Health/", "/grpc.health.v1.Health/Nothing", "/" + huge[:1<<14] + "/x", "/a/b/c", "/\xff/\xfe"} {
		try("grpc method "+shown(method), func() any {
			return conn.Invoke(ctx, method, &health.HealthCheckRequest{}, &health.HealthCheckResponse{})
		})
	}
	try("grpc nil request", func() any { _, err := client.Check(ctx, nil); return err })
	try("grpc no message", func() any { return conn.Invoke(ctx, "/grpc.health.v1.Health/Check", nil, nil) })
	try("grpc other message", func() any { return conn.Invoke(ctx, "/grpc.health.v1.Health/Check", 7, 8) })
	try("grpc nil context", func() any { _, err := client.Check(nobody, &health.HealthCheckRequest{}); return err })
	try("grpc cancelled", func() any { _, err := client.Check(over(), &health.HealthCheckRequest{}); return err })
	for i, value := range nasty {
		try(fmt.Sprint("grpc header ", i), func() any {
			sent := metadata.AppendToOutgoingContext(ctx, "traceparent", value, "tracestate", value, "baggage", value, "nasty", "yes")
			_, err := client.Check(sent, &health.HealthCheckRequest{})
			return status.Code(err)
		})
		try(fmt.Sprint("grpc binary header ", i), func() any {
			_, err := client.Check(metadata.AppendToOutgoingContext(ctx, "traceparent-bin", value, "grpc-trace-bin", value), &health.HealthCheckRequest{})
			return status.Code(err)
		})
	}
	try("grpc proxied", func() any {
		sent := metadata.NewOutgoingContext(ctx, metadata.Pairs("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "nasty", "yes"))
		_, err := client.Check(sent, &health.HealthCheckRequest{})
		return status.Code(err)
	})
	try("grpc option that is nil", func() any { _, err := client.Check(ctx, &health.HealthCheckRequest{}, nil); return err })
	check(conn.Close())
	try("grpc closed", func() any { _, err := client.Check(ctx, &health.HealthCheckRequest{}); return err })
	server.Stop()
	try("grpc without a connection", func() any { _, err := health.NewHealthClient((*grpc.ClientConn)(nil)).Check(ctx, nil); return err })
}
