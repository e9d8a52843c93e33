package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

// Promised is how many points members have of one promise, or got or lost of it (N-02).
type Promised struct {
	ID     loyalty.ID // of a move: time-ordered; 0 in a sum
	Rate   loyalty.RedeemRate
	Points loyalty.Points
}

// insertPromised notes what a transaction changed of each promise. It is one row
// more per promise, never a row that another transaction writes, too: a sum that is
// kept in one place would make all bookings of a shop wait for each other. The row's
// id is the newest of what it sums.
func (tx *Tx) insertPromised(shop loyalty.ShopID, all ledger.Changes, sums map[loyalty.RedeemRate]loyalty.Points) error {
	var id loyalty.ID
	for _, e := range all.Entries {
		id = max(id, e.ID)
	}
	if id == 0 {
		for _, l := range all.NewLots {
			id = max(id, l.ID)
		}
		for _, a := range all.Allocations {
			id = max(id, a.OwnerID)
		}
	}
	moves := make([]Promised, 0, len(sums))
	for _, rate := range slices.SortedFunc(maps.Keys(sums), compareRates) {
		moves = append(moves, Promised{id, rate, sums[rate]})
	}
	return tx.InsertPromised(shop, moves)
}

func compareRates(a, b loyalty.RedeemRate) int {
	return cmp.Or(cmp.Compare(a.Minor, b.Minor), cmp.Compare(a.PerPoints, b.PerPoints))
}

// InsertPromised adds moves; those of no points are left out.
func (tx *Tx) InsertPromised(shop loyalty.ShopID, list []Promised) error {
	var rows [][]any
	for _, p := range list {
		if p.Points != 0 {
			rows = append(rows, []any{shop, p.ID, p.Rate.Minor, int64(p.Rate.PerPoints), p.Points})
		}
	}
	return tx.InsertMany("promised", []string{"shop_id", "id", "promise_minor", "promise_per", "points"}, rows)
}

// SumPromised sums the moves with ids below end by their promise: what members had
// of each promise at an instant. It reads a few rows per day and the moves that are
// not folded yet.
func (tx *Tx) SumPromised(shop loyalty.ShopID, end loyalty.ID) ([]Promised, error) {
	return tx.promised(`SELECT 0, promise_minor, promise_per, SUM(points) FROM promised`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id < ?
		GROUP BY promise_minor, promise_per ORDER BY promise_minor, promise_per`, shop, end)
}

// PromisedBetween lists the moves with ids from first on and below end, in their order.
func (tx *Tx) PromisedBetween(shop loyalty.ShopID, first, end loyalty.ID) ([]Promised, error) {
	return tx.promised(`SELECT id, promise_minor, promise_per, points FROM promised`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id >= ? AND id < ?
		ORDER BY id, promise_minor, promise_per`, shop, first, end)
}

// ReplacePromised puts fewer rows in the place of moves that PromisedBetween listed
// in this transaction. A move that came between the two fails it.
func (tx *Tx) ReplacePromised(shop loyalty.ShopID, old, folded []Promised) error {
	n, err := tx.Exec(`DELETE FROM promised WHERE shop_id = ? AND id >= ? AND id <= ?`, shop, old[0].ID, old[len(old)-1].ID)
	if err != nil {
		return err
	}
	if n != int64(len(old)) {
		return fmt.Errorf("store: %d moves of promises were to be folded, there are %d", len(old), n)
	}
	return tx.InsertPromised(shop, folded)
}

// PromiseDrift is a promise whose moves do not sum to what its lots and open holds have.
type PromiseDrift struct {
	Rate       loyalty.RedeemRate
	Have, Want loyalty.Points
}

// DriftedPromises compares the moves with all lots and open holds: one statement,
// so that what is booked meanwhile is in both or in neither.
func (tx *Tx) DriftedPromises(shop loyalty.ShopID) ([]PromiseDrift, error) {
	var list []PromiseDrift
	err := tx.Rows(`SELECT x.promise_minor, x.promise_per, SUM(x.have), SUM(x.want) FROM (
		SELECT promise_minor, promise_per, 0 AS have, SUM(remaining) AS want FROM lots`+useIndex("PRIMARY")+`WHERE shop_id = ? AND state IN (0, 1) GROUP BY promise_minor, promise_per
		UNION ALL SELECT l.promise_minor, l.promise_per, 0, SUM(a.points) FROM holds h
		JOIN allocations a ON a.shop_id = h.shop_id AND a.owner_id = h.id JOIN lots l ON l.shop_id = a.shop_id AND l.id = a.lot_id
		WHERE h.shop_id = ? AND h.state = 'open' GROUP BY l.promise_minor, l.promise_per
		UNION ALL SELECT promise_minor, promise_per, SUM(points), 0 FROM promised WHERE shop_id = ? GROUP BY promise_minor, promise_per) x
		WHERE x.promise_minor > 0 AND x.promise_per > 0 GROUP BY x.promise_minor, x.promise_per HAVING SUM(x.have) <> SUM(x.want)
		ORDER BY x.promise_minor, x.promise_per`, []any{shop, shop, shop}, func(row Scanner) error {
		var d PromiseDrift
		err := row.Scan(&d.Rate.Minor, &d.Rate.PerPoints, &d.Have, &d.Want)
		list = append(list, d)
		return err
	})
	return list, err
}

func (tx *Tx) promised(query string, args ...any) ([]Promised, error) {
	var list []Promised
	err := tx.Rows(query, args, func(row Scanner) error {
		var p Promised
		err := row.Scan(&p.ID, &p.Rate.Minor, &p.Rate.PerPoints, &p.Points)
		list = append(list, p)
		return err
	})
	return list, err
}
