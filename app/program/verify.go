package program

import (
	"context"
	"fmt"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Report is what ledger verify found. It is empty of violations when all is well.
type Report struct {
	At     int64   `json:"at"` // Unix ms
	Shops  int     `json:"shops"`
	Checks []Check `json:"checks"`
}

// Check is one invariant over all shops looked at. Number is that of the design's
// list; several checks may share one.
type Check struct {
	Number     int         `json:"number"`
	Name       string      `json:"name"`
	Checked    int64       `json:"checked"` // rows looked at
	Broken     int64       `json:"broken"`  // rows that break it
	Violations []Violation `json:"violations,omitempty"`
}

// Violation is one broken row: what it has and what it should have. Per shop and
// check the first 100 are listed.
type Violation struct {
	Shop loyalty.ShopID `json:"shop"`
	What string         `json:"what"` // "accounts 123", "sale:55 purchase"
	Have int64          `json:"have"`
	Want int64          `json:"want"`
}

func (v Violation) String() string {
	return fmt.Sprintf("shop %s, %s: has %d, should have %d", v.Shop, v.What, v.Have, v.Want)
}

// OK says whether nothing is broken.
func (r Report) OK() bool { return r.Broken() == 0 }

// Broken counts the rows that break an invariant.
func (r Report) Broken() int64 {
	var n int64
	for _, c := range r.Checks {
		n += c.Broken
	}
	return n
}

// Violations lists what was kept of all checks.
func (r Report) Violations() []string {
	var out []string
	for _, c := range r.Checks {
		for _, v := range c.Violations {
			out = append(out, fmt.Sprintf("%d %s: %s", c.Number, c.Name, v))
		}
	}
	return out
}

// Verify checks the invariants of the ledger in the shops, in all of them if none
// is named. Each shop is read in one consistent snapshot, in chunks, so that
// memory does not grow with the shop. It changes nothing.
func (p *Program) Verify(ctx context.Context, shops ...loyalty.ShopID) (Report, error) {
	report := Report{At: p.now()}
	if len(shops) == 0 {
		var err error
		if shops, err = p.allShops(ctx); err != nil {
			return report, err
		}
	}
	for _, shop := range shops {
		checks, err := p.verifyShop(ctx, shop)
		if err != nil {
			return report, fmt.Errorf("verify shop %s: %w", shop, err)
		}
		report.add(checks)
	}
	return report, nil
}

func (p *Program) allShops(ctx context.Context) ([]loyalty.ShopID, error) {
	const page = 500
	var ids []loyalty.ShopID
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		ids = nil
		for after := loyalty.ShopID(0); ; after = ids[len(ids)-1] {
			shops, err := tx.ListShops(after, page)
			for _, s := range shops {
				ids = append(ids, s.ID)
			}
			if err != nil || len(shops) < page {
				return err
			}
		}
	})
	return ids, err
}

func (r *Report) add(checks []Check) {
	r.Shops++
	if len(r.Checks) == 0 {
		r.Checks = checks
		return
	}
	for i, c := range checks {
		sum := &r.Checks[i]
		sum.Checked += c.Checked
		sum.Broken += c.Broken
		sum.Violations = append(sum.Violations, c.Violations...)
	}
}

func (p *Program) verifyShop(ctx context.Context, id loyalty.ShopID) ([]Check, error) {
	var checks []Check
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		checks = nil
		checker := tx.NewChecker(id, p.now())
		for _, inv := range store.Invariants() {
			c, err := checkRows(checker, id, inv)
			if err != nil {
				return fmt.Errorf("%s: %w", inv.Name, err)
			}
			checks = append(checks, c)
		}
		facts, err := p.checkFacts(tx, id)
		if err != nil {
			return err
		}
		counters, err := p.checkCounters(tx, id)
		if err != nil {
			return err
		}
		totals, err := p.checkTotals(tx, id)
		if err != nil {
			return err
		}
		promised, err := p.checkPromised(tx, id)
		if err != nil {
			return err
		}
		claims, err := p.checkClaims(tx, id)
		if err != nil {
			return err
		}
		commissions, err := p.checkCommissions(tx, id)
		checks = append(append(checks, facts...), counters, totals, promised, claims, commissions)
		return err
	})
	return checks, err
}

func checkRows(checker *store.Checker, shop loyalty.ShopID, inv store.Invariant) (Check, error) {
	checked, findings, broken, err := checker.Check(inv)
	c := Check{Number: inv.Number, Name: inv.Name, Checked: checked, Broken: broken}
	for _, f := range findings {
		c.Violations = append(c.Violations, Violation{Shop: shop, What: f.Table + " " + f.ID.String(), Have: f.Have, Want: f.Want})
	}
	return c, err
}
