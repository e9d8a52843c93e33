package program

import (
	"context"
	"errors"
	"slices"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// mirrorShare puts codes that have the same conditions into one discount; the
// others wait for the next run.
func (p *Program) mirrorShare(ctx context.Context, r *mirrorRun, share, rest []loyalty.ID) error {
	first := r.codes[share[0]]
	marker := r.marker(first)
	var alike []loyalty.ID
	for _, id := range share {
		if r.marker(r.codes[id]) == marker && len(alike) < platform.CodesAtOnce {
			alike = append(alike, id)
		} else {
			rest = append(rest, id)
		}
	}
	d, found, err := p.sharedDiscount(ctx, r, first.TemplateID, marker)
	if err != nil {
		return err
	}
	if !found {
		return p.startShared(ctx, r, alike, rest)
	}
	texts := make([]string, len(alike))
	for i, id := range alike {
		texts[i] = r.codes[id].Code
	}
	call, done := calling(ctx)
	defer done()
	crash.Point("addcodes.before_call")
	adding, err := r.driver.AddCodes(call, r.conn, d.HostRef, texts)
	crash.Point("addcodes.after_call")
	if errors.Is(err, platform.ErrGone) {
		if err := p.sharedLost(ctx, r.shop, d, "deleted at the host"); err != nil {
			return err
		}
		return p.mirrorLater(ctx, r, 0)
	}
	if err != nil {
		return fromHost(err)
	}
	r.Codes, r.Adding, r.Ref, r.Sent = rest, adding, d.HostRef, alike
	return p.mirrorAdded(ctx, r)
}

// sharedDiscount finds the discount of a marker that the host still has.
func (p *Program) sharedDiscount(ctx context.Context, r *mirrorRun, template loyalty.ID, marker string) (d store.HostDiscount, found bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		found = false
		list, err := tx.HostDiscountsOf(r.shop.ID, template)
		for _, one := range list {
			if one.Marker == marker && one.State != store.HostDiscountLost && !found {
				d, found = one, true
			}
		}
		return err
	})
	return d, found, err
}

// startShared makes the discount that codes will share, with one of them, and leaves
// the others for the next run.
func (p *Program) startShared(ctx context.Context, r *mirrorRun, alike, rest []loyalty.ID) error {
	first, wait, err := p.firstOfShared(ctx, r, r.codes[alike[0]])
	if err != nil {
		return err
	}
	r.Codes = append(alike, rest...)
	if first.ID == 0 {
		return p.mirrorLater(ctx, r, wait)
	}
	err = p.makeShared(ctx, r, first)
	var host hostError
	if errors.As(err, &host) && errors.Is(host.cause, platform.ErrRefused) {
		r.Codes = rest // what it has against one it has against all of them
		why := map[string]string{}
		for _, id := range alike {
			why[r.codes[id].Code] = host.cause.Error()
		}
		if err := p.endMaking(ctx, r, first); err != nil {
			return err
		}
		return p.refuseAll(ctx, r, alike, why)
	}
	if err != nil {
		return err
	}
	r.Codes = slices.DeleteFunc(r.Codes, func(id loyalty.ID) bool { return id == first.ID })
	if len(r.Codes) == 0 {
		return p.mirrorDone(ctx, r)
	}
	return p.mirrorLater(ctx, r, 0)
}

