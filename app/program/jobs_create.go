package program

import (
	"context"
	"crypto/rand"
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

// maxCodes bounds how many texts one redemption may try (D3).
const maxCodes = 5

// lookups is how long we wait before each look at a host that does not know a
// code it may have: their sum outlasts a host that needs half a minute to show
// it (D14). Only then the same code is sent again.
var lookups = []time.Duration{2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second}

// codeCall is a create_code job with what it is about.
type codeCall struct {
	hostCall
	payload createPayload
	red     reward.Redemption
	code    store.Code
	spec    voucher.Spec // with the customer's e-mails
}

// runCreateCode takes a code to the host. Whatever happens on the way, the host
// ends up with one code at most: a call whose outcome is unknown is looked up.
func (p *Program) runCreateCode(ctx context.Context, h hostCall) error {
	c, open, err := p.codeCall(ctx, h)
	if err != nil || !open {
		return err
	}
	if c.job.State == store.JobUnknown {
		settled, err := p.lookUp(ctx, &c)
		if err != nil || settled {
			return err
		}
	}
	call, done := calling(ctx)
	defer done()
	crash.Point("code.before_call")
	ref, err := c.driver.CreateCode(call, c.conn, c.code.Code, c.code.ID.String(), c.spec)
	crash.Point("code.after_call")
	switch {
	case err == nil:
		return p.codeCreated(ctx, c, ref)
	case errors.Is(err, platform.ErrTaken):
		c.payload.Taken = true
		_, err := p.lookUp(ctx, &c)
		return err
	case errors.Is(err, platform.ErrRefused), errors.Is(err, platform.ErrUnsupported):
		return p.codeRefused(ctx, c, "host_refused", err)
	}
	c.payload.Lookups = 0
	c.job.Payload = encodeJob(c.payload)
	return p.jobFailed(ctx, c.shop, c.job, err)
}

// codeCall reads redemption and code; open is false when there is nothing left
// to do, because an order proved the code meanwhile or the redemption is over.
func (p *Program) codeCall(ctx context.Context, h hostCall) (c codeCall, open bool, err error) {
	payload, err := decodeJob[createPayload](h.job)
	if err != nil {
		return c, false, err
	}
	c = codeCall{hostCall: h, payload: payload}
	id, err := loyalty.ParseID(h.job.Key)
	if err != nil {
		return c, false, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if c.red, open, err = tx.RedemptionByID(h.shop.ID, id); err != nil || !open {
			return err
		}
		open = c.red.State == reward.Pending
		if c.code, _, err = tx.CodeByID(h.shop.ID, c.red.CodeID); err != nil {
			return err
		}
		c.spec = c.code.Spec
		who, found, err := tx.MemberByID(h.shop.ID, c.red.MemberID)
		if found && who.Email != "" {
			c.spec.CustomerEmails = []string{who.Email}
		}
		return err
	})
	if err != nil || open {
		return c, open, err
	}
	return c, false, p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "nothing left to do") })
}

// lookUp asks the host for the code. settled is true when the job's outcome is
// written; false means that the host has had time enough and the same code may
// be sent (again).
func (p *Program) lookUp(ctx context.Context, c *codeCall) (settled bool, err error) {
	call, done := calling(ctx)
	defer done()
	ref, found, err := c.driver.FindCode(call, c.conn, c.code.Code)
	switch {
	case err != nil:
		return true, fromHost(err)
	case found && ref.Ours && ref.Marker == c.code.ID.String():
		return true, p.codeCreated(ctx, *c, ref)
	case found:
		return true, p.codeTaken(ctx, *c)
	}
	if c.payload.Lookups >= len(lookups) && !c.payload.Taken {
		c.payload.Lookups = 0
		return false, nil
	}
	wait := lookups[min(c.payload.Lookups, len(lookups)-1)]
	c.payload.Lookups++
	c.job.Payload, c.job.State, c.job.Reason = encodeJob(c.payload), store.JobUnknown, "the host does not show the code yet"
	if c.payload.Taken && c.payload.Lookups > maxJobAttempts {
		return true, p.bury(ctx, c.shop, c.job)
	}
	return true, p.again(ctx, c.shop, c.job, wait)
}

