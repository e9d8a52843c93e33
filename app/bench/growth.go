package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zugabe/app/store"
)

const (
	growthOrders = 3_200 // a round: one full batch for each lane
	smallMembers = 400   // who order
	spread       = 1_000 // so many balances are different
)

// growth: booking with few members against booking with very many, and lists at
// depth. Statements and rows are counted by the server, so they are exact.
func growth(ctx context.Context, l *lab) ([]Row, error) {
	small, err := openLab(ctx, l.cfg, l.server, "small")
	if err != nil {
		return nil, err
	}
	defer func() { _ = small.close() }()
	perMember := max(1, l.cfg.Entries/l.cfg.Members)
	for _, x := range []struct {
		lab *lab
		of  population
	}{
		{small, population{shop: 1, members: smallMembers, perMember: 1, expiresAt: never}},
		{l, population{shop: 1, members: l.cfg.Members, perMember: perMember, spread: spread, expiresAt: never}},
	} {
		if err := x.lab.settle(ctx, x.of); err != nil {
			return nil, err
		}
	}
	if err := l.weighDown(ctx, l.shop.ID, perMember); err != nil {
		return nil, err
	}
	what := fmt.Sprintf("%d members, %d entries : empty tables", l.cfg.Members, l.cfg.Members*perMember)
	rows, err := sameWork(ctx, small, l)
	if err != nil {
		return rows, err
	}
	book := func(x *lab) func(context.Context, int) (figure, error) {
		return func(ctx context.Context, _ int) (figure, error) {
			if err := x.deliver(ctx, growthOrders, smallMembers); err != nil {
				return figure{}, err
			}
			return x.book(ctx)
		}
	}
	c, err := compare(ctx, l.cfg.Rounds, side{"full", book(l)}, side{"empty", book(small)})
	if err != nil {
		return rows, err
	}
	rows = append(rows, c.versus(what, 0, 1, 0.80))
	deep, err := lists(ctx, l)
	return append(rows, deep...), errors.Join(err, small.verify(ctx))
}

// sameWork books one full batch in each lab and compares what the server counted.
func sameWork(ctx context.Context, small, full *lab) ([]Row, error) {
	var counts [2]map[string]int64
	for i, x := range []*lab{small, full} {
		if err := x.deliver(ctx, growthOrders, smallMembers); err != nil {
			return nil, err
		}
		if _, err := x.bookLane(ctx, 0); err != nil { // warms plans and caches
			return nil, err
		}
		var err error
		counts[i], err = x.counted(ctx, func(ctx context.Context) error {
			_, err := x.bookLane(ctx, 1)
			return err
		})
		if err != nil {
			return nil, err
		}
		if _, err := x.book(ctx); err != nil {
			return nil, err
		}
	}
	var rows []Row
	for _, name := range []string{"statements", "rows read", "rows written"} {
		empty, counted := counts[0][name]
		if !counted {
			continue
		}
		filled := counts[1][name]
		rows = append(rows, Row{What: name + " for a batch of 200, full : empty", App: fmt.Sprint(filled), Yard: fmt.Sprint(empty),
			Value: float64(filled) / float64(max(1, empty)), Target: 1, Exact: true, Unit: " ×"})
	}
	return rows, nil
}

// counted runs fn and returns how many statements the server ran for it and how
// many rows it read and wrote. What the counting itself costs is taken off.
func (l *lab) counted(ctx context.Context, fn func(context.Context) error) (map[string]int64, error) {
	if l.sqlite() {
		return l.countedInside(ctx, fn)
	}
	var idle, before, after map[string]int64
	var err error
	if idle, err = l.serverCounts(ctx); err != nil {
		return nil, err
	}
	if before, err = l.serverCounts(ctx); err != nil {
		return nil, err
	}
	if err := fn(ctx); err != nil {
		return nil, err
	}
	if after, err = l.serverCounts(ctx); err != nil {
		return nil, err
	}
	for name := range after {
		after[name] -= before[name] + (before[name] - idle[name])
	}
	return after, nil
}

// countedInside is counted for SQLite: the store counts the statements, and the
// connection that writes the rows it wrote. Nobody counts the rows read.
func (l *lab) countedInside(ctx context.Context, fn func(context.Context) error) (map[string]int64, error) {
	written := func() (n int64, err error) {
		err = l.store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Row("SELECT total_changes()", nil, &n)
			return err
		})
		return n, err
	}
	before, err := written()
	if err != nil {
		return nil, err
	}
	inside, statements := store.CountStatements(ctx)
	if err := fn(inside); err != nil {
		return nil, err
	}
	after, err := written()
	return map[string]int64{"statements": statements(), "rows written": after - before}, err
}

func (l *lab) serverCounts(ctx context.Context) (map[string]int64, error) {
	rows, err := l.raw.QueryContext(ctx, "SHOW GLOBAL STATUS WHERE Variable_name = 'Questions' OR Variable_name LIKE 'Handler_%'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sums := map[string]int64{}
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, err
		}
		switch name = strings.ToLower(name); {
		case name == "questions":
			sums["statements"] += n
		case strings.HasPrefix(name, "handler_read"):
			sums["rows read"] += n
		case name == "handler_write", name == "handler_update", name == "handler_delete":
			sums["rows written"] += n
		}
	}
	return sums, rows.Err()
}
