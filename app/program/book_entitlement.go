package program

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// entitlementOfSale recomputes what a stored sale entitles to, by rule, with the
// plan version and the circumstances it is bound to and the limits noted in the
// ledger. Rules worth 0 are left out. The ledger must hold exactly this.
func (p *Program) entitlementOfSale(tx *store.Tx, shop loyalty.ShopID, saleID loyalty.ID) (map[string]loyalty.Points, error) {
	row, found, err := tx.SaleByID(shop, saleID)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, loyalty.NotFound("sale")
	}
	if row.MemberID == 0 || row.PlanVersion <= 0 {
		return map[string]loyalty.Points{}, nil
	}
	sale, err := storedSale(tx, shop, row)
	if err != nil {
		return nil, err
	}
	return p.entitlement(tx, shop, SaleSource(row.Key), row.PlanVersion, func(home loyalty.Shop, plan Plan) ([]earning.Grant, error) {
		return evaluateSale(home, plan, sale, row.Audience)
	})
}

// entitlementOfActivity does the same for an activity.
func (p *Program) entitlementOfActivity(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (map[string]loyalty.Points, error) {
	row, found, err := tx.ActivityByID(shop, id)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, loyalty.NotFound("activity")
	}
	if row.MemberID == 0 || row.PlanVersion <= 0 {
		return map[string]loyalty.Points{}, nil
	}
	return p.entitlement(tx, shop, ActivitySource(row.Activity.Key), row.PlanVersion, func(home loyalty.Shop, plan Plan) ([]earning.Grant, error) {
		return evaluateActivity(home, plan, row.Activity, row.Audience)
	})
}

func (p *Program) entitlement(tx *store.Tx, shop loyalty.ShopID, source string, version int64, evaluate func(loyalty.Shop, Plan) ([]earning.Grant, error)) (map[string]loyalty.Points, error) {
	home, found, err := tx.ShopByID(shop)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, loyalty.NotFound("shop")
	}
	plan, err := p.PlanVersion(tx, home, version)
	if err != nil {
		return nil, err
	}
	grants, err := evaluate(home, plan)
	if err != nil {
		return nil, err
	}
	posted, err := tx.Posted(shop, []string{source})
	if err != nil {
		return nil, err
	}
	limits := map[string]loyalty.Points{}
	for _, e := range posted[source] {
		limits[e.RuleID] = e.LimitedTo
	}
	due := map[string]loyalty.Points{}
	for _, g := range grants {
		points := g.Points
		if limit, ok := limits[g.RuleID]; ok && limit >= 0 {
			points = min(points, limit)
		}
		if points != 0 {
			due[g.RuleID] = points
		}
	}
	return due, nil
}

func storedSale(tx *store.Tx, shop loyalty.ShopID, row store.SaleRow) (earning.Sale, error) {
	var sale earning.Sale
	bodies, err := tx.SaleBodies(shop, []loyalty.ID{row.ID})
	if err != nil {
		return sale, err
	}
	if err := json.Unmarshal(bodies[row.ID], &sale); err != nil {
		return sale, fmt.Errorf("stored order %s: %w", row.Key, err)
	}
	sale.CustomerKey = row.CustomerKey
	return sale, nil
}

// TrySale says what a sale would earn, without booking it: the dry run behind
// live examples and back-tests. A nil doc means the current plan. who is what
// the rules would know of the buyer. Limits and caps are not looked at.
func (p *Program) TrySale(ctx context.Context, shop loyalty.Shop, doc *PlanDoc, who earning.Audience, sale earning.Sale) ([]earning.Grant, error) {
	if doc == nil {
		err := p.Store.Read(ctx, func(tx *store.Tx) error {
			plan, err := p.CurrentPlan(tx, shop)
			doc = &plan.Doc
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if err := doc.Validate(); err != nil {
		return nil, err
	}
	return earning.EvaluateSale(sale, doc.Earning, earning.Context{Audience: who, Currency: shop.Currency, Zone: shop.Zone})
}
