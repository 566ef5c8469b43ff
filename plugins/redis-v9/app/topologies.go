package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// connect is the client that the first argument names: of one server (the default), of several that share the keys (ring), of a primary that sentinels
// know (failover), of a cluster, or of a cluster's nodes one by one (node).
func connect() redis.UniversalClient {
	kind := "single"
	if len(os.Args) > 1 {
		kind = os.Args[1]
	}
	password, addrs := os.Getenv("REDIS_PASSWORD"), strings.Split(os.Getenv("REDIS_ADDR"), ",")
	switch kind {
	case "ring":
		shards := map[string]string{}
		for i, addr := range addrs {
			shards[fmt.Sprint("shard", i)] = addr
		}
		return redis.NewRing(&redis.RingOptions{Addrs: shards, Password: password})
	case "failover":
		return redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "main", SentinelAddrs: addrs, Password: password})
	case "cluster":
		return redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, Password: password})
	}
	return redis.NewClient(&redis.Options{Addr: addrs[0], Password: password, DB: 2})
}

// odd is what programs get wrong, or servers refuse. The key of a hash tag is on one node of a cluster.
func odd(ctx context.Context, client redis.UniversalClient) {
	huge, binary := "{odd}"+strings.Repeat("k", 1<<20), "{odd}\x00\xff\r\n$5\r\n"
	fmt.Println("huge key", client.Set(ctx, huge, binary, time.Minute).Err(), client.Get(ctx, huge).Val() == binary)
	fmt.Println("binary key", client.Set(ctx, binary, []byte{0, 255, '\n'}, time.Minute).Err(), client.Del(ctx, binary, huge).Val())
	ended, cancel := context.WithCancel(ctx)
	cancel()
	fmt.Println("cancelled", client.Get(ended, "{odd}a").Err())
	_, err := client.Pipelined(ended, func(p redis.Pipeliner) error { return p.Incr(ended, "{odd}a").Err() })
	fmt.Println("cancelled pipeline", err)
	_, err = client.Pipeline().Exec(ctx)
	fmt.Println("empty pipeline", err)
	_, err = client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "{odd}a", "text", time.Minute)
		p.Incr(ctx, "{odd}a")
		return nil
	})
	fmt.Println("failed transaction", err)
	fmt.Println("refused", client.Pipeline().Process(ctx, redis.NewCmd(ctx, "incr")) == nil)
	raced := client.Watch(ctx, func(tx *redis.Tx) error {
		if err := client.Set(ctx, "{odd}a", "other", time.Minute).Err(); err != nil {
			return err
		}
		_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error { return p.Set(ctx, "{odd}a", "mine", 0).Err() })
		return err
	}, "{odd}a")
	fmt.Println("raced", errors.Is(raced, redis.TxFailedErr))
	panics(ctx, client)
}

// panics: what a hook of the program's own throws passes through everything.
func panics(ctx context.Context, client redis.UniversalClient) {
	client.AddHook(thrower{})
	defer func() {
		fmt.Println("panic", recover())
		client.Close()
		fmt.Println("closed", client.Get(ctx, "{odd}a").Err())
		_, err := client.Pipelined(ctx, func(p redis.Pipeliner) error { return p.Incr(ctx, "{odd}a").Err() })
		fmt.Println("closed pipeline", err)
	}()
	client.Get(ctx, "throw")
}

type thrower struct{}

func (thrower) DialHook(next redis.DialHook) redis.DialHook { return next }
func (thrower) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if len(cmd.Args()) > 1 && cmd.Args()[1] == "throw" {
			panic("thrown")
		}
		return next(ctx, cmd)
	}
}
func (thrower) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}
