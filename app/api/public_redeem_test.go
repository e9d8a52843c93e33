package api_test

import (
	"net/http"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// covers: a merchant's own server spends a member's points as the
// member could, by the same policy and with the same code.
func TestAnotherSystemQuotesTurnsPointsIntoACodeAndCancelsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		key, member := w.key(alpha, "redeem"), w.member(alpha, "1")
		path := "/api/v1/members/" + member.ID.String()
		carts := map[string]string{"": `{}`, "?subtotal_minor=300&eligible_minor=300&currency=EUR": `{"cart":{"subtotal_minor":300,"eligible_minor":300,"currency":"EUR"}}`}
		for query, cart := range carts {
			theirs := w.get(key, path+"/quote"+query)
			own := w.post(w.shopper(alpha, "1"), "/api/storefront/v1/quote", "", cart)
			if a, b := into[any](t, theirs), into[any](t, own); string(theirs.Body) != string(own.Body) {
				t.Errorf("for the cart %s the server is told %v and the member %v", cart, a, b)
			}
		}
		w.post(key, path+"/redemptions", "too much", `{"points":501}`).want(t, 409, "insufficient_points")
		w.post(key, path+"/redemptions", "cart", `{"points":301,"cart":{"subtotal_minor":300,"eligible_minor":300,"currency":"EUR"}}`).want(t, 422, "above_maximum")
		made := into[shopperRedemption](t, w.post(key, path+"/redemptions", "till 7", `{"points":200}`))
		if made.State != "pending" || made.Code != "" {
			t.Errorf("before the host has the code: %+v", made)
		}
		w.dispatch()
		ready := into[shopperRedemption](t, w.get(key, "/api/v1/redemptions/"+made.ID))
		again := into[shopperRedemption](t, w.post(key, path+"/redemptions", "till 7", `{"points":200}`))
		list := into[struct{ Items []shopperRedemption }](t, w.get(key, path+"/redemptions"))
		if ready.State != "active" || ready.Code == "" || again != ready || len(list.Items) != 1 || list.Items[0] != ready {
			t.Errorf("it is %+v, sent again %+v, listed %+v", ready, again, list.Items)
		}
		for range 2 {
			into[any](t, w.post(key, "/api/v1/redemptions/"+made.ID+"/cancel", "back", ""))
		}
		w.dispatch()
		if over := into[shopperRedemption](t, w.get(key, "/api/v1/redemptions/"+made.ID)); over.State != "returned" {
			t.Errorf("after the cancellation: %+v", over)
		}
		if b, err := w.program.BalanceOf(t.Context(), alpha, member.ID); err != nil || b.Account.Available != 500 {
			t.Errorf("%d points are back, %v", b.Account.Available, err)
		}
		w.booksBalance(alpha)
	})
}

// covers: D12, D13 for API keys; A-59.
func TestAnotherSystemsRedemptionKeepsItsAnswerAndItsOwnKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		key, other, member := w.key(alpha, "redeem"), w.key(alpha, "redeem"), w.member(alpha, "1")
		path := "/api/v1/members/" + member.ID.String()
		press := func(who proof, key, body string) answer { return w.post(who, path+"/redemptions", key, body) }
		press(key, "", `{"points":10}`).want(t, 422, "invalid")
		press(key, "early", `{"points":600}`).want(t, 409, "insufficient_points")
		w.buy(alpha, "1", "1002", 500)
		press(key, "early", `{"points":600}`).want(t, 409, "insufficient_points")
		ids := map[string]bool{}
		for range 2 {
			for _, who := range []proof{key, other} { // two callers may choose the same key, and so may the member
				ids[into[shopperRedemption](t, press(who, "press-01", `{"points":100}`)).ID] = true
			}
			ids[into[shopperRedemption](t, w.post(w.shopper(alpha, "1"), "/api/storefront/v1/redemptions", "press-01", `{"points":100}`)).ID] = true
		}
		if len(ids) != 3 {
			t.Errorf("%d redemptions of three callers", len(ids))
		}
		press(key, "press-01", `{"points":200}`).want(t, 422, "idempotency_mismatch")
		w.write(func(tx *store.Tx) error {
			return tx.BlockRedeeming(alpha.ID, []loyalty.ID{member.ID}, true, loyalty.NowMs(w.clock))
		})
		press(key, "blocked", `{"points":100}`).want(t, 403, "blocked")
		w.get(key, path+"/quote").want(t, 403, "blocked")
		w.booksBalance(alpha)
	})
}

// covers: G1, D11 by API: the same key at once is one code, and different keys never
// spend more than there is.
func TestAnotherSystemsCallsAtOnceSpendWhatThereIsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		key, member := w.key(alpha, "redeem"), w.member(alpha, "1")
		path := "/api/v1/members/" + member.ID.String() + "/redemptions"
		ids := map[string]bool{}
		for _, a := range w.together(10, func(int) (answer, error) {
			return w.send(http.MethodPost, path, key, jsonHeaders("one"), `{"points":100}`)
		}) {
			ids[into[shopperRedemption](t, a).ID] = true
		}
		statuses := map[int]int{}
		for _, a := range w.together(10, func(i int) (answer, error) {
			return w.send(http.MethodPost, path, key, jsonHeaders("key "+string(rune('a'+i))), `{"points":150}`)
		}) {
			statuses[a.Status]++
		}
		if len(ids) != 1 || statuses[200] != 2 || statuses[409] != 8 {
			t.Errorf("%d redemptions under one key; of ten more than the 400 points allow: %v", len(ids), statuses)
		}
		b, err := w.program.BalanceOf(t.Context(), alpha, member.ID)
		if err != nil || b.Account.Available != 100 || b.Account.Held != 400 {
			t.Errorf("%d available, %d held, %v", b.Account.Available, b.Account.Held, err)
		}
		w.booksBalance(alpha)
	})
}
