package program

import (
	"context"
	"encoding/json"
	"sync"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// Plan is one version of a shop's plan, ready to judge by.
type Plan struct {
	ID            loyalty.ID
	Name          string
	Version       int64 // 1, 2, …
	EffectiveFrom int64 // Unix ms
	Doc           PlanDoc
}

// BeforePlan is the plan version of a fact that happened before the app was
// installed: it earns nothing, for ever.
const BeforePlan int64 = -1

// ReasonBeforePlan is why such a fact earns nothing.
const ReasonBeforePlan = "before_plan"

// planCache keeps decoded versions. They never change, so nothing is ever
// invalidated; only which versions exist is read each time.
type planCache struct {
	mu   sync.Mutex
	docs map[planKey]*PlanDoc
}

type planKey struct {
	shop    loyalty.ShopID
	plan    loyalty.ID
	version int64
}

// maxCachedPlans bounds the memory of shops that are visited once.
const maxCachedPlans = 4096

func (c *planCache) get(k planKey) *PlanDoc {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.docs[k]
}

func (c *planCache) put(k planKey, d *PlanDoc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.docs == nil || len(c.docs) >= maxCachedPlans {
		c.docs = make(map[planKey]*PlanDoc)
	}
	c.docs[k] = d
}

// planSet is all versions of a shop's plan as one transaction sees them.
type planSet struct {
	head     store.PlanHead
	versions []store.PlanVersion // ascending
	shop     loyalty.Shop
	program  *Program
	tx       *store.Tx
}

// plansOf reads which versions the shop has: one statement.
func (p *Program) plansOf(tx *store.Tx, shop loyalty.Shop) (*planSet, error) {
	head, versions, found, err := tx.PlanVersions(shop.ID)
	if err != nil {
		return nil, err
	}
	if !found || len(versions) == 0 {
		return nil, loyalty.NotFound("plan")
	}
	return &planSet{head: head, versions: versions, shop: shop, program: p, tx: tx}, nil
}

// at is the version in force at an instant; 0 pins to version 1 what happened
// after the install but before the first version, BeforePlan what is older.
func (s *planSet) at(instant int64) int64 {
	for i := len(s.versions) - 1; i >= 0; i-- {
		if s.versions[i].EffectiveFrom <= instant {
			return s.versions[i].Version
		}
	}
	if instant >= s.shop.InstalledAt {
		return s.versions[0].Version
	}
	return BeforePlan
}

func (s *planSet) current() (Plan, error) {
	return s.version(s.versions[len(s.versions)-1].Version)
}

// version loads one version; an unknown one is CodeNotFound.
func (s *planSet) version(version int64) (Plan, error) {
	for _, v := range s.versions {
		if v.Version != version {
			continue
		}
		doc, err := s.program.planDoc(s.tx, s.shop.ID, s.head.ID, version)
		if err != nil {
			return Plan{}, err
		}
		return Plan{ID: s.head.ID, Name: s.head.Name, Version: version, EffectiveFrom: v.EffectiveFrom, Doc: *doc}, nil
	}
	return Plan{}, loyalty.NotFound("plan version")
}

func (p *Program) planDoc(tx *store.Tx, shop loyalty.ShopID, plan loyalty.ID, version int64) (*PlanDoc, error) {
	key := planKey{shop, plan, version}
	if doc := p.plans.get(key); doc != nil {
		return doc, nil
	}
	body, found, err := tx.PlanBody(shop, plan, version)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, loyalty.NotFound("plan version")
	}
	doc, err := DecodePlan(body)
	if err != nil {
		return nil, err
	}
	p.plans.put(key, &doc)
	return &doc, nil
}

// DecodePlan reads a plan as JSON; unknown fields are refused, so that a typing
// error in a setting never passes for a default.
func DecodePlan(body []byte) (PlanDoc, error) {
	return loyalty.DecodeStrict[PlanDoc](body)
}

// CurrentPlan is the newest version of the shop's plan. Its Doc is shared: copy
// it (DecodePlan of its JSON) before changing anything.
func (p *Program) CurrentPlan(tx *store.Tx, shop loyalty.Shop) (Plan, error) {
	set, err := p.plansOf(tx, shop)
	if err != nil {
		return Plan{}, err
	}
	return set.current()
}

// PlanAt is the version by which something that happened at the instant is
// judged. ok is false for what happened before the app was installed.
func (p *Program) PlanAt(tx *store.Tx, shop loyalty.Shop, instantMs int64) (plan Plan, ok bool, err error) {
	set, err := p.plansOf(tx, shop)
	if err != nil {
		return Plan{}, false, err
	}
	version := set.at(instantMs)
	if version == BeforePlan {
		return Plan{}, false, nil
	}
	plan, err = set.version(version)
	return plan, err == nil, err
}

// PlanVersion is one stored version.
func (p *Program) PlanVersion(tx *store.Tx, shop loyalty.Shop, version int64) (Plan, error) {
	set, err := p.plansOf(tx, shop)
	if err != nil {
		return Plan{}, err
	}
	return set.version(version)
}

// Validate says what is wrong with a plan, naming the field.
func (d PlanDoc) Validate() error {
	if err := d.Earning.Validate(); err != nil {
		return err
	}
	if err := d.Redeem.Validate(); err != nil {
		return err
	}
	if d.Accounts != "" && d.Accounts != AccountRecord && d.Accounts != AccountLogin {
		return loyalty.Invalid("accounts", `must be "record" or "login"`)
	}
	if d.Pending.Days < 0 || d.Pending.Days > 365 {
		return loyalty.Invalid("pending.days", "must be between 0 and 365")
	}
	if d.Expiry.Months < 0 || d.Expiry.Months > 600 {
		return loyalty.Invalid("expiry.months", "must be between 0 and 600")
	}
	if d.Expiry.InactivityMonths < 0 || d.Expiry.InactivityMonths > 600 {
		return loyalty.Invalid("expiry.inactivity_months", "must be between 0 and 600")
	}
	if d.Expiry.GraceDays < 0 || d.Expiry.GraceDays > 3650 {
		return loyalty.Invalid("expiry.grace_days", "must be between 0 and 3650")
	}
	switch d.Refunds.Spent {
	case "", ledger.SpentDebt, ledger.SpentWriteOff, ledger.SpentBlock:
		return nil
	}
	return loyalty.Invalid("refunds.spent", `must be "debt", "write_off" or "block"`)
}

