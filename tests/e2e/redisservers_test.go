package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"instc.dev/tests/e2e/harness"
)

// redisServer starts Debian's redis-server on a port of its own.
func redisServer(t *testing.T, args ...string) string {
	t.Helper()
	addr := harness.FreeAddr(t)
	startRedis(t, addr, append([]string{"--port", portOf(addr), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()}, args...)...)
	return addr
}

func startRedis(t *testing.T, addr string, args ...string) {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		if program, err = exec.LookPath("redis-check-rdb"); err != nil {
			t.Fatal("there is no redis-server here: .ci/setup installs it")
		}
	}
	command := exec.Command(program)
	command.Args = append([]string{"redis-server"}, args...)
	harness.Serve(t, addr, os.Kill, command)
}

func portOf(addr string) string { return addr[strings.LastIndex(addr, ":")+1:] }

// redisSentinel starts a sentinel that knows the server as `main`.
func redisSentinel(t *testing.T, server, password string) string {
	t.Helper()
	addr, file := harness.FreeAddr(t), filepath.Join(t.TempDir(), "sentinel.conf")
	text := "port " + portOf(addr) + "\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 " + portOf(server) + " 1\nsentinel auth-pass main " + password + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	startRedis(t, addr, file, "--sentinel")
	return addr
}

// redisCluster starts three nodes that share the keys.
func redisCluster(t *testing.T) []string {
	t.Helper()
	var nodes []string
	for range 3 {
		bus := harness.FreeAddr(t)
		nodes = append(nodes, redisServer(t, "--cluster-enabled", "yes", "--cluster-port", portOf(bus)))
	}
	joined := append(append([]string{"--cluster", "create"}, nodes...), "--cluster-yes")
	if out := harness.Command(t, t.TempDir(), harness.Environ(), "redis-cli", joined...); out.Code != 0 {
		t.Fatalf("%s%s", out.Stdout, out.Stderr)
	}
	for range 100 {
		ready := 0
		for _, node := range nodes {
			info := harness.Command(t, t.TempDir(), harness.Environ(), "redis-cli", "-p", portOf(node), "cluster", "info")
			if strings.Contains(info.Stdout, "cluster_state:ok") {
				ready++
			}
		}
		if ready == len(nodes) {
			return nodes
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the nodes are no cluster")
	return nil
}
