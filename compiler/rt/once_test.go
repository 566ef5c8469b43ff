package rt

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestOnceIsTrueForOneOfMany(t *testing.T) {
	f := newFixture(t, Host{})
	var done [2]uint32
	var first [2]atomic.Int32
	var group sync.WaitGroup
	for i := 0; i < 64; i++ {
		group.Add(1)
		go func(which int) {
			defer group.Done()
			if f.once(&done[which]) {
				first[which].Add(1)
			}
		}(i % 2)
	}
	group.Wait()
	if first[0].Load() != 1 || first[1].Load() != 1 {
		t.Errorf("first: %d and %d times", first[0].Load(), first[1].Load())
	}
}
