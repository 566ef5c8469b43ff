// Writers and readers against the broker at KAFKA_ADDR, inside one HTTP request: single messages, batches, several topics, readers of a partition
// and of a group, and what goes wrong.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

var addr, prefix = os.Getenv("KAFKA_ADDR"), os.Getenv("KAFKA_PREFIX")

func main() {
	createTopics()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/produce" {
			produce(r.Context())
			refused(r.Context())
		}
	}))
	defer server.Close()
	ask(server.URL + "/produce")
	consume()
	consumeAsGroup(server.URL)
	ask(server.URL + "/after")
}

// ask has no context: its spans belong to what is current on the goroutine.
func ask(url string) {
	response, err := http.Get(url)
	check(err)
	check(response.Body.Close())
}

func createTopics() {
	client := &kafka.Client{Addr: kafka.TCP(addr)}
	for _, topic := range []string{"orders", "parcels", "lost"} {
		_, err := client.CreateTopics(context.Background(), &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: prefix + topic, NumPartitions: 1, ReplicationFactor: 1}}})
		check(err)
	}
}

func writer(topic string) *kafka.Writer {
	return &kafka.Writer{Addr: kafka.TCP(addr), Topic: prefix + topic, BatchTimeout: 10 * time.Millisecond, MaxAttempts: 3}
}

func produce(ctx context.Context) {
	w := writer("orders")
	mine := []kafka.Message{{Key: []byte("k1"), Value: []byte("hunter2-secret"), Headers: []kafka.Header{
		{Key: "colour", Value: []byte("red")}, {Key: "traceparent", Value: []byte("\x00\xff; DROP")}}}}
	check(w.WriteMessages(ctx, mine...))
	fmt.Println("the caller's message has", len(mine[0].Headers), "headers:", string(mine[0].Headers[0].Value), mine[0].Time.IsZero())

	check(w.WriteMessages(ctx, kafka.Message{Value: []byte("one")}, kafka.Message{}, kafka.Message{Value: bytes.Repeat([]byte{0}, 3)}))
	check(w.Close())

	w = writer("parcels")
	delivered := make(chan string, 1)
	w.Async, w.Completion = true, func(messages []kafka.Message, err error) {
		delivered <- fmt.Sprint(len(messages), " ", string(messages[0].Value), " ", err)
	}
	check(w.WriteMessages(ctx, kafka.Message{Key: []byte("later"), Value: []byte("parcel")}))
	fmt.Println("delivered", <-delivered)
	check(w.Close())
	foreign()
}

// foreign sends a message whose headers nobody should believe.
func foreign() {
	client := &kafka.Client{Addr: kafka.TCP(addr)}
	records := kafka.NewRecordReader(kafka.Record{Key: kafka.NewBytes(nil), Value: kafka.NewBytes([]byte("foreign")), Headers: []kafka.Header{
		{Key: "traceparent", Value: []byte("00-zz\x00")}, {Key: "", Value: bytes.Repeat([]byte("x"), 1<<16)}, {Key: "baggage"}}})
	_, err := client.Produce(context.Background(), &kafka.ProduceRequest{Topic: prefix + "parcels", RequiredAcks: kafka.RequireOne, Records: records})
	check(err)
}

// refused is what the library answers without a broker or against its will; none of it may change by being watched.
func refused(ctx context.Context) {
	w := writer("orders")
	full := kafka.Message{Key: bytes.Repeat([]byte("k"), 1<<20)}
	var large kafka.MessageTooLargeError
	err := w.WriteMessages(ctx, kafka.Message{Value: []byte("small")}, full)
	fmt.Println("too large", errors.As(err, &large), len(large.Message.Headers), len(large.Remaining), len(large.Remaining[0].Headers))

	check(w.WriteMessages(ctx))
	check(w.Close())
	w = writer("lost") // what is cancelled may have been sent all the same
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	fmt.Println("cancelled", w.WriteMessages(cancelled, kafka.Message{Value: []byte("never")}))
	func() {
		defer func() { fmt.Println("nil context", recover()) }()
		w.WriteMessages(nil, kafka.Message{Value: []byte("never")}) //lint:ignore SA1012 what happens then is the question
	}()
	check(w.Close())
	fmt.Println("closed", w.WriteMessages(ctx, kafka.Message{Value: []byte("late")}))
	fmt.Println("no address", (&kafka.Writer{Topic: "orders"}).WriteMessages(ctx, kafka.Message{}))

	w = writer("missing")
	err = w.WriteMessages(ctx, kafka.Message{Value: []byte("lost")})
	fmt.Println("missing", errors.Is(err, kafka.UnknownTopicOrPartition))
	check(w.Close())
}

func consume() {
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{addr}, Topic: prefix + "orders", MaxWait: 100 * time.Millisecond})
	for range 4 {
		m, err := r.ReadMessage(context.Background())
		check(err)
		fmt.Printf("read %s/%d@%d %q %q%s\n", strings.TrimPrefix(m.Topic, prefix), m.Partition, m.Offset, m.Key, m.Value, headers(m))
	}
	over, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := r.ReadMessage(over)
	fmt.Println("nothing more", errors.Is(err, context.DeadlineExceeded))
	check(r.Close())
	_, err = r.ReadMessage(context.Background())
	fmt.Println("closed", err)
}

func headers(m kafka.Message) (list string) {
	for _, h := range m.Headers {
		if !strings.HasPrefix(h.Key, "trace") {
			list += fmt.Sprintf(" %s=%s", h.Key, h.Value)
		}
	}
	return list
}

func consumeAsGroup(shop string) {
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{addr}, GroupID: prefix + "packers", GroupTopics: []string{prefix + "parcels"},
		MaxWait: 100 * time.Millisecond, StartOffset: kafka.FirstOffset})
	for range 2 {
		m, err := r.FetchMessage(context.Background())
		check(err)
		fmt.Printf("fetched %q\n", m.Value)
		ask(shop + "/parcels")
		check(r.CommitMessages(context.Background(), m))
	}
	check(r.Close())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
