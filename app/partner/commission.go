package partner

import (
	"math/bits"

	"zugabe/app/loyalty"
)

// MaxLevels is how many levels a shop may pay for.
const MaxLevels = 10

// wholeBP is 100 % in basis points.
const wholeBP = 10_000

// Goods is what an order's goods came to, net after discounts, and what of it went
// back. All in minor units.
type Goods struct {
	Lines []GoodsLine
	Total int64 // gross, as charged
	// Unlined is the gross amount that went back without saying for which lines.
	Unlined int64
}

// GoodsLine is one line: what it cost net, and what of it was refunded net.
type GoodsLine struct {
	Net, Back int64
	GiftCard  bool // buying one is no sale of goods
}

// Base is on what commissions are paid: net goods less what went back. A refund
// without lines takes the part of the whole that it is of the total, exactly all of
// it when all went back (B4). Never negative.
func (g Goods) Base() int64 {
	var net int64
	for _, l := range g.Lines {
		if !l.GiftCard {
			net += l.Net - min(max(l.Back, 0), max(l.Net, 0))
		}
	}
	net = max(net, 0)
	if g.Unlined <= 0 || net == 0 {
		return net
	}
	if g.Total <= 0 || g.Unlined >= g.Total {
		return 0
	}
	return net - share(net, g.Unlined, g.Total)
}

// Commission is what a rate in basis points makes of a base: rounded down once.
func Commission(base, rateBP int64) int64 { return share(base, rateBP, wholeBP) }

// share is n·part/whole for 0 ≤ part ≤ whole, rounded down, without overflow.
func share(n, part, whole int64) int64 {
	if n <= 0 || part <= 0 || whole <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(n), uint64(min(part, whole)))
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}

// Payee is a partner who gets a part of an order.
type Payee struct {
	PartnerID loyalty.ID
	Level     int64 // 1 = the buyer is in the first line
	RateBP    int64
}

// Payees are who is paid for an order that belongs to the partner at the end of a
// path: that one by the first rate, the one above by the second and so on. Levels
// without a rate are left out.
func Payees(partner loyalty.ID, path string, ratesBP []int64) []Payee {
	var list []Payee
	for i, id := range append([]loyalty.ID{partner}, Above(path, len(ratesBP))...) {
		if i < len(ratesBP) && ratesBP[i] > 0 {
			list = append(list, Payee{PartnerID: id, Level: int64(i + 1), RateBP: ratesBP[i]})
		}
	}
	return list
}
