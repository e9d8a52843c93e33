package program

import (
	"context"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Repair is one account that ledger repair would bring in line.
type Repair struct {
	Shop    loyalty.ShopID `json:"shop"`
	Account ledger.Account `json:"account"` // as stored
	Becomes ledger.Account `json:"becomes"` // the balance row before the entry
	Points  loyalty.Points `json:"points"`  // of the correcting entry, 0 = none
}

// RepairPlan says what ledger repair would do in a shop: which balance rows it
// would set and which correcting entries it would post. It changes nothing.
func (p *Program) RepairPlan(ctx context.Context, shop loyalty.ShopID) ([]Repair, error) {
	var plan []Repair
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		plan = nil
		ids, err := tx.DriftedAccounts(shop, p.now())
		if err != nil {
			return err
		}
		accounts, err := tx.Accounts(shop, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			sums, err := tx.SumsOf(shop, id)
			if err != nil {
				return err
			}
			if c, needed := ledger.Correct(accounts[id], sums); needed {
				plan = append(plan, Repair{Shop: shop, Account: accounts[id], Becomes: c.Account, Points: c.Points})
			}
		}
		return nil
	})
	return plan, err
}

// ApplyRepairs does what a plan says, account by account, each decided anew under
// its lock: an account that was mended meanwhile is left alone. It returns how
// many it changed. Entries are added, never edited; each repair is audited.
func (p *Program) ApplyRepairs(ctx context.Context, actor string, plan []Repair) (int, error) {
	done := 0
	for _, r := range plan {
		changed := false
		err := p.Store.Write(ctx, func(tx *store.Tx) (err error) {
			changed, err = p.repairAccount(tx, actor, r)
			return err
		})
		if err != nil {
			return done, err
		}
		if changed {
			done++
		}
	}
	return done, nil
}

func (p *Program) repairAccount(tx *store.Tx, actor string, r Repair) (bool, error) {
	id := r.Account.ID
	locked, err := tx.LockAccounts(r.Shop, []loyalty.ID{id})
	if err != nil {
		return false, err
	}
	sums, err := tx.SumsOf(r.Shop, id)
	if err != nil {
		return false, err
	}
	c, needed := ledger.Correct(locked[id], sums)
	if !needed {
		return false, nil
	}
	source := "adjust:repair-" + id.String()
	seq, err := tx.NextSeq(r.Shop, source, ledger.RuleRepair)
	if err != nil {
		return false, err
	}
	book := ledger.NewBook(locked[id], nil, p.IDs.Next, p.now())
	line := ledger.Line{Source: source, Seq: seq, Note: "ledger repair: makes the entries explain the lots", Actor: actor}
	if err := book.Repair(c, line); err != nil {
		return false, err
	}
	if err := p.saveBooks(tx, r.Shop, book); err != nil {
		return false, err
	}
	return true, p.audit(tx, r.Shop, deed{by: actor, did: "ledger.repaired", to: "account:" + id.String(), before: r.Account, after: book.Account, why: "balance drift"})
}
