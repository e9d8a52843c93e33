package store

import (
	"strings"
)

// laneList is the numbers of all lanes as a table l(lane).
var laneList = `(SELECT 0 AS lane` + strings.Repeat(` UNION ALL SELECT ?`, Lanes-1) + `) l`

func laneArgs() []any {
	args := make([]any, 0, Lanes+1)
	for lane := 1; lane < Lanes; lane++ {
		args = append(args, lane)
	}
	return args
}

// BusyLanes lists the lanes in which some shop has new deliveries: one look into
// the index per lane, however long the queue is.
func (tx *Tx) BusyLanes() ([]int64, error) {
	return tx.lanes(`SELECT l.lane FROM `+laneList+` WHERE EXISTS (SELECT 1 FROM deliveries d
		WHERE d.state = 0 AND d.lane = l.lane AND d.shop_id > 0)`, laneArgs())
}

// LanesWithRetries lists the lanes in which a delivery has waited long enough.
func (tx *Tx) LanesWithRetries(nowMs int64) ([]int64, error) {
	return tx.lanes(`SELECT l.lane FROM `+laneList+` WHERE EXISTS (SELECT 1 FROM deliveries d
		WHERE d.state = 1 AND d.lane = l.lane AND d.shop_id > 0 AND d.next_at <= ?)`, append(laneArgs(), nowMs))
}

func (tx *Tx) lanes(query string, args []any) ([]int64, error) {
	var list []int64
	err := tx.Rows(query, args, func(row Scanner) error {
		var lane int64
		err := row.Scan(&lane)
		list = append(list, lane)
		return err
	})
	return list, err
}
