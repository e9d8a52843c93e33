package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/session"
	"zugabe/app/store"
)

// objects are the ids of one of everything that a shop has.
type objects map[string]string

// furnish gives a shop one of everything; orders begin with the digit so that no
// two shops have the same.
func (w *world) furnish(shop loyalty.Shop, digit string) objects {
	w.t.Helper()
	for i := range 8 {
		w.buy(shop, fmt.Sprint(i+1), fmt.Sprintf("%s%d", digit, 1000+i), 500)
	}
	m, friend := w.member(shop, "1"), w.member(shop, "2")
	w.deliver(shop, []byte("not JSON"))
	red, err := w.program.StartRedemption(w.t.Context(), "shopper:1", shop, m.ID, program.RedeemRequest{Points: 50, ClientKey: "furnish-" + digit})
	if err != nil {
		w.t.Fatal(err)
	}
	have := objects{"member": m.ID.String(), "order": digit + "1000", "redemption": red.PublicID, "version": "2"}
	w.write(func(tx *store.Tx) error {
		job, _, err := tx.JobByKey(shop.ID, store.JobCreateCode, red.ID.String())
		have["job"] = job.ID.String()
		return err
	})
	w.write(func(tx *store.Tx) error { return w.rest(tx, shop, [2]loyalty.Member{m, friend}, have) })
	v, code := w.aVoucher(shop, "CODE"+digit)
	have["voucher"], have["code"], have["codetext"] = v.Row.ID.String(), code.ID.String(), code.Code
	w.furnishNewsletter(shop, have)
	w.furnishPartners(shop, have)
	w.furnishRewards(shop, m, have)
	return have
}

func (w *world) rest(tx *store.Tx, shop loyalty.Shop, who [2]loyalty.Member, have objects) error {
	poison, err := tx.ListDeliveries(shop.ID, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryPoison}, Limit: 1})
	if err != nil {
		return err
	}
	entries, err := tx.EntriesOfSource(shop.ID, program.SaleSource(have["order"]))
	if err != nil {
		return err
	}
	have["delivery"], have["entry"] = poison[0].ID.String(), entries[0].ID.String()
	held := store.Referral{ID: w.program.IDs.Next(), ReferrerID: who[0].ID, FriendID: who[1].ID, Code: "X", State: store.ReferralHeld, CreatedAt: 1, UpdatedAt: 1}
	have["referral"] = held.ID.String()
	if err := tx.InsertReferral(shop.ID, held); err != nil {
		return err
	}
	tried := store.Backtest{ID: w.program.IDs.Next(), State: store.BacktestCancelled, Months: 3, Plan: []byte(`{}`), CreatedAt: 1}
	have["backtest"] = tried.ID.String()
	if err := tx.InsertBacktest(shop.ID, tried); err != nil {
		return err
	}
	if _, err := tx.EndBacktest(shop.ID, tried); err != nil {
		return err
	}
	minted, err := session.NewAPIKey(shop.ID)
	if err != nil {
		return err
	}
	key := store.APIKey{ID: w.program.IDs.Next(), Name: "k", Hash: minted.Hash, Hint: minted.Hint, Scopes: "read", CreatedAt: 1}
	have["key"] = key.ID.String()
	return tx.InsertAPIKey(shop.ID, key)
}

// kindOf says what the last id of a route means.
func kindOf(template string) string {
	if kind := deskKindOf(template); kind != "" {
		return kind
	}
	for part, kind := range map[string]string{
		"/entries/{entry}": "entry", "/members/{id}": "member", "/orders/{key}": "order", "/redemptions/{id}": "redemption", "/deliveries/{id}": "delivery",
		"/jobs/{id}": "job", "/api-keys/{id}": "key", "/versions/{version}": "version", "/referrals/{id}": "referral",
		"/backtests/{id}": "backtest", "/vouchers/{id}": "voucher", "/codes/{id}": "code", "/codes/{code}": "codetext",
		"/newsletter/{id}": "signup", "/mailings/{id}": "mailing", "/mails/{id}": "mail", "/partners/{id}": "partner", "/imports/{id}": "import", "/batches/{id}": "batch", "/appeals/{id}": "appeal", "/partner-checks/{id}": "check", "/rewards/{id}": "reward", "/reward-redemptions/{id}": "exchange",
	} {
		if strings.Contains(template, part) && (kind == "entry" || !strings.Contains(template, "/entries/{entry}")) {
			return kind
		}
	}
	return ""
}

