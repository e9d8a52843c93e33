package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// startMariaDB runs a private server on loopback with the durability that we
// ask of production: every commit is on disk before it is answered.
func startMariaDB(ctx context.Context) (*server, error) {
	binary, err := findMariaDB()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "zugabe-bench-mariadb-")
	if err != nil {
		return nil, err
	}
	s, err := bootMariaDB(ctx, binary, dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// launch starts a process that does not outlive this one, where the system can
// promise that, and tells when it has ended. The promise hangs on the thread that
// started it, so that thread stays until then.
func launch(daemon *exec.Cmd) (ended <-chan error, err error) {
	endWithParent(daemon)
	started, done := make(chan error), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := daemon.Start()
		started <- err
		if err == nil {
			done <- daemon.Wait()
		}
	}()
	return done, <-started
}

func findMariaDB() (string, error) {
	for _, name := range []string{"mariadbd", "/usr/sbin/mariadbd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("MariaDB is not installed: apt-get install mariadb-server, name a server with --mariadb, or leave it out with --engine sqlite")
}

func bootMariaDB(ctx context.Context, binary, dir string) (*server, error) {
	data := filepath.Join(dir, "data")
	install := exec.CommandContext(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--user="+mariaUser())
	if mariaUser() != "root" {
		install.Args = install.Args[:len(install.Args)-1]
	}
	if text, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("mariadb-install-db: %w: %.400s", err, text)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	daemon := exec.Command(binary, "--no-defaults", "--datadir="+data, "--socket="+filepath.Join(dir, "socket"), "--user="+mariaUser(),
		"--bind-address=127.0.0.1", "--port="+strconv.Itoa(port), "--pid-file="+filepath.Join(dir, "pid"), "--log-error="+filepath.Join(dir, "log"),
		"--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1", "--log-bin="+filepath.Join(dir, "binlog"), "--binlog-format=ROW", "--server-id=1",
		"--innodb-buffer-pool-size=4G", "--innodb-log-file-size=1G", "--max-connections=300", "--max-allowed-packet=64M",
		"--character-set-server=utf8mb4", "--binlog-expire-logs-seconds=60", "--max-binlog-size=256M")
	ended, err := launch(daemon)
	if err != nil {
		return nil, err
	}
	s := &server{engine: mariaDB, base: fmt.Sprintf("mysql://root@127.0.0.1:%d/", port)}
	s.stop = func() error {
		_ = daemon.Process.Signal(syscall.SIGTERM)
		<-ended
		return os.RemoveAll(dir)
	}
	if err := awaitMariaDB(ctx, s.base); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(fmt.Errorf("MariaDB did not start: %w: %s", err, tail(log, 600)), s.stop())
	}
	return s, nil
}

// mariaUser is whom the server runs as; it refuses to be root without being told.
func mariaUser() string {
	if os.Getuid() == 0 {
		return "root"
	}
	return strconv.Itoa(os.Getuid())
}

func awaitMariaDB(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	db, err := sql.Open("mysql", driverDSN(base))
	if err != nil {
		return err
	}
	defer db.Close()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }
