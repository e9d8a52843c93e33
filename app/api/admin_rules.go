package api

import (
	"cmp"
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// RuleFiguresView says what rules and campaigns gave lately.
type RuleFiguresView struct {
	From      int64            `json:"from" doc:"Unix milliseconds since which is added up: 30 days ago, or later where the newest 50,000 entries reach less far back"`
	Rules     []RuleIssueView  `json:"rules" doc:"what each rule gave by itself, net of refunds; a rule that gave nothing is missing"`
	Campaigns []RuleIssueView  `json:"campaigns" doc:"what each campaign added to rules"`
	Budgets   []BudgetUsedView `json:"budgets" doc:"what campaigns of the current plan have used of their budgets so far, in all"`
}

// RuleIssueView is one rule's or campaign's part.
type RuleIssueView struct {
	ID      string         `json:"id"`
	Points  loyalty.Points `json:"points"`
	Entries int64          `json:"entries" doc:"bookings that make up the points, refunds included"`
}

// BudgetUsedView is what one campaign has spent.
type BudgetUsedView struct {
	ID   string         `json:"id"`
	Used loyalty.Points `json:"used"`
}

// ProductView is a product that the shop has sold lately.
type ProductView struct {
	Key         string   `json:"key" doc:"the host's product id, as rules name it"`
	Title       string   `json:"title"`
	SKU         string   `json:"sku,omitempty"`
	Collections []string `json:"collections,omitempty" doc:"host ids of its collections or categories"`
	Sold        int64    `json:"sold" doc:"units in the newest 300 orders"`
}

// ProductList is what a picker shows.
type ProductList struct {
	Items []ProductView `json:"items"`
}

// CollectionView is a collection or category of the shop.
type CollectionView struct {
	Key   string `json:"key" doc:"as lines of orders name it"`
	Title string `json:"title"`
}

// CollectionsView has the first 1,000, by their titles.
type CollectionsView struct {
	Items []CollectionView `json:"items"`
}

type productsQuery struct {
	Search string `query:"search" maxLength:"100" doc:"part of a title, an article number or a key"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func (s *Server) adminRules(api huma.API) {
	get(api, "/rules/figures", "What earning rules and campaigns gave in the last 30 days", s.ruleFigures)
	get(api, "/products", "Products of the newest orders, for choosing what earns", s.soldProducts)
	get(api, "/collections", "The shop's collections, for choosing them by name", s.listCollections)
}

// collectionsKept is how long, in milliseconds, the host is not asked again.
const collectionsKept = 60_000

func (s *Server) listCollections(ctx context.Context, _ *struct{}) (*body[CollectionsView], error) {
	shop := callerOf(ctx).Shop
	if view, ok := s.collections.get(shop.ID.String()); ok {
		return answer(view), nil
	}
	found, err := s.deps.Program.Collections(ctx, shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := CollectionsView{Items: []CollectionView{}}
	for _, c := range found {
		view.Items = append(view.Items, CollectionView(c))
	}
	s.collections.put(shop.ID.String(), view, collectionsKept)
	return answer(view), nil
}

func (s *Server) ruleFigures(ctx context.Context, _ *struct{}) (*body[RuleFiguresView], error) {
	f, err := s.deps.Program.RuleFigures(ctx, callerOf(ctx).Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	v := RuleFiguresView{From: f.From, Rules: viewIssues(f.Rules), Campaigns: viewIssues(f.Extras), Budgets: []BudgetUsedView{}}
	for id, used := range f.Budgets {
		v.Budgets = append(v.Budgets, BudgetUsedView{ID: id, Used: used})
	}
	slices.SortFunc(v.Budgets, func(a, b BudgetUsedView) int { return cmp.Compare(a.ID, b.ID) })
	return answer(v), nil
}

func viewIssues(all map[string]store.RuleIssue) []RuleIssueView {
	list := []RuleIssueView{}
	for id, issue := range all {
		list = append(list, RuleIssueView{ID: id, Points: issue.Points, Entries: issue.Entries})
	}
	slices.SortFunc(list, func(a, b RuleIssueView) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (s *Server) soldProducts(ctx context.Context, q *productsQuery) (*body[ProductList], error) {
	found, err := s.deps.Program.SoldProducts(ctx, callerOf(ctx).Shop, q.Search, q.Limit)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	list := ProductList{Items: []ProductView{}}
	for _, p := range found {
		list.Items = append(list.Items, ProductView(p))
	}
	return answer(list), nil
}
