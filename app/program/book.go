package program

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// BookResult counts what became of the deliveries of a batch.
type BookResult struct {
	Done     int // booked, or found to be booked already
	Ignored  int // understood, and nothing to do
	Retry    int // put aside for later
	Poisoned int // kept for people to see
}

// incoming is one delivery, or one order read from the host, on its way into the ledger.
type incoming struct {
	id       loyalty.ID // 0 = no delivery brought it
	attempts int64
	at       int64 // Unix ms, when the host says it happened, else when it came
	changes  []platform.Change
	truth    bool // the sales were read from the host just now
	end      store.DeliveryState
	reason   string
	wait     int64 // ms until the next try, if the host said so; 0 = by the number of attempts
}

// maxAttempts is how often a delivery is tried before it is poison (A25).
const maxAttempts = 10

// BookDeliveries turns deliveries of one shop into points. A delivery never
// means "add": it says what the facts are now, and the difference between what
// they entitle to and what is posted is posted, in one transaction with
// "delivery done". Repeats, any order and late arrival therefore come out the
// same. An error means an outage of ours: nothing is wrong with the deliveries,
// and they are still open.
func (p *Program) BookDeliveries(ctx context.Context, shop loyalty.Shop, rows []store.Delivery) (BookResult, error) {
	var result BookResult
	byHost := map[string][]store.Delivery{}
	var hosts []string
	for _, row := range rows {
		if byHost[row.Host] == nil {
			hosts = append(hosts, row.Host)
		}
		byHost[row.Host] = append(byHost[row.Host], row)
	}
	for _, host := range hosts {
		if err := p.bookHost(ctx, shop, byHost[host], &result); err != nil {
			return result, err
		}
	}
	return result, nil
}

// bookHost books deliveries that one driver reads: the shop's own host's, or a
// review app's.
func (p *Program) bookHost(ctx context.Context, shop loyalty.Shop, rows []store.Delivery, result *BookResult) error {
	driver := p.Hosts.Driver(rows[0].Host)
	if driver == nil {
		return p.withoutDriver(ctx, shop, rows, result)
	}
	list := make([]*incoming, len(rows))
	for i := range rows {
		list[i] = p.readDelivery(driver, shop, &rows[i])
	}
	if err := p.readTruth(ctx, driver, shop, list); err != nil {
		return err
	}
	var plain []*incoming
	for _, in := range list {
		if in.special() {
			if err := p.bookSpecial(ctx, driver, shop, in); err != nil {
				return err
			}
			continue
		}
		plain = append(plain, in)
	}
	if err := p.bookSplit(ctx, driver, shop, plain); err != nil {
		return err
	}
	for _, in := range list {
		result.add(in.end)
	}
	return nil
}

// withoutDriver puts deliveries of a host aside that this process does not know:
// after an upgrade or a change of configuration they are worked off.
func (p *Program) withoutDriver(ctx context.Context, shop loyalty.Shop, rows []store.Delivery, result *BookResult) error {
	list := make([]*incoming, len(rows))
	for i, row := range rows {
		list[i] = &incoming{id: row.ID, attempts: row.Attempts, end: store.DeliveryRetry, reason: "there is no driver for host " + row.Host}
	}
	result.Retry += len(rows)
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := finish(tx, shop.ID, list, p.now())
		return err
	})
}

func (r *BookResult) add(end store.DeliveryState) {
	switch end {
	case store.DeliveryDone:
		r.Done++
	case store.DeliveryIgnored:
		r.Ignored++
	case store.DeliveryRetry:
		r.Retry++
	case store.DeliveryPoison:
		r.Poisoned++
	}
}

// readDelivery asks the driver what a delivery says. A driver that fails or
// panics costs this delivery only (A22, A26).
func (p *Program) readDelivery(driver platform.Driver, shop loyalty.Shop, row *store.Delivery) *incoming {
	in := &incoming{id: row.ID, attempts: row.Attempts, at: row.TriggeredAt, end: store.DeliveryDone}
	if in.at == 0 {
		in.at = row.ReceivedAt
	}
	err := guard(func() (err error) {
		in.changes, err = driver.Normalise(platform.Delivery{ID: row.ID, Topic: row.Topic, Body: row.Body,
			TriggeredAt: row.TriggeredAt, ReceivedAt: row.ReceivedAt}, shop.Currency)
		return err
	})
	if err != nil {
		p.Log.Warn("delivery cannot be read", "shop", shop.ID, "delivery", row.ID, "topic", row.Topic, "err", err)
		in.end, in.reason, in.changes = store.DeliveryPoison, err.Error(), nil
		return in
	}
	for _, c := range in.changes {
		if c.HostShop != "" && shop.HostShopID != "" && c.HostShop != shop.HostShopID {
			in.end, in.reason, in.changes = store.DeliveryPoison, "the body is about another shop", nil
			return in
		}
	}
	in.sift(shop)
	return in
}

// sift leaves only the changes that do something in this shop.
func (in *incoming) sift(shop loyalty.Shop) {
	kept, reason := in.changes[:0], "nothing to do"
	for _, c := range in.changes {
		switch {
		case c.Kind == platform.Ignored:
			reason = c.Reason
		case shop.State == loyalty.ShopUninstalled && !privacyTopic(c.Kind):
			reason = "the app is not installed in this shop"
		default:
			kept = append(kept, c)
		}
	}
	in.changes = kept
	if len(kept) == 0 {
		in.end, in.reason = store.DeliveryIgnored, reason
	}
}

