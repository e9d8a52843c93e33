package program

import (
	"context"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// MergeMembers makes one member of two that turned out to be one person (B14).
// Everything of from goes to into: points by two Transfer entries that sum to
// zero, lots with their expiry, open holds, facts, codes, used-up limits. Both
// customer keys lead to into from then on. Merging again changes nothing and
// gives false.
func (p *Program) MergeMembers(ctx context.Context, actor string, shop loyalty.Shop, from, into loyalty.ID) (merged bool, err error) {
	if from == into {
		return false, loyalty.Invalid("into", "must be another member")
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		merged, err = p.mergeMembers(tx, actor, shop, from, into)
		return err
	})
	if merged {
		p.wake("jobs")
	}
	return merged, err
}

func (p *Program) mergeMembers(tx *store.Tx, actor string, shop loyalty.Shop, from, into loyalty.ID) (bool, error) {
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return false, err
	}
	source, err := p.liveMember(tx, shop.ID, from)
	if err != nil {
		return false, err
	}
	target, err := p.liveMember(tx, shop.ID, into)
	if err != nil {
		return false, err
	}
	if source.ID == target.ID {
		return false, nil
	}
	books, err := p.memberBooks(tx, shop.ID, plan.ID, source.ID, target.ID)
	if err != nil {
		return false, err
	}
	giving, taking := books[source.ID], books[target.ID]
	accounts := [2]loyalty.ID{giving.Account.ID, taking.Account.ID}
	ok, err := tx.MergeMember(shop.ID, source.ID, target.ID, accounts, p.now())
	if err != nil || !ok {
		return false, orConflict(err, "the member was merged or erased meanwhile")
	}
	line := ledger.Line{Source: "merge:" + source.ID.String() + "-" + target.ID.String(), PlanVersion: plan.Version, Actor: actor, Note: "members merged"}
	if err := taking.Absorb(giving, line); err != nil {
		return false, err
	}
	if err := p.saveBooks(tx, shop.ID, giving, taking); err != nil {
		return false, err
	}
	return true, p.audit(tx, shop.ID, deed{by: actor, did: "member.merged", to: "member:" + target.ID.String(),
		before: map[string]any{"member": source.ID}, after: map[string]any{"member": target.ID, "available": taking.Account.Available}})
}
