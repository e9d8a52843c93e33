package api

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// OrderReceipt is the page that explains an order's points to shopper and support (N-07).
type OrderReceipt struct {
	Key         string           `json:"key" doc:"the host's order id"`
	Number      string           `json:"number"`
	Status      string           `json:"status" enum:"draft,placed,paid,fulfilled,completed,cancelled"`
	PlacedAt    int64            `json:"placed_at" doc:"Unix milliseconds"`
	Currency    loyalty.Currency `json:"currency"`
	Points      loyalty.Points   `json:"points" doc:"what the order is worth now, after refunds"`
	Reason      string           `json:"reason,omitempty" doc:"why no rule looked at it: guest, before_plan"`
	Rules       []RuleReceipt    `json:"rules"`
	AvailableAt int64            `json:"available_at,omitempty" doc:"Unix milliseconds from which the points can be used"`
	ExpiresAt   int64            `json:"expires_at,omitempty" doc:"Unix milliseconds; missing = they do not expire"`
}

// RuleReceipt is one rule's part of an order.
type RuleReceipt struct {
	Rule      string            `json:"rule"`
	Name      string            `json:"name" doc:"what the shop calls the rule; empty = it has no name but that of its kind, in breakdown"`
	Points    loyalty.Points    `json:"points" doc:"given, after refunds and limits"`
	LimitedTo *loyalty.Points   `json:"limited_to,omitempty" doc:"the most that the rule may give, where a limit or a budget cut it"`
	Breakdown earning.Breakdown `json:"breakdown" doc:"basis, lines, rate and rounding, or why not"`
}

func viewReceipt(r program.SaleReceipt) OrderReceipt {
	v := OrderReceipt{
		Key: r.Sale.Key, Number: r.Sale.Number, Status: r.Sale.Status, PlacedAt: r.Sale.PlacedAt, Currency: r.Sale.Currency,
		Reason: r.Reason, AvailableAt: r.AvailableAt, Rules: []RuleReceipt{},
	}
	for _, e := range r.Entries {
		v.Points += e.Points
	}
	if r.ExpiresAt < ledger.Never {
		v.ExpiresAt = r.ExpiresAt
	}
	for _, rule := range r.Rules {
		part := RuleReceipt{Rule: rule.Grant.RuleID, Name: rule.Name, Points: rule.Posted, Breakdown: rule.Grant.Breakdown}
		if rule.LimitedTo >= 0 {
			limit := rule.LimitedTo
			part.LimitedTo = &limit
		}
		v.Rules = append(v.Rules, part)
	}
	return v
}

func (s *Server) orderReceipt(ctx context.Context, in *orderPath) (*body[OrderReceipt], error) {
	r, err := s.deps.Program.ReceiptOfSale(ctx, callerOf(ctx).Shop, in.Key)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewReceipt(r)), nil
}

// shopperReceipt explains an own order; somebody else's is 404 like an unknown one.
func (s *Server) shopperReceipt(ctx context.Context, in *orderPath) (*body[OrderReceipt], error) {
	member, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	r, err := s.deps.Program.ReceiptOfSale(ctx, callerOf(ctx).Shop, in.Key)
	if err == nil && r.Sale.MemberID != member {
		err = loyalty.NotFound("order")
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewReceipt(r)), nil
}

// namedRule is what the shop calls a rule or a campaign, and its kind for those
// without a name of their own.
type namedRule struct{ Name, Kind string }

// kindCampaign is the kind of what a campaign added.
const kindCampaign = "campaign"

// ruleNames are the shop's words for its rules and campaigns, by what entries call them.
func (s *Server) ruleNames(ctx context.Context) (map[string]namedRule, error) {
	names := map[string]namedRule{}
	err := s.read(ctx, func(tx *store.Tx) error {
		plan, err := s.deps.Program.CurrentPlan(tx, callerOf(ctx).Shop)
		for _, rule := range plan.Doc.Earning.Rules {
			names[rule.ID] = namedRule{rule.Name, string(rule.Kind)}
			for _, campaign := range plan.Doc.Earning.Campaigns {
				names[rule.ID+"+"+campaign.ID] = namedRule{campaign.Name, kindCampaign}
			}
		}
		return err
	})
	return names, err
}
