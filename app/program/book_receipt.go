package program

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// SaleReceipt says how the points of an order came about, and why not more (N-07).
type SaleReceipt struct {
	Sale        store.SaleRow
	Snapshot    earning.Sale
	PlanVersion int64  // the version that judges the order; 0 or less = none
	Reason      string // why no rule looked at it: "guest", "before_plan"; empty if rules did
	Rules       []RuleReceipt
	AvailableAt int64 // Unix ms, from when on its points can be used
	ExpiresAt   int64 // Unix ms, ledger.Never
	Entries     []ledger.Entry
}

// RuleReceipt is one rule's part.
type RuleReceipt struct {
	Name      string // as the merchant calls it
	Grant     earning.Grant
	Posted    loyalty.Points
	LimitedTo loyalty.Points // -1 = no limit held
}

// ReasonGuest is why an order without an account earns nothing (S4-29).
const ReasonGuest = "guest"

// ReceiptOfSale explains an order by the host's id; CodeNotFound if it is not known.
func (p *Program) ReceiptOfSale(ctx context.Context, shop loyalty.Shop, saleKey string) (SaleReceipt, error) {
	var r SaleReceipt
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = p.receiptIn(tx, shop, saleKey)
		return err
	})
	return r, err
}

func (p *Program) receiptIn(tx *store.Tx, shop loyalty.Shop, saleKey string) (SaleReceipt, error) {
	rows, err := tx.SalesByKey(shop.ID, []string{saleKey})
	if err != nil {
		return SaleReceipt{}, err
	}
	row, ok := rows[saleKey]
	if !ok {
		return SaleReceipt{}, loyalty.NotFound("order")
	}
	r := SaleReceipt{Sale: row, PlanVersion: row.PlanVersion}
	if r.Snapshot, err = storedSale(tx, shop.ID, row); err != nil {
		return r, err
	}
	if r.Entries, err = tx.EntriesOfSource(shop.ID, SaleSource(saleKey)); err != nil {
		return r, err
	}
	switch {
	case row.PlanVersion == BeforePlan:
		r.Reason = ReasonBeforePlan
	case row.MemberID == 0:
		r.Reason = ReasonGuest
	default:
		err = p.fillReceipt(tx, shop, &r)
	}
	return r, err
}

func (p *Program) fillReceipt(tx *store.Tx, shop loyalty.Shop, r *SaleReceipt) error {
	plan, err := p.PlanVersion(tx, shop, r.PlanVersion)
	if err != nil {
		return err
	}
	c := claim{at: r.Snapshot.PlacedAt, earnedAt: qualifiedAt(&r.Snapshot, plan.Doc.Earning.EarnAt), plan: &plan}
	if err := c.window(shop); err != nil {
		return err
	}
	r.AvailableAt, r.ExpiresAt = c.availableAt, c.expiresAt
	grants, err := evaluateSale(shop, plan, r.Snapshot, r.Sale.Audience)
	if err != nil {
		return err
	}
	posted, err := tx.Posted(shop.ID, []string{SaleSource(r.Sale.Key)})
	if err != nil {
		return err
	}
	have := map[string]ledger.Posted{}
	for _, e := range posted[SaleSource(r.Sale.Key)] {
		have[e.RuleID] = e
	}
	names := map[string]string{}
	for _, rule := range plan.Doc.Earning.Rules {
		names[rule.ID] = rule.Name
		for _, campaign := range plan.Doc.Earning.Campaigns {
			names[rule.ID+"+"+campaign.ID] = campaign.Name
		}
	}
	for _, g := range grants {
		rule := RuleReceipt{Name: names[g.RuleID], Grant: g, LimitedTo: -1}
		if e, ok := have[g.RuleID]; ok {
			rule.Posted, rule.LimitedTo = e.Points, e.LimitedTo
		}
		r.Rules = append(r.Rules, rule)
	}
	return nil
}
