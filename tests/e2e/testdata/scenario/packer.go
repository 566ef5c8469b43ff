package main

import (
	"context"
	"fmt"
	"time"

	"github.com/glebarez/sqlite"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/valyala/fasthttp"
	"gorm.io/gorm"
)

type parcel struct{ ID string }

func packer() {
	db, err := gorm.Open(sqlite.Open("file:parcels?mode=memory&cache=shared"))
	check(err)
	check(db.AutoMigrate(&parcel{}))
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
			func(ctx context.Context) error { return db.WithContext(ctx).Create(&parcel{order}).Error }))
		status, _, err := fasthttp.Post(nil, "http://"+at("SHIPPER")+"/parcels/"+order, nil)
		check(err)
		fmt.Println("packed", order, status)
	}
}
