package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// How long a worker may keep jobs, and one call may take. The lease outlives a
// full claim of slow calls; a worker that is slower finds its results refused.
const (
	jobLease     = 3 * time.Minute
	callTimeout  = 25 * time.Second
	claimSize    = 5
	publishClaim = 25 // jobs; usually of one account each, at most store.PublishSize
)

const (
	maxJobAttempts = 10                  // then a job is dead, visible, and can be replayed
	maxOutage      = 14 * 24 * time.Hour // for which an unreachable host keeps a job alive (D6)
)

// singleKinds are the jobs that are one host call each, the urgent ones first: what a
// shopper waits for goes before what a merchant waits for, and that before batches
// of codes, of which one helping is done at a time.
var singleKinds = []struct {
	limit int
	kinds []store.JobKind
}{
	{claimSize, []store.JobKind{store.JobCreateCode, store.JobDisableCode, store.JobCheckCode, store.JobSubscriptions, store.JobReconcile, store.JobPublishSettings,
		store.JobNewsletterConsent}},
	{2, []store.JobKind{store.JobMirror, store.JobRemoveCodes, store.JobWindow, store.JobDiscountWatch}},
	{1, []store.JobKind{store.JobAddCodes}},
	{1, []store.JobKind{store.JobNewsletterTool}}, // somebody else's server: whatever it does, hosts' jobs go first (D19)
}

// errStaleLease says that another worker has the job by now; what the caller
// wanted to write must be rolled back (D16).
var errStaleLease = errors.New("the lease of the job was lost")

// ClaimJobs leases what one shop has due, at most five calls. They are marked
// "outcome unknown" until their result is written: should this process vanish,
// the next one looks at the host before it calls again (C9).
func (p *Program) ClaimJobs(ctx context.Context, shop loyalty.ShopID) (jobs []store.Job, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		jobs = nil
		now := p.now()
		for _, k := range singleKinds {
			some, err := tx.ClaimJobs(shop, store.ClaimRequest{
				Kinds: k.kinds, Limit: min(k.limit, claimSize-len(jobs)), Token: int64(p.IDs.Next()), NowMs: now, Until: now + jobLease.Milliseconds(), Unsure: true,
			})
			if err != nil {
				return err
			}
			if jobs = append(jobs, some...); len(jobs) == claimSize {
				return nil
			}
		}
		return nil
	})
	return jobs, err
}

// NextShopWithJobs finds the next shop after the given one that has something due.
func (p *Program) NextShopWithJobs(ctx context.Context, after loyalty.ShopID) (shop loyalty.Shop, found bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		id, ok, err := tx.NextShopWithJobs(after, p.now())
		if err != nil || !ok {
			found = false
			return err
		}
		shop, found, err = tx.ShopByID(id)
		return err
	})
	return shop, found, err
}

// RunJob makes the host call of a leased job and writes what came of it. An
// error is one of ours (the database); what the host does wrong is an outcome.
func (p *Program) RunJob(ctx context.Context, shop loyalty.Shop, j store.Job) error {
	run, known := map[store.JobKind]func(context.Context, hostCall) error{
		store.JobCreateCode:    p.runCreateCode,
		store.JobDisableCode:   p.runDisableCode,
		store.JobCheckCode:     p.runCheckCode,
		store.JobSubscriptions: p.runSubscriptions,
		store.JobReconcile:     p.runReconcile,

		store.JobPublishSettings: p.runPublishSettings,
		store.JobMirror:          p.runMirror,
		store.JobAddCodes:        p.runMirror,
		store.JobRemoveCodes:     p.runRemoveCodes,
		store.JobWindow:          p.runWindow,
		store.JobDiscountWatch:   p.runDiscountWatch,

		store.JobNewsletterTool:    p.runNewsletterTool,
		store.JobNewsletterConsent: p.runNewsletterConsent,
	}[j.Kind]
	if !known {
		return p.jobFailed(ctx, shop, j, fmt.Errorf("no such kind of job: %s", j.Kind))
	}
	driver, wait := p.reach(shop)
	if wait > 0 {
		return p.postpone(ctx, shop, j, wait, "waiting: the shop is "+string(shop.State))
	}
	if driver == nil {
		return p.jobFailed(ctx, shop, j, platform.ErrUnsupported)
	}
	began := p.Clock.Now()
	err := run(ctx, hostCall{shop: shop, job: j, driver: driver, conn: p.Hosts.Conn(ctx, shop)})
	p.Jobs.took(j.Kind, p.Clock.Now().Sub(began))
	if errors.Is(err, errStaleLease) {
		p.Log.Warn("a job's result came too late and was dropped", "shop", shop.ID, "job", j.ID, "kind", j.Kind)
		return nil
	}
	var host hostError
	if errors.As(err, &host) {
		return p.jobFailed(ctx, shop, j, host.cause)
	}
	if err == nil && shop.State == loyalty.ShopFrozen {
		return p.ShopReachable(ctx, shop) // the probe got through: it thawed (D8)
	}
	return err
}

