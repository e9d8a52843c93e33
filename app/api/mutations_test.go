package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

const triedSale = `{"key":"1","number":"1","currency":"EUR","status":"paid","placed_at":1795262400000,"updated_at":1,"rank":1,` +
	`"shipping":{"net":0,"tax":0},"total":1190,"lines":[{"key":"1","product_key":"p1","quantity":1,"net":1000,"tax":190}],` +
	`"refunds":[{"key":"r","at":1795262400000,"gross":10,"lines":[{"line_key":"1","quantity":1,"net":1,"tax":0}]}]}`

// oddities are put in the place of every value of a good request. Marshalled, they
// are JSON that some reader, sum or column may not take.
var oddities = []any{
	nil, "", "x", "\x00", strings.Repeat("ä", 3000), "𝔘𐍈\u202e", -1, 0, json.Number("9223372036854775807"), json.Number("-9223372036854775808"),
	json.Number("99999999999999999999"), json.Number("1e400"), json.Number("0.5"), true, []any{}, map[string]any{}, []any{nil, 1, "x"}, absent,
}

type missing struct{}

var absent = missing{}

func isAbsent(v any) bool { _, is := v.(missing); return is }

// mutants are the copies of a JSON value in which one value is odd.
func mutants(v any, yield func(any)) {
	switch x := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			one := func(odd any) {
				with := maps.Clone(x)
				if with[name] = odd; isAbsent(odd) {
					delete(with, name)
				}
				yield(with)
			}
			mutants(x[name], one)
		}
		with := maps.Clone(x)
		with["points_of_somebody_else"] = 1
		yield(with)
	case []any:
		for i := range x {
			mutants(x[i], func(odd any) {
				if with := slices.Clone(x); !isAbsent(odd) {
					with[i] = odd
					yield(with)
				}
			})
		}
	}
	for _, odd := range oddities {
		yield(odd)
	}
}

// Whatever stands in the place of any value of any request, the answer is a
// refusal or a success and never a failure, and the books balance afterwards.
func TestNoOddValueInARequestMakesTheAppFail(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.home = alpha
		own := w.furnish(alpha, "1")
		bodies, desk := w.allBodies(alpha), w.desk(alpha, "7")
		sent, answers := 0, map[int]int{}
		for template, item := range w.server.Document().Paths {
			for method, op := range methods(item) {
				if op.RequestBody == nil || op.Tags[0] == "door" || strings.Contains(template, "{piece}") || strings.HasSuffix(op.OperationID, "-erasure") || strings.HasSuffix(op.OperationID, "-merge") {
					continue
				}
				good, known := bodies[op.OperationID]
				if !known {
					t.Fatalf("%s: no example of a body", op.OperationID)
				}
				var value any
				if err := json.Unmarshal([]byte(good), &value); err != nil {
					t.Fatal(err)
				}
				path := strings.NewReplacer("{id}", own[kindOf(template)], "{key}", own[kindOf(template)]).Replace(template)
				key := w.key(alpha, "read activities adjust vouchers redeem")
				mutants(value, func(odd any) {
					if isAbsent(odd) {
						return
					}
					sent++
					raw, err := json.Marshal(odd)
					if err != nil {
						t.Fatal(err)
					}
					who := map[string]proof{
						"staff": {bearer: w.proofs.StaffToken(alpha.Domain, strconv.Itoa(sent/500+1))}, "key": key,
						"storefront": w.shopper(alpha, strconv.Itoa(sent%customersOf(op.OperationID)+1)), "desk": desk,
					}[op.Tags[0]]
					a := w.call(method, path, who, jsonHeaders(fmt.Sprint("odd-key-", sent)), string(raw))
					answers[a.Status]++
					if a.Status >= 500 || a.Status == 401 || a.Status == 429 {
						t.Errorf("%s with %.300s: %d %s", op.OperationID, raw, a.Status, a.Body)
					}
				})
			}
		}
		t.Logf("%d requests, answers by status: %v", sent, answers)
		w.acknowledgeAll(alpha)
		w.booksBalance(alpha)
	})
}

// customersOf spreads calls with a strict limit for each customer over more of them.
func customersOf(operation string) int {
	if strings.HasPrefix(operation, "storefront-post-redemptions") {
		return 8 // who have points
	}
	return 200
}

