package program

import (
	"context"
	"errors"
	"sync"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

const frozenWait = 15 * time.Minute

// jobFailed decides what becomes of a job after a host call that did not work:
//
//	throttled      wait as asked, the shop's other jobs too          (D5)
//	revoked        the shop needs its merchant; jobs wait            (D7)
//	frozen         the shop is paused; one probe per quarter hour    (D8)
//	unreachable    back off; an outage kills no job for two weeks    (D6)
//	unknown        look before calling again                         (D1, D2)
//	refused        dead, with what the host said
//	anything else  ten attempts, then dead
func (p *Program) jobFailed(ctx context.Context, shop loyalty.Shop, j store.Job, cause error) error {
	j.Reason = cause.Error()
	var throttled platform.Throttled
	switch {
	case errors.As(cause, &throttled):
		return p.postpone(ctx, shop, j, max(throttled.After, time.Second), j.Reason)
	case errors.Is(cause, platform.ErrRevoked):
		return p.lockedOut(ctx, shop, j, loyalty.ShopNeedsAuth, time.Hour)
	case errors.Is(cause, platform.ErrFrozen):
		return p.lockedOut(ctx, shop, j, loyalty.ShopFrozen, frozenWait)
	case errors.Is(cause, platform.ErrRefused), errors.Is(cause, platform.ErrUnsupported):
		return p.bury(ctx, shop, j)
	}
	j.Attempts++
	outage := errors.Is(cause, platform.ErrUnreachable) || errors.Is(cause, platform.ErrUnknown)
	if outage && p.now()-j.CreatedAt < maxOutage.Milliseconds() || !outage && j.Attempts < maxJobAttempts {
		if errors.Is(cause, platform.ErrUnknown) {
			j.State = store.JobUnknown
		}
		return p.again(ctx, shop, j, jobBackoff(j.Attempts-1))
	}
	return p.bury(ctx, shop, j)
}

// bury gives a job up. It stays visible and can be replayed.
func (p *Program) bury(ctx context.Context, shop loyalty.Shop, j store.Job) error {
	j.State, j.DoneAt = store.JobDead, p.now()
	p.Log.Error("a job for the host was given up", "shop", shop.ID, "job", j.ID, "kind", j.Kind, "reason", j.Reason)
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := p.saveJob(tx, shop.ID, j); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: ledger.ActorSystem, did: "job.dead", to: "job:" + j.ID.String(), after: map[string]string{"kind": string(j.Kind), "key": j.Key}, why: j.Reason})
	})
	if errors.Is(err, errStaleLease) {
		return nil
	}
	return err
}

// lockedOut marks the shop once and lets its jobs wait.
func (p *Program) lockedOut(ctx context.Context, shop loyalty.Shop, j store.Job, state loyalty.ShopState, wait time.Duration) error {
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		moved, err := tx.SetShopState(shop.ID, []loyalty.ShopState{loyalty.ShopActive, loyalty.ShopFrozen}, state, p.now())
		if err != nil || !moved || shop.State == state {
			return err
		}
		p.Log.Error("the host locks us out", "shop", shop.ID, "state", state, "reason", j.Reason)
		return p.audit(tx, shop.ID, deed{by: ledger.ActorSystem, did: "shop." + string(state), to: "shop:" + shop.ID.String(), why: j.Reason})
	})
	if err != nil {
		return err
	}
	return p.postpone(ctx, shop, j, wait, j.Reason)
}

// ShopReachable says that the host lets us in again: a frozen shop thaws, and
// everything that waited is due at once.
func (p *Program) ShopReachable(ctx context.Context, shop loyalty.Shop) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.SetShopState(shop.ID, []loyalty.ShopState{loyalty.ShopFrozen, loyalty.ShopNeedsAuth}, loyalty.ShopActive, p.now()); err != nil {
			return err
		}
		tx.OnCommit(func() {
			p.pauses.set(shop, 0)
			p.wake("jobs")
		})
		_, err := tx.WakeJobs(shop.ID, p.now())
		return err
	})
}

// ReplayJob gives a dead job another round; CodeConflict if it is not dead,
// CodeNotFound if the shop has no such job.
func (p *Program) ReplayJob(ctx context.Context, actor string, shop loyalty.ShopID, id loyalty.ID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		ok, err := tx.ReplayJob(shop, id, p.now())
		if err != nil {
			return err
		}
		if !ok {
			_, found, err := tx.JobByID(shop, id)
			if err != nil || !found {
				return orNotFound(err, "job")
			}
			return loyalty.Refuse(loyalty.CodeConflict, "only a job that was given up can be tried again")
		}
		tx.OnCommit(func() { p.wake("jobs") })
		return p.audit(tx, shop, deed{by: actor, did: "job.replayed", to: "job:" + id.String()})
	})
}

// shopPauses remembers in this process until when a host asked to be left
// alone, so that jobs leased together with the one that was told do not ask
// again. The database has it too, for everybody else (DelayJobs). A pause ends
// when the shop's row changes: the merchant may have let us in again.
type shopPauses struct {
	mu   sync.Mutex
	list map[loyalty.ShopID]shopPause
}

type shopPause struct {
	until   int64 // Unix ms
	version int64 // of the shop's row
}

func (s *shopPauses) set(shop loyalty.Shop, untilMs int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.list == nil {
		s.list = map[loyalty.ShopID]shopPause{}
	}
	s.list[shop.ID] = shopPause{untilMs, shop.Version}
}

// left is how long a pause still lasts, 0 if there is none.
func (s *shopPauses) left(shop loyalty.Shop, nowMs int64) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	pause := s.list[shop.ID]
	if pause.until <= nowMs || pause.version != shop.Version {
		delete(s.list, shop.ID)
		return 0
	}
	return time.Duration(pause.until-nowMs) * time.Millisecond
}
