package program

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// MostBatchCodes is how many codes one batch has at most.
const MostBatchCodes = 100_000

// batchOdds is how many texts each number has at least: who knows a number and the
// prefix still guesses one time in ten thousand, which the limiter stops long before (G6).
const batchOdds = 10_000

// DefaultBatchPattern follows the number of a printed code.
const DefaultBatchPattern = "****"

// NewBatch says which codes to print: PREFIX-0001-7KXM and so on.
type NewBatch struct {
	Template loyalty.ID
	Name     string // "" = prefix and numbers
	Prefix   string // 1 to 12 letters and digits
	Pattern  string // of what follows the number: # a digit, @ a letter, * either; "" = DefaultBatchPattern
	FirstNo  int64  // 0 means 1
	Count    int64
	Active   bool       // the codes work at once
	Partner  loyalty.ID // who gets all of them, 0 = nobody yet
}

// batchOptions say what work on a batch does.
type batchOptions struct {
	Active  bool       `json:"active,omitempty"`
	From    string     `json:"from,omitempty"` // folded
	Until   string     `json:"until,omitempty"`
	Partner loyalty.ID `json:"partner,omitempty"`
	Reason  string     `json:"reason,omitempty"`
}

// BatchSubject is what the audit log calls a batch.
func BatchSubject(id loyalty.ID) string { return "batch:" + id.String() }

// inlineParts is how much of a batch's work a request does itself; workers do the rest.
const inlineParts = 12

func (n *NewBatch) check() error {
	n.Prefix, n.Pattern = strings.ToUpper(strings.TrimSpace(n.Prefix)), strings.ToUpper(strings.TrimSpace(n.Pattern))
	if n.Pattern == "" {
		n.Pattern = DefaultBatchPattern
	}
	if n.FirstNo == 0 {
		n.FirstNo = 1
	}
	switch {
	case n.Count < 1 || n.Count > MostBatchCodes:
		return loyalty.Invalid("count", "must be between 1 and 100,000")
	case n.FirstNo < 1 || n.FirstNo+n.Count > 1_000_000_000:
		return loyalty.Invalid("first_no", "must be a number from 1 on")
	case n.Prefix == "" || len(n.Prefix) > 12 || strings.Trim(n.Prefix, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return loyalty.Invalid("prefix", "must be 1 to 12 letters and digits")
	case len(n.Pattern) > 20:
		return loyalty.Invalid("pattern", "must have at most 20 characters")
	}
	pattern, err := voucher.ParsePattern(n.Pattern)
	if err != nil {
		return err
	}
	if pattern.Possible().Cmp(big.NewInt(batchOdds)) < 0 {
		return loyalty.Invalid("pattern", "is too easy to guess").With("reason", "guessable")
	}
	if _, err := voucher.ParsePattern(n.Prefix); err != nil {
		return loyalty.Invalid("prefix", "has a word that codes must not have")
	}
	return nil
}

// CreateBatch makes a batch of printed codes. They do not work before the batch is
// activated, unless Active says so: what is lost at the printer's is worth nothing.
// CodeConflict if another batch has the prefix with one of the numbers.
func (p *Program) CreateBatch(ctx context.Context, actor string, shop loyalty.Shop, n NewBatch) (c BatchCard, err error) {
	if err := n.check(); err != nil {
		return c, err
	}
	last := n.FirstNo + n.Count - 1
	b := store.Batch{ID: p.IDs.Next(), TemplateID: n.Template, Name: strings.TrimSpace(n.Name), State: store.BatchMaking, Prefix: n.Prefix, Pattern: n.Pattern,
		FirstNo: n.FirstNo, LastNo: last, PartnerID: n.Partner, CreatedBy: actor, CreatedAt: p.now()}
	b.ImportID = b.ID
	if b.Name == "" {
		b.Name = fmt.Sprintf("%s %d–%d", n.Prefix, n.FirstNo, last)
	}
	if n.Partner != 0 {
		b.HandedAt = p.now()
	}
	i := store.Import{ID: b.ID, Kind: store.ImportBatch, State: store.ImportRunning, TemplateID: n.Template, BatchID: b.ID, FileName: b.Name, Total: n.Count,
		Parts: (n.Count + importPart - 1) / importPart, Options: jsonOf(batchOptions{Active: n.Active, Partner: n.Partner}), CreatedBy: actor, CreatedAt: p.now(), StartedAt: p.now()}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		v, err := p.voucherByID(tx, shop.ID, n.Template)
		if err != nil {
			return err
		}
		if v.Row.State == voucher.TemplateEnded {
			return loyalty.Refuse(loyalty.CodeConflict, "the voucher has ended")
		}
		if n.Partner != 0 {
			if err := p.mayHaveCodes(tx, shop, n.Partner); err != nil {
				return err
			}
		}
		if other, found, err := tx.BatchWithNumbers(shop.ID, n.Prefix, n.FirstNo, last); err != nil || found {
			return orNil(err, loyalty.Refuse(loyalty.CodeConflict, "another batch has these numbers: "+other.Name).With("batch", other.Name))
		}
		if err := tx.InsertBatch(shop.ID, b); err != nil {
			return err
		}
		if err := tx.InsertImport(shop.ID, i); err != nil {
			return err
		}
		tx.OnCommit(func() { p.wake("imports") })
		return p.audit(tx, shop.ID, deed{by: actor, did: "batch.created", to: BatchSubject(b.ID), after: map[string]any{
			"name": b.Name, "voucher": n.Template, "codes": n.Count, "active": n.Active}})
	})
	if err != nil {
		return c, err
	}
	return p.batchAfterWork(ctx, shop, b.ID, i.ID)
}

