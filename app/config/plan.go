package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"zugabe/app/loyalty"
)

// Plan is what the app costs: one price without VAT for a whole term of any of the
// lengths. No length means that it is not sold.
type Plan struct {
	Price  loyalty.Money
	Months []int
	URL    string
}

// Plan reads the price, the terms and the address of the host's page.
func (c Config) Plan() (Plan, error) {
	if len(c.PlanMonths) == 0 || slices.Equal(c.PlanMonths, []int{0}) {
		return Plan{}, nil
	}
	amount, currency, _ := strings.Cut(strings.TrimSpace(c.PlanPrice), " ")
	p := Plan{Price: loyalty.Money{Currency: loyalty.Currency(currency)}, Months: slices.Sorted(slices.Values(c.PlanMonths)), URL: c.PlanURL}
	var err error
	p.Price.Minor, err = loyalty.ParseMinor(amount, p.Price.Currency)
	if err != nil || !p.Price.Currency.Valid() || p.Price.Minor <= 0 || loyalty.FormatMinor(p.Price.Minor, p.Price.Currency) != amount {
		return Plan{}, fmt.Errorf("ZUGABE_PLAN_PRICE %q is no price; write 99.00 DKK", c.PlanPrice)
	}
	for i, months := range p.Months {
		if months < 1 || months > 120 || i > 0 && months == p.Months[i-1] {
			return Plan{}, fmt.Errorf("ZUGABE_PLAN_MONTHS has %d; write each term once, 1 to 120 months, such as 6,12", months)
		}
	}
	if p.URL == "" {
		return p, nil
	}
	if u, err := url.Parse(strings.ReplaceAll(p.URL, "{shop}", "shop")); err != nil || u.Scheme != "https" || u.Host == "" {
		return Plan{}, fmt.Errorf("ZUGABE_PLAN_URL %q is no https address; write https://admin.shopify.com/store/{shop}/charges/HANDLE/pricing_plans", c.PlanURL)
	}
	return p, nil
}