func privacyTopic(k platform.ChangeKind) bool {
	return k == platform.DataRequested || k == platform.CustomerRedact || k == platform.ShopRedact || k == platform.AppUninstalled
}

// special says that a delivery is worked on alone, because it may call the host
// or change much more than a few accounts.
func (in *incoming) special() bool {
	for _, c := range in.changes {
		switch c.Kind {
		case platform.CustomerDeleted, platform.CustomersMerged, platform.AppUninstalled, platform.ShopChanged,
			platform.DataRequested, platform.CustomerRedact, platform.ShopRedact, platform.CodeTouched, platform.ProductTouched:
			return true
		}
	}
	return false
}

// bookSplit books a list in one transaction. If that fails because of what is in
// it, each half is tried alone, down to the one that is to blame.
func (p *Program) bookSplit(ctx context.Context, driver platform.Driver, shop loyalty.Shop, list []*incoming) error {
	if len(list) == 0 {
		return nil
	}
	err := p.bookBatch(ctx, driver, shop, list)
	switch {
	case err == nil:
		return nil
	case outage(ctx, err):
		return err
	case len(list) == 1:
		return p.setAside(ctx, shop, list[0], err)
	}
	half := len(list) / 2
	if err := p.bookSplit(ctx, driver, shop, list[:half]); err != nil {
		return err
	}
	return p.bookSplit(ctx, driver, shop, list[half:])
}

// setAside lets a delivery that failed wait, longer each time, and gives it up
// after maxAttempts (A25).
func (p *Program) setAside(ctx context.Context, shop loyalty.Shop, in *incoming, cause error) error {
	if in.id == 0 {
		p.Log.Error("an order that was read cannot be booked", "shop", shop.ID, "err", cause)
		in.end, in.reason = store.DeliveryPoison, cause.Error()
		return nil
	}
	p.Log.Error("delivery failed", "shop", shop.ID, "delivery", in.id, "attempt", in.attempts+1, "err", cause)
	in.end, in.reason = store.DeliveryRetry, cause.Error()
	if in.attempts+1 >= maxAttempts || loyalty.CodeOf(cause) == loyalty.CodeOverflow {
		in.end = store.DeliveryPoison
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := finish(tx, shop.ID, []*incoming{in}, p.now())
		return err
	})
}

// finish writes what became of the deliveries, one statement for each outcome, and
// says how many of them were still open.
func finish(tx *store.Tx, shop loyalty.ShopID, list []*incoming, now int64) (moved int64, err error) {
	type outcome struct {
		end    store.DeliveryState
		reason string
		nextAt int64
	}
	ids := map[outcome][]loyalty.ID{}
	var order []outcome
	for _, in := range list {
		o := outcome{in.end, in.reason, 0}
		if in.id == 0 {
			continue
		}
		if in.end == store.DeliveryRetry {
			o.nextAt = now + cmp.Or(in.wait, backoff(in.attempts))
		}
		if ids[o] == nil {
			order = append(order, o)
		}
		ids[o] = append(ids[o], in.id)
	}
	for _, o := range order {
		var n int64
		if o.end == store.DeliveryRetry {
			n, err = tx.RetryDeliveries(shop, ids[o], o.reason, o.nextAt)
		} else {
			n, err = tx.FinishDeliveries(shop, ids[o], o.end, o.reason, now)
		}
		if err != nil {
			return moved, err
		}
		moved += n
	}
	return moved, nil
}

// backoff is 2 s, 4 s … up to 30 min, in ms.
func backoff(attempts int64) int64 {
	wait := 2 * time.Second << min(attempts, 12)
	return min(wait, 30*time.Minute).Milliseconds()
}

// notReached puts a delivery aside because its host could not answer: it is not
// to blame, so it does not wait longer and longer.
func (in *incoming) notReached(err error) {
	in.end, in.reason, in.changes = store.DeliveryRetry, err.Error(), nil
	in.wait = min(backoff(in.attempts), time.Minute.Milliseconds())
	var throttled platform.Throttled
	if errors.As(err, &throttled) {
		in.wait = max(throttled.After, time.Second).Milliseconds()
	}
}

// outage says that an error is about us and not about what was to be booked.
func outage(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrReadOnly) ||
		errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrUnknownOutcome)
}

// guard turns a panic into an error that carries where it happened (A26).
func guard(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("program: panic: %v\n%s", v, debug.Stack())
		}
	}()
	return fn()
}

// errRaced says that somebody else changed what this transaction had read.
var errRaced = errors.New("program: somebody else was quicker")

// maxReruns bounds how often a use case starts over after losing a race.
const maxReruns = 8

// rerun runs fn again while it loses races: a unique key that another worker
// filled in between, or a limit that it used up. What fn reads next time is the
// other's result, so this ends.
func rerun(ctx context.Context, fn func() error) error {
	var err error
	for range maxReruns {
		if err = fn(); err == nil || ctx.Err() != nil || !raced(err) {
			return err
		}
	}
	return fmt.Errorf("program: lost %d races: %w", maxReruns, err)
}

func raced(err error) bool {
	var dup *store.DuplicateError
	return errors.Is(err, errRaced) || errors.As(err, &dup)
}
