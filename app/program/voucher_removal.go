package program

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// removal is one run of a job that takes stopped codes out of a discount.
type removal struct {
	hostCall
	removePayload
	discount store.HostDiscount
}

// runRemoveCodes does one step: it finds out that nothing of the discount stays, or
// deletes it, or takes what is stopped out of one page of the host's list. Every step
// can be done again, so that a lost answer or a process that vanished is followed by
// the same look; the last round is one that finds nothing to take.
func (p *Program) runRemoveCodes(ctx context.Context, h hostCall) error {
	payload, err := decodeJob[removePayload](h.job)
	if err != nil {
		return err
	}
	r := &removal{hostCall: h, removePayload: payload}
	if r.Whole {
		return p.removeWhole(ctx, r)
	}
	if r.Cursor == "" {
		if ended, err := p.nothingStays(ctx, r); err != nil || ended {
			return err
		}
	} else {
		var there bool
		if r.discount, there, err = p.hostDiscount(ctx, r.shop.ID, r.Ref); err != nil || !there {
			return p.removed(ctx, r, err)
		}
	}
	return p.removePage(ctx, r)
}

// removed ends the job.
func (p *Program) removed(ctx context.Context, r *removal, err error) error {
	if err != nil {
		return err
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, r.shop.ID, r.job, "") })
}

// nothingStays ends the job of a discount that the host no longer has, and makes that
// of one in which nothing stays the order to delete it: from this commit on nobody
// adds a code to it.
func (p *Program) nothingStays(ctx context.Context, r *removal) (ended bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		ended = false
		found, err := tx.HostDiscountsByRef(r.shop.ID, []string{r.Ref})
		if err != nil {
			return err
		}
		d, there := found[r.Ref]
		if r.discount = d; !there || d.State == store.HostDiscountLost {
			ended = true
			return p.finishJob(tx, r.shop.ID, r.job, "")
		}
		if err := tx.LockTemplates(r.shop.ID, []loyalty.ID{d.TemplateID}); err != nil {
			return err
		}
		stays, waiting, err := tx.StaysInDiscount(r.shop.ID, d, waitingRead)
		if err != nil || stays || r.mayCome(d, waiting) {
			return err
		}
		ended = true
		if _, err := tx.SetHostDiscountState(r.shop.ID, d.ID, store.HostDiscountLost); err != nil {
			return err
		}
		job, payload := r.job, r.removePayload
		payload.Whole = true
		job.Payload, job.State, job.Attempts, job.NextAt = encodeJob(payload), store.JobDue, 0, p.now()
		tx.OnCommit(func() { p.wake("jobs") })
		return p.saveJob(tx, r.shop.ID, job)
	})
	return ended, err
}

// waitingRead is how many waiting codes of a group are looked at; with more of them one
// may always be on its way.
const waitingRead = 100

// mayCome says whether one of the waiting codes goes into the discount. Those that
// were used up in it and are made again do not.
func (r *removal) mayCome(d store.HostDiscount, waiting []store.Code) bool {
	m := &mirrorRun{hostCall: r.hostCall}
	return len(waiting) == waitingRead || slices.ContainsFunc(waiting, func(c store.Code) bool { return m.marker(c) == d.Marker })
}

func (p *Program) removeWhole(ctx context.Context, r *removal) error {
	call, done := calling(ctx)
	defer done()
	err := r.driver.DeleteCode(call, r.conn, r.Ref)
	if err != nil && !errors.Is(err, platform.ErrGone) {
		return harmless(err)
	}
	return p.removed(ctx, r, nil)
}

// removePage takes out of one page what is stopped. A host keeps no discount without a
// code: where all would go, the last one stays in a discount that is ended.
func (p *Program) removePage(ctx context.Context, r *removal) error {
	call, done := calling(ctx)
	defer done()
	page, err := r.driver.CodesIn(call, r.conn, r.Ref, r.Cursor)
	if errors.Is(err, platform.ErrGone) {
		return p.removed(ctx, r, p.sharedLost(ctx, r.shop, r.discount, "deleted at the host"))
	}
	if err != nil {
		return fromHost(err)
	}
	out, err := p.stoppedOn(ctx, r, page.Codes)
	if err != nil {
		return err
	}
	r.Stays = r.Stays || len(out) < len(page.Codes)
	if page.Next == "" && !r.Stays && len(out) > 0 {
		if err := r.driver.DisableCode(call, r.conn, r.Ref); err != nil {
			return harmless(err)
		}
		out = out[1:]
	}
	if len(out) > 0 {
		err := r.driver.RemoveCodes(call, r.conn, r.Ref, out)
		if err != nil && !errors.Is(err, platform.ErrGone) {
			return harmless(err)
		}
		r.Removed = true
	}
	return p.nextPage(ctx, r, page.Next)
}

// nextPage goes on with the walk. A round that has taken something is followed by one
// that sees whether it went.
func (p *Program) nextPage(ctx context.Context, r *removal, next string) error {
	wait := time.Duration(0)
	switch {
	case next != "":
		r.Cursor = next
	case !r.Removed:
		return p.removed(ctx, r, nil)
	case r.Rounds >= len(lookups):
		return fromHost(fmt.Errorf("%w: the host still has codes that it was told to take out", platform.ErrUnreachable))
	default:
		wait = lookups[r.Rounds]
		r.Cursor, r.Stays, r.Removed = "", false, false
		r.Rounds++
	}
	r.job.Payload, r.job.State, r.job.Attempts = encodeJob(r.removePayload), store.JobDue, 0
	return p.again(ctx, r.shop, r.job, wait)
}

// stoppedOn are those of the host's codes that must go: what is stopped here, and a text
// that a stopped code gave back and another one waits for. What we do not know stays.
func (p *Program) stoppedOn(ctx context.Context, r *removal, page []platform.RedeemCode) (out []string, err error) {
	m := &mirrorRun{hostCall: r.hostCall}
	texts := make([]string, len(page))
	for i, c := range page {
		texts[i] = voucher.Fold(c.Code)
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.CodesByFolded(r.shop.ID, texts)
		if err != nil {
			return err
		}
		byID := make(map[loyalty.ID]store.Code, len(rows))
		for _, c := range rows {
			byID[c.ID] = c
		}
		barred, err := p.barredCodes(tx, r.shop.ID, byID)
		if err != nil {
			return err
		}
		for i, at := range page {
			c, known := rows[texts[i]]
			ours := c.HostRef == r.Ref || c.HostRef == "" && m.marker(c) == r.discount.Marker
			if known && (ours && (c.State == voucher.Void || barred[c.ID]) || !ours && c.State == voucher.Pending && c.HostRef == "") {
				out = append(out, at.Ref)
			}
		}
		return nil
	})
	return out, err
}
