// The program of the annotations plugin: functions of all kinds that ask for a span in a comment.
package main

import (
	"context"
	"fmt"

	"example.com/shop/stock"
)

// Serve has no context to take from its caller.
//
//instc:span
func Serve() {
	shop := &Shop{}
	fmt.Println(shop.Place(context.Background(), "book"))
	fmt.Println(shop.Place(context.Background(), "nothing"))
	fmt.Println(First([]int{3, 4}))
	shop.local()
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		fmt.Println(Fails(context.Background(), 1))
	}()
}

type Shop struct{ orders int }

// Place hands its context on: the spans of the stock hang below its own.
//
//instc:span "place order" shop.tier=gold shop.retries=3 shop.rate=0.5 shop.express=true shop.code="007"
func (s *Shop) Place(ctx context.Context, item string) (int, error) {
	s.orders++
	left, err := stock.Take(ctx, item)
	if err != nil {
		return 0, fmt.Errorf("place %s: %w", item, err)
	}
	return left, nil
}

//instc:span
func (Shop) local() { stock.Count() }

// First is generic.
//
//instc:span name=first
func First[T any](list []T) T { return list[0] }

// Fails panics when its number is odd.
//
//instc:span
func Fails(_ context.Context, n int) (_ int, _ error) {
	if n%2 == 1 {
		panic("odd")
	}
	return n, nil
}

// A mention of //instc:span in a text, or a comment in a body, asks for nothing.
func plain() string {
	//instc:span
	return `
//instc:span
`
}

func main() {
	Serve()
	fmt.Println(len(plain()))
}
