package main

import (
	"context"
	"errors"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// Who made the demo's vouchers, and the partner of the story.
const (
	demoStaff   = "staff:1"
	meierMail   = "meier@post.example"
	meierName   = "meier" // of his storefront
	lenaMail    = "vogt@post.example"
	printedUsed = 12 // of the printed codes, in the past
)

// openVouchers makes what both stories speak of through the use cases that the
// admin and the desk have, before the past is played: the 5 EUR voucher with the codes of partner
// Meier and of Lena below him, 20 % for customers, 10 EUR for the newsletter, and a printed batch.
func (d *demo) openVouchers(ctx context.Context, shop loyalty.Shop) (demoshop.PastCodes, error) {
	past := demoshop.PastCodes{New: "vonmeier", Below: "vonlena", Regular: "STAMM20"}
	p := d.app.program
	welcome, err := d.running(ctx, shop, welcomeVoucher())
	if err != nil {
		return past, err
	}
	regular, err := d.running(ctx, shop, regularVoucher())
	if err != nil {
		return past, err
	}
	if _, err := p.MakeCodes(ctx, demoStaff, shop, regular, program.CodeRequest{Texts: []string{past.Regular}, Origin: program.OriginAdmin}); err != nil {
		return past, err
	}
	if d.meier, err = d.partnerMeier(ctx, shop); err != nil {
		return past, err
	}
	if _, err := p.MakePartnerCode(ctx, shop, d.meier, welcome, past.New); err != nil {
		return past, err
	}
	lena, err := p.InvitePartner(ctx, demoStaff, shop, program.Invitation{Email: lenaMail, FirstName: "Lena", LastName: "Vogt", Locale: "de", SponsorID: d.meier, Approved: true})
	if err != nil {
		return past, err
	}
	if _, err := p.MakePartnerCode(ctx, shop, lena.ID, welcome, past.Below); err != nil {
		return past, err
	}
	letter, err := d.running(ctx, shop, letterVoucher())
	if err != nil {
		return past, err
	}
	if err := d.newsletter(ctx, shop, letter); err != nil {
		return past, err
	}
	past.Printed, err = d.printedBatch(ctx, shop, letter, d.meier)
	return past, errors.Join(err, d.settle(ctx, shop.ID))
}

// dressed chooses what a merchant chooses first: German that says du, as the theme does,
// our newsletter in the place of the host's, and that only accounts earn, as the theme
// tells its guests: this shop's customers sign in with a password (S4-29).
func (d *demo) dressed(ctx context.Context) error {
	shop, err := d.installed(ctx)
	if err != nil {
		return err
	}
	var now program.ShopSettings
	err = d.app.store.Read(ctx, func(tx *store.Tx) (err error) {
		now, err = d.app.program.Settings(tx, shop.ID)
		return err
	})
	if err != nil {
		return err
	}
	c := program.Choices{Languages: now.Languages, Address: program.AddressInformal, KeepDays: now.KeepDays, DeskSees: now.DeskSees, Storefront: now.Storefront}
	if _, err := d.app.program.SaveChoices(ctx, demoStaff, shop, now.Version, c); err != nil {
		return err
	}
	if err := d.accountsOnly(ctx, shop); err != nil {
		return err
	}
	return d.newsletter(ctx, shop, 0)
}

func (d *demo) accountsOnly(ctx context.Context, shop loyalty.Shop) error {
	var now program.Plan
	err := d.app.store.Read(ctx, func(tx *store.Tx) (err error) {
		now, err = d.app.program.CurrentPlan(tx, shop)
		return err
	})
	if err != nil {
		return err
	}
	now.Doc.Accounts = program.AccountLogin
	_, err = d.app.program.SavePlan(ctx, demoStaff, shop, now.Version, now.Doc)
	return err
}

// newsletter switches ours on, with a voucher in the mail that asks for confirmation;
// 0 = without one.
func (d *demo) newsletter(ctx context.Context, shop loyalty.Shop, letter loyalty.ID) error {
	p := d.app.program
	var news program.NewsletterSettings
	err := d.app.store.Read(ctx, func(tx *store.Tx) (err error) {
		news, err = p.NewsletterSettings(tx, shop.ID)
		return err
	})
	if err != nil {
		return err
	}
	if news.On = true; letter != 0 {
		news.Template, news.Deliver = letter, map[string]string{letter.String(): program.DeliverInMail}
	}
	_, err = p.SaveNewsletterSettings(ctx, demoStaff, shop, news.Version, news)
	return err
}

func (d *demo) running(ctx context.Context, shop loyalty.Shop, doc voucher.Template) (loyalty.ID, error) {
	v, err := d.app.program.CreateVoucher(ctx, demoStaff, shop, doc)
	if err == nil {
		v, err = d.app.program.SetVoucherState(ctx, demoStaff, shop, v.Row.ID, voucher.TemplateActive)
	}
	return v.Row.ID, err
}

func (d *demo) partnerMeier(ctx context.Context, shop loyalty.Shop) (loyalty.ID, error) {
	p := d.app.program
	s, err := p.PartnerSettingsOf(ctx, shop.ID)
	if err != nil {
		return 0, err
	}
	s.On, s.Contact, s.RatesBP = true, program.ContactFields, []int64{500, 200}
	if _, err := p.SavePartnerSettings(ctx, demoStaff, shop, s.Version, s); err != nil {
		return 0, err
	}
	meier, err := p.InvitePartner(ctx, demoStaff, shop, program.Invitation{Email: meierMail, FirstName: "Martin", LastName: "Meier", Locale: "de", HostName: meierName, Approved: true})
	return meier.ID, err
}

// printedBatch is a sheet for a fair, handed out to Meier. It says which of its codes
// were used in the past.
func (d *demo) printedBatch(ctx context.Context, shop loyalty.Shop, template, partner loyalty.ID) (used []string, err error) {
	b, err := d.app.program.CreateBatch(ctx, demoStaff, shop, program.NewBatch{Template: template, Name: "Messe", Prefix: "MESSE", Count: 200, Active: true, Partner: partner})
	if err != nil {
		return nil, err
	}
	err = d.app.program.EachBatchCode(ctx, shop, b.Row.ID, program.BatchRange{}, func(c store.CodeStub) error {
		if len(used) < printedUsed {
			used = append(used, c.Code)
		}
		return nil
	})
	return used, err
}

// looked counts that a voucher which shows itself was in view, as the cart's page tells.
func (d *demo) looked(ctx context.Context, shop loyalty.Shop, code string, at []time.Time) error {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return err
	}
	days := map[loyalty.LocalDate]int64{}
	for _, when := range at {
		days[loyalty.DateOf(when.In(zone))]++
	}
	folded := voucher.Fold(code)
	return d.app.store.Write(ctx, func(tx *store.Tx) error {
		found, err := tx.CodesByFolded(shop.ID, []string{folded})
		if err != nil || found[folded].TemplateID == 0 {
			return err
		}
		for day, n := range days {
			if err := tx.CountVoucherDay(shop.ID, found[folded].TemplateID, day, store.VoucherDay{Shown: n}); err != nil {
				return err
			}
		}
		return nil
	})
}

