package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// serverSettings is what the self-test looks at.
type serverSettings struct {
	version, sqlMode, flush, syncBinlog, logBin, zone, client, database string
	readOnly, logFormat                                                 string
}

// binlog says whether and how the server logs changes for replicas.
func (s serverSettings) binlog() string {
	if s.logBin != "1" {
		return "no binlog"
	}
	return "sync_binlog=" + s.syncBinlog + ", binlog_format=" + s.logFormat
}

// inspectMySQL refuses a server on which a committed transaction could be lost
// or changed. All findings are reported together.
func inspectMySQL(ctx context.Context, db *sql.DB, cfg *mysql.Config) ([]Fact, []string, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, explainConnect(err, cfg)
	}
	defer conn.Close()
	var s serverSettings
	err = conn.QueryRowContext(ctx, `SELECT VERSION(), @@SESSION.sql_mode, @@GLOBAL.innodb_flush_log_at_trx_commit,
		@@GLOBAL.sync_binlog, @@GLOBAL.log_bin, @@GLOBAL.binlog_format, @@SESSION.time_zone, @@SESSION.character_set_client,
		@@character_set_database, @@GLOBAL.read_only`).
		Scan(&s.version, &s.sqlMode, &s.flush, &s.syncBinlog, &s.logBin, &s.logFormat, &s.zone, &s.client, &s.database, &s.readOnly)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the server's settings: %w", err)
	}
	problems, warnings := judge(s)
	if err := checkFoundRows(ctx, conn); err != nil {
		problems = append(problems, err.Error())
	}
	if len(problems) > 0 {
		return nil, nil, fmt.Errorf("the database server is not set up safely:\n  - %s", strings.Join(problems, "\n  - "))
	}
	return mysqlFacts(s, cfg), warnings, nil
}

func judge(s serverSettings) (problems, warnings []string) {
	if !strings.Contains(s.sqlMode, "STRICT_TRANS_TABLES") && !strings.Contains(s.sqlMode, "STRICT_ALL_TABLES") {
		problems = append(problems, `sql_mode is not strict: too long or too large values would be cut silently instead of refused. `+
			`Run SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, ',STRICT_TRANS_TABLES'); and put sql_mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION under [mysqld]`)
	}
	if s.flush != "1" {
		problems = append(problems, `innodb_flush_log_at_trx_commit is `+s.flush+`: up to a second of confirmed deliveries and points is lost when the machine stops. `+
			`Run SET GLOBAL innodb_flush_log_at_trx_commit = 1; and put innodb_flush_log_at_trx_commit=1 under [mysqld]`)
	}
	if s.client != "utf8mb4" {
		problems = append(problems, `the connection's character set is `+s.client+`: names with emoji or rare letters cannot be stored. `+
			`Remove charset= from DATABASE_URL`)
	}
	if s.database != "utf8mb4" {
		problems = append(problems, `the database's character set is `+s.database+`: names with emoji or rare letters cannot be stored. `+
			`Run ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; before the first migration`)
	}
	if s.zone != "+00:00" {
		problems = append(problems, `the session's time zone is `+s.zone+` although +00:00 was asked for: times would shift. `+
			`Remove what sets it (init_connect, or a proxy in between)`)
	}
	if s.logBin == "1" && s.syncBinlog != "1" {
		warnings = append(warnings, `sync_binlog is `+s.syncBinlog+`: after a power loss replicas and the server may disagree. `+
			`Run SET GLOBAL sync_binlog = 1; and put sync_binlog=1 under [mysqld]`)
	}
	if s.readOnly != "0" && s.readOnly != "OFF" {
		warnings = append(warnings, `the server is read-only (a replica?): nothing can be stored until DATABASE_URL names the writer`)
	}
	return problems, warnings
}

// checkFoundRows proves that an UPDATE which changes nothing still counts its
// row; conditional updates are judged by that number (E27).
func checkFoundRows(ctx context.Context, conn *sql.Conn) error {
	const table = "zugabe_selftest"
	if _, err := conn.ExecContext(ctx, "CREATE TEMPORARY TABLE "+table+" (shop_id BIGINT PRIMARY KEY)"); err != nil {
		return fmt.Errorf("cannot create a temporary table (%v): run GRANT ALL PRIVILEGES ON this database to the user", err)
	}
	defer func() { _, _ = conn.ExecContext(ctx, "DROP TEMPORARY TABLE "+table) }()
	if _, err := conn.ExecContext(ctx, "INSERT INTO "+table+" (shop_id) VALUES (1)"); err != nil {
		return fmt.Errorf("cannot write to a temporary table: %v", err)
	}
	res, err := conn.ExecContext(ctx, "UPDATE "+table+" SET shop_id = 1 WHERE shop_id = 1")
	if err != nil {
		return fmt.Errorf("cannot update a temporary table: %v", err)
	}
	if n, _ := res.RowsAffected(); n != 1 {
		return errors.New("an UPDATE without change reports 0 rows (clientFoundRows is ignored by a proxy in between): " +
			"every 'was it there' check would be wrong. Connect to the server without that proxy")
	}
	return nil
}

// explainConnect says what a person can do about a failed first connection.
func explainConnect(err error, cfg *mysql.Config) error {
	var answer *mysql.MySQLError
	if errors.As(err, &answer) {
		switch answer.Number {
		case 1049:
			return fmt.Errorf("the database %q does not exist on %s. Create it: CREATE DATABASE %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; (%w)",
				cfg.DBName, cfg.Addr, cfg.DBName, err)
		case 1044, 1045, 1698:
			return fmt.Errorf("the server %s refuses the user %q. Check the password in DATABASE_URL, or run GRANT ALL PRIVILEGES ON %s.* TO that user; (%w)",
				cfg.Addr, cfg.User, cfg.DBName, err)
		}
		return err
	}
	return fmt.Errorf("%w: no answer from the database server at %s. Is it running, and does DATABASE_URL name the right host and port? (%w)",
		ErrUnavailable, cfg.Addr, err)
}

func mysqlFacts(s serverSettings, cfg *mysql.Config) []Fact {
	engine := "MySQL"
	if strings.Contains(s.version, "MariaDB") {
		engine = "MariaDB"
	}
	return []Fact{
		{"database", engine + " " + s.version},
		{"place", cfg.User + "@" + cfg.Addr + "/" + cfg.DBName},
		{"durability", "flushed at every commit, " + s.binlog() + ", READ COMMITTED"},
	}
}
