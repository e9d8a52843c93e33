package program

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// mirrorPayload belongs to jobs of kind voucher.mirror and voucher.addcodes: bring
// these codes at the host to where our rows say they are. Key is the job's own id.
type mirrorPayload struct {
	Codes []loyalty.ID `json:"codes"`           // still to do
	New   bool         `json:"new,omitempty"`   // the host is to get those that it does not have; the others are somebody else's work
	Watch bool         `json:"watch,omitempty"` // a look: what the host no longer has is lost, and not made again (G18)
	Look  bool         `json:"look,omitempty"`  // they may be there: look before they are sent
	Seen  int          `json:"seen,omitempty"`  // how often the host did not have them

	Adding string       `json:"adding,omitempty"` // the host's name for what it is adding
	Ref    string       `json:"ref,omitempty"`    // to this discount
	Sent   []loyalty.ID `json:"sent,omitempty"`   // these codes
}

const (
	fewCodes   = 20 // codes that somebody waits for; they go before whole batches
	callsAtRun = 10 // calls for single codes in one run, so that nobody waits long
	askAdding  = time.Second
)

// oweMirror stores the jobs that take codes to the host as they are when the job
// runs; it may be owed again while one waits.
func (p *Program) oweMirror(tx *store.Tx, shop loyalty.ShopID, codes []loyalty.ID) error {
	return p.oweAtHost(tx, shop, codes, false)
}

// oweNew does so for codes that wait for the host: what another job has brought there
// first is not asked about.
func (p *Program) oweNew(tx *store.Tx, shop loyalty.ShopID, codes []loyalty.ID) error {
	return p.oweAtHost(tx, shop, codes, true)
}

func (p *Program) oweAtHost(tx *store.Tx, shop loyalty.ShopID, codes []loyalty.ID, fresh bool) error {
	if len(codes) == 0 {
		return nil
	}
	kind := store.JobAddCodes
	if len(codes) <= fewCodes {
		kind = store.JobMirror
	}
	var jobs []store.Job
	for len(codes) > 0 {
		n := min(len(codes), platform.CodesAtOnce)
		jobs = append(jobs, p.voucherJob(kind, mirrorPayload{Codes: codes[:n], New: fresh}))
		codes = codes[n:]
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop, jobs)
}

func (p *Program) voucherJob(kind store.JobKind, payload any) store.Job {
	id, now := p.IDs.Next(), p.now()
	return store.Job{ID: id, Kind: kind, Key: id.String(), Payload: encodeJob(payload), NextAt: now, CreatedAt: now}
}

// mirrorRun is one run of a mirror job with what it is about.
type mirrorRun struct {
	hostCall
	mirrorPayload
	codes   map[loyalty.ID]store.Code
	rows    map[loyalty.ID]store.TemplateRow
	docs    map[store.TemplateKey]voucher.Template
	members map[loyalty.ID]loyalty.Member
	off     []string // products that absolute vouchers do not reduce
	zone    *time.Location
	now     int64 // Unix ms
}

// runMirror does one helping of a mirror job: first what it asked the host to add,
// then single codes, then one call that adds up to 250.
func (p *Program) runMirror(ctx context.Context, h hostCall) error {
	payload, err := decodeJob[mirrorPayload](h.job)
	if err != nil {
		return err
	}
	r := &mirrorRun{hostCall: h, mirrorPayload: payload, now: p.now()}
	if err := p.readMirror(ctx, r); err != nil {
		return err
	}
	if r.Adding != "" {
		return p.mirrorAdded(ctx, r)
	}
	if err := p.mirrorStopped(ctx, r); err != nil {
		return err
	}
	var share, rest, missing []loyalty.ID
	calls := 0
	for i, id := range r.Codes {
		c, known := r.codes[id]
		switch {
		case !known || r.settled(c):
			continue
		case r.sharing(c) && c.State == voucher.Pending && !r.Look:
			share = append(share, id)
			continue
		case calls == callsAtRun:
			rest = append(rest, r.Codes[i:]...)
		}
		if len(rest) > 0 {
			break
		}
		calls++
		outcome, err := p.mirrorOne(ctx, r, c)
		if err != nil {
			return err
		}
		switch outcome {
		case mirrorPlace:
			share = append(share, id)
		case mirrorMissing:
			missing = append(missing, id)
		}
	}
	return p.mirrorRest(ctx, r, share, rest, missing)
}

