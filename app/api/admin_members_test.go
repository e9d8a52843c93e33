package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"zugabe/app/loyalty"
)

// found is what a list answers, by a name of each row.
func (w *world) found(shop loyalty.Shop, query string) (names []string) {
	w.t.Helper()
	list := into[struct {
		Items []struct {
			LastName string `json:"last_name"`
			Number   string
		}
	}](w.t, w.get(w.staff(shop), "/api/admin/v1"+query))
	for _, item := range list.Items {
		names = append(names, item.Number+item.LastName)
	}
	return names
}

func (w *world) wantFound(shop loyalty.Shop, query string, want ...string) {
	w.t.Helper()
	if got := w.found(shop, query); !slices.Equal(got, want) {
		w.t.Errorf("%s found %q, want %q", query, got, want)
	}
}

func TestMembersAreFoundByNameAddressAndCodes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha, beta := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		for i := range 4 {
			w.buy(alpha, fmt.Sprint(7001+i), fmt.Sprint(1001+i), int64(100*i))
		}
		w.buy(beta, "7001", "1001", 500)
		into[any](t, w.post(w.shopper(alpha, "7002"), "/api/storefront/v1/redemptions", "press-01", `{"points":50}`))
		w.dispatch()
		own := into[struct{ Items []struct{ Code string } }](t, w.get(w.shopper(alpha, "7002"), "/api/storefront/v1/redemptions"))
		w.wantFound(alpha, "/members?search=muster7001", "Muster7001")
		w.wantFound(alpha, "/members?search=CUSTOMER7002@", "Muster7002")
		w.wantFound(alpha, "/members?search=7003", "Muster7003")
		w.wantFound(alpha, "/members?search="+w.member(alpha, "7004").ReferralCode, "Muster7004")
		w.wantFound(alpha, "/members?search="+own.Items[0].Code, "Muster7002")
		w.wantFound(beta, "/members?search="+own.Items[0].Code)
		w.wantFound(alpha, "/members?sort=name", "Muster7001", "Muster7002", "Muster7003", "Muster7004")
		w.wantFound(alpha, "/members?with_points=true", "Muster7004", "Muster7003", "Muster7002")
		body := fmt.Sprintf(`{"version":%d,"block_earn":true,"block_redeem":false,"cap_points":0,"note":"a dispute"}`, w.member(alpha, "7003").Version)
		into[any](t, w.call(http.MethodPatch, "/api/admin/v1/members/"+w.member(alpha, "7003").ID.String(), w.staff(alpha), jsonHeaders(""), body))
		w.wantFound(alpha, "/members?blocked=true", "Muster7003")
		w.wantFound(alpha, "/members?type=new_customer")
	})
}

// covers: S4-17
func TestOrdersAreFoundByNumberPersonStateAndBonus(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha, beta := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		for i := range 3 {
			w.buy(alpha, fmt.Sprint(7001+i), fmt.Sprint(1001+i), int64(100*i))
		}
		w.buy(beta, "7001", "1001", 500)
		w.wantFound(alpha, "/orders?search=1002", "#1002Muster7002")
		w.wantFound(alpha, "/orders?search=%23100", "#1003Muster7003", "#1002Muster7002", "#1001Muster7001")
		w.wantFound(alpha, "/orders?search=customer7003", "#1003Muster7003")
		w.wantFound(alpha, "/orders?search=nobody")
		w.wantFound(alpha, "/orders?bonus=earned", "#1003Muster7003", "#1002Muster7002")
		w.wantFound(alpha, "/orders?bonus=none", "#1001Muster7001")
		w.wantFound(alpha, "/orders?bonus=used")
		w.wantFound(alpha, "/orders?status=cancelled")
		w.wantFound(alpha, "/orders?status=completed&search=1001", "#1001Muster7001")
	})
}

