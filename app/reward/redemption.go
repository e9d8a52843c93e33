package reward

import "zugabe/app/loyalty"

// State is where a redemption stands.
//
//	pending ─► active ─► used ─► returned (order cancelled or refunded)
//	   │          └────► returned (code expired or was cancelled unused)
//	   └─► void (the host refused; the hold is released)
type State string

// The states of a redemption (design.md section 5, invariant 4).
const (
	Pending  State = "pending"  // points are held, the code is not confirmed
	Active   State = "active"   // points are burned, the code works
	Used     State = "used"     // an order carries the code
	Returned State = "returned" // points were given back, once
	Void     State = "void"     // never became active; hold released
)

// Redemption is one member turning points into one code.
type Redemption struct {
	ID          loyalty.ID
	PublicID    string
	AccountID   loyalty.ID
	MemberID    loyalty.ID
	ClientKey   string // the caller's idempotency key
	Fingerprint []byte // of what was asked under that key
	Points      loyalty.Points
	Minor       int64 // value of the code in minor units
	Currency    loyalty.Currency
	PlanVersion int64
	State       State
	Reason      string // why void or returned
	CodeID      loyalty.ID
	HoldID      loyalty.ID
	Attempt     int64 // number of codes tried (D3)
	Returned    loyalty.Points
	SaleKey     string // the order that used it
	ExpiresAt   int64  // Unix ms
	CreatedAt   int64
	UpdatedAt   int64
}
