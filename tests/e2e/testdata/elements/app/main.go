// The program calls a store that a plugin of the test instruments.
package main

import (
	"context"
	"fmt"

	"example.test/store"
)

func main() {
	request := &store.Request{
		Header: map[string][]string{"X-Tenant": {"a", "b"}, "X-Other": {"c"}},
		Fields: []*store.Field{{"size", "1"}, nil, {"kind", "2"}, {"rest", "3"}},
	}
	fmt.Println(store.Put(context.Background(), request, store.WithTarget("db:1"), nil))
	fmt.Println("named", request.Named)
	skipped := &store.Request{Fields: []*store.Field{{"a", ""}, {"skip", ""}}}
	fmt.Println(store.Put(context.Background(), skipped))
	fmt.Println("named", skipped.Named)
	spoiled := &store.Request{Fields: []*store.Field{{"spoiled", ""}}}
	fmt.Println(store.Put(context.Background(), spoiled, store.WithTarget("db:2"), store.WithTag("x")))
}
