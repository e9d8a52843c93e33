package program

import (
	"slices"
	"testing"

	"zugabe/app/earning"
)

// covers: S0-29, N-08
func TestTheRatesOfAnOrderAreThoseOfTheLawThoughHostsRoundEachUnit(t *testing.T) {
	for name, c := range map[string]struct {
		lines [][3]int64 // net, tax, units
		want  []int64
	}{
		"exact":                           {[][3]int64{{1681, 319, 1}, {935, 65, 1}}, []int64{1900, 700}},
		"a cent too much":                 {[][3]int64{{1260, 240, 1}}, []int64{1900}},
		"three units, each rounded up":    {[][3]int64{{1500, 288, 3}}, []int64{1900}},
		"half a percent":                  {[][3]int64{{10000, 550, 1}}, []int64{550}},
		"a small line beside a large one": {[][3]int64{{52, 4, 1}, {9346, 654, 1}, {98, 19, 1}, {5000, 950, 2}}, []int64{700, 700, 1900, 1900}},
		"no tax":                          {[][3]int64{{500, 0, 1}, {0, 0, 1}, {10000, 1900, 1}}, []int64{0, 0, 1900}},
		"tax that no rate explains":       {[][3]int64{{1_000_000, 1, 1}}, []int64{0}},
	} {
		var lines []earning.Line
		for _, l := range c.lines {
			lines = append(lines, earning.Line{Net: l[0], Tax: l[1], Quantity: l[2]})
		}
		if got := ratesOf(lines); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
