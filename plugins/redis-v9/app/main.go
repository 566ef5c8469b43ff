// Commands, pipelines, transactions and failures against the servers at REDIS_ADDR, inside one HTTP request.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
)

func main() {
	client := connect()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if len(os.Args) > 2 {
			odd(r.Context(), client)
		} else {
			run(r.Context(), client)
		}
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	check(err)
	check(response.Body.Close())
	client.Close()
}

func run(ctx context.Context, client redis.UniversalClient) {
	check(client.FlushDB(ctx).Err())
	check(client.Set(ctx, "colour", "hunter2-secret", time.Minute).Err())
	value, err := client.Get(ctx, "colour").Result()
	check(err)
	fmt.Println("got", value)
	err = client.Get(ctx, "nothing").Err()
	fmt.Println("missing", errors.Is(err, redis.Nil))
	fmt.Println("failed", client.Incr(ctx, "colour").Err())

	pipe := client.Pipeline()
	pipe.Set(ctx, "a", 1, 0)
	pipe.Incr(ctx, "a")
	_, err = pipe.Exec(ctx)
	check(err)
	_, err = client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Incr(ctx, "a")
		p.Expire(ctx, "a", time.Minute)
		p.Get(ctx, "a")
		return nil
	})
	check(err)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
