package tested_test

import (
	"strings"
	"testing"

	"example.com/calls/tested"
)

func TestOutside(t *testing.T) {
	if got := strings.Repeat(tested.Text, 1); got != "xba!" {
		t.Errorf("got %q", got)
	}
}
