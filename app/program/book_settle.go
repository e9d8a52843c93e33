package program

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// claim is what one fact entitles to now, before it is compared with what the
// ledger holds for it.
type claim struct {
	source      string
	subject     string // of a review: what it is about
	at          int64  // Unix ms, when the fact happened: decides windows and expiry
	earnedAt    int64  // when it began to earn: decides the return window
	changedAt   int64  // of this version of the fact
	availableAt int64
	expiresAt   int64
	holder      *loyalty.Member // who is entitled; nil = nobody
	previous    *loyalty.Member // whose account holds what was posted; nil = nobody's
	planVersion int64
	plan        *Plan // nil for a fact older than the plan
	grants      []earning.Grant
	earned      loyalty.Points // what it comes to, once settled
}

// moved says that points must leave the account that holds them (B13).
func (c *claim) moved() bool {
	return c.previous != nil && (c.holder == nil || c.holder.ID != c.previous.ID)
}

// settlement is the state of settle: everything read under the account locks.
type settlement struct {
	*batch
	zone     *time.Location
	accounts map[loyalty.ID]loyalty.ID // by member
	books    map[loyalty.ID]*ledger.Book
	locked   map[loyalty.ID]store.LockedAccount
	posted   map[string][]ledger.Posted
	counters map[store.CounterKey]store.Counter
}

// settle posts the difference between what the facts entitle to and what the
// ledger holds: accounts are locked first, in the order of their ids, and
// everything that decides is read after that.
func (b *batch) settle() error {
	claims := b.claims()
	sales := make([]earning.Sale, len(b.sales))
	for i, w := range b.sales {
		sales[i] = w.sale
	}
	codes, err := b.p.codeAccounts(b.tx, b.shop.ID, sales)
	if err != nil {
		return err
	}
	zone, err := loyalty.Zone(b.shop.Zone)
	if err != nil {
		return err
	}
	s := &settlement{batch: b, zone: zone}
	if err := s.lock(claims, codes.accounts()); err != nil {
		return err
	}
	for _, c := range claims {
		if err := s.post(c); err != nil {
			return fmt.Errorf("%s: %w", c.source, err)
		}
	}
	used, err := b.p.settleCodes(b.tx, b.shop, codes, sales, s.books)
	if err != nil {
		return err
	}
	for _, w := range b.sales {
		if points, ok := used[w.sale.Key]; ok {
			w.row.Used = points
		}
	}
	if err := s.settleVouchers(codes); err != nil {
		return err
	}
	b.settled = s
	return s.save()
}

func (b *batch) claims() []*claim {
	var list []*claim
	for _, a := range b.activities {
		if a.claim != nil {
			list = append(list, a.claim)
		}
	}
	for _, w := range b.sales {
		if w.claim != nil {
			list = append(list, w.claim)
		}
	}
	return list
}

func (s *settlement) lock(claims []*claim, more []loyalty.ID) error {
	var members []loyalty.ID
	sources := make([]string, len(claims))
	for i, c := range claims {
		sources[i] = c.source
		for _, m := range []*loyalty.Member{c.holder, c.previous} {
			if m != nil {
				members = append(members, m.ID)
			}
		}
	}
	var err error
	if s.accounts, err = s.tx.EnsureAccounts(s.shop.ID, s.plans.head.ID, members, s.p.IDs, s.now); err != nil {
		return err
	}
	ids := slices.Clone(more)
	for _, account := range s.accounts {
		ids = append(ids, account)
	}
	if s.locked, err = s.tx.LockAccountsAndMembers(s.shop.ID, ids); err != nil {
		return err
	}
	if err := s.stillThere(); err != nil {
		return err
	}
	if s.posted, err = s.tx.Posted(s.shop.ID, sources); err != nil {
		return err
	}
	lots, err := s.loadLots(claims, more)
	if err != nil {
		return err
	}
	s.books = make(map[loyalty.ID]*ledger.Book, len(s.locked))
	for id, account := range s.locked {
		s.books[id] = ledger.NewBook(account.Account, lots[id], s.p.IDs.Next, s.now)
	}
	s.counters, err = s.tx.Counters(s.shop.ID, s.counterKeys(claims))
	return err
}

// stillThere starts over if a member was merged or erased between the reading
// and the lock: points must not go to an account that nobody owns any more, nor
// personal data to somebody who is gone (B14, J8).
func (s *settlement) stillThere() error {
	for member, account := range s.accounts {
		if s.locked[account].MemberGone && s.people.byID[member].State == loyalty.MemberActive {
			return errRaced
		}
	}
	return nil
}

