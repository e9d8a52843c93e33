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
	// Accounts says whom the host must know for somebody to earn; empty = AccountRecord.
	Accounts AccountPolicy `json:"accounts,omitempty"`
}

// AccountPolicy says which customers of the host have an account (S4-29).
type AccountPolicy string

// The account policies. A host may keep a record also of who bought as a guest or
// left an address for the newsletter.
const (
	AccountRecord AccountPolicy = "record" // every record: where sign-in needs no password, every record can sign in
	AccountLogin  AccountPolicy = "login"  // only customers that the host shows with an enabled login
)

// needsLogin says that only customers with an enabled login earn.
func (d PlanDoc) needsLogin() bool { return d.Accounts == AccountLogin }

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
