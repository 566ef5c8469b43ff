package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/valyala/fasthttp"
	_ "modernc.org/sqlite"
)

func packer() {
	db, err := sql.Open("sqlite", "file:parcels?mode=memory&cache=shared")
	check(err)
	_, err = db.Exec("CREATE TABLE parcels (id TEXT)")
	check(err)
	cache := redis.NewClient(&redis.Options{Addr: at("REDIS")})
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{at("KAFKA")}, GroupID: "packers", GroupTopics: []string{"orders"},
		StartOffset: kafka.FirstOffset, MaxWait: 100 * time.Millisecond})
	listening("to orders")
	for {
		message, err := reader.ReadMessage(context.Background())
		check(err)
		order := string(message.Key)
		check(together(context.Background(),
			func(ctx context.Context) error { return cache.Incr(ctx, "packed").Err() },
			func(ctx context.Context) error {
				_, err := db.ExecContext(ctx, "INSERT INTO parcels VALUES (?)", order)
				return err
			}))
		status, _, err := fasthttp.Post(nil, "http://"+at("SHIPPER")+"/parcels/"+order, nil)
		check(err)
		fmt.Println("packed", order, status)
	}
}
