package store

import (
	"fmt"
	"slices"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

const accountColumns = `id, plan_id, member_id, pending, available, held, debt, entry_seq, lock_seq`

// EnsureAccounts finds the members' accounts in a plan and opens those that are
// missing, with nothing in them. Another process doing the same is no error.
func (tx *Tx) EnsureAccounts(shop loyalty.ShopID, planID loyalty.ID, memberIDs []loyalty.ID, ids *loyalty.IDs, nowMs int64) (map[loyalty.ID]loyalty.ID, error) {
	wanted := lockOrder(memberIDs)
	for range 3 {
		found, err := tx.AccountsOfMembers(shop, planID, wanted)
		if err != nil || len(found) == len(wanted) {
			return found, err
		}
		var rows [][]any
		for _, m := range wanted {
			if _, ok := found[m]; !ok {
				id := ids.Next()
				found[m] = id
				rows = append(rows, []any{shop, id, planID, m, 0, 0, 0, 0, 0, 0, 0, nowMs, nowMs})
			}
		}
		err = tx.InsertMany("accounts", []string{"shop_id", "id", "plan_id", "member_id", "pending", "available", "held", "debt",
			"lock_seq", "entry_seq", "publish_due", "created_at", "updated_at"}, rows)
		if err == nil || !IsDuplicate(err, "accounts.accounts_member") {
			return found, err
		}
	}
	return nil, fmt.Errorf("%w: accounts of plan %s are being opened by somebody else", ErrUnavailable, planID)
}

// AccountsOfMembers finds accounts by member; members without one are left out.
func (tx *Tx) AccountsOfMembers(shop loyalty.ShopID, planID loyalty.ID, memberIDs []loyalty.ID) (map[loyalty.ID]loyalty.ID, error) {
	found := make(map[loyalty.ID]loyalty.ID, len(memberIDs))
	if len(memberIDs) == 0 {
		return found, nil
	}
	err := tx.Rows(`SELECT member_id, id FROM accounts`+useIndex("accounts_member")+`WHERE shop_id = ? AND plan_id = ? AND member_id IN (`+placeholders(len(memberIDs))+`)`,
		withArgs([]any{shop, planID}, memberIDs), func(row Scanner) error {
			var member, account loyalty.ID
			if err := row.Scan(&member, &account); err != nil {
				return err
			}
			found[member] = account
			return nil
		})
	return found, err
}

// LockAccounts locks accounts in the order of their ids and then reads them: an
// UPDATE, because it takes the row lock with the same text on every engine and
// before any read (reliability 6.3). An id that is not here is ErrNotFound.
func (tx *Tx) LockAccounts(shop loyalty.ShopID, accountIDs []loyalty.ID) (map[loyalty.ID]ledger.Account, error) {
	ids := lockOrder(accountIDs)
	if err := tx.lockAccounts(shop, ids); err != nil {
		return nil, err
	}
	return tx.Accounts(shop, ids)
}

// lockAccounts takes the locks; ids are in the order of lockOrder.
func (tx *Tx) lockAccounts(shop loyalty.ShopID, ids []loyalty.ID) error {
	if len(ids) == 0 {
		return nil
	}
	n, err := tx.Exec(`UPDATE accounts SET lock_seq = lock_seq + 1 WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids)...)
	if err != nil {
		return err
	}
	if n != int64(len(ids)) {
		return fmt.Errorf("%w: %d of %d accounts", ErrNotFound, int64(len(ids))-n, len(ids))
	}
	return nil
}

// LockedAccount is a locked account with what else a booking asks about it.
type LockedAccount struct {
	ledger.Account
	MemberGone  bool // its member is merged or erased by now
	Unpublished bool // nobody has yet promised to publish its balance
}

// LockAccountsAndMembers is LockAccounts, with one look at the members too. A
// merge and an erasure take the lock as well: the answer holds until the end of
// the transaction.
func (tx *Tx) LockAccountsAndMembers(shop loyalty.ShopID, accountIDs []loyalty.ID) (map[loyalty.ID]LockedAccount, error) {
	ids := lockOrder(accountIDs)
	found := make(map[loyalty.ID]LockedAccount, len(ids))
	if err := tx.lockAccounts(shop, ids); err != nil || len(ids) == 0 {
		return found, err
	}
	err := tx.Rows(`SELECT a.id, a.plan_id, a.member_id, a.pending, a.available, a.held, a.debt, a.entry_seq, a.lock_seq, a.publish_due,
		COALESCE(m.state, 'active') FROM accounts a LEFT JOIN members m ON m.shop_id = a.shop_id AND m.id = a.member_id
		WHERE a.shop_id = ? AND a.id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids), func(row Scanner) error {
		var a LockedAccount
		var due int64
		var state string
		err := row.Scan(&a.ID, &a.PlanID, &a.MemberID, &a.Pending, &a.Available, &a.Held, &a.Debt, &a.EntrySeq, &a.LockSeq, &due, &state)
		a.MemberGone, a.Unpublished = state != string(loyalty.MemberActive), due == 0
		found[a.ID] = a
		return err
	})
	return found, err
}

