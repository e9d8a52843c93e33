package program

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// OriginRedemption marks codes that a redemption made.
const OriginRedemption = "redemption"

// defaultCodeDays is how long a code lives if the plan does not say.
const defaultCodeDays = 30

// codeSpec is what the host must be told: one use by this customer, within the
// plan's limits, to the end of the last local day in the shop's zone (F12).
func (p *Program) codeSpec(shop loyalty.Shop, policy reward.Policy, who loyalty.Member, red reward.Redemption) (voucher.Spec, error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return voucher.Spec{}, err
	}
	days := policy.CodeDays
	if days <= 0 {
		days = defaultCodeDays
	}
	least := policy.MinSubtotal
	if policy.MaxPercent > 0 {
		if least, err = policy.MinSubtotalFor(red.Minor); err != nil {
			return voucher.Spec{}, err
		}
	}
	start := time.UnixMilli(red.CreatedAt).In(zone)
	spec := kindOfCode(policy)
	spec.Minor, spec.Currency, spec.Title = red.Minor, red.Currency, fmt.Sprintf("Bonus %d", red.Points)
	spec.CustomerKeys, spec.MinSubtotal, spec.UsageLimit, spec.OncePerPerson = []string{who.CustomerKey}, least, 1, true
	spec.StartsAt, spec.EndsAt = red.CreatedAt, loyalty.DateOf(start).AddDays(days).End(zone).UnixMilli()
	return spec, nil
}

// kindOfCode is what all codes of a policy share: by it hosts decide what they combine with.
func kindOfCode(policy reward.Policy) voucher.Spec {
	return voucher.Spec{Kind: voucher.Absolute, ProductKeys: policy.ProductKeys, CollectionKeys: policy.CollectionKeys,
		CombinesWith: voucher.Combines{Order: policy.CombineOrder, Product: policy.CombineProduct, Shipping: policy.CombineShip}}
}

func codeOf(red reward.Redemption, spec voucher.Spec) store.Code {
	return store.Code{
		ID: red.CodeID, Origin: OriginRedemption, MemberID: red.MemberID, State: voucher.Pending, Spec: spec,
		MaxUses: 1, StartsAt: spec.StartsAt, ExpiresAt: spec.EndsAt, CreatedAt: red.CreatedAt,
	}
}

// maxCodeDraws bounds the search for an unused text. At 60 bits the first one fits.
const maxCodeDraws = 5

// newCode draws a text and stores the code, before anything is sent to the host.
func (p *Program) newCode(tx *store.Tx, shop loyalty.ShopID, prefix string, c store.Code) error {
	for range maxCodeDraws {
		var err error
		if c.Code, err = voucher.NewCode(prefix, rand.Reader); err != nil {
			return err
		}
		c.Folded = voucher.Fold(c.Code)
		if err = tx.InsertCode(shop, c); !store.IsDuplicate(err, "codes.codes_folded") {
			return err
		}
	}
	return errors.New("no unused code found")
}

// createPayload belongs to jobs of kind create_code, keyed by the redemption's id.
type createPayload struct {
	Redemption loyalty.ID `json:"redemption"`
	Actor      string     `json:"actor"`
	Lookups    int        `json:"lookups,omitempty"` // how often the host did not know the code (D14)
	Taken      bool       `json:"taken,omitempty"`   // the host refused it as taken, but does not show it
}

// oweCreate stores the job that takes the code to the host.
func (p *Program) oweCreate(tx *store.Tx, shop loyalty.ShopID, red reward.Redemption, actor string) error {
	payload, err := json.Marshal(createPayload{Redemption: red.ID, Actor: actor})
	if err != nil {
		return err
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop, []store.Job{{
		ID: p.IDs.Next(), Kind: store.JobCreateCode, Key: red.ID.String(), Payload: payload, NextAt: red.CreatedAt, CreatedAt: red.CreatedAt,
	}})
}

// disablePayload belongs to jobs of kind disable_code, keyed by the redemption's id.
type disablePayload struct {
	Redemption loyalty.ID `json:"redemption"`
	Actor      string     `json:"actor"`
	Why        string     `json:"why"`
}

// The reasons for which a code is made unusable.
const (
	WhyExpired   = "expired"   // its time is over
	WhyCancelled = "cancelled" // a person gave it back
	WhyReturned  = "returned"  // its order was cancelled or refunded
	WhyLost      = "lost"      // somebody deleted it at the host (D9)
)

// oweDisable stores the job that makes a code unusable at the host. One that is
// owed already is left alone.
func (p *Program) oweDisable(tx *store.Tx, shop loyalty.ShopID, red reward.Redemption, actor, why string) error {
	payload, err := json.Marshal(disablePayload{Redemption: red.ID, Actor: actor, Why: why})
	if err != nil {
		return err
	}
	now := p.now()
	tx.OnCommit(func() { p.wake("jobs") })
	_, err = tx.EnsureJob(shop, store.Job{
		ID: p.IDs.Next(), Kind: store.JobDisableCode, Key: red.ID.String(), Payload: payload, NextAt: now, CreatedAt: now,
	})
	return err
}
