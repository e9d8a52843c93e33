package program_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/voucher"
)

func (w *bookWorld) onPages() (out program.PublishedSettings) {
	w.t.Helper()
	raw, err := w.SettingsForPages(context.Background(), w.shop, true)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// covers: S2-04, S2-05, A-37
func TestPagesKnowTheVouchersThatShowThemselvesAndNoOthers(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("issuer", "issuer@example.org"))
		shown := w.voucherOf(func(d *voucher.Template) {
			d.Name, d.Auto, d.Who.Segments = "Stammkunden", voucher.AutoOffer, []string{string(loyalty.Customer)}
			d.Kind, d.Minor, d.Percent, d.CapMinor, d.Order.MinMinor = voucher.Percent, 0, 20, 5000, 10000
		})
		w.codes(shown, program.CodeRequest{Texts: []string{"STAMM20"}})
		w.codes(shown, program.CodeRequest{Texts: []string{"VOMPARTNER"}, IssuerID: w.memberID("issuer")})
		silent := w.voucherOf(nil)
		w.codes(silent, program.CodeRequest{Texts: []string{"GEHEIM"}})
		business := w.voucherOf(func(d *voucher.Template) { d.Auto, d.Who.Types = voucher.AutoOffer, []string{voucher.TypeBusiness} })
		w.codes(business, program.CodeRequest{Texts: []string{"NURB2B"}})
		got := w.onPages().Vouchers
		if len(got) != 1 || got[0].Code != "STAMM20" || got[0].Pct != 20 || got[0].Cap != 5000 || got[0].Min != 10000 || got[0].Guests || got[0].Apply || len(got[0].When.Types) != 1 {
			t.Fatalf("%+v", got)
		}
		if _, err := w.SetVoucherState(context.Background(), "test", w.shop, shown.Row.ID, voucher.TemplatePaused); err != nil {
			t.Fatal(err)
		}
		if got := w.onPages().Vouchers; len(got) != 0 {
			t.Errorf("paused, and pages have %+v", got)
		}
	})
}

// The code of a voucher for chosen members is in no document that everybody's page is
// made of; it comes with the customer. So do codes of one's own, and that a voucher was used.
//
// covers: S2-04, S2-11, S0-34
func TestCodesForChosenMembersComeWithTheCustomer(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		host := inPagesWorld(w)
		host.caps.PublishBalance = true
		w.send(w.customer("ada", "ada@example.org"), w.customer("bob", "bob@example.org"))
		chosen := w.voucherOf(func(d *voucher.Template) { d.Auto, d.Who.Members = voucher.AutoOffer, []loyalty.ID{w.member("ada").ID} })
		w.codes(chosen, program.CodeRequest{Texts: []string{"NURADA"}})
		own := w.voucherOf(func(d *voucher.Template) { d.Name, d.Auto = "Eigener", voucher.AutoOffer })
		w.codes(own, program.CodeRequest{Texts: []string{"FUERBOB"}, MemberID: w.member("bob").ID})
		if raw, err := w.SettingsForPages(context.Background(), w.shop, true); err != nil || strings.Contains(string(raw), "NURADA") || strings.Contains(string(raw), "FUERBOB") {
			t.Errorf("%v %s", err, raw)
		}
		w.order(paidOrder("o1", "ada", 3000, 10))
		w.order(paidOrder("o2", "bob", 3000, 10))
		w.clock.Advance(12 * time.Hour)
		if _, err := w.PublishBalances(context.Background(), w.shop); err != nil {
			t.Fatal(err)
		}
		ada, bob := host.shown["ada"].Vouchers, host.shown["bob"].Vouchers
		if len(ada) != 1 || ada[0].ID != chosen.Row.ID || ada[0].Code != "NURADA" || len(bob) != 1 || bob[0].Code != "FUERBOB" {
			t.Errorf("ada %+v, bob %+v", ada, bob)
		}
	})
}

// covers: S0-38, F6
func TestPagesKnowTheHoursOfAVoucher(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) {
			d.Auto, d.Valid.Windows = voucher.AutoOffer, []voucher.Window{{FromMin: 17 * 60, ToMin: 19 * 60}}
		})
		w.codes(v, program.CodeRequest{Texts: []string{"FEIERABEND"}})
		got := w.onPages().Vouchers
		if len(got) != 1 || len(got[0].Open) < 3 {
			t.Fatalf("%+v", got)
		}
		for _, span := range got[0].Open[1:] {
			if span[1]-span[0] != 2*3600 {
				t.Errorf("open for %d seconds", span[1]-span[0])
			}
		}
	})
}

// covers: S2-06
func TestPagesKnowWhatANewsletterSignUpBrings(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		if n := w.onPages().Newsletter; n != nil {
			t.Errorf("nobody has chosen our newsletter, and the shop's form is ours: %+v", n)
		}
		v := w.voucherOf(func(d *voucher.Template) {
			d.Who.NewOnly = true
			d.Texts = map[string]voucher.Text{"de": {Title: "10 EUR zum Kennenlernen", Line: "Ab 40 EUR"}}
		})
		if _, err := w.SaveNewsletterSettings(context.Background(), "test", w.shop, 0, program.NewsletterSettings{On: true, Template: v.Row.ID}); err != nil {
			t.Fatal(err)
		}
		n := w.onPages().Newsletter
		if n == nil || !n.NewOnly || n.Offer["de"] != "10 EUR zum Kennenlernen\nAb 40 EUR" || n.Offer["en"] != "5 EUR" || !strings.Contains(n.Consent["de"], "abmelden") {
			t.Errorf("%+v", n)
		}
		if _, err := w.SaveNewsletterSettings(context.Background(), "test", w.shop, 1, program.NewsletterSettings{}); err != nil {
			t.Fatal(err)
		}
		if n := w.onPages().Newsletter; n != nil {
			t.Errorf("off, and pages have %+v", n)
		}
	})
}