// deskKindOf is the same in the desk, where a partner sees only own codes and people.
func deskKindOf(template string) string {
	switch rest, desk := strings.CutPrefix(template, "/api/desk/v1"); {
	case desk && strings.HasPrefix(rest, "/codes/{id}"):
		return "deskcode"
	case desk && strings.Contains(rest, "{id}"):
		return "lead"
	}
	return ""
}

// bodies are what a good request to an operation carries; into is another member of the same shop.
func (w *world) bodies(shop loyalty.Shop) map[string]string {
	if w.goodBodies == nil {
		w.goodBodies = w.makeBodies(shop)
	}
	return w.goodBodies
}

func (w *world) makeBodies(shop loyalty.Shop) map[string]string {
	return map[string]string{
		"staff-patch-members-id":                    `{"version":1,"block_earn":false,"block_redeem":false,"cap_points":0,"note":"as agreed"}`,
		"staff-post-members-id-adjustments":         `{"points":5,"note":"as agreed"}`,
		"staff-post-members-id-merge":               `{"into":"` + w.member(shop, "8").ID.String() + `"}`,
		"staff-post-members-id-merge-preview":       `{"into":"` + w.member(shop, "8").ID.String() + `"}`,
		"staff-post-orders-key-refund-preview":      `{"kind":"full"}`,
		"staff-put-members-id-birthday":             `{"birthday":"1990-05-01"}`,
		"staff-post-members-id-erasure":             `{"note":"asked by e-mail"}`,
		"staff-post-referrals-id-decision":          `{"accept":false,"note":"same household"}`,
		"key-post-members-id-adjustments":           `{"points":5,"note":"as agreed"}`,
		"key-post-members-id-redemptions":           `{"points":10}`,
		"key-post-redemptions-id-cancel":            "",
		"staff-post-members-id-export":              "",
		"staff-post-deliveries-id-replay":           "",
		"staff-post-deliveries-id-acknowledge":      "",
		"staff-post-jobs-id-replay":                 "",
		"staff-post-redemptions-id-cancel":          "",
		"staff-post-plan-backtests-id-cancel":       "",
		"staff-delete-api-keys-id":                  "",
		"staff-put-vouchers-id":                     `{"version":1,"doc":` + voucherDoc + `}`,
		"staff-post-vouchers-id-state":              `{"state":"paused"}`,
		"staff-post-vouchers-id-tell":               "",
		"staff-post-vouchers-id-rerun":              `{"from":"2027-03-01","until":"2027-03-31","name":"again"}`,
		"staff-post-vouchers-id-codes":              `{"count":2,"max_uses":1}`,
		"staff-post-codes-id-state":                 `{"state":"stopped"}`,
		"storefront-post-redemptions-id-cancel":     "",
		"staff-post-newsletter-id-release":          "",
		"staff-post-newsletter-id-unsubscribe":      "",
		"staff-post-mails-id-send":                  "",
		"staff-post-mailings-id-cancel":             "",
		"staff-put-members-id-sponsor":              `{"note":"moved away"}`,
		"staff-put-partners-id":                     `{"state":"active","notes":"met at the fair"}`,
		"staff-post-partners-id-move":               `{"note":"as agreed"}`,
		"staff-post-partners-id-invite":             "",
		"staff-post-partners-id-commissions-pay":    `{"month":"2026-11"}`,
		"staff-post-appeals-id-decision":            `{"uphold":false,"answer":"was first"}`,
		"staff-post-partner-checks-id-decision":     `{"accept":false,"note":"his wife"}`,
		"staff-post-batches-id-activate":            "",
		"staff-post-batches-id-hand-out":            `{"from":"1","until":"1","partner_id":"` + w.member(shop, "7").ID.String() + `"}`,
		"staff-post-batches-id-block":               `{"from":"2","until":"2","reason":"lost"}`,
		"staff-post-batches-id-undo":                "",
		"staff-put-imports-id-pieces-piece":         `{"data":"Y29kZQo="}`,
		"staff-post-imports-id-preview":             `{}`,
		"staff-post-imports-id-check":               `{}`,
		"staff-post-imports-id-start":               `{}`,
		"staff-post-imports-id-cancel":              "",
		"staff-post-imports-id-undo":                "",
		"staff-put-rewards-id":                      `{"version":2,"on":true,"item":` + rewardDoc + `}`,
		"staff-post-rewards-id-tickets":             `{"tickets":"SEAT-7"}`,
		"staff-post-reward-redemptions-id-hand-out": `{"done":true}`,
		"staff-post-reward-redemptions-id-cancel":   `{"note":"as agreed"}`,
		"desk-post-codes-id-state":                  `{"state":"stopped"}`,
		"desk-put-new-customers-id":                 `{"state":"contacted","note":"called"}`,
		"desk-post-new-customers-id-contact":        "",
		"desk-post-attribution-id-appeal":           `{"text":"I met her at the fair"}`,
	}
}

