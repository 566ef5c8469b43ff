package main

import (
	"context"
	"errors"
	"net"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// roads are transports that fail in ways of their own.
type roads func() (kafka.Response, error)

func (r roads) RoundTrip(context.Context, net.Addr, kafka.Request) (kafka.Response, error) {
	return r()
}

// messages writes and reads without a broker; what one does with bad messages is in the tests of the plugin.
func messages() {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		road kafka.RoundTripper
	}{
		{"fails", roads(func() (kafka.Response, error) { return nil, errors.New("no road") })},
		{"fails oddly", roads(func() (kafka.Response, error) { return nil, (*typed)(nil) })},
		{"gives another answer", roads(func() (kafka.Response, error) { return protocol.Message(nil), nil })},
	} {
		w := &kafka.Writer{Addr: kafka.TCP("127.0.0.1:1"), Topic: "orders", MaxAttempts: 1, Transport: c.road, BatchSize: 1}
		for _, m := range []kafka.Message{{}, {Key: []byte(huge[:1<<19]), Value: []byte(binary)}, {Key: []byte(huge + huge)}, {Topic: "other"}, {Headers: []kafka.Header{{}, {Key: binary, Value: nil}}}} {
			try("kafka road that "+c.name, func() any { return w.WriteMessages(ctx, m) != nil })
		}
		try("kafka nothing", func() any { return w.WriteMessages(ctx) })
		try("kafka cancelled", func() any { return w.WriteMessages(over(), kafka.Message{}) != nil })
		try("kafka nil context", func() any { return w.WriteMessages(nobody, kafka.Message{}) })
		try("kafka closes", func() any { return w.Close() })
		try("kafka closed", func() any { return w.WriteMessages(ctx, kafka.Message{}) })
	}
	try("kafka nobody's", func() any { return (*kafka.Writer)(nil).WriteMessages(ctx, kafka.Message{}) })
	try("kafka no writer", func() any { return (&kafka.Writer{}).WriteMessages(ctx, kafka.Message{}) })
	try("kafka reader without brokers", func() any { return kafka.NewReader(kafka.ReaderConfig{}) })
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"127.0.0.1:1"}, Topic: "orders", MaxAttempts: 1})
	try("kafka read cancelled", func() any { _, err := r.ReadMessage(over()); return err })
	try("kafka read nil context", func() any { _, err := r.ReadMessage(nobody); return err })
	try("kafka commits without a group", func() any { return r.CommitMessages(ctx, kafka.Message{}) })
	check(r.Close())
	try("kafka read closed", func() any { _, err := r.FetchMessage(ctx); return err })
	client := &kafka.Client{Addr: kafka.TCP("127.0.0.1:1"), Transport: roads(func() (kafka.Response, error) { panic("a road of kafka's") })}
	try("kafka client that panics", func() any { _, err := client.Produce(ctx, &kafka.ProduceRequest{Topic: "x"}); return err })
	try("kafka client nil request", func() any { _, err := client.Produce(ctx, nil); return err })
	try("kafka client nil fetch", func() any { _, err := client.Fetch(ctx, nil); return err })
}
