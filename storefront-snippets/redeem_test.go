package storefront_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/reward"
)

var (
	optionOf = regexp.MustCompile(`<option value="(\d+)" data-then="[^"]*">([^<]*)</option>`)
	lastPaid = regexp.MustCompile(`([\d.]+) € off`)
)

// offered is what a control lists: points and worth, the largest first.
func offered(html string) (list []string) {
	for _, hit := range optionOf.FindAllStringSubmatch(html, -1) {
		worth := lastPaid.FindStringSubmatch(hit[2])
		list = append(list, hit[1]+" "+strings.Replace(worth[1], ".", "", 1))
	}
	return list
}

func quoted(q reward.Quote) (list []string) {
	for i := len(q.Choices) - 1; i >= 0; i-- {
		list = append(list, fmt.Sprintf("%d %03d", q.Choices[i].Points, q.Choices[i].Minor))
	}
	return list
}

// What the control in the cart offers is what the app would: points that were
// promised another worth keep it on the page too.
//
// covers: N-02, S4-14, S4-23
func TestTheControlOffersWhatTheAppQuotes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	between := func(low, high int64) int64 { return low + rng.Int64N(high-low+1) }
	several := 0
	for i := range 20 {
		p := reward.Policy{Rate: loyalty.RedeemRate{Minor: between(1, 200), PerPoints: loyalty.Points(between(1, 200))}, MinPoints: loyalty.Points(between(50, 200)),
			Step: loyalty.Points(between(1, 50)), MaxPercent: 100 * rng.Int64N(2) / 2}
		var parts []reward.Part
		var have loyalty.Points
		for range rng.IntN(4) {
			part := reward.Part{Points: loyalty.Points(between(1, 400)), Rate: loyalty.RedeemRate{Minor: between(20, 200), PerPoints: loyalty.Points(between(20, 200))}}
			parts, have = append(parts, part), have+part.Points
		}
		subtotal := between(100, 20_000)
		cart := reward.Cart{SubtotalMinor: subtotal, EligibleMinor: subtotal, Currency: "EUR"}
		want, err := p.Quote(have, cart, parts...)
		if err != nil {
			t.Fatal(err)
		}
		empty, err := p.Quote(0, reward.Cart{})
		if err != nil {
			t.Fatal(err)
		}
		if empty.Min > want.Min {
			continue // the page offers a little less there: the smallest redemption at today's rate
		}
		settings := program.PublishedSettings{On: true, Currency: "EUR", Cent: loyalty.Ratio{Num: 1, Den: 1}, Redeem: program.PublishedRedeem{On: true, Minor: p.Rate.Minor,
			PerPoints: p.Rate.PerPoints, Min: empty.Min, Step: empty.Step, MaxPercent: p.MaxPercent}}
		mine := platform.PublicBalance{Points: have, Purse: program.PublicPurse(parts)}
		globals := m{"cart": m{"total_price": subtotal, "items": []m{}}, "request": m{"locale": m{"iso_code": "en"}}}
		app := m{"settings": settings, "mine": mine}
		block := `{% render 'redeem', settings: settings, mine: mine, id: '1' %}`
		html := shown(t, `{% for block in section.blocks %}{% render block %}{% endfor %}`, withProbe(t, block), globals, app)
		got := offered(html)
		if fmt.Sprint(got) != fmt.Sprint(quoted(want)) {
			t.Fatalf("case %d: the page offers\n%v, the app\n%v\n%+v %+v", i, got, quoted(want), p, parts)
		}
		if len(got) > 1 && len(parts) > 1 {
			several++
		}
	}
	if several < 3 {
		t.Errorf("only %d carts had a choice and points of several worths: the test shows little", several)
	}
}
