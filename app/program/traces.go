package program

import (
	"context"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// How long traces are kept, counted from the booking: somebody who brings friends may
// have ordered long ago, but a network address changes hands within weeks.
const (
	tracesDays   = 400
	networkDays  = 30
	tracesOrders = 200 // of one member are compared, the newest
)

// traceBytes is how long the hash of one sign is: they are only ever compared between
// two people, never searched.
const traceBytes = 8

// comparesPeople says that the shop has something that people of one household could
// take twice, and wants them compared.
func (p *Program) comparesPeople(tx *store.Tx, shop loyalty.Shop, plans *planSet) (bool, error) {
	plan, err := plans.current()
	if err != nil {
		return false, err
	}
	needed := slices.ContainsFunc(plan.Doc.Earning.Rules, func(r earning.Rule) bool {
		return !r.Off && (r.Kind == earning.KindFriend || r.Kind == earning.KindReferrer)
	})
	if !needed {
		partners, err := p.PartnerSettings(tx, shop.ID)
		if err != nil || !partners.On {
			return false, err
		}
	}
	settings, err := p.ReferralSettings(tx, shop.ID)
	return settings.Compare, err
}

// traceSale keeps keyed hashes of what an order shows of its buyer. A later snapshot
// that shows nothing leaves them as they are.
func (b *batch) traceSale(w *bookedSale, holder *loyalty.Member) error {
	if holder == nil || holder.State != loyalty.MemberActive {
		w.row.Traces = nil
		return nil
	}
	if w.sale.Contact.Traces == (earning.Traces{}) {
		return nil
	}
	on, err := b.compares()
	if err != nil || !on {
		return err
	}
	age := b.now - w.row.CreatedAt
	traces := keepTraces(b.p.hashTraces(b.shop.ID, w.sale.Contact.Traces), func(s earning.Sign) bool {
		return age < networkDays*dayMs || age < tracesDays*dayMs && !ofNetwork(s) // those of an old order were forgotten already
	})
	if len(traces) > 0 {
		w.row.Traces = traces
	}
	return nil
}

func keepTraces(packed []byte, keep func(earning.Sign) bool) (kept []byte) {
	eachTrace(packed, func(sign earning.Sign, trace string) {
		if keep(sign) {
			kept = append(kept, trace...)
		}
	})
	return kept
}

// hashTraces packs signs: the letter of each, then its hash under a key that is this
// shop's alone.
func (p *Program) hashTraces(shop loyalty.ShopID, t earning.Traces) []byte {
	var packed []byte
	for _, s := range t.Signs() {
		hash := p.keyedHash("trace:" + shop.String() + ":" + string(rune(s.Sign)) + ":" + s.Text)
		packed = append(append(packed, byte(s.Sign)), hash[:traceBytes]...)
	}
	return packed
}

// eachTrace calls fn for every sign with its hash.
func eachTrace(packed []byte, fn func(sign earning.Sign, trace string)) {
	for ; len(packed) > traceBytes; packed = packed[traceBytes+1:] {
		fn(earning.Sign(packed[0]), string(packed[:traceBytes+1]))
	}
}

// signals names signs to people, the strongest first. A device that is alike says more
// than its network.
var signals = []struct {
	sign earning.Sign
	name string
}{{earning.SignAddress, SignalAddress}, {earning.SignName, SignalName}, {earning.SignPhone, SignalPhone},
	{earning.SignDevice, SignalDevice}, {earning.SignNetwork, SignalNetwork}}

// TraceNames says of what an order's traces are hashes.
func TraceNames(packed []byte) []string {
	names := []string{}
	eachTrace(packed, func(sign earning.Sign, _ string) {
		for _, s := range signals {
			if s.sign == sign {
				names = append(names, s.name)
			}
		}
	})
	return names
}

// alike says in what the orders of two members are alike.
func alike(mine, theirs []store.SaleTraces) (names []string) {
	at := map[string][]int64{}
	for _, order := range mine {
		eachTrace(order.Traces, func(_ earning.Sign, trace string) { at[trace] = append(at[trace], order.PlacedAt) })
	}
	shared := map[earning.Sign]bool{}
	for _, order := range theirs {
		eachTrace(order.Traces, func(sign earning.Sign, trace string) {
			near := func(placed int64) bool { return !ofNetwork(sign) || abs(placed-order.PlacedAt) <= networkDays*dayMs }
			shared[sign] = shared[sign] || slices.ContainsFunc(at[trace], near)
		})
	}
	for _, s := range signals {
		if shared[s.sign] && !(s.sign == earning.SignNetwork && shared[earning.SignDevice]) {
			names = append(names, s.name)
		}
	}
	return names
}

func ofNetwork(s earning.Sign) bool { return s == earning.SignNetwork || s == earning.SignDevice }

func abs(n int64) int64 { return max(n, -n) }

// forgetting is one walk over a shop's orders that leaves less of their traces.
type forgetting struct {
	cursor string
	days   int64
	keep   func(earning.Sign) bool
}

var forgettings = []forgetting{
	{"traces-network", networkDays, func(s earning.Sign) bool { return !ofNetwork(s) }},
	{"traces-old", tracesDays, func(earning.Sign) bool { return false }},
}

// ForgetTraces empties traces that are older than they are needed, and all of them in
// a shop that compares nobody any more. It looks at most at limit orders of each age;
// more says that there are others.
func (p *Program) ForgetTraces(ctx context.Context, shop loyalty.ShopID, limit int) (more bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		more = false
		settings, err := p.ReferralSettings(tx, shop)
		if err != nil {
			return err
		}
		for _, f := range forgettings {
			if !settings.Compare {
				f.days = 0
			}
			n, err := p.forgetSome(tx, shop, f, limit)
			if err != nil {
				return err
			}
			more = more || n == limit
		}
		return nil
	})
	return more, err
}

func (p *Program) forgetSome(tx *store.Tx, shop loyalty.ShopID, f forgetting, limit int) (int, error) {
	cursor, err := tx.LoadCursor(shop, f.cursor)
	if err != nil {
		return 0, err
	}
	after := loyalty.ID(0)
	if cursor.Position != "" {
		if after, err = loyalty.ParseID(cursor.Position); err != nil {
			return 0, err
		}
	}
	page, err := tx.TracesBetween(shop, after, loyalty.IDAt(p.now()-f.days*dayMs), limit)
	if err != nil || len(page) == 0 {
		return 0, err
	}
	var changed []store.SaleTraces
	for _, order := range page {
		if kept := keepTraces(order.Traces, f.keep); len(kept) < len(order.Traces) {
			order.Traces = kept
			changed = append(changed, order)
		}
	}
	if err := tx.SetTraces(shop, changed); err != nil {
		return 0, err
	}
	cursor.Position, cursor.UpdatedAt = page[len(page)-1].SaleID.String(), p.now()
	return len(page), tx.SaveCursor(shop, cursor)
}
