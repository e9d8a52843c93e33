package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// TermView is a time for which the shop has chosen to have the app.
type TermView struct {
	Months     int              `json:"months"`
	PriceMinor int64            `json:"price_minor" doc:"minor units without VAT, for the whole term, as it was asked when it was chosen"`
	Currency   loyalty.Currency `json:"currency"`
	From       string           `json:"from" doc:"YYYY-MM-DD"`
	Last       string           `json:"last" doc:"YYYY-MM-DD, its last day"`
	ChosenAt   int64            `json:"chosen_at" doc:"Unix milliseconds"`
	ChosenBy   string           `json:"chosen_by"`
}

// TermsView is what the app costs and what the shop has chosen. Whether anything was
// paid is not known here.
type TermsView struct {
	Version    int64            `json:"version" doc:"goes back with a choice"`
	PriceMinor int64            `json:"price_minor" doc:"minor units without VAT, for a whole term of any length"`
	Currency   loyalty.Currency `json:"currency"`
	Months     []int            `json:"months" doc:"lengths of the terms on offer; none = the app is not sold here"`
	BuyURL     string           `json:"buy_url,omitempty" doc:"where the shop's host sells it; missing = elsewhere"`
	State      string           `json:"state" enum:"none,running,ending,over" doc:"ending = within 14 days; over switches nothing off"`
	Terms      []TermView       `json:"terms" doc:"all that were chosen, the latest first"`
}

type chooseTerm struct {
	Body struct {
		Version int64 `json:"version" minimum:"0" doc:"the version you have seen"`
		Months  int   `json:"months" minimum:"1" maximum:"120"`
	}
}

func (s *Server) adminTerm(api huma.API) {
	get(api, "/settings/term", "What the app costs, and for how long the shop has chosen it", s.getTerm)
	put(api, "/settings/term", "Choose a term; it begins today, or after the one that runs", s.putTerm)
}

func (s *Server) getTerm(ctx context.Context, _ *struct{}) (*body[TermsView], error) {
	var terms program.Terms
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		terms, err = s.deps.Program.Terms(tx, callerOf(ctx).Shop.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.answerTerms(ctx, terms)
}

func (s *Server) putTerm(ctx context.Context, in *chooseTerm) (*body[TermsView], error) {
	who := callerOf(ctx)
	terms, err := s.deps.Program.ChooseTerm(ctx, who.Actor, who.Shop, in.Body.Version, in.Body.Months)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.answerTerms(ctx, terms)
}

func (s *Server) answerTerms(ctx context.Context, terms program.Terms) (*body[TermsView], error) {
	shop, offer := callerOf(ctx).Shop, s.deps.Program.AppPrice
	today, err := s.deps.Program.Today(shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := TermsView{Version: terms.Version, PriceMinor: offer.Price.Minor, Currency: offer.Price.Currency, Months: offer.Months, BuyURL: offer.BuyURL(shop),
		State: terms.On(today), Terms: []TermView{}}
	if view.Months == nil {
		view.Months = []int{}
	}
	for i := len(terms.List) - 1; i >= 0; i-- {
		t := terms.List[i]
		view.Terms = append(view.Terms, TermView{Months: t.Months, PriceMinor: t.Price.Minor, Currency: t.Price.Currency,
			From: t.From.String(), Last: t.Last.String(), ChosenAt: t.At, ChosenBy: t.By})
	}
	return answer(view), nil
}
