// Calls generic functions and methods of generic types, instantiated in several ways.
package main

import (
	"errors"
	"fmt"

	"example.com/box"
)

type text string

func (t text) String() string { return "text " + string(t) }

func main() {
	names, _ := box.New[string, float64]("names", "a")
	fmt.Println(names.Put("a", 1.5))
	fmt.Println(names.Put("b", 2))
	numbers, _ := box.New[int, int]("numbers")
	fmt.Println(numbers.Put(7, 70))
	texts, _ := box.New[text, int]("texts")
	fmt.Println(texts.Put("t", 1))
	_, err := box.New[string, int]("")
	fmt.Println(err)
	fmt.Println(numbers.Each(func(int) error { return errors.New("enough") }), texts.Each(func(text) error { return nil }))
	fmt.Println(names.Each(func(string) error { return nil }))
	fmt.Println(box.Pair[string, int]{First: "one", Second: 1}.Swap())
	fmt.Println(box.Sum([]int{3, 4}), box.Sum([]float64{0.5}))
	fmt.Println(box.Describe(text("x")), box.Total(numbers))
	var log box.Log
	fmt.Println(log.Add("x"), log.Add("x"))
	counts, _ := box.New[string, int]("counts")
	shelf := box.Shelf{Box: counts}
	shelf.Fill(3)
	names.Drop("a", "c")
	fmt.Println(names.Len(), shelf.Len())
	numbers.Close()
}
