package store

import "zugabe/app/loyalty"

// Baskets says what a shop's orders are usually worth.
type Baskets struct {
	Orders int64
	Total  int64 // minor units, after refunds
	From   int64 // Unix ms of the oldest one looked at
}

// RecentBaskets looks at the newest orders in the shop's currency since an
// instant, at most limit of them: one index range. Cancelled ones do not count.
func (tx *Tx) RecentBaskets(shop loyalty.ShopID, currency loyalty.Currency, sinceMs int64, limit int) (Baskets, error) {
	var b Baskets
	_, err := tx.Row(`SELECT COUNT(*), COALESCE(SUM(n.worth), 0), COALESCE(MIN(n.placed_at), 0) FROM (
		SELECT s.total - s.refunded AS worth, s.placed_at FROM sales s`+useIndex("sales_placed")+`WHERE s.shop_id = ? AND s.placed_at >= ?
		AND s.currency = ? AND s.status IN ('paid', 'fulfilled', 'completed') ORDER BY s.placed_at DESC, s.id DESC LIMIT ?) n`,
		[]any{shop, sinceMs, string(currency), limit}, &b.Orders, &b.Total, &b.From)
	return b, err
}

// BacktestState is where a back-test stands.
type BacktestState string

// The states of a back-test. Only BacktestRunning moves on.
const (
	BacktestRunning     BacktestState = "running"
	BacktestDone        BacktestState = "done"
	BacktestCancelled   BacktestState = "cancelled"
	BacktestFailed      BacktestState = "failed"
	BacktestInterrupted BacktestState = "interrupted" // its process ended; it can be run again
)

// Backtest is one replay of past orders under another plan (N-01).
type Backtest struct {
	ID          loyalty.ID
	State       BacktestState
	Months      int64
	PlanVersion int64  // in force when it began
	Plan        []byte // JSON, the plan that is tried
	Done, Total int64  // orders
	Result      []byte // JSON, empty until BacktestDone
	Actor       string
	Owner       string // of the lease
	LeaseUntil  int64  // Unix ms of real time
	CreatedAt   int64  // Unix ms
	StartedMs   int64  // Unix ms of real time
	EndedMs     int64  // Unix ms of real time; 0 while it runs
}

const backtestColumns = `id, state, months, plan_version, plan, done, total, result, actor, owner, lease_until, created_at, started_ms, ended_ms`

// InsertBacktest begins one; another one that runs is a *DuplicateError of "backtests.backtests_slot".
func (tx *Tx) InsertBacktest(shop loyalty.ShopID, b Backtest) error {
	_, err := tx.Exec(`INSERT INTO backtests (shop_id, slot, `+backtestColumns+`) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, 0)`,
		shop, b.ID, string(BacktestRunning), b.Months, b.PlanVersion, string(b.Plan), b.Done, b.Total, b.Actor, b.Owner, b.LeaseUntil, b.CreatedAt, b.StartedMs)
	return err
}

// Backtests lists them newest first below an id; 0 starts. Their plans and results are left out.
func (tx *Tx) Backtests(shop loyalty.ShopID, before loyalty.ID, limit int) ([]Backtest, error) {
	if before == 0 {
		before = maxID
	}
	return tx.backtests(`SELECT id, state, months, plan_version, '', done, total, '', actor, owner, lease_until, created_at, started_ms, ended_ms
		FROM backtests WHERE shop_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, shop, before, limit)
}

// BacktestByID reads one with its plan and result.
func (tx *Tx) BacktestByID(shop loyalty.ShopID, id loyalty.ID) (Backtest, bool, error) {
	list, err := tx.backtests(`SELECT `+backtestColumns+` FROM backtests WHERE shop_id = ? AND id = ?`, shop, id)
	if err != nil || len(list) == 0 {
		return Backtest{}, false, err
	}
	return list[0], true, nil
}

func (tx *Tx) backtests(query string, args ...any) ([]Backtest, error) {
	var list []Backtest
	err := tx.Rows(query, args, func(row Scanner) error {
		var b Backtest
		var state string
		err := row.Scan(&b.ID, &state, &b.Months, &b.PlanVersion, &b.Plan, &b.Done, &b.Total, &b.Result, &b.Actor, &b.Owner, &b.LeaseUntil,
			&b.CreatedAt, &b.StartedMs, &b.EndedMs)
		b.State = BacktestState(state)
		list = append(list, b)
		return err
	})
	return list, err
}

// AdvanceBacktest notes how far one is and extends its lease; ok is false when it
// was cancelled or is no longer the owner's.
func (tx *Tx) AdvanceBacktest(shop loyalty.ShopID, b Backtest) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE backtests SET done = ?, total = ?, lease_until = ? WHERE shop_id = ? AND id = ? AND state = 'running' AND owner = ?`,
		b.Done, b.Total, b.LeaseUntil, shop, b.ID, b.Owner)
	return n == 1, err
}

