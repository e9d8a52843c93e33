package shopify

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"zugabe/app/platform"
	"zugabe/app/voucher"
)

// covers: S4-08, S2-01
func TestASpecBecomesTheHostsInputWithNothingExtra(t *testing.T) {
	const dates = `"startsAt":"2025-11-21T10:00:00Z","endsAt":"2025-12-21T10:00:00Z"`
	const alone = `"combinesWith":{"orderDiscounts":false,"productDiscounts":false,"shippingDiscounts":false}`
	everyone := voucher.Spec{Currency: "EUR", Title: "T", StartsAt: 1763719200000}
	with := func(change func(s *voucher.Spec)) voucher.Spec {
		s := everyone
		change(&s)
		return s
	}
	cases := map[string]struct {
		spec voucher.Spec
		want string
	}{
		"ten euros for one customer once": {tenOff, `{"code":"ABC","title":"Points · zugabe:9",` + dates + `,"usageLimit":1,"appliesOncePerCustomer":true,` + alone + `,
			"context":{"customers":{"add":["gid://shopify/Customer/5"]}},
			"customerGets":{"items":{"all":true},"value":{"discountAmount":{"amount":"10.00","appliesOnEachItem":false}}}}`},
		"7 % on two products from 50.00 for a segment": {with(func(s *voucher.Spec) {
			s.Kind, s.Percent, s.MinSubtotal, s.ProductKeys, s.SegmentKeys = voucher.Percent, 7, 5000, []string{"1", "2"}, []string{"3"}
			s.CombinesWith = voucher.Combines{Order: true, Product: true, Shipping: true}
		}), `{"code":"ABC","title":"T · zugabe:9","startsAt":"2025-11-21T10:00:00Z","endsAt":null,"appliesOncePerCustomer":false,
			"combinesWith":{"orderDiscounts":true,"productDiscounts":true,"shippingDiscounts":true},
			"context":{"customerSegments":{"add":["gid://shopify/Segment/3"]}},
			"customerGets":{"items":{"products":{"productsToAdd":["gid://shopify/Product/1","gid://shopify/Product/2"]}},"value":{"percentage":0.07}},
			"minimumRequirement":{"subtotal":{"greaterThanOrEqualToSubtotal":"50.00"}}}`},
		"a yen amount on a collection": {with(func(s *voucher.Spec) {
			s.Kind, s.Minor, s.Currency, s.CollectionKeys = voucher.Absolute, 500, "JPY", []string{"4"}
		}), `{"code":"ABC","title":"T · zugabe:9","startsAt":"2025-11-21T10:00:00Z","endsAt":null,"appliesOncePerCustomer":false,` + alone + `,"context":{"all":"ALL"},
			"customerGets":{"items":{"collections":{"add":["gid://shopify/Collection/4"]}},"value":{"discountAmount":{"amount":"500","appliesOnEachItem":false}}}}`},
		"a variant twice, free": {with(func(s *voucher.Spec) {
			s.Kind, s.Minor, s.VariantKeys, s.Quantity = voucher.FreeArticle, 990, []string{"8"}, 2
		}), `{"code":"ABC","title":"T · zugabe:9","startsAt":"2025-11-21T10:00:00Z","endsAt":null,"appliesOncePerCustomer":false,` + alone + `,"context":{"all":"ALL"},
			"customerGets":{"items":{"products":{"productVariantsToAdd":["gid://shopify/ProductVariant/8"]}},"value":{"discountAmount":{"amount":"9.90","appliesOnEachItem":false}}}}`},
		"free shipping": {with(func(s *voucher.Spec) {
			s.Kind, s.CombinesWith = voucher.FreeShipping, voucher.Combines{Order: true, Shipping: true}
		}),
			`{"code":"ABC","title":"T · zugabe:9","startsAt":"2025-11-21T10:00:00Z","endsAt":null,"appliesOncePerCustomer":false,
			"combinesWith":{"orderDiscounts":true,"productDiscounts":false},"context":{"all":"ALL"},"destination":{"all":true}}`},
	}
	for name, c := range cases {
		h, d, conn := newFakeHost(t)
		h.says("CreateBasicCode", created("Basic"))
		h.says("CreateFreeShippingCode", created("FreeShipping"))
		ref, err := d.CreateCode(ctx, conn, "ABC", "9", c.spec)
		if err != nil || ref.HostRef != "gid://shopify/DiscountCodeNode/77" || !ref.Ours || ref.Marker != "9" {
			t.Errorf("%s: %+v, %v", name, ref, err)
			continue
		}
		var want any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if got, wanted := asJSON(h.lastVars()["input"]), asJSON(want); got != wanted {
			t.Errorf("%s: sent\n%s\nwant\n%s", name, got, wanted)
		}
	}
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// covers: D10
func TestASpecThatMakesNoSenseIsRefusedBeforeTheHostIsAsked(t *testing.T) {
	h, d, conn := newFakeHost(t)
	for name, change := range map[string]func(s *voucher.Spec){
		"no amount":                  func(s *voucher.Spec) { s.Minor = 0 },
		"a negative amount":          func(s *voucher.Spec) { s.Minor = -5 },
		"101 %":                      func(s *voucher.Spec) { s.Kind, s.Percent = voucher.Percent, 101 },
		"0 %":                        func(s *voucher.Spec) { s.Kind = voucher.Percent },
		"an article without product": func(s *voucher.Spec) { s.Kind = voucher.FreeArticle },
		"customers and segments":     func(s *voucher.Spec) { s.SegmentKeys = []string{"1"} },
		"a kind from the future":     func(s *voucher.Spec) { s.Kind = "cashback" },
		"a negative limit":           func(s *voucher.Spec) { s.UsageLimit = -1 },
	} {
		spec := tenOff
		change(&spec)
		if _, err := d.CreateCode(ctx, conn, "ABC", "9", spec); !errors.Is(err, platform.ErrRefused) {
			t.Errorf("%s gives %v", name, err)
		}
	}
	if len(h.calls) > 0 {
		t.Fatal("the host was asked")
	}
}

func TestALongTitleLosesItsEndAndKeepsTheMark(t *testing.T) {
	title := markedTitle(strings.Repeat("Größe ", 100), "7312345678901234567")
	if n := len([]rune(title)); n > maxTitle {
		t.Fatalf("%d characters", n)
	}
	if marker, ours := markOf(title); !ours || marker != "7312345678901234567" {
		t.Fatalf("mark %q in %q", marker, title)
	}
}

func TestTitlesOfTheMerchantCannotForgeAnotherMark(t *testing.T) {
	if marker, _ := markOf(markedTitle("Gift zugabe:1", "9")); marker != "9" {
		t.Fatalf("mark %q", marker)
	}
	if title := markedTitle("two\nlines", "9"); strings.Contains(title, "\n") {
		t.Fatalf("a line break is refused by the host: %q", title)
	}
}

func deactivation(errs ...m) m {
	return m{"discountCodeDeactivate": m{"codeDiscountNode": nil, "userErrors": append([]m{}, errs...)}}
}

// covers: D9, D17
func TestD17ACodeIsDisabledOnlyWhenItIsProvenDead(t *testing.T) {
	gone := m{"field": []string{"id"}, "code": "INVALID", "message": "Code discount does not exist."}
	cases := map[string]struct {
		answer, look any
		want         error
	}{
		"deactivated":                {deactivation(), nil, nil},
		"gone already":               {deactivation(gone), m{"codeDiscountNode": nil}, nil},
		"expired already":            {deactivation(gone), m{"codeDiscountNode": codeThere("x", "EXPIRED")}, nil},
		"refused and alive":          {deactivation(gone), m{"codeDiscountNode": codeThere("x", "ACTIVE")}, platform.ErrRefused},
		"refused and not to be seen": {deactivation(gone), status(503, ""), platform.ErrUnreachable},
		"no answer":                  {status(503, ""), nil, platform.ErrUnknown},
	}
	for name, c := range cases {
		h, d, conn := newFakeHost(t)
		h.says("DeactivateCode", c.answer)
		h.says("CodeByID", c.look)
		err := d.DisableCode(ctx, conn, "gid://shopify/DiscountCodeNode/77")
		if !errors.Is(err, c.want) {
			t.Errorf("%s gives %v", name, err)
		}
	}
}

func TestDeletingWhatIsGoneIsFine(t *testing.T) {
	h, d, conn := newFakeHost(t)
	gone := m{"field": []string{"id"}, "code": nil, "message": "Code discount does not exist."}
	h.says("DeleteCode", m{"discountCodeDelete": m{"deletedCodeDiscountId": nil, "userErrors": []m{gone}}})
	h.says("CodeByID", m{"codeDiscountNode": nil})
	if err := d.DeleteCode(ctx, conn, "gid://shopify/DiscountCodeNode/77"); err != nil {
		t.Fatal(err)
	}
	h.says("CodeByID", m{"codeDiscountNode": codeThere("x", "EXPIRED")})
	if err := d.DeleteCode(ctx, conn, "gid://shopify/DiscountCodeNode/77"); !errors.Is(err, platform.ErrRefused) {
		t.Fatalf("still there, yet %v", err)
	}
}
