// Package migrations carries the schema of both engines inside the binary, so
// that an installed Zugabe can always bring its own database up to date.
//
// The two folders hold the same tables, columns and unique keys; a test in
// app/store compares them.
package migrations

import "embed"

// MySQL holds mysql/*.sql: MySQL, MariaDB and what speaks their dialect.
//
//go:embed mysql/*.sql
var MySQL embed.FS

// SQLite holds sqlite/*.sql.
//
//go:embed sqlite/*.sql
var SQLite embed.FS