// order says which operations must come last because they end what others need.
func order(operation string) int {
	switch {
	case strings.HasSuffix(operation, "-erasure"):
		return 3
	case strings.HasSuffix(operation, "-merge"):
		return 2
	case strings.HasSuffix(operation, "-cancel"), strings.Contains(operation, "post"):
		return 1
	}
	return 0
}

type target struct {
	method, template, id string
}

// targets are all operations that name an object, in an order in which each still finds it.
func (w *world) targets() []target {
	var list []target
	for round := range 4 {
		for template, item := range w.server.Document().Paths {
			for method, op := range methods(item) {
				if strings.Contains(template, "{") && order(op.OperationID) == round {
					list = append(list, target{method, template, op.OperationID})
				}
			}
		}
	}
	return list
}

// hit calls an operation with the id of one kind put in; the entry route takes a member too.
func (w *world) hit(to target, who proof, ids objects, query string) answer {
	w.t.Helper()
	kind := kindOf(to.template)
	if kind == "" {
		w.t.Fatalf("%s: it is not known what its id means", to.template)
	}
	last := ids[kind]
	path := strings.NewReplacer("{entry}", ids["entry"]).Replace(to.template)
	if kind == "entry" {
		last = ids["member"]
	}
	path = strings.NewReplacer("{id}", last, "{key}", last, "{version}", last, "{code}", last, "{piece}", "0").Replace(path)
	if strings.HasSuffix(path, "/balance") {
		query += "&at=1"
	}
	if to.id == "staff-get-vouchers-id-report" {
		query += "&from=2026-11-01&to=2026-11-30"
	}
	body, known := w.bodies(w.home)[to.id]
	if to.method != http.MethodGet && !known {
		w.t.Fatalf("%s: no example of a body", to.id)
	}
	return w.call(to.method, path+"?"+strings.TrimPrefix(query, "&"), who, jsonHeaders("idor-"+last+to.id), body)
}

// covers: H10, H11, G7: {own, other shop's, none, garbage} × every operation that
// names an object; a shop named by the caller changes nothing.
func TestNobodyReachesWhatBelongsToAnotherShop(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha, beta := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		w.home = alpha
		own, foreign := w.furnish(alpha, "1"), w.furnish(beta, "2")
		w.savePlan(beta, func(doc *program.PlanDoc) { doc.Redeem.CodeDays = 7 })
		foreign["version"] = "3"
		key, desk := w.key(alpha, "read activities adjust vouchers redeem"), w.desk(alpha, "7")
		who := func(to target, customer string) proof {
			switch strings.SplitN(to.id, "-", 2)[0] {
			case "staff":
				return w.staff(alpha)
			case "key":
				return key
			case "desk":
				return desk
			}
			return w.shopper(alpha, customer)
		}
		before, books := w.rowsOf(beta), w.standing(beta)
		none := objects{"member": "4711", "order": "4711", "redemption": "4711", "version": "4711", "job": "4711", "delivery": "4711", "entry": "4711", "referral": "4711", "key": "4711",
			"voucher": "4711", "code": "4711", "codetext": "4711", "signup": "4711", "mail": "4711", "partner": "4711", "import": "4711", "batch": "4711", "appeal": "4711", "check": "4711",
			"deskcode": "4711", "lead": "4711", "reward": "4711", "exchange": "4711"}
		for _, to := range w.targets() {
			w.hit(to, who(to, "1"), foreign, "").want(t, 404, "not_found")
			w.hit(to, who(to, "2"), foreign, "&shop="+beta.Domain+"&shop_id="+beta.ID.String()).want(t, 404, "not_found")
			w.hit(to, who(to, "3"), none, "").want(t, 404, "not_found")
			for customer, garbage := range []string{"abc", "-1", "99999999999999999999", "1%20OR%201=1", "..%2f..", "%00", "%zz", strings.Repeat("9", 300)} {
				ids := objects{}
				for kind := range none {
					ids[kind] = garbage
				}
				if a := w.hit(to, who(to, fmt.Sprint(customer+1)), ids, ""); a.Status != 404 && a.Status != 422 && a.Status != 400 {
					t.Errorf("%s with %q: %d %s", to.id, garbage, a.Status, a.Body)
				}
			}
		}
		if after := w.rowsOf(beta); !maps.Equal(before, after) || w.standing(beta) != books {
			t.Errorf("the other shop has changed: %v, was %v", after, before)
		}
		for _, to := range w.targets() {
			if a := w.hit(to, who(to, "1"), own, ""); a.Status >= 400 && a.Status != 409 {
				t.Errorf("%s of the own shop: %d %s", to.id, a.Status, a.Body)
			}
		}
		w.hit(target{http.MethodPost, "/api/admin/v1/deliveries/{id}/acknowledge", "staff-post-deliveries-id-acknowledge"}, w.staff(beta), foreign, "")
		w.booksBalance(alpha, beta)
	})
}

