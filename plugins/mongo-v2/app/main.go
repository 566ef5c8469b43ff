// MongoDB's driver against the server that the first argument names: documents made, found, changed and removed, batches, cursors, aggregation, commands,
// failures and contexts that have ended.
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func main() {
	commands := 0
	monitor := &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		if e.CommandName == "find" {
			commands++
		}
	}}
	client, err := mongo.Connect(options.Client().ApplyURI(os.Args[1]).SetMonitor(monitor))
	check(err)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { serve(r.Context(), client) }))
	defer server.Close()
	response, err := http.Get(server.URL)
	check(err)
	response.Body.Close()
	fmt.Println("the program's own monitor saw", commands)
	check(client.Disconnect(context.Background()))
	fmt.Println(client.Database("shop").Collection("users").FindOne(context.Background(), bson.D{}).Err())
}

func serve(ctx context.Context, client *mongo.Client) {
	shop := client.Database("shop")
	users := shop.Collection("users")
	fmt.Println(users.Drop(ctx))
	_, err := users.InsertOne(ctx, bson.D{{Key: "_id", Value: "ann"}, {Key: "secret", Value: "s3cret"}})
	check(err)
	_, err = users.InsertMany(ctx, []interface{}{bson.D{{Key: "_id", Value: "bob"}}, bson.D{{Key: "_id", Value: "eve"}}})
	check(err)
	fmt.Println(users.FindOne(ctx, bson.D{{Key: "_id", Value: "ann"}}).Err(), users.FindOne(ctx, bson.D{{Key: "_id", Value: "nobody"}}).Err())
	cursor, err := users.Find(ctx, bson.D{}, options.Find().SetBatchSize(2))
	check(err)
	n := 0
	for cursor.Next(ctx) {
		n++
	}
	check(cursor.Close(ctx))
	fmt.Println(n)
	_, err = users.UpdateOne(ctx, bson.D{{Key: "_id", Value: "ann"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "n", Value: 1}}}})
	check(err)
	count, err := users.CountDocuments(ctx, bson.D{})
	fmt.Println(count, err)
	_, err = users.DeleteOne(ctx, bson.D{{Key: "_id", Value: "bob"}})
	check(err)
	fmt.Println(shop.RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err())
	_, err = users.InsertOne(ctx, bson.D{{Key: "_id", Value: "ann"}})
	fmt.Println(mongo.IsDuplicateKeyError(err))
	fmt.Println(shop.RunCommand(ctx, bson.D{{Key: "noSuchCommand", Value: "ann"}}).Err() != nil)
	_, err = users.InsertOne(ctx, bson.D{{Key: "_id", Value: strings.Repeat("x", 1<<20)}, {Key: "bytes", Value: []byte{0, 255}}})
	fmt.Println(err)

	ended, cancel := context.WithCancel(ctx)
	cancel()
	fmt.Println(users.FindOne(ended, bson.D{}).Err() != nil)
	late, cancel := context.WithTimeout(ctx, time.Nanosecond)
	defer cancel()
	fmt.Println(users.FindOne(late, bson.D{}).Err() != nil)
	fmt.Println(users.FindOne(nil, bson.D{{Key: "_id", Value: "eve"}}).Err())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
