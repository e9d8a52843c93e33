package program

import (
	"slices"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// PublishedVoucher is a running voucher that shows itself, as the shop's pages may
// know it (S2-04, S2-05). Amounts are minor units. What only the app can tell (a
// budget, chosen members) is not here: such vouchers come with the customer.
type PublishedVoucher struct {
	ID     loyalty.ID              `json:"id"`
	Code   string                  `json:"code,omitempty"` // standing code for everybody it is for; missing = customers have their own
	Kind   voucher.Kind            `json:"kind"`
	Minor  int64                   `json:"minor,omitempty"`
	Pct    int64                   `json:"percent,omitempty"`
	Cap    int64                   `json:"cap,omitempty"`
	Min    int64                   `json:"min,omitempty"`
	Max    int64                   `json:"max,omitempty"`
	Part   bool                    `json:"part,omitempty"`    // Min and Max are about the goods that it is good for
	With   voucher.Combines        `json:"with,omitzero"`     // what the voucher allows beside it; nothing = it stands alone
	NoSale bool                    `json:"no_sale,omitempty"` // not for reduced goods
	Apply  bool                    `json:"apply,omitempty"`   // goes into the cart by itself
	Guests bool                    `json:"guests,omitempty"`  // also for whoever is not logged in
	Match  PublishedMatch          `json:"match"`
	When   PublishedWhen           `json:"when"`           // dates, types and tags
	Open   [][2]int64              `json:"open,omitempty"` // narrower: from and to before, in the coming days
	Name   string                  `json:"name"`
	Texts  map[string]voucher.Text `json:"texts,omitempty"`
}

// PublishedNewsletter is what a sign-up form shows (S2-06).
type PublishedNewsletter struct {
	Consent map[string]string `json:"consent"` // by language
	Offer   map[string]string `json:"offer,omitempty"`
	NewOnly bool              `json:"new_only,omitempty"` // the offer is for a first order
}

// openDays is how far ahead pages know the hours of a voucher. They are told anew
// every day, so one missed night shows nothing wrong.
const openDays = 3

// publishedVouchers are the running vouchers that show themselves.
func (p *Program) publishedVouchers(tx *store.Tx, shop loyalty.Shop, now time.Time) ([]PublishedVoucher, error) {
	rows, err := tx.Templates(shop.ID, store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive}, Auto: true, Limit: offersAtOnce})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	all, err := p.withDocs(tx, shop.ID, rows)
	if err != nil {
		return nil, err
	}
	var list []PublishedVoucher
	for _, v := range all {
		out, ok := publishedVoucher(v, shop, now)
		if !ok {
			continue
		}
		c, found, err := tx.CodeToShow(shop.ID, v.Row.ID, 0)
		if err != nil {
			return nil, err
		}
		if found && len(v.Doc.Who.Members) == 0 {
			out.Code = c.Code
		}
		list = append(list, out)
	}
	return list, nil
}

// showVouchers lets the pages know of a code that the host has taken just now, if
// its voucher shows itself.
func (p *Program) showVouchers(tx *store.Tx, shop loyalty.Shop, of store.TemplateRow) error {
	if of.Auto == voucher.AutoNever || of.Auto == "" {
		return nil
	}
	return p.publishSettingsLater(tx, shop)
}

// publishedVoucher is false for what pages cannot judge or should not show.
func publishedVoucher(v Voucher, shop loyalty.Shop, now time.Time) (PublishedVoucher, bool) {
	t := v.Doc
	types, ok := publishedTypes(t.Who)
	over := v.Total.MaxUses > 0 && v.Total.Uses >= v.Total.MaxUses || v.Total.BudgetMinor > 0 && v.Total.Minor >= v.Total.BudgetMinor
	if !ok || over || t.Currency != "" && t.Currency != shop.Currency {
		return PublishedVoucher{}, false
	}
	out := PublishedVoucher{
		ID: v.Row.ID, Kind: t.Kind, Minor: t.Minor, Pct: t.Percent, Cap: t.CapMinor, Min: t.Order.MinMinor, Max: t.Order.MaxMinor, Part: t.Order.OnEligible,
		With: t.Stack.Combines, NoSale: !t.What.SaleItems, Apply: t.Auto == voucher.AutoApplied, Name: t.Name, Texts: t.Texts,
		Guests: !t.Who.LoggedIn && len(t.Who.Tags) == 0 && len(t.Who.Members) == 0 && !slices.Contains(types, string(loyalty.Customer)),
		Match:  PublishedMatch{Products: t.What.Products, Collections: t.What.Collections, ExcludeProducts: t.What.NotProducts, ExcludeCollections: t.What.NotCollections},
		When:   PublishedWhen{Types: types, Tags: t.Who.Tags},
	}
	if t.Kind == voucher.FreeArticle {
		out.Match.Products, out.Minor = []string{t.Article.ProductKey}, 0
	}
	zone := now.Location()
	if out.When.From, out.When.Until = startOf(t.Valid.From, zone), endOf(t.Valid.Until, zone); !t.Valid.On.IsZero() {
		out.When.From, out.When.Until = startOf(t.Valid.On, zone), endOf(t.Valid.On, zone)
	}
	if out.When.Until > 0 && out.When.Until <= now.Unix() {
		return out, false
	}
	if len(t.Valid.Windows) > 0 {
		out.Open = openSpans(t.Valid, now)
	}
	return out, true
}

// publishedTypes says which kinds of customers a voucher is for, as far as pages can
// tell: false where they cannot.
func publishedTypes(w voucher.Audience) (types []string, ok bool) {
	if len(w.Types) > 0 {
		return nil, false
	}
	for _, s := range w.Segments {
		switch s {
		case SegmentRegisteredOnly:
			types = append(types, string(loyalty.NewCustomer))
		case string(loyalty.NewCustomer), string(loyalty.Customer):
			types = append(types, s)
		default:
			return nil, false
		}
	}
	if w.NewOnly {
		types = []string{string(loyalty.NewCustomer)}
	}
	return types, true
}

// openSpans are when a voucher with hours is open in the coming days; one span that
// is over where it never is.
func openSpans(v voucher.Validity, now time.Time) [][2]int64 {
	spans := [][2]int64{}
	end := now.AddDate(0, 0, openDays).UnixMilli()
	for at := now.UnixMilli(); at < end && len(spans) < 50; {
		opens, closes := v.Next(voucher.Moment{At: at, Zone: now.Location()})
		if opens == 0 || opens >= end {
			break
		}
		if closes == 0 {
			closes = end
		}
		spans = append(spans, [2]int64{opens / 1000, closes / 1000})
		at = closes
	}
	if len(spans) == 0 {
		spans = append(spans, [2]int64{0, 1})
	}
	return spans
}

// publishedNewsletter is nil while the shop has none.
func (p *Program) publishedNewsletter(tx *store.Tx, shop loyalty.Shop) (*PublishedNewsletter, error) {
	settings, err := p.NewsletterSettings(tx, shop.ID)
	if err != nil || !settings.On {
		return nil, err
	}
	chosen, err := p.Settings(tx, shop.ID)
	if err != nil {
		return nil, err
	}
	out := &PublishedNewsletter{Consent: map[string]string{}, Offer: map[string]string{}}
	if settings.Template != 0 {
		v, err := p.voucherByID(tx, shop.ID, settings.Template)
		if err != nil {
			return nil, err
		}
		out.NewOnly = v.Doc.Who.NewOnly
	}
	for _, language := range chosen.Languages {
		_, words, err := p.MailPageWords(tx, shop, language)
		if err != nil {
			return nil, err
		}
		out.Consent[language] = words["consent"]
		if out.Offer[language], err = p.SignupOffer(tx, shop.ID, settings.Template, language); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// publicVouchers are what customers have of vouchers that show themselves: codes of
// their own, and those that they have used as often as they may.
func (p *Program) publicVouchers(tx *store.Tx, shop loyalty.Shop, members map[loyalty.ID]loyalty.Member) (map[loyalty.ID][]platform.PublicVoucher, error) {
	rows, err := tx.Templates(shop.ID, store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive}, Auto: true, Limit: offersAtOnce})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	all, err := p.withDocs(tx, shop.ID, rows)
	if err != nil {
		return nil, err
	}
	used, err := usedUp(tx, shop.ID, all, members)
	if err != nil {
		return nil, err
	}
	out := map[loyalty.ID][]platform.PublicVoucher{}
	for _, v := range all {
		shared, found, err := tx.CodeToShow(shop.ID, v.Row.ID, 0)
		if err != nil {
			return nil, err
		}
		for id, m := range members {
			switch {
			case used[store.PersonTemplate{TemplateID: v.Row.ID, PersonKey: string(m.PersonKey)}]:
				out[id] = append(out[id], platform.PublicVoucher{ID: v.Row.ID, Used: true})
			case found && slices.Contains(v.Doc.Who.Members, id):
				out[id] = append(out[id], platform.PublicVoucher{ID: v.Row.ID, Code: shared.Code})
			case !found:
				own, has, err := tx.CodeToShow(shop.ID, v.Row.ID, id)
				if err != nil {
					return nil, err
				}
				if has {
					out[id] = append(out[id], platform.PublicVoucher{ID: v.Row.ID, Code: own.Code})
				}
			}
		}
	}
	return out, nil
}

// usedUp says who has used which voucher as often as each person may.
func usedUp(tx *store.Tx, shop loyalty.ShopID, all []Voucher, members map[loyalty.ID]loyalty.Member) (map[store.PersonTemplate]bool, error) {
	limits := map[loyalty.ID]int64{}
	var keys []store.PersonTemplate
	for _, v := range all {
		if v.Doc.Limits.PerPerson == 0 {
			continue
		}
		limits[v.Row.ID] = v.Doc.Limits.PerPerson
		for _, m := range members {
			if len(m.PersonKey) > 0 {
				keys = append(keys, store.PersonTemplate{TemplateID: v.Row.ID, PersonKey: string(m.PersonKey)})
			}
		}
	}
	found, err := tx.VoucherPersons(shop, keys)
	used := map[store.PersonTemplate]bool{}
	for k, uses := range found {
		used[k] = int64(len(uses)) >= limits[k.TemplateID]
	}
	return used, err
}