func (w *world) rowsOf(shop loyalty.Shop) (rows map[string]int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		rows, err = tx.RowsOfShop(shop.ID)
		return err
	})
	return rows
}

// standing is the state of the members, their points and redemptions as text.
func (w *world) standing(shop loyalty.Shop) string {
	w.t.Helper()
	var members []loyalty.Member
	var open []reward.Redemption
	w.write(func(tx *store.Tx) (err error) {
		if members, err = tx.MembersPage(shop.ID, 0, 100); err != nil {
			return err
		}
		open, err = tx.RedemptionsDue(shop.ID, reward.Pending, 1<<62, 100)
		return err
	})
	all := []any{open}
	for _, m := range members {
		balance, err := w.program.BalanceOf(w.t.Context(), shop, m.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, balance)
	}
	text, err := json.Marshal(all)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// covers: H10: ids of another shop in bodies and queries.
func TestAnIdOfAnotherShopInABodyOrQueryIsUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha, beta := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		w.buy(alpha, "1", "1001", 100)
		w.buy(beta, "2", "2001", 100)
		mine, theirs := w.member(alpha, "1").ID.String(), w.member(beta, "2").ID.String()
		key := w.key(alpha, "read activities")
		w.post(w.staff(alpha), "/api/admin/v1/members/"+mine+"/merge", "", `{"into":"`+theirs+`"}`).want(t, 404, "not_found")
		w.get(key, "/api/v1/members?customer_key=2").want(t, 404, "not_found")
		w.post(key, "/api/v1/activities", "k", `{"customer_key":"2","key":"a","name":"quiz"}`).want(t, 404, "not_found")
		w.post(key, "/api/v1/activities/withdraw", "k", `{"customer_key":"2","key":"a"}`).want(t, 404, "not_found")
		orders := into[struct{ Items []any }](t, w.get(w.staff(alpha), "/api/admin/v1/orders?member_id="+theirs))
		found := into[struct{ Items []any }](t, w.get(w.staff(alpha), "/api/admin/v1/members?search=customer2"))
		if len(orders.Items)+len(found.Items) > 0 {
			t.Errorf("found %v %v of another shop", orders.Items, found.Items)
		}
		w.booksBalance(alpha, beta)
	})
}

// covers: H10 between shoppers of one shop.
func TestAShopperDoesNotReachAnotherShoppersThings(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.home = alpha
	own := w.furnish(alpha, "1")
	for _, to := range w.targets() {
		if strings.HasPrefix(to.id, "storefront-") {
			w.hit(to, w.shopper(alpha, "2"), own, "").want(t, 404, "not_found")
			w.hit(to, w.shopper(alpha, ""), own, "").want(t, 404, "not_found")
			w.hit(to, w.shopper(alpha, "9999"), own, "").want(t, 404, "not_found")
		}
	}
	for _, path := range []string{"/history", "/redemptions"} {
		list := into[struct{ Items []struct{ ID string } }](t, w.get(w.shopper(alpha, "2"), "/api/storefront/v1"+path))
		for _, item := range list.Items {
			if item.ID == own["redemption"] || item.ID == own["entry"] {
				t.Errorf("%s shows somebody else's %s", path, item.ID)
			}
		}
	}
}