// codeCreated burns the hold and makes the code active (or finds that an order
// did so before us).
func (p *Program) codeCreated(ctx context.Context, c codeCall, ref platform.CodeRef) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		book, red, err := p.lockRedemption(tx, c.shop.ID, c.red)
		if err != nil {
			return err
		}
		if red.State == reward.Pending {
			if err := p.activate(tx, c, book, red, ref); err != nil {
				return err
			}
		}
		err = p.finishJob(tx, c.shop.ID, c.job, "")
		crash.Point("code.activated")
		return err
	})
}

func (p *Program) activate(tx *store.Tx, c codeCall, book *ledger.Book, red reward.Redemption, ref platform.CodeRef) error {
	hold, found, err := tx.LoadHold(c.shop.ID, red.HoldID)
	if err != nil || !found {
		return orMissing(err, "hold")
	}
	line := ledger.Line{Source: redemptionSource(red.ID), PlanVersion: red.PlanVersion, Actor: c.payload.actor(), OccurredAt: red.CreatedAt}
	if err := book.BurnHold(hold, line); err != nil {
		return err
	}
	if err := tx.SetCodeState(c.shop.ID, red.CodeID, voucher.Active, ref.HostRef, book.Now()); err != nil {
		return err
	}
	if red.Reason == WhyCancelled {
		if err := p.oweDisable(tx, c.shop.ID, red, c.payload.actor(), WhyCancelled); err != nil {
			return err
		}
	}
	if err := p.moveRedemption(tx, c.shop.ID, book, red, reward.Active); err != nil {
		return err
	}
	return p.tellRedeemed(tx, c.shop, red)
}

func (c createPayload) actor() string {
	if c.Actor == "" {
		return ledger.ActorSystem
	}
	return c.Actor
}

// codeRefused gives the points back: the host will never take this code (D10).
func (p *Program) codeRefused(ctx context.Context, c codeCall, reason string, cause error) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		book, red, err := p.lockRedemption(tx, c.shop.ID, c.red)
		if err != nil {
			return err
		}
		if red.State == reward.Pending {
			if err := p.voidPending(tx, c.shop, book, red, reason); err != nil {
				return err
			}
		}
		return p.finishJob(tx, c.shop.ID, c.job, cause.Error())
	})
}

// voidPending releases the hold of a redemption that never became a code.
func (p *Program) voidPending(tx *store.Tx, shop loyalty.Shop, book *ledger.Book, red reward.Redemption, reason string) error {
	hold, found, err := tx.LoadHold(shop.ID, red.HoldID)
	if err != nil || !found {
		return orMissing(err, "hold")
	}
	grace, err := p.graceUntil(tx, shop, red.PlanVersion)
	if err != nil {
		return err
	}
	if err := book.ReleaseHold(hold, grace); err != nil {
		return err
	}
	if err := tx.SetCodeState(shop.ID, red.CodeID, voucher.Void, "", book.Now()); err != nil {
		return err
	}
	red.Reason = reason
	return p.moveRedemption(tx, shop.ID, book, red, reward.Void)
}

// codeTaken draws another text: somebody else's code has ours (D3).
func (p *Program) codeTaken(ctx context.Context, c codeCall) error {
	if c.red.Attempt >= maxCodes {
		return p.codeRefused(ctx, c, "code_taken", errors.New("every code that was tried is taken at the host"))
	}
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		book, red, err := p.lockRedemption(tx, c.shop.ID, c.red)
		if err != nil {
			return err
		}
		if red.State != reward.Pending {
			return p.finishJob(tx, c.shop.ID, c.job, "nothing left to do")
		}
		plan, err := p.PlanVersion(tx, c.shop, red.PlanVersion)
		if err != nil {
			return err
		}
		code, err := voucher.NewCode(plan.Doc.Redeem.CodePrefix, rand.Reader)
		if err != nil {
			return err
		}
		if err := tx.ReplaceCode(c.shop.ID, red.CodeID, code, voucher.Fold(code), book.Now()); err != nil {
			return err
		}
		red.Attempt++
		red.UpdatedAt = book.Now()
		if ok, err := tx.SaveRedemption(c.shop.ID, red, reward.Pending); err != nil || !ok {
			return orConflict(err, "the redemption was changed by somebody else")
		}
		j := c.job
		j.State, j.NextAt, j.Reason = store.JobDue, book.Now(), "the code was taken by somebody else"
		j.Payload = encodeJob(createPayload{Redemption: red.ID, Actor: c.payload.Actor})
		tx.OnCommit(func() { p.wake("jobs") })
		return p.saveJob(tx, c.shop.ID, j)
	})
	return err
}
