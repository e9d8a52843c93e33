package program

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// checkClaims finds new-customer claims that no use stands behind (invariant 5).
func (p *Program) checkClaims(tx *store.Tx, shop loyalty.ShopID) (Check, error) {
	c := Check{Number: 5, Name: "a new customer's claim belongs to a use"}
	all, orphans, err := tx.OrphanClaims(shop, maxListed)
	if err != nil {
		return c, err
	}
	c.Checked = all
	for _, o := range orphans {
		c.note(Violation{Shop: shop, What: "claim by code " + o.CodeID.String() + " in order " + o.SaleKey, Have: 0, Want: 1})
	}
	return c, nil
}

// VoucherRepair is one voucher or code whose counters ledger repair would set to
// what its uses say.
type VoucherRepair struct {
	Shop     loyalty.ShopID    `json:"shop"`
	Template loyalty.ID        `json:"template,omitempty"`
	Code     loyalty.ID        `json:"code,omitempty"`
	Have     store.CounterMove `json:"have"`
	Becomes  store.CounterMove `json:"becomes"`
}

// VoucherRepairPlan says which counters of vouchers and codes differ from their
// uses. It changes nothing.
func (p *Program) VoucherRepairPlan(ctx context.Context, shop loyalty.ShopID) (plan []VoucherRepair, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		plan = nil
		templates, err := tx.DriftedTemplates(shop)
		if err != nil {
			return err
		}
		for _, d := range templates {
			plan = append(plan, VoucherRepair{Shop: shop, Template: d.ID, Have: d.Have, Becomes: d.Want})
		}
		codes, err := tx.DriftedCodes(shop)
		for _, d := range codes {
			plan = append(plan, VoucherRepair{Shop: shop, Code: d.ID, Have: d.Have, Becomes: d.Want})
		}
		return err
	})
	return plan, err
}

// ApplyVoucherRepairs sets counters to what the uses say, each decided anew under its
// lock, and audits it. It returns how many it changed.
func (p *Program) ApplyVoucherRepairs(ctx context.Context, actor string, plan []VoucherRepair) (done int, err error) {
	for _, r := range plan {
		changed := false
		err := p.Store.Write(ctx, func(tx *store.Tx) error {
			var err error
			subject := CodeSubject(r.Code)
			if r.Template != 0 {
				subject = TemplateSubject(r.Template)
				changed, err = tx.RecountTemplate(r.Shop, r.Template)
			} else {
				changed, err = tx.RecountCode(r.Shop, r.Code)
			}
			if err != nil || !changed {
				return err
			}
			return p.audit(tx, r.Shop, deed{by: actor, did: "ledger.repaired", to: subject, before: r.Have, after: r.Becomes, why: "counters differ from uses"})
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