func (w *world) allBodies(shop loyalty.Shop) map[string]string {
	w.t.Helper()
	bodies := maps.Clone(w.bodies(shop))
	var plan program.Plan
	w.write(func(tx *store.Tx) (err error) {
		plan, err = w.program.CurrentPlan(tx, shop)
		return err
	})
	plan.Doc.Redeem.ProductKeys, plan.Doc.Redeem.CodePrefix, plan.Doc.Redeem.MaxPercent = []string{"p1"}, "ZG", 50
	plan.Doc.Pending.Days, plan.Doc.Expiry.Months = 14, 12
	bodies["staff-put-reminders"] = `{"version":0,"on":true,"first_days":30,"last_days":7,"code_days":5,"least_points":10,"notice_from":500}`
	bodies["staff-put-referral-settings"] = `{"version":0,"compare":true,"per_day":10}`
	bodies["staff-put-plan"] = w.planBody(plan.Version, plan.Doc)
	if doc, err := json.Marshal(plan.Doc); err == nil {
		bodies["staff-post-plan-backtests"] = `{"months":3,"plan":` + string(doc) + `}`
	}
	bodies["staff-post-plan-promises-preview"] = `{"rate":{"minor":1,"per_points":2}}`
	bodies["staff-post-plan-try"] = `{"sale":` + triedSale + `}`
	bodies["staff-put-settings"] = `{"version":0,"languages":["de"],"address":"formal","keep_days":30,"desk_sees":"name","storefront":"www.example.com"}`
	bodies["staff-put-settings-term"] = `{"version":0,"months":6}`
	bodies["staff-put-settings-staff"] = `{"version":0,"default_role":"owner","staff":[{"key":"7","name":"Mia","role":"manager"}]}`
	bodies["staff-put-texts"] = `{"language":"de","texts":[{"key":"product.earn","text":"Sie bekommen {{ points }}","was":""}]}`
	bodies["staff-put-placements"] = `{"name":"cart","on":false}`
	bodies["staff-put-newsletter-settings"] = `{"version":0,"on":true,"hold_disposable":true,"host_consent":true,"reply_to":"shop@example.com","disposable":["a.example"],"tool_url":"https://tool.example/hook","tool_on":true}`
	bodies["staff-post-newsletter-codes"] = `{"template":"` + shop.ID.String() + `","key":"christmas"}`
	bodies["staff-put-voucher-settings"] = `{"version":0,"no_absolute":[{"product_key":"p1","title":"Bread"}]}`
	bodies["staff-post-rewards"] = `{"item":` + rewardDoc + `,"tickets":"SEAT-8"}`
	bodies["staff-put-faq-words"] = `{"version":0,"id":"earn","language":"de","question":"Wie?","answer":"So."}`
	bodies["staff-post-faq-approve"] = `{"version":0,"id":"earn","language":"de","question":"Wie?","answer":"So."}`
	bodies["staff-put-faq-order"] = `{"version":0,"order":["earn"],"hidden":["worth"]}`
	bodies["staff-post-faq-publish"] = `{"version":0,"on":true}`
	bodies["staff-post-faq-undo"] = `{"version":0}`
	bodies["staff-post-api-keys"] = `{"name":"till","scopes":["read"]}`
	bodies["storefront-post-redemptions"] = `{"points":10,"cart":{"subtotal_minor":5000,"eligible_minor":5000,"currency":"EUR"}}`
	bodies["storefront-post-quote"] = `{"cart":{"subtotal_minor":5000,"eligible_minor":5000,"currency":"EUR"}}`
	bodies["storefront-post-referral-claim"] = `{"code":"X"}`
	const cart = `{"currency":"EUR","lines":[{"key":"1","product_key":"p1","quantity":1,"gross":5000}]}`
	v, _ := w.aVoucher(shop, "ODD")
	bodies["staff-post-vouchers"], bodies["staff-post-vouchers-check"] = voucherDoc, voucherDoc
	bodies["staff-post-vouchers-try"] = `{"code":"ODD","cart":` + cart + `}`
	bodies["storefront-post-vouchers-check"] = `{"code":"ODD","visitor":"v1","cart":` + cart + `}`
	bodies["storefront-post-partners-visit"] = `{"code":"ODD","host":"meier.shop.example"}`
	bodies["storefront-post-vouchers-shown"] = `{"vouchers":["1"]}`
	bodies["storefront-post-vouchers-offers"] = `{"placement":"cart","visitor":"v1","cart":` + cart + `}`
	bodies["key-post-codes"] = `{"voucher":"` + v.Row.ID.String() + `","count":1}`
	partner := w.member(shop, "7").ID.String()
	bodies["staff-post-vouchers-doctor"] = voucherDoc
	bodies["staff-post-partners"] = `{"email":"new@example.org","first_name":"Ada","language":"de","approved":true}`
	bodies["staff-put-partner-settings"] = `{"version":1,"on":true,"contact":["name"],"need_consent":true,"rates_bp":[500,100],"all_orders":false,"hold_days":30,"conflict":"first","revoke_final":true}`
	bodies["staff-post-segments-registered-only-mailing"] = `{"key":"november"}`
	bodies["staff-post-imports"] = `{"voucher_id":"` + v.Row.ID.String() + `","file_name":"a.csv","file_size":10}`
	bodies["staff-post-batches"] = `{"voucher_id":"` + v.Row.ID.String() + `","prefix":"ODD","count":2,"partner_id":"` + partner + `"}`
	bodies["desk-post-codes"] = `{"text":"5EurovonHans","voucher":"` + v.Row.ID.String() + `"}`
	bodies["desk-post-codes-check"] = `{"text":"vonmeier"}`
	bodies["key-post-activities"] = `{"customer_key":"1","key":"q1","name":"quiz","subject":"s","quantity":1,"at":1795262400000}`
	bodies["key-post-activities-withdraw"] = `{"customer_key":"1","key":"q1"}`
	return bodies
}

