// A shop in four processes, each with libraries of its own, and goroutines wherever one may stand:
//
//	gate     gin, zap        takes an order and asks the stock
//	stock    grpc            answers, and hands the order to the packer through Kafka
//	packer   kafka-go        works on orders: go-redis, gorm on PostgreSQL, mongo-driver, and fasthttp to the shipper
//	shipper  fiber, slog     sends the parcel
//
// Nobody gives a context to what handles a message: that is what kafka-go's option `process` is for.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
)

func main() {
	role := map[string]func(){"gate": gate, "stock": stock, "packer": packer, "shipper": shipper}[os.Args[1]]
	role()
}

// at is the address of another process.
func at(name string) string { return os.Getenv(name + "_ADDR") }

// listening tells the test where this process is.
func listening(addr any) { fmt.Println("listening", addr) }

// together does everything at once and waits.
func together(ctx context.Context, all ...func(context.Context) error) error {
	var wait sync.WaitGroup
	errs := make([]error, len(all))
	for i, do := range all {
		wait.Add(1)
		go func() {
			defer wait.Done()
			errs[i] = do(ctx)
		}()
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
