package store

import (
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

// Move is what the daily totals need of an entry.
type Move struct {
	ID       loyalty.ID
	Kind     ledger.Kind
	RuleID   string
	Points   loyalty.Points
	PostedAt int64 // Unix ms
}

// DayTotal is what a day's entries of one metric sum to: a metric is a kind of
// movement, or "rule:" and the id of an earning rule.
type DayTotal struct {
	Day    loyalty.LocalDate
	Metric string
	Points loyalty.Points
	Times  int64 // entries
}

// DayClosing is how a day ended.
type DayClosing struct {
	Day    loyalty.LocalDate
	UptoID loyalty.ID     // its last entry; the day's entries are those above the closing before
	Points loyalty.Points // all members together, pending and held points included, less debts
	Minor  int64          // what that was worth by the rate of then
}

// MovesAfter lists entries with ids above after, in the order of their ids.
func (tx *Tx) MovesAfter(shop loyalty.ShopID, after loyalty.ID, limit int) ([]Move, error) {
	var list []Move
	err := tx.Rows(`SELECT id, kind, rule_id, points, posted_at FROM entries`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > ? ORDER BY id LIMIT ?`,
		[]any{shop, after, limit}, func(row Scanner) error {
			var m Move
			var kind string
			err := row.Scan(&m.ID, &kind, &m.RuleID, &m.Points, &m.PostedAt)
			m.Kind = ledger.Kind(kind)
			list = append(list, m)
			return err
		})
	return list, err
}

// SumMoves sums the entries with ids above after up to and including upto.
func (tx *Tx) SumMoves(shop loyalty.ShopID, after, upto loyalty.ID) (points loyalty.Points, times int64, err error) {
	_, err = tx.Row(`SELECT COALESCE(SUM(points), 0), COUNT(*) FROM entries`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > ? AND id <= ?`,
		[]any{shop, after, upto}, &points, &times)
	return points, times, err
}

// AddDayTotals adds to the totals of a day that may have some already.
func (tx *Tx) AddDayTotals(shop loyalty.ShopID, list []DayTotal) error {
	var missing []DayTotal
	for _, t := range list {
		n, err := tx.Exec(`UPDATE daily_totals SET points = points + ?, times = times + ? WHERE shop_id = ? AND local_day = ? AND metric = ?`,
			t.Points, t.Times, shop, dayNumber(t.Day), t.Metric)
		if err != nil {
			return err
		}
		if n == 0 {
			missing = append(missing, t)
		}
	}
	return tx.InsertDayTotals(shop, missing)
}

// InsertDayTotals adds the totals of days that have none yet.
func (tx *Tx) InsertDayTotals(shop loyalty.ShopID, list []DayTotal) error {
	rows := make([][]any, len(list))
	for i, t := range list {
		rows[i] = []any{shop, dayNumber(t.Day), t.Metric, t.Points, t.Times}
	}
	return tx.InsertMany("daily_totals", []string{"shop_id", "local_day", "metric", "points", "times"}, rows)
}

// DayTotals lists the totals of the days from and to and all between them, by day and metric.
func (tx *Tx) DayTotals(shop loyalty.ShopID, from, to loyalty.LocalDate) ([]DayTotal, error) {
	var list []DayTotal
	err := tx.Rows(`SELECT local_day, metric, points, times FROM daily_totals`+useIndex("PRIMARY")+`WHERE shop_id = ? AND local_day >= ? AND local_day <= ?
		ORDER BY local_day, metric`, []any{shop, dayNumber(from), dayNumber(to)}, func(row Scanner) error {
		var t DayTotal
		var day int64
		err := row.Scan(&day, &t.Metric, &t.Points, &t.Times)
		t.Day = dayOf(day)
		list = append(list, t)
		return err
	})
	return list, err
}

// DaysWith lists the days that have a total of the metric, the latest first.
func (tx *Tx) DaysWith(shop loyalty.ShopID, metric string) ([]loyalty.LocalDate, error) {
	var list []loyalty.LocalDate
	err := tx.Rows(`SELECT local_day FROM daily_totals`+useIndex("PRIMARY")+`WHERE shop_id = ? AND metric = ? ORDER BY local_day DESC`, []any{shop, metric}, func(row Scanner) error {
		var day int64
		err := row.Scan(&day)
		list = append(list, dayOf(day))
		return err
	})
	return list, err
}

// InsertDayClosings adds closings; a day that is closed is a *DuplicateError of "day_closings.PRIMARY".
func (tx *Tx) InsertDayClosings(shop loyalty.ShopID, list []DayClosing) error {
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{shop, dayNumber(c.Day), c.UptoID, c.Points, c.Minor}
	}
	return tx.InsertMany("day_closings", []string{"shop_id", "local_day", "upto_id", "points", "minor"}, rows)
}

// DayClosings lists the closings of the days from and to and all between them, in order.
func (tx *Tx) DayClosings(shop loyalty.ShopID, from, to loyalty.LocalDate) ([]DayClosing, error) {
	var list []DayClosing
	err := tx.Rows(`SELECT local_day, upto_id, points, minor FROM day_closings`+useIndex("PRIMARY")+`WHERE shop_id = ? AND local_day >= ? AND local_day <= ?
		ORDER BY local_day`, []any{shop, dayNumber(from), dayNumber(to)}, func(row Scanner) error {
		var c DayClosing
		var day int64
		err := row.Scan(&day, &c.UptoID, &c.Points, &c.Minor)
		c.Day = dayOf(day)
		list = append(list, c)
		return err
	})
	return list, err
}

// ForgetTotals deletes a shop's totals and closings and sets the cursor back, so
// that they are made again from the entries.
func (tx *Tx) ForgetTotals(shop loyalty.ShopID, cursor string) error {
	// The cursor first: whoever is counting holds it, and has to be through before anything is deleted.
	if _, err := tx.Exec(`UPDATE cursors SET position = '' WHERE shop_id = ? AND name = ?`, shop, cursor); err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM daily_totals WHERE shop_id = ?`, `DELETE FROM day_closings WHERE shop_id = ?`} {
		if _, err := tx.Exec(query, shop); err != nil {
			return err
		}
	}
	return nil
}

// MoveCursor moves a cursor from a position to another; ok is false if it is not
// there any more. Two writers at once: the second waits for the first and then finds it moved.
func (tx *Tx) MoveCursor(shop loyalty.ShopID, name string, from, to Cursor) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE cursors SET position = ?, updated_at = ? WHERE shop_id = ? AND name = ? AND position = ?`,
		to.Position, to.UpdatedAt, shop, name, from.Position)
	if err != nil || n == 1 || from.Position != "" {
		return n == 1, err
	}
	_, err = tx.Exec(`INSERT INTO cursors (shop_id, name, position, next_at, updated_at) VALUES (?, ?, ?, 0, ?)`, shop, name, to.Position, to.UpdatedAt)
	if IsDuplicate(err, "cursors.PRIMARY") {
		return false, nil
	}
	return err == nil, err
}

// dayNumber is 20261031 for 31 October 2026: days in order, and readable.
func dayNumber(d loyalty.LocalDate) int64 { return int64(d.Year*10_000 + int(d.Month)*100 + d.Day) }

func dayOf(n int64) loyalty.LocalDate {
	return loyalty.LocalDate{Year: int(n / 10_000), Month: time.Month(n / 100 % 100), Day: int(n % 100)}
}
