package storefront_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"zugabe/app/demoshop/liquid"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	storefront "zugabe/storefront-snippets"
)

type m = map[string]any

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// shown fills a page of one section and gives what it printed.
func shown(t *testing.T, section string, extension fs.FS, globals, app m) string {
	t.Helper()
	theme := fstest.MapFS{
		"layout/theme.liquid":     {Data: []byte(`{{ content_for_layout }}`)},
		"templates/x.json":        {Data: []byte(`{"sections":{"a":{"type":"a","blocks":{"1":{"type":"shopify://apps/zugabe/blocks/probe/1","settings":{}}},"block_order":["1"]}},"order":["a"]}`)},
		"sections/a.liquid":       {Data: []byte(section)},
		"config/settings.json":    {Data: []byte(`{}`)},
		"locales/en.default.json": {Data: []byte(`{}`)},
	}
	engine, err := liquid.New(liquid.Config{Theme: theme, Extension: extension, Zone: time.UTC, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	globals["shop"] = m{"money_format": "{{amount}} €", "locale": "de"}
	html, problems, err := engine.Render(liquid.Page{Template: "x", Locale: "en", Globals: globals, App: app})
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v, %v", problems, err)
	}
	return html
}

// withProbe is the theme extension with one more block.
func withProbe(t *testing.T, block string) fs.FS {
	t.Helper()
	out := fstest.MapFS{"blocks/probe.liquid": {Data: []byte(block + `{% schema %}{"name":"p","target":"section","settings":[]}{% endschema %}`)}}
	err := fs.WalkDir(storefront.Theme(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(storefront.Theme(), path)
		out[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const probe = `{% assign s = app.metafields.zugabe.settings.value %}{% for c in carts %}<b>{% render 'earns', settings: s[c.plan], lines: c.items, paid: c.paid, listed: c.listed %}</b>{% endfor %}`

// chance makes one plan, as the app has it and as the pages are told, with a cart.
func chance(rng *rand.Rand) (earning.Program, program.PublishedSettings, []earning.Line, []m) {
	pick := func(list ...int64) int64 { return list[rng.IntN(len(list))] }
	net := loyalty.Ratio{Num: 100, Den: pick(100, 107, 119)}
	some := []string{"1", "2"}
	rule := earning.Rule{ID: "r", Name: "r", Kind: earning.KindPerAmount, Earn: loyalty.EarnRate{Points: loyalty.Points(pick(1, 3, 10)), PerMinor: pick(100, 150, 1000)}}
	rule.Rounding = []loyalty.Rounding{loyalty.Floor, loyalty.HalfUp, loyalty.Ceiling}[rng.IntN(3)]
	switch rng.IntN(5) {
	case 0:
		rule.Kind, rule.Points = earning.KindPerUnit, 7
	case 1:
		rule.Kind, rule.Products = earning.KindPerProduct, map[string]loyalty.Points{"1": 5, "3": 11}
	case 2:
		rule.Kind, rule.Points = earning.KindPerOrder, 40
	}
	if rng.IntN(2) == 0 {
		rule.Match.ExcludeProducts = []string{"2"}
	}
	if rng.IntN(3) == 0 {
		rule.When.MinBasis = 4000
	}
	campaign := earning.Campaign{ID: "c", Factor: loyalty.Ratio{Num: pick(2, 3), Den: pick(1, 2)}, From: loyalty.LocalDate{Year: 2026, Month: 11, Day: 1}, Until: loyalty.LocalDate{Year: 2026, Month: 11, Day: 30}}
	if rng.IntN(2) == 0 {
		campaign.Match.Products = some
	}
	p := earning.Program{Rules: []earning.Rule{rule}, EarnAt: earning.SalePaid}
	told := program.PublishedSettings{V: 1, On: true, Currency: "EUR", Cent: loyalty.Ratio{Num: 1, Den: 1}, Campaigns: []program.PublishedCampaign{}}
	points, per := rule.Points, int64(0)
	if rule.Kind == earning.KindPerAmount {
		points, per = rule.Earn.Points, rule.Earn.PerMinor
	}
	told.Earn = []program.PublishedRule{{ID: "r", Kind: rule.Kind, Points: points, Per: per, Products: rule.Products, Rounding: rule.Rounding, Net: net,
		Match: program.PublishedMatch{ExcludeProducts: rule.Match.ExcludeProducts}, When: program.PublishedWhen{Min: rule.When.MinBasis}}}
	if rng.IntN(2) == 0 && rule.Rounding == loyalty.Floor {
		p.Campaigns = []earning.Campaign{campaign}
		told.Campaigns = []program.PublishedCampaign{{ID: "c", Factor: campaign.Factor, Match: program.PublishedMatch{Products: campaign.Match.Products}}}
	}
	var lines []earning.Line
	var items []m
	for i := range 1 + rng.IntN(4) {
		product, quantity, price := strconv.Itoa(1+rng.IntN(4)), int64(1+rng.IntN(5)), int64(1+rng.IntN(5000))
		gift := rng.IntN(8) == 0
		gross := price * quantity
		n := (2*gross*net.Num + net.Den) / (2 * net.Den)
		lines = append(lines, earning.Line{Key: strconv.Itoa(i), ProductKey: product, Quantity: quantity, Net: n, Tax: gross - n, GiftCard: gift})
		items = append(items, m{"product_id": product, "quantity": quantity, "final_line_price": gross, "gift_card": gift})
	}
	return p, told, lines, items
}

// What a block in the cart says is what the app books: both are given three hundred
// plans and carts.
//
// covers: S4-12, S4-30
func TestPagesAndAppComputeTheSamePoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	told := m{}
	var carts []m
	var want []string
	for i := range 300 {
		p, settings, lines, items := chance(rng)
		sale := earning.Sale{Key: "1", Currency: "EUR", Status: earning.SalePaid, PlacedAt: now.UnixMilli(), PaidAt: now.UnixMilli(), UpdatedAt: now.UnixMilli(), Lines: lines}
		grants, err := earning.EvaluateSale(sale, p, earning.Context{Currency: "EUR", Zone: "UTC", Audience: earning.Audience{MemberType: "customer"}})
		if err != nil {
			t.Fatal(err)
		}
		var sum loyalty.Points
		for _, g := range grants {
			sum += g.Points
		}
		var listed int64
		for _, item := range items {
			listed += item["final_line_price"].(int64)
		}
		plan := fmt.Sprintf("p%d", i)
		told[plan] = settings
		carts = append(carts, m{"plan": plan, "items": items, "paid": listed, "listed": listed})
		want = append(want, strconv.FormatInt(int64(sum), 10))
	}
	var got []string
	for some := range slices.Chunk(carts, 30) { // a page of three hundred takes longer than a page may
		settings := m{}
		for _, c := range some {
			settings[c["plan"].(string)] = told[c["plan"].(string)]
		}
		globals := m{"carts": some, "cart": m{"currency": m{"iso_code": "EUR"}}, "request": m{"locale": m{"iso_code": "en"}}}
		app := m{"app": m{"metafields": m{"zugabe": m{"settings": m{"value": settings}}}}}
		html := shown(t, `{% for block in section.blocks %}{% render block %}{% endfor %}`, withProbe(t, probe), globals, app)
		got = append(got, strings.Split(html, "<b>")[1:]...)
	}
	if len(got) != len(want) {
		t.Fatalf("%d answers", len(got))
	}
	nothing := 0
	for i, text := range got {
		points, _, _ := strings.Cut(text, " ")
		if points != want[i] {
			rules, _ := json.Marshal(told[carts[i]["plan"].(string)])
			items, _ := json.Marshal(carts[i]["items"])
			t.Errorf("the page says %s, the app books %s: %s %s", points, want[i], rules, items)
		}
		if want[i] == "0" {
			nothing++
		}
	}
	if nothing > 150 {
		t.Errorf("%d of %d carts earn nothing: the test shows little", nothing, len(want))
	}
}

// covers: S4-19, S0-41
func TestInvoicesShowRedeemedPointsAsTheirOwnLine(t *testing.T) {
	text, err := os.ReadFile("shopify/invoice/redeemed-bonus.liquid")
	if err != nil {
		t.Fatal(err)
	}
	order := func(codes ...string) m {
		var list []m
		for _, c := range codes {
			list = append(list, m{"title": c, "total_allocated_amount": 250})
		}
		return m{"order": m{"discount_applications": list, "tax_price": 190, "total_price": 1190}}
	}
	section := string(text) + `{% schema %}{"name":"a","settings":[]}{% endschema %}`
	html := shown(t, section, nil, order("SUMMER", "7KXM-QR4T9-BVW2C"), m{})
	for _, want := range []string{"Eingelöster Bonus", "darin MwSt.: 0.39 €", "-2.50 €"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in %s", want, html)
		}
	}
	if html := shown(t, section, nil, order("SUMMER"), m{}); strings.Contains(html, "<tr") {
		t.Errorf("another discount became a bonus: %s", html)
	}
}
