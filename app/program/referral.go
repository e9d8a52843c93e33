package program

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// referralAlphabet has no vowels and no look-alikes.
const referralAlphabet = "23456789BCDFGHJKMNPQRSTVWXYZ"

// newReferralCode is the code by which a member brings friends. It gives no
// value by itself, so 8 symbols (38 bits) are enough to be unique and no secret.
func newReferralCode() string {
	var raw [8]byte
	if _, err := rand.Read(raw[:]); err != nil {
		panic(fmt.Sprintf("no randomness for referral codes: %v", err))
	}
	n := binary.BigEndian.Uint64(raw[:])
	code := make([]byte, 8)
	for i := range code {
		code[i] = referralAlphabet[n%uint64(len(referralAlphabet))]
		n /= uint64(len(referralAlphabet))
	}
	return string(code)
}

// The reasons for not rewarding a referral, or not yet.
const (
	ReferralSelf       = "self"           // the same person (G10)
	ReferralNotNew     = "not_new"        // the friend has bought before
	ReferralTooMany    = "too_many"       // more friends in a day than one person has (G11)
	ReferralReturned   = "order_returned" // the friend's order did not last
	ReferralNotAllowed = "blocked"
)

// maxReferralsPerDay is from how many referrals of one member within 24 hours on
// further ones are held for a person to look at.
const maxReferralsPerDay = 10

// ClaimReferral notes that a new member came by another one's code. Only the
// member who is named gets something, never who brought that one (G11). The
// reward waits for the friend's first order and its return window. A code that
// nobody has is CodeNotFound; a second claim of the same friend changes nothing.
func (p *Program) ClaimReferral(ctx context.Context, shop loyalty.Shop, friend loyalty.ID, code string) (store.Referral, error) {
	var claimed store.Referral
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			m, err := p.liveMember(tx, shop.ID, friend)
			if err != nil {
				return err
			}
			claimed, err = p.claimReferral(tx, shop, m, code)
			return err
		})
	})
	return claimed, err
}

func (p *Program) claimReferral(tx *store.Tx, shop loyalty.Shop, friend loyalty.Member, code string) (store.Referral, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	have, err := tx.ReferralsOfFriends(shop.ID, []loyalty.ID{friend.ID})
	if err != nil {
		return store.Referral{}, err
	}
	if r, ok := have[friend.ID]; ok {
		return r, nil
	}
	referrer, found, err := tx.MemberByReferralCode(shop.ID, code)
	if err != nil {
		return store.Referral{}, err
	}
	if !found || referrer.State != loyalty.MemberActive {
		return store.Referral{}, loyalty.NotFound("referral code")
	}
	now := p.now()
	r := store.Referral{ID: p.IDs.Next(), ReferrerID: referrer.ID, FriendID: friend.ID, Code: code, State: store.ReferralClaimed, CreatedAt: now, UpdatedAt: now}
	r.State, r.Reason, err = p.judgeReferral(tx, shop, referrer, friend)
	if err != nil {
		return r, err
	}
	return r, tx.InsertReferral(shop.ID, r)
}

func (p *Program) judgeReferral(tx *store.Tx, shop loyalty.Shop, referrer, friend loyalty.Member) (store.ReferralState, string, error) {
	same := len(friend.PersonKey) > 0 && bytes.Equal(friend.PersonKey, referrer.PersonKey)
	switch {
	case friend.ID == referrer.ID || same:
		return store.ReferralRefused, ReferralSelf, nil
	case friend.FirstOrderAt != 0:
		return store.ReferralRefused, ReferralNotNew, nil
	case referrer.BlockEarn:
		return store.ReferralRefused, ReferralNotAllowed, nil
	}
	if len(friend.PersonKey) > 0 {
		others, err := tx.MembersByPerson(shop.ID, [][]byte{friend.PersonKey})
		if err != nil {
			return "", "", err
		}
		for _, m := range others[string(friend.PersonKey)] {
			if m.ID != friend.ID && (m.FirstOrderAt != 0 || m.State == loyalty.MemberErased) {
				return store.ReferralRefused, ReferralNotNew, nil // known under another account
			}
		}
	}
	recent, err := tx.ReferralsBy(shop.ID, referrer.ID, maxReferralsPerDay)
	if err != nil {
		return "", "", err
	}
	if len(recent) == maxReferralsPerDay && recent[len(recent)-1].CreatedAt > p.now()-dayMs {
		return store.ReferralHeld, ReferralTooMany, nil
	}
	return store.ReferralClaimed, "", nil
}

// claimCodes notes who came by whose code, where the host knows it.
func (b *batch) claimCodes(customers []platform.Customer) error {
	for _, c := range customers {
		m := b.people.byKey[c.Key]
		if c.RefCode == "" || m == nil || m.State != loyalty.MemberActive {
			continue
		}
		if _, err := b.p.claimReferral(b.tx, b.shop, *m, c.RefCode); err != nil && !errors.Is(err, loyalty.NotFound("")) {
			return err
		}
	}
	return nil
}

