package shopify_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/platformtest"
	"zugabe/app/voucher"
)

// covers: S0-31, S2-01, S2-19
func TestShopifyKeepsWhatDriversPromiseOfSharedDiscounts(t *testing.T) {
	b := newBench(t)
	product := strconv.FormatInt(b.shop.ProductOf("kochbuch"), 10)
	platformtest.RunShared(t, platformtest.Shared{Driver: b.driver, Conn: b.conn, Currency: "EUR", Product: product,
		Now: func() int64 { return loyalty.NowMs(b.clock) }, Advance: func(d time.Duration) { b.clock.Advance(d) }})
}

// covers: S0-16, S0-17
func TestTheHostLetsNobodyUseANewCustomersCodeAfterTheFirstOrder(t *testing.T) {
	b := newBench(t)
	spec := voucher.Spec{Kind: voucher.Absolute, Minor: 500, Currency: "EUR", Title: "New", Audience: voucher.NeverBought, StartsAt: loyalty.NowMs(b.clock)}
	for _, code := range []string{"NEW-1", "NEW-2"} {
		_, err := b.driver.CreateCode(ctx, b.conn, code, "v1-new", spec)
		b.must(err)
	}
	c, err := b.shop.Register("neu@demo.example", "Neu", "N")
	b.must(err)
	cart := []demoshop.CartLine{{Variant: b.variant("kochbuch"), Quantity: 1}}
	if _, err := b.shop.Checkout(demoshop.Buy{Email: "stranger@demo.example", Cart: cart, Codes: []string{"NEW-1"}}); err == nil {
		t.Error("somebody without an account used it")
	}
	if o := b.buy(c.ID, "NEW-1"); len(o.Codes) != 1 || o.Codes[0].Discount != 500 {
		t.Errorf("the first order has %+v", o.Codes)
	}
	if _, err := b.shop.Checkout(demoshop.Buy{Customer: c.ID, Cart: cart, Codes: []string{"NEW-2"}}); err == nil || !strings.Contains(err.Error(), "other customers") {
		t.Errorf("the second order: %v", err)
	}
}

func TestAUseLimitIsForEachCodeOfADiscount(t *testing.T) {
	b := newBench(t)
	spec := voucher.Spec{Kind: voucher.Percent, Percent: 10, Currency: "EUR", Title: "Once", UsageLimit: 1, StartsAt: loyalty.NowMs(b.clock)}
	ref, err := b.driver.CreateCode(ctx, b.conn, "ONCE-1", "v1-once", spec)
	b.must(err)
	_, err = b.driver.AddCodes(ctx, b.conn, ref.HostRef, []string{"ONCE-2"})
	b.must(err)
	c, err := b.shop.Register("eva@demo.example", "Eva", "E")
	b.must(err)
	b.buy(c.ID, "ONCE-1")
	b.buy(c.ID, "ONCE-2")
	cart := []demoshop.CartLine{{Variant: b.variant("kochbuch"), Quantity: 1}}
	if _, err := b.shop.Checkout(demoshop.Buy{Customer: c.ID, Cart: cart, Codes: []string{"once-2"}}); err == nil {
		t.Error("a code for one use worked twice")
	}
}

// covers: S2-06, S2-07, J17
func TestShopifyKeepsWhatDriversPromiseOfConsent(t *testing.T) {
	b := newBench(t)
	c, err := b.shop.Register("eva@demo.example", "Eva", "E")
	b.must(err)
	platformtest.RunConsent(t, platformtest.Consents{Driver: b.driver, Conn: b.conn,
		Now: func() int64 { return loyalty.NowMs(b.clock) }, Advance: func(d time.Duration) { b.clock.Advance(d) },
		Known: platform.Customer{Key: strconv.FormatInt(c.ID, 10), Email: c.Email},
		Look: func(email string) (subscribed bool, n int) {
			for _, c := range b.shop.People() {
				if c.Email == email {
					subscribed, n = c.Consent == "subscribed", n+1
				}
			}
			return subscribed, n
		},
		Say: func(string, bool) {
			_, err := b.shop.Newsletter(c.Email)
			b.must(err)
			b.must(b.shop.Confirm(b.shop.ConfirmationOf(c.ID)))
		}})
}
