package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zugabe/app/loyalty"
)

const (
	expiryChunk   = 1_000
	expiryPerHead = 5 // lots an account
)

// expiry: many lots run out, in chunks, each chunk one transaction.
func expiry(ctx context.Context, l *lab) ([]Row, error) {
	lots := l.cfg.Entries / 10 // a tenth of the credits of a full shop run out in one night
	perRound := lots / l.cfg.Rounds / expiryChunk * expiryChunk
	if perRound == 0 {
		return nil, fmt.Errorf("%d entries are too few to let lots expire", l.cfg.Entries)
	}
	shops := int64(10)
	inhabit := func(ctx context.Context) error {
		shops++
		plan, err := l.open(ctx, loyalty.ShopID(shops))
		if err != nil {
			return err
		}
		return l.settle(ctx, population{shop: shops, members: perRound / expiryPerHead, perMember: expiryPerHead, expiresAt: 1_000, plan: plan})
	}
	c, err := compare(ctx, l.cfg.Rounds,
		side{"app", func(ctx context.Context, _ int) (figure, error) {
			if err := inhabit(ctx); err != nil {
				return figure{}, err
			}
			l.verified = append(l.verified, loyalty.ShopID(shops))
			return l.expire(ctx, shops)
		}},
		side{"raw chunks", func(ctx context.Context, _ int) (figure, error) {
			if err := inhabit(ctx); err != nil {
				return figure{}, err
			}
			return l.expireRaw(ctx, shops, perRound)
		}},
	)
	if err != nil {
		return nil, err
	}
	return []Row{
		c.versus(fmt.Sprintf("raw chunked update, chunks of 1,000, %d lots", perRound*l.cfg.Rounds), 0, 1, 0.50),
		limit("p99 of a chunk", c.wait(0, 0.99), 250*time.Millisecond),
	}, nil
}

func (l *lab) expire(ctx context.Context, shop int64) (figure, error) {
	var f figure
	start := wall.Now()
	for {
		chunk := wall.Now()
		n, err := l.program.ExpireLots(ctx, loyalty.ShopID(shop), expiryChunk)
		if err != nil {
			return f, err
		}
		if n == 0 {
			f.took = since(start)
			return f, nil
		}
		f.n += int64(n)
		f.waits = append(f.waits, since(chunk))
	}
}

// expireRaw does the same by hand: find a chunk, write its entries, close its
// lots, take the points off the balances, commit.
func (l *lab) expireRaw(ctx context.Context, shop int64, lots int) (figure, error) {
	entries, err := l.table(ctx, "entries")
	if err != nil {
		return figure{}, err
	}
	var f figure
	c := chunkOf{shop: shop, nextID: creditBase * 2}
	start := wall.Now()
	for f.n < int64(lots) {
		chunk := wall.Now()
		err := l.inTx(ctx, func(tx *sql.Tx) error {
			var err error
			if c.lots, c.accounts, err = dueLots(ctx, tx, shop); err != nil {
				return err
			}
			if len(c.lots) == 0 {
				return fmt.Errorf("%d of %d lots are due", f.n, lots)
			}
			f.n += int64(len(c.lots))
			return c.expire(ctx, tx, entries)
		})
		if err != nil {
			return f, err
		}
		f.waits = append(f.waits, since(chunk))
	}
	f.took = since(start)
	return f, nil
}

func dueLots(ctx context.Context, tx *sql.Tx, shop int64) (lots, accounts []any, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, account_id FROM lots /*!50000 FORCE INDEX (lots_due) */ WHERE shop_id = ? AND state = 1 AND due_at <= ? ORDER BY due_at, id LIMIT ?",
		shop, 1_000, expiryChunk)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var lot, account int64
		if err := rows.Scan(&lot, &account); err != nil {
			return nil, nil, err
		}
		lots, accounts = append(lots, lot), append(accounts, account)
	}
	return lots, accounts, rows.Err()
}

// chunkOf is what one raw transaction works on.
type chunkOf struct {
	shop           int64
	lots, accounts []any
	nextID         int64
}

func (c *chunkOf) expire(ctx context.Context, tx *sql.Tx, entries *table) error {
	var args []any
	sums, order := map[int64]int64{}, []int64{}
	for i, lot := range c.lots {
		account := c.accounts[i].(int64)
		if sums[account] == 0 {
			order = append(order, account)
		}
		sums[account]++
		c.nextID++
		args = entries.row(args, "shop_id", c.shop, "id", c.nextID, "account_id", account, "account_seq", expiryPerHead+sums[account], "kind", "expiry",
			"points", -creditSize, "source_key", "lot:"+strconv.FormatInt(lot.(int64), 10), "rule_id", "expiry", "limited_to", -1, "breakdown", "{}",
			"actor", "system", "occurred_at", 1, "posted_at", 1)
	}
	if err := entries.put(ctx, tx, args); err != nil {
		return err
	}
	closed := append([]any{c.shop}, c.lots...)
	if _, err := tx.ExecContext(ctx, "UPDATE lots SET remaining = 0, state = 2, due_at = 0 WHERE shop_id = ? AND id IN ("+marks(len(c.lots))+")", closed...); err != nil {
		return err
	}
	var values, ids []any
	for _, account := range order {
		values, ids = append(values, account, sums[account]*creditSize), append(ids, account)
	}
	query := "UPDATE accounts SET available = available - CASE id" + strings.Repeat(" WHEN ? THEN ?", len(order)) +
		" ELSE 0 END, entry_seq = entry_seq + 1 WHERE shop_id = ? AND id IN (" + marks(len(order)) + ")"
	_, err := tx.ExecContext(ctx, query, append(append(values, c.shop), ids...)...)
	return err
}
