package rt

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestRateLimit(t *testing.T) {
	l := newRateLimit(10)
	const second = int64(time.Second)
	passed := func(from int64, ticks int) (n int) { // one try a millisecond
		for i := 0; i < ticks; i++ {
			if l.allow(from + int64(i)*int64(time.Millisecond)) {
				n++
			}
		}
		return n
	}
	if n := passed(second, 1); n != 1 {
		t.Errorf("%d at once", n)
	}
	if n := passed(second, 1000); n < 17 || n > 20 {
		t.Errorf("%d in the first second: its own ten and those of the quiet one before", n)
	}
	if n := passed(2*second, 10000); n < 99 || n > 101 {
		t.Errorf("%d in ten seconds of ten", n)
	}
	slow := newRateLimit(0.1)
	if !slow.allow(second) || slow.allow(5*second) || !slow.allow(11*second) {
		t.Error("one in ten seconds")
	}
}

func TestRateLimitIsExactUnderContention(t *testing.T) {
	l := newRateLimit(100)
	var passed atomic.Int64
	var wait sync.WaitGroup
	for g := 0; g < 8; g++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := 0; i < 10000; i++ {
				if l.allow(int64(time.Second)) {
					passed.Add(1)
				}
			}
		}()
	}
	wait.Wait()
	if passed.Load() != 100 {
		t.Errorf("%d of 100", passed.Load())
	}
}

func TestSamplerOfTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env   []string
		spans int
		warns string
	}{
		{[]string{"OTEL_TRACES_SAMPLER=ratelimiting", "OTEL_TRACES_SAMPLER_ARG=3"}, 3, ""},
		{[]string{"OTEL_TRACES_SAMPLER=parentbased_ratelimiting", "OTEL_TRACES_SAMPLER_ARG=0"}, 0, ""},
		{[]string{"OTEL_TRACES_SAMPLER=ratelimiting"}, 20, "OTEL_TRACES_SAMPLER_ARG"},
		{[]string{"OTEL_TRACES_SAMPLER=ratelimiting", "OTEL_TRACES_SAMPLER_ARG=NaN"}, 20, "OTEL_TRACES_SAMPLER_ARG"},
	} {
		f := newFixture(t, Host{}, c.env...)
		for i := 0; i < 20; i++ {
			node, _ := f.start(server, nil, "x")
			f.end(node)
		}
		if n := len(f.spans()); n != c.spans {
			t.Errorf("%v: %d spans", c.env, n)
		}
		if warned := strings.Join(f.warned, ""); !strings.Contains(warned, c.warns) || (c.warns == "") != (warned == "") {
			t.Errorf("%v: %q", c.env, warned)
		}
	}
}
