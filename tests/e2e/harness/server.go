package harness

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Servers that tests talk to: Kafka, databases, Redis.

// FreeAddr is an address on which nobody listens.
func FreeAddr(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// Serve runs a server, which opens its port once it is ready, until the test ends; stop is the signal at which it leaves nothing behind.
func Serve(t testing.TB, addr string, stop os.Signal, command *exec.Cmd) {
	t.Helper()
	var log lockedBuffer
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Signal(stop)
		command.Wait()
	})
	for range 600 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not listen\n%s", command.Args[0], log.String())
}