func TestAMergeIsAsItsPreviewSaysAndThePreviewMergesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 300)
		w.buy(alpha, "2", "1002", 200)
		goes, stays := w.member(alpha, "1").ID.String(), w.member(alpha, "2").ID.String()
		type has struct{ Available int64 }
		v := into[struct{ Giving, Before, After has }](t, w.post(w.staff(alpha), "/api/admin/v1/members/"+goes+"/merge-preview", "", `{"into":"`+stays+`"}`))
		if v.Giving.Available != 300 || v.Before.Available != 200 || v.After.Available != 500 {
			t.Errorf("the preview says %+v", v)
		}
		w.post(w.staff(alpha), "/api/admin/v1/members/"+goes+"/merge-preview", "", `{"into":"`+goes+`"}`).want(t, 422, "invalid")
		detail := into[struct {
			Email   string
			Balance has
			Minor   int64
		}](t, w.get(w.staff(alpha), "/api/admin/v1/members/"+goes))
		if detail.Balance.Available != 300 || detail.Email != "customer1@example.org" || detail.Minor == 0 {
			t.Errorf("the member has changed: %+v", detail)
		}
		after := into[struct{ Balance has }](t, w.post(w.staff(alpha), "/api/admin/v1/members/"+goes+"/merge", "", `{"into":"`+stays+`"}`))
		if after.Balance.Available != 500 {
			t.Errorf("the merge gave %d", after.Balance.Available)
		}
		w.booksBalance(alpha)
	})
}

// covers: N-03
func TestARefundIsPreviewedLineByLine(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 300)
		path := "/api/admin/v1/orders/1001/refund-preview"
		v := into[struct {
			EarnedBefore int64 `json:"earned_before"`
			EarnedAfter  int64 `json:"earned_after"`
			Rules        []struct{ Before, After int64 }
			Lots         []struct {
				Points int64
				Own    bool
			}
			Members []struct{ Before, After struct{ Available int64 } }
			Entries []struct{ Points int64 }
		}](t, w.post(w.staff(alpha), path, "", `{"kind":"amount","amount":11900}`))
		if v.EarnedBefore != 300 || v.EarnedAfter != 200 || len(v.Rules) != 1 || v.Rules[0].After != 200 || len(v.Lots) != 1 || v.Lots[0].Points != 100 || !v.Lots[0].Own ||
			len(v.Members) != 1 || v.Members[0].Before.Available != 300 || v.Members[0].After.Available != 200 || len(v.Entries) != 1 || v.Entries[0].Points != -100 {
			t.Errorf("the preview says %+v", v)
		}
		w.post(w.staff(alpha), path, "", `{"kind":"lines","lines":[{"line":"x","quantity":1}]}`).want(t, 422, "invalid")
		w.post(w.staff(alpha), path, "", `{"kind":"everything"}`).want(t, 422, "invalid")
		w.wantFound(alpha, "/members?with_points=true", "Muster1")
		if detail := into[struct{ Earned int64 }](t, w.get(w.staff(alpha), "/api/admin/v1/orders/1001")); detail.Earned != 300 {
			t.Errorf("the order earned %d", detail.Earned)
		}
	})
}

// covers: N-07, N-15
func TestAMembersHistoryNamesOrdersAndRulesAsPeopleDo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 300)
		path := "/api/admin/v1/members/" + w.member(alpha, "1").ID.String()
		history := into[struct {
			Items []struct {
				OrderNumber string `json:"order_number"`
				RuleName    string `json:"rule_name"`
			}
		}](t, w.get(w.staff(alpha), path+"/entries"))
		if e := history.Items[0]; e.OrderNumber != "#1001" || e.RuleName == "" {
			t.Errorf("the history says %+v", e)
		}
		then := into[struct {
			Total int64
			Lots  []struct {
				OrderNumber string `json:"order_number"`
				RuleName    string `json:"rule_name"`
				RuleKind    string `json:"rule_kind"`
			}
		}](t, w.get(w.staff(alpha), fmt.Sprintf("%s/balance?at=%d", path, loyalty.NowMs(w.clock))))
		if then.Total != 300 || len(then.Lots) != 1 || then.Lots[0].OrderNumber != "#1001" || then.Lots[0].RuleName != history.Items[0].RuleName || then.Lots[0].RuleKind != "per_amount" {
			t.Errorf("the balance says %+v", then)
		}
		before := into[struct{ Total int64 }](t, w.get(w.staff(alpha), fmt.Sprintf("%s/balance?at=%d", path, loyalty.NowMs(w.clock)-1)))
		if before.Total != 0 {
			t.Errorf("before the order there were %d points", before.Total)
		}
	})
}
