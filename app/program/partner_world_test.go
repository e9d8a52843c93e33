package program_test

import (
	"context"
	"fmt"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// partnersOn switches the module on.
func (w *bookWorld) partnersOn(change func(*program.PartnerSettings)) {
	w.t.Helper()
	s, err := w.PartnerSettingsOf(context.Background(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	s.On = true
	if change != nil {
		change(&s)
	}
	if _, err := w.SavePartnerSettings(context.Background(), "test", w.shop, s.Version, s); err != nil {
		w.t.Fatal(err)
	}
}

// partner makes a partner of an address.
func (w *bookWorld) partner(email string, above loyalty.ID) loyalty.ID {
	w.t.Helper()
	d, err := w.InvitePartner(context.Background(), "test", w.shop, program.Invitation{Email: email, FirstName: strings.Split(email, "@")[0], SponsorID: above, Approved: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return d.ID
}

// forPartners is a standing voucher of 5.00 from 20.00 for new customers, released for partners.
func (w *bookWorld) forPartners() program.Voucher {
	return w.voucherOf(func(d *voucher.Template) { d.Partners, d.Who.NewOnly = true, true })
}

func (w *bookWorld) ownCode(v program.Voucher, of loyalty.ID, text string) loyalty.ID {
	w.t.Helper()
	c, err := w.MakePartnerCode(context.Background(), w.shop, of, v.Row.ID, text)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		return tx.MoveCodes(w.shop.ID, []loyalty.ID{c.ID}, voucher.Pending, voucher.Active, 1)
	})
	return c.ID
}

// sponsor reads in whose first line a customer is.
func (w *bookWorld) sponsor(customer string) (s partner.Sponsorship) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		m, err := w.FindMember(tx, w.shop.ID, customer)
		if err != nil {
			return err
		}
		found, err := tx.SponsorshipsOf(w.shop.ID, []loyalty.ID{m.ID})
		s = found[m.ID]
		return err
	})
	return s
}

// timeline lists the kinds of a customer's events, oldest first.
func (w *bookWorld) timeline(customer string) string {
	w.t.Helper()
	var kinds []string
	a, err := w.AttributionOf(context.Background(), w.shop, w.memberID(customer))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range a.Events {
		kinds = append(kinds, string(e.Kind))
	}
	return strings.Join(kinds, " ")
}

func (w *bookWorld) memberID(customer string) (id loyalty.ID) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		m, err := w.FindMember(tx, w.shop.ID, customer)
		id = m.ID
		return err
	})
	return id
}

// commissions of an order, as "level:partner=minor".
func (w *bookWorld) commissions(sale string, names map[loyalty.ID]string) string {
	w.t.Helper()
	var list []string
	w.write(func(tx *store.Tx) error {
		found, err := tx.CommissionsOfSales(w.shop.ID, []string{sale})
		list = nil
		for _, c := range found[sale] {
			list = append(list, fmt.Sprintf("%d:%s=%d", c.Level, names[c.PartnerID], c.Minor))
		}
		return err
	})
	return strings.Join(list, " ")
}

func became(s earning.Sale, status earning.SaleStatus, later int64) earning.Sale {
	s.Status, s.UpdatedAt = status, s.UpdatedAt+later
	return s
}
