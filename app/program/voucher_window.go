package program

import (
	"context"
	"errors"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// windowPayload belongs to jobs of kind voucher.window: a whole voucher starts,
// pauses or ends, or its next hours begin.
type windowPayload struct {
	Template loyalty.ID `json:"template"`
	Done     loyalty.ID `json:"done,omitempty"`     // the last shared discount that was brought there
	After    loyalty.ID `json:"after,omitempty"`    // the last code that was looked at
	Articles bool       `json:"articles,omitempty"` // articles were switched: only what names products
	FromZone string     `json:"zone,omitempty"`     // the shop's zone was this one: times are moved before the host is told
	Moved    bool       `json:"moved,omitempty"`    // some were
}

// oweWindow stores the job that opens or shuts a voucher at the host.
func (p *Program) oweWindow(tx *store.Tx, shop loyalty.ShopID, template loyalty.ID) error {
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop, []store.Job{p.voucherJob(store.JobWindow, windowPayload{Template: template})})
}

// windowRun is one run of a window job.
type windowRun struct {
	*mirrorRun
	windowPayload
	voucher Voucher
	shared  []store.HostDiscount
	page    []store.Code
	more    bool // there are codes after the page
}

const codesOfWindow = 200 // codes looked at in one run

// runWindow brings a voucher's discounts to where it stands: stopped, or usable in
// its hours that are open or come next. The host ends the hours by itself, and the
// job for the next ones is stored before this one is over, so that a late worker
// opens late and never shuts late. Codes that waited for the start are taken there.
func (p *Program) runWindow(ctx context.Context, h hostCall) error {
	payload, err := decodeJob[windowPayload](h.job)
	if err != nil {
		return err
	}
	r := &windowRun{mirrorRun: &mirrorRun{hostCall: h, now: p.now()}, windowPayload: payload}
	if r.FromZone != "" {
		return p.moveZone(ctx, r)
	}
	if err := p.readWindow(ctx, r); err != nil {
		return err
	}
	calls := 0
	for _, d := range r.shared {
		if d.ID <= r.Done || d.State == store.HostDiscountLost || r.Articles && len(d.Spec.ProductKeys) == 0 {
			continue
		}
		if calls == callsAtRun {
			return p.windowLater(ctx, r)
		}
		calls++
		if err := p.moveShared(ctx, r, d); err != nil {
			return err
		}
		r.Done = d.ID
	}
	var waiting []loyalty.ID
	for _, c := range r.page {
		if calls == callsAtRun {
			r.more = true
			break
		}
		switch {
		case c.State == voucher.Pending:
			waiting = append(waiting, c.ID)
		case !r.sharing(c) && c.HostRef != "" && !(r.Articles && len(c.Spec.ProductKeys) == 0):
			calls++
			if err := p.moveOwn(ctx, r, c); err != nil {
				return err
			}
		}
		r.After = c.ID
	}
	if !r.open() {
		waiting = nil
	}
	return p.windowDone(ctx, r, waiting)
}

func (p *Program) readWindow(ctx context.Context, r *windowRun) error {
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if r.voucher, err = p.voucherByID(tx, r.shop.ID, r.Template); err != nil {
			return err
		}
		if r.shared, err = tx.HostDiscountsOf(r.shop.ID, r.Template); err != nil {
			return err
		}
		r.page, err = tx.TemplateCodesAfter(r.shop.ID, r.Template, r.After, codesOfWindow, voucher.Pending, voucher.Active)
		return err
	})
	if err != nil {
		return err
	}
	r.more = len(r.page) == codesOfWindow
	for _, c := range r.page {
		r.Codes = append(r.Codes, c.ID)
	}
	err = p.readMirror(ctx, r.mirrorRun)
	r.Codes = nil
	return err
}

func (r *windowRun) open() bool { return r.voucher.Row.State == voucher.TemplateActive }

