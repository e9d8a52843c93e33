package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const (
	pageSize  = 50
	deepPage  = 1_000
	pageTurns = 2_000 // of each page, so that twenty calls lie above the 99th percentile
	turnsWarm = 200
	ties      = 10 // accounts with the same balance that a page by balance begins with

	heavyMember  = smallMembers               // who orders nothing
	heavyEntries = (deepPage + 10) * pageSize // of the one account that is paged through
	heavyBase    = creditBase + 1<<40         // of their ids
)

// list is one that the app pages through. A page is read below a mark, and the
// marks are found before anything is measured.
type list struct {
	what   string
	index  string
	target float64
	page   func(tx *store.Tx, deep bool) (int, error)
}

// lists pages through members by id, accounts by balance and the entries of one
// account with the statements of the app, and compares page 1,000 with page 1.
func lists(ctx context.Context, l *lab) ([]Row, error) {
	mark, err := l.balanceMark(ctx)
	if err != nil {
		return nil, err
	}
	all := []list{
		{"members by id", "PRIMARY", 1.5, l.memberPage()},
		{"entries of one account", "entries_account", 1.5, l.entryPage()},
		{"accounts by balance", "accounts_balance", 2, l.balancePage(mark)},
	}
	var rows []Row
	for _, list := range all {
		first, deep, err := l.turnPages(ctx, list)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", list.what, err)
		}
		rows = append(rows, Row{Path: "lists", What: list.what + ", p99 of page 1,000 : page 1", App: short(deep) + " ms", Yard: short(first) + " ms",
			Value: deep / max(first, 0.001), Target: list.target, AtMost: true, Unit: " ×"})
	}
	plans, err := l.plans(ctx, all)
	return append(rows, plans), err
}

// turnPages reads both pages in turn, so that whatever else the machine does
// meets both alike, and returns their 99th percentiles in ms.
func (l *lab) turnPages(ctx context.Context, list list) (first, deep float64, err error) {
	var pages [2]figure
	for turn := range 2 * (turnsWarm + pageTurns) {
		which := turn % 2
		start := wall.Now()
		if err := l.readPage(ctx, list, which == 1); err != nil {
			return 0, 0, err
		}
		if turn >= 2*turnsWarm {
			pages[which].waits = append(pages[which].waits, since(start))
		}
	}
	return milliseconds(pages[0].percentile(0.99)), milliseconds(pages[1].percentile(0.99)), nil
}

func (l *lab) readPage(ctx context.Context, list list, deep bool) error {
	return l.store.Read(ctx, func(tx *store.Tx) error {
		n, err := list.page(tx, deep)
		if err == nil && n != pageSize {
			err = fmt.Errorf("a page has %d of %d rows", n, pageSize)
		}
		return err
	})
}

// mark returns where a page begins: 0 for the first.
func mark(deep bool, at int64) int64 {
	if deep {
		return at
	}
	return 0
}

func (l *lab) memberPage() func(*store.Tx, bool) (int, error) {
	at := int64(memberID(l.cfg.Members - (deepPage-1)*pageSize))
	return func(tx *store.Tx, deep bool) (int, error) {
		page, err := tx.MembersPage(l.shop.ID, loyalty.ID(mark(deep, at)), pageSize)
		return len(page), err
	}
}

func (l *lab) entryPage() func(*store.Tx, bool) (int, error) {
	const at = heavyEntries - (deepPage-1)*pageSize
	return func(tx *store.Tx, deep bool) (int, error) {
		page, err := tx.EntriesPage(l.shop.ID, accountID(heavyMember), mark(deep, at), pageSize)
		return len(page), err
	}
}

func (l *lab) balancePage(at ledger.Account) func(*store.Tx, bool) (int, error) {
	return func(tx *store.Tx, deep bool) (int, error) {
		after := ledger.Account{}
		if deep {
			after = at
		}
		page, err := tx.AccountsByBalance(l.shop.ID, l.plan.ID, after, pageSize)
		return len(page), err
	}
}

