package program

import (
	"context"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

const voucherWatchCursor = "voucher-watch"

// watchPayload belongs to jobs of kind voucher.watch. Key is the job's own id.
type watchPayload struct {
	After  loyalty.ID   `json:"after,omitempty"`  // the last of our discounts that was compared
	Gone   []loyalty.ID `json:"gone,omitempty"`   // those that the host did not have, or had ended, at the first look
	Second bool         `json:"second,omitempty"` // this is the second look
	Cursor string       `json:"cursor,omitempty"` // in the host's list
	Pages  int          `json:"pages,omitempty"`
}

const (
	watchedDiscounts = 25
	watchedPages     = 20 // of the host's list in one round
)

// WatchVouchers owes a shop's round: the next few active codes and all shared
// discounts are compared with the host (G18), and the jobs for vouchers' hours are
// there again should one have been given up.
func (p *Program) WatchVouchers(ctx context.Context, shop loyalty.Shop, limit int) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Templates(shop.ID, store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive}, Limit: 200})
		if err != nil || len(rows) == 0 {
			return err
		}
		list, err := p.withDocs(tx, shop.ID, rows)
		if err != nil {
			return err
		}
		for _, v := range list {
			if err := p.oweNextWindow(tx, shop, v); err != nil {
				return err
			}
		}
		cursor, err := tx.LoadCursor(shop.ID, voucherWatchCursor)
		if err != nil {
			return err
		}
		var after loyalty.ID
		if cursor.Position != "" {
			if after, err = loyalty.ParseID(cursor.Position); err != nil {
				return err
			}
		}
		page, err := tx.ActiveVoucherCodesAfter(shop.ID, after, limit)
		if err != nil {
			return err
		}
		after = 0 // round again
		if len(page) == limit {
			after = page[limit-1].ID
		}
		jobs := []store.Job{p.voucherJob(store.JobDiscountWatch, watchPayload{})}
		if len(page) > 0 {
			jobs = append(jobs, p.voucherJob(store.JobMirror, mirrorPayload{Codes: codeIDs(page), Watch: true}))
		}
		tx.OnCommit(func() { p.wake("jobs") })
		if err := tx.InsertJobs(shop.ID, jobs); err != nil {
			return err
		}
		cursor.Position, cursor.UpdatedAt = after.String(), p.now()
		return tx.SaveCursor(shop.ID, cursor)
	})
}

// oweLook has one code compared with the host, because the host says that somebody touched it.
func (p *Program) oweLook(tx *store.Tx, shop loyalty.ShopID, code loyalty.ID) error {
	job := p.voucherJob(store.JobMirror, mirrorPayload{Codes: []loyalty.ID{code}, Watch: true})
	job.Key = "look:" + code.String() + ":" + loyalty.ID(p.now()/60_000).String()
	tx.OnCommit(func() { p.wake("jobs") })
	_, err := tx.EnsureJob(shop, job)
	return err
}

// runDiscountWatch compares our shared discounts with the host's, and then walks the
// host's list for ours that should not be there.
func (p *Program) runDiscountWatch(ctx context.Context, h hostCall) error {
	w, err := decodeJob[watchPayload](h.job)
	if err != nil {
		return err
	}
	finish := func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "") }
	if !h.driver.Capabilities().SharedDiscounts {
		return p.Store.Write(ctx, finish)
	}
	wait := time.Duration(0)
	if w.Cursor == "" && w.Pages == 0 {
		more, err := p.watchOurs(ctx, h, &w)
		if err != nil {
			return err
		}
		if !more && len(w.Gone) > 0 && !w.Second {
			w.After, w.Second, wait = 0, true, time.Minute
		} else if !more {
			w.Pages = 1
		}
	} else {
		if err := p.watchTheirs(ctx, h, &w); err != nil {
			return err
		}
		if w.Cursor == "" || w.Pages > watchedPages {
			return p.Store.Write(ctx, finish)
		}
	}
	h.job.Payload, h.job.State, h.job.Attempts = encodeJob(w), store.JobDue, 0
	return p.again(ctx, h.shop, h.job, wait)
}

// watchOurs compares one page of our shared discounts. What is gone, or was ended by
// somebody, must be so twice, a minute apart, before it is believed.
func (p *Program) watchOurs(ctx context.Context, h hostCall, w *watchPayload) (more bool, err error) {
	var page []store.HostDiscount
	docs := map[loyalty.ID]Voucher{}
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if page, err = tx.HostDiscountsAfter(h.shop.ID, w.After, watchedDiscounts); err != nil {
			return err
		}
		var ids []loyalty.ID
		for _, d := range page {
			ids = append(ids, d.TemplateID)
		}
		docs, err = p.vouchersByID(tx, h.shop.ID, distinctIDs(ids))
		return err
	})
	if err != nil || len(page) == 0 {
		return false, err
	}
	refs := make([]string, len(page))
	for i, d := range page {
		refs[i] = d.HostRef
	}
	call, done := calling(ctx)
	defer done()
	there, err := h.driver.ReadDiscounts(call, h.conn, refs)
	if err != nil {
		return false, fromHost(err)
	}
	for _, d := range page {
		if err := p.compare(ctx, h, d, docs[d.TemplateID], compared{there, w}); err != nil {
			return false, err
		}
		w.After = d.ID
	}
	return len(page) == watchedDiscounts, nil
}

