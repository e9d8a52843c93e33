package program

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// write stores everything. Counters that many orders wait for come last.
func (d *voucherDesk) write() error {
	shop := d.shop.ID
	if err := d.tx.ForgetUses(shop, d.forgotten); err != nil {
		return err
	}
	if err := d.tx.DropCodeUses(shop, d.dropped); err != nil {
		return err
	}
	if err := d.tx.InsertCodeUses(shop, d.written...); err != nil {
		return err
	}
	if err := d.tx.InsertVoucherPersons(shop, d.numbered); err != nil {
		return err
	}
	if err := d.tx.InsertNewCustomerClaims(shop, d.claimed); err != nil {
		return err
	}
	if err := d.writeRests(); err != nil {
		return err
	}
	if err := d.tx.InsertAudit(shop, d.notes); err != nil {
		return err
	}
	return d.writeCounters()
}

func (d *voucherDesk) writeCounters() error {
	maps.DeleteFunc(d.uses, func(_ loyalty.ID, by int64) bool { return by == 0 })
	maps.DeleteFunc(d.moves, func(_ loyalty.ID, by store.CounterMove) bool { return by == store.CounterMove{} })
	if err := d.letAgain(); err != nil {
		return err
	}
	byState := map[voucher.State][]loyalty.ID{}
	for _, id := range slices.Sorted(maps.Keys(d.states)) {
		byState[d.states[id]] = append(byState[d.states[id]], id)
	}
	for _, move := range []struct{ from, to voucher.State }{{voucher.Active, voucher.Used}, {voucher.Pending, voucher.Used}, {voucher.Used, voucher.Active}} {
		if err := d.tx.MoveCodes(d.shop.ID, byState[move.to], move.from, move.to, d.now); err != nil {
			return err
		}
	}
	moved, err := d.tx.MoveCodeCounters(d.shop.ID, d.uses, d.now)
	if err != nil || moved != int64(len(d.uses)) {
		return cmp.Or(err, errRaced) // a code was given another limit since we read it
	}
	moved, err = d.tx.MoveTemplateTotals(d.shop.ID, d.moves)
	if err != nil || moved != int64(len(d.moves)) {
		return cmp.Or(err, errRaced)
	}
	return nil
}

func (d *voucherDesk) writeRests() error {
	if err := d.tx.InsertCodes(d.shop.ID, d.rests); err != nil {
		return err
	}
	for _, from := range []voucher.State{voucher.Pending, voucher.Active} {
		if err := d.tx.MoveCodes(d.shop.ID, d.endRests, from, voucher.Void, d.now); err != nil {
			return err
		}
	}
	return d.p.oweMirror(d.tx, d.shop.ID, append(codeIDs(d.rests), d.endRests...))
}

func codeIDs(codes []store.Code) []loyalty.ID {
	ids := make([]loyalty.ID, len(codes))
	for i, c := range codes {
		ids[i] = c.ID
	}
	return ids
}

func jsonOf(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil // numbers and texts only
	}
	return raw
}

func withCodes(c voucher.Cart, others []voucher.AppliedCode) voucher.Cart {
	c.Codes = others
	return c
}

// freeNumber is the lowest number that no use of the person has.
func freeNumber(uses []store.VoucherPerson) int64 {
	for n := int64(1); ; n++ {
		if !slices.ContainsFunc(uses, func(u store.VoucherPerson) bool { return u.Number == n }) {
			return n
		}
	}
}
