package store

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// target is a parsed Config.URL.
type target struct {
	dialect Dialect
	path    string // SQLite file, or ":memory:"
	mysql   *mysql.Config
}

const urlHelp = `use "sqlite:///path/to/file.db" or "mysql://user:password@host:3306/database"`

func parseURL(raw string) (target, error) {
	scheme, rest, ok := strings.Cut(raw, ":")
	if !ok {
		return target{}, fmt.Errorf("DATABASE_URL has no scheme: %s", urlHelp)
	}
	switch {
	case scheme == "sqlite":
		return sqliteTarget(rest)
	case (scheme == "mysql" || scheme == "mariadb") && strings.HasPrefix(rest, "//"):
		return mysqlURL(raw)
	case scheme == "mysql":
		cfg, err := mysql.ParseDSN(rest)
		if err != nil {
			return target{}, fmt.Errorf("DATABASE_URL is not a MySQL DSN: %w; %s", err, urlHelp)
		}
		return target{dialect: MySQL, mysql: cfg}, nil
	}
	return target{}, fmt.Errorf("DATABASE_URL has the unknown scheme %q: %s", scheme, urlHelp)
}

func sqliteTarget(rest string) (target, error) {
	path := strings.TrimPrefix(rest, "//")
	if path == "" {
		return target{}, fmt.Errorf("DATABASE_URL names no SQLite file: %s", urlHelp)
	}
	if strings.Contains(path, "?") {
		return target{}, fmt.Errorf("DATABASE_URL: a SQLite path takes no options (found ?): %s", urlHelp)
	}
	return target{dialect: SQLite, path: path}, nil
}

// mysqlURL takes the URL form. The error of url.Parse quotes its input, so it
// is not passed on: it would print the password.
func mysqlURL(raw string) (target, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return target{}, fmt.Errorf("DATABASE_URL cannot be read as a URL (escape special characters of the password as %%XX): %s", urlHelp)
	}
	cfg, err := mysql.ParseDSN("/?" + u.RawQuery)
	if err != nil {
		return target{}, fmt.Errorf("DATABASE_URL has options the driver refuses: %w", err)
	}
	cfg.User = u.User.Username()
	cfg.Passwd, _ = u.User.Password()
	cfg.DBName = strings.TrimPrefix(u.Path, "/")
	cfg.Net, cfg.Addr = "tcp", u.Host
	if u.Port() == "" {
		cfg.Addr = u.Hostname() + ":3306"
	}
	if socket := u.Query().Get("socket"); socket != "" {
		cfg.Net, cfg.Addr = "unix", socket
		delete(cfg.Params, "socket")
	}
	if cfg.DBName == "" {
		return target{}, fmt.Errorf("DATABASE_URL names no database: %s", urlHelp)
	}
	return target{dialect: MySQL, mysql: cfg}, nil
}
