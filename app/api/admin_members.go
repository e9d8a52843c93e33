package api

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

type membersQuery struct {
	PageQuery
	Search     string `query:"search" maxLength:"100" doc:"beginning of an e-mail address or a last name, a referral code, a redeemed code or the shop's customer id; the best matches on one page"`
	Sort       string `query:"sort" enum:"newest,name,balance" default:"newest" doc:"balance: most spendable points first; members who never had points are missing, and filters do not apply"`
	Type       string `query:"type" enum:"customer,new_customer" doc:"missing = all"`
	Blocked    bool   `query:"blocked" doc:"only those who may not earn or not redeem"`
	WithPoints bool   `query:"with_points" doc:"only those with points to spend"`
}

// MemberRow is a member in a list.
type MemberRow struct {
	MemberView
	Available loyalty.Points `json:"available" doc:"spendable now"`
}

// MemberDetail is a member with the balance.
type MemberDetail struct {
	MemberView
	Balance BalanceView `json:"balance"`
	Minor   int64       `json:"minor" doc:"what the spendable points are worth now, in minor units of the shop's currency"`
}

type controlMember struct {
	ID   idParam `path:"id"`
	Body struct {
		Version     int64          `json:"version" doc:"the version you have seen"`
		BlockEarn   bool           `json:"block_earn"`
		BlockRedeem bool           `json:"block_redeem"`
		Factor      loyalty.Ratio  `json:"factor,omitzero"`
		CapPoints   loyalty.Points `json:"cap_points" minimum:"0" maximum:"1000000000000"`
		Note        string         `json:"note" minLength:"3" maxLength:"500" doc:"why"`
	}
}

type adjustMember struct {
	ID             idParam `path:"id"`
	IdempotencyKey string  `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"90"`
	Body           struct {
		Points    loyalty.Points `json:"points" doc:"signed"`
		Note      string         `json:"note" doc:"why, 3 to 500 characters"`
		AllowDebt bool           `json:"allow_debt,omitempty" doc:"a negative adjustment may go below zero"`
	}
}

type mergeMember struct {
	ID   idParam `path:"id"`
	Body struct {
		Into loyalty.ID `json:"into" doc:"the member who stays"`
	}
}

type entriesQuery struct {
	ID idParam `path:"id"`
	PageQuery
}

type balanceAtQuery struct {
	ID idParam `path:"id"`
	At int64   `query:"at" required:"true" minimum:"0" doc:"Unix milliseconds"`
	By string  `query:"by" enum:"occurred,posted" default:"posted" doc:"by when it happened in the shop or when it was written"`
}

type receiptPath struct {
	ID    idParam `path:"id"`
	Entry idParam `path:"entry"`
}

// BalanceAtView is a past balance.
type BalanceAtView struct {
	At     int64                     `json:"at"`
	Total  loyalty.Points            `json:"total" doc:"pending and held points included"`
	ByKind map[string]loyalty.Points `json:"by_kind"`
	Lots   []LotView                 `json:"lots"`
}

// EntryRow is a line of a member's history in the shop's words.
type EntryRow struct {
	EntryDetail
	RuleName    string `json:"rule_name,omitempty" doc:"what the shop calls the rule now; missing for one without a name of its own"`
	RuleKind    string `json:"rule_kind,omitempty" doc:"the rule's kind, or campaign; missing for what no rule of the plan did"`
	OrderNumber string `json:"order_number,omitempty" doc:"what people call the order behind it"`
}

// LotView is a lot as it stood.
type LotView struct {
	Source    string         `json:"source"`
	Order     string         `json:"order_number,omitempty" doc:"what people call the order that earned it"`
	Rule      string         `json:"rule"`
	RuleName  string         `json:"rule_name,omitempty" doc:"what the shop calls the rule now; missing for one without a name of its own"`
	RuleKind  string         `json:"rule_kind,omitempty" doc:"the rule's kind, or campaign; missing for what no rule of the plan did"`
	Left      loyalty.Points `json:"left"`
	Pending   bool           `json:"pending"`
	ExpiresAt int64          `json:"expires_at,omitempty"`
}

// ReceiptView explains one entry.
type ReceiptView struct {
	Entry    EntryDetail   `json:"entry"`
	Siblings []EntryDetail `json:"siblings" doc:"everything that the same source caused"`
	Plan     *PlanView     `json:"plan,omitempty" doc:"the plan version that decided"`
}

func (s *Server) adminMembers(api huma.API) {
	get(api, "/members", "List or search members", s.listMembers)
	get(api, "/members/{id}", "A member with the balance", s.getMember)
	patch(api, "/members/{id}", "Block a member, set the own factor or cap", s.controlMember)
	get(api, "/members/{id}/entries", "A member's entries, newest first", s.listEntries)
	get(api, "/members/{id}/entries/{entry}", "Why: the receipt of an entry", s.getReceipt)
	get(api, "/members/{id}/balance", "The balance at a past instant", s.balanceAt)
	post(api, "/members/{id}/adjustments", "Give or take points by hand", s.adjustMember)
	post(api, "/members/{id}/merge", "Merge a member into another", s.mergeMember)
	post(api, "/members/{id}/merge-preview", "What a merge would do (nothing is stored)", s.previewMerge)
}

