package reward

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
)

func rate(minor int64, per loyalty.Points) loyalty.RedeemRate {
	return loyalty.RedeemRate{Minor: minor, PerPoints: per}
}

func TestPointsAreWorthWhatTheirLotsWerePromised(t *testing.T) { // covers: N-02
	parts := []Part{{Points: 50, Rate: rate(100, 100)}, {Points: 100, Rate: rate(1, 3)}}
	for n, want := range map[loyalty.Points]int64{10: 10, 50: 50, 51: 50, 53: 51, 150: 83} {
		if got, err := (purse(parts)).worth(n); err != nil || got != want {
			t.Errorf("%d points: %d, %v; want %d", n, got, err, want)
		}
	}
	if got, err := Worth(parts); err != nil || got != 83 {
		t.Errorf("all: %d, %v", got, err)
	}
	if got, err := Worth([]Part{{Points: 1, Rate: rate(1, 2)}, {Points: 1, Rate: rate(1, 3)}, {Points: 1, Rate: rate(1, 6)}}); err != nil || got != 1 {
		t.Errorf("a half, a third and a sixth: %d, %v", got, err)
	}
	if got, err := Worth(nil); err != nil || got != 0 {
		t.Errorf("nothing: %d, %v", got, err)
	}
}

func TestACapInMoneyHoldsForPointsOfABetterPromise(t *testing.T) { // covers: N-02
	p := Policy{Rate: rate(50, 100), MinPoints: 10, MaxMinor: 100}
	old := Part{Points: 80, Rate: rate(100, 100)}
	q, err := p.Quote(500, cartOf(10_000), old)
	if err != nil || q.Max != 120 || q.Minor != 100 { // 80 points for 0.80, 40 for 0.20
		t.Errorf("%+v, %v", q, err)
	}
	if err := p.Check(121, 500, cartOf(10_000), old); loyalty.CodeOf(err) != loyalty.CodeAboveMaximum {
		t.Errorf("one more: %v", err)
	}
	if err := p.Check(120, 500, cartOf(10_000), old); err != nil {
		t.Error(err)
	}
}

func TestAPurseOfOneRateIsThePolicysOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Policy{Rate: rate(rapid.Int64Range(1, 1000).Draw(t, "minor"), loyalty.Points(rapid.Int64Range(1, 1000).Draw(t, "per"))),
			MinPoints: loyalty.Points(rapid.Int64Range(0, 100).Draw(t, "min")), Step: loyalty.Points(rapid.Int64Range(0, 50).Draw(t, "step"))}
		have := loyalty.Points(rapid.Int64Range(0, 100_000).Draw(t, "have"))
		cart := cartOf(rapid.Int64Range(0, 50_000).Draw(t, "cart"))
		plain, err := p.Quote(have, cart)
		if err != nil {
			t.Fatal(err)
		}
		split := loyalty.Points(rapid.Int64Range(0, int64(have)).Draw(t, "split"))
		parted, err := p.Quote(have, cart, Part{split, p.Rate}, Part{have - split, p.Rate})
		if err != nil || plain.Max != parted.Max || plain.Minor != parted.Minor || plain.Min != parted.Min || plain.Need != parted.Need {
			t.Fatalf("%+v and %+v, %v", plain, parted, err)
		}
	})
}

func TestAPurseNeverPaysMoreThanTheExactSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Part {
			return Part{loyalty.Points(rapid.Int64Range(1, 1_000_000).Draw(t, "points")),
				rate(rapid.Int64Range(1, 10_000).Draw(t, "minor"), loyalty.Points(rapid.Int64Range(1, 10_000).Draw(t, "per")))}
		}), 1, 6).Draw(t, "parts")
		exact := new(big.Rat)
		for _, p := range parts {
			exact.Add(exact, p.value(p.Points))
		}
		got, err := Worth(parts)
		if err != nil {
			t.Fatal(err)
		}
		if rest := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(got)); rest.Sign() < 0 || rest.Cmp(big.NewRat(1, 1)) >= 0 {
			t.Fatalf("%d for %s", got, exact.FloatString(4))
		}
		u := purse(parts)
		money := rapid.Int64Range(0, got+1).Draw(t, "money")
		n, err := u.within(money)
		if err != nil {
			t.Fatal(err)
		}
		if worth, err := u.worth(n); err != nil || worth > money {
			t.Fatalf("%d points for at most %d are worth %d, %v", n, money, worth, err)
		}
		least, err := u.firstUnit()
		if err != nil {
			t.Fatal(err)
		}
		if least <= sizeOf(parts) {
			if worth, _ := u.worth(least); worth < 1 {
				t.Fatalf("%d points are worth %d", least, worth)
			}
			if worth, _ := u.worth(least - 1); worth >= 1 {
				t.Fatalf("%d points are worth %d already", least-1, worth)
			}
		}
	})
}
