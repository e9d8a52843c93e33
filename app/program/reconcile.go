package program

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// The rows of table cursors by which a shop's regular look at the host is due.
const (
	reconcileCursor    = "reconcile"
	subscriptionCursor = "subscriptions"
)

// How often the host is asked what we may have missed (A11), and whether our
// webhooks are still there (A12).
const (
	ReconcileEvery    = 15 * time.Minute
	SubscriptionEvery = 15 * time.Minute
)

// reconcileOverlap is read again each time: hosts index orders late, and their
// clocks and ours differ.
const reconcileOverlap = 10 * time.Minute

// reconcileChunk is how many orders are booked in one transaction.
const reconcileChunk = 100

// maxReconcilePages bounds one run; a run that stops early goes on where it was.
const maxReconcilePages = 40

// OweChecks stores the regular looks at the host that a shop has due. Calling it
// twice, or from two processes, owes each look once.
func (p *Program) OweChecks(ctx context.Context, shop loyalty.Shop) error {
	driver := p.Hosts.Driver(shop.Host)
	if driver == nil || shop.State != loyalty.ShopActive {
		return nil
	}
	now := p.now()
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if driver.Capabilities().FetchOrders {
			if err := p.oweCheckOf(tx, shop.ID, reconcileCursor, store.JobReconcile, now+ReconcileEvery.Milliseconds()); err != nil {
				return err
			}
		}
		if platform.SettingsOf(driver) != nil {
			if err := p.oweSettings(tx, shop); err != nil {
				return err
			}
		}
		return p.oweCheckOf(tx, shop.ID, subscriptionCursor, store.JobSubscriptions, now+SubscriptionEvery.Milliseconds())
	})
}

func (p *Program) oweCheckOf(tx *store.Tx, shop loyalty.ShopID, cursor string, kind store.JobKind, nextMs int64) error {
	now := p.now()
	due, err := tx.ClaimCursor(shop, cursor, now, nextMs)
	if err != nil || !due {
		return err
	}
	tx.OnCommit(func() { p.wake("jobs") })
	_, err = tx.EnsureJob(shop, store.Job{ID: p.IDs.Next(), Kind: kind, Key: strconv.FormatInt(nextMs, 10), NextAt: now, CreatedAt: now})
	return err
}

// runReconcile reads the orders that changed at the host since the last run and
// books them like deliveries: what got lost on the way is found within one
// cycle (A11). The position moves in the transaction that ends the job.
func (p *Program) runReconcile(ctx context.Context, h hostCall) error {
	at, err := p.reconcilePosition(ctx, h.shop)
	if err != nil {
		return err
	}
	since, newest := max(at-reconcileOverlap.Milliseconds(), 0), at
	cursor, more := "", true
	for page := 0; more && page < maxReconcilePages; page++ {
		sales, next, err := ordersSince(ctx, h, since, cursor)
		if err != nil {
			return fromHost(err)
		}
		if len(sales) > 0 {
			if err := p.bookRead(ctx, h, sales); err != nil {
				return err
			}
		}
		for _, s := range sales {
			newest = max(newest, s.UpdatedAt)
		}
		cursor, more = next, next != ""
	}
	now := p.now()
	if !more {
		newest = max(newest, h.job.CreatedAt)
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		c, err := tx.LoadCursor(h.shop.ID, reconcileCursor)
		if err != nil {
			return err
		}
		c.Position, c.UpdatedAt = strconv.FormatInt(newest, 10), now
		if more { // go on at once
			c.NextAt = now
		}
		if err := tx.SaveCursor(h.shop.ID, c); err != nil {
			return err
		}
		return p.finishJob(tx, h.shop.ID, h.job, "")
	})
}

// bookRead books orders that were read from the host, as truth. One that cannot
// be booked is reported and does not hold up the rest.
func (p *Program) bookRead(ctx context.Context, h hostCall, sales []earning.Sale) error {
	for chunk := range slices.Chunk(sales, reconcileChunk) {
		list := make([]*incoming, 0, len(chunk))
		for i := range chunk {
			list = append(list, &incoming{
				at: p.now(), truth: true, end: store.DeliveryDone,
				changes: []platform.Change{{Kind: platform.SaleSnapshot, Key: chunk[i].Key, Sale: &chunk[i]}},
			})
		}
		if err := p.bookSplit(ctx, h.driver, h.shop, list); err != nil {
			if outage(ctx, err) {
				return err
			}
			p.Log.Error("an order read from the host cannot be booked", "shop", h.shop.ID, "err", err)
		}
	}
	return nil
}

func ordersSince(ctx context.Context, h hostCall, since int64, cursor string) ([]earning.Sale, string, error) {
	call, done := calling(ctx)
	defer done()
	page, err := h.driver.OrdersSince(call, h.conn, since, cursor)
	return page.Sales, page.Next, err
}

// reconcilePosition is the newest change seen so far; a shop starts at its install.
func (p *Program) reconcilePosition(ctx context.Context, shop loyalty.Shop) (at int64, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.LoadCursor(shop.ID, reconcileCursor)
		if err != nil || c.Position == "" {
			at = shop.InstalledAt
			return err
		}
		at, err = strconv.ParseInt(c.Position, 10, 64)
		return err
	})
	return at, err
}

// runSubscriptions has the host's webhooks checked and mended; what is still
// missing is kept for the admin's health check.
func (p *Program) runSubscriptions(ctx context.Context, h hostCall) error {
	call, done := calling(ctx)
	defer done()
	missing, err := h.driver.CheckSubscriptions(call, h.conn)
	if err != nil {
		return fromHost(err)
	}
	if len(missing) > 0 {
		p.Log.Error("webhooks are missing at the host", "shop", h.shop.ID, "missing", len(missing), "first", missing[0].Topic)
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		c, err := tx.LoadCursor(h.shop.ID, subscriptionCursor)
		if err != nil {
			return err
		}
		c.Position, c.UpdatedAt = topicList(missing), p.now()
		if err := tx.SaveCursor(h.shop.ID, c); err != nil {
			return err
		}
		return p.finishJob(tx, h.shop.ID, h.job, "")
	})
}

// maxTopicList is the width of the column that keeps the missing topics.
const maxTopicList = 190

func topicList(missing []platform.Subscription) string {
	topics := []string{}
	for _, s := range missing {
		more := append(topics, s.Topic)
		text, err := json.Marshal(more)
		if err != nil || len(text) > maxTopicList {
			break
		}
		topics = more
	}
	text, _ := json.Marshal(topics) // strings always marshal
	return string(text)
}

// MissingWebhooks are the topics that the last check could not mend, and when it
// was; zero if there was none yet.
func (p *Program) MissingWebhooks(ctx context.Context, shop loyalty.ShopID) (topics []string, checkedAt int64, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.LoadCursor(shop, subscriptionCursor)
		if err != nil || c.Position == "" {
			return err
		}
		checkedAt = c.UpdatedAt
		return json.Unmarshal([]byte(c.Position), &topics)
	})
	return topics, checkedAt, err
}
