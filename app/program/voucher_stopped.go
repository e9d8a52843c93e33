package program

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// removePayload belongs to jobs of kind voucher.removecodes: what is stopped here is
// taken out of one discount of the host. Key is the discount and the time.
type removePayload struct {
	Ref     string `json:"ref"`
	Whole   bool   `json:"whole,omitempty"`   // nothing of it stays: the discount itself goes
	Cursor  string `json:"cursor,omitempty"`  // in the host's list of its codes
	Stays   bool   `json:"stays,omitempty"`   // this round has seen a code that is not stopped
	Removed bool   `json:"removed,omitempty"` // and has taken some out
	Rounds  int    `json:"rounds,omitempty"`
}

// removalSlot is how long the codes that are stopped one batch after the other are
// collected before somebody walks over the discount they are in.
const removalSlot = 15 * time.Second

// notOurs is why a code is refused that somebody else's discount has.
const notOurs = "the host has a discount of this name that is not ours"

// mirrorStopped takes care of many codes at once that are stopped here, so that the
// host is not asked about each: a discount of the code's own is deleted in one call with
// others, and of shared ones a job of its own takes out what must go. Few are looked
// at one by one.
func (p *Program) mirrorStopped(ctx context.Context, r *mirrorRun) error {
	var shared, own, others []loyalty.ID
	for _, id := range r.Codes {
		c, known := r.codes[id]
		switch {
		case !known || r.Watch || c.State != voucher.Void:
			others = append(others, id)
		case r.sharing(c):
			shared = append(shared, id)
		case c.HostRef != "" && r.driver.Capabilities().SharedDiscounts:
			own = append(own, id)
		default:
			others = append(others, id)
		}
	}
	if len(shared)+len(own) <= callsAtRun {
		return nil
	}
	if len(own) > 0 {
		refs := make([]string, len(own))
		for i, id := range own {
			refs[i] = r.codes[id].HostRef
		}
		call, done := calling(ctx)
		defer done()
		err := r.driver.DeleteCodes(call, r.conn, refs)
		if errors.Is(err, platform.ErrRefused) || errors.Is(err, platform.ErrUnsupported) {
			others = append(own, others...) // then each on its own
		} else if err != nil {
			return harmless(err)
		}
	}
	looks, err := p.oweRemovals(ctx, r, shared)
	r.Codes = append(looks, others...)
	return err
}

// oweRemovals stores the jobs that take stopped codes out of the discounts they are in
// or were on their way into. What was never sent is nowhere; only the code with
// which a discount was to be made may be there without our knowing: it is looked up.
func (p *Program) oweRemovals(ctx context.Context, r *mirrorRun, codes []loyalty.ID) (looks []loyalty.ID, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		looks = nil
		known := map[loyalty.ID][]store.HostDiscount{}
		making := map[loyalty.ID]map[string]loyalty.ID{}
		owed := map[string]bool{}
		for _, id := range codes {
			c := r.codes[id]
			if _, read := known[c.TemplateID]; !read {
				if known[c.TemplateID], err = tx.HostDiscountsOf(r.shop.ID, c.TemplateID); err != nil {
					return err
				}
				if making[c.TemplateID], err = tx.MakingCodes(r.shop.ID, c.TemplateID); err != nil {
					return err
				}
			}
			marker := r.marker(c)
			if making[c.TemplateID][marker] == id {
				looks = append(looks, id)
			}
			for _, d := range known[c.TemplateID] {
				if (d.HostRef == c.HostRef || c.HostRef == "" && d.Marker == marker) && d.State != store.HostDiscountLost && !owed[d.HostRef] {
					owed[d.HostRef] = true
					if err := p.oweRemoval(tx, r.shop.ID, d.HostRef); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	return looks, err
}

// oweRemoval stores the job for one discount. It begins when nobody can any more rely
// on it to come: whoever stops a code later owes the next one.
func (p *Program) oweRemoval(tx *store.Tx, shop loyalty.ShopID, ref string) error {
	slot := p.now()/removalSlot.Milliseconds() + 1
	job := p.voucherJob(store.JobRemoveCodes, removePayload{Ref: ref})
	job.Key, job.NextAt = ref+":"+loyalty.ID(slot).String(), slot*removalSlot.Milliseconds()
	_, err := tx.EnsureJob(shop, job)
	return err
}

// mirrorForeign settles a code whose text the host has in a discount that is not its
// group's: one of ours that it is to leave is waited for, somebody else's is for good.
func (p *Program) mirrorForeign(ctx context.Context, r *mirrorRun, c store.Code, ref platform.CodeRef) error {
	if left, err := p.leftover(ctx, r, ref); err != nil || left {
		return err
	}
	return p.mirrorRefused(ctx, r, c, notOurs)
}

// leftover says that a text is still where a code of ours had it that was stopped and
// gave it back; what must happen there does, and the error says to look again.
func (p *Program) leftover(ctx context.Context, r *mirrorRun, ref platform.CodeRef) (bool, error) {
	if !ref.Ours {
		return false, nil
	}
	wait := fromHost(fmt.Errorf("%w: the text is still in a discount of ours that it leaves", platform.ErrUnreachable))
	_, there, err := p.hostDiscount(ctx, r.shop.ID, ref.HostRef)
	if err != nil {
		return false, err
	}
	if there {
		err := p.Store.Write(ctx, func(tx *store.Tx) error { return p.oweRemoval(tx, r.shop.ID, ref.HostRef) })
		if err == nil {
			err = wait
		}
		return true, err
	}
	id, err := loyalty.ParseID(ref.Marker)
	if err != nil {
		return false, nil
	}
	var before store.Code
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		before, _, err = tx.CodeByID(r.shop.ID, id)
		return err
	})
	if err != nil || before.ID == 0 || before.TemplateID == 0 || before.State != voucher.Void {
		return false, err
	}
	call, done := calling(ctx)
	defer done()
	if err := r.driver.DeleteCode(call, r.conn, ref.HostRef); err != nil {
		return true, harmless(err)
	}
	return true, wait
}

// hostDiscount finds a shared discount of ours that the host is to have.
func (p *Program) hostDiscount(ctx context.Context, shop loyalty.ShopID, ref string) (d store.HostDiscount, there bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.HostDiscountsByRef(shop, []string{ref})
		d, there = found[ref]
		there = there && d.State != store.HostDiscountLost
		return err
	})
	return d, there, err
}
