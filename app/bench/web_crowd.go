package bench

import (
	"context"
	"database/sql"
	"fmt"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// crowd fills the shop: members with entries, and as many orders, deliveries, jobs,
// redemptions and notes of the audit trail as a list of 1,000 pages needs.
func (l *lab) crowd(ctx context.Context, shop loyalty.ShopID) error {
	own := l.shop
	l.shop.ID = shop
	defer func() { l.shop = own }()
	plan, err := l.planOf(ctx, l.shop)
	if err != nil {
		return err
	}
	perMember := max(1, l.cfg.Entries/l.cfg.Members)
	people := population{shop: int64(shop), members: l.cfg.Members, perMember: perMember, spread: spread, expiresAt: never, plan: plan.ID}
	if err := l.settle(ctx, people); err != nil {
		return err
	}
	if err := l.weighDown(ctx, shop, perMember); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{l.crowdOrders, l.crowdDeliveries, l.crowdJobs, l.crowdRedemptions, l.crowdAudit} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// crowdOrders are a year's: half are the heavy member's, whose orders are a list too.
func (l *lab) crowdOrders(ctx context.Context) error {
	const chunk = 1_000
	end := loyalty.NowMs(loyalty.SystemClock())
	for from := 0; from < 2*heavyEntries; from += chunk {
		err := l.store.Write(ctx, func(tx *store.Tx) error {
			return putOrders(tx, l.shop, end, from, min(from+chunk, 2*heavyEntries))
		})
		if err != nil {
			return err
		}
	}
	_, err := l.raw.ExecContext(ctx, "UPDATE sales SET member_id = ? WHERE shop_id = ? AND id >= ?",
		int64(memberID(heavyMember)), int64(l.shop.ID), int64(backtestBase+heavyEntries))
	return err
}

// crowdDeliveries are orders that were booked.
func (l *lab) crowdDeliveries(ctx context.Context) error {
	m := newOrderMaker()
	err := l.storeOrders(ctx, heavyEntries, func(order int64) []byte { return m.order(order, firstCustomer+order%smallMembers) })
	if err != nil {
		return err
	}
	_, err = l.raw.ExecContext(ctx, "UPDATE deliveries SET state = ?, attempts = 1, done_at = received_at WHERE shop_id = ?", int64(store.DeliveryDone), int64(l.shop.ID))
	return err
}

func (l *lab) crowdJobs(ctx context.Context) error {
	return l.fill(ctx, "jobs", func(t *table, args []any, i int) []any {
		return t.row(args, "id", crowdBase+i, "kind", string(store.JobPublish), "job_key", fmt.Sprint(i), "state", int64(store.JobDone), "payload", "{}",
			"attempts", 1, "created_at", 1, "done_at", 2)
	})
}

func (l *lab) crowdRedemptions(ctx context.Context) error {
	err := l.fill(ctx, "codes", func(t *table, args []any, i int) []any {
		code := fmt.Sprintf("BENCH%06d", i)
		return t.row(args, "id", crowdBase+i, "code", code, "folded", code, "origin", "redemption", "member_id", int64(memberID(heavyMember)), "state", "void",
			"spec", "{}", "max_uses", 1, "created_at", 1, "updated_at", 1)
	})
	if err != nil {
		return err
	}
	return l.fill(ctx, "redemptions", func(t *table, args []any, i int) []any {
		return t.row(args, "id", crowdBase+i, "public_id", publicID(i), "account_id", int64(accountID(heavyMember)), "member_id", int64(memberID(heavyMember)),
			"client_key", fmt.Sprint(i), "points", 100, "minor", 100, "currency", "EUR", "plan_version", 1, "state", "void", "code_id", crowdBase+i, "created_at", 1, "updated_at", 1)
	})
}

func (l *lab) crowdAudit(ctx context.Context) error {
	return l.fill(ctx, "audit_log", func(t *table, args []any, i int) []any {
		return t.row(args, "id", crowdBase+i, "actor", "staff:1", "action", "member.controlled", "subject", crowdSubject, "before_json", "{}", "after_json", "{}",
			"reason", "bench", "at_ms", 1)
	})
}

const crowdBase = 6 << 40

// fill writes as many rows as 1,000 pages have, one row a call.
func (l *lab) fill(ctx context.Context, name string, row func(t *table, args []any, i int) []any) error {
	t, err := l.table(ctx, name)
	if err != nil {
		return err
	}
	const chunk = 2_000
	for from := 0; from < heavyEntries; from += chunk {
		var args []any
		for i := from; i < min(from+chunk, heavyEntries); i++ {
			args = row(t, args, i)
			args[len(args)-len(t.columns)+t.at["shop_id"]] = int64(l.shop.ID)
		}
		if err := l.inTx(ctx, func(tx *sql.Tx) error { return t.put(ctx, tx, args) }); err != nil {
			return err
		}
	}
	return nil
}