// loadLots reads the lots of accounts from which something may be taken. Credits
// need none, and most batches only credit.
func (s *settlement) loadLots(claims []*claim, more []loyalty.ID) (map[loyalty.ID][]ledger.Lot, error) {
	accounts := slices.Clone(more)
	var sources []string
	for _, c := range claims {
		for _, had := range s.posted[c.source] {
			if had.Points > c.wants(had.RuleID) || c.moved() {
				accounts = append(accounts, s.accountOf(c.previous), s.accountOf(c.holder))
				sources = append(sources, c.source)
				break
			}
		}
	}
	slices.Sort(accounts)
	accounts = slices.DeleteFunc(slices.Compact(accounts), func(id loyalty.ID) bool { return id == 0 })
	return s.tx.LoadLots(s.shop.ID, accounts, sources...)
}

func (s *settlement) accountOf(m *loyalty.Member) loyalty.ID {
	if m == nil {
		return 0
	}
	return s.accounts[m.ID]
}

// wants is what a rule grants, before limits.
func (c *claim) wants(ruleID string) loyalty.Points {
	for _, g := range c.grants {
		if g.RuleID == ruleID {
			return g.Points
		}
	}
	return 0
}

// counterKeys are the limits that claims will move, sorted so that all workers
// touch them in one order.
func (s *settlement) counterKeys(claims []*claim) []store.CounterKey {
	seen := map[store.CounterKey]bool{}
	for _, c := range claims {
		if c.plan == nil {
			continue
		}
		had := map[string]loyalty.Points{}
		for _, e := range s.posted[c.source] {
			had[e.RuleID] = e.Points
		}
		for _, g := range c.grants {
			if _, ok := had[g.RuleID]; !ok {
				had[g.RuleID] = 0
			}
		}
		for rule, points := range had {
			if points == c.wants(rule) && !c.moved() {
				continue
			}
			for _, m := range []*loyalty.Member{c.holder, c.previous} {
				for _, limit := range c.metersOf(rule, m, s.zone) {
					seen[limit.key] = true
				}
			}
		}
	}
	keys := make([]store.CounterKey, 0, len(seen))
	for k := range seen {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y store.CounterKey) int {
		return cmp.Or(cmp.Compare(x.RuleID, y.RuleID), cmp.Compare(x.MemberID, y.MemberID), cmp.Compare(x.Window, y.Window))
	})
	return keys
}

// post brings the ledger to what the claim entitles to.
func (s *settlement) post(c *claim) error {
	had := s.posted[c.source]
	if c.moved() {
		var err error
		if had, err = s.takeAway(c, had); err != nil {
			return err
		}
	}
	if c.holder == nil {
		return nil
	}
	nothing := len(had) == 0
	for _, g := range c.grants {
		have := ledger.Posted{RuleID: g.RuleID, LimitedTo: -1}
		if i := slices.IndexFunc(had, func(e ledger.Posted) bool { return e.RuleID == g.RuleID }); i >= 0 {
			have, had = had[i], slices.Delete(slices.Clone(had), i, i+1)
		}
		total, posted, err := s.postRule(c, g, have)
		if err != nil {
			return err
		}
		c.earned += total
		nothing = nothing && !posted
	}
	for _, have := range had {
		if have.Points > 0 {
			if err := s.clawback(c, c.holder, have, have.Points, nil); err != nil {
				return err
			}
		}
	}
	if nothing {
		return s.postRefusal(c)
	}
	return nil
}

// postRule posts the difference for one rule. total is what the rule comes to.
func (s *settlement) postRule(c *claim, g earning.Grant, have ledger.Posted) (total loyalty.Points, posted bool, err error) {
	want := g.Points
	if have.LimitedTo >= 0 {
		want = min(want, have.LimitedTo)
	}
	switch {
	case want < have.Points:
		return want, true, s.clawback(c, c.holder, have, have.Points-want, &g)
	case want == have.Points:
		return want, have.NextSeq > 0, nil
	}
	ask := want - have.Points
	got, reason, err := s.allowance(c, g.RuleID, ask, have.Points == 0)
	if err != nil {
		return 0, false, err
	}
	line := s.line(c, have, &g)
	if got < ask {
		line.LimitedTo = have.Points + got
		g.Breakdown.Reason = reason
		line.Breakdown = breakdownOf(&g)
	}
	line.Points = got
	err = s.bookOf(c.holder).Accrue(ledger.AccrueReq{Line: line, AvailableAt: c.availableAt, ExpiresAt: c.expiresAt, Promise: c.plan.Doc.Redeem.Rate})
	return have.Points + got, true, err
}

// The reasons for getting less than the rule says.
const (
	reasonLimit = "limit_reached"
	reasonCap   = "member_cap"
)

