package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const (
	bookingMembers = 10_000
	bookingBatch   = 200
	singles        = 1_200 // orders a round that are written one per transaction
)

// booking: stored deliveries become facts, points, lots, balances and jobs; the
// members are known, the orders are new.
func booking(ctx context.Context, l *lab) ([]Row, error) {
	if err := l.settle(ctx, population{shop: int64(l.shop.ID), members: bookingMembers, perMember: 1, expiresAt: never}); err != nil {
		return nil, err
	}
	if err := l.deliver(ctx, l.cfg.Orders, bookingMembers); err != nil {
		return nil, err
	}
	if _, err := l.book(ctx); err != nil { // also warms up
		return nil, err
	}
	ghost, err := l.haunt(ctx)
	if err != nil {
		return nil, err
	}
	c, err := compare(ctx, l.cfg.Rounds,
		side{"app", func(ctx context.Context, _ int) (figure, error) {
			if err := l.deliver(ctx, l.cfg.Orders, bookingMembers); err != nil {
				return figure{}, err
			}
			return l.book(ctx)
		}},
		side{"rows in batches", func(ctx context.Context, _ int) (figure, error) {
			return ghost.write(ctx, l.cfg.Orders, bookingBatch, l.writers(2))
		}},
		side{"rows one by one", func(ctx context.Context, _ int) (figure, error) {
			return ghost.write(ctx, min(singles, l.cfg.Orders), 1, l.writers(16))
		}},
	)
	if err != nil {
		return nil, err
	}
	return []Row{
		c.versus("raw multi-row INSERT of the same rows, 200 per transaction", 0, 1, 0.45),
		c.versus("raw, one order per transaction", 0, 2, 3),
	}, l.verify(ctx)
}

// deliver stores n deliveries of new orders, as the front door would have.
func (l *lab) deliver(ctx context.Context, n, members int) error {
	orders := newOrderMaker()
	for done := 0; done < n; {
		rows := make([]store.PackedDelivery, 0, bookingBatch)
		for ; done < n && len(rows) < bookingBatch; done++ {
			l.serial++
			body := orders.order(l.serial, firstCustomer+l.serial%int64(members))
			rows = append(rows, store.PackDelivery(store.Delivery{ID: l.ids.Next(), Shop: l.shop.ID, Lane: l.serial % store.Lanes, Host: "woocommerce",
				Topic: "order.updated", Key: "d" + strconv.FormatInt(l.serial, 10), Body: body, ReceivedAt: loyalty.NowMs(l.clock)}))
		}
		err := l.store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.InsertDeliveries(rows)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// book works all lanes off with two workers, as the intake does.
func (l *lab) book(ctx context.Context) (figure, error) {
	const workers = 2
	return crew(workers, func(w int) (f figure, err error) {
		for lane := int64(w); lane < store.Lanes; lane += workers {
			n, err := l.bookLane(ctx, lane)
			f.n += n
			if err != nil {
				return f, err
			}
		}
		return f, nil
	})
}

func (l *lab) bookLane(ctx context.Context, lane int64) (n int64, err error) {
	for ctx.Err() == nil {
		var rows []store.Delivery
		err := l.store.Read(ctx, func(tx *store.Tx) (err error) {
			rows, err = tx.TakeDeliveries(l.shop.ID, lane, bookingBatch)
			return err
		})
		if err != nil || len(rows) == 0 {
			return n, err
		}
		result, err := l.program.BookDeliveries(ctx, l.shop, rows)
		if err != nil {
			return n, err
		}
		if result.Done != len(rows) {
			return n, fmt.Errorf("of %d deliveries %+v", len(rows), result)
		}
		n += int64(len(rows))
	}
	return n, ctx.Err()
}

// verify runs the ledger's own check: speed that bends a balance is worth nothing.
func (l *lab) verify(ctx context.Context) error {
	report, err := l.program.Verify(ctx, l.shop.ID)
	if err != nil {
		return err
	}
	if v := report.Violations(); len(v) > 0 {
		return errors.New("the ledger does not verify: " + v[0])
	}
	return nil
}
