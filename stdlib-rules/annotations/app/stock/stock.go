// Package stock knows package context by another name.
package stock

import (
	c "context"
	"errors"
)

// ErrNone says that there is nothing to take.
var ErrNone = errors.New("none left")

// Take takes its context by another name as well.
//
//instc:span stock.kind="ware house"
func Take(where c.Context, item string) (int, error) {
	return shelf{}.take(item, where)
}

type shelf struct{}

//instc:span
func (shelf) take(item string, _ c.Context) (left int, err error) {
	if item == "nothing" {
		return 0, ErrNone
	}
	return 6, nil
}
