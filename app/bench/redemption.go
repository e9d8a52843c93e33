package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

const (
	redeemMembers = 4_000
	redeemCredits = 20 // of 100 points: as many redemptions
	redeemers     = 16
	codeOrders    = 3_200 // a round, with a code each: one full batch for each lane
	crowd         = 1_000 // who want the last use of a code at once
)

// redemption: hold, code and job in one durable transaction; and what codes
// stand when everybody uses the same one.
func redemption(ctx context.Context, l *lab) ([]Row, error) {
	for _, shop := range []int64{int64(l.shop.ID), rawShop} {
		if err := l.settle(ctx, population{shop: shop, members: redeemMembers, perMember: redeemCredits, expiresAt: never}); err != nil {
			return nil, err
		}
	}
	var pressed, written atomic.Int64
	c, err := compare(ctx, l.cfg.Rounds,
		side{"app", func(ctx context.Context, _ int) (figure, error) {
			return l.timed(ctx, redeemers, func() error { return l.press(ctx, pressed.Add(1)) })
		}},
		side{"bare transaction", func(ctx context.Context, _ int) (figure, error) {
			return l.timed(ctx, l.writers(redeemers), func() error { return l.bareRedemption(ctx, written.Add(1)) })
		}},
	)
	if err != nil {
		return nil, err
	}
	rows := []Row{c.versus("bare transaction with the same statements", 0, 1, 0.60)}
	hot, err := l.hotCode(ctx)
	return append(rows, hot...), err
}

// timed lets n workers do one thing again and again for a slice.
func (l *lab) timed(ctx context.Context, n int, once func() error) (figure, error) {
	end := wall.Now().Add(l.cfg.Slice)
	return crew(n, func(int) (f figure, err error) {
		for wall.Now().Before(end) && ctx.Err() == nil {
			start := wall.Now()
			if err := once(); err != nil {
				return f, err
			}
			f.n++
			f.waits = append(f.waits, since(start))
		}
		return f, ctx.Err()
	})
}

func (l *lab) press(ctx context.Context, n int64) error {
	member := int(n) % redeemMembers
	if n >= redeemMembers*redeemCredits {
		return fmt.Errorf("the members of the bench have no points left after %d redemptions", n)
	}
	_, err := l.program.StartRedemption(ctx, "shopper:bench", l.shop, memberID(member),
		program.RedeemRequest{Points: creditSize, ClientKey: "press-" + strconv.FormatInt(n, 10)})
	return err
}

// hotCode compares booking orders that all carry one code with orders that carry
// a code for each lane, which no other worker touches; and lets a crowd want
// the last use of a code at once.
func (l *lab) hotCode(ctx context.Context) ([]Row, error) {
	codes, err := l.makeCodes(ctx, store.Lanes+1, 0)
	if err != nil {
		return nil, err
	}
	book := func(code func(order int64) loyalty.ID) func(context.Context, int) (figure, error) {
		return func(ctx context.Context, _ int) (figure, error) {
			if err := l.deliverWith(ctx, codeOrders, code); err != nil {
				return figure{}, err
			}
			return l.book(ctx)
		}
	}
	hot := func(int64) loyalty.ID { return codes[store.Lanes] }
	if _, err := book(hot)(ctx, 0); err != nil { // warms up
		return nil, err
	}
	c, err := compare(ctx, l.cfg.Rounds, side{"hot code", book(hot)}, side{"distinct codes", book(func(order int64) loyalty.ID { return codes[order%store.Lanes] })})
	if err != nil {
		return nil, err
	}
	rows := []Row{c.versus("orders with one hot code : with codes that no other worker touches", 0, 1, 0.50)}
	used, err := l.uses(ctx, codes)
	if err != nil {
		return rows, err
	}
	rows = append(rows, Row{What: "uses counted, of the orders booked with a code", App: strconv.FormatInt(used, 10), Value: float64(used),
		Yard: strconv.Itoa(codeOrders * (2*l.cfg.Rounds + 1)), Target: float64(codeOrders * (2*l.cfg.Rounds + 1)), Exact: true})
	last, err := l.lastUse(ctx)
	return append(rows, last...), err
}

// deliverWith stores deliveries of orders that carry a code.
func (l *lab) deliverWith(ctx context.Context, n int, code func(order int64) loyalty.ID) error {
	orders := newOrderMaker()
	return l.storeOrders(ctx, n, func(order int64) []byte {
		body := orders.order(order, firstCustomer+order%redeemMembers)
		return bytes.Replace(body, []byte(`"code":"pct10"`), []byte(`"code":"`+codeText(code(order))+`"`), 1)
	})
}

func codeText(id loyalty.ID) string { return "BENCH" + id.String() }

// uses adds up the counters of the codes.
func (l *lab) uses(ctx context.Context, codes []loyalty.ID) (sum int64, err error) {
	err = l.store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.CodesByID(l.shop.ID, codes)
		for _, c := range found {
			sum += c.Uses
		}
		return err
	})
	return sum, err
}

// lastUse lets a crowd want the last use of a code at once.
func (l *lab) lastUse(ctx context.Context) ([]Row, error) {
	last, err := l.makeCodes(ctx, 1, 1)
	if err != nil {
		return nil, err
	}
	var winners atomic.Int64
	_, err = crew(crowd, func(i int) (figure, error) {
		ok, err := l.useCode(ctx, last[0], i)
		if ok {
			winners.Add(1)
		}
		return figure{}, err
	})
	won := winners.Load()
	return []Row{{What: "winners of the last use, 1,000 at once", App: strconv.FormatInt(won, 10), Yard: "1", Value: float64(won), Target: 1, Exact: true}}, err
}

// errGone rolls a use back that came too late.
var errGone = errors.New("all uses of the code are gone")

// useCode is what an order with the code does to it.
func (l *lab) useCode(ctx context.Context, code loyalty.ID, turn int) (ok bool, err error) {
	now := loyalty.NowMs(l.clock)
	err = l.store.Write(ctx, func(tx *store.Tx) error {
		use := store.CodeUse{CodeID: code, SaleKey: "use-" + strconv.Itoa(turn), MemberID: memberID(1), State: store.UseCounts, UsedAt: now}
		if err := tx.InsertCodeUses(l.shop.ID, use); err != nil {
			return err
		}
		ok, err := tx.CountCodeUse(l.shop.ID, code, now)
		if err == nil && !ok {
			return errGone
		}
		return err
	})
	if errors.Is(err, errGone) {
		return false, nil
	}
	return err == nil, err
}

func (l *lab) makeCodes(ctx context.Context, n int, uses int64) ([]loyalty.ID, error) {
	ids := make([]loyalty.ID, n)
	now := loyalty.NowMs(l.clock)
	err := l.store.Write(ctx, func(tx *store.Tx) error {
		for i := range ids {
			ids[i] = l.ids.Next()
			text := codeText(ids[i])
			err := tx.InsertCode(l.shop.ID, store.Code{ID: ids[i], Code: text, Folded: voucher.Fold(text), Origin: "standing", State: voucher.Active,
				MaxUses: uses, StartsAt: now, CreatedAt: now, UpdatedAt: now})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}
