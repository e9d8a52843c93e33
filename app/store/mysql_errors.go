package store

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// mysqlClasses is the error table for MySQL, MariaDB, Galera and TiDB.
var mysqlClasses = map[uint16]Class{
	1213: Retry, 1020: Retry, 1205: RollbackRetry, 8002: Retry, 8022: Retry, 9007: Retry,
	1047: Retry, 1040: Retry, 1203: Retry, 1053: Retry, 1927: Retry, 1158: Retry, 1159: Retry, 1160: Retry, 1161: Retry,
	1317: RetryOnce, 3024: RetryOnce, 1969: RetryOnce,
	1062: Duplicate, 1586: Duplicate,
	3819: Refused, 4025: Refused,
	1264: Data, 1265: Data, 1292: Data, 1366: Data, 1406: Data, 1690: Data, 1048: Data, 1364: Data, 3140: Data,
	1290: ReadOnly, 1792: ReadOnly, 1836: ReadOnly,
	1021: DiskFull, 1030: DiskFull, 1114: DiskFull, 28: DiskFull,
}

func classifyMySQL(err error) (Class, bool) {
	var answer *mysql.MySQLError
	if errors.As(err, &answer) {
		if string(answer.SQLState[:]) == "40001" {
			return Retry, true
		}
		class, known := mysqlClasses[answer.Number]
		return class, known
	}
	var network net.Error
	switch {
	case errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, driver.ErrBadConn),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.As(err, &network):
		return Retry, true
	}
	return Other, false
}

// serverAnswered tells an error that the engine reported itself from one where
// the answer was lost on the way.
func serverAnswered(err error) bool {
	var answer *mysql.MySQLError
	return errors.As(err, &answer) || sqliteCode(err) != 0 || errors.Is(err, errBatchLost)
}

var (
	statementTable = regexp.MustCompile("(?is)^\\s*(?:insert\\s+into|replace\\s+into|update)\\s+`?(\\w+)`?")
	duplicateKey   = regexp.MustCompile(`for key '([^']*)'$`)
)

// nameMySQLDuplicate reads the key from the message. MySQL 8 writes
// 'table.key', MariaDB and MySQL 5.7 only 'key': then the table comes from the
// statement.
func nameMySQLDuplicate(_ *Tx, query string, err error) error {
	var answer *mysql.MySQLError
	if !errors.As(err, &answer) || mysqlClasses[answer.Number] != Duplicate {
		return err
	}
	key := "unknown"
	if m := duplicateKey.FindStringSubmatch(answer.Message); m != nil {
		key = m[1]
	}
	if !strings.Contains(key, ".") {
		if m := statementTable.FindStringSubmatch(query); m != nil {
			key = m[1] + "." + key
		}
	}
	return &DuplicateError{Key: key, cause: err}
}