// firstOfShared is the code with which the discount of a marker is made: whoever makes
// it takes the same one, so that a host that keeps codes apart makes it once, also while
// another worker's call is under way or its answer is lost. A code that was stopped
// meanwhile may still arrive: the next is chosen when no call can be under way. No code
// means that the job is to look again after the wait.
func (p *Program) firstOfShared(ctx context.Context, r *mirrorRun, own store.Code) (first store.Code, wait time.Duration, err error) {
	d := store.HostDiscount{ID: p.IDs.Next(), TemplateID: own.TemplateID, BatchID: own.BatchID, Marker: r.marker(own), Spec: timed(r.stable(own), own), CreatedAt: p.now()}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		first, wait = store.Code{}, 0
		id, err := tx.MakingOf(r.shop.ID, d, own.ID)
		if err != nil || id == 0 {
			return err
		}
		chosen, _, err := tx.CodeByID(r.shop.ID, id)
		if err != nil {
			return err
		}
		if chosen.State != voucher.Pending {
			if wait = time.Duration(chosen.UpdatedAt+2*jobLease.Milliseconds()-p.now()) * time.Millisecond; wait > 0 {
				return nil
			}
			chosen, wait = own, 0
			if err := tx.EndMaking(r.shop.ID, d.TemplateID, d.Marker, id); err != nil {
				return err
			}
			_, err = tx.MakingOf(r.shop.ID, d, own.ID)
		}
		first = chosen
		return err
	})
	r.codes[first.ID] = first
	return first, wait, err
}

func (p *Program) endMaking(ctx context.Context, r *mirrorRun, first store.Code) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.EndMaking(r.shop.ID, first.TemplateID, r.marker(first), first.ID)
	})
}

// makeShared makes a shared discount with its first code. After a lost answer the
// code is there, and its discount is taken over (D1).
func (p *Program) makeShared(ctx context.Context, r *mirrorRun, first store.Code) error {
	call, done := calling(ctx)
	defer done()
	marker := r.marker(first)
	crash.Point("mirror.before_call")
	ref, err := r.driver.CreateCode(call, r.conn, first.Code, marker, r.spec(first))
	crash.Point("mirror.after_call")
	if errors.Is(err, platform.ErrTaken) {
		found := false
		if ref, found, err = r.driver.FindCode(call, r.conn, first.Code); err != nil {
			return fromHost(err)
		}
		if !found {
			return fromHost(platform.ErrUnreachable) // it has it and does not show it yet (D14)
		}
		if !ref.Ours || ref.Marker != marker {
			if left, err := p.leftover(ctx, r, ref); err != nil || left {
				return err
			}
			if err := p.endMaking(ctx, r, first); err != nil {
				return err
			}
			return p.mirrorRefused(ctx, r, first, notOurs)
		}
	}
	if err != nil {
		return fromHost(err)
	}
	return p.adopt(ctx, r, first, ref.HostRef)
}

// adopt notes a code in a shared discount, and the discount if it is not in our books yet.
func (p *Program) adopt(ctx context.Context, r *mirrorRun, c store.Code, ref string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := p.noteShared(tx, r, c, ref); err != nil {
			return err
		}
		return p.placed(tx, r, []loyalty.ID{c.ID}, ref)
	})
}

// noteShared notes the shared discount in which the host has a code.
func (p *Program) noteShared(tx *store.Tx, r *mirrorRun, c store.Code, ref string) error {
	d := store.HostDiscount{ID: p.IDs.Next(), TemplateID: c.TemplateID, BatchID: c.BatchID, HostRef: ref, State: store.HostDiscountLive,
		Marker: r.marker(c), Spec: timed(r.stable(c), c), CreatedAt: p.now()}
	d.Spec.CustomerKeys = r.chosen(c)
	return tx.MadeHostDiscount(r.shop.ID, d)
}

