package voucher

import (
	"reflect"
	"slices"
	"testing"
)

// covers: S0-29, N-08
func TestTheVATOfAVoucher(t *testing.T) {
	c := cartOf(6000, 3000)
	c.Lines[1].TaxBP = 700
	free := with(func(v *Template) { v.Kind, v.Minor = FreeShipping, 0 })
	for _, x := range []struct {
		name string
		t    Template
		want []VATShare
	}{
		{"split like the lines it reduces", with(nil), []VATShare{{1900, 333, 53}, {700, 167, 11}}},
		{"only of its articles", with(func(v *Template) { v.What.Products = []string{"pb"} }), []VATShare{{700, 500, 33}}},
		{"one fixed rate", with(func(v *Template) { v.VAT = VAT{VATFixed, 1900} }), []VATShare{{1900, 500, 80}}},
		{"like a payment", with(func(v *Template) { v.VAT = VAT{Mode: VATPayment} }), []VATShare{{0, 500, 0}}},
		{"of shipping", free, []VATShare{{1900, 490, 78}}},
	} {
		if d := Decide(x.t, Standing{}, c, regular, at(t, "UTC", "2026-11-22T12:00:00Z")); !slices.Equal(d.VAT, x.want) {
			t.Errorf("%s: %v, want %v", x.name, d.VAT, x.want)
		}
	}
}

// covers: A-34, S2-01, S2-02, G16
func TestEachVoucherSeesWhatTheOneBeforeItLeft(t *testing.T) {
	all := Combines{true, true, true}
	fifth := with(func(v *Template) { v.Kind, v.Minor, v.Percent, v.Stack.Combines = Percent, 0, 20, all })
	ten := with(func(v *Template) { v.Minor, v.Stack.Combines, v.Order.MinMinor = 1000, all, 8000 })
	m := at(t, "UTC", "2026-11-22T12:00:00Z")
	apply := func(vs ...Template) (index []int, minor []int64, why []string) {
		var cs []Candidate
		for i, v := range vs {
			cs = append(cs, Candidate{v, Standing{Code: string(rune('A' + i))}, regular})
		}
		for _, a := range Apply(cs, cartOf(10000), m) {
			index, minor = append(index, a.Index), append(minor, a.Decision.Minor)
			why = append(why, codes(a.Decision.Why)...)
		}
		return index, minor, why
	}
	if i, got, _ := apply(ten, fifth); !slices.Equal(got, []int64{2000, 1000}) || !slices.Equal(i, []int{1, 0}) {
		t.Errorf("percent first: %v %v", i, got)
	}
	first := ten
	first.Stack.Rank = -1
	if _, got, _ := apply(fifth, first); !slices.Equal(got, []int64{1000, 1800}) {
		t.Errorf("by rank: %v", got)
	}
	ten.Order.MinMinor = 8001
	if _, got, why := apply(fifth, ten); !slices.Equal(got, []int64{2000, 0}) || !slices.Equal(why, []string{ReasonBelowMin}) {
		t.Errorf("the minimum counts what is left: %v %v", got, why)
	}
	ten.Order.MinMinor, ten.Stack.Class, fifth.Stack.Class = 0, "welcome", "welcome"
	if _, _, why := apply(fifth, ten); !slices.Equal(why, []string{ReasonClassTaken}) {
		t.Errorf("one of a class: %v", why)
	}
	ten.Stack = Stacking{}
	if _, _, why := apply(fifth, ten); !slices.Equal(why, []string{ReasonNotCombined}) {
		t.Errorf("alone: %v", why)
	}
	d := Decide(fifth, Standing{Code: "A"}, Cart{Currency: "EUR", Lines: cartOf(10).Lines, Codes: []AppliedCode{{Code: "a"}}}, regular, m)
	if !d.Has(ReasonSameCode) {
		t.Errorf("the same code twice: %v", d.Why)
	}
}

//
func TestRestAndCapAreSaid(t *testing.T) {
	m := at(t, "UTC", "2026-11-22T12:00:00Z")
	d := Decide(with(func(v *Template) { v.Rest = RestNewCode }), Standing{}, cartOf(320), regular, m)
	if d.Minor != 320 || d.Rest != 180 || d.Notes[0].Code != NoteRest {
		t.Errorf("%+v", d)
	}
	if d = Decide(with(nil), Standing{}, cartOf(320), regular, m); d.Rest != 0 || d.Notes[0].Params["policy"] != string(RestLost) {
		t.Errorf("%+v", d)
	}
}

// covers: A-66, N-07, S2-05, S0-40, G6
func TestWhoAsksDecidesWhatIsSaid(t *testing.T) {
	m := at(t, "UTC", "2026-11-22T12:00:00Z")
	from20 := with(func(v *Template) { v.Order.MinMinor = 2000 })
	d := Decide(from20, Standing{}, cartOf(1680), regular, m)
	near, ok := d.Near()
	if !ok || near[0].Need-near[0].Have != 320 || near[0].Unit != UnitMinor {
		t.Errorf("3.20 more: %+v", near)
	}
	if s := d.ForShopper(); !reflect.DeepEqual(s.Why, d.Why) || s.Steps != nil {
		t.Errorf("a member hears why: %+v", s)
	}
	unknown := Decision{}.ForStranger()
	foreign := Decide(from20, Standing{Holder: 99}, cartOf(1680), regular, m)
	for name, got := range map[string]Decision{"too little": d.ForStranger(), "foreign": foreign.ForStranger(), "foreign, to a member": foreign.ForShopper()} {
		if !reflect.DeepEqual(got, unknown) {
			t.Errorf("%s differs from an unknown code: %+v", name, got)
		}
	}
	if _, ok := foreign.Near(); ok {
		t.Error("a foreign code is kept for later")
	}
	fine := Decide(with(nil), Standing{}, cartOf(1680), Person{}, m)
	if s := fine.ForStranger(); !s.OK || s.Minor != 500 {
		t.Errorf("%+v", s)
	}
}