// advanceReferrals starts the return window of friends who bought for the first
// time: one statement, and only in batches with such an order.
func (b *batch) advanceReferrals() error {
	if len(b.bought) == 0 {
		return nil
	}
	friends := make([]loyalty.ID, 0, len(b.bought))
	for id := range b.bought {
		friends = append(friends, id)
	}
	found, err := b.tx.ReferralsOfFriends(b.shop.ID, friends)
	if err != nil {
		return err
	}
	for _, w := range b.sales {
		if w.claim == nil || w.claim.holder == nil {
			continue
		}
		r, ok := found[w.claim.holder.ID]
		if !ok || r.State != store.ReferralClaimed || b.bought[r.FriendID] != w.sale.PlacedAt {
			continue
		}
		r.State, r.SaleKey, r.QualifiesAt, r.UpdatedAt = store.ReferralQualifying, w.sale.Key, max(w.claim.availableAt, 1), b.now
		if ok, err := b.tx.MoveReferral(b.shop.ID, r, store.ReferralClaimed); err != nil || !ok {
			return cmpErr(err, errRaced)
		}
	}
	return nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// QualifyReferrals rewards both sides of referrals whose return window has
// passed, if the friend's order has lasted (S4-05, G10). It returns how many
// were decided; call it again until that is 0.
func (p *Program) QualifyReferrals(ctx context.Context, shop loyalty.Shop, limit int) (int, error) {
	var due []store.Referral
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.ReferralsDue(shop.ID, p.now(), limit)
		return err
	})
	for _, r := range due {
		if err := p.decideReferral(ctx, shop, r); err != nil {
			return 0, fmt.Errorf("referral %s: %w", r.ID, err)
		}
	}
	return len(due), err
}

func (p *Program) decideReferral(ctx context.Context, shop loyalty.Shop, r store.Referral) error {
	return rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			r := r
			lasted, err := p.orderLasted(tx, shop, r.SaleKey)
			if err != nil {
				return err
			}
			r.State, r.UpdatedAt = store.ReferralRewarded, p.now()
			if !lasted {
				r.State, r.Reason = store.ReferralRefused, ReferralReturned
			}
			if ok, err := tx.MoveReferral(shop.ID, r, store.ReferralQualifying); err != nil || !ok {
				return err // decided by somebody else meanwhile
			}
			if !lasted {
				return nil
			}
			return p.bookActivities(tx, shop, []memberActivity{p.rewardOf(r, r.ReferrerID, "referrer"), p.rewardOf(r, r.FriendID, earning.FriendSide)})
		})
	})
}

func (p *Program) rewardOf(r store.Referral, member loyalty.ID, side string) memberActivity {
	return memberActivity{member: member, activity: earning.Activity{Key: "referral:" + r.ID.String() + ":" + side, Kind: earning.ActivityReferral,
		Name: side, Subject: r.FriendID.String(), State: earning.ActivityApproved, At: r.UpdatedAt, UpdatedAt: r.UpdatedAt}}
}

// orderLasted says that an order was neither cancelled nor given back whole.
func (p *Program) orderLasted(tx *store.Tx, shop loyalty.Shop, key string) (bool, error) {
	rows, err := tx.SalesByKey(shop.ID, []string{key})
	if err != nil {
		return false, err
	}
	row, ok := rows[key]
	return ok && row.Status != string(earning.SaleCancelled) && (row.Total == 0 || row.Refunded < row.Total), nil
}

// HeldReferral is somebody's decision on a referral that was held.
type HeldReferral struct {
	ID     loyalty.ID
	Accept bool
	Reason string // shown to nobody but staff
}

// DecideReferral lets a held referral go on, or refuses it for good.
func (p *Program) DecideReferral(ctx context.Context, actor string, shop loyalty.Shop, d HeldReferral) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		r, found, err := tx.ReferralByID(shop.ID, d.ID)
		if err != nil {
			return err
		}
		if !found || r.State != store.ReferralHeld {
			return loyalty.NotFound("held referral")
		}
		r.State, r.Reason, r.UpdatedAt = store.ReferralRefused, d.Reason, p.now()
		if d.Accept {
			if r.State, err = p.resumeReferral(tx, shop, &r); err != nil {
				return err
			}
		}
		if ok, err := tx.MoveReferral(shop.ID, r, store.ReferralHeld); err != nil || !ok {
			return orConflict(err, "the referral was decided by somebody else")
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "referral.decided", to: "referral:" + d.ID.String(), after: map[string]any{"state": r.State}, why: d.Reason})
	})
}

// resumeReferral finds out whether the friend has bought while the referral was held.
func (p *Program) resumeReferral(tx *store.Tx, shop loyalty.Shop, r *store.Referral) (store.ReferralState, error) {
	r.Reason = ""
	sales, err := tx.SalesOfMember(shop.ID, r.FriendID, nil, 100)
	if err != nil {
		return "", err
	}
	for i := len(sales) - 1; i >= 0; i-- {
		plan, ok, err := p.PlanAt(tx, shop, sales[i].PlacedAt)
		if err != nil {
			return "", err
		}
		if ok && earning.Reached(earning.SaleStatus(sales[i].Status), plan.Doc.Earning.EarnAt) {
			r.SaleKey, r.QualifiesAt = sales[i].Key, sales[i].PlacedAt+int64(plan.Doc.Pending.Days)*dayMs
			return store.ReferralQualifying, nil
		}
	}
	return store.ReferralClaimed, nil
}
