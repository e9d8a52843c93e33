package ledger

import "zugabe/app/loyalty"

// Kind says what an entry is. Entries are never changed; a correction is a new one.
type Kind string

// The kinds of entry.
const (
	Accrual    Kind = "accrual"    // + a fact earned (also 0 with a reason: a refused earn)
	Clawback   Kind = "clawback"   // − a fact earns less than was posted
	Burn       Kind = "burn"       // − a redemption became a working code
	Release    Kind = "release"    // + a burned redemption was returned
	Expiry     Kind = "expiry"     // − a lot ran out
	Adjustment Kind = "adjustment" // ± by a person or a policy, always with a note
	Transfer   Kind = "transfer"   // ± between two accounts; the two sum to zero
)

// LotState is the state of a lot as stored.
type LotState int64

// The states of a lot.
const (
	LotPending LotState = 0 // inside the return window; AvailableAt says until when
	LotOpen    LotState = 1
	LotClosed  LotState = 2
)

// Never is the expiry of a lot that does not expire: after every real instant (9999-12-31).
const Never int64 = 253402300799000

// Account is a member's points in one plan.
type Account struct {
	ID        loyalty.ID
	PlanID    loyalty.ID
	MemberID  loyalty.ID
	Pending   loyalty.Points
	Available loyalty.Points // negative = debt
	Held      loyalty.Points
	Debt      loyalty.Points
	EntrySeq  int64 // of the last entry
	LockSeq   int64 // counts locks; the save is refused if somebody else came in between
}

// Entry is one immutable signed line. (Source, RuleID, Seq) is unique in the shop.
type Entry struct {
	ID          loyalty.ID
	AccountID   loyalty.ID
	AccountSeq  int64
	Kind        Kind
	Points      loyalty.Points
	Source      string // "sale:<host key>", "activity:<key>", "redemption:<id>", "lot:<id>", "adjust:<id>", "merge:<id>"
	RuleID      string // the rule, or the verb for entries no rule made: "burn", "expiry", …
	Seq         int64
	PlanVersion int64
	LimitedTo   loyalty.Points // -1 = no limit applied; else the most this (source, rule) may ever reach
	Breakdown   []byte         // JSON receipt, "{}" if none
	Note        string
	Actor       string // "rule", "shopper:<id>", "staff:<sub>", "api:<key id>", "system"
	OccurredAt  int64  // Unix ms, when it happened in the shop
	PostedAt    int64  // Unix ms, when we wrote it
}

// Lot is an accrual with what is left of it.
type Lot struct {
	ID          loyalty.ID
	AccountID   loyalty.ID
	EntryID     loyalty.ID
	Source      string
	RuleID      string
	Original    loyalty.Points
	Remaining   loyalty.Points
	State       LotState
	AvailableAt int64              // Unix ms
	ExpiresAt   int64              // Unix ms, Never
	CreatedAt   int64              // Unix ms
	Promise     loyalty.RedeemRate // the redeem rate when it was earned (N-02)
	Expired     loyalty.Points     // what expiry took from it; filled in only where a clawback needs it
	ExpirySeq   int64              // next seq of (lot:<id>, expiry); 0 until it expired
}

// DueAt is the instant at which the lot next changes by itself, 0 if it does not.
func (l Lot) DueAt() int64 {
	switch l.State {
	case LotPending:
		return l.AvailableAt
	case LotOpen:
		return l.ExpiresAt
	default:
		return 0
	}
}

// Allocation says that an entry or a hold took points from a lot.
type Allocation struct {
	OwnerID loyalty.ID
	LotID   loyalty.ID
	Points  loyalty.Points
}

// HoldState is the state of a hold.
type HoldState string

// The states of a hold.
const (
	HoldOpen     HoldState = "open"
	HoldBurned   HoldState = "burned"
	HoldReleased HoldState = "released"
)

// Hold reserves points for one redemption. Allocations say from which lots, Lots
// how those stand now.
type Hold struct {
	ID           loyalty.ID
	AccountID    loyalty.ID
	RedemptionID loyalty.ID
	Points       loyalty.Points
	State        HoldState
	Allocations  []Allocation
	Lots         []Lot
}

// Posted is what the ledger holds for one (source, rule), over accruals and clawbacks.
type Posted struct {
	RuleID      string
	AccountID   loyalty.ID // of the last entry
	Points      loyalty.Points
	NextSeq     int64
	PlanVersion int64          // of the last entry
	LimitedTo   loyalty.Points // of the last entry
}

// The rule ids of entries that no earning rule made.
const (
	RuleBurn     = "burn"
	RuleRelease  = "release"
	RuleExpiry   = "expiry"
	RuleAdjust   = "adjust"
	RuleMergeOut = "merge-out"
	RuleMergeIn  = "merge-in"
	RuleRepair   = "repair"
	RuleSpent    = "spent:" // prefix of write-offs, then the rule
)

// ActorSystem is the actor of what happens by itself.
const ActorSystem = "system"

// LotSource is the source key of what happens to a lot by itself.
func LotSource(id loyalty.ID) string { return "lot:" + id.String() }

// SpentPolicy says what happens when points are taken back that were already spent (A-19, B8).
type SpentPolicy string

// The policies. Debt is the default.
const (
	SpentDebt     SpentPolicy = "debt"      // the account goes negative and future points pay it
	SpentWriteOff SpentPolicy = "write_off" // the shop bears it: an Adjustment balances the clawback
	SpentBlock    SpentPolicy = "block"     // as debt, and the member may not redeem until it is paid
)
