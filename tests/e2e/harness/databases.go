package harness

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// Database servers of Debian's packages (.ci/setup installs them), each on a port and with files of its own, and gone when the test ends.

// PostgreSQL starts a server and gives the data source name of an empty database.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(programs) == 0 {
		t.Fatal("there is no PostgreSQL here: .ci/setup postgresql")
	}
	bin, as := filepath.Dir(programs[len(programs)-1]), unprivileged(t, "postgres")
	dir, addr := ownedDir(t, as), FreeAddr(t)
	_, port, _ := net.SplitHostPort(addr)
	run(t, as, filepath.Join(bin, "initdb"), "--pgdata="+dir, "--username=shop", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
	Serve(t, addr, syscall.SIGINT, prepared(as, filepath.Join(bin, "postgres"), "-D", dir, "-h", "127.0.0.1", "-p", port, "-k", "", "-F"))
	return fmt.Sprintf("host=127.0.0.1 port=%s user=shop password=letmein-secret dbname=postgres sslmode=disable", port)
}

// MariaDB starts a server and gives its address; root has no password, and there is a database `shop`.
func MariaDB(t testing.TB) string {
	t.Helper()
	program := ""
	for _, name := range []string{"mariadbd", "/usr/sbin/mariadbd"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
		}
	}
	if program == "" {
		t.Fatal("there is no MariaDB here: .ci/setup mariadb-server-core mariadb-client-core")
	}
	as := unprivileged(t, "nobody")
	dir, addr := ownedDir(t, as), FreeAddr(t)
	_, port, _ := net.SplitHostPort(addr)
	run(t, as, "mariadb-install-db", "--no-defaults", "--datadir="+dir, "--auth-root-authentication-method=normal", "--skip-test-db")
	start := filepath.Join(dir, "start.sql")
	if err := os.WriteFile(start, []byte("CREATE DATABASE IF NOT EXISTS shop;\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	Serve(t, addr, syscall.SIGTERM, prepared(as, program, "--no-defaults", "--datadir="+dir, "--bind-address=127.0.0.1", "--port="+port,
		"--socket="+filepath.Join(dir, "socket"), "--init-file="+start))
	return addr
}

// unprivileged is somebody for servers that refuse to run as root; nil: whoever runs the test.
func unprivileged(t testing.TB, name string) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	account, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := strconv.Atoi(account.Uid)
	group, _ := strconv.Atoi(account.Gid)
	return &syscall.Credential{Uid: uint32(id), Gid: uint32(group)}
}

// ownedDir is a directory of theirs. Those of the test are closed to others.
func ownedDir(t testing.TB, as *syscall.Credential) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "instc-e2e-data-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func prepared(as *syscall.Credential, program string, args ...string) *exec.Cmd {
	command := exec.Command(program, args...)
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return command
}

func run(t testing.TB, as *syscall.Credential, program string, args ...string) {
	t.Helper()
	if out, err := prepared(as, program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}
