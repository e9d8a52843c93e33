package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"zugabe/app/loyalty"
)

// Leases give one process at a time the right to run a scheduled task. The row
// lives in SQL and not in Redis, because whoever decides must not forget. The
// table has no shop: a lease belongs to the installation.

// AcquireLease takes the named lease for ttl when it is free, expired or
// already owner's. ok is false while someone else holds it. The token grows
// with every acquisition: writes made under the lease carry it, so that a
// holder that slept through its lease cannot overwrite its successor (D16).
func (s *Store) AcquireLease(ctx context.Context, name, owner string, ttl time.Duration) (token int64, ok bool, err error) {
	tokens, err := s.AcquireLeases(ctx, owner, map[string]time.Duration{name: ttl})
	token, ok = tokens[name]
	return token, ok, err
}

// AcquireLeases is AcquireLease for several names, each with its own time, in one
// transaction. Those that someone else holds are missing among the tokens.
func (s *Store) AcquireLeases(ctx context.Context, owner string, wanted map[string]time.Duration) (tokens map[string]int64, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		tokens = make(map[string]int64, len(wanted))
		now := loyalty.NowMs(s.clock)
		for _, name := range slices.Sorted(maps.Keys(wanted)) {
			token, err := tx.acquireLease(name, owner, now, now+wanted[name].Milliseconds())
			if err != nil {
				return err
			}
			if token != 0 {
				tokens[name] = token
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return tokens, nil
}

// acquireLease returns 0 while someone else holds the lease.
func (tx *Tx) acquireLease(name, owner string, now, until int64) (token int64, err error) {
	n, err := tx.Exec(`UPDATE leases SET owner = ?, token = token + 1, until_ms = ? WHERE name = ? AND (until_ms <= ? OR owner = ?)`,
		owner, until, name, now, owner)
	if err != nil {
		return 0, err
	}
	if n == 1 {
		_, err = tx.Row(`SELECT token FROM leases WHERE name = ?`, []any{name}, &token)
		return token, err
	}
	_, err = tx.Exec(`INSERT INTO leases (name, owner, token, until_ms) VALUES (?, ?, 1, ?)`, name, owner, until)
	if IsDuplicate(err, "leases.PRIMARY") {
		return 0, nil
	}
	return 1, err
}

// RenewLease extends a lease that is still ours; ok is false when somebody
// took it meanwhile.
func (s *Store) RenewLease(ctx context.Context, name string, token int64, ttl time.Duration) (ok bool, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		n, err := tx.Exec(`UPDATE leases SET until_ms = ? WHERE name = ? AND token = ? AND until_ms > 0`,
			loyalty.NowMs(s.clock)+ttl.Milliseconds(), name, token)
		ok = n == 1
		return err
	})
	return ok && err == nil, err
}

// ReleaseLease lets the next one in at once. Releasing a lost lease does
// nothing.
func (s *Store) ReleaseLease(ctx context.Context, name string, token int64) error {
	return s.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE leases SET until_ms = 0 WHERE name = ? AND token = ?`, name, token)
		return err
	})
}

// HoldsLease checks inside a transaction that the token is still the newest
// one; call it before writing under a lease.
func (tx *Tx) HoldsLease(name string, token int64) (bool, error) {
	n, err := tx.Exec(`UPDATE leases SET token = token WHERE name = ? AND token = ? AND until_ms > 0`, name, token)
	return n == 1, err
}
