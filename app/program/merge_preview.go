package program

import (
	"context"
	"errors"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// MergePreview is what a merge would do. Nothing of it has happened.
type MergePreview struct {
	From, Into loyalty.Member
	Giving     ledger.Account // of the member who goes, as it is
	Before     ledger.Account // of the member who stays, as it is
	After      ledger.Account // of the member who stays, as it would be
}

// PreviewMerge says what MergeMembers would do: it is done and rolled back.
func (p *Program) PreviewMerge(ctx context.Context, actor string, shop loyalty.Shop, from, into loyalty.ID) (MergePreview, error) {
	if from == into {
		return MergePreview{}, loyalty.Invalid("into", "must be another member")
	}
	var v MergePreview
	err := p.Store.Write(ctx, func(tx *store.Tx) (err error) {
		if v.From, v.Giving, err = p.accountOf(tx, shop, from); err != nil {
			return err
		}
		if v.Into, v.Before, err = p.accountOf(tx, shop, into); err != nil {
			return err
		}
		if v.From.ID == v.Into.ID {
			return loyalty.Invalid("into", "must be another member")
		}
		if _, err = p.mergeMembers(tx, actor, shop, from, into); err != nil {
			return err
		}
		if _, v.After, err = p.accountOf(tx, shop, into); err != nil {
			return err
		}
		return errPreviewed
	})
	if errors.Is(err, errPreviewed) {
		return v, nil
	}
	return MergePreview{}, err
}
