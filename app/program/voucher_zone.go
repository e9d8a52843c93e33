package program

import (
	"context"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// zoneMoved owes, for each voucher that runs or pauses, the job that brings the ends
// and beginnings of its codes to the days that were written down: in another zone they
// are other instants (F8).
func (p *Program) zoneMoved(tx *store.Tx, shop loyalty.ShopID, from, to string) error {
	if from == to {
		return nil
	}
	look := store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive, voucher.TemplatePaused}, Limit: namesAtOnce}
	for more := true; more; {
		rows, err := tx.Templates(shop, look)
		if err != nil {
			return err
		}
		var jobs []store.Job
		for _, row := range rows {
			look.Before = row.ID
			jobs = append(jobs, p.voucherJob(store.JobWindow, windowPayload{Template: row.ID, FromZone: from}))
		}
		if err := tx.InsertJobs(shop, jobs); err != nil {
			return err
		}
		more = len(rows) == look.Limit
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return nil
}

// moveZone moves one page of a voucher's codes, and its discounts with the last one;
// after that the job goes on with telling the host. Codes that came later were made in
// the new zone. What was moved is noted with it: nothing is moved twice.
func (p *Program) moveZone(ctx context.Context, r *windowRun) error {
	from, err := loyalty.Zone(r.FromZone)
	if err != nil {
		return err
	}
	to, err := loyalty.Zone(r.shop.Zone)
	if err != nil {
		return err
	}
	move := func(at int64) int64 { return sameDay(at, from, to) }
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		page, err := tx.TemplateCodesAfter(r.shop.ID, r.Template, r.After, codesOfWindow, voucher.Pending, voucher.Active, voucher.Used)
		if err != nil {
			return err
		}
		next := r.windowPayload
		times := map[loyalty.ID][2]int64{}
		for _, c := range page {
			if next.After = c.ID; c.ID >= r.job.ID {
				break
			}
			if now := [2]int64{move(c.StartsAt), move(c.ExpiresAt)}; now != [2]int64{c.StartsAt, c.ExpiresAt} {
				times[c.ID] = now
			}
		}
		if err := tx.SetCodeTimes(r.shop.ID, times, p.now()); err != nil {
			return err
		}
		next.Moved = next.Moved || len(times) > 0
		if len(page) < codesOfWindow || next.After >= r.job.ID {
			if err := p.moveDiscounts(tx, r, move); err != nil {
				return err
			}
			next.FromZone, next.After = "", 0
			v, err := p.voucherByID(tx, r.shop.ID, r.Template)
			if err != nil {
				return err
			}
			if !next.Moved && len(v.Doc.Valid.Windows) == 0 {
				return p.finishJob(tx, r.shop.ID, r.job, "") // the host has nothing to be told
			}
		}
		job := r.job
		job.Payload, job.State, job.Attempts, job.NextAt = encodeJob(next), store.JobDue, 0, p.now()
		tx.OnCommit(func() { p.wake("jobs") })
		return p.saveJob(tx, r.shop.ID, job)
	})
}

// moveDiscounts does the same with what the host was told of shared discounts. Their
// markers stay: by them codes are told to belong.
func (p *Program) moveDiscounts(tx *store.Tx, r *windowRun, move func(int64) int64) error {
	list, err := tx.HostDiscountsOf(r.shop.ID, r.Template)
	if err != nil {
		return err
	}
	for _, d := range list {
		was := d.Spec
		d.Spec.StartsAt, d.Spec.EndsAt = move(was.StartsAt), move(was.EndsAt)
		if d.ID >= r.job.ID || d.Spec.StartsAt == was.StartsAt && d.Spec.EndsAt == was.EndsAt {
			continue
		}
		if err := tx.SetHostDiscountSpec(r.shop.ID, d.ID, d.Spec); err != nil {
			return err
		}
	}
	return nil
}

// sameDay is the instant at which a day begins in another zone; what is no beginning of
// a day stays.
func sameDay(at int64, from, to *time.Location) int64 {
	if at == 0 {
		return 0
	}
	day := loyalty.DateOf(time.UnixMilli(at).In(from))
	if day.Start(from).UnixMilli() != at {
		return at
	}
	return day.Start(to).UnixMilli()
}

// timed puts the times that a code has by now into what the host is told of it.
func timed(s voucher.Spec, c store.Code) voucher.Spec {
	if s.StartsAt != 0 {
		s.StartsAt = c.StartsAt
	}
	if s.EndsAt != 0 {
		s.EndsAt = c.ExpiresAt
	}
	return s
}
