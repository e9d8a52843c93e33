package bench

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync/atomic"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

const (
	fewCodes   = 1_000
	seekers    = 4   // who look codes up at once
	bareBatch  = 200 // uses in one transaction of the yardstick, as many as a full batch of orders
	fillCodes  = 5_000
	voucherTen = 10
)

// codes: what a voucher costs where it is looked up, decided about and redeemed.
func codes(ctx context.Context, l *lab) ([]Row, error) {
	small, err := openLab(ctx, l.cfg, l.server, "codes_few")
	if err != nil {
		return nil, err
	}
	defer small.close()
	many := l.cfg.Entries
	for lab, n := range map[*lab]int{l: many, small: fewCodes} {
		v, err := lab.voucher(ctx)
		if err != nil {
			return nil, err
		}
		if err := lab.fillCodes(ctx, v, n); err != nil {
			return nil, err
		}
	}
	look := func(lab *lab, n int) func(context.Context, int) (figure, error) {
		return func(ctx context.Context, _ int) (figure, error) {
			return lab.timed(ctx, seekers, func() error { return lab.try(ctx, rand.IntN(n)) })
		}
	}
	if _, err := look(l, many)(ctx, 0); err != nil { // warms up
		return nil, err
	}
	if _, err := look(small, fewCodes)(ctx, 0); err != nil {
		return nil, err
	}
	c, err := compare(ctx, l.cfg.Rounds, side{"many codes", look(l, many)}, side{"few codes", look(small, fewCodes)})
	if err != nil {
		return nil, err
	}
	// At most 1.2 times as long is at least 1/1.2 of the rate.
	rows := []Row{c.versus(fmt.Sprintf("look-up and decision with %d codes in the shop : with %d", many, fewCodes), 0, 1, 0.83)}
	more, err := l.redeemCodes(ctx)
	return append(rows, more...), err
}

func (l *lab) voucher(ctx context.Context) (program.Voucher, error) {
	doc := voucher.Template{Name: "Bench", Kind: voucher.Percent, Percent: voucherTen, What: voucher.Articles{SaleItems: true}}
	v, err := l.program.CreateVoucher(ctx, "bench", l.shop, doc)
	if err != nil {
		return v, err
	}
	return l.program.SetVoucherState(ctx, "bench", l.shop, v.Row.ID, voucher.TemplateActive)
}

func filledCode(n int) string { return "FILL-" + strconv.Itoa(n) }

func (l *lab) fillCodes(ctx context.Context, v program.Voucher, n int) error {
	for from := 0; from < n; from += fillCodes {
		var list []store.Code
		for i := from; i < min(n, from+fillCodes); i++ {
			list = append(list, l.voucherCode(v, filledCode(i)))
		}
		if err := l.store.Write(ctx, func(tx *store.Tx) error { return tx.InsertCodes(l.shop.ID, list) }); err != nil {
			return err
		}
	}
	return nil
}

func (l *lab) voucherCode(v program.Voucher, text string) store.Code {
	now := loyalty.NowMs(l.clock)
	return store.Code{ID: l.ids.Next(), Code: text, Folded: voucher.Fold(text), Origin: program.OriginAdmin, State: voucher.Active, StartsAt: 1, CreatedAt: now,
		Spec: voucher.Spec{Kind: voucher.Percent, Percent: voucherTen, Currency: "EUR", Title: "Bench", StartsAt: 1}, TemplateID: v.Row.ID, TemplateVersion: 1}
}

// try looks a code up and decides over a cart of three lines.
func (l *lab) try(ctx context.Context, n int) error {
	cart := voucher.Cart{Currency: "EUR", Lines: []voucher.CartLine{{Key: "1", ProductKey: "a", Quantity: 1, Gross: 2_000, TaxBP: 1900},
		{Key: "2", ProductKey: "b", Quantity: 2, Gross: 3_000, TaxBP: 700}, {Key: "3", ProductKey: "c", Quantity: 1, Gross: 900, TaxBP: 1900}}}
	t, err := l.program.TryVoucher(ctx, l.shop, program.TryRequest{Code: filledCode(n), Cart: cart})
	if err == nil && !t.Decision.OK {
		err = fmt.Errorf("code %d is refused: %+v", n, t.Decision.Why)
	}
	return err
}