// leadsOfMeier gives him some who have an account and never bought, so that the desk's
// page of new customers (S0-48) has somebody to call.
func (d *demo) leadsOfMeier(ctx context.Context, shop loyalty.Shop) error {
	p := d.app.program
	list, err := p.RegisteredOnly(ctx, shop, false, 0, 12)
	if err != nil {
		return err
	}
	given := 0
	for _, somebody := range list {
		if somebody.SponsorID != 0 || somebody.ID == d.meier || given == 3 {
			continue
		}
		if _, err := p.MoveMember(ctx, demoStaff, shop, program.Move{ID: somebody.ID, To: d.meier, Note: "Met at the fair"}); err != nil {
			return err
		}
		given++
	}
	return nil
}

func welcomeVoucher() voucher.Template {
	return voucher.Template{
		Name: "5 EUR für Neukunden", Kind: voucher.Absolute, Minor: 500, Currency: "EUR", Order: voucher.Range{MinMinor: 2000}, Who: voucher.Audience{NewOnly: true},
		What: voucher.Articles{SaleItems: true}, Limits: voucher.Limits{PerPerson: 1}, Partners: true,
		Texts: map[string]voucher.Text{
			"de": {Title: "5 EUR zum Kennenlernen", Line: "Ab 20 EUR, für die erste Bestellung"}, "en": {Title: "5 EUR to get to know us", Line: "From 20 EUR, for a first order"},
			"da": {Title: "5 EUR til at lære os at kende", Line: "Fra 20 EUR, for den første ordre"}, "pl": {Title: "5 EUR na początek", Line: "Od 20 EUR, na pierwsze zamówienie"},
			"it": {Title: "5 EUR per conoscerci", Line: "Da 20 EUR, per il primo ordine"},
		},
	}
}

func regularVoucher() voucher.Template {
	return voucher.Template{
		Name: "20 % für Bestandskunden", Kind: voucher.Percent, Percent: 20, Currency: "EUR", Order: voucher.Range{MinMinor: 10000},
		Who: voucher.Audience{Segments: []string{string(loyalty.Customer)}}, What: voucher.Articles{SaleItems: true}, Auto: voucher.AutoOffer,
		Texts: map[string]voucher.Text{
			"de": {Title: "20 % Rabatt", Line: "Ab 100\u00a0€"}, "en": {Title: "20% off", Line: "From €100"}, "da": {Title: "20 % rabat", Line: "Fra 100\u00a0€"},
			"pl": {Title: "20% zniżki", Line: "Od 100\u00a0€"}, "it": {Title: "20% di sconto", Line: "Da 100\u00a0€"},
		},
	}
}

func letterVoucher() voucher.Template {
	return voucher.Template{
		Name: "10 EUR für den Newsletter", Kind: voucher.Absolute, Minor: 1000, Currency: "EUR", Order: voucher.Range{MinMinor: 4000}, Who: voucher.Audience{NewOnly: true},
		What: voucher.Articles{SaleItems: true}, Limits: voucher.Limits{PerCode: 1, PerPerson: 1},
		Texts: map[string]voucher.Text{
			"de": {Title: "10 EUR für die erste Bestellung", Line: "Ab 40 EUR"}, "en": {Title: "10 EUR for your first order", Line: "From 40 EUR"},
			"da": {Title: "10 EUR til den første ordre", Line: "Fra 40 EUR"}, "pl": {Title: "10 EUR na pierwsze zamówienie", Line: "Od 40 EUR"},
			"it": {Title: "10 EUR per il primo ordine", Line: "Da 40 EUR"},
		},
	}
}
