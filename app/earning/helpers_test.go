package earning

import (
	"testing"

	"zugabe/app/loyalty"
)

const (
	noon     = int64(1_780_315_200_000) // 2026-06-01T12:00:00Z
	hourMs   = int64(3_600_000)
	cents10  = 1000
	berlin   = "Europe/Berlin"
	euro     = loyalty.Currency("EUR")
	noReason = ""
)

func perTenEuro() Rule {
	return Rule{ID: "purchase", Kind: KindPerAmount, Earn: loyalty.EarnRate{Points: 1, PerMinor: cents10}}
}

func inBerlin() Context { return Context{Currency: euro, Zone: berlin} }

// paid is a paid sale with these lines; the total is their gross plus shipping.
func paid(lines ...Line) Sale {
	s := Sale{Key: "1001", Currency: euro, Status: SalePaid, PlacedAt: noon, PaidAt: noon, UpdatedAt: noon, Lines: lines}
	for i := range s.Lines {
		if s.Lines[i].Key == "" {
			s.Lines[i].Key = string(rune('a' + i))
		}
		s.Total += s.Lines[i].Net + s.Lines[i].Tax
	}
	return s
}

func goods(product string, quantity, net int64) Line {
	return Line{ProductKey: product, Quantity: quantity, Net: net, Tax: net * 19 / 100}
}

func evaluate(t testing.TB, s Sale, p Program, c Context) []Grant {
	t.Helper()
	g, err := EvaluateSale(s, p, c)
	if err != nil {
		t.Fatalf("EvaluateSale: %v", err)
	}
	return g
}

func sum(grants []Grant) loyalty.Points {
	var n loyalty.Points
	for _, g := range grants {
		n += g.Points
	}
	return n
}

func day(s string) loyalty.LocalDate {
	d, err := loyalty.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}
