package program

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// factChunk is how many facts are compared with the ledger at a time.
const factChunk = 500

// maxListed is how many violations of a check are listed per shop.
const maxListed = 100

// checkFacts compares what was posted for every sale and activity with what it
// is entitled to by the plan version it is bound to (invariant 2).
func (p *Program) checkFacts(tx *store.Tx, shop loyalty.ShopID) ([]Check, error) {
	sales := Check{Number: 2, Name: "a sale has what it is entitled to"}
	activities := Check{Number: 2, Name: "an activity has what it is entitled to"}
	err := eachChunk(func(after loyalty.ID) ([]fact, error) {
		rows, err := tx.SalesAfter(shop, after, factChunk)
		facts := make([]fact, len(rows))
		for i, r := range rows {
			facts[i] = fact{id: r.ID, source: SaleSource(r.Key)}
		}
		return facts, err
	}, func(facts []fact) error {
		return p.compareFacts(tx, shop, facts, p.entitlementOfSale, &sales)
	})
	if err != nil {
		return nil, err
	}
	err = eachChunk(func(after loyalty.ID) ([]fact, error) {
		rows, err := tx.ActivitiesAfter(shop, after, factChunk)
		facts := make([]fact, len(rows))
		for i, r := range rows {
			facts[i] = fact{id: r.ID, source: ActivitySource(r.Activity.Key)}
		}
		return facts, err
	}, func(facts []fact) error {
		return p.compareFacts(tx, shop, facts, p.entitlementOfActivity, &activities)
	})
	return []Check{sales, activities}, err
}

type fact struct {
	id     loyalty.ID
	source string
}

// eachChunk pages by id until a page is empty.
func eachChunk(page func(after loyalty.ID) ([]fact, error), use func([]fact) error) error {
	var after loyalty.ID
	for {
		facts, err := page(after)
		if err != nil || len(facts) == 0 {
			return err
		}
		if err := use(facts); err != nil {
			return err
		}
		after = facts[len(facts)-1].id
	}
}

// entitlement is what a fact should have in the ledger, by rule.
type entitlement func(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (map[string]loyalty.Points, error)

func (p *Program) compareFacts(tx *store.Tx, shop loyalty.ShopID, facts []fact, entitled entitlement, c *Check) error {
	sources := make([]string, len(facts))
	for i, f := range facts {
		sources[i] = f.source
	}
	posted, err := tx.Posted(shop, sources)
	if err != nil {
		return err
	}
	for _, f := range facts {
		c.Checked++
		want, err := entitled(tx, shop, f.id)
		if err != nil {
			return err
		}
		c.compare(shop, f.source, posted[f.source], want)
	}
	return nil
}

func (c *Check) compare(shop loyalty.ShopID, source string, posted []ledger.Posted, want map[string]loyalty.Points) {
	missing := make(map[string]loyalty.Points, len(want))
	for rule, points := range want {
		missing[rule] = points
	}
	for _, e := range posted {
		missing[e.RuleID] -= e.Points
	}
	for rule, diff := range missing {
		if diff == 0 {
			continue
		}
		if c.Broken++; len(c.Violations) < maxListed {
			c.Violations = append(c.Violations, Violation{Shop: shop, What: source + " " + rule, Have: int64(want[rule] - diff), Want: int64(want[rule])})
		}
	}
}
