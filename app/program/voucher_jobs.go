package program

import (
	"context"
	"errors"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// mirrorPayload belongs to jobs of kind voucher.mirror and voucher.addcodes: bring
// these codes at the host to where our rows say they are. Key is the job's own id.
type mirrorPayload struct {
	Codes []loyalty.ID `json:"codes"`
}

// windowPayload belongs to jobs of kind voucher.window: a whole voucher starts,
// pauses or ends. Key is the job's own id.
type windowPayload struct {
	Template loyalty.ID `json:"template"`
}

// mirrorChunk is how many codes one job takes to the host.
const mirrorChunk = 20

// oweMirror stores the jobs that take codes to the host as they are when the job
// runs; it may be owed again while one waits.
func (p *Program) oweMirror(tx *store.Tx, shop loyalty.ShopID, codes []loyalty.ID) error {
	if len(codes) == 0 {
		return nil
	}
	var jobs []store.Job
	for len(codes) > 0 {
		n := min(len(codes), mirrorChunk)
		jobs = append(jobs, p.voucherJob(store.JobMirror, mirrorPayload{Codes: codes[:n]}))
		codes = codes[n:]
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop, jobs)
}

// oweWindow stores the job that opens or shuts a voucher at the host.
func (p *Program) oweWindow(tx *store.Tx, shop loyalty.ShopID, template loyalty.ID) error {
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop, []store.Job{p.voucherJob(store.JobWindow, windowPayload{Template: template})})
}

func (p *Program) voucherJob(kind store.JobKind, payload any) store.Job {
	id, now := p.IDs.Next(), p.now()
	return store.Job{ID: id, Kind: kind, Key: id.String(), Payload: encodeJob(payload), NextAt: now, CreatedAt: now}
}

// runMirror makes codes at the host that wait for it, and makes those unusable that
// were stopped. Each code is looked up first: after a lost answer it may be there.
func (p *Program) runMirror(ctx context.Context, h hostCall) error {
	payload, err := decodeJob[mirrorPayload](h.job)
	if err != nil {
		return err
	}
	var codes map[loyalty.ID]store.Code
	var who map[loyalty.ID]loyalty.Member
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if codes, err = tx.CodesByID(h.shop.ID, payload.Codes); err != nil {
			return err
		}
		var holders []loyalty.ID
		for _, c := range codes {
			if c.MemberID != 0 {
				holders = append(holders, c.MemberID)
			}
		}
		who, err = tx.MembersByID(h.shop.ID, holders)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range payload.Codes {
		if c, known := codes[id]; known {
			if err := p.mirror(ctx, h, c, who[c.MemberID]); err != nil {
				return err
			}
		}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "") })
}

func (p *Program) mirror(ctx context.Context, h hostCall, c store.Code, holder loyalty.Member) error {
	call, done := calling(ctx)
	defer done()
	ref, found, err := h.driver.FindCode(call, h.conn, c.Code)
	if err != nil {
		return fromHost(err)
	}
	ours := found && ref.Ours && ref.Marker == c.ID.String()
	switch c.State {
	case voucher.Void:
		if ours && ref.Active {
			if err := h.driver.DisableCode(call, h.conn, ref.HostRef); err != nil && !errors.Is(err, platform.ErrGone) {
				return fromHost(err)
			}
		}
		return nil
	case voucher.Active, voucher.Pending:
	default:
		return nil
	}
	if ours && !ref.Active {
		if err := h.driver.DeleteCode(call, h.conn, ref.HostRef); err != nil && !errors.Is(err, platform.ErrGone) {
			return fromHost(err)
		}
		ours, found = false, false
	}
	if found && !ours {
		return p.mirrored(ctx, h, c, voucher.Void, "", "the host has a discount of this name that is not ours")
	}
	if !ours {
		if ref, err = h.driver.CreateCode(call, h.conn, c.Code, c.ID.String(), specFor(c, holder)); err != nil {
			if errors.Is(err, platform.ErrRefused) || errors.Is(err, platform.ErrTaken) {
				return p.mirrored(ctx, h, c, voucher.Void, "", err.Error())
			}
			return fromHost(err)
		}
	}
	return p.mirrored(ctx, h, c, voucher.Active, ref.HostRef, "")
}

// specFor adds whose code it is, which is looked up only now: an address is not kept with the code.
func specFor(c store.Code, holder loyalty.Member) voucher.Spec {
	spec := c.Spec
	if holder.ID != 0 {
		spec.CustomerKeys = []string{holder.CustomerKey}
		if holder.Email != "" {
			spec.CustomerEmails = []string{holder.Email}
		}
	}
	return spec
}

// mirrored notes what the host has made of a code that waits or was let work again.
func (p *Program) mirrored(ctx context.Context, h hostCall, c store.Code, to voucher.State, ref, why string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		ok, err := tx.MoveCode(h.shop.ID, c.ID, []voucher.State{c.State}, to, p.now())
		if err != nil || !ok {
			return err
		}
		if ref != "" {
			if err := tx.SetCodeState(h.shop.ID, c.ID, to, ref, p.now()); err != nil {
				return err
			}
		}
		if why == "" {
			return nil
		}
		return p.audit(tx, h.shop.ID, deed{by: "host", did: "code.refused", to: CodeSubject(c.ID), why: why})
	})
}

// runWindow has the codes of a voucher mirrored again.
func (p *Program) runWindow(ctx context.Context, h hostCall) error {
	if _, err := decodeJob[windowPayload](h.job); err != nil {
		return err
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "") })
}

// specOf is what the host is told of a code.
func specOf(shop loyalty.Shop, t voucher.Template, c store.Code) voucher.Spec {
	s := voucher.Spec{Kind: t.Kind, Minor: t.Minor, Percent: t.Percent, Currency: shop.Currency, Title: t.Name, SegmentKeys: t.Who.Segments,
		MinSubtotal: t.Order.MinMinor, ProductKeys: t.What.Products, CollectionKeys: t.What.Collections, UsageLimit: c.MaxUses,
		OncePerPerson: t.Limits.PerPerson == 1, CombinesWith: t.Stack.Combines, StartsAt: c.StartsAt, EndsAt: c.ExpiresAt}
	if t.Kind == voucher.FreeArticle {
		s.ProductKeys, s.Minor = []string{t.Article.ProductKey}, 0
	}
	return s
}

// sponsorUses is told what codes from partners did in the orders of a batch, in the
// transaction that books them. Orders say it again whenever they change.
func (p *Program) sponsorUses(tx *store.Tx, shop loyalty.Shop, uses []VoucherUse) error {
	return nil
}