// EndBacktest gives one that runs its last state; ok is false if it does not run.
func (tx *Tx) EndBacktest(shop loyalty.ShopID, b Backtest) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE backtests SET slot = id, state = ?, result = ?, done = CASE WHEN ? > done THEN ? ELSE done END, ended_ms = ?
		WHERE shop_id = ? AND id = ? AND state = 'running'`, string(b.State), string(b.Result), b.Done, b.Done, b.EndedMs, shop, b.ID)
	return n == 1, err
}

// InterruptBacktests ends those whose process has not been heard of since their lease ran out.
func (tx *Tx) InterruptBacktests(shop loyalty.ShopID, nowMs int64) error {
	_, err := tx.Exec(`UPDATE backtests SET slot = id, state = 'interrupted', ended_ms = ? WHERE shop_id = ? AND slot = 0 AND lease_until < ?`, nowMs, shop, nowMs)
	return err
}

// TrimBacktests deletes those that ended, but for the newest keep.
func (tx *Tx) TrimBacktests(shop loyalty.ShopID, keep int) error {
	var edge loyalty.ID
	found, err := tx.Row(`SELECT id FROM backtests WHERE shop_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?`, []any{shop, keep}, &edge)
	if err != nil || !found {
		return err
	}
	_, err = tx.Exec(`DELETE FROM backtests WHERE shop_id = ? AND id <= ? AND slot <> 0`, shop, edge)
	return err
}

// ReplaySale is a stored sale with its newest snapshot, still packed.
type ReplaySale struct {
	SaleRow
	HasLogin bool // its member has an account with the host by now
	packed   []byte
}

// Body is the unpacked JSON of earning.Sale.
func (s ReplaySale) Body() ([]byte, error) { return unpackBody(s.packed) }

// CountSales counts the sales placed since an instant.
func (tx *Tx) CountSales(shop loyalty.ShopID, sinceMs int64) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM sales s`+useIndex("sales_placed")+`WHERE s.shop_id = ? AND s.placed_at >= ?`, []any{shop, sinceMs}, &n)
	return n, err
}

// AnyCapped says whether a member has a cap on points. It may walk over all members:
// for work in the background only.
func (tx *Tx) AnyCapped(shop loyalty.ShopID) (bool, error) {
	var one int64
	return tx.Row(`SELECT 1 FROM members`+useIndex("PRIMARY")+`WHERE shop_id = ? AND cap_points > 0 LIMIT 1`, []any{shop}, &one)
}

// ReplaySales walks over the sales placed since an instant, member by member, each
// member's in the order in which they were placed. after is the last one of the
// page before; its zero value starts.
func (tx *Tx) ReplaySales(shop loyalty.ShopID, after SaleRow, sinceMs int64, limit int) ([]ReplaySale, error) {
	var list []ReplaySale
	err := tx.Rows(`SELECT s.id, s.sale_key, s.number, s.member_id, s.status, s.currency, s.total, s.refunded, s.placed_at, s.plan_version, s.audience,
		s.version, s.earned, v.body FROM sales s`+useIndex("sales_member")+`JOIN sale_versions v ON v.shop_id = s.shop_id AND v.sale_id = s.id AND v.version = s.version
		WHERE s.shop_id = ? AND s.member_id >= ? AND (s.member_id > ? OR s.placed_at > ? OR (s.placed_at = ? AND s.id > ?)) AND s.placed_at >= ?
		ORDER BY s.member_id, s.placed_at, s.id LIMIT ?`,
		[]any{shop, after.MemberID, after.MemberID, after.PlacedAt, after.PlacedAt, after.ID, sinceMs, limit}, func(row Scanner) error {
			var s ReplaySale
			var currency string
			err := row.Scan(&s.ID, &s.Key, &s.Number, &s.MemberID, &s.Status, &currency, &s.Total, &s.Refunded, &s.PlacedAt, &s.PlanVersion, &s.Audience,
				&s.Version, &s.Earned, &s.packed)
			s.Currency = loyalty.Currency(currency)
			list = append(list, s)
			return err
		})
	if err != nil {
		return nil, err
	}
	return list, tx.replayLogins(shop, list)
}

// replayLogins fills in whose members have an account.
func (tx *Tx) replayLogins(shop loyalty.ShopID, list []ReplaySale) error {
	var ids []loyalty.ID
	for i, s := range list {
		if s.MemberID != 0 && (i == 0 || s.MemberID != list[i-1].MemberID) {
			ids = append(ids, s.MemberID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	has := map[loyalty.ID]bool{}
	err := tx.Rows(`SELECT id FROM members WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND has_login = 1`, argsOf(shop, ids), func(row Scanner) error {
		var id loyalty.ID
		err := row.Scan(&id)
		has[id] = true
		return err
	})
	for i := range list {
		list[i].HasLogin = has[list[i].MemberID]
	}
	return err
}

// SumsOfShop adds up the points of all entries by their kind.
func (tx *Tx) SumsOfShop(shop loyalty.ShopID) (map[string]loyalty.Points, error) {
	sums := map[string]loyalty.Points{}
	err := tx.Rows(`SELECT kind, SUM(points) FROM entries WHERE shop_id = ? GROUP BY kind`, []any{shop}, func(row Scanner) error {
		var kind string
		var points loyalty.Points
		err := row.Scan(&kind, &points)
		sums[kind] = points
		return err
	})
	return sums, err
}