// DefaultPlan is what a shop starts with: a point per unit of its currency, a
// unit of currency for 100 points, a welcome, a review and a referral bonus. The
// rules have no names: pages then call them by their kinds, in the reader's language.
func DefaultPlan(currency loyalty.Currency) PlanDoc {
	unit := int64(1)
	for range currency.Exponent() {
		unit *= 10
	}
	perSubject := []earning.Limit{{Per: earning.PerSubject, Times: 1}}
	return PlanDoc{
		Earning: earning.Program{
			EarnAt: earning.SalePaid,
			Rules: []earning.Rule{
				{ID: "purchase", Kind: earning.KindPerAmount, Earn: loyalty.EarnRate{Points: 1, PerMinor: unit}},
				{ID: "welcome", Kind: earning.KindSignup, Points: 50},
				{ID: "newsletter", Kind: earning.KindNewsletter, Points: 20},
				{ID: "product-review", Kind: earning.KindProductRev, Points: 10, Limits: perSubject},
				{ID: "article-review", Kind: earning.KindArticleRev, Points: 5, Limits: perSubject},
				{ID: "referrer", Kind: earning.KindReferrer, Points: 100},
				{ID: "friend", Kind: earning.KindFriend, Points: 50},
				{ID: "birthday", Kind: earning.KindBirthday, Points: 25},
			},
		},
		Redeem:  reward.Policy{Rate: loyalty.RedeemRate{Minor: unit, PerPoints: 100}, MinPoints: 100, CodeDays: 30},
		Pending: PendingPolicy{Days: 14},
		Expiry:  ExpiryPolicy{Months: 24, GraceDays: 30},
		Refunds: RefundPolicy{Spent: ledger.SpentDebt},
	}
}

// EnsurePlan gives a shop its default plan if it has none; call it at install.
func (p *Program) EnsurePlan(tx *store.Tx, shop loyalty.Shop) error {
	_, _, found, err := tx.PlanVersions(shop.ID)
	if err != nil || found {
		return err
	}
	body, err := json.Marshal(DefaultPlan(shop.Currency))
	if err != nil {
		return err
	}
	now := p.now()
	head := store.PlanHead{ID: p.IDs.Next(), Name: "Bonus", State: "active", Version: 1, CreatedAt: now}
	first := store.PlanVersion{Version: 1, EffectiveFrom: wholeSecond(now), CreatedBy: "system", CreatedAt: now}
	return tx.CreatePlan(shop.ID, head, first, body)
}

// wholeSecond is the second an instant (Unix ms) lies in. Hosts give times in whole
// seconds: what happens in the second of the installation must not seem older.
func wholeSecond(ms int64) int64 { return ms - ms%1000 }

// SavePlan makes a new version that is in force from now on. expected is the
// version the caller has seen; CodeConflict if there is a newer one.
func (p *Program) SavePlan(ctx context.Context, actor string, shop loyalty.Shop, expected int64, doc PlanDoc) (Plan, error) {
	return p.ChangePlan(ctx, actor, shop, PlanChange{Expected: expected, Doc: doc})
}

// PlanChange is a plan to be saved.
type PlanChange struct {
	Expected int64 // the version the caller has seen
	Doc      PlanDoc
	Promise  PromiseChange // of points that members have, if the redeem rate is another; the zero value keeps it
}

// ChangePlan is SavePlan with what becomes of points that members have.
func (p *Program) ChangePlan(ctx context.Context, actor string, shop loyalty.Shop, change PlanChange) (Plan, error) {
	doc, expected := change.Doc, change.Expected
	if err := doc.Validate(); err != nil {
		return Plan{}, err
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return Plan{}, err
	}
	var saved Plan
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		set, err := p.plansOf(tx, shop)
		if err != nil {
			return err
		}
		before, err := set.current()
		if err != nil {
			return err
		}
		if before.Version != expected {
			return loyalty.Refuse(loyalty.CodeConflict, "the plan was changed by somebody else").With("version", before.Version)
		}
		if doc.Redeem.ConfirmAbove > 0 && before.Doc.Redeem.ConfirmAbove == 0 && p.Post.Mailer == nil {
			return noMailToConfirm()
		}
		now := p.now()
		next := store.PlanVersion{Version: expected + 1, EffectiveFrom: now, CreatedBy: actor, CreatedAt: now}
		if ok, err := tx.AddPlanVersion(shop.ID, set.head.ID, next, body); err != nil || !ok {
			return orConflict(err, "the plan was changed by somebody else")
		}
		if err := p.publishSettingsLater(tx, shop); err != nil {
			return err
		}
		saved = Plan{ID: set.head.ID, Name: set.head.Name, Version: next.Version, EffectiveFrom: now, Doc: doc}
		if err := p.promise(tx, shop, rateChange{actor: actor, before: before, saved: saved, change: change.Promise}); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "plan.saved", to: "plan:" + set.head.ID.String(), before: before.Doc, after: doc})
	})
	return saved, err
}

func orConflict(err error, message string) error {
	if err != nil {
		return err
	}
	return loyalty.Refuse(loyalty.CodeConflict, message)
}
