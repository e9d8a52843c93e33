package program

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// BatchCard is a batch with what a list says of it.
type BatchCard struct {
	Row     store.Batch
	Voucher string
	Partner string        // who got the whole batch
	Work    *store.Import // that is under way, nil = none
}

// BatchPartner is what one partner has of a batch.
type BatchPartner struct {
	ID     loyalty.ID // 0 = nobody: the stock that is left
	Name   string
	Codes  int64 // handed out, or in stock
	Active int64 // can be used
	Used   int64 // used at least once
	Uses   int64
	Void   int64 // blocked, taken back, or not activated yet
	Minor  int64 // discounts given
}

// BatchDetail is a batch with its numbers.
type BatchDetail struct {
	BatchCard
	Doc      voucher.Template
	Partners []BatchPartner // the stock first
	Moves    []store.BatchMove
	Names    map[loyalty.ID]string // of partners
}

// Batches lists batches newest first below an id; template 0 = of all vouchers.
func (p *Program) Batches(ctx context.Context, shop loyalty.Shop, template, before loyalty.ID, limit int) (list []BatchCard, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Batches(shop.ID, template, before, limit)
		if err != nil {
			return err
		}
		list, err = batchCards(tx, shop.ID, rows)
		return err
	})
	return list, err
}

func batchCards(tx *store.Tx, shop loyalty.ShopID, rows []store.Batch) ([]BatchCard, error) {
	var templates, people []loyalty.ID
	for _, b := range rows {
		templates, people = append(templates, b.TemplateID), append(people, b.PartnerID)
	}
	vouchers, err := tx.TemplatesByID(shop, templates)
	if err != nil {
		return nil, err
	}
	members, err := tx.MembersByID(shop, people)
	if err != nil {
		return nil, err
	}
	list := make([]BatchCard, len(rows))
	for i, b := range rows {
		list[i] = BatchCard{Row: b, Voucher: vouchers[b.TemplateID].Name, Partner: calledBy(members[b.PartnerID])}
	}
	return list, nil
}

// Batch reads one with what became of its codes.
func (p *Program) Batch(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (d BatchDetail, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		b, found, err := tx.BatchByID(shop.ID, id)
		if err != nil || !found {
			return orMissing(err, "batch")
		}
		cards, err := batchCards(tx, shop.ID, []store.Batch{b})
		if err != nil {
			return err
		}
		d = BatchDetail{BatchCard: cards[0]}
		v, err := p.voucherByID(tx, shop.ID, b.TemplateID)
		if err != nil {
			return err
		}
		d.Doc = v.Doc
		works, err := tx.ImportsOfBatch(shop.ID, id, 20)
		if err != nil {
			return err
		}
		for _, w := range works {
			if w.State == store.ImportRunning || w.State == store.ImportUndoing {
				d.Work = &w
			}
		}
		if d.Moves, err = tx.BatchMoves(shop.ID, []loyalty.ID{id}); err != nil {
			return err
		}
		return p.countBatch(tx, shop.ID, &d)
	})
	return d, err
}

func (p *Program) countBatch(tx *store.Tx, shop loyalty.ShopID, d *BatchDetail) error {
	stocks, err := tx.BatchStocks(shop, d.Row.ID)
	if err != nil {
		return err
	}
	spent, err := tx.BatchSpent(shop, d.Row.ID)
	if err != nil {
		return err
	}
	d.Partners = []BatchPartner{{}}
	var people []loyalty.ID
	for _, s := range stocks {
		last := &d.Partners[len(d.Partners)-1]
		if s.IssuerID != last.ID {
			d.Partners = append(d.Partners, BatchPartner{ID: s.IssuerID})
			last = &d.Partners[len(d.Partners)-1]
			people = append(people, s.IssuerID)
		}
		last.Codes += s.Codes
		last.Used += s.Used
		last.Uses += s.Uses
		last.Minor = spent[s.IssuerID]
		switch s.State {
		case voucher.Active, voucher.Pending:
			last.Active += s.Codes
		case voucher.Void:
			last.Void += s.Codes
		}
	}
	for _, m := range d.Moves {
		people = append(people, m.PartnerID)
	}
	members, err := tx.MembersByID(shop, people)
	d.Names = make(map[loyalty.ID]string, len(members))
	for id, m := range members {
		d.Names[id] = calledBy(m)
	}
	for i := range d.Partners {
		d.Partners[i].Name = d.Names[d.Partners[i].ID]
	}
	return err
}

// EachBatchCode walks over the codes of a batch, or of a range of it, in their order.
func (p *Program) EachBatchCode(ctx context.Context, shop loyalty.Shop, id loyalty.ID, r BatchRange, each func(store.CodeStub) error) error {
	var b store.Batch
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		found := false
		if b, found, err = tx.BatchByID(shop.ID, id); err != nil || !found {
			err = orMissing(err, "batch")
		}
		return err
	})
	if err != nil {
		return err
	}
	from, until, err := foldedRange(b, r)
	if err != nil {
		return err
	}
	var last store.CodeStub
	for {
		var page []store.CodeStub
		err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
			if from != "" {
				page, err = tx.BatchCodesBetween(shop.ID, id, from, until, last.Folded)
			} else {
				page, err = tx.BatchCodes(shop.ID, id, last.ID, importPart)
			}
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			if err := each(c); err != nil {
				return err
			}
		}
		last = page[len(page)-1]
	}
}
