// Package lib has the shapes of functions that edits must cope with.
package lib

import "errors"

// Greet is hooked.
func Greet(name string) string { return "hello " + name }

type counter struct{ n int }

func (counter) Unnamed(int, ...string) (int, error) { return 1, errors.New("unnamed") }

func (*counter) Blank(_ string, a, _ int) (_ error) /* odd */ { return nil }

// Call runs them all.
func Call() (int, error) {
	c := &counter{}
	if err := c.Blank("x", 1, 2); err != nil {
		return 0, err
	}
	return c.Unnamed(1, "a", "b")
}
