package loyalty

import (
	"encoding/json"
	"math/big"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func bigRound(a, b, c int64, r Rounding) *big.Int {
	p := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	d := big.NewInt(c)
	switch r {
	case Floor:
		return new(big.Int).Div(p, d) // Euclidean: floor, as d > 0
	case Ceiling:
		return new(big.Int).Neg(new(big.Int).Div(new(big.Int).Neg(p), d))
	default:
		mag := new(big.Int).Abs(p)
		mag.Mul(mag, big.NewInt(2)).Add(mag, d).Div(mag, new(big.Int).Mul(d, big.NewInt(2)))
		if p.Sign() < 0 {
			mag.Neg(mag)
		}
		return mag
	}
}

// covers: A-09, B22
func TestMulDivAgreesWithBigIntegersOrSaysOverflow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		c := rapid.Int64Range(1, 1<<62).Draw(t, "c")
		r := rapid.SampledFrom([]Rounding{Floor, HalfUp, Ceiling}).Draw(t, "r")
		want := bigRound(a, b, c, r)
		got, err := MulDiv(a, b, c, r)
		if err != nil {
			if want.IsInt64() && want.Int64() != -1<<63 && want.Int64() > -1<<62 && want.Int64() < 1<<62 {
				t.Fatalf("refused although %s fits", want)
			}
			return
		}
		if want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("%d*%d/%d %s = %d, want %s", a, b, c, r, got, want)
		}
	})
}

func TestASplitSumsExactlyAndIsFairToAUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000), 1, 40).Draw(t, "weights")
		total := rapid.Int64Range(-1_000_000_000_000, 1_000_000_000_000).Draw(t, "total")
		parts, err := Split(total, w)
		if err != nil {
			t.Fatal(err)
		}
		var sum, weights int64
		for i := range parts {
			sum += parts[i]
			weights += w[i]
		}
		if sum != total {
			t.Fatalf("parts sum to %d, not %d", sum, total)
		}
		for i := range parts {
			if weights == 0 {
				continue
			}
			low := bigRound(total, w[i], weights, Floor).Int64()
			if parts[i] != low && parts[i] != low+1 {
				t.Fatalf("part %d is %d, exact share is between %d and %d", i, parts[i], low, low+1)
			}
		}
	})
}

// covers: B21
func TestAmountsAreReadExactlyInTheCurrencysOwnDecimals(t *testing.T) {
	good := []struct {
		in   string
		cur  Currency
		want int64
	}{
		{"12.34", "EUR", 1234}, {"12", "EUR", 1200}, {"0.1", "EUR", 10}, {"-5.5", "EUR", -550},
		{"35", "JPY", 35}, {"35.6", "JPY", 36}, {"1.234", "KWD", 1234}, {"1.2345", "KWD", 1235},
		{"18.5966385", "EUR", 1860}, {"9.700000000000001", "EUR", 970}, {"0.005", "EUR", 1}, {"0.00499999", "EUR", 0},
	}
	for _, c := range good {
		got, err := ParseMinor(c.in, c.cur)
		if err != nil || got != c.want {
			t.Errorf("%s %s = %d, %v; want %d", c.in, c.cur, got, err, c.want)
		}
	}
	for _, s := range []string{"", "-", ".5", "5.", "1e400", "NaN", "+1", " 1", "1,5", "--1", "1.2.3", "0x10", "12345678901234567890"} {
		if n, err := ParseMinor(s, "EUR"); err == nil {
			t.Errorf("%q was read as %d", s, n)
		}
	}
}

func TestFormattedAmountsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-MaxMinor/10, MaxMinor/10).Draw(t, "minor")
		c := rapid.SampledFrom([]Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency")
		s := FormatMinor(n, c)
		if got, err := ParseMinor(s, c); err != nil || got != n {
			t.Fatalf("%d -> %s -> %d, %v", n, s, got, err)
		}
	})
}

// covers: S4-07
func TestPointsAreNeverWorthMoreThanTheyCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := RedeemRate{Minor: rapid.Int64Range(1, 100_000).Draw(t, "minor"), PerPoints: Points(rapid.Int64Range(1, 100_000).Draw(t, "per"))}
		minor := rapid.Int64Range(0, 1_000_000_000).Draw(t, "amount")
		p, err := r.PointsWorth(minor)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := r.ValueOf(p); err != nil || v > minor {
			t.Fatalf("%d points for %d are worth %d, %v", p, minor, v, err)
		}
	})
}

func TestIdsGrowAndNeverRepeatUnderConcurrency(t *testing.T) {
	clock := NewManualClock(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
	ids := NewIDs(clock)
	var mu sync.Mutex
	seen := map[ID]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			last := ID(0)
			for range 5000 {
				id := ids.Next()
				if id <= last {
					t.Errorf("id %d after %d", id, last)
				}
				last = id
				mu.Lock()
				if seen[id] {
					t.Errorf("id %d twice", id)
				}
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	clock.Advance(-time.Hour) // F11
	if id := ids.Next(); seen[id] {
		t.Error("an id repeats after the clock jumped back")
	}
}

func TestIdsAreStringsInJSON(t *testing.T) {
	b, err := json.Marshal(map[string]any{"id": ID(1 << 60), "shop": ShopID(7)})
	if err != nil || string(b) != `{"id":"1152921504606846976","shop":"7"}` {
		t.Fatalf("%s %v", b, err)
	}
	var out struct{ ID ID }
	if err := json.Unmarshal([]byte(`{"ID":"12x"}`), &out); err == nil {
		t.Error("a crooked id was accepted")
	}
}

func TestPointsThatLeaveTheRangeAreRefused(t *testing.T) {
	if _, err := MaxBalancePoints.Add(1); CodeOf(err) != CodeOverflow {
		t.Error(err)
	}
	if _, err := Points(1 << 62).Add(1 << 62); CodeOf(err) != CodeOverflow {
		t.Error(err)
	}
	if got, err := Points(5).Add(-7); err != nil || got != -2 {
		t.Error(got, err)
	}
}
