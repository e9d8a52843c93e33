package api_test

import (
	"testing"

	"zugabe/app/api"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

type referralPage struct {
	Items []api.ReferralRow
	Next  string
}

// covers: A-29: the list of those who wait, the decision, and home's number.
func TestHeldReferralsAreListedAndDecidedByStaff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		for _, c := range []string{"1", "2", "3"} {
			w.buy(alpha, c, "100"+c, 1)
		}
		held, members := map[string]string{}, map[string]loyalty.ID{}
		for _, c := range []string{"1", "2", "3"} {
			members[c] = w.member(alpha, c).ID
		}
		w.write(func(tx *store.Tx) error {
			for _, friend := range []string{"2", "3"} {
				r := store.Referral{ID: w.program.IDs.Next(), ReferrerID: members["1"], FriendID: members[friend], Code: "X",
					State: store.ReferralHeld, Reason: "address", Signals: []string{"address", "phone"}, SaleKey: "100" + friend, QualifiesAt: 1, CreatedAt: 1, UpdatedAt: 1}
				held[friend] = r.ID.String()
				if err := tx.InsertReferral(alpha.ID, r); err != nil {
					return err
				}
			}
			return nil
		})
		home := func() int64 {
			return into[api.HomeView](t, w.get(w.staff(alpha), "/api/admin/v1/home")).Waiting.Referrals
		}
		if got := home(); got != 2 {
			t.Errorf("home says %d wait", got)
		}
		first := into[referralPage](t, w.get(w.staff(alpha), "/api/admin/v1/referrals?state=held&limit=1"))
		second := into[referralPage](t, w.get(w.staff(alpha), "/api/admin/v1/referrals?state=held&limit=1&cursor="+first.Next))
		if len(first.Items) != 1 || len(second.Items) != 1 || second.Next != "" {
			t.Fatalf("pages: %+v %+v", first, second)
		}
		if r := second.Items[0]; r.Friend != "Mia Muster2" || r.Referrer != "Mia Muster1" || r.OrderNumber != "#1002" || len(r.Signals) != 2 {
			t.Errorf("row: %+v", r)
		}
		decision := "/api/admin/v1/referrals/" + held["2"] + "/decision"
		w.post(w.staff(alpha), decision, "", `{"accept":false}`).want(t, 422, string(loyalty.CodeInvalid))
		w.post(w.staff(alpha), decision, "", `{"accept":false,"note":"same household"}`).want(t, 204, "")
		w.post(w.staff(alpha), decision, "", `{"accept":false,"note":"same household"}`).want(t, 204, "")
		w.post(w.staff(alpha), decision, "", `{"accept":true}`).want(t, 409, "conflict")
		w.post(w.staff(alpha), "/api/admin/v1/referrals/"+held["3"]+"/decision", "", `{"accept":true}`).want(t, 204, "")
		states := map[string]api.ReferralRow{}
		for _, r := range into[referralPage](t, w.get(w.staff(alpha), "/api/admin/v1/referrals")).Items {
			states[r.Friend] = r
		}
		if a, b := states["Mia Muster2"], states["Mia Muster3"]; a.State != "refused" || a.Reason != "staff" || a.Note != "same household" || b.State != "rewarded" || b.DecidedBy == "" {
			t.Errorf("after the decisions: %+v", states)
		}
		if got := home(); got != 0 {
			t.Errorf("home says %d wait afterwards", got)
		}
		w.booksBalance(alpha)
	})
}

func TestStaffChooseWhenAReferralIsHeld(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		const path = "/api/admin/v1/referral-settings"
		if got := into[api.ReferralSettingsView](t, w.get(w.staff(alpha), path)); !got.Compare || got.PerDay != 10 || got.Version != 0 {
			t.Errorf("before anything was chosen: %+v", got)
		}
		w.call("PUT", path, w.staff(alpha), jsonHeaders("a"), `{"compare":false,"per_day":0,"version":0}`).want(t, 422, string(loyalty.CodeInvalid))
		w.call("PUT", path, w.staff(alpha), jsonHeaders("b"), `{"compare":false,"per_day":4,"version":0}`).want(t, 200, "")
		w.call("PUT", path, w.staff(alpha), jsonHeaders("c"), `{"compare":true,"per_day":5,"version":0}`).want(t, 409, "conflict")
		if got := into[api.ReferralSettingsView](t, w.get(w.staff(alpha), path)); got.Compare || got.PerDay != 4 || got.Version != 1 {
			t.Errorf("afterwards: %+v", got)
		}
	})
}
