package program

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// BatchRange is a part of a batch, both ends included: numbers of printed codes, or
// the texts of codes. Both empty = the whole batch.
type BatchRange struct{ From, Until string }

// BatchLoss says what is lost and why.
type BatchLoss struct {
	BatchRange
	Why string
}

// BatchGift says who gets what.
type BatchGift struct {
	BatchRange
	Partner loyalty.ID // 0 = back into stock
}

func (r BatchRange) whole() bool { return r.From == "" && r.Until == "" }

// foldedRange is the range of folded texts. A number of a printed code stands for all
// texts with that number.
func foldedRange(b store.Batch, r BatchRange) (from, until string, err error) {
	if r.whole() {
		return "", "", nil
	}
	if r.Until == "" {
		r.Until = r.From
	}
	from, err = foldedEnd(b, r.From, false)
	if err != nil {
		return "", "", err
	}
	until, err = foldedEnd(b, r.Until, true)
	if err == nil && from > until {
		err = loyalty.Invalid("until", "must not be below the beginning")
	}
	return from, until, err
}

func foldedEnd(b store.Batch, text string, last bool) (string, error) {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && b.Prefix != "" {
		if n < b.FirstNo || n > b.LastNo {
			return "", loyalty.Invalid("from", "is not a number of this batch").With("first", b.FirstNo).With("last", b.LastNo)
		}
		text = b.Prefix + numberText(b, n)
		if last {
			text += "\U0010ffff"
		}
		return text, nil
	}
	folded := voucher.Fold(text)
	if len(folded) < 3 {
		return "", loyalty.Invalid("from", "is neither a number of this batch nor a code")
	}
	return folded, nil
}

// ActivateBatch lets the codes of a batch work, but for those that were blocked.
func (p *Program) ActivateBatch(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) (BatchCard, error) {
	return p.changeBatch(ctx, actor, shop, id, batchChange{kind: store.ImportActivate, from: []store.BatchState{store.BatchMade}})
}

// HandOutBatch says that a partner has the codes of a batch or a range of it: what
// is redeemed with them counts for the partner (S0-33).
func (p *Program) HandOutBatch(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, g BatchGift) (BatchCard, error) {
	return p.changeBatch(ctx, actor, shop, id, batchChange{kind: store.ImportHandout, part: g.BatchRange, partner: g.Partner,
		from: []store.BatchState{store.BatchMade, store.BatchActive}})
}

// BlockBatch makes codes of a batch worthless at once, for ever: they were lost (N-11).
func (p *Program) BlockBatch(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, l BatchLoss) (BatchCard, error) {
	return p.changeBatch(ctx, actor, shop, id, batchChange{kind: store.ImportBlock, part: l.BatchRange, why: l.Why, from: []store.BatchState{store.BatchMade, store.BatchActive}})
}

// mayHaveCodes refuses partners whose codes would not count: the module is off, or the
// partner is paused.
func (p *Program) mayHaveCodes(tx *store.Tx, shop loyalty.Shop, partner loyalty.ID) error {
	if _, err := p.liveMember(tx, shop.ID, partner); err != nil {
		return err
	}
	ok, err := p.acceptsPartners(tx, shop.ID, partner)
	if err != nil || ok {
		return err
	}
	return loyalty.Refuse(loyalty.CodeConflict, "codes of this partner would not count: partners are switched off, or this one is paused").With("reason", "partner_off")
}

type batchChange struct {
	kind    store.ImportKind
	part    BatchRange
	partner loyalty.ID
	why     string
	from    []store.BatchState
}

func (p *Program) changeBatch(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, c batchChange) (BatchCard, error) {
	work := p.IDs.Next()
	done := false
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		b, found, err := tx.BatchByID(shop.ID, id)
		if err != nil || !found {
			return orMissing(err, "batch")
		}
		if done = c.kind == store.ImportActivate && b.State == store.BatchActive; done {
			return nil
		}
		if !inStates(b.State, c.from) {
			return loyalty.Refuse(loyalty.CodeConflict, "the batch is "+string(b.State)).With("state", b.State)
		}
		if c.partner != 0 {
			if err := p.mayHaveCodes(tx, shop, c.partner); err != nil {
				return err
			}
		}
		o := batchOptions{Partner: c.partner, Reason: c.why}
		if o.From, o.Until, err = foldedRange(b, c.part); err != nil {
			return err
		}
		if c.part.whole() && c.kind == store.ImportBlock {
			was := b.State
			b.State = store.BatchShut
			if _, err := tx.MoveBatch(shop.ID, b, was); err != nil {
				return err
			}
		}
		now := p.now()
		move := store.BatchMove{ID: work, BatchID: id, Kind: c.kind, From: o.From, Until: o.Until, PartnerID: c.partner, Reason: c.why, Actor: actor, At: now}
		if err := tx.InsertBatchMove(shop.ID, move); err != nil {
			return err
		}
		i := store.Import{ID: work, Kind: c.kind, State: store.ImportRunning, TemplateID: b.TemplateID, BatchID: id, FileName: b.Name, Total: b.Codes,
			Options: jsonOf(o), CreatedBy: actor, CreatedAt: now, StartedAt: now}
		if err := tx.InsertImport(shop.ID, i); err != nil {
			return err
		}
		tx.OnCommit(func() { p.wake("imports") })
		return p.audit(tx, shop.ID, deed{by: actor, did: "batch." + string(c.kind), to: BatchSubject(id), why: c.why, after: map[string]any{
			"from": c.part.From, "until": c.part.Until, "partner": c.partner}})
	})
	if err != nil {
		return BatchCard{}, err
	}
	if done {
		d, err := p.Batch(ctx, shop, id)
		return d.BatchCard, err
	}
	return p.batchAfterWork(ctx, shop, id, work)
}

