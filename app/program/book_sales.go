package program

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// bookedSale is a sale whose newest snapshot this batch brought.
type bookedSale struct {
	sale  earning.Sale
	row   store.SaleRow
	fresh bool // not stored yet
	body  []byte
	from  loyalty.ID // delivery
	claim *claim     // nil if nobody can earn by it
}

// SaleSource is the source key of what a sale earned.
func SaleSource(saleKey string) string { return sourceKey("sale:", saleKey) }

// ActivitySource is the source key of what an activity earned.
func ActivitySource(activityKey string) string { return sourceKey("activity:", activityKey) }

// sourceKey keeps within the 190 bytes of the column: a longer key is hashed.
func sourceKey(kind, key string) string {
	if len(kind)+len(key) <= 190 {
		return kind + key
	}
	return fmt.Sprintf("%s#%x", kind, sha256.Sum256([]byte(key)))
}

// order is where a snapshot stands among those of one order. Hosts give times in
// seconds and send repeats out of order; the driver's rank and then the content
// decide between equals, so that every order of arrival ends with the same one.
type order struct {
	at   int64 // Unix ms, when the host last changed it
	rank int64
	hash []byte
}

func (o order) after(x order) bool {
	switch {
	case o.at != x.at:
		return o.at > x.at
	case o.rank != x.rank:
		return o.rank > x.rank
	}
	return bytes.Compare(o.hash, x.hash) > 0
}

// ties says that only the content differs.
func (o order) ties(x order) bool {
	return o.at == x.at && o.rank == x.rank && !bytes.Equal(o.hash, x.hash)
}

func orderOf(row store.SaleRow) order { return order{row.HostUpdatedAt, row.HostRank, row.Hash} }

// judgeSales finds out which orders are now known better than before, and what
// they entitle to.
func (b *batch) judgeSales(list []saleFact) error {
	keys := make([]string, 0, len(list))
	seen := map[string]bool{}
	for _, f := range list {
		if !seen[f.key] {
			seen[f.key] = true
			keys = append(keys, f.key)
		}
	}
	rows, err := b.tx.SalesByKey(b.shop.ID, keys)
	if err != nil {
		return err
	}
	if err := b.buryDeleted(list, rows); err != nil {
		return err
	}
	winners, err := b.newestOf(list, rows)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if w := winners[key]; w != nil {
			b.sales = append(b.sales, w)
		}
	}
	// A member's first order is judged before the second, whichever came first.
	slices.SortStableFunc(b.sales, func(x, y *bookedSale) int { return cmp.Compare(x.sale.PlacedAt, y.sale.PlacedAt) })
	for _, w := range b.sales {
		if err := b.judgeSale(w); err != nil {
			return fmt.Errorf("order %s: %w", w.sale.Key, err)
		}
	}
	return nil
}

// deletedRank puts a deletion after every snapshot of the same instant.
const deletedRank = 1 << 62

// buryDeleted gives "the order is gone" the form of a snapshot: the last one
// known, cancelled. An order that is not known yet gets an empty one, so that an
// older snapshot that is still on its way changes nothing.
func (b *batch) buryDeleted(list []saleFact, rows map[string]store.SaleRow) error {
	var ids []loyalty.ID
	for _, f := range list {
		if row, ok := rows[f.key]; f.sale == nil && ok {
			ids = append(ids, row.ID)
		}
	}
	bodies, err := b.tx.SaleBodies(b.shop.ID, ids)
	if err != nil {
		return err
	}
	for i := range list {
		f := &list[i]
		if f.sale != nil {
			continue
		}
		s := earning.Sale{Key: f.key, Currency: b.shop.Currency, PlacedAt: f.at}
		if body := bodies[rows[f.key].ID]; body != nil {
			if err := json.Unmarshal(body, &s); err != nil {
				return fmt.Errorf("stored order %s: %w", f.key, err)
			}
		}
		s.Status, s.UpdatedAt, s.Rank = earning.SaleCancelled, f.at, deletedRank
		f.sale = &s
	}
	return nil
}

// snapshotOf is a sale as it is stored, and its hash. Whose it is stands in its
// row only, so that an erasure need not look into the versions.
func snapshotOf(s earning.Sale) (body, hash []byte, err error) {
	customer := s.CustomerKey
	s.CustomerKey = ""
	if body, err = json.Marshal(s); err != nil {
		return nil, nil, err
	}
	h := sha256.New()
	h.Write(body)
	h.Write([]byte(customer))
	return body, h.Sum(nil), nil
}

// newestOf picks the newest snapshot of each order, if it is newer than what is stored.
func (b *batch) newestOf(list []saleFact, rows map[string]store.SaleRow) (map[string]*bookedSale, error) {
	winners := map[string]*bookedSale{}
	var unclear []string
	for _, f := range list {
		row, stored := rows[f.key]
		if f.sale.Status == earning.SaleDraft && !stored {
			continue
		}
		body, hash, err := snapshotOf(*f.sale)
		if err != nil {
			return nil, err
		}
		now, than := order{f.sale.UpdatedAt, int64(f.sale.Rank), hash}, orderOf(row)
		if w := winners[f.key]; w != nil {
			than = orderOf(w.row)
		}
		tie := stored && now.ties(than)
		if tie && b.canReread && !f.truth {
			unclear = append(unclear, f.key)
			continue
		}
		known := stored || winners[f.key] != nil
		if known && !(tie && f.truth) && !now.after(than) {
			continue
		}
		row.HostUpdatedAt, row.HostRank, row.Hash = now.at, now.rank, now.hash
		winners[f.key] = &bookedSale{sale: *f.sale, row: row, fresh: !stored, body: body, from: f.delivery}
	}
	if len(unclear) > 0 {
		return nil, &errReread{keys: unclear}
	}
	return winners, nil
}

