package voucher

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"zugabe/app/loyalty"
)

// covers: S0-27, S0-29, S0-32, S0-35, S0-38, S0-39, S2-10
func TestEveryWrongAttributeIsNamedByItsPath(t *testing.T) {
	for _, c := range []struct {
		name, field, code string
		change            func(*Template)
	}{
		{"no name", "name", FaultMissing, func(t *Template) { t.Name = "  " }},
		{"a long name", "name", FaultTooLong, func(t *Template) { t.Name = strings.Repeat("ä", 81) }},
		{"an unknown kind", "kind", FaultUnknown, func(t *Template) { t.Kind = "gift" }},
		{"no amount", "minor", FaultRange, func(t *Template) { t.Minor = 0 }},
		{"101 %", "percent", FaultRange, func(t *Template) { t.Kind, t.Minor, t.Percent = Percent, 0, 101 }},
		{"percent on an amount", "percent", FaultNotHere, func(t *Template) { t.Percent = 5 }},
		{"a cap on an amount", "cap_minor", FaultNotHere, func(t *Template) { t.CapMinor = 5 }},
		{"no article", "article.product_key", FaultMissing, func(t *Template) { t.Kind = FreeArticle }},
		{"a rest of a percentage", "rest", FaultNotHere, func(t *Template) { t.Kind, t.Minor, t.Percent, t.Rest = Percent, 0, 5, RestNewCode }},
		{"a currency", "currency", FaultUnknown, func(t *Template) { t.Currency = "euro" }},
		{"a maximum below the minimum", "order.max_minor", FaultOrder, func(t *Template) { t.Order = Range{MinMinor: 2, MaxMinor: 1} }},
		{"until before from", "valid.until", FaultOrder, func(t *Template) {
			t.Valid.From, t.Valid.Until = loyalty.LocalDate{Year: 2026, Month: 2, Day: 2}, loyalty.LocalDate{Year: 2026, Month: 2, Day: 1}
		}},
		{"on and until", "valid.on", FaultExclusive, func(t *Template) {
			t.Valid.On, t.Valid.Until = loyalty.LocalDate{Year: 2026, Month: 2, Day: 2}, loyalty.LocalDate{Year: 2026, Month: 2, Day: 3}
		}},
		{"an empty window", "valid.windows[1].to_min", FaultOrder, func(t *Template) { t.Valid.Windows = []Window{{nil, 0, 10}, {nil, 5, 5}} }},
		{"a window at 25 o'clock", "valid.windows[0].to_min", FaultRange, func(t *Template) { t.Valid.Windows = []Window{{nil, 0, 1500}} }},
		{"a day of the week", "valid.windows[0].days[0]", FaultUnknown, func(t *Template) { t.Valid.Windows = []Window{{[]Weekday{"mo"}, 0, 10}} }},
		{"a day twice", "valid.windows[0].days[1]", FaultTwice, func(t *Template) { t.Valid.Windows = []Window{{[]Weekday{"mon", "mon"}, 0, 10}} }},
		{"a customer kind", "who.types[0]", FaultUnknown, func(t *Template) { t.Who.Types = []string{"b2g"} }},
		{"an empty tag", "who.tags[0]", FaultMissing, func(t *Template) { t.Who.Tags = []string{""} }},
		{"an article in and out", "what.not_products[0]", FaultExcluded, func(t *Template) { t.What.Products, t.What.NotProducts = []string{"1"}, []string{"1"} }},
		{"a negative limit", "limits.per_person", FaultRange, func(t *Template) { t.Limits.PerPerson = -1 }},
		{"a budget for less than one", "limits.budget_minor", FaultOrder, func(t *Template) { t.Limits.BudgetMinor = 499 }},
		{"a VAT mode", "vat.mode", FaultUnknown, func(t *Template) { t.VAT.Mode = "none" }},
		{"a rate without its mode", "vat.rate_bp", FaultNotHere, func(t *Template) { t.VAT.RateBP = 1900 }},
		{"a bearer", "bearer", FaultUnknown, func(t *Template) { t.Bearer = "me" }},
		{"a way into the cart", "auto", FaultUnknown, func(t *Template) { t.Auto = "always" }},
		{"a long line", "texts.de.line", FaultTooLong, func(t *Template) { t.Texts = map[string]Text{"de": {Line: strings.Repeat("x", 201)}} }},
	} {
		v := with(c.change)
		var found []string
		hit := false
		for _, f := range v.Faults() {
			found = append(found, f.Field+" "+f.Code)
			hit = hit || f.Field == c.field && f.Code == c.code
		}
		if !hit || loyalty.CodeOf(v.Validate()) != loyalty.CodeInvalid {
			t.Errorf("%s: found %v, want %s %s", c.name, found, c.field, c.code)
		}
	}
	if err := with(nil).Validate(); err != nil {
		t.Errorf("a sound voucher: %v", err)
	}
}