// allowance is how much of ask the member's cap and the limits leave, already taken from the limits.
func (s *settlement) allowance(c *claim, ruleID string, ask loyalty.Points, first bool) (loyalty.Points, string, error) {
	got, reason := ask, reasonLimit
	if limit := c.holder.CapPoints; limit > 0 {
		a := s.bookOf(c.holder).Account
		if room := max(0, limit-a.Available-a.Pending-a.Held); room < got {
			got, reason = room, reasonCap
		}
	}
	limits := c.metersOf(ruleID, c.holder, s.zone)
	if len(limits) == 0 || got == 0 {
		return got, reason, nil
	}
	left, err := s.reserve(limits, s.counters, got, first)
	if left < got {
		reason = reasonLimit
	}
	return left, reason, err
}

func (s *settlement) bookOf(m *loyalty.Member) *ledger.Book { return s.books[s.accounts[m.ID]] }

// takeAway takes everything that a fact has posted from the account that holds
// it, because the fact now belongs to somebody else (B13).
func (s *settlement) takeAway(c *claim, had []ledger.Posted) ([]ledger.Posted, error) {
	left := make([]ledger.Posted, len(had))
	for i, have := range had {
		if have.Points > 0 {
			if err := s.clawback(c, c.previous, have, have.Points, nil); err != nil {
				return nil, err
			}
			have.NextSeq++
		}
		have.Points, have.LimitedTo = 0, -1
		left[i] = have
	}
	return left, nil
}

// clawback takes points back; g is nil if the rule no longer says anything.
func (s *settlement) clawback(c *claim, from *loyalty.Member, have ledger.Posted, points loyalty.Points, g *earning.Grant) error {
	line := s.line(c, have, g)
	line.Points, line.OccurredAt = points, c.changedAt
	policy := ledger.SpentDebt
	if c.plan != nil {
		policy = c.plan.Doc.Refunds.Spent
		if err := s.giveBack(c.metersOf(have.RuleID, from, s.zone), s.counters, points, points == have.Points); err != nil {
			return err
		}
	}
	return s.bookOf(from).Clawback(ledger.ClawbackReq{Line: line, Policy: policy})
}

func (s *settlement) line(c *claim, have ledger.Posted, g *earning.Grant) ledger.Line {
	occurred := c.earnedAt
	if have.NextSeq > 0 {
		occurred = c.changedAt
	}
	return ledger.Line{Source: c.source, RuleID: have.RuleID, Seq: have.NextSeq, PlanVersion: c.planVersion, LimitedTo: have.LimitedTo,
		Breakdown: breakdownOf(g), Actor: actorRule, OccurredAt: occurred}
}

// actorRule is the actor of what a rule gave or took.
const actorRule = "rule"

func breakdownOf(g *earning.Grant) []byte {
	if g == nil {
		return nil
	}
	body, err := json.Marshal(g.Breakdown)
	if err != nil {
		return nil // a breakdown is numbers and strings; a receipt is not worth an order
	}
	return body
}

// ruleNone is the rule id of the entry that says why a fact earned nothing.
const ruleNone = "none"

// openReasons are those that a later version of the fact may lift: nothing is
// written down for them yet.
var openReasons = map[string]bool{earning.ReasonDraft: true, earning.ReasonNotYet: true, earning.ReasonCancelled: true,
	earning.ReasonRefunded: true, earning.ReasonPending: true, earning.ReasonWithdrawn: true}

// postRefusal keeps why a fact earned nothing: one entry of 0 points, once, so
// that support can answer (N-07).
func (s *settlement) postRefusal(c *claim) error {
	if len(c.grants) == 0 {
		return nil
	}
	reasons := make(map[string]string, len(c.grants))
	for _, g := range c.grants {
		if openReasons[g.Breakdown.Reason] {
			return nil
		}
		reasons[g.RuleID] = g.Breakdown.Reason
	}
	body, err := json.Marshal(map[string]any{"reasons": reasons})
	if err != nil {
		return err
	}
	line := s.line(c, ledger.Posted{RuleID: ruleNone, LimitedTo: -1}, nil)
	line.Breakdown = body
	return s.bookOf(c.holder).Accrue(ledger.AccrueReq{Line: line})
}

// save stores the books and has the new balances published.
func (s *settlement) save() error {
	ids := make([]loyalty.ID, 0, len(s.books))
	for id, book := range s.books {
		if book.Dirty() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	books := make([]*ledger.Book, len(ids))
	for i, id := range ids {
		books[i] = s.books[id]
	}
	if err := s.tx.SaveBooks(s.shop.ID, books, s.now); err != nil {
		return err
	}
	unpublished := slices.DeleteFunc(ids, func(id loyalty.ID) bool { return !s.locked[id].Unpublished })
	s.tx.OnCommit(func() { s.p.wake("jobs") })
	return s.tx.PublishUnpublished(s.shop.ID, unpublished, s.p.IDs.Next, s.now)
}
