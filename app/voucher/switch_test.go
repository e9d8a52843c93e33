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

// covers: S0-28
func TestAHostIsToldOfNamedProductsWithoutThoseThatAreOffAndWhichItHasToDrop(t *testing.T) {
	for name, c := range map[string]struct {
		kind                 Kind
		named, told, dropped []string
	}{
		"one of two":         {Absolute, []string{"a", "b"}, []string{"a"}, []string{"b"}},
		"everything":         {Absolute, nil, nil, nil},
		"only what is off":   {Absolute, []string{"b"}, []string{"b"}, nil},
		"none of them":       {Absolute, []string{"a", "c"}, []string{"a", "c"}, nil},
		"another kind":       {Percent, []string{"a", "b"}, []string{"a", "b"}, nil},
		"an article as gift": {FreeArticle, []string{"b"}, []string{"b"}, nil},
	} {
		s := Spec{Kind: c.kind, ProductKeys: c.named}
		got := s.Without([]string{"b"})
		if !slices.Equal(got.ProductKeys, c.told) || !slices.Equal(got.Dropped, c.dropped) || !slices.Equal(s.ProductKeys, c.named) {
			t.Errorf("%s: told %v, dropped %v, stored %v", name, got.ProductKeys, got.Dropped, s.ProductKeys)
		}
	}
}
