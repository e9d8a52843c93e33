package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// covers: S4-31
func TestTheAppCosts99KronerForAHalfYearOrAYearUnlessTheOperatorSaysOtherwise(t *testing.T) {
	var c Config
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"--database-url=sqlite:///a.db", "--public-url=https://points.example.com", "--keys=a:" + randomKey(1)}); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Plan(); err != nil || p.Price.Minor != 9900 || p.Price.Currency != "DKK" || !slices.Equal(p.Months, []int{6, 12}) || p.URL != "" {
		t.Errorf("%+v %v", p, err)
	}
	c.PlanPrice, c.PlanMonths, c.PlanURL = "1500 JPY", []int{12, 1}, "https://admin.shopify.com/store/{shop}/charges/x/pricing_plans"
	if p, err := c.Plan(); err != nil || p.Price.Minor != 1500 || !slices.Equal(p.Months, []int{1, 12}) || p.URL != c.PlanURL {
		t.Errorf("%+v %v", p, err)
	}
	c.PlanMonths = []int{0}
	if p, err := c.Plan(); err != nil || len(p.Months) != 0 {
		t.Errorf("not sold: %+v %v", p, err)
	}
	for wrong, change := range map[string]func(*Config){
		"ZUGABE_PLAN_PRICE": func(c *Config) { c.PlanPrice = "99 kroner" },
		"no price":          func(c *Config) { c.PlanPrice = "0 DKK" },
		"write 99.00 DKK":   func(c *Config) { c.PlanPrice = "99.005 DKK" },
		"each term once":    func(c *Config) { c.PlanMonths = []int{6, 6} },
		"1 to 120":          func(c *Config) { c.PlanMonths = []int{6, 121} },
		"no https address":  func(c *Config) { c.PlanURL = "http://shop.example/plans" },
	} {
		c := good()
		c.PlanPrice, c.PlanMonths = "99.00 DKK", []int{6, 12}
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