// balanceMark is an account about where page 1,000 begins, with a few others
// of the same balance behind it: such a page takes both statements, the worst case.
func (l *lab) balanceMark(ctx context.Context) (ledger.Account, error) {
	var a ledger.Account
	const order = " ORDER BY available DESC, id DESC LIMIT 1 OFFSET ?"
	err := l.raw.QueryRowContext(ctx, "SELECT available FROM accounts WHERE shop_id = ? AND plan_id = ?"+order,
		int64(l.shop.ID), int64(l.plan.ID), (deepPage-1)*pageSize).Scan(&a.Available)
	if err != nil {
		return a, err
	}
	err = l.raw.QueryRowContext(ctx, "SELECT id FROM accounts WHERE shop_id = ? AND plan_id = ? AND available = ? ORDER BY id LIMIT 1 OFFSET ?",
		int64(l.shop.ID), int64(l.plan.ID), int64(a.Available), ties).Scan(&a.ID)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("fewer than %d accounts have the balance %d", ties+1, a.Available)
	}
	return a, err
}

// plans asks the database how it reads each page, with the statements that the
// app really sent. Anything but a walk of the list's own index from the mark on
// is as slow as the list is long.
func (l *lab) plans(ctx context.Context, all []list) (Row, error) {
	var good, asked int
	var odd []string
	for _, list := range all {
		for _, deep := range []bool{false, true} {
			var seen []func() (string, error)
			watched := store.WatchStatements(ctx, func(query string, args []any) {
				args = slices.Clone(args)
				seen = append(seen, func() (string, error) { return l.explain(ctx, query, args) })
			})
			if err := l.readPage(watched, list, deep); err != nil {
				return Row{}, err
			}
			for _, ask := range seen {
				plan, err := ask()
				if err != nil {
					return Row{}, err
				}
				asked++
				if l.ranges(plan, list.index) {
					good++
				} else {
					odd = append(odd, list.what+": "+plan)
				}
			}
		}
	}
	what := "plans that are a range of the list's index"
	if len(odd) > 0 {
		what += " (" + strings.Join(odd, "; ") + ")"
	}
	return Row{Path: "lists", What: what, App: fmt.Sprint(good), Yard: fmt.Sprint(asked), Value: float64(good), Target: float64(asked), Exact: true}, nil
}

// explain is the plan in one line: "type key" of MariaDB, the steps of SQLite.
func (l *lab) explain(ctx context.Context, query string, args []any) (string, error) {
	if l.sqlite() {
		return l.explainBy(ctx, "EXPLAIN QUERY PLAN "+query, args, "detail")
	}
	return l.explainBy(ctx, "EXPLAIN "+query, args, "type", "key", "Extra")
}

func (l *lab) explainBy(ctx context.Context, query string, args []any, columns ...string) (string, error) {
	rows, err := l.raw.QueryContext(ctx, query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var parts []string
	for rows.Next() {
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		for _, column := range columns {
			parts = append(parts, values[slices.Index(names, column)].String)
		}
	}
	return strings.Join(parts, " "), rows.Err()
}

// ranges says whether the plan is one range of the index and no sort.
func (l *lab) ranges(plan, index string) bool {
	if !l.sqlite() {
		return strings.HasPrefix(plan, "range "+index+" ") && !strings.Contains(plan, "filesort")
	}
	by := " USING INDEX " + index + " ("
	if index == "PRIMARY" {
		by = " USING PRIMARY KEY ("
	}
	return strings.HasPrefix(plan, "SEARCH ") && strings.Contains(plan, by) && strings.HasSuffix(plan, "<?)")
}

// weighDown gives one account very many entries that sum to nothing.
func (l *lab) weighDown(ctx context.Context, shop loyalty.ShopID, perMember int) error {
	entries, err := l.table(ctx, "entries")
	if err != nil {
		return err
	}
	account := int64(accountID(heavyMember))
	const chunk = 5_000
	for from := 0; from < heavyEntries; from += chunk {
		var args []any
		for i := from; i < min(from+chunk, heavyEntries); i++ {
			points := 1 - 2*(i%2)
			args = entries.row(args, "shop_id", int64(shop), "id", int64(heavyBase)+int64(i), "account_id", account, "account_seq", int64(perMember+1+i), "kind", "adjustment",
				"points", points, "source_key", fmt.Sprintf("adjust:heavy-%d", i), "rule_id", "adjust", "limited_to", -1, "breakdown", "{}", "actor", "system",
				"occurred_at", 1, "posted_at", 1)
		}
		if err := l.inTx(ctx, func(tx *sql.Tx) error { return entries.put(ctx, tx, args) }); err != nil {
			return err
		}
	}
	_, err = l.raw.ExecContext(ctx, "UPDATE accounts SET entry_seq = ? WHERE shop_id = ? AND id = ?", perMember+heavyEntries, int64(shop), account)
	return err
}