// mirrorRest shares a discount among codes, and says what is left for the next run.
func (p *Program) mirrorRest(ctx context.Context, r *mirrorRun, share, rest, missing []loyalty.ID) error {
	if len(missing) > 0 && len(rest) == 0 {
		if r.Seen++; r.Seen < lostAfter {
			r.Codes = missing
			return p.mirrorLater(ctx, r, time.Minute)
		}
		for _, id := range missing {
			if err := p.mirrorLost(ctx, r, r.codes[id]); err != nil {
				return err
			}
		}
	} else {
		rest = append(rest, missing...)
	}
	if len(share) == 0 {
		if len(rest) == 0 {
			return p.mirrorDone(ctx, r)
		}
		r.Codes = rest
		return p.mirrorLater(ctx, r, 0)
	}
	return p.mirrorShare(ctx, r, share, rest)
}

func (p *Program) mirrorDone(ctx context.Context, r *mirrorRun) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, r.shop.ID, r.job, "") })
}

// mirrorLater keeps what is left to do for another run.
func (p *Program) mirrorLater(ctx context.Context, r *mirrorRun, wait time.Duration) error {
	r.job.Payload, r.job.State, r.job.Attempts = encodeJob(r.mirrorPayload), store.JobDue, 0
	return p.again(ctx, r.shop, r.job, wait)
}

func (p *Program) readMirror(ctx context.Context, r *mirrorRun) (err error) {
	if r.zone, err = loyalty.Zone(r.shop.Zone); err != nil {
		return err
	}
	return p.Store.Read(ctx, func(tx *store.Tx) error {
		if r.off, err = p.switchedOff(tx, r.shop.ID); err != nil {
			return err
		}
		if r.codes, err = tx.CodesByID(r.shop.ID, append(append([]loyalty.ID{}, r.Codes...), r.Sent...)); err != nil {
			return err
		}
		barred, err := p.barredCodes(tx, r.shop.ID, r.codes)
		if err != nil {
			return err
		}
		for id := range barred { // the host is to forget them as if they were stopped
			c := r.codes[id]
			c.State = voucher.Void
			r.codes[id] = c
		}
		var people, templates []loyalty.ID
		keys := map[store.TemplateKey]bool{}
		for _, c := range r.codes {
			people, templates = append(people, c.MemberID), append(templates, c.TemplateID)
			keys[store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion}] = true
		}
		var list []store.TemplateKey
		for key := range keys {
			list = append(list, key)
		}
		if r.docs, err = p.templateDocs(tx, r.shop.ID, list); err != nil {
			return err
		}
		for _, doc := range r.docs {
			if len(doc.Who.Members) <= mostChosen {
				people = append(people, doc.Who.Members...)
			}
		}
		if r.rows, err = tx.TemplatesByID(r.shop.ID, distinctIDs(templates)); err != nil {
			return err
		}
		r.members, err = tx.MembersByID(r.shop.ID, distinctIDs(people))
		return err
	})
}

// distinctIDs leaves out 0 and what comes twice.
func distinctIDs(ids []loyalty.ID) []loyalty.ID {
	seen, out := map[loyalty.ID]bool{0: true}, []loyalty.ID{}
	for _, id := range ids {
		if !seen[id] {
			seen[id], out = true, append(out, id)
		}
	}
	return out
}

// mostChosen is how many customers a host's discount can name; a voucher for more
// is watched over by us alone.
const mostChosen = 100

func (r *mirrorRun) doc(c store.Code) voucher.Template {
	return r.docs[store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion}]
}

// settled says that nothing has to be done at the host: a voucher that is not
// started has no codes there, and what is used up or run out ends by itself.
func (r *mirrorRun) settled(c store.Code) bool {
	switch c.State {
	case voucher.Pending:
		return r.Watch || r.rows[c.TemplateID].State != voucher.TemplateActive
	case voucher.Active:
		return r.New || r.rows[c.TemplateID].State != voucher.TemplateActive
	case voucher.Void:
		return r.Watch
	}
	return true
}

// sharing says whether the code may be in one discount with others: those of a
// customer are on their own.
func (r *mirrorRun) sharing(c store.Code) bool {
	return c.MemberID == 0 && r.driver.Capabilities().SharedDiscounts
}

// spec is what the host is told of the code now: with whose it is, which is looked
// up only here, because an address is not kept with the code, and with the hours in
// which it works.
func (r *mirrorRun) spec(c store.Code) voucher.Spec {
	s := timed(r.stable(c), c).Without(r.off)
	if c.MemberID != 0 {
		who := r.members[c.MemberID]
		s.CustomerKeys = []string{who.CustomerKey}
		if who.Email != "" {
			s.CustomerEmails = []string{who.Email}
		}
	} else if keys := r.chosen(c); len(keys) > 0 {
		s.CustomerKeys = keys
	}
	if len(s.CustomerKeys) > 0 {
		s.SegmentKeys, s.Audience = nil, ""
	}
	return inWindow(s, r.doc(c), voucher.Moment{At: r.now, Zone: r.zone})
}

