package program

import (
	"context"
	"errors"
	"time"

	"zugabe/app/crash"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// runDisableCode makes a code unusable at the host. Only the host's word ends
// the code and gives the points back (D17); a code that is gone there is as dead
// as a disabled one.
func (p *Program) runDisableCode(ctx context.Context, h hostCall) error {
	payload, err := decodeJob[disablePayload](h.job)
	if err != nil {
		return err
	}
	red, code, err := p.redemptionOfJob(ctx, h)
	if err != nil {
		return err
	}
	call, done := calling(ctx)
	defer done()
	ref := code.HostRef
	if ref == "" {
		found, exists, err := h.driver.FindCode(call, h.conn, code.Code)
		if err != nil {
			return fromHost(err)
		}
		if exists && found.Ours {
			ref = found.HostRef
		}
	}
	if ref != "" {
		if err := h.driver.DisableCode(call, h.conn, ref); err != nil && !errors.Is(err, platform.ErrGone) {
			if errors.Is(err, platform.ErrUnknown) { // repeating it does no harm
				err = platform.ErrUnreachable
			}
			return fromHost(err)
		}
	}
	crash.Point("disable.after_call")
	if payload.Why == "" { // a replay
		payload.Why, payload.Actor = red.Reason, ledger.ActorSystem
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := p.codeOver(tx, h.shop, red, payload); err != nil {
			return err
		}
		return p.finishJob(tx, h.shop.ID, h.job, "")
	})
}

// redemptionOfJob reads the redemption that a job's key names, and its code.
func (p *Program) redemptionOfJob(ctx context.Context, h hostCall) (red reward.Redemption, code store.Code, err error) {
	id, err := loyalty.ParseID(h.job.Key)
	if err != nil {
		return red, code, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		var found bool
		if red, found, err = tx.RedemptionByID(h.shop.ID, id); err != nil || !found {
			return orMissing(err, "redemption")
		}
		if code, found, err = tx.CodeByID(h.shop.ID, red.CodeID); err != nil || !found {
			return orMissing(err, "code")
		}
		return nil
	})
	return red, code, err
}

// checkPayload belongs to jobs of kind check_code, keyed by code and round.
type checkPayload struct {
	Code loyalty.ID `json:"code"`
	Seen int        `json:"seen,omitempty"` // how often the host did not have it
}

// CodeTouched has a code looked at because the host says that somebody changed
// or deleted it (D9, G18). A code that is not ours is ignored.
func (p *Program) CodeTouched(tx *store.Tx, shop loyalty.ShopID, code string) error {
	folded := voucher.Fold(code)
	found, err := tx.CodesByFolded(shop, []string{folded})
	if err != nil {
		return err
	}
	c, ours := found[folded]
	if !ours || c.State != voucher.Active {
		return nil
	}
	if c.TemplateID != 0 {
		return p.oweLook(tx, shop, c.ID)
	}
	return p.oweCheck(tx, shop, c.ID, p.now())
}

// oweCheck stores a look at a code, at most one per minute.
func (p *Program) oweCheck(tx *store.Tx, shop loyalty.ShopID, code loyalty.ID, now int64) error {
	tx.OnCommit(func() { p.wake("jobs") })
	_, err := tx.EnsureJob(shop, store.Job{
		ID: p.IDs.Next(), Kind: store.JobCheckCode, Key: code.String() + ":" + loyalty.ID(now/60_000).String(),
		Payload: encodeJob(checkPayload{Code: code}), NextAt: now, CreatedAt: now,
	})
	return err
}

// lostAfter is how often, a minute apart, the host must not have a code before we believe it.
const lostAfter = 2

// runCheckCode compares an active code with the host. One that is gone, or was
// switched off there, is lost: its points come back once, and the merchant is told.
func (p *Program) runCheckCode(ctx context.Context, h hostCall) error {
	payload, err := decodeJob[checkPayload](h.job)
	if err != nil {
		return err
	}
	var code store.Code
	var red reward.Redemption
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if code, _, err = tx.CodeByID(h.shop.ID, payload.Code); err != nil {
			return err
		}
		found, err := tx.RedemptionsByCode(h.shop.ID, []loyalty.ID{payload.Code})
		red = found[payload.Code]
		return err
	})
	if err != nil {
		return err
	}
	if code.State != voucher.Active || red.State != reward.Active || red.Reason != "" {
		return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "nothing left to do") })
	}
	call, done := calling(ctx)
	defer done()
	ref, exists, err := h.driver.FindCode(call, h.conn, code.Code)
	if err != nil {
		return fromHost(err)
	}
	if exists && ref.Ours && ref.Marker == code.ID.String() && ref.Active {
		return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "") })
	}
	if payload.Seen++; payload.Seen < lostAfter {
		h.job.Payload = encodeJob(payload)
		return p.again(ctx, h.shop, h.job, time.Minute)
	}
	return p.codeLost(ctx, h, red, exists && ref.Ours)
}

// codeLost gives the points back. A code that still exists at the host, only
// switched off, is disabled by us first, so that nobody can switch it on again.
func (p *Program) codeLost(ctx context.Context, h hostCall, red reward.Redemption, exists bool) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if exists {
			if err := p.oweDisable(tx, h.shop.ID, red, ledger.ActorSystem, WhyLost); err != nil {
				return err
			}
		} else if err := p.codeOver(tx, h.shop, red, disablePayload{Actor: ledger.ActorSystem, Why: WhyLost}); err != nil {
			return err
		}
		if err := p.audit(tx, h.shop.ID, deed{by: ledger.ActorSystem, did: "code.lost", to: "code:" + red.CodeID.String(), why: "deleted or switched off at the host"}); err != nil {
			return err
		}
		return p.finishJob(tx, h.shop.ID, h.job, "lost")
	})
}
