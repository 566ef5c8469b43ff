package main

import (
	"context"
	"net"
	"time"

	"github.com/segmentio/kafka-go"
	"google.golang.org/grpc"
	health "google.golang.org/grpc/health/grpc_health_v1"
)

// stocked answers what there is. The service is that of health checks, because its messages are at hand.
type stocked struct {
	health.UnimplementedHealthServer
	orders *kafka.Writer
}

func (s *stocked) Check(ctx context.Context, order *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	err := together(ctx, func(ctx context.Context) error {
		return s.orders.WriteMessages(ctx, kafka.Message{Key: []byte(order.Service), Value: []byte("one of each")})
	})
	return &health.HealthCheckResponse{Status: health.HealthCheckResponse_SERVING}, err
}

func stock() {
	_, err := (&kafka.Client{Addr: kafka.TCP(at("KAFKA"))}).CreateTopics(context.Background(), &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: "orders", NumPartitions: 1, ReplicationFactor: 1}}})
	check(err)
	server := grpc.NewServer()
	health.RegisterHealthServer(server, &stocked{orders: &kafka.Writer{Addr: kafka.TCP(at("KAFKA")), Topic: "orders", BatchTimeout: time.Millisecond}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	listening(listener.Addr())
	check(server.Serve(listener))
}
