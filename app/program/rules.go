package program

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const (
	issueDays     = 30
	issueEntries  = 50_000 // entries looked at, so that a large shop's page stays quick
	productOrders = 300    // orders whose lines say which products there are
)

// RuleFigures says what the rules of a shop gave lately.
type RuleFigures struct {
	From    int64                      // Unix ms: since when
	Rules   map[string]store.RuleIssue // what campaigns added is not in here
	Extras  map[string]store.RuleIssue // by campaign
	Budgets map[string]loyalty.Points  // used so far, by campaign, in all
}

// RuleFigures adds up the last 30 days, or as much of them as the newest 50,000
// entries cover, net of what refunds took back; From says which it was.
func (p *Program) RuleFigures(ctx context.Context, shop loyalty.Shop) (RuleFigures, error) {
	f := RuleFigures{}
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		f = RuleFigures{From: p.now() - issueDays*dayMs, Rules: map[string]store.RuleIssue{}, Extras: map[string]store.RuleIssue{}}
		all, err := tx.IssuedByRule(shop.ID, loyalty.IDAt(f.From), issueEntries)
		if err != nil {
			return err
		}
		f.take(all)
		plan, err := p.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		var campaigns []string
		for _, c := range plan.Doc.Earning.Campaigns {
			campaigns = append(campaigns, c.ID)
		}
		f.Budgets, err = tx.BudgetsUsed(shop.ID, campaigns)
		return err
	})
	return f, err
}

func (f *RuleFigures) take(all map[string]store.RuleIssue) {
	var entries int64
	oldest := loyalty.ID(0)
	for name, issue := range all {
		entries += issue.Entries
		if oldest == 0 || issue.Oldest < oldest {
			oldest = issue.Oldest
		}
		into, key := f.Rules, name
		if _, campaign, extra := strings.Cut(name, "+"); extra {
			into, key = f.Extras, campaign
		}
		sum := into[key]
		into[key] = store.RuleIssue{Points: sum.Points + issue.Points, Entries: sum.Entries + issue.Entries}
	}
	if entries >= issueEntries {
		f.From = oldest.Millis()
	}
}

// SoldProduct is a product as recent orders show it.
type SoldProduct struct {
	Key         string
	Title       string
	SKU         string
	Collections []string
	Sold        int64 // units in those orders
}

// SoldProducts lists products of the newest 300 orders whose title, SKU or key
// contains the text, most sold first. A host need not be asked for that, so it
// also works while the host is away; what was never sold has to be typed.
func (p *Program) SoldProducts(ctx context.Context, shop loyalty.Shop, text string, limit int) ([]SoldProduct, error) {
	var bodies map[loyalty.ID][]byte
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.SalesPage(shop.ID, nil, productOrders)
		if err != nil {
			return err
		}
		ids := make([]loyalty.ID, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		bodies, err = tx.SaleBodies(shop.ID, ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	all, err := productsOf(bodies)
	if err != nil {
		return nil, err
	}
	text = strings.ToLower(strings.TrimSpace(text))
	all = slices.DeleteFunc(all, func(s SoldProduct) bool {
		return !strings.Contains(strings.ToLower(s.Title+"\n"+s.SKU+"\n"+s.Key), text)
	})
	return all[:min(limit, len(all))], nil
}

// productsOf adds up the lines of orders; the newest order (the highest id) names a product.
func productsOf(bodies map[loyalty.ID][]byte) ([]SoldProduct, error) {
	found := map[string]SoldProduct{}
	for _, id := range slices.Sorted(maps.Keys(bodies)) {
		var sale struct{ Lines []earning.Line }
		if err := json.Unmarshal(bodies[id], &sale); err != nil {
			return nil, err
		}
		for _, l := range sale.Lines {
			if l.ProductKey == "" {
				continue
			}
			found[l.ProductKey] = SoldProduct{
				Key: l.ProductKey, Title: l.Title, SKU: l.SKU, Collections: l.Collections, Sold: found[l.ProductKey].Sold + l.Quantity,
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b SoldProduct) int {
		return cmp.Or(cmp.Compare(b.Sold, a.Sold), cmp.Compare(a.Key, b.Key))
	}), nil
}
