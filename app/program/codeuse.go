package program

import (
	"cmp"
	"maps"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// saleCodes are our codes that a batch of sales carries now or carried before,
// with the redemptions behind them. Made by codeAccounts before the accounts
// are locked; settleCodes reads again after.
type saleCodes struct {
	folded      map[string]store.Code // the codes carried now
	byID        map[loyalty.ID]store.Code
	redemptions map[loyalty.ID]reward.Redemption // by code
	uses        map[string][]store.CodeUse       // by sale
}

// accounts are the accounts to lock together with those of the sales.
func (c saleCodes) accounts() []loyalty.ID {
	var ids []loyalty.ID
	for _, r := range c.redemptions {
		ids = append(ids, r.AccountID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// codeAccounts finds our codes among those that the sales carry or carried at
// an earlier version: at most four statements whatever the number of sales,
// one for sales that are new and carry no code.
func (p *Program) codeAccounts(tx *store.Tx, shop loyalty.ShopID, sales []earning.Sale) (saleCodes, error) {
	found := saleCodes{byID: map[loyalty.ID]store.Code{}}
	var folded, keys []string
	for _, s := range sales {
		keys = append(keys, s.Key)
		for _, used := range s.Codes {
			folded = append(folded, voucher.Fold(used.Code))
		}
	}
	var err error
	if found.uses, err = tx.CodeUsesBySale(shop, keys); err != nil {
		return found, err
	}
	if found.folded, err = tx.CodesByFolded(shop, folded); err != nil {
		return found, err
	}
	for _, c := range found.folded {
		found.byID[c.ID] = c
	}
	var dropped []loyalty.ID
	for _, uses := range found.uses {
		for _, u := range uses {
			if _, known := found.byID[u.CodeID]; !known {
				dropped = append(dropped, u.CodeID)
			}
		}
	}
	earlier, err := tx.CodesByID(shop, dropped)
	if err != nil {
		return found, err
	}
	maps.Copy(found.byID, earlier)
	found.redemptions, err = tx.RedemptionsByCode(shop, found.ids())
	return found, err
}

func (c saleCodes) ids() []loyalty.ID { return slices.Sorted(maps.Keys(c.byID)) }

// settleCodes brings uses, redemptions and points of the batch's codes to where
// the sales say they belong. It runs after the accounts are locked, once per
// batch; books are by account and contain those of codes.accounts() with their
// lots. used is how many redeemed points each sale has consumed, by sale key.
//
// What a redemption costs is a function of its sale as it is now, and only the
// difference is posted: a cancelled order gives the points back once, a paid
// one takes them again, in whatever order the news comes (A-17, B12, G5).
func (p *Program) settleCodes(tx *store.Tx, shop loyalty.Shop, codes saleCodes, sales []earning.Sale, books map[loyalty.ID]*ledger.Book) (used map[string]loyalty.Points, err error) {
	used = map[string]loyalty.Points{}
	if len(codes.byID) == 0 {
		return used, nil
	}
	desk := &codeDesk{Program: p, tx: tx, shop: shop, books: books, uses: codes.uses, moved: map[loyalty.ID]int64{}}
	if err := desk.read(codes); err != nil {
		return nil, err
	}
	for _, sale := range sales {
		if used[sale.Key], err = desk.settle(sale, codes); err != nil {
			return nil, err
		}
	}
	return used, desk.write()
}

// codeDesk settles the codes of one batch with everything read under the lock.
type codeDesk struct {
	*Program
	tx          *store.Tx
	shop        loyalty.Shop
	books       map[loyalty.ID]*ledger.Book
	codes       map[loyalty.ID]store.Code
	redemptions map[loyalty.ID]reward.Redemption
	uses        map[string][]store.CodeUse
	posted      map[string]map[string]int64
	// What the batch does to codes without a limit is written at its end, in two
	// statements: everybody's orders may carry the same one, and other workers
	// wait for its row until COMMIT.
	seen  []store.CodeUse
	moved map[loyalty.ID]int64
}

func (d *codeDesk) read(found saleCodes) (err error) {
	if d.codes, err = d.tx.CodesByID(d.shop.ID, found.ids()); err != nil {
		return err
	}
	if d.redemptions, err = d.tx.RedemptionsByCode(d.shop.ID, found.ids()); err != nil {
		return err
	}
	var sources []string
	for _, r := range d.redemptions {
		sources = append(sources, redemptionSource(r.ID))
	}
	d.posted, err = d.tx.RedemptionEntries(d.shop.ID, sources)
	return err
}

func redemptionSource(id loyalty.ID) string { return "redemption:" + id.String() }

// settle handles one sale: the codes it carries, and those that it dropped. Codes
// of templates are settled by voucherDesk.
func (d *codeDesk) settle(sale earning.Sale, found saleCodes) (used loyalty.Points, err error) {
	if sale.Status == earning.SaleDraft {
		return 0, nil
	}
	minors := map[loyalty.ID]int64{}
	for _, c := range sale.Codes {
		if code, ours := found.folded[voucher.Fold(c.Code)]; ours && code.TemplateID == 0 {
			minors[code.ID] += c.Minor
		}
	}
	standing := map[loyalty.ID]store.CodeUse{}
	for _, u := range d.uses[sale.Key] {
		if u.TemplateID == 0 {
			standing[u.CodeID] = u
		}
	}
	touched := slices.SortedFunc(maps.Keys(minors), cmp.Compare)
	for id := range standing {
		if _, carried := minors[id]; !carried {
			touched = append(touched, id)
		}
	}
	for _, id := range touched {
		kept, err := d.settleOne(sale, id, minors, standing)
		if err != nil {
			return 0, err
		}
		used += kept
	}
	return used, nil
}

func (d *codeDesk) settleOne(sale earning.Sale, id loyalty.ID, minors map[loyalty.ID]int64, standing map[loyalty.ID]store.CodeUse) (loyalty.Points, error) {
	minor, carried := minors[id]
	live := carried && sale.Status != earning.SaleCancelled
	state, err := d.countUse(sale, d.codes[id], store.CodeUse{CodeID: id, SaleKey: sale.Key, Minor: minor, State: standing[id].State}, live)
	if err != nil {
		return 0, err
	}
	red, ours := d.redemptions[id]
	elsewhere := red.SaleKey != "" && red.SaleKey != sale.Key
	if !ours || state == store.UseExtra || (elsewhere && !live) {
		return 0, nil
	}
	return d.settleRedemption(sale, red, carried, live)
}

// countUse brings the row of a code in a sale, and the code's counter, to where
// they belong. The counter only moves together with a row (G4).
func (d *codeDesk) countUse(sale earning.Sale, code store.Code, use store.CodeUse, live bool) (store.UseState, error) {
	was := use.State
	switch {
	case live && was == store.UseCounts, !live && was == store.UseReturned:
		return was, nil
	case live:
		ok, err := d.takeUse(code)
		if err != nil {
			return "", err
		}
		use.State = store.UseCounts
		if !ok {
			use.State = store.UseExtra
		}
		if !ok && was != store.UseExtra {
			if err := d.flag("code.overused", code.ID, sale.Key); err != nil {
				return "", err
			}
		}
	default:
		use.State = store.UseReturned
		if was == store.UseCounts {
			if err := d.returnUse(code); err != nil {
				return "", err
			}
		}
	}
	return use.State, d.writeUse(sale, code, use, was)
}

func (d *codeDesk) writeUse(sale earning.Sale, code store.Code, use store.CodeUse, was store.UseState) error {
	if use.State == was {
		return nil
	}
	if was != "" {
		return d.tx.SetCodeUse(d.shop.ID, use)
	}
	use.MemberID, use.UsedAt = code.MemberID, sale.PlacedAt
	d.seen = append(d.seen, use)
	return nil
}

func (d *codeDesk) takeUse(code store.Code) (ok bool, err error) {
	if code.MaxUses == 0 {
		d.moved[code.ID]++
		return true, nil
	}
	return d.tx.CountCodeUse(d.shop.ID, code.ID, d.now())
}

func (d *codeDesk) returnUse(code store.Code) error {
	if code.MaxUses == 0 {
		d.moved[code.ID]--
		return nil
	}
	return d.tx.ReturnCodeUse(d.shop.ID, code.ID, d.now())
}

// write stores the uses that are new, and then the counters that many wait for.
func (d *codeDesk) write() error {
	if err := d.tx.InsertCodeUses(d.shop.ID, d.seen...); err != nil {
		return err
	}
	maps.DeleteFunc(d.moved, func(_ loyalty.ID, by int64) bool { return by == 0 })
	n, err := d.tx.MoveCodeUses(d.shop.ID, d.moved, d.now())
	if err == nil && n != int64(len(d.moved)) {
		err = errRaced // a code was given a limit since we read it
	}
	return err
}

// flag leaves a note for the merchant on what should not have happened (G17).
func (d *codeDesk) flag(action string, code loyalty.ID, saleKey string) error {
	return d.audit(d.tx, d.shop.ID, deed{by: ledger.ActorSystem, did: action, to: "code:" + code.String(), after: map[string]string{"sale": saleKey}})
}
