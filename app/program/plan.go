package program

import (
	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/reward"
)

// PlanDoc is one version of a plan: everything a merchant can tune. A saved
// version is never changed. A fact is judged by the version in force when it
// happened, so the order in which messages arrive does not matter.
type PlanDoc struct {
	Earning earning.Program `json:"earning"`
	Redeem  reward.Policy   `json:"redeem"`
	Pending PendingPolicy   `json:"pending,omitzero"`
	Expiry  ExpiryPolicy    `json:"expiry,omitzero"`
	Refunds RefundPolicy    `json:"refunds,omitzero"`
}

// PendingPolicy keeps earned points unspendable until the return window has passed.
type PendingPolicy struct {
	Days int `json:"days,omitempty"` // after the sale qualified; 0 = available at once
}

// ExpiryPolicy says how long points live (S4-22, A-20, A-21). All zero = for ever.
type ExpiryPolicy struct {
	Months           int `json:"months,omitempty"`            // per lot, from the day it was earned, to the end of that local day
	InactivityMonths int `json:"inactivity_months,omitempty"` // whole balance, from the last earning or redeeming
	GraceDays        int `json:"grace_days,omitempty"`        // returned points live at least this long (F4)
}

// RefundPolicy says what a refund and a cancellation do.
type RefundPolicy struct {
	Spent          ledger.SpentPolicy `json:"spent,omitempty"`            // earned points already spent; empty = debt
	KeepUsedPoints bool               `json:"keep_used_points,omitempty"` // true: points used on a cancelled or fully refunded order are not given back
	Proportional   bool               `json:"proportional,omitempty"`     // true: a partial refund gives back the same part of the used points
}
