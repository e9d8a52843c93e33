package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// homeKept is how long, in milliseconds, a shop's overview is kept: everybody who
// has it open asks again.
const homeKept = 5_000

// HomeView is a shop at a glance.
type HomeView struct {
	Today    program.Span       `json:"today"`
	Week     program.Span       `json:"week" doc:"from Monday on"`
	WeekAgo  program.Span       `json:"week_ago" doc:"the whole week before"`
	Held     program.Held       `json:"held" doc:"what all members hold now"`
	Complete bool               `json:"complete" doc:"false while older entries are still being counted"`
	Expiring program.Expiring   `json:"expiring" doc:"within 30 days"`
	Health   HealthView         `json:"health"`
	Waiting  program.Waiting    `json:"waiting" doc:"went wrong in the last 14 days and waits for a look"`
	Term     program.TermNote   `json:"term" doc:"when the shop's term for the app ends"`
	Lost     int64              `json:"lost" doc:"placements that were on the shop's pages and are gone, by the last look"`
	Setup    program.SetupMarks `json:"setup"`
	Recent   []RecentView       `json:"recent" doc:"the newest movements"`
}

// RecentView is one of the newest movements.
type RecentView struct {
	Entry    loyalty.ID     `json:"entry"`
	MemberID loyalty.ID     `json:"member_id"`
	Member   string         `json:"member,omitempty" doc:"name or e-mail address; missing = erased"`
	Kind     string         `json:"kind" enum:"accrual,clawback,burn,release,expiry,adjustment,transfer"`
	Points   loyalty.Points `json:"points"`
	Rule     string         `json:"rule"`
	RuleName string         `json:"rule_name,omitempty" doc:"missing = the rule has no name of its own, or is none of the plan"`
	RuleKind string         `json:"rule_kind,omitempty" doc:"missing = no earning rule of the plan"`
	Order    string         `json:"order,omitempty" doc:"the host's order id, where an order caused it"`
	Note     string         `json:"note,omitempty"`
	At       int64          `json:"at" doc:"Unix milliseconds"`
}

func (s *Server) adminHome(api huma.API) {
	get(api, "/home", "What happened, what needs attention, what is owed", s.getHome)
}

func (s *Server) getHome(ctx context.Context, _ *struct{}) (*body[HomeView], error) {
	shop := callerOf(ctx).Shop
	if view, ok := s.homes.get(shop.ID.String()); ok {
		return answer(view), nil
	}
	h, err := s.deps.Program.HomeOf(ctx, shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := HomeView{
		Today: h.Today, Week: h.Week, WeekAgo: h.WeekAgo, Held: h.Held, Complete: h.Complete, Expiring: h.Expiring,
		Health: viewHealth(h.Stuck, h.Missing, h.CheckedAt), Setup: h.Setup, Waiting: h.Waiting, Term: h.Term, Recent: []RecentView{},
	}
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		view.Lost, err = s.deps.Program.LostPlacements(tx, shop.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, r := range h.Recent {
		view.Recent = append(view.Recent, viewRecent(r, h.Names[r.MemberID], h.Rules))
	}
	s.homes.put(shop.ID.String(), view, homeKept)
	return answer(view), nil
}

func viewRecent(r store.Recent, m loyalty.Member, rules map[string]program.RuleName) RecentView {
	v := RecentView{
		Entry: r.ID, MemberID: r.MemberID, Member: strings.TrimSpace(m.FirstName + " " + m.LastName), Kind: string(r.Kind), Points: r.Points,
		Rule: r.RuleID, RuleName: rules[r.RuleID].Name, RuleKind: rules[r.RuleID].Kind, Note: r.Note, At: r.PostedAt,
	}
	if v.Member == "" {
		v.Member = m.Email
	}
	if key, ok := strings.CutPrefix(r.Source, "sale:"); ok {
		v.Order = key
	}
	return v
}
