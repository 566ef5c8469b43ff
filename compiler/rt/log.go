package rt

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What the runtime has to say goes to standard error, one line at a time and rarely: each kind of warning at most once a minute.

// Levels of OTEL_LOG_LEVEL; a message is written when its level is not above the configured one.
const (
	levelNone = iota
	levelError
	levelWarn
	levelInfo
)

const warnEvery = time.Minute

// messages is the limiter's memory.
var messages = struct {
	mu    sync.Mutex
	last  map[string]time.Time
	write func(string)
}{last: map[string]time.Time{}, write: func(line string) { os.Stderr.WriteString(line) }}

const maxMessageKinds = 64

// warn writes a line unless one of its kind was written a short time ago.
func warn(kind, format string, args ...any) {
	if settings.logLevel < levelWarn {
		return
	}
	messages.mu.Lock()
	defer messages.mu.Unlock()
	now := time.Now()
	if last, ok := messages.last[kind]; ok && now.Sub(last) < warnEvery || !ok && len(messages.last) >= maxMessageKinds {
		return
	}
	messages.last[kind] = now
	messages.write("instc: " + oneLine(fmt.Sprintf(format, args...)) + "\n")
}

// say writes a line about something that a person has just done, so it is not limited.
func say(level int, format string, args ...any) {
	if settings.logLevel < level {
		return
	}
	messages.mu.Lock()
	defer messages.mu.Unlock()
	messages.write("instc: " + oneLine(fmt.Sprintf(format, args...)) + "\n")
}

// oneLine keeps a message from the outside on one line of bounded length.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c < 0x20 || c == 0x7f {
			return ' '
		}
		return c
	}, clean(s, maxName))
}

// stats counts what happened to spans and what went wrong; everything a user would otherwise never learn.
var stats statistics

type statistics struct {
	sent    atomic.Int64 // spans accepted by every exporter
	failed  atomic.Int64 // spans given up after the last attempt, or rejected
	dropped atomic.Int64 // spans that found the queue full
	late    atomic.Int64 // operations on spans that had ended
	panics  atomic.Int64 // panics recovered in injected code, in the runtime or in user code called by it
	soft    atomic.Int64 // spans whose parent had just ended
	linked  atomic.Int64 // spans that were linked to an ended one instead
	evicted atomic.Int64 // detached spans that nobody came for

	logsSent, logsFailed, logsDropped atomic.Int64 // as above, of log records
}

// Snapshot is a copy of the runtime's counters.
type Snapshot struct {
	Sent, Failed, Dropped, Late, Panics, SoftParents, LinkedRoots, Evicted int64
	LogsSent, LogsFailed, LogsDropped                                      int64
}

// Stats reads the counters.
func Stats() Snapshot {
	return Snapshot{stats.sent.Load(), stats.failed.Load(), stats.dropped.Load(), stats.late.Load(), stats.panics.Load(), stats.soft.Load(),
		stats.linked.Load(), stats.evicted.Load(), stats.logsSent.Load(), stats.logsFailed.Load(), stats.logsDropped.Load()}
}
