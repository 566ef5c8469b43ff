package main

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/valyala/fasthttp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

type parcel struct{ ID string }

func packer() {
	db, err := gorm.Open(postgres.Open(at("POSTGRES")))
	check(err)
	check(db.AutoMigrate(&parcel{}))
	client, err := mongo.Connect(options.Client().ApplyURI(at("MONGO")))
	check(err)
	labels := client.Database("shop").Collection("labels")
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
			func(ctx context.Context) error { return db.WithContext(ctx).Create(&parcel{order}).Error },
			func(ctx context.Context) error {
				_, err := labels.InsertOne(ctx, bson.M{"parcel": order})
				return err
			}))
		status, _, err := fasthttp.Post(nil, "http://"+at("SHIPPER")+"/parcels/"+order, nil)
		check(err)
		fmt.Println("packed", order, status)
	}
}
