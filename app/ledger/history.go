package ledger

import "zugabe/app/loyalty"

// By says which time of an entry counts when a past balance is asked for.
type By string

// The two times: when it happened in the shop, or when we wrote it.
const (
	ByOccurred By = "occurred"
	ByPosted   By = "posted"
)

// Balance is what an account had at an instant. Total counts pending and held
// points too, because entries do.
type Balance struct {
	At     int64 // Unix ms
	Total  loyalty.Points
	ByKind map[Kind]loyalty.Points
	Lots   []LotAt // soonest expiring first, only those with something left
}

// LotAt is a lot as it stood at an instant.
type LotAt struct {
	Lot
	Left    loyalty.Points // counted to points that were held or spent later
	Pending bool
}

// Taken is one use of a lot's points, with its time.
type Taken struct {
	LotID  loyalty.ID
	Points loyalty.Points // negative = put back
	At     int64          // Unix ms
}

// LotsAt replays lots to an instant (Unix ms): what had been opened until then
// less what had been taken until then. Lots keep their history when accounts are
// merged, so an account shows the past of the lots that it owns today.
func LotsAt(lots []Lot, taken []Taken, at int64) []LotAt {
	gone := make(map[loyalty.ID]loyalty.Points, len(lots))
	for _, t := range taken {
		if t.At <= at {
			gone[t.LotID] += t.Points
		}
	}
	var out []LotAt
	for _, l := range lots {
		left := l.Original - gone[l.ID]
		if l.CreatedAt <= at && left > 0 {
			out = append(out, LotAt{Lot: l, Left: left, Pending: l.AvailableAt > at})
		}
	}
	return out
}
