package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/go-sql-driver/mysql" // the yardsticks speak SQL without the store
)

// The engines by their names in the table.
const (
	mariaDB  = "mariadb"
	sqliteDB = "sqlite"
)

// server is where databases are made: a MariaDB or a folder.
type server struct {
	engine string
	base   string // URL to which a database name is added
	stop   func() error
}

func startServer(ctx context.Context, cfg Config, engine string) (*server, error) {
	switch engine {
	case sqliteDB:
		dir, err := os.MkdirTemp("", "zugabe-bench-")
		if err != nil {
			return nil, err
		}
		return &server{engine: engine, base: dir, stop: func() error { return os.RemoveAll(dir) }}, nil
	case mariaDB:
		if cfg.MariaDB != "" {
			return &server{engine: engine, base: strings.TrimSuffix(cfg.MariaDB, "/") + "/", stop: func() error { return nil }}, nil
		}
		return startMariaDB(ctx)
	default:
		return nil, fmt.Errorf("there is no engine %q: use mariadb or sqlite", engine)
	}
}

// database makes an empty database and returns its URL, a plain connection pool
// to it, and how to get rid of both.
func (s *server) database(ctx context.Context, name string) (string, *sql.DB, func() error, error) {
	if s.engine == sqliteDB {
		path := filepath.Join(s.base, name+".db")
		raw, err := sql.Open("sqlite", sqliteRaw(path))
		return "sqlite://" + path, raw, func() error {
			return errors.Join(raw.Close(), os.Remove(path))
		}, err
	}
	name = fmt.Sprintf("zugabe_bench_%d_%s", os.Getpid(), name)
	admin, err := sql.Open("mysql", driverDSN(s.base))
	if err != nil {
		return "", nil, nil, err
	}
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return "", nil, nil, errors.Join(err, admin.Close())
	}
	raw, err := sql.Open("mysql", driverDSN(s.base+name))
	if err != nil {
		return "", nil, nil, errors.Join(err, admin.Close())
	}
	raw.SetMaxIdleConns(64)
	return s.base + name, raw, func() error {
		_, err := admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name)
		return errors.Join(err, raw.Close(), admin.Close())
	}, nil
}

// sqliteRaw opens the file as durably as the store does.
func sqliteRaw(path string) string {
	q := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "cache_size(-32768)", "busy_timeout(10000)"}, "_txlock": {"immediate"}}
	return "file:" + path + "?" + q.Encode()
}

// driverDSN turns mysql://user:pass@host:port/name into the driver's own form.
func driverDSN(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	user := u.User.Username()
	if password, ok := u.User.Password(); ok {
		user += ":" + password
	}
	return user + "@tcp(" + u.Host + ")" + u.Path + "?interpolateParams=true&clientFoundRows=true&maxAllowedPacket=0"
}
