package bench

import (
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
	if err := l.verify(ctx); err != nil {
		return rows, err
	}
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

// hotCode compares uses of one code by everybody with uses of a code each, and
// lets a crowd want the last use of a code at once.
func (l *lab) hotCode(ctx context.Context) ([]Row, error) {
	codes, err := l.makeCodes(ctx, redeemers+1, 0)
	if err != nil {
		return nil, err
	}
	var turn atomic.Int64
	use := func(pick func() loyalty.ID) func(context.Context, int) (figure, error) {
		return func(ctx context.Context, _ int) (figure, error) {
			return l.timed(ctx, redeemers, func() error {
				ok, err := l.useCode(ctx, pick(), turn.Add(1))
				if err == nil && !ok {
					err = fmt.Errorf("a code without a limit is used up")
				}
				return err
			})
		}
	}
	var next atomic.Int64
	c, err := compare(ctx, l.cfg.Rounds,
		side{"hot code", use(func() loyalty.ID { return codes[0] })},
		side{"distinct codes", use(func() loyalty.ID { return codes[1+next.Add(1)%redeemers] })},
	)
	if err != nil {
		return nil, err
	}
	rows := []Row{c.versus("everybody uses one hot code : distinct codes", 0, 1, 0.50)}
	last, err := l.makeCodes(ctx, 1, 1)
	if err != nil {
		return rows, err
	}
	var winners atomic.Int64
	_, err = crew(crowd, func(i int) (figure, error) {
		ok, err := l.useCode(ctx, last[0], turn.Add(1))
		if ok {
			winners.Add(1)
		}
		return figure{}, err
	})
	won := winners.Load()
	exact := Row{What: "winners of the last use, 1,000 at once", App: strconv.FormatInt(won, 10), Yard: "1", Value: float64(won), Target: 1, Exact: true}
	return append(rows, exact), err
}

// errGone rolls a use back that came too late.
var errGone = errors.New("all uses of the code are gone")

// useCode is what an order with the code does to it. The row that everybody
// wants is locked last, so that it is locked for the shortest time.
func (l *lab) useCode(ctx context.Context, code loyalty.ID, turn int64) (ok bool, err error) {
	now := loyalty.NowMs(l.clock)
	err = l.store.Write(ctx, func(tx *store.Tx) error {
		use := store.CodeUse{CodeID: code, SaleKey: "use-" + strconv.FormatInt(turn, 10), MemberID: memberID(1), State: store.UseCounts, UsedAt: now}
		if err := tx.InsertCodeUse(l.shop.ID, use); err != nil {
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
			text := "BENCH" + ids[i].String()
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
