package program

import (
	"context"
	"errors"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// fetchChunk is how many orders are re-read from the host at once.
const fetchChunk = 50

// readTruth re-reads, outside of any transaction, the orders whose deliveries
// are only hints: all of them where the secret is not the shop's own (headers
// are not signed, so anybody's order could be named; A32), and those that a
// delivery names without showing them. Deliveries of a host that cannot be
// reached wait; they are not to blame.
func (p *Program) readTruth(ctx context.Context, driver platform.Driver, shop loyalty.Shop, list []*incoming) error {
	caps := driver.Capabilities()
	wanted := map[string][]*incoming{}
	var keys []string
	for _, in := range list {
		for _, c := range in.changes {
			if !needsTruth(caps, c.Kind) {
				continue
			}
			key := saleKeyOf(c)
			if wanted[key] == nil {
				keys = append(keys, key)
			}
			wanted[key] = append(wanted[key], in)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	sales, late := p.fetchOrders(ctx, driver, shop, keys)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for key, err := range late {
		for _, in := range wanted[key] {
			in.notReached(err)
		}
	}
	return p.useTruth(ctx, shop, list, sales, func(k platform.ChangeKind) bool { return needsTruth(caps, k) })
}

func needsTruth(caps platform.Capabilities, k platform.ChangeKind) bool {
	switch k {
	case platform.SaleSnapshot, platform.SaleDeleted:
		return caps.FetchOrders && !caps.SecretPerShop
	case platform.SaleTouched:
		return caps.FetchOrders
	}
	return false
}

func saleKeyOf(c platform.Change) string {
	if c.Sale != nil {
		return c.Sale.Key
	}
	return c.Key
}

// fetchOrders reads orders by key; late holds the keys that could not be asked for.
func (p *Program) fetchOrders(ctx context.Context, driver platform.Driver, shop loyalty.Shop, keys []string) (map[string]earning.Sale, map[string]error) {
	sales, late := map[string]earning.Sale{}, map[string]error{}
	conn := p.Hosts.Conn(ctx, shop)
	for chunk := range slices.Chunk(keys, fetchChunk) {
		list, err := driver.FetchOrders(ctx, conn, chunk)
		if err != nil {
			p.Log.Warn("orders cannot be re-read", "shop", shop.ID, "orders", len(chunk), "err", err)
			for _, key := range chunk {
				late[key] = err
			}
			continue
		}
		for _, s := range list {
			sales[s.Key] = s
		}
	}
	return sales, late
}

// useTruth puts what the host says in the place of what deliveries say. An order
// that the host does not have is gone if we know it, and otherwise nothing that
// this shop may be told of: it goes to quarantine, with a note (A32).
func (p *Program) useTruth(ctx context.Context, shop loyalty.Shop, list []*incoming, sales map[string]earning.Sale, asked func(platform.ChangeKind) bool) error {
	known, err := p.knownSales(ctx, shop, list, asked)
	if err != nil {
		return err
	}
	var strange []*incoming
	for _, in := range list {
		for i := range in.changes {
			c := &in.changes[i]
			if !asked(c.Kind) {
				continue
			}
			key := saleKeyOf(*c)
			sale, there := sales[key]
			switch {
			case there:
				sale.Contact = contactOf(sale.Contact, c.Sale)
				in.truth = true
				*c = platform.Change{Kind: platform.SaleSnapshot, Key: key, Sale: &sale}
			case known[key]:
				*c = platform.Change{Kind: platform.SaleDeleted, Key: key}
			case c.Kind == platform.SaleDeleted:
				in.end, in.reason = store.DeliveryIgnored, "an order that was never booked is gone"
			default:
				strange = append(strange, in)
				in.end, in.reason = store.DeliveryPoison, "the host does not have this order in this shop"
			}
		}
		if in.end != store.DeliveryDone {
			in.changes = nil
		}
	}
	return p.noteStrange(ctx, shop, strange)
}

// contactOf keeps the personal data of the delivery where the re-read brings none.
func contactOf(c earning.Contact, told *earning.Sale) earning.Contact {
	switch {
	case told == nil:
	case c == (earning.Contact{}):
		return told.Contact
	case c.Traces == (earning.Traces{}):
		c.Traces = told.Contact.Traces
	}
	return c
}

func (p *Program) knownSales(ctx context.Context, shop loyalty.Shop, list []*incoming, asked func(platform.ChangeKind) bool) (map[string]bool, error) {
	var keys []string
	for _, in := range list {
		for _, c := range in.changes {
			if asked(c.Kind) {
				keys = append(keys, saleKeyOf(c))
			}
		}
	}
	known := map[string]bool{}
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.SalesByKey(shop.ID, keys)
		for key := range rows {
			known[key] = true
		}
		return err
	})
	return known, err
}

func (p *Program) noteStrange(ctx context.Context, shop loyalty.Shop, strange []*incoming) error {
	if len(strange) == 0 {
		return nil
	}
	rows := make([]store.AuditRow, len(strange))
	for i, in := range strange {
		p.Log.Warn("security: an order of another shop was named", "shop", shop.ID, "delivery", in.id)
		rows[i] = store.AuditRow{ID: p.IDs.Next(), Actor: "host", Action: "security.foreign_order",
			Subject: "delivery:" + in.id.String(), Reason: in.reason, At: p.now()}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return tx.InsertAudit(shop.ID, rows) })
}

// errReread asks for orders to be read from the host before the batch is tried
// again: two snapshots claim the same instant and differ (A9).
type errReread struct{ keys []string }

func (e *errReread) Error() string { return "program: orders must be read again" }

// bookBatch books a list in one transaction, again after a lost race, and after
// having asked the host where two snapshots contradict each other.
func (p *Program) bookBatch(ctx context.Context, driver platform.Driver, shop loyalty.Shop, list []*incoming) error {
	err := p.bookOnce(ctx, driver, shop, list)
	var again *errReread
	if !errors.As(err, &again) {
		return err
	}
	sales, late := p.fetchOrders(ctx, driver, shop, again.keys)
	for _, in := range list {
		for i, c := range in.changes {
			key := saleKeyOf(c)
			if err, failed := late[key]; failed && c.Kind == platform.SaleSnapshot {
				in.notReached(err)
				break
			}
			if c.Kind != platform.SaleSnapshot || !slices.Contains(again.keys, key) {
				continue
			}
			in.truth = true // also if the host has no answer: then the content decides
			if sale, ok := sales[key]; ok {
				in.changes[i].Sale = &sale
			}
		}
	}
	return p.bookOnce(ctx, driver, shop, list)
}

func (p *Program) bookOnce(ctx context.Context, driver platform.Driver, shop loyalty.Shop, list []*incoming) error {
	doubt := false
	return rerun(ctx, func() error {
		defer func() { doubt = true }()
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			return guard(func() error {
				b := newBatch(p, tx, shop)
				b.canReread, b.doubt = driver.Capabilities().FetchOrders, doubt
				return b.run(list)
			})
		})
	})
}