// placed notes codes that the host has. One that was stopped while it was on its
// way is taken to the host again: it must not work there.
func (p *Program) placed(tx *store.Tx, r *mirrorRun, ids []loyalty.ID, ref string) error {
	if err := tx.PlaceCodes(r.shop.ID, ids, ref, p.now()); err != nil {
		return err
	}
	now, err := tx.CodesByID(r.shop.ID, ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := p.showVouchers(tx, r.shop, r.rows[now[ids[0]].TemplateID]); err != nil {
		return err
	}
	if err := p.switchedMeanwhile(tx, r, now[ids[0]].TemplateID); err != nil {
		return err
	}
	var stopped []loyalty.ID
	for _, id := range ids {
		if now[id].State == voucher.Void {
			stopped = append(stopped, id)
		}
	}
	return p.oweMirror(tx, r.shop.ID, stopped)
}

// mirrorAdded asks what became of the codes that the host was to add. Those that it
// says it has already are looked at: after a lost answer they are ours.
func (p *Program) mirrorAdded(ctx context.Context, r *mirrorRun) error {
	call, done := calling(ctx)
	defer done()
	state, err := r.driver.AddedCodes(call, r.conn, r.Adding)
	crash.Point("addcodes.asked")
	gone := errors.Is(err, platform.ErrGone)
	if err != nil && !gone {
		return p.keepAdding(ctx, r, err)
	}
	if !gone && !state.Done {
		return p.mirrorLater(ctx, r, askAdding)
	}
	var good, doubtful []loyalty.ID
	for _, id := range r.Sent {
		if _, refused := state.Refused[r.codes[id].Code]; refused || gone {
			doubtful = append(doubtful, id)
		} else {
			good = append(good, id)
		}
	}
	ref := r.Ref
	if _, there, err := p.hostDiscount(ctx, r.shop.ID, ref); err != nil {
		return err
	} else if !there { // it went meanwhile, with all that was in it
		good, doubtful = nil, append(good, doubtful...)
	}
	r.Adding, r.Ref, r.Sent, r.Look = "", "", nil, len(doubtful) > 0
	if r.Look {
		if r.Seen++; r.Seen > len(lookups) {
			if err := p.Store.Write(ctx, func(tx *store.Tx) error { return p.placed(tx, r, good, ref) }); err != nil {
				return err
			}
			return p.refuseAll(ctx, r, doubtful, state.Refused)
		}
	}
	r.Codes = append(doubtful, r.Codes...)
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := p.placed(tx, r, good, ref); err != nil {
			return err
		}
		if len(r.Codes) == 0 {
			return p.finishJob(tx, r.shop.ID, r.job, "")
		}
		wait := time.Duration(0)
		if r.Look {
			wait = lookups[r.Seen-1] // it may have them and not show them yet (D14)
		}
		r.job.Payload, r.job.State, r.job.Attempts, r.job.NextAt = encodeJob(r.mirrorPayload), store.JobDue, 0, p.now()+wait.Milliseconds()
		tx.OnCommit(func() { p.wake("jobs") })
		return p.saveJob(tx, r.shop.ID, r.job)
	})
}

// keepAdding remembers what was sent although the question after it failed.
func (p *Program) keepAdding(ctx context.Context, r *mirrorRun, cause error) error {
	r.job.Payload = encodeJob(r.mirrorPayload)
	if errors.Is(cause, platform.ErrUnknown) {
		cause = platform.ErrUnreachable // asking again does no harm
	}
	return p.jobFailed(ctx, r.shop, r.job, cause)
}

// refuseAll gives up codes that the host does not take, and goes on with the others.
func (p *Program) refuseAll(ctx context.Context, r *mirrorRun, refused []loyalty.ID, why map[string]string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		for _, id := range refused {
			if err := p.refuse(tx, r, r.codes[id], why[r.codes[id].Code]); err != nil {
				return err
			}
		}
		if len(r.Codes) == 0 {
			return p.finishJob(tx, r.shop.ID, r.job, "")
		}
		r.Seen, r.Look = 0, false
		r.job.Payload, r.job.State, r.job.Attempts, r.job.NextAt = encodeJob(r.mirrorPayload), store.JobDue, 0, p.now()
		return p.saveJob(tx, r.shop.ID, r.job)
	})
}

// sharedLost notes that the host no longer has a shared discount, and all codes in it.
func (p *Program) sharedLost(ctx context.Context, shop loyalty.Shop, d store.HostDiscount, why string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		moved, err := tx.SetHostDiscountState(shop.ID, d.ID, store.HostDiscountLost)
		if err != nil || !moved {
			return err
		}
		n, err := tx.LoseCodes(shop.ID, d, p.now())
		if err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: "host", did: "voucher.lost", to: TemplateSubject(d.TemplateID), after: map[string]any{"discount": d.HostRef, "codes": n}, why: why})
	})
}
