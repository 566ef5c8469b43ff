package dsn

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

type (
	state    string
	number   int32
	answer   string
	harmful  struct{}
	endless  struct{}
	nameless struct{ Number int }
)

func (state) Error() string            { return "" }
func (s state) SQLState() string       { return string(s) }
func (number) Error() string           { return "" }
func (n number) SQLErrorNumber() int32 { return int32(n) }
func (a answer) Error() string         { return string(a) }
func (answer) RedisError()             {}
func (*harmful) Error() string         { return "" }
func (*harmful) SQLState() string      { panic("no") }
func (endless) Error() string          { return "" }
func (e endless) Unwrap() error        { return e }
func (nameless) Error() string         { return "" }

func TestErrorCode(t *testing.T) {
	for _, c := range []struct {
		err  any
		want string
	}{
		{state("23505"), "23505"}, {fmt.Errorf("insert: %w", state("40001")), "40001"}, {number(2627), "2627"},
		{answer("WRONGTYPE Operation against a key"), "WRONGTYPE"}, {answer("redis: nil"), ""}, {answer("MOVED 1 127.0.0.1:1"), "MOVED"},
		{state(strings.Repeat("2", 21)), ""}, {state("a b"), ""}, {answer("\xff\x00 x"), ""},
		{nil, ""}, {7, ""}, {errors.New("x"), ""}, {(*harmful)(nil), ""}, {endless{}, ""}, {nameless{7}, ""},
	} {
		if code := ErrorCode(c.err); code != c.want {
			t.Errorf("%v: %q, want %q", c.err, code, c.want)
		}
	}
}
