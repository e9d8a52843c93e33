package program_test

import (
	"context"
	"testing"

	"zugabe/app/platform"
	"zugabe/app/program"
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
