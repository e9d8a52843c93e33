package program

import (
	"fmt"
	"math/big"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// promisedSums is how many points members have of each promise (N-02), and moves
// that are to come.
type promisedSums struct {
	points map[loyalty.RedeemRate]loyalty.Points
	ahead  []store.Promised
}

// promisedFrom begins with what members had at an id.
func promisedFrom(tx *store.Tx, shop loyalty.ShopID, at, end loyalty.ID) (s promisedSums, err error) {
	before, err := tx.SumPromised(shop, at)
	if err != nil {
		return s, err
	}
	s.points = make(map[loyalty.RedeemRate]loyalty.Points, len(before))
	for _, m := range before {
		s.points[m.Rate] = m.Points
	}
	s.ahead, err = tx.PromisedBetween(shop, at, end)
	return s, err
}

// to takes in the moves with ids below end.
func (s *promisedSums) to(end loyalty.ID) {
	n := 0
	for ; n < len(s.ahead) && s.ahead[n].ID < end; n++ {
		s.points[s.ahead[n].Rate] += s.ahead[n].Points
	}
	s.ahead = s.ahead[n:]
}

// worth is what points in all are worth in minor units: each promise by its own
// rate, and the rest (debts, points that were promised nothing) by the given one,
// the exact sum rounded down once. Without a rate the rest is worth nothing.
func (s *promisedSums) worth(all loyalty.Points, rate loyalty.RedeemRate) (int64, error) {
	sum := new(big.Rat)
	add := func(n loyalty.Points, rate loyalty.RedeemRate) {
		if n != 0 && rate.Validate() == nil {
			part := big.NewRat(rate.Minor, int64(rate.PerPoints))
			sum.Add(sum, part.Mul(part, new(big.Rat).SetInt64(int64(n))))
		}
	}
	for promise, n := range s.points {
		if promise.Validate() == nil {
			add(n, promise)
			all -= n
		}
	}
	add(all, rate)
	whole := new(big.Int).Div(sum.Num(), sum.Denom())
	if !whole.IsInt64() {
		return 0, loyalty.Refuse(loyalty.CodeOverflow, "number is too large")
	}
	return whole.Int64(), nil
}

// valueClosings says what the points of each closed day were worth at its end, by
// what they were promised; moves with ids from end on are left out.
func (p *Program) valueClosings(tx *store.Tx, shop loyalty.Shop, c *counter, end loyalty.ID) error {
	if len(c.closed) == 0 {
		return nil
	}
	plans, err := p.plansOf(tx, shop)
	if err != nil {
		return err
	}
	over := func(i int) int64 { return c.closed[i].Day.End(c.zone).UnixMilli() }
	sums, err := promisedFrom(tx, shop.ID, min(end, loyalty.IDAt(over(0))), end)
	if err != nil {
		return err
	}
	for i, closing := range c.closed {
		sums.to(min(end, loyalty.IDAt(over(i))))
		rate, err := plans.rateAt(over(i) - 1)
		if err != nil {
			return err
		}
		if c.closed[i].Minor, err = sums.worth(closing.Points, rate); err != nil {
			return err
		}
	}
	return nil
}

// rateAt is the redeem rate in force at an instant (Unix ms), or the first one.
func (s *planSet) rateAt(at int64) (loyalty.RedeemRate, error) {
	version := s.at(at)
	if version == BeforePlan {
		version = s.versions[0].Version
	}
	plan, err := s.version(version)
	return plan.Doc.Redeem.Rate, err
}

// foldPromised puts one row per day and promise in the place of the moves from an
// id on up to another one.
func foldPromised(tx *store.Tx, shop loyalty.ShopID, first, upto loyalty.ID, zone *time.Location) error {
	moves, err := tx.PromisedBetween(shop, first, upto+1)
	if err != nil {
		return err
	}
	type key struct {
		day  loyalty.LocalDate
		rate loyalty.RedeemRate
	}
	at := map[key]int{}
	var folded []store.Promised
	for _, m := range moves {
		k := key{localDay(m.ID.Millis(), zone), m.Rate}
		i, known := at[k]
		if !known {
			i, at[k] = len(folded), len(folded)
			folded = append(folded, store.Promised{Rate: m.Rate})
		}
		folded[i].ID, folded[i].Points = m.ID, folded[i].Points+m.Points
	}
	if len(folded) == len(moves) {
		return nil
	}
	return tx.ReplacePromised(shop, moves, folded)
}

// mendPromised adds what the moves of promises lack of what lots and holds say.
func (p *Program) mendPromised(tx *store.Tx, shop loyalty.ShopID) error {
	wrong, err := tx.DriftedPromises(shop)
	if err != nil || len(wrong) == 0 {
		return err
	}
	id := p.IDs.Next()
	moves := make([]store.Promised, len(wrong))
	for i, d := range wrong {
		moves[i] = store.Promised{ID: id, Rate: d.Rate, Points: d.Want - d.Have}
	}
	return tx.InsertPromised(shop, moves)
}

// farID is above every id.
const farID = loyalty.ID(1<<63 - 1)

// checkPromised compares the moves of promises with what lots and holds say.
func (p *Program) checkPromised(tx *store.Tx, shop loyalty.ShopID) (Check, error) {
	c := Check{Number: 1, Name: "the points of each promise are those of its lots", Checked: 1}
	wrong, err := tx.DriftedPromises(shop)
	for _, d := range wrong {
		c.same(shop, fmt.Sprintf("points promised at %d per %d", d.Rate.Minor, d.Rate.PerPoints), int64(d.Have), int64(d.Want))
	}
	return c, err
}