// stable is what codes that share a discount have in common: a code that works at
// once says nothing about when.
func (r *mirrorRun) stable(c store.Code) voucher.Spec {
	s := c.Spec
	s.Back = 0
	if s.StartsAt <= c.CreatedAt {
		s.StartsAt = 0
	}
	return s
}

// chosen are the customers a voucher is for, if the host can be told all of them.
func (r *mirrorRun) chosen(c store.Code) (keys []string) {
	members := r.doc(c).Who.Members
	if len(members) > mostChosen {
		return nil
	}
	for _, id := range members {
		key := r.members[id].CustomerKey
		if key == "" {
			return nil
		}
		keys = append(keys, key)
	}
	return keys
}

// marker is what stands on the discount at the host: the code's id, or for a shared
// one what its codes have in common.
func (r *mirrorRun) marker(c store.Code) string {
	if !r.sharing(c) {
		return c.ID.String()
	}
	raw, err := json.Marshal(struct {
		Spec    voucher.Spec
		Version int64
		Batch   loyalty.ID
	}{r.stable(c), c.TemplateVersion, c.BatchID})
	if err != nil {
		return c.ID.String() // plain structs only
	}
	sum := sha256.Sum256(raw)
	return "v" + c.TemplateID.String() + "-" + hex.EncodeToString(sum[:6])
}

// inWindow narrows a spec to the hours in which the voucher works now or next.
func inWindow(s voucher.Spec, t voucher.Template, m voucher.Moment) voucher.Spec {
	if len(t.Valid.Windows) == 0 {
		return s
	}
	m.At = max(m.At, s.StartsAt)
	opens, closes := t.Valid.Next(m)
	if opens == 0 {
		return s
	}
	s.StartsAt = max(s.StartsAt, opens)
	if closes != 0 && (s.EndsAt == 0 || closes < s.EndsAt) {
		s.EndsAt = closes
	}
	return s
}

// mirrorOutcome is what is left to do for a single code.
type mirrorOutcome int

const (
	mirrorSettled mirrorOutcome = iota
	mirrorPlace                 // it is not there, and goes into a shared discount
	mirrorMissing               // it is not there, though it was
)

// mirrorOne looks one code up and brings it to where it belongs.
func (p *Program) mirrorOne(ctx context.Context, r *mirrorRun, c store.Code) (mirrorOutcome, error) {
	call, done := calling(ctx)
	defer done()
	ref, found, err := r.driver.FindCode(call, r.conn, c.Code)
	if err != nil {
		return 0, fromHost(err)
	}
	own := found && ref.Ours && ref.Marker == c.ID.String()
	ours := own || found && ref.Ours && ref.Marker == r.marker(c)
	if c.State == voucher.Void {
		if !ours {
			return mirrorSettled, nil
		}
		if !own { // it may have been the first of a discount whose answer was lost
			if err := p.Store.Write(ctx, func(tx *store.Tx) error { return p.noteShared(tx, r, c, ref.HostRef) }); err != nil {
				return 0, err
			}
		}
		return mirrorSettled, p.takeAway(call, r, c, ref)
	}
	if own && c.State == voucher.Pending && c.Spec.Again == ref.HostRef {
		if err := r.driver.DeleteCode(call, r.conn, ref.HostRef); err != nil && !errors.Is(err, platform.ErrGone) {
			return 0, harmless(err)
		}
		return mirrorSettled, p.mirrorAlone(ctx, r, c)
	}
	switch {
	case ours && !own:
		return mirrorSettled, p.adopt(ctx, r, c, ref.HostRef)
	case ours && ref.Active:
		return mirrorSettled, p.mirrored(ctx, r, c, ref.HostRef)
	case ours && p.endedByTime(r, c):
		return mirrorSettled, nil
	case ours && !r.Watch:
		return mirrorSettled, p.openAgain(ctx, r, c, ref)
	case r.Watch && (own || !found):
		return mirrorMissing, nil
	case r.Watch:
		return mirrorSettled, p.mirrorLost(ctx, r, c)
	case found:
		return mirrorSettled, p.mirrorForeign(ctx, r, c, ref)
	case r.sharing(c):
		return mirrorPlace, nil
	}
	return mirrorSettled, p.mirrorAlone(ctx, r, c)
}

// endedByTime says that the discount is over because its time is, not because
// somebody ended it.
func (p *Program) endedByTime(r *mirrorRun, c store.Code) bool {
	return c.ExpiresAt != 0 && c.ExpiresAt <= p.now() || len(r.doc(c).Valid.Windows) > 0
}

