package program_test

import (
	"context"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// B14, S4-29: where a plan asks for a login, a person who had one keeps earning
// after the merge, whichever of the two records goes.
func TestAMergedPersonKeepsTheLoginOfEitherRecord(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Accounts = program.AccountLogin })
		for _, c := range []platform.Customer{
			{Key: "c1", Email: "c1@example.org", HasLogin: true}, {Key: "c2", Email: "c2@example.org"},
			{Key: "c3", Email: "c3@example.org"}, {Key: "c4", Email: "c4@example.org"},
		} {
			c.CreatedAt, c.UpdatedAt = at(2), at(2)
			w.send(wire{Kind: platform.CustomerSnapshot, Customer: &c}, saleMessage(paidOrder("first-"+c.Key, c.Key, 1000, 2)))
		}
		for from, into := range map[string]string{"c1": "c2", "c3": "c4"} {
			if _, err := w.MergeMembers(context.Background(), "staff", w.shop, w.member(from).ID, w.member(into).ID); err != nil {
				t.Fatal(err)
			}
		}
		for key, want := range map[string]bool{"c2": true, "c4": false} {
			if m := w.member(key); m.HasLogin != want {
				t.Errorf("%s: has a login %v, want %v", key, m.HasLogin, want)
			}
		}
		a := w.account("c2")
		w.send(saleMessage(paidOrder("second", "c2", 1000, 3)))
		w.wantPoints("c2", a.Available+a.Pending+10)
	})
}

// Somebody who has bought is no new customer because the record without an order is the
// one that stays. covers: S0-16, S0-43, B14
func TestAMergedPersonStaysTheCustomerThatEitherRecordWas(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Who.NewOnly = true })
		w.codes(v, program.CodeRequest{Texts: []string{"NEU"}})
		w.send(w.customer("bought", "anna@example.org"), w.customer("looked", "anna.lind@example.org"))
		w.order(paidOrder("o1", "bought", 1000, 2))
		if _, err := w.MergeMembers(context.Background(), "host", w.shop, w.member("bought").ID, w.member("looked").ID); err != nil {
			t.Fatal(err)
		}
		if m := w.member("looked"); m.Type != loyalty.Customer || m.FirstOrderAt != at(2) {
			t.Errorf("after the merge: a %s since %d", m.Type, m.FirstOrderAt)
		}
		if list, err := w.RegisteredOnly(t.Context(), w.shop, false, 0, 10); err != nil || len(list) != 0 {
			t.Errorf("registered and never bought: %+v, %v", list, err)
		}
		later := orderOf("o2", "looked", "NEU", 9)
		later.PlacedAt, later.PaidAt = at(9), at(9)
		w.order(later)
		if uses := w.used("o2"); len(uses) != 1 || uses[0].State != store.UseExtra {
			t.Errorf("a new customer's voucher counts: %+v", uses)
		}
	})
}
