// A gRPC server and a client of its health service: unary calls that work and that fail, a stream that is cancelled, a method that does not
// exist, a deadline and a server that is gone.
package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	pb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer()
	pb.RegisterHealthServer(server, health.NewServer())
	go server.Serve(listener)

	conn, err := grpc.Dial(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	client := pb.NewHealthClient(conn)
	ctx := context.Background()

	answer, err := client.Check(ctx, &pb.HealthCheckRequest{})
	fmt.Println("check:", answer.GetStatus(), status.Code(err))
	_, err = client.Check(ctx, &pb.HealthCheckRequest{Service: "nobody"})
	fmt.Println("unknown service:", status.Code(err))
	watch(ctx, client)
	err = conn.Invoke(ctx, "/shop.Stock/Nothing", &pb.HealthCheckRequest{}, &pb.HealthCheckResponse{})
	fmt.Println("unknown method:", status.Code(err))
	late, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Second))
	_, err = client.Check(late, &pb.HealthCheckRequest{})
	cancel()
	fmt.Println("too late:", status.Code(err))
	server.Stop()
	_, err = client.Check(ctx, &pb.HealthCheckRequest{})
	fmt.Println("gone:", status.Code(err))
}

// watch reads one message of a stream that does not end, and cancels it.
func watch(ctx context.Context, client pb.HealthClient) {
	ctx, cancel := context.WithCancel(ctx)
	stream, err := client.Watch(ctx, &pb.HealthCheckRequest{})
	if err != nil {
		panic(err)
	}
	message, err := stream.Recv()
	fmt.Println("watch:", message.GetStatus(), status.Code(err))
	cancel()
	_, err = stream.Recv()
	fmt.Println("watch ended:", status.Code(err))
}
