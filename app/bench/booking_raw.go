package bench

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
)

// bookingTables are the tables that booking adds rows to.
var bookingTables = []string{"sales", "sale_versions", "entries", "lots", "promised", "counters", "jobs"}

// ghost writes again, for shops that do not exist, exactly the rows that the
// app wrote for its own: the yardstick of booking.
type ghost struct {
	lab        *lab
	tables     []*table
	rows       [][][]any // by table, in the order of the primary key
	accounts   *table
	accountsOf [][]any
	deliveries *table
	delivered  [][]any
	nextShop   int64
	orders     int
}

// haunt remembers what the app has written so far. The population's own credits
// are left out: they were there before.
func (l *lab) haunt(ctx context.Context) (*ghost, error) {
	g := &ghost{lab: l, nextShop: 1_000, orders: l.cfg.Orders}
	for _, name := range bookingTables {
		t, err := l.table(ctx, name)
		if err != nil {
			return nil, err
		}
		rows, err := l.rowsOf(ctx, t, int64(l.shop.ID))
		if err != nil {
			return nil, err
		}
		kept := rows[:0]
		for _, r := range rows {
			if id, ok := t.at["id"]; ok && number(r[id]) >= creditBase && number(r[id]) < creditBase+1<<30 {
				continue
			}
			kept = append(kept, r)
		}
		g.tables, g.rows = append(g.tables, t), append(g.rows, kept)
	}
	var err error
	if g.accounts, err = l.table(ctx, "accounts"); err != nil {
		return nil, err
	}
	if g.accountsOf, err = l.rowsOf(ctx, g.accounts, int64(l.shop.ID)); err != nil {
		return nil, err
	}
	if g.deliveries, err = l.table(ctx, "deliveries"); err != nil {
		return nil, err
	}
	g.delivered, err = l.rowsOf(ctx, g.deliveries, int64(l.shop.ID))
	return g, err
}

// number reads an integer as any driver gives it.
func number(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case []byte:
		var n int64
		fmt.Sscan(string(v), &n)
		return n
	}
	return 0
}

// write makes a new shop's accounts and deliveries, then writes the rows of
// orders orders, batch of them per transaction, with so many connections.
func (g *ghost) write(ctx context.Context, orders, batch, connections int) (figure, error) {
	g.nextShop++
	shop := g.nextShop
	for _, ready := range []struct {
		t    *table
		rows [][]any
	}{{g.accounts, g.accountsOf}, {g.deliveries, g.delivered[:orders]}} {
		if err := g.lab.inTx(ctx, func(tx *sql.Tx) error { return ready.t.put(ctx, tx, flatten(ready.t, ready.rows, shop)) }); err != nil {
			return figure{}, err
		}
	}
	var next atomic.Int64
	return crew(connections, func(int) (f figure, err error) {
		for {
			from := int(next.Add(int64(batch))) - batch
			if from >= orders || ctx.Err() != nil {
				return f, ctx.Err()
			}
			to := min(from+batch, orders)
			if err := g.lab.inTx(ctx, func(tx *sql.Tx) error { return g.some(ctx, tx, shop, from, to) }); err != nil {
				return f, err
			}
			f.n += int64(to - from)
		}
	})
}

// some writes the share of the orders from … to of every table's rows, one
// statement for each table, and brings balances and deliveries up to date.
func (g *ghost) some(ctx context.Context, tx *sql.Tx, shop int64, from, to int) error {
	for i, t := range g.tables {
		n := len(g.rows[i])
		part := g.rows[i][n*from/g.orders : n*to/g.orders]
		if err := t.put(ctx, tx, flatten(t, part, shop)); err != nil {
			return err
		}
	}
	ids := make([]any, 0, 2*(to-from)+1)
	query := "UPDATE accounts SET entry_seq = entry_seq + 1, available = CASE id"
	for n := from; n < to; n++ {
		query += " WHEN ? THEN available + 52"
		ids = append(ids, int64(accountID(n%len(g.accountsOf))))
	}
	args := append(append(ids, shop), ids...)
	if _, err := tx.ExecContext(ctx, query+" ELSE available END WHERE shop_id = ? AND id IN ("+marks(len(ids))+")", args...); err != nil {
		return err
	}
	args = []any{shop}
	for n := from; n < to; n++ {
		args = append(args, g.delivered[n][g.deliveries.at["id"]])
	}
	_, err := tx.ExecContext(ctx, "UPDATE deliveries SET state = 2, attempts = attempts + 1, done_at = 1 WHERE shop_id = ? AND id IN ("+marks(to-from)+")", args...)
	return err
}

// flatten gives the rows another shop.
func flatten(t *table, rows [][]any, shop int64) []any {
	args := make([]any, 0, len(rows)*len(t.columns))
	for _, r := range rows {
		from := len(args)
		args = append(args, r...)
		args[from+t.at["shop_id"]] = shop
	}
	return args
}