func TestAllFaultsAreReportedTogether(t *testing.T) {
	err := with(func(t *Template) { t.Name, t.Minor, t.VAT.Mode = "", -1, "x" }).Validate()
	var refused *loyalty.Error
	if !errors.As(err, &refused) || refused.Field != "name" || len(refused.Detail["faults"].([]Fault)) != 3 {
		t.Errorf("got %v %v", err, refused)
	}
}

// covers: F7
func TestAValidityThatNeverOpensIsAFault(t *testing.T) {
	apia := zoneOf(t, "Pacific/Apia")
	missing := with(func(v *Template) { v.Valid.On = day(t, "2011-12-30") })
	noMonday := with(func(v *Template) {
		v.Valid.From, v.Valid.Until, v.Valid.Windows = day(t, "2026-11-28"), day(t, "2026-11-29"), []Window{{[]Weekday{"mon"}, 0, 60}}
	})
	for _, v := range []Template{missing, noMonday} {
		if f := v.FaultsIn(apia); len(f) != 1 || f[0].Code != FaultNever {
			t.Errorf("got %v", f)
		}
	}
	if f := missing.FaultsIn(zoneOf(t, "Europe/Berlin")); len(f) != 0 {
		t.Errorf("Berlin has that day: %v", f)
	}
	if f := with(nil).FaultsIn(apia); len(f) != 0 {
		t.Errorf("no dates: %v", f)
	}
}

// covers: S2-17, S2-18
func TestAnOldDocumentHasNoConditionsItDoesNotKnow(t *testing.T) {
	old, err := DecodeTemplate([]byte(`{"name":"Old","kind":"absolute","minor":500,"from_the_future":{"x":1}}`))
	if err != nil || !old.What.SaleItems || old.Validate() != nil {
		t.Fatalf("%v, %v", old, err)
	}
	if d := Decide(old, Standing{}, cartOf(2000), regular, at(t, "UTC", "2026-11-22T12:00:00Z")); !d.OK || d.Minor != 500 {
		t.Errorf("%+v", d)
	}
	old.What.SaleItems, old.Valid.On, old.Texts = false, day(t, "2026-01-01"), map[string]Text{"de": {Title: "Alt"}}
	raw, err := json.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := DecodeTemplate(raw); err != nil || !reflect.DeepEqual(again, old) {
		t.Errorf("%s gives %+v, %v", raw, again, err)
	}
	if _, err := DecodeTemplate([]byte(`{"minor":"5"}`)); loyalty.CodeOf(err) != loyalty.CodeInvalid {
		t.Errorf("got %v", err)
	}
	rerun := old.Rerun(day(t, "2027-02-01"), day(t, "2027-02-28"), "Again")
	if rerun.Name != "Again" || !rerun.Valid.On.IsZero() || rerun.Valid.Until != day(t, "2027-02-28") || rerun.Minor != 500 || old.Name != "Old" {
		t.Errorf("%+v", rerun)
	}
}
