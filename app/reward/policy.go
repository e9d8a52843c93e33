package reward

import "zugabe/app/loyalty"

// Policy is the redeeming half of a plan version: what points are worth and how
// many may be used at once (S4-07, S4-08, S4-23, A-12).
type Policy struct {
	Off            bool               `json:"off,omitempty"`
	Rate           loyalty.RedeemRate `json:"rate"`
	MinPoints      loyalty.Points     `json:"min_points,omitempty"`
	Step           loyalty.Points     `json:"step,omitempty"`        // 0 or 1 = any number
	MaxPoints      loyalty.Points     `json:"max_points,omitempty"`  // per order; 0 = no cap
	MaxMinor       int64              `json:"max_minor,omitempty"`   // per order
	MaxPercent     int64              `json:"max_percent,omitempty"` // of the order's eligible value, 1..100; 0 = no cap
	MinSubtotal    int64              `json:"min_subtotal,omitempty"`
	ProductKeys    []string           `json:"product_keys,omitempty"`
	CollectionKeys []string           `json:"collection_keys,omitempty"`
	CodeDays       int                `json:"code_days,omitempty"` // validity of the code in local days; 0 = 30
	CodePrefix     string             `json:"code_prefix,omitempty"`
	ConfirmAbove   loyalty.Points     `json:"confirm_above,omitempty"` // at once, or in 24 hours together: only after the press of a link in a mail (G19); 0 = never asked
	CombineOrder   bool               `json:"combine_order,omitempty"`
	CombineProduct bool               `json:"combine_product,omitempty"`
	CombineShip    bool               `json:"combine_shipping,omitempty"`
}
