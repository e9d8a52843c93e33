package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"zugabe/app/program"
)

// covers: A-03, D12: the answer to a key is the answer for ever.
func TestAnotherSystemMayRepeatEveryCall(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha, beta := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		w.buy(alpha, "1", "1001", 100)
		w.buy(beta, "1", "1001", 100)
		key, other, foreign := w.key(alpha, "activities adjust"), w.key(alpha, "activities"), w.key(beta, "activities")
		adjust := "/api/v1/members/" + w.member(alpha, "1").ID.String() + "/adjustments"
		quiz := `{"customer_key":"1","key":"q1","name":"quiz"}`
		for name, c := range map[string]struct{ path, body, otherBody string }{
			"activity":   {"/api/v1/activities", quiz, `{"customer_key":"1","key":"q2","name":"quiz"}`},
			"withdrawal": {"/api/v1/activities/withdraw", `{"customer_key":"1","key":"q1"}`, `{"customer_key":"1","key":"q2"}`},
			"adjustment": {adjust, `{"points":7,"note":"thanks"}`, `{"points":8,"note":"thanks"}`},
			"refusal":    {adjust, `{"points":-100000,"note":"too much"}`, `{"points":-100001,"note":"too much"}`},
			"unknown":    {"/api/v1/activities", `{"customer_key":"nobody","key":"q1","name":"quiz"}`, quiz},
		} {
			first := w.post(key, c.path, "key of "+name, c.body)
			again := w.post(key, c.path, "key of "+name, c.body)
			if first.Status != again.Status || !bytes.Equal(first.Body, again.Body) {
				t.Errorf("%s: %d %s, and again: %d %s", name, first.Status, first.Body, again.Status, again.Body)
			}
			w.post(key, c.path, "key of "+name, c.otherBody).want(t, 422, "idempotency_mismatch")
		}
		w.post(key, "/api/v1/activities", "", quiz).want(t, 422, "invalid")
		into[any](t, w.post(other, "/api/v1/activities", "key of activity", `{"customer_key":"1","key":"q3","name":"quiz"}`))
		into[any](t, w.post(foreign, "/api/v1/activities", "key of activity", quiz))
		w.booksBalance(alpha, beta)
	})
}

// A refusal stays a refusal under its key even when it would succeed now (D13).
func TestARefusedCallStaysRefusedUnderItsKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 100)
		key := w.key(alpha, "adjust")
		path := "/api/v1/members/" + w.member(alpha, "1").ID.String() + "/adjustments"
		w.post(key, path, "k", `{"points":-150,"note":"thanks"}`).want(t, 409, "insufficient_points")
		w.buy(alpha, "1", "1002", 100)
		w.post(key, path, "k", `{"points":-150,"note":"thanks"}`).want(t, 409, "insufficient_points")
		into[any](t, w.post(key, path, "k2", `{"points":-150,"note":"thanks"}`))
		w.booksBalance(alpha)
	})
}

func TestTheSameCallManyTimesAtOnceHasOneEffect(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 100)
		key := w.key(alpha, "adjust read activities")
		member := w.member(alpha, "1")
		path := "/api/v1/members/" + member.ID.String() + "/adjustments"
		done := 0
		for i, a := range w.together(30, func(i int) (answer, error) {
			if i%2 == 0 {
				return w.send(http.MethodPost, "/api/v1/activities", key, jsonHeaders("one"), `{"customer_key":"1","key":"q1","name":"quiz"}`)
			}
			return w.send(http.MethodPost, path, key, jsonHeaders("two"), `{"points":7,"note":"thanks"}`)
		}) {
			switch {
			case a.Status == http.StatusOK:
				done++
			case a.Status != http.StatusConflict:
				t.Errorf("call %d: %d %s", i, a.Status, a.Body)
			}
		}
		if done < 2 {
			t.Errorf("%d calls were answered", done)
		}
		balance, err := w.program.BalanceOf(t.Context(), alpha, member.ID)
		if err != nil || balance.Account.Available != 112 {
			t.Errorf("%d points %v, want 100 + 5 + 7", balance.Account.Available, err)
		}
		w.booksBalance(alpha)
	})
}

// Keys are the caller's own: another caller's equal key is another adjustment.
func TestTwoCallersMayChooseTheSameKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 100)
		member := w.member(alpha, "1")
		path := "/members/" + member.ID.String() + "/adjustments"
		longest := strings.Repeat("k", 90)
		for _, who := range []proof{w.key(alpha, "adjust"), w.key(alpha, "adjust")} {
			into[any](t, w.post(who, "/api/v1"+path, longest, `{"points":7,"note":"thanks"}`))
		}
		into[any](t, w.post(w.staff(alpha), "/api/admin/v1"+path, longest, `{"points":7,"note":"thanks"}`))
		balance, err := w.program.BalanceOf(t.Context(), alpha, member.ID)
		if err != nil || balance.Account.Available != 121 {
			t.Errorf("%d points %v, want 100 and three times 7", balance.Account.Available, err)
		}
		if shown := w.get(w.shopper(alpha, "1"), "/api/storefront/v1/history"); strings.Contains(string(shown.Body), "staff:") {
			t.Errorf("the shopper is told who of the staff it was: %s", shown.Body)
		}
	})
}

// Staff name their adjustments too: a repeated click gives no second gift.
func TestAnAdjustmentByStaffIsDoneOnceUnderItsKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 100)
		path := "/api/admin/v1/members/" + w.member(alpha, "1").ID.String() + "/adjustments"
		first := into[struct{ ID string }](t, w.post(w.staff(alpha), path, "click", `{"points":7,"note":"thanks"}`))
		again := into[struct{ ID string }](t, w.post(w.staff(alpha), path, "click", `{"points":7,"note":"thanks"}`))
		w.post(w.staff(alpha), path, "click", `{"points":8,"note":"thanks"}`).want(t, 422, "idempotency_mismatch")
		w.post(w.staff(alpha), path, "", `{"points":8,"note":"thanks"}`).want(t, 422, "invalid")
		if first.ID != again.ID {
			t.Errorf("two entries, %s and %s", first.ID, again.ID)
		}
	})
}

// Of two who save the plan from the same version, the second is told.
func TestOfTwoWhoSaveThePlanOneIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		plan := into[struct {
			Version int64
			Plan    program.PlanDoc
		}](t, w.get(w.staff(alpha), "/api/admin/v1/plan"))
		body := w.planBody(plan.Version, plan.Plan)
		statuses := map[int]int{}
		for _, a := range w.together(6, func(int) (answer, error) {
			return w.send(http.MethodPut, "/api/admin/v1/plan", w.staff(alpha), jsonHeaders(""), body)
		}) {
			statuses[a.Status]++
		}
		if statuses[200] != 1 || statuses[409] != 5 {
			t.Errorf("answers %v, want one 200 and five 409", statuses)
		}
		versions := into[struct{ Items []struct{ Version int64 } }](t, w.get(w.staff(alpha), "/api/admin/v1/plan/versions"))
		if n := len(versions.Items); int64(n) != plan.Version+1 || versions.Items[0].Version != plan.Version+1 {
			t.Errorf("versions %v", fmt.Sprint(versions.Items))
		}
	})
}