// takeAway makes a code of ours unusable that was stopped here: its own discount is
// ended, and from a shared one it is taken out.
func (p *Program) takeAway(call context.Context, r *mirrorRun, c store.Code, ref platform.CodeRef) (err error) {
	switch own := ref.Marker == c.ID.String(); {
	case own && ref.Active:
		err = r.driver.DisableCode(call, r.conn, ref.HostRef)
	case !own:
		err = r.driver.RemoveCode(call, r.conn, ref.HostRef, c.Code)
	}
	if errors.Is(err, platform.ErrGone) {
		return nil
	}
	return fromHost(err)
}

// openAgain lets a customer's own code work again.
func (p *Program) openAgain(ctx context.Context, r *mirrorRun, c store.Code, ref platform.CodeRef) error {
	call, done := calling(ctx)
	defer done()
	err := r.driver.ChangeDiscount(call, r.conn, ref.HostRef, r.marker(c), r.spec(c))
	if errors.Is(err, platform.ErrUnsupported) || errors.Is(err, platform.ErrRefused) {
		if err = r.driver.DeleteCode(call, r.conn, ref.HostRef); err == nil || errors.Is(err, platform.ErrGone) {
			return p.mirrorAlone(ctx, r, c)
		}
	}
	if err != nil {
		return fromHost(err)
	}
	return p.mirrored(ctx, r, c, ref.HostRef)
}

// mirrorAlone makes a discount of the code's own.
func (p *Program) mirrorAlone(ctx context.Context, r *mirrorRun, c store.Code) error {
	call, done := calling(ctx)
	defer done()
	crash.Point("mirror.before_call")
	ref, err := r.driver.CreateCode(call, r.conn, c.Code, c.ID.String(), r.spec(c))
	crash.Point("mirror.after_call")
	switch {
	case errors.Is(err, platform.ErrTaken):
		return p.mirrorTaken(ctx, r, c)
	case errors.Is(err, platform.ErrRefused), errors.Is(err, platform.ErrUnsupported):
		return p.mirrorRefused(ctx, r, c, err.Error())
	case err != nil:
		return fromHost(err)
	}
	return p.mirrored(ctx, r, c, ref.HostRef)
}

// mirrorTaken settles a code that the host says it has: after an answer that was lost it
// is ours (D4), also where the host does not show it yet (D14).
func (p *Program) mirrorTaken(ctx context.Context, r *mirrorRun, c store.Code) error {
	call, done := calling(ctx)
	defer done()
	ref, found, err := r.driver.FindCode(call, r.conn, c.Code)
	switch {
	case err != nil:
		return fromHost(err)
	case !found:
		return fromHost(fmt.Errorf("%w: the host has code %s and does not show it", platform.ErrUnreachable, c.ID))
	case ref.Ours && r.sharing(c) && ref.Marker == r.marker(c):
		return p.adopt(ctx, r, c, ref.HostRef)
	case ref.Ours && ref.Marker == c.ID.String():
		return p.mirrored(ctx, r, c, ref.HostRef)
	}
	return p.mirrorForeign(ctx, r, c, ref)
}

// mirrored notes that the host has a code that waited, or was let work again.
func (p *Program) mirrored(ctx context.Context, r *mirrorRun, c store.Code, ref string) error {
	if c.State == voucher.Active && c.HostRef == ref {
		return nil
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.placed(tx, r, []loyalty.ID{c.ID}, ref) })
}

// mirrorRefused ends a code that the host does not take.
func (p *Program) mirrorRefused(ctx context.Context, r *mirrorRun, c store.Code, why string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.refuse(tx, r, c, why) })
}

func (p *Program) refuse(tx *store.Tx, r *mirrorRun, c store.Code, why string) error {
	ok, err := tx.MoveCode(r.shop.ID, c.ID, []voucher.State{voucher.Pending, voucher.Active}, voucher.Void, p.now())
	if err != nil || !ok {
		return err
	}
	return p.audit(tx, r.shop.ID, deed{by: "host", did: "code.refused", to: CodeSubject(c.ID), why: why})
}

// mirrorLost notes that somebody deleted or ended an active code at the host (G18).
func (p *Program) mirrorLost(ctx context.Context, r *mirrorRun, c store.Code) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		ok, err := tx.MoveCode(r.shop.ID, c.ID, []voucher.State{voucher.Active}, voucher.Lost, p.now())
		if err != nil || !ok {
			return err
		}
		return p.audit(tx, r.shop.ID, deed{by: "host", did: "code.lost", to: CodeSubject(c.ID), why: "deleted or switched off at the host"})
	})
}
