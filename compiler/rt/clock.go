package rt

import (
	"sync/atomic"
	"time"
)

// One clock read per span end: the monotonic clock only, plus an offset to wall time that is refreshed now and then. So a duration is never
// negative, and a step of the wall clock moves later spans without touching open ones.
var (
	clockBase   = time.Now()
	clockOffset atomic.Int64 // wall minus monotonic, ns since 1970
	clockTaken  atomic.Int64 // when the offset was taken, monotonic
)

const clockRefresh = int64(10 * time.Second)

func init() { clockOffset.Store(clockBase.UnixNano()) }

// monotonic is the time since the program started, in ns.
func monotonic() int64 { return int64(time.Since(clockBase)) }

// wallAt converts a monotonic time to ns since 1970.
func wallAt(mono int64) int64 {
	if mono-clockTaken.Load() > clockRefresh {
		clockTaken.Store(mono)
		clockOffset.Store(time.Now().UnixNano() - monotonic())
	}
	return clockOffset.Load() + mono
}
