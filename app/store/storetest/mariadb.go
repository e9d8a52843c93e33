package storetest

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/go-sql-driver/mysql" // registers the driver "mysql"
)

// server is the base URL of the MariaDB that this test process uses.
var server = sync.OnceValues(func() (string, error) {
	base := os.Getenv("ZUGABE_TEST_MARIADB_DSN")
	if base == "" {
		env, err := Services("start")
		if err != nil {
			return "", err
		}
		base = env["ZUGABE_TEST_MARIADB_DSN"]
	}
	return base, dropLeftovers(base)
})

// Services runs .ci/services and returns the variables that it prints. extra
// are NAME=value settings for it.
func Services(command string, extra ...string) (map[string]string, error) {
	if _, err := exec.LookPath("/usr/sbin/mariadbd"); err != nil {
		if _, err := exec.LookPath("mariadbd"); err != nil {
			return nil, fmt.Errorf("MariaDB is not installed: run make test-deps")
		}
	}
	root, err := projectRoot()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(root, ".ci", "services"), command)
	cmd.Env = append(os.Environ(), extra...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf(".ci/services %s: %w (run make test-deps)", command, err)
	}
	env := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		env[name] = value
	}
	return env, nil
}

func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = parent
	}
}

var (
	created atomic.Int64
	spareMu sync.Mutex
	spare   []string // migrated, empty databases to use again
)

// MariaDBURL is the URL of a migrated, empty database of this test alone.
func MariaDBURL(t testing.TB) string {
	t.Helper()
	base, err := server()
	if err != nil {
		t.Fatalf("MariaDB for tests: %v", err)
	}
	name := takeSpare()
	if name == "" {
		name = newDatabase(t, base)
		if err := migrate(base + name); err != nil {
			t.Fatalf("migrate %s: %v", name, err)
		}
	}
	t.Cleanup(func() { recycle(t, base, name) })
	return base + name
}

// BlankMariaDBURL is the URL of a database without any table.
func BlankMariaDBURL(t testing.TB) string {
	t.Helper()
	base, err := server()
	if err != nil {
		t.Fatalf("MariaDB for tests: %v", err)
	}
	name := newDatabase(t, base)
	t.Cleanup(func() { run(t, base, "DROP DATABASE "+name) })
	return base + name
}

func newDatabase(t testing.TB, base string) string {
	t.Helper()
	name := "zt_" + strconv.Itoa(os.Getpid()) + "_" + strconv.FormatInt(created.Add(1), 10)
	run(t, base, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	return name
}

func takeSpare() string {
	spareMu.Lock()
	defer spareMu.Unlock()
	if len(spare) == 0 {
		return ""
	}
	name := spare[len(spare)-1]
	spare = spare[:len(spare)-1]
	return name
}

// recycle empties the database for the next test: that takes milliseconds,
// creating all tables takes a second.
func recycle(t testing.TB, base, name string) {
	db := connect(t, base+name)
	defer db.Close()
	tables, err := list(db, "SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_name NOT LIKE 'goose%'", name)
	for _, table := range tables {
		if err == nil {
			_, err = db.Exec("DELETE FROM `" + table + "`")
		}
	}
	if err != nil {
		t.Errorf("empty %s: %v", name, err)
		return
	}
	spareMu.Lock()
	defer spareMu.Unlock()
	spare = append(spare, name)
}

var ownDatabase = regexp.MustCompile(`^zt_(\d+)_\d+$`)

// dropLeftovers removes the databases of test processes that are gone.
func dropLeftovers(base string) error {
	db, err := sql.Open("mysql", driverDSN(base))
	if err != nil {
		return err
	}
	defer db.Close()
	names, err := list(db, "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'zt%'")
	if err != nil {
		return err
	}
	for _, name := range names {
		m := ownDatabase.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		if pid, _ := strconv.Atoi(m[1]); syscall.Kill(pid, 0) == nil {
			continue
		}
		// Another test process may be dropping the same one.
		if _, err := db.Exec("DROP DATABASE IF EXISTS " + name); err != nil {
			return err
		}
	}
	return nil
}

func list(db *sql.DB, query string, args ...any) ([]string, error) {
	rows, err := db.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func run(t testing.TB, base, statement string) {
	t.Helper()
	db := connect(t, base)
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func connect(t testing.TB, base string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", driverDSN(base))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// driverDSN turns mysql://user:pass@host:port/name into the driver's form.
func driverDSN(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	user := u.User.Username()
	if password, ok := u.User.Password(); ok {
		user += ":" + password
	}
	return user + "@tcp(" + u.Host + ")" + u.Path
}
