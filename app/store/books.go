package store

import (
	"fmt"
	"slices"
	"strings"

	"zugabe/app/crash"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

// SaveBooks stores what the Books did: rows first, balances last. Batches that
// only credit take few statements per 100 accounts whatever they hold: entries,
// lots, their promises, balances. A balance is only written where the account's lock is still the
// one the Book was loaded under; anything else fails the transaction.
func (tx *Tx) SaveBooks(shop loyalty.ShopID, books []*ledger.Book, nowMs int64) error {
	var all ledger.Changes
	var accounts []ledger.Account
	promised := map[loyalty.RedeemRate]loyalty.Points{}
	for _, b := range books {
		if !b.Dirty() {
			continue
		}
		c := b.Changes()
		all.Entries = append(all.Entries, c.Entries...)
		all.NewLots = append(all.NewLots, c.NewLots...)
		all.ChangedLots = append(all.ChangedLots, c.ChangedLots...)
		all.Allocations = append(all.Allocations, c.Allocations...)
		all.NewHolds = append(all.NewHolds, c.NewHolds...)
		all.ClosedHolds = append(all.ClosedHolds, c.ClosedHolds...)
		accounts = append(accounts, b.Account)
		b.CountPromised(promised)
		for _, from := range c.Absorbed {
			if err := tx.moveLots(shop, from, b.Account.ID); err != nil {
				return err
			}
		}
	}
	if err := tx.insertChanges(shop, all, nowMs); err != nil {
		return err
	}
	if err := tx.insertPromised(shop, all, promised); err != nil {
		return err
	}
	crash.Point("books.entries_written")
	if err := tx.updateLots(shop, all.ChangedLots); err != nil {
		return err
	}
	if err := tx.closeHolds(shop, all.ClosedHolds, nowMs); err != nil {
		return err
	}
	return tx.saveBalances(shop, accounts, nowMs)
}

func (tx *Tx) insertChanges(shop loyalty.ShopID, c ledger.Changes, nowMs int64) error {
	entries := make([][]any, len(c.Entries))
	for i, e := range c.Entries {
		entries[i] = []any{int64(shop), int64(e.ID), int64(e.AccountID), e.AccountSeq, string(e.Kind), int64(e.Points), e.Source, e.RuleID, e.Seq,
			e.PlanVersion, int64(e.LimitedTo), string(e.Breakdown), e.Note, e.Actor, e.OccurredAt, e.PostedAt}
	}
	lots := make([][]any, len(c.NewLots))
	for i, l := range c.NewLots {
		lots[i] = []any{int64(shop), int64(l.ID), int64(l.AccountID), int64(l.EntryID), l.Source, l.RuleID, int64(l.Original), int64(l.Remaining),
			int64(l.State), l.DueAt(), l.AvailableAt, l.ExpiresAt, l.Promise.Minor, int64(l.Promise.PerPoints), l.CreatedAt}
	}
	allocations := make([][]any, len(c.Allocations))
	for i, a := range c.Allocations {
		allocations[i] = []any{int64(shop), int64(a.OwnerID), int64(a.LotID), int64(a.Points)}
	}
	holds := make([][]any, len(c.NewHolds))
	for i, h := range c.NewHolds {
		holds[i] = []any{int64(shop), int64(h.ID), int64(h.AccountID), int64(h.RedemptionID), int64(h.Points), string(h.State), nowMs, int64(0)}
	}
	for _, t := range []struct {
		table, columns string
		rows           [][]any
	}{
		{"entries", "shop_id, " + entryColumns, entries},
		{"lots", "shop_id, id, account_id, entry_id, source_key, rule_id, original, remaining, state, due_at, available_at, expires_at, promise_minor, promise_per, created_at", lots},
		{"allocations", "shop_id, owner_id, lot_id, points", allocations},
		{"holds", "shop_id, id, account_id, redemption_id, points, state, created_at, closed_at", holds},
	} {
		if err := tx.InsertMany(t.table, strings.Split(t.columns, ", "), t.rows); err != nil {
			return err
		}
	}
	return nil
}

// maxCases keeps CASE lists short: the engine walks the list for every row.
const maxCases = 100

// updateLots writes what is left of lots. Emptied lots, the most frequent case,
// need no CASE.
func (tx *Tx) updateLots(shop loyalty.ShopID, lots []ledger.Lot) error {
	var closed []loyalty.ID
	var others []ledger.Lot
	for _, l := range lots {
		if l.State == ledger.LotClosed {
			closed = append(closed, l.ID)
		} else {
			others = append(others, l)
		}
	}
	for part := range slices.Chunk(closed, 1000) {
		n, err := tx.Exec(`UPDATE lots SET remaining = 0, state = 2, due_at = 0 WHERE shop_id = ? AND id IN (`+placeholders(len(part))+`)`, argsOf(shop, part)...)
		if err != nil {
			return err
		}
		if n != int64(len(part)) {
			return stale("lots")
		}
	}
	for part := range slices.Chunk(others, maxCases) {
		ids := make([]loyalty.ID, len(part))
		columns := []caseColumn{{name: "remaining"}, {name: "state"}, {name: "due_at"}, {name: "available_at"}}
		for i, l := range part {
			ids[i] = l.ID
			for c, v := range []int64{int64(l.Remaining), int64(l.State), l.DueAt(), l.AvailableAt} {
				columns[c].values = append(columns[c].values, v)
			}
		}
		if err := tx.updateCases("lots", shop, ids, columns, nil); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) saveBalances(shop loyalty.ShopID, accounts []ledger.Account, nowMs int64) error {
	for part := range slices.Chunk(accounts, maxCases) {
		ids := make([]loyalty.ID, len(part))
		columns := []caseColumn{{name: "pending"}, {name: "available"}, {name: "held"}, {name: "debt"}, {name: "entry_seq"}}
		locks := caseColumn{name: "lock_seq"}
		for i, a := range part {
			ids[i] = a.ID
			for c, v := range []int64{int64(a.Pending), int64(a.Available), int64(a.Held), int64(a.Debt), a.EntrySeq} {
				columns[c].values = append(columns[c].values, v)
			}
			locks.values = append(locks.values, a.LockSeq)
		}
		columns = append(columns, caseColumn{name: "updated_at", values: []int64{nowMs}})
		if err := tx.updateCases("accounts", shop, ids, columns, &locks); err != nil {
			return err
		}
	}
	return nil
}

// moveLots gives the lots and holds of an absorbed account to another.
func (tx *Tx) moveLots(shop loyalty.ShopID, from, to loyalty.ID) error {
	for _, table := range []string{"lots", "holds"} {
		if _, err := tx.Exec(`UPDATE `+table+` SET account_id = ? WHERE shop_id = ? AND account_id = ?`, to, shop, from); err != nil {
			return err
		}
	}
	return nil
}

// caseColumn gives a column one value per id, or one value for all.
type caseColumn struct {
	name   string
	values []int64
}

func (c caseColumn) same() bool {
	for _, v := range c.values {
		if v != c.values[0] {
			return false
		}
	}
	return true
}

func (c caseColumn) expression(ids []loyalty.ID, args []any) (string, []any) {
	if c.same() {
		return "?", append(args, c.values[0])
	}
	for i, id := range ids {
		args = append(args, int64(id), c.values[i])
	}
	return "CASE id" + strings.Repeat(" WHEN ? THEN ?", len(ids)) + " END", args
}

// updateCases writes columns of several rows at once; guard is a column that
// must still hold its value. A row that is missing or guarded is an error.
func (tx *Tx) updateCases(table string, shop loyalty.ShopID, ids []loyalty.ID, columns []caseColumn, guard *caseColumn) error {
	var sets []string
	var args []any
	for _, c := range columns {
		var expression string
		expression, args = c.expression(ids, args)
		sets = append(sets, c.name+" = "+expression)
	}
	args = withArgs(append(args, int64(shop)), ids)
	where := "shop_id = ? AND id IN (" + placeholders(len(ids)) + ")"
	if guard != nil {
		var expression string
		expression, args = guard.expression(ids, args)
		where += " AND " + guard.name + " = " + expression
	}
	n, err := tx.Exec("UPDATE "+table+" SET "+strings.Join(sets, ", ")+" WHERE "+where, args...)
	if err != nil {
		return err
	}
	if n != int64(len(ids)) {
		return stale(table)
	}
	return nil
}

// stale fails a transaction that wrote without having locked, or by old data.
func stale(table string) error {
	return fmt.Errorf("store: rows of %s changed since they were read; nothing was saved", table)
}
