package crash_test

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// mariadb is a server of one test, which may kill it.
type mariadb struct {
	dir  string
	addr string
	cmd  *exec.Cmd
	done chan struct{}
}

func startMariaDB(t testing.TB) *mariadb {
	t.Helper()
	dir, err := os.MkdirTemp("", "zugabe-db-") // t.TempDir is too long for a socket's path
	must(t, err)
	m := &mariadb{dir: dir, addr: freePort(t)}
	install := exec.Command("mariadb-install-db", "--no-defaults", "--datadir="+filepath.Join(dir, "data"), "--user="+systemUser(), "--skip-test-db",
		"--auth-root-authentication-method=normal")
	if text, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	t.Cleanup(func() {
		m.kill(t)
		_ = os.RemoveAll(dir)
	})
	m.boot(t)
	return m
}

func systemUser() string {
	if os.Getuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}

// boot starts the server on its data and waits until it answers.
func (m *mariadb) boot(t testing.TB) {
	t.Helper()
	_, port, err := net.SplitHostPort(m.addr)
	must(t, err)
	program, err := exec.LookPath("mariadbd")
	if err != nil {
		program = "/usr/sbin/mariadbd"
	}
	m.cmd = exec.Command(program, "--no-defaults", "--user="+systemUser(), "--datadir="+filepath.Join(m.dir, "data"), "--socket="+filepath.Join(m.dir, "s"),
		"--pid-file="+filepath.Join(m.dir, "pid"), "--log-error="+filepath.Join(m.dir, "log"), "--port="+port, "--bind-address=127.0.0.1", "--skip-name-resolve",
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin", "--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1",
		"--log-bin="+filepath.Join(m.dir, "binlog"), "--binlog-format=ROW", "--server-id=1", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=64M")
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, m.cmd.Start())
	done := make(chan struct{})
	m.done = done
	go func(cmd *exec.Cmd) { _ = cmd.Wait(); close(done) }(m.cmd)
	db, err := sql.Open("mysql", "root@tcp("+m.addr+")/")
	must(t, err)
	defer func() { _ = db.Close() }()
	until(t, "MariaDB answers", func() {}, func() bool { return db.Ping() == nil })
}

// kill ends the server by SIGKILL.
func (m *mariadb) kill(t testing.TB) {
	t.Helper()
	_ = m.cmd.Process.Kill()
	select {
	case <-m.done:
	case <-time.After(patience):
		t.Fatal("MariaDB does not die")
	}
}

// database makes an empty, migrated one.
func (m *mariadb) database(t testing.TB) string {
	t.Helper()
	db, err := sql.Open("mysql", "root@tcp("+m.addr+")/")
	must(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.Exec("CREATE DATABASE crash CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	must(t, err)
	url := fmt.Sprintf("mysql://root@%s/crash", m.addr)
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	_, err = s.Migrate(t.Context())
	must(t, err)
	must(t, s.Close())
	return url
}

// loyaltyNow is the machine's time, for seeds.
func loyaltyNow() int64 { return loyalty.NowMs(loyalty.SystemClock()) }