func (s *Server) listMembers(ctx context.Context, q *membersQuery) (*body[page[MemberRow]], error) {
	if q.Search == "" && q.Sort == "balance" {
		return s.listByBalance(ctx, q.PageQuery)
	}
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop
	var rows []loyalty.Member
	var points map[loyalty.ID]loyalty.Points
	err = s.read(ctx, func(tx *store.Tx) error {
		plan, err := s.deps.Program.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		list := store.MemberList{ByName: q.Sort == "name", Cursor: before, PlanID: plan.ID, Type: q.Type, Blocked: q.Blocked, WithPoints: q.WithPoints, Limit: q.Limit + 1}
		if q.Search != "" {
			list.Limit = q.Limit
			rows, err = tx.SearchMembers(shop.ID, q.Search, list)
		} else {
			rows, err = tx.ListMembers(shop.ID, list)
		}
		if err != nil {
			return err
		}
		points, err = availableOf(tx, shop.ID, plan.ID, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	row := func(m loyalty.Member) MemberRow {
		return MemberRow{MemberView: viewMember(m), Available: points[m.ID]}
	}
	return pageOf(rows, q.Limit, row, func(m loyalty.Member) string { return m.ID.String() }), nil
}

// availableOf is what each of a page's members can spend.
func availableOf(tx *store.Tx, shop loyalty.ShopID, plan loyalty.ID, list []loyalty.Member) (map[loyalty.ID]loyalty.Points, error) {
	ids := make([]loyalty.ID, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	byMember, err := tx.AccountsOfMembers(shop, plan, ids)
	if err != nil {
		return nil, err
	}
	accounts, err := tx.Accounts(shop, slices.Collect(maps.Values(byMember)))
	if err != nil {
		return nil, err
	}
	points := make(map[loyalty.ID]loyalty.Points, len(accounts))
	for member, account := range byMember {
		points[member] = accounts[account].Available
	}
	return points, nil
}

func (s *Server) listByBalance(ctx context.Context, q PageQuery) (*body[page[MemberRow]], error) {
	after, err := parseBalanceCursor(q.Cursor)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop
	var rows []ledger.Account
	var members map[loyalty.ID]loyalty.Member
	err = s.read(ctx, func(tx *store.Tx) error {
		plan, err := s.deps.Program.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		if rows, err = tx.AccountsByBalance(shop.ID, plan.ID, after, q.Limit+1); err != nil {
			return err
		}
		ids := make([]loyalty.ID, len(rows))
		for i, a := range rows {
			ids[i] = a.MemberID
		}
		members, err = tx.MembersByID(shop.ID, ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	row := func(a ledger.Account) MemberRow {
		return MemberRow{MemberView: viewMember(members[a.MemberID]), Available: a.Available}
	}
	return pageOf(rows, q.Limit, row, func(a ledger.Account) string { return strconv.FormatInt(int64(a.Available), 10) + "." + a.ID.String() }), nil
}

// parseBalanceCursor reads "<available>.<account>" of the last row of a page.
func parseBalanceCursor(s string) (ledger.Account, error) {
	if s == "" {
		return ledger.Account{}, nil
	}
	points, id, found := strings.Cut(s, ".")
	available, err := strconv.ParseInt(points, 10, 64)
	account, idErr := loyalty.ParseID(id)
	if !found || err != nil || idErr != nil || account == 0 {
		return ledger.Account{}, loyalty.Invalid("cursor", "is not from a previous page")
	}
	return ledger.Account{ID: account, Available: loyalty.Points(available)}, nil
}

func (s *Server) getMember(ctx context.Context, in *idPath) (*body[MemberDetail], error) {
	who := callerOf(ctx)
	b, err := s.deps.Program.BalanceOf(ctx, who.Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	// Who looks at whom is logged: hosts ask it of apps that hold customers' data (J12).
	s.deps.Log.Info("member viewed", "shop", who.Shop.ID, "actor", who.Actor, "member", in.ID)
	worths, err := s.worthsOf(ctx, who.Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	minor, err := s.worthOf(ctx, who.Shop, store.Standing{AccountID: b.Account.ID, Available: b.Shown}, worths)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(MemberDetail{MemberView: viewMember(b.Member), Balance: viewBalance(b), Minor: minor}), nil
}

func (s *Server) controlMember(ctx context.Context, in *controlMember) (*body[MemberView], error) {
	who := callerOf(ctx)
	m, err := s.deps.Program.ControlMember(ctx, who.Actor, who.Shop, program.MemberControl{
		MemberID: in.ID.ID, Version: in.Body.Version, BlockEarn: in.Body.BlockEarn, BlockRedeem: in.Body.BlockRedeem,
		Factor: in.Body.Factor, CapPoints: in.Body.CapPoints, Note: in.Body.Note,
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewMember(m)), nil
}

func (s *Server) listEntries(ctx context.Context, q *entriesQuery) (*body[page[EntryRow]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.History(ctx, callerOf(ctx).Shop, q.ID.ID, int64(before), q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	names, err := s.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	sources := make([]string, len(rows))
	for i, e := range rows {
		sources[i] = e.Source
	}
	numbers, err := s.orderNumbers(ctx, sources)
	if err != nil {
		return nil, err
	}
	row := func(e ledger.Entry) EntryRow {
		return viewEntryRow(e, names, numbers)
	}
	return pageOf(rows, q.Limit, row, entryCursor), nil
}

func viewEntryRow(e ledger.Entry, names map[string]namedRule, numbers map[string]string) EntryRow {
	rule := names[e.RuleID]
	return EntryRow{EntryDetail: viewEntry(e), RuleName: rule.Name, RuleKind: rule.Kind, OrderNumber: numbers[e.Source]}
}

// orderNumbers are what people call the orders behind the sources that are orders.
func (s *Server) orderNumbers(ctx context.Context, sources []string) (map[string]string, error) {
	bySource := map[string]string{}
	var keys []string
	for _, source := range sources {
		if key, order := strings.CutPrefix(source, "sale:"); order {
			keys = append(keys, key)
		}
	}
	err := s.read(ctx, func(tx *store.Tx) error {
		rows, err := tx.SalesByKey(callerOf(ctx).Shop.ID, keys)
		for key, row := range rows {
			bySource[program.SaleSource(key)] = row.Number
		}
		return err
	})
	return bySource, err
}

func (s *Server) getReceipt(ctx context.Context, in *receiptPath) (*body[ReceiptView], error) {
	r, err := s.deps.Program.ReceiptOf(ctx, callerOf(ctx).Shop, in.ID.ID, in.Entry.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := ReceiptView{Entry: viewEntry(r.Entry), Siblings: []EntryDetail{}}
	for _, e := range r.Siblings {
		view.Siblings = append(view.Siblings, viewEntry(e))
	}
	if r.Plan.Version > 0 {
		plan := viewPlan(r.Plan)
		view.Plan = &plan
	}
	return answer(view), nil
}

func (s *Server) balanceAt(ctx context.Context, q *balanceAtQuery) (*body[BalanceAtView], error) {
	b, err := s.deps.Program.BalanceAt(ctx, callerOf(ctx).Shop, q.ID.ID, q.At, ledger.By(q.By))
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := BalanceAtView{At: b.At, Total: b.Total, ByKind: map[string]loyalty.Points{}, Lots: []LotView{}}
	for kind, points := range b.ByKind {
		view.ByKind[string(kind)] = points
	}
	sources := make([]string, len(b.Lots))
	for i, l := range b.Lots {
		sources[i] = l.Source
	}
	numbers, err := s.orderNumbers(ctx, sources)
	if err != nil {
		return nil, err
	}
	rules, err := s.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range b.Lots {
		rule := rules[l.RuleID]
		lot := LotView{Source: l.Source, Order: numbers[l.Source], Rule: l.RuleID, RuleName: rule.Name, RuleKind: rule.Kind, Left: l.Left, Pending: l.Pending}
		if l.ExpiresAt < ledger.Never {
			lot.ExpiresAt = l.ExpiresAt
		}
		view.Lots = append(view.Lots, lot)
	}
	return answer(view), nil
}

func (s *Server) adjustMember(ctx context.Context, in *adjustMember) (*body[EntryDetail], error) {
	who := callerOf(ctx)
	entry, err := s.deps.Program.Adjust(ctx, who.Actor, who.Shop, program.AdjustRequest{
		MemberID: in.ID.ID, Points: in.Body.Points, Note: in.Body.Note, AllowDebt: in.Body.AllowDebt,
		Key: who.Actor + ":" + in.IdempotencyKey, // two callers may choose the same key
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewEntry(entry)), nil
}

func (s *Server) mergeMember(ctx context.Context, in *mergeMember) (*body[MemberDetail], error) {
	who := callerOf(ctx)
	if _, err := s.deps.Program.MergeMembers(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Into); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getMember(ctx, &idPath{idParam{in.Body.Into}})
}

// MergePreview is a merge that has not happened.
type MergePreview struct {
	From   MemberView  `json:"from" doc:"the member who goes"`
	Into   MemberView  `json:"into" doc:"the member who stays"`
	Giving BalanceView `json:"giving" doc:"what the member who goes has"`
	Before BalanceView `json:"before" doc:"what the member who stays has"`
	After  BalanceView `json:"after" doc:"what the member who stays would have"`
}

func (s *Server) previewMerge(ctx context.Context, in *mergeMember) (*body[MergePreview], error) {
	who := callerOf(ctx)
	v, err := s.deps.Program.PreviewMerge(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Into)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(MergePreview{From: viewMember(v.From), Into: viewMember(v.Into),
		Giving: viewAccount(v.Giving), Before: viewAccount(v.Before), After: viewAccount(v.After)}), nil
}

func viewAccount(a ledger.Account) BalanceView {
	return BalanceView{Available: a.Available, Pending: a.Pending, Held: a.Held}
}
