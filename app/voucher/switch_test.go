package voucher

import (
	"slices"
	"testing"
)

// covers: S0-28
func TestAnArticleThatIsSwitchedOffIsLeftOutOfAbsoluteDiscountsOnly(t *testing.T) {
	off := []string{"b"}
	percent := with(func(v *Template) { v.Kind, v.Minor, v.Percent = Percent, 0, 10 })
	if got := percent.Without(off); len(got.What.NotProducts) != 0 {
		t.Errorf("a percentage was touched: %+v", got.What)
	}
	own := with(func(v *Template) { v.What.NotProducts = []string{"a"} })
	if got := own.Without(off); !slices.Equal(got.What.NotProducts, []string{"a", "b"}) || len(own.What.NotProducts) != 1 {
		t.Errorf("%v of %v", got.What.NotProducts, own.What.NotProducts)
	}
	for name, c := range map[string]struct {
		what Articles
		told []string
		gap  bool
	}{
		"everything":             {Articles{SaleItems: true}, nil, true},
		"named ones":             {Articles{Products: []string{"a", "b"}, SaleItems: true}, []string{"a"}, false},
		"only what is off":       {Articles{Products: []string{"b"}, SaleItems: true}, []string{"b"}, true},
		"named ones and a range": {Articles{Products: []string{"a", "b"}, Variants: []string{"v"}, SaleItems: true}, []string{"a"}, true},
	} {
		s, gaps := with(func(v *Template) { v.What = c.what }).Without(off).ToSpec(HostCode{Currency: "EUR"}, CanOf("shopify"))
		gap := slices.Contains(gaps, Gap{"what.not_products", EffectFlagged})
		if !slices.Equal(s.ProductKeys, c.told) || gap != c.gap {
			t.Errorf("%s: the host is told %v, gap %v", name, s.ProductKeys, gap)
		}
	}
}