// redeemCodes books orders that carry a voucher's code: each its own, all the same
// one, and none that we know. What a code of its own adds to an order is compared
// with the two statements that every redemption needs.
func (l *lab) redeemCodes(ctx context.Context) ([]Row, error) {
	v, err := l.voucher(ctx)
	if err != nil {
		return nil, err
	}
	n := l.cfg.Orders / 2
	made := make([]store.Code, n*(l.cfg.Rounds+1)+1)
	for i := range made {
		made[i] = l.voucherCode(v, "")
		made[i].Code, made[i].Folded = codeText(made[i].ID), voucher.Fold(codeText(made[i].ID))
	}
	if err := l.store.Write(ctx, func(tx *store.Tx) error { return tx.InsertCodes(l.shop.ID, made) }); err != nil {
		return nil, err
	}
	next := 0
	book := func(code func(int64) loyalty.ID) func(context.Context, int) (figure, error) {
		return func(ctx context.Context, _ int) (figure, error) {
			if err := l.deliverWith(ctx, n, code); err != nil {
				return figure{}, err
			}
			return l.book(ctx)
		}
	}
	own := book(func(int64) loyalty.ID {
		next++
		return made[next].ID
	})
	hot, none := book(func(int64) loyalty.ID { return made[0].ID }), book(func(int64) loyalty.ID { return 1 })
	if _, err := own(ctx, 0); err != nil { // warms up
		return nil, err
	}
	bare, err := l.bareCodesToUse(ctx, 2*n*l.cfg.Rounds)
	if err != nil {
		return nil, err
	}
	single := func(ctx context.Context, round int) (figure, error) {
		return l.bareUses(ctx, bare[round*n:(round+1)*n], 1)
	}
	batched := func(ctx context.Context, round int) (figure, error) {
		return l.bareUses(ctx, bare[(l.cfg.Rounds+round)*n:(l.cfg.Rounds+round+1)*n], bareBatch)
	}
	c, err := compare(ctx, l.cfg.Rounds, side{"own codes", own}, side{"one hot voucher", hot}, side{"no voucher", none}, side{"bare", single}, side{"bare, batched", batched})
	if err != nil {
		return nil, err
	}
	single3, batched4 := c.addedBy(0, 2, 3), c.addedBy(0, 2, 4)
	return []Row{
		{What: "redemption of distinct codes, as what it adds to an order : conditional UPDATE and INSERT", Value: single3, Target: 0.60, Unit: " ×",
			App: perSecond(single3 * c.rate(3)), Yard: perSecond(c.rate(3))},
		{What: "the same : conditional UPDATE and INSERT, 200 to a transaction", Value: batched4, Unit: " ×", App: perSecond(batched4 * c.rate(4)), Yard: perSecond(c.rate(4))},
		c.versus("orders with one hot standing voucher : with a code of their own each", 1, 0, 0.50),
		{What: "orders without a voucher that we know", App: perSecond(c.rate(2)), Yard: "–", Value: c.rate(2)},
	}, nil
}

// addedBy is the rate of what side a does beyond side without, by the rate of a
// yardstick: the median over the rounds.
func (c *contest) addedBy(a, without, yard int) float64 {
	var ratios []float64
	for r := range c.figures[a] {
		// Seconds for each piece of work; what is not to be measured counts as a tenth of a microsecond.
		adds := max(1/c.figures[a][r].rate()-1/c.figures[without][r].rate(), 1e-7)
		ratios = append(ratios, min(1/adds/c.figures[yard][r].rate(), 10))
	}
	return median(ratios)
}

// bareCodesToUse makes codes for the yardstick.
func (l *lab) bareCodesToUse(ctx context.Context, n int) ([]int64, error) {
	ids := make([]int64, n)
	return ids, l.inTx(ctx, func(tx *sql.Tx) error {
		for i := range ids {
			ids[i] = int64(l.ids.Next())
			key := strconv.FormatInt(ids[i], 10)
			_, err := tx.ExecContext(ctx, "INSERT INTO codes (shop_id, id, code, folded, origin, member_id, state, spec, host_ref, max_uses, uses, starts_at, expires_at, created_at, updated_at) "+
				"VALUES (?, ?, ?, ?, 'bare', 0, 'active', '{}', '', 1, 0, 1, 0, 1, 1)", rawShop, ids[i], key, key)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// bareUses redeems codes with the two statements that every redemption needs, so many
// in one transaction, by as many connections as the engine has writers.
func (l *lab) bareUses(ctx context.Context, ids []int64, atOnce int) (figure, error) {
	var next atomic.Int64
	start := wall.Now()
	f, err := crew(l.writers(redeemers), func(int) (f figure, err error) {
		for {
			to := int(next.Add(int64(atOnce)))
			if to-atOnce >= len(ids) {
				return f, nil
			}
			part := ids[to-atOnce : min(to, len(ids))]
			if err := l.inTx(ctx, func(tx *sql.Tx) error { return bareUse(ctx, tx, part) }); err != nil {
				return f, err
			}
			f.n += int64(len(part))
		}
	})
	f.took = since(start)
	return f, err
}

func bareUse(ctx context.Context, tx *sql.Tx, ids []int64) error {
	for _, id := range ids {
		err := execAll(ctx, tx, []statement{
			{"UPDATE codes SET uses = uses + 1, updated_at = 1 WHERE shop_id = ? AND id = ? AND (max_uses = 0 OR uses < max_uses)", []any{rawShop, id}},
			{"INSERT INTO code_uses (shop_id, code_id, sale_key, member_id, minor, state, used_at) VALUES (?, ?, ?, 0, 100, 'used', 1)", []any{rawShop, id, "bare-" + strconv.FormatInt(id, 10)}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
