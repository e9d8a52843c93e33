package api_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"zugabe/app/api"
	"zugabe/app/loyalty"
	"zugabe/app/program"
)

type listOf[T any] struct {
	Items []T
	Next  string
}

//
func TestRedemptionsAreListedByStateAndFoundByCodeOrMember(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.newShop("shopify", "codes"), w.newShop("shopify", "others")
		for i := range 4 {
			w.buy(shop, fmt.Sprint(7001+i), fmt.Sprint(1001+i), 500)
			into[any](t, w.post(w.shopper(shop, fmt.Sprint(7001+i)), "/api/storefront/v1/redemptions", fmt.Sprint("press-0", i), `{"points":50}`))
			w.clock.Advance(time.Hour)
		}
		w.dispatch()
		into[any](t, w.post(w.shopper(shop, "7001"), "/api/storefront/v1/redemptions", "press-10", `{"points":20}`))
		list := func(query string) listOf[api.RedemptionRow] {
			t.Helper()
			return into[listOf[api.RedemptionRow]](t, w.get(w.staff(shop), "/api/admin/v1/redemptions?"+query))
		}
		names := func(query string) (all []string) {
			t.Helper()
			for next := ""; ; {
				page := list(query + "&limit=2&cursor=" + next)
				for _, r := range page.Items {
					all = append(all, r.LastName+" "+r.State)
				}
				if next = page.Next; next == "" {
					return all
				}
			}
		}
		want := func(query string, what ...string) {
			t.Helper()
			if got := names(query); !slices.Equal(got, what) {
				t.Errorf("%s: %q, want %q", query, got, what)
			}
		}
		want("", "Muster7001 pending", "Muster7004 active", "Muster7003 active", "Muster7002 active", "Muster7001 active")
		want("state=active", "Muster7001 active", "Muster7002 active", "Muster7003 active", "Muster7004 active")
		want("state=used")
		want("search=muster7001", "Muster7001 pending", "Muster7001 active")
		want("search=muster7001&state=active", "Muster7001 active")
		code := list("state=active").Items[1]
		want("search="+code.Code, "Muster7002 active")
		want("search=" + code.Code + "&state=used")
		want("search=nobody")
		w.buy(other, "1", "1", 500)
		if seen := into[listOf[api.RedemptionRow]](t, w.get(w.staff(other), "/api/admin/v1/redemptions?search="+code.Code)); len(seen.Items) != 0 {
			t.Errorf("another shop sees %+v", seen)
		}
		w.get(w.staff(shop), "/api/admin/v1/redemptions?cursor=abc").want(t, 422, "invalid")
		into[any](t, w.post(w.staff(shop), "/api/admin/v1/redemptions/"+code.ID+"/cancel", "", ""))
		w.dispatch()
		want("state=returned", "Muster7002 returned")
	})
}

//
func TestMovementsOfAllMembersAddUpToTheReport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.newShop("shopify", "moves"), w.newShop("shopify", "elsewhere")
		for i := range 5 {
			w.buy(shop, fmt.Sprint(i%2+1), fmt.Sprint(1001+i), int64(100*(i+1)))
			w.clock.Advance(13 * time.Hour)
		}
		w.buy(other, "1", "1", 700)
		give := `{"points":%d,"note":"as agreed"}`
		for i, points := range []int{40, -15} {
			into[any](t, w.call("POST", "/api/admin/v1/members/"+w.member(shop, "1").ID.String()+"/adjustments", w.staff(shop), jsonHeaders(fmt.Sprint("by-hand-", i)), fmt.Sprintf(give, points)))
		}
		into[any](t, w.post(w.shopper(shop, "1"), "/api/storefront/v1/redemptions", "press-01", `{"points":50}`))
		w.dispatch()
		sum := func(query string) (points int64) {
			t.Helper()
			for next := ""; ; {
				page := into[listOf[api.MovementRow]](t, w.get(w.staff(shop), "/api/admin/v1/movements?limit=2&"+query+"&cursor="+next))
				for _, m := range page.Items {
					points += int64(m.Points)
					if m.Member == "" || m.MemberID == 0 || m.Kind == "accrual" && m.RuleKind == "" {
						t.Errorf("%s: %+v", query, m)
					}
				}
				if next = page.Next; next == "" {
					return points
				}
			}
		}
		sumsAgree(t, w, shop, sum)
		rule := "rule=" + into[program.PointsReport](t, w.get(w.staff(shop), "/api/admin/v1/reports/points?from=2026-11-01&to=2026-12-31")).Rules[0].Rule
		want := map[string]int64{}
		for _, query := range []string{"what=issued", "what=used", "what=given", "what=taken", "what=expired", rule, "rule=burn", "rule=adjust", "rule=nothing"} {
			want[query] = sum(query)
		}
		w.clock.Advance(50 * time.Hour) // days without anything, and then one that is not counted yet
		for more := true; more; {
			var err error
			if more, err = w.program.CountEntries(t.Context(), shop); err != nil {
				t.Fatal(err)
			}
		}
		into[any](t, w.call("POST", "/api/admin/v1/members/"+w.member(shop, "1").ID.String()+"/adjustments", w.staff(shop), jsonHeaders("by-hand-late"), fmt.Sprintf(give, 3)))
		want["what=given"], want["rule=adjust"] = want["what=given"]+3, want["rule=adjust"]+3
		sumsAgree(t, w, shop, sum)
		for query, points := range want {
			if got := sum(query); got != points {
				t.Errorf("%s without a day: %d, it was %d before the days were counted", query, got, points)
			}
		}
		if want["what=given"] != 43 || want[rule] == 0 || want["rule=burn"] != -50 {
			t.Errorf("there was nothing to find: %v", want)
		}
		w.get(w.staff(shop), "/api/admin/v1/movements?from=2026-13-01").want(t, 422, "invalid")
	})
}

// sumsAgree compares the movements of some days with the report about them.
func sumsAgree(t *testing.T, w *world, shop loyalty.Shop, sum func(query string) int64) {
	t.Helper()
	for _, days := range []string{"from=2026-11-01&to=2026-12-31", "from=2026-11-21&to=2026-11-30", "from=2026-11-22&to=2026-11-22", "from=2026-11-21&to=2026-11-21"} {
		r := into[program.PointsReport](t, w.get(w.staff(shop), "/api/admin/v1/reports/points?"+days))
		for what, want := range map[string]int64{"issued": int64(r.Sum.Issued), "used": -int64(r.Sum.Used), "given": int64(r.Sum.Given), "taken": -int64(r.Sum.Taken), "expired": 0} {
			if got := sum(days + "&what=" + what); got != want {
				t.Errorf("%s of %s: %d, the report says %d", what, days, got, want)
			}
		}
		if got := sum(days); got != int64(r.End.Points-r.Start.Points) {
			t.Errorf("of %s: %d, the report says %d", days, got, r.End.Points-r.Start.Points)
		}
		for _, rule := range r.Rules {
			if got := sum(days + "&rule=" + rule.Rule); got != int64(rule.Points) {
				t.Errorf("%s of %s: %d, the report says %d", rule.Rule, days, got, rule.Points)
			}
		}
	}
}
