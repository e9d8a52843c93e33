package program

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// AppPrice is what whoever runs the app asks for it (S4-31). The price is without VAT and
// for a whole term; no term means that nothing is sold here.
type AppPrice struct {
	Price  loyalty.Money
	Months []int
	URL    string // where Shopify sells it; {shop} stands for the shop's name there
}

// BuyURL is where a shop buys the app from its host; empty = not from the host.
func (o AppPrice) BuyURL(shop loyalty.Shop) string {
	if shop.Host != "shopify" {
		return ""
	}
	name, _, _ := strings.Cut(shop.Domain, ".")
	return strings.ReplaceAll(o.URL, "{shop}", name)
}

// Term is a time for which a shop has chosen to have the app. It says what was chosen,
// never that it was paid.
type Term struct {
	Months int               `json:"months"`
	Price  loyalty.Money     `json:"price"` // as it was asked when it was chosen
	From   loyalty.LocalDate `json:"from"`
	Last   loyalty.LocalDate `json:"last"` // the last day of it
	At     int64             `json:"at"`   // Unix ms
	By     string            `json:"by"`
}

// Terms are all that a shop has chosen, the oldest first.
type Terms struct {
	Version int64  `json:"-"` // 0 = nothing was chosen yet
	List    []Term `json:"terms"`
}

// How a shop stands with its terms.
const (
	TermNone    = "none"
	TermRunning = "running"
	TermEnding  = "ending" // within termNotice days
	TermOver    = "over"
)

const (
	termNotice = 14 // days before the end
	keptTerms  = 24
)

// Newest is the term that ends last.
func (t Terms) Newest() Term {
	if len(t.List) == 0 {
		return Term{}
	}
	return t.List[len(t.List)-1]
}

// On says how a shop stands on a day. Nothing is switched off by it: a shop whose
// term is over is reminded.
func (t Terms) On(day loyalty.LocalDate) string {
	last := t.Newest().Last
	switch {
	case last.IsZero():
		return TermNone
	case last.Before(day):
		return TermOver
	case !day.Before(last.AddDays(-termNotice)):
		return TermEnding
	}
	return TermRunning
}

// Terms are what a shop has chosen so far.
func (p *Program) Terms(tx *store.Tx, shop loyalty.ShopID) (t Terms, err error) {
	body, version, err := tx.SettingsDoc(shop, store.ChosenTerms)
	if err != nil || version == 0 {
		return t, err
	}
	if err := json.Unmarshal(body, &t); err != nil {
		return t, fmt.Errorf("program: terms of shop %s: %w", shop, err)
	}
	t.Version = version
	return t, nil
}

// Today is the day on the shop's own calendar.
func (p *Program) Today(shop loyalty.Shop) (loyalty.LocalDate, error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return loyalty.LocalDate{}, err
	}
	return loyalty.DateOf(time.UnixMilli(p.now()).In(zone)), nil
}

// ChooseTerm notes that a shop wants the app for some months, after the version of its
// terms that was seen. It begins today, or after the term that runs; one that has not
// begun before today is replaced, so that a wrong choice can be mended.
func (p *Program) ChooseTerm(ctx context.Context, actor string, shop loyalty.Shop, seen int64, months int) (t Terms, err error) {
	if !slices.Contains(p.AppPrice.Months, months) {
		return t, loyalty.Invalid("months", "must be one of the terms on offer")
	}
	today, err := p.Today(shop)
	if err != nil {
		return t, err
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if t, err = p.Terms(tx, shop.ID); err != nil {
			return err
		}
		before := t.Newest()
		next := Term{Months: months, Price: p.AppPrice.Price, From: today, At: p.now(), By: actor}
		switch {
		case !before.From.IsZero() && !before.From.Before(today):
			next.From, t.List = before.From, t.List[:len(t.List)-1]
		case !before.Last.Before(today):
			next.From = before.Last.AddDays(1)
		}
		next.Last = next.From.AddMonths(months).AddDays(-1)
		t.List = append(t.List, next)
		t.List = t.List[max(0, len(t.List)-keptTerms):]
		ok, err := tx.SaveSettingsDoc(shop.ID, store.SettingsDoc{Name: store.ChosenTerms, Body: jsonOf(t), Seen: seen, NowMs: p.now()})
		if err != nil || !ok || t.Version != seen {
			return orConflict(err, "the term was changed by somebody else")
		}
		t.Version++
		return p.audit(tx, shop.ID, deed{by: actor, did: "term.chosen", to: "term", before: before, after: next})
	})
	return t, err
}