type compared struct {
	there []platform.Discount
	watch *watchPayload
}

// compare settles one of our discounts by what the host has of it.
func (p *Program) compare(ctx context.Context, h hostCall, d store.HostDiscount, v Voucher, c compared) error {
	var found *platform.Discount
	for i := range c.there {
		if c.there[i].Key == d.HostRef {
			found = &c.there[i]
		}
	}
	over := d.Spec.EndsAt != 0 && d.Spec.EndsAt <= p.now() || v.Row.State != voucher.TemplateActive
	ended := found != nil && !found.Active && !over && len(v.Doc.Valid.Windows) == 0
	switch {
	case (found == nil || ended) && !slices.Contains(c.watch.Gone, d.ID):
		if !c.watch.Second {
			c.watch.Gone = append(c.watch.Gone, d.ID)
		}
		return nil
	case found == nil:
		return p.sharedLost(ctx, h.shop, d, "deleted at the host")
	case ended:
		return p.sharedLost(ctx, h.shop, d, "ended at the host")
	}
	changed := edits(d.Spec, *found, len(v.Doc.Valid.Windows) > 0)
	if len(changed) == 0 || d.State == store.HostDiscountEdited {
		return nil
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if moved, err := tx.SetHostDiscountState(h.shop.ID, d.ID, store.HostDiscountEdited); err != nil || !moved {
			return err
		}
		return p.audit(tx, h.shop.ID, deed{by: "host", did: voucherEdited, to: TemplateSubject(d.TemplateID),
			before: d.Spec, after: found, why: strings.Join(changed, " ")})
	})
}

// voucherEdited is what the audit calls it when somebody changed a discount of ours at
// the host; the reason has the fields.
const voucherEdited = "voucher.edited"

// edits names what of a discount is no longer as we told the host. Times are not
// compared where hours change them.
func edits(told voucher.Spec, now platform.Discount, hours bool) (fields []string) {
	is := func(field string, changed bool) {
		if changed {
			fields = append(fields, field)
		}
	}
	is("percent", told.Kind == voucher.Percent && told.Percent != now.Percent)
	is("minor", told.Kind == voucher.Absolute && told.Minor != now.Minor)
	is("order.min_minor", told.MinSubtotal != now.MinSubtotal)
	second := func(ms int64) int64 { return ms / 1000 } // hosts keep whole ones
	is("valid", !hours && (second(told.EndsAt) != second(now.EndsAt) || told.StartsAt != 0 && second(told.StartsAt) != second(now.StartsAt)))
	is("limits.per_code", told.UsageLimit != now.UsageLimit)
	want := told.CombinesWith
	if told.Kind == voucher.FreeShipping {
		want.Shipping = now.Combines.Shipping
	}
	is("stack.combines", want != now.Combines)
	return fields
}

// watchTheirs walks one page of the host's list: a discount with our mark that we
// do not know is flagged, and one that is over here is ended there.
func (p *Program) watchTheirs(ctx context.Context, h hostCall, w *watchPayload) error {
	call, done := calling(ctx)
	defer done()
	page, err := h.driver.LiveDiscounts(call, h.conn, w.Cursor)
	if err != nil {
		return fromHost(err)
	}
	w.Cursor, w.Pages = page.Next, w.Pages+1
	var refs []string
	var own []loyalty.ID
	for _, d := range page.Discounts {
		if !d.Ours {
			continue
		}
		if id, err := loyalty.ParseID(d.Marker); err == nil {
			own = append(own, id)
		} else {
			refs = append(refs, d.Key)
		}
	}
	if len(refs)+len(own) == 0 {
		return nil
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		codes, err := tx.CodesByID(h.shop.ID, own)
		if err != nil {
			return err
		}
		var over []loyalty.ID
		for _, id := range own {
			if c, known := codes[id]; known && c.TemplateID != 0 && c.State == voucher.Void {
				over = append(over, id)
			}
		}
		if err := p.oweMirror(tx, h.shop.ID, over); err != nil {
			return err
		}
		known, err := tx.HostDiscountsByRef(h.shop.ID, refs)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if d, there := known[ref]; there && d.State == store.HostDiscountStopped {
				if err := p.oweWindow(tx, h.shop.ID, d.TemplateID); err != nil {
					return err
				}
			} else if !there {
				p.Log.Warn("the host has a discount with our mark that is not in our books", "shop", h.shop.ID, "discount", ref)
			}
		}
		return nil
	})
}
