package program

import (
	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// settleRedemption moves a redemption to where its sale puts it and posts the
// difference. It returns how many points the sale has consumed.
func (d *codeDesk) settleRedemption(sale earning.Sale, red reward.Redemption, carried, live bool) (loyalty.Points, error) {
	book, locked := d.books[red.AccountID]
	if !locked {
		return 0, errRaced // its member was merged since we looked
	}
	was := red
	if err := d.prove(book, &red, sale, live); err != nil {
		return 0, err
	}
	back, err := d.belongsBack(sale, red, carried)
	if err != nil {
		return 0, err
	}
	if err := d.moveReturned(book, &red, back, sale); err != nil {
		return 0, err
	}
	red.State, red.Reason, red.SaleKey = reward.Used, "", sale.Key
	if back == red.Points {
		red.State, red.Reason = reward.Returned, WhyReturned
	}
	d.redemptions[red.CodeID] = red
	return red.Points - back, d.save(red, was, live)
}

// prove treats the order as the host's word that the code exists: what is still
// held is burned before the create call was even answered, and a code that we
// believed dead is paid for again, by debt if need be (G17).
func (d *codeDesk) prove(book *ledger.Book, red *reward.Redemption, sale earning.Sale, live bool) error {
	line := d.line(*red, ledger.RuleBurn, sale)
	switch {
	case red.State == reward.Pending:
		hold, found, err := d.tx.LoadHold(d.shop.ID, red.HoldID)
		if err != nil {
			return err
		}
		if !found {
			return loyalty.NotFound("hold")
		}
		d.count(*red, ledger.RuleBurn)
		return book.BurnHold(hold, line)
	case red.State == reward.Void:
		line.Points = red.Points
		d.count(*red, ledger.RuleBurn)
		if err := book.Spend(ledger.SpendReq{Line: line, AllowDebt: true}); err != nil {
			return err
		}
		return d.flag("code.used_after_void", red.CodeID, sale.Key)
	case red.State == reward.Returned && live && red.SaleKey != sale.Key:
		return d.flag("code.used_after_return", red.CodeID, sale.Key)
	}
	return nil
}

// belongsBack is the target: how many of the redemption's points the member
// should have back while the sale is as it is, by the plan version under which
// the points were redeemed.
func (d *codeDesk) belongsBack(sale earning.Sale, red reward.Redemption, carried bool) (loyalty.Points, error) {
	plan, err := d.PlanVersion(d.tx, d.shop, red.PlanVersion)
	if err != nil {
		return 0, err
	}
	policy := reward.ReturnPolicy{Keep: plan.Doc.Refunds.KeepUsedPoints, Proportional: plan.Doc.Refunds.Proportional}
	if !carried {
		return red.Points, nil // the order no longer has the code: it paid for nothing
	}
	if sale.Status == earning.SaleCancelled {
		return reward.ReturnAll(red, policy), nil
	}
	var refunded int64
	for _, r := range sale.Refunds {
		refunded += r.Gross
	}
	return reward.ReturnPoints(red, sale.Total, refunded, policy), nil
}

// moveReturned posts the difference between what was given back and what should be.
func (d *codeDesk) moveReturned(book *ledger.Book, red *reward.Redemption, back loyalty.Points, sale earning.Sale) error {
	defer func() { red.Returned = back }()
	switch {
	case back > red.Returned:
		return d.giveBack(book, *red, back-red.Returned, d.line(*red, ledger.RuleRelease, sale))
	case back < red.Returned:
		line := d.line(*red, ledger.RuleBurn, sale)
		line.Points = red.Returned - back
		d.count(*red, ledger.RuleBurn)
		return book.Spend(ledger.SpendReq{Line: line, AllowDebt: true})
	}
	return nil
}

func (d *codeDesk) giveBack(book *ledger.Book, red reward.Redemption, n loyalty.Points, line ledger.Line) error {
	hold, found, err := d.tx.LoadHold(d.shop.ID, red.HoldID)
	if err != nil {
		return err
	}
	if !found {
		return loyalty.NotFound("hold")
	}
	grace, err := d.graceUntil(d.tx, d.shop, red.PlanVersion)
	if err != nil {
		return err
	}
	line.Points = n
	d.count(red, ledger.RuleRelease)
	return book.Return(ledger.ReturnReq{Line: line, Hold: hold, Already: red.Returned, GraceUntil: grace})
}

// line is the next entry of the redemption under the rule.
func (d *codeDesk) line(red reward.Redemption, rule string, sale earning.Sale) ledger.Line {
	source := redemptionSource(red.ID)
	return ledger.Line{
		Source: source, RuleID: rule, Seq: d.posted[source][rule], PlanVersion: red.PlanVersion,
		Actor: ledger.ActorSystem, Note: "order " + sale.Number, OccurredAt: max(sale.UpdatedAt, red.CreatedAt),
	}
}

// count notes that an entry is about to be posted, for the next sequence number.
func (d *codeDesk) count(red reward.Redemption, rule string) {
	source := redemptionSource(red.ID)
	if d.posted[source] == nil {
		d.posted[source] = map[string]int64{}
	}
	d.posted[source][rule]++
}

// save writes the redemption and its code. A code whose order was cancelled is
// made unusable at the host, because some hosts make it usable again by
// themselves (WooCommerce does).
func (d *codeDesk) save(red, was reward.Redemption, live bool) error {
	state := voucher.Used
	if !live {
		state = voucher.Void
	}
	code := d.codes[red.CodeID]
	if red.State != was.State || red.Returned != was.Returned || red.SaleKey != was.SaleKey {
		red.UpdatedAt = d.now()
		if ok, err := d.tx.SaveRedemption(d.shop.ID, red, was.State); err != nil || !ok {
			return orConflict(err, "the redemption was changed by somebody else")
		}
	}
	if code.State == state {
		return nil
	}
	code.State = state
	d.codes[red.CodeID] = code
	if !live {
		if err := d.oweDisable(d.tx, d.shop.ID, red, ledger.ActorSystem, WhyReturned); err != nil {
			return err
		}
	}
	return d.tx.SetCodeState(d.shop.ID, red.CodeID, state, "", d.now())
}

// graceUntil is how long returned points live at least (F4).
func (p *Program) graceUntil(tx *store.Tx, shop loyalty.Shop, version int64) (int64, error) {
	plan, err := p.PlanVersion(tx, shop, version)
	if err != nil {
		return 0, err
	}
	return p.now() + int64(plan.Doc.Expiry.GraceDays)*dayMs, nil
}