// Accounts reads accounts without a lock, for showing. Unknown ids are left out.
func (tx *Tx) Accounts(shop loyalty.ShopID, accountIDs []loyalty.ID) (map[loyalty.ID]ledger.Account, error) {
	found := make(map[loyalty.ID]ledger.Account, len(accountIDs))
	if len(accountIDs) == 0 {
		return found, nil
	}
	list, err := tx.accounts(`SELECT `+accountColumns+` FROM accounts WHERE shop_id = ? AND id IN (`+placeholders(len(accountIDs))+`)`,
		argsOf(shop, accountIDs))
	for _, a := range list {
		found[a.ID] = a
	}
	return found, err
}

// AccountOfMember reads a member's account in a plan without a lock.
func (tx *Tx) AccountOfMember(shop loyalty.ShopID, planID, memberID loyalty.ID) (ledger.Account, bool, error) {
	list, err := tx.accounts(`SELECT `+accountColumns+` FROM accounts WHERE shop_id = ? AND plan_id = ? AND member_id = ?`,
		[]any{shop, planID, memberID})
	if err != nil || len(list) == 0 {
		return ledger.Account{}, false, err
	}
	return list[0], true, nil
}

// AccountsByBalance pages through a plan's accounts, richest first. after is the
// last account of the page before; its zero value starts.
func (tx *Tx) AccountsByBalance(shop loyalty.ShopID, planID loyalty.ID, after ledger.Account, limit int) ([]ledger.Account, error) {
	const list = `SELECT ` + accountColumns + ` FROM accounts`
	var page []ledger.Account
	below := loyalty.MaxBalancePoints + 1
	if after.ID != 0 {
		below = after.Available
		same, err := tx.accounts(list+useIndex("accounts_balance")+`WHERE shop_id = ? AND plan_id = ? AND available = ? AND id < ? ORDER BY id DESC LIMIT ?`,
			[]any{shop, planID, after.Available, after.ID, limit})
		if err != nil || len(same) == limit {
			return same, err
		}
		page = same
	}
	rest, err := tx.accounts(list+useIndex("accounts_balance")+`WHERE shop_id = ? AND plan_id = ? AND available < ? ORDER BY available DESC, id DESC LIMIT ?`,
		[]any{shop, planID, below, limit - len(page)})
	return append(page, rest...), err
}

func (tx *Tx) accounts(query string, args []any) ([]ledger.Account, error) {
	var list []ledger.Account
	err := tx.Rows(query, args, func(row Scanner) error {
		var a ledger.Account
		if err := row.Scan(&a.ID, &a.PlanID, &a.MemberID, &a.Pending, &a.Available, &a.Held, &a.Debt, &a.EntrySeq, &a.LockSeq); err != nil {
			return err
		}
		list = append(list, a)
		return nil
	})
	return list, err
}

// lockOrder copies ids in ascending order without repeats: the order of all locks.
func lockOrder(ids []loyalty.ID) []loyalty.ID {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}