// reach says by which driver a shop is called, or how long its calls must wait
// because of its state (D7, D8). A frozen shop is tried now and then: that is
// how we learn that it thawed.
func (p *Program) reach(shop loyalty.Shop) (platform.Driver, time.Duration) {
	switch shop.State {
	case loyalty.ShopNeedsAuth:
		return nil, time.Hour
	case loyalty.ShopUninstalled:
		return nil, 24 * time.Hour
	}
	if wait := p.pauses.left(shop, p.now()); wait > 0 {
		return nil, wait
	}
	return p.Hosts.Driver(shop.Host), 0
}

// hostCall is one job with the way to its host.
type hostCall struct {
	shop   loyalty.Shop
	job    store.Job
	driver platform.Driver
	conn   platform.Conn
}

// hostError marks what a host answered, apart from errors of our own.
type hostError struct{ cause error }

func (e hostError) Error() string { return "host: " + e.cause.Error() }
func (e hostError) Unwrap() error { return e.cause }

func fromHost(err error) error {
	if err == nil {
		return nil
	}
	return hostError{err}
}

// calling bounds one host call. A shutdown does not cut it off: its outcome
// would be unknown.
func calling(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
}

// finishJob writes a job's result inside the transaction that has its effects.
func (p *Program) finishJob(tx *store.Tx, shop loyalty.ShopID, j store.Job, reason string) error {
	j.State, j.Reason, j.DoneAt = store.JobDone, reason, p.now()
	return p.saveJob(tx, shop, j)
}

func (p *Program) saveJob(tx *store.Tx, shop loyalty.ShopID, j store.Job) error {
	ok, err := tx.SaveJob(shop, j)
	if err != nil {
		return err
	}
	if !ok {
		return errStaleLease
	}
	tx.OnCommit(func() { p.Jobs.became(j.Kind, resultOf(j.State), 1) })
	return nil
}

// again writes a leased job back to be tried at a later time.
func (p *Program) again(ctx context.Context, shop loyalty.Shop, j store.Job, wait time.Duration) error {
	j.NextAt = p.now() + wait.Milliseconds()
	err := p.Store.Write(ctx, func(tx *store.Tx) error { return p.saveJob(tx, shop.ID, j) })
	if errors.Is(err, errStaleLease) {
		return nil
	}
	return err
}

// postpone puts everything the shop has due off, without burning an attempt.
func (p *Program) postpone(ctx context.Context, shop loyalty.Shop, j store.Job, wait time.Duration, reason string) error {
	j.Reason, j.NextAt = reason, p.now()+wait.Milliseconds()
	p.pauses.set(shop, j.NextAt)
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := p.saveJob(tx, shop.ID, j); err != nil {
			return err
		}
		return tx.DelayJobs(shop.ID, p.now(), j.NextAt)
	})
	if errors.Is(err, errStaleLease) {
		return nil
	}
	return err
}

// decodeJob reads a job's payload; a broken one is dead at once.
func decodeJob[T any](j store.Job) (T, error) {
	var payload T
	if err := json.Unmarshal(j.Payload, &payload); err != nil {
		return payload, fromHost(fmt.Errorf("%w: payload of the job: %w", platform.ErrRefused, err))
	}
	return payload, nil
}

func encodeJob(payload any) []byte {
	b, err := json.Marshal(payload)
	if err != nil {
		panic(fmt.Sprintf("payload of a job: %v", err)) // plain structs only
	}
	return b
}

// jobBackoff grows from one second to five minutes, with a quarter of jitter so
// that a host that comes back is not met by everybody at once (D6).
func jobBackoff(attempt int64) time.Duration {
	wait := 5 * time.Minute
	if attempt < 9 {
		wait = min(wait, time.Second<<max(attempt, 0))
	}
	return wait - time.Duration(rand.Int64N(int64(wait)/4+1))
}
