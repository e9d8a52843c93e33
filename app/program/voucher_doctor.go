package program

import (
	"context"
	"errors"
	"sync"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// Diagnosis is what a voucher means, what the host cannot enforce of it, and how it
// goes together with what else takes something off in the shop (N-06).
type Diagnosis struct {
	Sentence []voucher.Part
	Gaps     []voucher.Gap
	Findings []voucher.Finding
	LookedAt int64 // Unix ms of the look at the host's discounts; 0 = it could not be asked
	Complete bool  // false: there are more discounts than were read
}

const (
	livingFor     = 5 * time.Minute // how long a look at the host's discounts is good for
	livingPages   = 20
	livingPatient = 10 * time.Second
)

// living is what a look at a host's discounts found, without our own.
type living struct {
	discounts []platform.Discount
	at        int64
	complete  bool
}

// livingMemo keeps the last look at each shop; of many who ask at once one looks.
type livingMemo struct {
	mu    sync.Mutex
	shops map[loyalty.ShopID]*livingShop
}

type livingShop struct {
	mu     sync.Mutex
	last   living
	failed int64 // Unix ms of a look for a shopper that the host did not answer
}

func (m *livingMemo) of(shop loyalty.ShopID) *livingShop {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shops == nil {
		m.shops = map[loyalty.ShopID]*livingShop{}
	}
	if m.shops[shop] == nil {
		m.shops[shop] = &livingShop{}
	}
	return m.shops[shop]
}

// living reads the host's discounts, at most every five minutes.
func (p *Program) living(ctx context.Context, shop loyalty.Shop) (living, error) {
	s := p.lives.of(shop.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.look(ctx, shop, s, livingPatient)
}

// look asks the host unless it was asked just now; the caller has the shop's lock.
func (p *Program) look(ctx context.Context, shop loyalty.Shop, s *livingShop, patient time.Duration) (living, error) {
	if now := p.now(); s.last.at != 0 && now-s.last.at < livingFor.Milliseconds() {
		return s.last, nil
	}
	driver, wait := p.reach(shop)
	if driver == nil || wait > 0 || !driver.Capabilities().SharedDiscounts {
		return living{}, platform.ErrUnsupported
	}
	ctx, done := context.WithTimeout(ctx, patient)
	defer done()
	conn, found, cursor := p.Hosts.Conn(ctx, shop), living{at: p.now(), complete: true}, ""
	for range livingPages {
		page, err := driver.LiveDiscounts(ctx, conn, cursor)
		if err != nil {
			return living{}, err
		}
		for _, d := range page.Discounts {
			if !d.Ours {
				found.discounts = append(found.discounts, d)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	found.complete = cursor == ""
	s.last = found
	return found, nil
}

// DiagnoseVoucher examines a voucher as it is saved.
func (p *Program) DiagnoseVoucher(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (Diagnosis, error) {
	v, err := p.Voucher(ctx, shop, id)
	if err != nil {
		return Diagnosis{}, err
	}
	return p.Diagnose(ctx, shop, id, v.Doc)
}

// Diagnose examines conditions, saved (id) or not (0). A host that cannot be asked is
// no error: then only what is known here is said. Other vouchers of ours that are
// active count like the host's.
func (p *Program) Diagnose(ctx context.Context, shop loyalty.Shop, id loyalty.ID, doc voucher.Template) (Diagnosis, error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return Diagnosis{}, err
	}
	d := Diagnosis{Sentence: doc.Describe()}
	var off []string
	if err := p.Store.Read(ctx, func(tx *store.Tx) (err error) { off, err = p.switchedOff(tx, shop.ID); return err }); err != nil {
		return d, err
	}
	_, d.Gaps = doc.Without(off).ToSpec(voucher.HostCode{Currency: shop.Currency}, voucher.CanOf(shop.Host))
	others, err := p.otherVouchers(ctx, shop, id, zone)
	if err != nil {
		return d, err
	}
	found, err := p.living(ctx, shop)
	if err != nil && !hostTrouble(err) {
		return d, err
	}
	d.LookedAt, d.Complete = found.at, found.complete
	for _, h := range found.discounts {
		others = append(others, h.HostDiscount)
	}
	from, until := doc.Valid.Span(zone)
	d.Findings = voucher.Doctor(doc, others, [2]int64{max(from, p.now()), until})
	return d, nil
}

// hostTrouble says that it is the host that does not answer.
func hostTrouble(err error) bool {
	var throttled platform.Throttled
	for _, known := range []error{platform.ErrUnsupported, platform.ErrUnreachable, platform.ErrUnknown, platform.ErrRevoked, platform.ErrFrozen, platform.ErrRefused,
		context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.As(err, &throttled)
}

// mostOthers is how many of our own vouchers are compared.
const mostOthers = 100

func (p *Program) otherVouchers(ctx context.Context, shop loyalty.Shop, but loyalty.ID, zone *time.Location) (list []voucher.HostDiscount, err error) {
	all, err := p.Vouchers(ctx, shop, store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive}, Limit: mostOthers})
	for _, v := range all {
		if v.Row.ID == but {
			continue
		}
		h := voucher.HostDiscount{Key: TemplateSubject(v.Row.ID), Title: v.Row.Name, Class: v.Doc.HostClass(), Combines: v.Doc.Stack.Combines,
			Products: v.Doc.What.Products, Collections: v.Doc.What.Collections, MinSubtotal: v.Doc.Order.MinMinor}
		if v.Doc.Kind == voucher.FreeArticle {
			h.Products = []string{v.Doc.Article.ProductKey}
		}
		h.StartsAt, h.EndsAt = v.Doc.Valid.Span(zone)
		list = append(list, h)
	}
	return list, err
}