// judgeSale binds a sale to its plan version and its member's circumstances at
// its first booking, and evaluates it with them for ever after (B19, N-04).
func (b *batch) judgeSale(w *bookedSale) error {
	s, row := &w.sale, &w.row
	if w.fresh {
		row.ID, row.Key, row.CreatedAt = b.p.IDs.Next(), s.Key, b.now
	}
	previous, err := b.holder(row.MemberID)
	if err != nil {
		return err
	}
	holder := previous
	if s.Rank != deletedRank {
		holder = b.people.byKey[s.CustomerKey] // nil for a guest (S4-29); another one if the order moved (B13)
	}
	if holder != nil {
		if holder, err = b.holder(holder.ID); err != nil {
			return err
		}
	}
	if err := b.bindSale(w, holder, previous); err != nil {
		return err
	}
	b.describeSale(w, holder)
	if err := b.traceSale(w, holder); err != nil {
		return err
	}
	if holder == nil && previous == nil {
		return nil
	}
	return b.claimSale(w, holder, previous)
}

// bindSale fixes plan version and audience. An order that moves to another
// customer takes that customer's circumstances.
func (b *batch) bindSale(w *bookedSale, holder, previous *loyalty.Member) error {
	row := &w.row
	if row.PlanVersion == 0 && len(w.sale.Lines)+int(w.sale.Total) > 0 {
		row.PlanVersion = b.plans.at(w.sale.PlacedAt)
	}
	if len(row.Audience) == 0 {
		row.Audience = []byte("{}")
	}
	moved := holder != nil && (previous == nil || previous.ID != holder.ID)
	if !moved || row.PlanVersion == 0 {
		return nil
	}
	audience, err := b.circumstances(holder, w.sale.PlacedAt, row.PlanVersion)
	row.Audience = audience
	return err
}

func (b *batch) describeSale(w *bookedSale, holder *loyalty.Member) {
	s, row := &w.sale, &w.row
	row.Number, row.CustomerKey, row.Status = s.Number, s.CustomerKey, string(s.Status)
	row.Currency, row.Total, row.PlacedAt = s.Currency, s.Total, s.PlacedAt
	row.Refunded = 0
	for _, r := range s.Refunds {
		row.Refunded += r.Gross
	}
	row.MemberID = 0
	if holder != nil {
		row.MemberID = holder.ID
		if holder.State == loyalty.MemberErased {
			row.CustomerKey = ""
		}
	}
	row.Version++
	row.ChangedAt = b.now
}

// claimSale evaluates the sale and says what is to be posted for it.
func (b *batch) claimSale(w *bookedSale, holder, previous *loyalty.Member) error {
	s := &w.sale
	c := &claim{source: SaleSource(s.Key), at: s.PlacedAt, changedAt: s.UpdatedAt, holder: holder, previous: previous, planVersion: w.row.PlanVersion}
	w.claim = c
	if w.row.PlanVersion <= 0 {
		return nil
	}
	plan, err := b.plans.version(w.row.PlanVersion)
	if err != nil {
		return err
	}
	c.plan = &plan
	c.earnedAt = qualifiedAt(s, plan.Doc.Earning.EarnAt)
	if err := c.window(b.shop); err != nil {
		return err
	}
	if holder == nil {
		return nil
	}
	grants, err := evaluateSale(b.shop, plan, *s, w.row.Audience)
	if err != nil {
		return err
	}
	c.grants = grants
	b.noteFirstOrder(s, holder, plan)
	return nil
}

func evaluateSale(shop loyalty.Shop, plan Plan, s earning.Sale, audience []byte) ([]earning.Grant, error) {
	context, err := contextOf(shop, audience)
	if err != nil {
		return nil, err
	}
	return earning.EvaluateSale(s, plan.Doc.Earning, context)
}

// contextOf is what a fact is judged by: what it was bound to, else the shop as
// it is now.
func contextOf(shop loyalty.Shop, audience []byte) (earning.Context, error) {
	bound := circumstance{Zone: shop.Zone, Currency: shop.Currency}
	if len(audience) > 0 {
		if err := json.Unmarshal(audience, &bound); err != nil {
			return earning.Context{}, err
		}
	}
	return earning.Context{Audience: bound.Audience, Currency: bound.Currency, Zone: bound.Zone}, nil
}

// qualifiedAt is the instant from which the return window runs (Unix ms).
func qualifiedAt(s *earning.Sale, earnAt earning.SaleStatus) int64 {
	switch {
	case earnAt == earning.SalePlaced:
		return s.PlacedAt
	case earnAt == earning.SaleFulfilled && s.FulfilledAt != 0:
		return s.FulfilledAt
	case earnAt == earning.SaleCompleted:
		return s.UpdatedAt
	case s.PaidAt != 0:
		return s.PaidAt
	}
	return s.PlacedAt
}

// noteFirstOrder remembers when a member first completed a purchase: from then
// on the member is a customer (S0-43).
func (b *batch) noteFirstOrder(s *earning.Sale, m *loyalty.Member, plan Plan) {
	if !earning.Reached(s.Status, plan.Doc.Earning.EarnAt) || m.State != loyalty.MemberActive {
		return
	}
	if m.FirstOrderAt == 0 || s.PlacedAt < m.FirstOrderAt {
		m.FirstOrderAt, m.Type = s.PlacedAt, loyalty.Customer
		b.bought[m.ID] = s.PlacedAt
	}
}

// window sets from when on the points can be used and until when they live.
func (c *claim) window(shop loyalty.Shop) error {
	doc := &c.plan.Doc
	c.availableAt = c.earnedAt + int64(doc.Pending.Days)*dayMs
	var err error
	c.expiresAt, err = expiresAfter(c.plan.Doc, shop, c.at)
	return err
}
