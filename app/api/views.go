package api

import (
	"encoding/json"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
)

// EntryDetail is one line of an account with its receipt (N-07).
type EntryDetail struct {
	ID          loyalty.ID      `json:"id"`
	Seq         int64           `json:"seq" doc:"position in the account's history"`
	Kind        string          `json:"kind" enum:"accrual,clawback,burn,release,expiry,adjustment,transfer"`
	Points      loyalty.Points  `json:"points"`
	Source      string          `json:"source" doc:"what caused it, for example sale:1001"`
	Rule        string          `json:"rule"`
	PlanVersion int64           `json:"plan_version,omitempty" doc:"the version of the plan that decided"`
	LimitedTo   *loyalty.Points `json:"limited_to,omitempty" doc:"the most that this rule may give for this source, where a limit or a budget cut it"`
	Breakdown   json.RawMessage `json:"breakdown,omitempty" doc:"basis, lines, rate and rounding"`
	Note        string          `json:"note,omitempty"`
	Actor       string          `json:"actor"`
	OccurredAt  int64           `json:"occurred_at" doc:"Unix milliseconds, in the shop"`
	PostedAt    int64           `json:"posted_at" doc:"Unix milliseconds, in the ledger"`
}

func viewEntry(e ledger.Entry) EntryDetail {
	v := EntryDetail{
		ID: e.ID, Seq: e.AccountSeq, Kind: string(e.Kind), Points: e.Points, Source: e.Source, Rule: e.RuleID, PlanVersion: e.PlanVersion,
		Note: e.Note, Actor: e.Actor, OccurredAt: e.OccurredAt, PostedAt: e.PostedAt,
	}
	if e.LimitedTo >= 0 {
		v.LimitedTo = &e.LimitedTo
	}
	if string(e.Breakdown) != "{}" {
		v.Breakdown = e.Breakdown
	}
	return v
}

func entryCursor(e ledger.Entry) string { return loyalty.ID(e.AccountSeq).String() }

// BalanceView is what a member has.
type BalanceView struct {
	Available loyalty.Points `json:"available" doc:"spendable now; negative = points taken back that were already spent"`
	Pending   loyalty.Points `json:"pending" doc:"earned, inside the return window"`
	Held      loyalty.Points `json:"held" doc:"reserved for a code that is being made"`
	Expiring  loyalty.Points `json:"expiring,omitempty"`
	ExpiresAt int64          `json:"expires_at,omitempty" doc:"Unix milliseconds at which the expiring points run out"`
	Matures   loyalty.Points `json:"matures,omitempty"`
	MaturesAt int64          `json:"matures_at,omitempty" doc:"Unix milliseconds at which the first pending points become spendable"`
}

func viewBalance(b program.MemberBalance) BalanceView {
	return BalanceView{
		Available: b.Account.Available, Pending: b.Account.Pending, Held: b.Account.Held,
		Expiring: b.Expiring, ExpiresAt: b.ExpiresAt, Matures: b.Matures, MaturesAt: b.MaturesAt,
	}
}

// MemberView is a member as staff see it.
type MemberView struct {
	ID           loyalty.ID        `json:"id"`
	PublicID     string            `json:"public_id"`
	CustomerKey  string            `json:"customer_key" doc:"the host's customer id"`
	Email        string            `json:"email"`
	FirstName    string            `json:"first_name"`
	LastName     string            `json:"last_name"`
	Locale       string            `json:"locale,omitempty"`
	Birthday     loyalty.LocalDate `json:"birthday,omitzero"`
	Type         string            `json:"type" enum:"new_customer,customer"`
	Tags         []string          `json:"tags"`
	State        string            `json:"state" enum:"active,merged,erased"`
	ReferralCode string            `json:"referral_code"`
	BlockEarn    bool              `json:"block_earn"`
	BlockRedeem  bool              `json:"block_redeem"`
	Factor       loyalty.Ratio     `json:"factor,omitzero" doc:"the member's own earning factor; missing = 1"`
	CapPoints    loyalty.Points    `json:"cap_points" doc:"most points the member may hold; 0 = no cap"`
	Version      int64             `json:"version"`
	CreatedAt    int64             `json:"created_at"`
}

func viewMember(m loyalty.Member) MemberView {
	tags := m.Tags
	if tags == nil {
		tags = []string{}
	}
	return MemberView{
		ID: m.ID, PublicID: m.PublicID, CustomerKey: m.CustomerKey, Email: m.Email, FirstName: m.FirstName, LastName: m.LastName,
		Locale: m.Locale, Birthday: m.Birthday, Type: string(m.Type), Tags: tags, State: string(m.State), ReferralCode: m.ReferralCode,
		BlockEarn: m.BlockEarn, BlockRedeem: m.BlockRedeem, Factor: m.Factor, CapPoints: m.CapPoints, Version: m.Version, CreatedAt: m.CreatedAt,
	}
}

// RedemptionView is one redemption. Code is empty until the shop has confirmed it.
type RedemptionView struct {
	ID        string           `json:"id" doc:"public id"`
	MemberID  loyalty.ID       `json:"member_id"`
	State     string           `json:"state" enum:"pending,active,used,returned,void"`
	Reason    string           `json:"reason,omitempty"`
	Points    loyalty.Points   `json:"points"`
	Minor     int64            `json:"minor" doc:"value of the code in minor units"`
	Currency  loyalty.Currency `json:"currency"`
	Code      string           `json:"code,omitempty"`
	Returned  loyalty.Points   `json:"returned,omitempty"`
	SaleKey   string           `json:"sale_key,omitempty" doc:"the order that used it"`
	Order     string           `json:"order_number,omitempty" doc:"what people call that order; only in lists for staff"`
	ExpiresAt int64            `json:"expires_at" doc:"Unix milliseconds"`
	CreatedAt int64            `json:"created_at" doc:"Unix milliseconds"`
}

// viewRedemption shows the code only once it works: a code shown too early would
// be refused at the checkout.
func viewRedemption(r reward.Redemption, code string) RedemptionView {
	v := RedemptionView{
		ID: r.PublicID, MemberID: r.MemberID, State: string(r.State), Reason: r.Reason, Points: r.Points, Minor: r.Minor, Currency: r.Currency,
		Returned: r.Returned, SaleKey: r.SaleKey, ExpiresAt: r.ExpiresAt, CreatedAt: r.CreatedAt,
	}
	if r.State == reward.Active || r.State == reward.Used {
		v.Code = code
	}
	return v
}
