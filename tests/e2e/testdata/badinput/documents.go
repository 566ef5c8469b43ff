package main

import (
	"context"
	"os"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	bson2 "go.mongodb.org/mongo-driver/v2/bson"
	mongo2 "go.mongodb.org/mongo-driver/v2/mongo"
	options2 "go.mongodb.org/mongo-driver/v2/mongo/options"
)

// documents asks the server of MONGO_URI what no program should, by both major versions of the driver; without a server, one that is not there.
func documents() {
	uri, patience := os.Getenv("MONGO_URI"), 10*time.Second
	if uri == "" {
		uri, patience = "mongodb://127.0.0.1:1", 20*time.Millisecond
	}
	ctx := context.Background()
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(uri).SetServerSelectionTimeout(patience))
	check(err)
	users := client.Database("bad").Collection("users")
	users.Drop(ctx)
	names := []string{"", "users", binary, huge, "a.b", "$x", "_id"}
	for _, name := range names {
		try("mongo collection "+shown(name), func() any {
			_, err := client.Database("bad").Collection(name).InsertOne(ctx, bson.M{"a": 1})
			return err != nil
		})
		try("mongo database "+shown(name), func() any { return client.Database(name).RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err() != nil })
		try("mongo command "+shown(name), func() any {
			return client.Database("bad").RunCommand(ctx, bson.D{{Key: name, Value: name}}).Err() != nil
		})
		try("mongo key "+shown(name), func() any { _, err := users.InsertOne(ctx, bson.M{name: name}); return err != nil })
		try("mongo filter "+shown(name), func() any { return users.FindOne(ctx, bson.M{"k": name}).Err() != nil })
	}
	try("mongo nil document", func() any { _, err := users.InsertOne(ctx, nil); return err })
	try("mongo nil filter", func() any { _, err := users.Find(ctx, nil); return err })
	try("mongo nil documents", func() any { _, err := users.InsertMany(ctx, nil); return err })
	try("mongo nil command", func() any { return client.Database("bad").RunCommand(ctx, nil).Err() })
	try("mongo empty command", func() any { return client.Database("bad").RunCommand(ctx, bson.D{}).Err() != nil })
	try("mongo no document", func() any { _, err := users.InsertOne(ctx, make(chan int)); return err })
	try("mongo value that panics", func() any { _, err := users.InsertOne(ctx, bson.M{"a": failing{}}); return err != nil })
	try("mongo nil context", func() any { return users.FindOne(nobody, bson.M{}).Err() != nil })
	try("mongo cancelled", func() any { return users.FindOne(over(), bson.M{}).Err() != nil })
	try("mongo nobody's", func() any { return (*mongo.Client)(nil).Ping(ctx, nil) })
	check(client.Disconnect(ctx))
	try("mongo closed", func() any { return client.Ping(ctx, nil) })
	try("mongo closed twice", func() any { return client.Disconnect(ctx) })

	watched, err := mongo.Connect(ctx, options.Client().ApplyURI(uri).SetServerSelectionTimeout(patience).SetMonitor(&event.CommandMonitor{
		Started: func(_ context.Context, e *event.CommandStartedEvent) {
			if e.CommandName == "ping" {
				panic("Started of a monitor")
			}
		}}))
	check(err)
	try("mongo monitor that panics", func() any { return watched.Ping(ctx, nil) != nil })
	check(watched.Disconnect(ctx))
	documents2(ctx, uri, patience, names)
}

func documents2(ctx context.Context, uri string, patience time.Duration, names []string) {
	client, err := mongo2.Connect(options2.Client().ApplyURI(uri).SetServerSelectionTimeout(patience))
	check(err)
	users := client.Database("bad").Collection("users")
	for _, name := range names {
		try("mongo2 collection "+shown(name), func() any {
			_, err := client.Database("bad").Collection(name).InsertOne(ctx, bson2.M{"a": 1})
			return err != nil
		})
		try("mongo2 command "+shown(name), func() any {
			return client.Database("bad").RunCommand(ctx, bson2.D{{Key: name, Value: name}}).Err() != nil
		})
		try("mongo2 key "+shown(name), func() any { _, err := users.InsertOne(ctx, bson2.M{name: name}); return err != nil })
	}
	try("mongo2 nil document", func() any { _, err := users.InsertOne(ctx, nil); return err })
	try("mongo2 nil command", func() any { return client.Database("bad").RunCommand(ctx, nil).Err() })
	try("mongo2 nil context", func() any { return users.FindOne(nobody, bson2.M{}).Err() != nil })
	try("mongo2 cancelled", func() any { return users.FindOne(over(), bson2.M{}).Err() != nil })
	try("mongo2 nobody's", func() any { return (*mongo2.Client)(nil).Ping(ctx, nil) })
	check(client.Disconnect(ctx))
	try("mongo2 closed", func() any { return client.Ping(ctx, nil) })
}
