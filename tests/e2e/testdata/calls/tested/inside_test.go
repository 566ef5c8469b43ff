package tested

import (
	"strings"
	"testing"
)

func TestInside(t *testing.T) {
	if got := strings.Repeat(Text, 2); got != "xbaxba!" {
		t.Errorf("got %q", got)
	}
}
