//go:build unix

package rt

import (
	"os"
	"os/signal"
	"syscall"
)

// watchSignals flushes on SIGINT and SIGTERM and then lets the program end exactly as it would have ended: the default action is restored and the
// same signal raised again. When the program handles the signal itself, ours is only the hint that the end may be near. A signal that is ignored,
// or a host that cannot say whether anybody else wants it, is left alone.
func watchSignals(c *closing) {
	if host.SignalWanted == nil {
		return
	}
	received := make(chan os.Signal, 2)
	for _, s := range [...]syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		if !signal.Ignored(s) {
			signal.Notify(received, s)
		}
	}
	go handleSignals(c, received)
}

func handleSignals(c *closing, received chan os.Signal) {
	suppressGoroutine()
	for s := range received {
		if host.SignalWanted(received, s) {
			c.hurry()
			continue
		}
		flushed := make(chan struct{})
		go func() {
			suppressGoroutine()
			c.leave()
			close(flushed)
		}()
		select {
		case <-flushed:
		case s = <-received: // impatient: end at once
		}
		if !host.SignalWanted(received, s) {
			raise(s.(syscall.Signal))
		}
	}
}

// raise restores the default action of the signal and sends it to this process.
func raise(s syscall.Signal) {
	signal.Reset(s)
	syscall.Kill(syscall.Getpid(), s)
}
