package api

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
)

type refundPart struct {
	Line     string `json:"line" maxLength:"100" doc:"the key of a line of the order"`
	Quantity int64  `json:"quantity" minimum:"1"`
}

type previewRefund struct {
	Key  string `path:"key" maxLength:"100" doc:"the host's order id"`
	Body struct {
		Kind     string       `json:"kind" enum:"lines,amount,full,cancel"`
		Lines    []refundPart `json:"lines,omitempty" maxItems:"500" doc:"with lines: what would go back"`
		Shipping bool         `json:"shipping,omitempty" doc:"with lines: shipping goes back too"`
		Amount   int64        `json:"amount,omitempty" minimum:"0" doc:"with amount: gross minor units that belong to no line"`
	}
}

// RefundPreview says what a refund would do (N-03). Nothing of it has happened.
type RefundPreview struct {
	Refund       earning.Refund   `json:"refund" doc:"as the shop would report it; empty for a cancellation"`
	Currency     loyalty.Currency `json:"currency"`
	PlanVersion  int64            `json:"plan_version" doc:"the version of the plan that judged the order, and judges the refund"`
	EarnedBefore loyalty.Points   `json:"earned_before"`
	EarnedAfter  loyalty.Points   `json:"earned_after"`
	UsedBefore   loyalty.Points   `json:"used_before"`
	UsedAfter    loyalty.Points   `json:"used_after"`
	Rules        []RuleChange     `json:"rules"`
	Lots         []LotTake        `json:"lots" doc:"where points taken back come from"`
	Members      []MemberChange   `json:"members"`
	Returns      []CodeReturn     `json:"returns" doc:"redeemed points that come back"`
	Owed         loyalty.Points   `json:"owed" doc:"points taken back that were spent already: they become debt"`
	WrittenOff   loyalty.Points   `json:"written_off" doc:"points taken back that were spent already: the shop bears them"`
	Entries      []EntryDetail    `json:"entries" doc:"what would be posted"`
}

// RuleChange is one rule's part of a preview.
type RuleChange struct {
	Rule   string            `json:"rule"`
	Name   string            `json:"name" doc:"what the shop calls the rule"`
	Before loyalty.Points    `json:"before"`
	After  loyalty.Points    `json:"after"`
	Was    earning.Breakdown `json:"was" doc:"basis, lines, rate and rounding as they are"`
	Will   earning.Breakdown `json:"will" doc:"and as they would be"`
}

// LotTake is what would be taken from one lot.
type LotTake struct {
	Source    string         `json:"source" doc:"what the points were earned by"`
	Rule      string         `json:"rule"`
	Points    loyalty.Points `json:"points"`
	Left      loyalty.Points `json:"left" doc:"what would be left of it"`
	Own       bool           `json:"own" doc:"these are points of this order; otherwise other points of the member"`
	ExpiresAt int64          `json:"expires_at,omitempty" doc:"Unix milliseconds; missing = never"`
}

// MemberChange is a balance before and after.
type MemberChange struct {
	MemberID loyalty.ID  `json:"member_id"`
	Before   BalanceView `json:"before"`
	After    BalanceView `json:"after"`
}

// CodeReturn is a redemption whose points come back.
type CodeReturn struct {
	ID       string           `json:"id" doc:"public id of the redemption"`
	Code     string           `json:"code"`
	Points   loyalty.Points   `json:"points" doc:"what the code cost"`
	Minor    int64            `json:"minor" doc:"what it was worth, in minor units"`
	Currency loyalty.Currency `json:"currency"`
	Before   loyalty.Points   `json:"before" doc:"given back so far"`
	After    loyalty.Points   `json:"after" doc:"given back afterwards"`
}

func (s *Server) previewRefund(ctx context.Context, in *previewRefund) (*body[RefundPreview], error) {
	ask := program.RefundAsk{Kind: program.RefundKind(in.Body.Kind), Shipping: in.Body.Shipping, Amount: in.Body.Amount}
	for _, l := range in.Body.Lines {
		ask.Lines = append(ask.Lines, program.RefundPart{LineKey: l.Line, Quantity: l.Quantity})
	}
	v, err := s.deps.Program.PreviewRefund(ctx, callerOf(ctx).Shop, in.Key, ask)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewPreview(v)), nil
}

func viewPreview(v program.RefundPreview) RefundPreview {
	out := RefundPreview{
		Refund: v.Refund, Currency: v.Before.Sale.Currency, PlanVersion: v.Before.PlanVersion,
		EarnedBefore: v.Before.Sale.Earned, EarnedAfter: v.After.Sale.Earned, UsedBefore: v.Before.Sale.Used, UsedAfter: v.After.Sale.Used,
		Rules: rulesOf(v), Lots: lotsOf(v), Members: []MemberChange{}, Returns: []CodeReturn{}, Entries: []EntryDetail{},
	}
	for _, a := range v.Accounts {
		out.Members = append(out.Members, MemberChange{MemberID: a.After.MemberID, Before: viewAccount(a.Before), After: viewAccount(a.After)})
		out.Owed += max(0, a.After.Debt-a.Before.Debt)
	}
	for _, r := range v.Returns {
		out.Returns = append(out.Returns, CodeReturn{ID: r.Redemption.PublicID, Code: r.Code, Points: r.Redemption.Points,
			Minor: r.Redemption.Minor, Currency: r.Redemption.Currency, Before: r.WasReturned, After: r.Redemption.Returned})
	}
	for _, e := range v.Entries {
		out.Entries = append(out.Entries, viewEntry(e))
		if e.Kind == ledger.Adjustment {
			out.WrittenOff += e.Points
		}
	}
	return out
}

func rulesOf(v program.RefundPreview) []RuleChange {
	list := []RuleChange{}
	after := map[string]program.RuleReceipt{}
	for _, r := range v.After.Rules {
		after[r.Grant.RuleID] = r
	}
	for _, r := range v.Before.Rules {
		then := after[r.Grant.RuleID]
		list = append(list, RuleChange{Rule: r.Grant.RuleID, Name: r.Name, Before: r.Posted, After: then.Posted, Was: r.Grant.Breakdown, Will: then.Grant.Breakdown})
	}
	return list
}

func lotsOf(v program.RefundPreview) []LotTake {
	list := []LotTake{}
	for _, l := range v.Lots {
		take := LotTake{Source: l.Lot.Source, Rule: l.Lot.RuleID, Points: l.Points, Left: l.Lot.Remaining, Own: l.Lot.Source == program.SaleSource(v.Before.Sale.Key)}
		if l.Lot.ExpiresAt < ledger.Never {
			take.ExpiresAt = l.Lot.ExpiresAt
		}
		list = append(list, take)
	}
	return list
}