func (w *world) acknowledgeAll(shop loyalty.Shop) {
	w.t.Helper()
	list := into[struct{ Items []struct{ ID string } }](w.t, w.get(w.staff(shop), "/api/admin/v1/deliveries?state=poison"))
	for _, d := range list.Items {
		w.post(w.staff(shop), "/api/admin/v1/deliveries/"+d.ID+"/acknowledge", "", "").want(w.t, http.StatusNoContent, "")
	}
}

// The same for everything that can stand in a query.
func TestNoOddQueryMakesTheAppFail(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.home = alpha
		own, asked := w.furnish(alpha, "1"), 0
		who := map[string]proof{"staff": w.staff(alpha), "key": w.key(alpha, "read"), "storefront": w.shopper(alpha, "1"), "desk": w.desk(alpha, "7")}
		for template, item := range w.server.Document().Paths {
			if item.Get == nil {
				continue
			}
			path := strings.NewReplacer("{entry}", own["entry"], "{version}", "1").Replace(template)
			path = strings.NewReplacer("{id}", own[kindOf(template)], "{key}", own[kindOf(template)]).Replace(path)
			if strings.Contains(template, "{entry}") {
				path = strings.Replace(template, "{id}", own["member"], 1)
				path = strings.Replace(path, "{entry}", own["entry"], 1)
			}
			for _, p := range item.Get.Parameters {
				if p.In != "query" {
					continue
				}
				for _, odd := range []string{"", "-1", "0", "abc", "1.5", "9223372036854775807", "99999999999999999999", "-9223372036854775808.1", "5.0", "%00", "%ff%fe",
					"%25_%27", "%F0%9D%94%98", strings.Repeat("x", 5000), "1&" + p.Name + "=2"} {
					asked++
					if item.Get.Tags[0] == "staff" { // who asks so much is slowed down
						who["staff"] = proof{bearer: w.proofs.StaffToken(alpha.Domain, strconv.Itoa(asked/300+100))}
					}
					a := w.call(http.MethodGet, path+"?"+p.Name+"="+odd, who[item.Get.Tags[0]], nil, "")
					if a.Status >= 500 || a.Status == 401 || a.Status == 429 {
						t.Errorf("%s?%s=%.40s: %d %s", template, p.Name, odd, a.Status, a.Body)
					}
				}
			}
		}
	})
}
