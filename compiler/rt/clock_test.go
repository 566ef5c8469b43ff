package rt

import (
	"context"
	"testing"
	"time"
)

// The wall clock steps while a span is open: its duration is what it was, and the next span has the new time.
func TestClockSteps(t *testing.T) {
	for _, step := range []time.Duration{-time.Hour, time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			f := newFixture(t, Host{})
			before := clockOffset.Load()
			defer clockOffset.Store(before)
			clockTaken.Store(monotonic()) // not to be taken anew within this test
			open, _ := f.begin(f.rules[0], server, context.Background(), "open")
			clockOffset.Add(int64(step))
			f.end(open)
			later, _ := f.begin(f.rules[0], server, context.Background(), "later")
			f.end(later)
			first, second := f.named("open"), f.named("later")
			if took := time.Duration(first.end - first.start); took < 0 || took > time.Minute {
				t.Errorf("the open span took %v", took)
			}
			if moved := time.Duration(second.start - first.start); moved < step || moved > step+time.Minute {
				t.Errorf("the next span is %v later, want %v", moved, step)
			}
		})
	}
}

// What the clocks are apart is looked at again now and then.
func TestClockIsTakenAnew(t *testing.T) {
	before := clockOffset.Load()
	defer clockOffset.Store(before)
	clockOffset.Add(-int64(time.Hour))
	at := monotonic()
	clockTaken.Store(at - clockRefresh - 1)
	if off := time.Duration(time.Now().UnixNano() - wallAt(at)); off < 0 || off > time.Minute {
		t.Errorf("off by %v", off)
	}
	if clockTaken.Load() != at {
		t.Error("it would be taken anew at once")
	}
}
