package store

import (
	"context"
	"database/sql"
	"errors"
)

// reclaim ends the leases that a process left when it died. The file has one
// owner, so nobody else can hold one: work goes on at once instead of waiting for
// them to run out (C4, C5). What a call may have done at a host stays in doubt.
func reclaim(ctx context.Context, db *sql.DB) error {
	var failed []error
	for _, statement := range []string{
		`UPDATE leases SET until_ms = 0 WHERE until_ms > 0`,
		`UPDATE jobs SET next_at = created_at, lease_until = 0, lease_token = 0 WHERE shop_id > 0 AND state IN (0, 3) AND lease_token <> 0`,
		`UPDATE cursors SET next_at = 0 WHERE shop_id > 0 AND name = 'publish'`,
	} {
		_, err := db.ExecContext(ctx, statement)
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