func orNil(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// batchAfterWork does the first parts at once, so that small batches are ready
// with the answer.
func (p *Program) batchAfterWork(ctx context.Context, shop loyalty.Shop, batch, work loyalty.ID) (c BatchCard, err error) {
	if _, err := p.WorkImports(ctx, shop, work, inlineParts); err != nil {
		return c, err
	}
	d, err := p.Batch(ctx, shop, batch)
	return d.BatchCard, err
}

// numberText is a number as it is printed: as wide as the largest, four digits at least.
func numberText(b store.Batch, n int64) string {
	width := max(4, len(strconv.FormatInt(b.LastNo, 10)))
	return fmt.Sprintf("%0*d", width, n)
}

// drawNumbered makes the printed code of a number. A text that would be folded into
// another one is drawn again: ranges of numbers are ranges of folded texts.
func drawNumbered(b store.Batch, n int64) (string, error) {
	pattern, err := voucher.ParsePattern(b.Prefix + "-" + numberText(b, n) + "-" + b.Pattern)
	if err != nil {
		return "", err
	}
	made, err := pattern.Codes(1, rand.Reader, func(folded string) bool { return !strings.HasPrefix(folded, b.Prefix+numberText(b, n)) })
	if err != nil {
		return "", err
	}
	return made[0], nil
}

// batchStep does the next part of work on a batch.
func (w *importWork) batchStep(ctx context.Context) error {
	var o batchOptions
	if err := json.Unmarshal(w.Options, &o); err != nil {
		return err
	}
	if w.Kind == store.ImportBatch && w.State == store.ImportRunning {
		if w.NextPart >= w.Parts {
			return w.end(ctx, store.ImportDone, "")
		}
		return w.makeNumbers(ctx, o)
	}
	return w.walkBatch(ctx, o)
}

// makeNumbers makes the next 1,000 codes.
func (w *importWork) makeNumbers(ctx context.Context, o batchOptions) error {
	var by store.ImportCounts
	err := rerun(ctx, func() error {
		return w.Store.Write(ctx, func(tx *store.Tx) error {
			b, found, err := tx.BatchByID(w.shop.ID, w.BatchID)
			if err != nil || !found {
				return orMissing(err, "batch")
			}
			first := b.FirstNo + w.NextPart*importPart
			last := min(b.LastNo, first+importPart-1)
			codes := make([]store.Code, 0, last-first+1)
			for n := first; n <= last; n++ {
				text, err := drawNumbered(b, n)
				if err != nil {
					return err
				}
				c, err := w.newTemplateCode(w.shop, w.voucher, CodeRequest{MaxUses: -1, IssuerID: o.Partner, BatchID: b.ID, Origin: OriginAdmin}, text)
				if err != nil {
					return err
				}
				if !o.Active {
					c.State = voucher.Void
				}
				codes = append(codes, c)
			}
			if err := tx.InsertCodes(w.shop.ID, codes); err != nil {
				return err
			}
			if err := tx.GrowBatch(w.shop.ID, b.ID, int64(len(codes))); err != nil {
				return err
			}
			if o.Active {
				if err := w.oweNew(tx, w.shop.ID, codeIDs(codes)); err != nil {
					return err
				}
			}
			by = store.ImportCounts{OK: int64(len(codes))}
			return w.advance(tx, by, "")
		})
	})
	if err == nil {
		w.advanced(by, "")
	}
	return err
}
