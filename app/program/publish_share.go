package program

import (
	"encoding/json"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// shareSales is how many of the newest sales say which part of a price is net.
const shareSales = 50

// priceShare says what part of the prices on the shop's pages is net of VAT,
// measured from what was sold lately. Without a sale nobody knows: then it is all
// of it, which is said to be about so much, because a promise must not be broken.
type priceShare struct {
	withTax bool // the pages' prices contain VAT
	net     loyalty.Ratio
	mean    bool // lines differ: net is a mean
}

// without is the part that counts for a basis net of VAT.
func (s priceShare) without() (loyalty.Ratio, bool) {
	if !s.withTax || s.net == (loyalty.Ratio{}) {
		return loyalty.Ratio{Num: 1, Den: 1}, s.withTax
	}
	return s.net, s.mean
}

// with is the part that counts for a basis with VAT: more than the price where
// prices are shown without it.
func (s priceShare) with() (loyalty.Ratio, bool) {
	if s.withTax || s.net == (loyalty.Ratio{}) {
		return loyalty.Ratio{Num: 1, Den: 1}, !s.withTax
	}
	return loyalty.Ratio{Num: s.net.Den, Den: s.net.Num}, s.mean
}

// priceShareOf measures the newest sales.
func (p *Program) priceShareOf(tx *store.Tx, shop loyalty.Shop, pricesWithTax bool) (priceShare, error) {
	share := priceShare{withTax: pricesWithTax}
	rows, err := tx.SalesPage(shop.ID, nil, shareSales)
	if err != nil {
		return share, err
	}
	var ids []loyalty.ID
	for _, r := range rows {
		if r.Currency == shop.Currency {
			ids = append(ids, r.ID)
		}
	}
	bodies, err := tx.SaleBodies(shop.ID, ids)
	if err != nil {
		return share, err
	}
	var lines []earning.Amount
	for _, id := range ids {
		var sale earning.Sale
		if err := json.Unmarshal(bodies[id], &sale); err != nil {
			return share, err
		}
		for _, l := range sale.Lines {
			if !l.GiftCard && l.Net > 0 && l.Tax >= 0 {
				lines = append(lines, earning.Amount{Net: l.Net, Tax: l.Tax})
			}
		}
	}
	share.net, share.mean = netShare(lines)
	return share, nil
}

// netShare is net to gross over the lines. One rate of VAT in steps of half a
// percent is found exactly, in spite of each line's rounding; several give a mean.
func netShare(lines []earning.Amount) (share loyalty.Ratio, mean bool) {
	var net, gross int64
	for _, l := range lines {
		if gross+l.Net+l.Tax > loyalty.MaxMinor/shareScale {
			break
		}
		net, gross = net+l.Net, gross+l.Net+l.Tax
	}
	if gross == 0 {
		return loyalty.Ratio{}, false
	}
	step := (200*(gross-net)*2 + net) / (2 * net) // VAT in half percents, rounded
	share = loyalty.Ratio{Num: 200, Den: 200 + step}
	for _, l := range lines {
		if off := l.Net*share.Den - (l.Net+l.Tax)*share.Num; off > share.Den || -off > share.Den {
			return lowest(net*shareScale/gross, shareScale), true
		}
	}
	return lowest(share.Num, share.Den), false
}

const shareScale = 100_000

func lowest(num, den int64) loyalty.Ratio {
	return loyalty.Ratio{Num: 1, Den: 1}.Times(loyalty.Ratio{Num: num, Den: den})
}
