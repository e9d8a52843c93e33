package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
)

const ownBalance = "/api/storefront/v1/balance"

// plain is what an answer says besides its own number and time.
func (a answer) plain() string {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		if name != "X-Request-Id" && name != "Date" {
			fmt.Fprintln(&lines, name, a.Header[name])
		}
	}
	return fmt.Sprintf("%d\n%s%s", a.Status, lines.String(), a.Body)
}

// The short way and the framework's are two pieces of code for one answer. A token
// is first asked for in the framework's, then it is remembered.
func TestTheShortWayToABalanceAnswersWordForWordLikeTheLongOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		w.buy(alpha, "2", "1002", 70)
		for _, customer := range []string{"1", "2", "3"} {
			for name, headers := range map[string]http.Header{
				"plain": nil, "from a page": {"Origin": {"https://extensions.shopifycdn.com"}}, "from nowhere": {"Origin": {"null"}},
				"as a page": {"Accept": {"text/html,application/xhtml+xml"}}, "compressed": {"Accept-Encoding": {"gzip, br"}},
			} {
				me := w.shopper(alpha, customer)
				if w.server.Knows(me.bearer) {
					t.Fatal("the token is known before it was shown")
				}
				long := w.call(http.MethodGet, ownBalance, me, headers, "")
				if !w.server.Knows(me.bearer) {
					t.Fatal("the token is not known after it was shown")
				}
				short := w.call(http.MethodGet, ownBalance, me, headers, "")
				if long.plain() != short.plain() || long.Status != http.StatusOK {
					t.Errorf("%s, %s: the long way answers\n%s\nthe short one\n%s", customer, name, long.plain(), short.plain())
				}
				if a, b := long.Header.Get("X-Request-Id"), short.Header.Get("X-Request-Id"); a == b || b == "" {
					t.Errorf("request ids %q and %q", a, b)
				}
			}
		}
	})
}

// covers: H2: what is remembered of a token ends with the token.
func TestATokenThatIsRememberedIsRefusedAfterItsEnd(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 500)
	me := w.shopper(alpha, "1")
	for range 2 {
		into[any](t, w.get(me, ownBalance))
	}
	w.clock.Advance(time.Hour)
	if w.server.Knows(me.bearer) {
		t.Error("the token is taken for known")
	}
	w.get(me, ownBalance).want(t, http.StatusUnauthorized, "unauthorised")
}

// covers: H10: the same customer number in two shops, on the short way.
func TestARememberedTokenShowsItsOwnShopOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha, beta := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		w.buy(alpha, "1", "1001", 500)
		w.buy(beta, "1", "1001", 7)
		for range 3 {
			for shop, points := range map[loyalty.ShopID]int64{alpha.ID: 500, beta.ID: 7} {
				who := w.shopper(alpha, "1")
				if shop == beta.ID {
					who = w.shopper(beta, "1")
				}
				if b := into[struct{ Points int64 }](t, w.get(who, ownBalance)); b.Points != points {
					t.Errorf("shop %d shows %d points, want %d", shop, b.Points, points)
				}
			}
		}
	})
}

// covers: H10: requests of many shoppers of two shops share their reads, and each
// sees the own balance.
func TestShoppersWhoAskAtOnceEachSeeTheirOwnBalance(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const shoppers = 12
		shops := []loyalty.Shop{w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")}
		for i := range shoppers {
			w.buy(shops[i%2], fmt.Sprint(i/2), fmt.Sprint(1000+i), int64(100+i))
		}
		w.balances.Use("none")
		tokens := make([]proof, shoppers)
		for i := range tokens {
			tokens[i] = w.shopper(shops[i%2], fmt.Sprint(i/2))
			into[any](t, w.get(tokens[i], ownBalance))
		}
		answers := w.together(20*shoppers, func(i int) (answer, error) {
			return w.send(http.MethodGet, ownBalance, tokens[i%shoppers], nil, "")
		})
		for i, a := range answers {
			if b := into[struct{ Points int64 }](t, a); b.Points != int64(100+i%shoppers) {
				t.Errorf("shopper %d sees %d points, want %d", i%shoppers, b.Points, 100+i%shoppers)
			}
		}
	})
}

// A balance that is not cached is the ledger's, however well its owner is known.
func TestABalanceThatIsReadAgainIsTheNewOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		me := w.shopper(alpha, "1")
		w.balances.Use("none")
		want := int64(0)
		for i := range 5 {
			w.buy(alpha, "1", fmt.Sprint(1000+i), 10)
			want += 10
			if b := into[struct{ Points int64 }](t, w.get(me, ownBalance)); b.Points != want {
				t.Errorf("%d points after order %d, want %d", b.Points, i+1, want)
			}
		}
	})
}

// The limit holds on the short way too, and both ways count together.
func TestAShopperWhoReadsTooOftenIsToldWhenToTryAgain(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 500)
	me := w.shopper(alpha, "1")
	passed, refused := 0, answer{}
	for range 800 {
		a, err := w.send(http.MethodGet, ownBalance, me, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		if a.Status == http.StatusOK {
			passed++
			continue
		}
		refused = a
	}
	refused.want(t, http.StatusTooManyRequests, "too_many_requests")
	if refused.Header.Get("Retry-After") == "" || passed < 600 || passed > 700 {
		t.Errorf("%d of 800 requests passed in a moment, want 600 and what came back meanwhile; Retry-After is %q", passed, refused.Header.Get("Retry-After"))
	}
	w.get(me, "/api/storefront/v1/history").want(t, http.StatusTooManyRequests, "too_many_requests")
	into[any](t, w.get(w.shopper(alpha, "2"), ownBalance))
}