func inStates(s store.BatchState, all []store.BatchState) bool {
	for _, one := range all {
		if s == one {
			return true
		}
	}
	return false
}

// walkBatch changes the next 1,000 codes of a batch, or ends the work.
func (w *importWork) walkBatch(ctx context.Context, o batchOptions) error {
	var by store.ImportCounts
	var after string
	ended := false
	err := w.Store.Write(ctx, func(tx *store.Tx) error {
		page, next, err := w.batchPage(tx, o)
		if err != nil || len(page) == 0 {
			ended = len(page) == 0
			return err
		}
		after = next
		if by, err = w.changeCodes(tx, o, page); err != nil {
			return err
		}
		return w.advance(tx, by, after)
	})
	if err != nil {
		return err
	}
	if !ended {
		w.advanced(by, after)
		return nil
	}
	if w.State == store.ImportUndoing {
		return w.end(ctx, store.ImportUndone, "")
	}
	return w.end(ctx, store.ImportDone, "")
}

func (w *importWork) batchPage(tx *store.Tx, o batchOptions) (page []store.CodeStub, next string, err error) {
	if o.From != "" && w.State == store.ImportRunning {
		page, err = tx.BatchCodesBetween(w.shop.ID, w.BatchID, o.From, o.Until, w.After)
		if err == nil && len(page) > 0 {
			next = page[len(page)-1].Folded
		}
		return page, next, err
	}
	var after loyalty.ID
	if w.After != "" {
		if after, err = loyalty.ParseID(w.After); err != nil {
			return nil, "", err
		}
	}
	page, err = tx.BatchCodes(w.shop.ID, w.BatchID, after, importPart)
	if err == nil && len(page) > 0 {
		next = page[len(page)-1].ID.String()
	}
	return page, next, err
}

// changeCodes does to a page of codes what the work is about.
func (w *importWork) changeCodes(tx *store.Tx, o batchOptions, page []store.CodeStub) (by store.ImportCounts, err error) {
	ids := make([]loyalty.ID, len(page))
	for i, c := range page {
		ids[i] = c.ID
	}
	switch {
	case w.State == store.ImportUndoing:
		if err := tx.VoidUnused(w.shop.ID, ids, w.now()); err != nil {
			return by, err
		}
		ids = ids[:0]
		for _, c := range page {
			if c.Uses > 0 {
				by.Kept++
			} else {
				ids = append(ids, c.ID)
			}
		}
	case w.Kind == store.ImportHandout:
		by.OK = int64(len(ids))
		if err := tx.SetIssuer(w.shop.ID, ids, o.Partner, w.now()); err != nil {
			return by, err
		}
		return by, tx.CountBatchMove(w.shop.ID, w.ID, by.OK)
	case w.Kind == store.ImportActivate:
		if ids, err = w.toActivate(tx, page); err != nil {
			return by, err
		}
		by.Activated = int64(len(ids))
		if err := tx.StartCodes(w.shop.ID, ids, w.now()); err != nil {
			return by, err
		}
	case w.Kind == store.ImportBlock:
		by.OK = int64(len(ids))
		if _, err := tx.StopCodes(w.shop.ID, ids, w.now()); err != nil {
			return by, err
		}
	}
	if w.State != store.ImportUndoing {
		if err := tx.CountBatchMove(w.shop.ID, w.ID, int64(len(ids))); err != nil {
			return by, err
		}
	}
	return by, w.oweMirror(tx, w.shop.ID, ids)
}

// toActivate leaves out what was blocked or works already.
func (w *importWork) toActivate(tx *store.Tx, page []store.CodeStub) (ids []loyalty.ID, err error) {
	moves, err := tx.BatchMoves(w.shop.ID, []loyalty.ID{w.BatchID})
	if err != nil {
		return nil, err
	}
	d := linesDesk{blocked: map[loyalty.ID][]store.BatchMove{}}
	for _, m := range moves {
		if m.Kind == store.ImportBlock {
			d.blocked[m.BatchID] = append(d.blocked[m.BatchID], m)
		}
	}
	for _, c := range page {
		if c.State == voucher.Void && !d.isBlocked(c) {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

// afterBatch brings a batch to where work on it leaves it.
func (w *importWork) afterBatch(tx *store.Tx, i store.Import) error {
	b, found, err := tx.BatchByID(w.shop.ID, i.BatchID)
	if err != nil || !found {
		return err
	}
	var o batchOptions
	if err := json.Unmarshal(i.Options, &o); err != nil {
		return err
	}
	was, now := b.State, w.now()
	switch {
	case i.State == store.ImportUndone:
		b.State = store.BatchUndone
	case i.Kind == store.ImportBatch && o.Active, i.Kind == store.ImportActivate:
		b.State, b.ActivatedAt = store.BatchActive, now
	case i.Kind == store.ImportBatch:
		b.State = store.BatchMade
	case i.Kind == store.ImportHandout:
		b.HandedAt = now
		if o.From == "" {
			b.PartnerID = o.Partner
		}
	}
	if was == store.BatchShut && i.Kind != store.ImportBatch {
		return nil // it was lost as a whole meanwhile
	}
	_, err = tx.MoveBatch(w.shop.ID, b, was)
	return err
}