// moveShared opens a shared discount in its hours, or stops it.
func (p *Program) moveShared(ctx context.Context, r *windowRun, d store.HostDiscount) error {
	call, done := calling(ctx)
	defer done()
	to := store.HostDiscountStopped
	var err error
	if r.open() {
		to = store.HostDiscountLive
		spec := inWindow(d.Spec.Without(r.off), r.voucher.Doc, voucher.Moment{At: r.now, Zone: r.zone})
		if spec.EndsAt != 0 && spec.EndsAt <= r.now {
			return nil // over by itself
		}
		err = r.driver.ChangeDiscount(call, r.conn, d.HostRef, d.Marker, spec)
	} else {
		err = r.driver.DisableCode(call, r.conn, d.HostRef)
	}
	if errors.Is(err, platform.ErrGone) {
		return p.sharedLost(ctx, r.shop, d, "deleted at the host")
	}
	if err != nil {
		return harmless(err)
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.SetHostDiscountState(r.shop.ID, d.ID, to); err != nil {
			return err
		}
		return p.switchedMeanwhile(tx, r.mirrorRun, r.Template)
	})
}

// moveOwn does the same with the discount of a single code.
func (p *Program) moveOwn(ctx context.Context, r *windowRun, c store.Code) error {
	call, done := calling(ctx)
	defer done()
	var err error
	if r.open() {
		spec := r.spec(c)
		if spec.EndsAt != 0 && spec.EndsAt <= r.now {
			return nil
		}
		err = r.driver.ChangeDiscount(call, r.conn, c.HostRef, r.marker(c), spec)
	} else {
		err = r.driver.DisableCode(call, r.conn, c.HostRef)
	}
	if errors.Is(err, platform.ErrGone) || errors.Is(err, platform.ErrUnsupported) {
		return nil // the look at the host's codes settles it
	}
	return harmless(err)
}

// harmless makes an unknown outcome one to try again: saying the same thing twice does no harm.
func harmless(err error) error {
	if errors.Is(err, platform.ErrUnknown) {
		err = platform.ErrUnreachable
	}
	return fromHost(err)
}

func (p *Program) windowLater(ctx context.Context, r *windowRun) error {
	r.job.Payload, r.job.State, r.job.Attempts = encodeJob(r.windowPayload), store.JobDue, 0
	return p.again(ctx, r.shop, r.job, 0)
}

// windowDone owes what waited, and either goes on with the next codes or ends with
// the job for the next hours in store.
func (p *Program) windowDone(ctx context.Context, r *windowRun, waiting []loyalty.ID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := errors.Join(p.oweNew(tx, r.shop.ID, waiting), p.switchedMeanwhile(tx, r.mirrorRun, r.Template)); err != nil {
			return err
		}
		if r.more {
			r.job.Payload, r.job.State, r.job.Attempts, r.job.NextAt = encodeJob(r.windowPayload), store.JobDue, 0, p.now()
			return p.saveJob(tx, r.shop.ID, r.job)
		}
		if err := p.oweNextWindow(tx, r.shop, r.voucher); err != nil {
			return err
		}
		return p.finishJob(tx, r.shop.ID, r.job, "")
	})
}

// oweNextWindow stores the job for the hours after those that are open or come
// next, unless it is there.
func (p *Program) oweNextWindow(tx *store.Tx, shop loyalty.Shop, v Voucher) error {
	if v.Row.State != voucher.TemplateActive || len(v.Doc.Valid.Windows) == 0 {
		return nil
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return err
	}
	opens, closes := v.Doc.Valid.Next(voucher.Moment{At: p.now(), Zone: zone})
	if opens == 0 || closes == 0 {
		return nil
	}
	job := p.voucherJob(store.JobWindow, windowPayload{Template: v.Row.ID})
	job.Key, job.NextAt = v.Row.ID.String()+":"+loyalty.ID(closes).String(), closes
	_, err = tx.EnsureJob(shop.ID, job)
	return err
}
