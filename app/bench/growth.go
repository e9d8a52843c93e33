package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const (
	growthOrders = 3_200 // a round: one full batch for each lane
	smallMembers = 400
	pageSize     = 50
	deepPage     = 1_000
	heavyEntries = (deepPage + 10) * pageSize // of the one account that is paged through
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
		{l, population{shop: 1, members: l.cfg.Members, perMember: perMember, expiresAt: never}},
	} {
		if err := x.lab.settle(ctx, x.of); err != nil {
			return nil, err
		}
	}
	if err := l.weighDown(ctx); err != nil {
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
	return append(rows, deep...), err
}

// weighDown gives one account very many entries that sum to nothing.
func (l *lab) weighDown(ctx context.Context) error {
	entries, err := l.table(ctx, "entries")
	if err != nil {
		return err
	}
	account := int64(accountID(0))
	const chunk = 5_000
	for from := 0; from < heavyEntries; from += chunk {
		var args []any
		for i := from; i < min(from+chunk, heavyEntries); i++ {
			points := 1 - 2*(i%2)
			args = entries.row(args, "shop_id", 1, "id", int64(creditBase)*2+int64(i), "account_id", account, "account_seq", int64(1_000_000+i), "kind", "adjustment",
				"points", points, "source_key", fmt.Sprintf("adjust:heavy-%d", i), "rule_id", "adjust", "limited_to", -1, "breakdown", "{}", "actor", "system",
				"occurred_at", 1, "posted_at", 1)
		}
		if err := l.inTx(ctx, func(tx *sql.Tx) error { return entries.put(ctx, tx, args) }); err != nil {
			return err
		}
	}
	_, err = l.raw.ExecContext(ctx, "UPDATE accounts SET entry_seq = ? WHERE shop_id = 1 AND id = ?", 1_000_000+heavyEntries, account)
	return err
}

// sameWork books one full batch in each lab and compares what the server counted.
func sameWork(ctx context.Context, small, full *lab) ([]Row, error) {
	if full.sqlite() {
		return nil, nil // SQLite counts nothing; both engines run the same statements
	}
	var counts [2]map[string]int64
	for i, x := range []*lab{small, full} {
		if err := x.deliver(ctx, growthOrders, smallMembers); err != nil {
			return nil, err
		}
		if _, err := x.bookLane(ctx, 0); err != nil { // warms plans and caches
			return nil, err
		}
		var err error
		counts[i], err = x.counted(ctx, func() error {
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
		empty, filled := counts[0][name], counts[1][name]
		rows = append(rows, Row{What: name + " for a batch of 200, full : empty", App: fmt.Sprint(filled), Yard: fmt.Sprint(empty),
			Value: float64(filled) / float64(max(1, empty)), Target: 1, Exact: true, Unit: " ×"})
	}
	return rows, nil
}

// counted runs fn and returns how many statements the server ran for it and how
// many rows it read and wrote. What the counting itself costs is taken off.
func (l *lab) counted(ctx context.Context, fn func() error) (map[string]int64, error) {
	var idle, before, after map[string]int64
	var err error
	if idle, err = l.serverCounts(ctx); err != nil {
		return nil, err
	}
	if before, err = l.serverCounts(ctx); err != nil {
		return nil, err
	}
	if err := fn(); err != nil {
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

// lists pages through members by id, accounts by balance and the entries of one
// account, with the statements of the app, and compares page 1,000 with page 1.
func lists(ctx context.Context, l *lab) ([]Row, error) {
	var rows []Row
	for _, list := range []struct {
		what   string
		target float64
		page   func(tx *store.Tx, n int) (int, error)
	}{
		{"members by id", 1.5, l.memberPage()},
		{"entries of one account", 1.5, l.entryPage()},
		{"accounts by balance", 2, l.balancePage()},
	} {
		var waits [2][]figure
		for round := 0; round < l.cfg.Rounds; round++ {
			for i, n := range []int{1, deepPage} {
				f, err := l.turnPages(ctx, n, list.page)
				if err != nil {
					return rows, fmt.Errorf("%s, page %d: %w", list.what, n, err)
				}
				waits[i] = append(waits[i], f)
			}
		}
		c := contest{figures: [][]figure{waits[0], waits[1]}}
		first, deep := c.wait(0, 0.99), c.wait(1, 0.99)
		rows = append(rows, Row{Path: "lists", What: list.what + ", p99 of page 1,000 : page 1", App: short(milliseconds(deep)) + " ms", Yard: short(milliseconds(first)) + " ms",
			Value: milliseconds(deep) / max(milliseconds(first), 0.001), Target: list.target, AtMost: true, Unit: " ×"})
	}
	return rows, nil
}

func (l *lab) turnPages(ctx context.Context, page int, read func(tx *store.Tx, n int) (int, error)) (figure, error) {
	const times = 300
	var f figure
	for i := range times {
		start := wall.Now()
		err := l.store.Read(ctx, func(tx *store.Tx) error {
			n, err := read(tx, page)
			if err == nil && n != pageSize {
				err = errors.New("the page is not full")
			}
			return err
		})
		if err != nil {
			return f, err
		}
		if i >= times/10 { // the first ones warm up
			f.waits = append(f.waits, since(start))
		}
	}
	return f, nil
}

func (l *lab) memberPage() func(*store.Tx, int) (int, error) {
	return func(tx *store.Tx, n int) (int, error) {
		before := memberID(l.cfg.Members - (n-1)*pageSize)
		list, err := tx.MembersPage(l.shop.ID, before, pageSize)
		return len(list), err
	}
}

func (l *lab) entryPage() func(*store.Tx, int) (int, error) {
	return func(tx *store.Tx, n int) (int, error) {
		list, err := tx.EntriesPage(l.shop.ID, accountID(0), int64(1_000_000+heavyEntries-(n-1)*pageSize), pageSize)
		return len(list), err
	}
}

// balancePage continues behind an account in the middle of those with the same balance: the worst case.
func (l *lab) balancePage() func(*store.Tx, int) (int, error) {
	return func(tx *store.Tx, n int) (int, error) {
		after := loyalty.ID(accountBase + l.cfg.Members - 1 - (n-1)*pageSize)
		a, err := tx.Accounts(l.shop.ID, []loyalty.ID{after})
		if err != nil {
			return 0, err
		}
		list, err := tx.AccountsByBalance(l.shop.ID, l.plan.ID, a[after], pageSize)
		return len(list), err
	}
}
