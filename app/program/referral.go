package program

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
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

// The reasons for not rewarding a referral. One that is held has its strongest signal
// for a reason.
const (
	ReferralSelf       = "self"           // the same person (G10)
	ReferralNotNew     = "not_new"        // the friend has bought before
	ReferralTooMany    = SignalMany       // more friends in a day than one person has (G11)
	ReferralReturned   = "order_returned" // the friend's order did not last
	ReferralNotAllowed = "blocked"
	ReferralByStaff    = "staff" // somebody looked and said no
)

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
	if r.Reason, err = p.noReferral(tx, shop, referrer, friend); err != nil {
		return r, err
	}
	if r.Reason != "" {
		r.State = store.ReferralRefused
	} else if err := p.suspect(tx, shop.ID, &r, referrer, friend); err != nil {
		return r, err
	}
	return r, tx.InsertReferral(shop.ID, r)
}

// noReferral says why one member did not bring the other; "" if that can be.
func (p *Program) noReferral(tx *store.Tx, shop loyalty.Shop, referrer, friend loyalty.Member) (string, error) {
	same := len(friend.PersonKey) > 0 && bytes.Equal(friend.PersonKey, referrer.PersonKey)
	switch {
	case friend.ID == referrer.ID || same:
		return ReferralSelf, nil
	case friend.FirstOrderAt != 0:
		return ReferralNotNew, nil
	case referrer.BlockEarn:
		return ReferralNotAllowed, nil
	}
	if len(friend.PersonKey) > 0 {
		others, err := tx.MembersByPerson(shop.ID, [][]byte{friend.PersonKey})
		if err != nil {
			return "", err
		}
		for _, m := range others[string(friend.PersonKey)] {
			if m.ID != friend.ID && (m.FirstOrderAt != 0 || m.State == loyalty.MemberErased) {
				return ReferralNotNew, nil // known under another account
			}
		}
	}
	return "", nil
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
// time: one statement in batches with such an order, and a fixed number where
// somebody was brought.
func (b *batch) advanceReferrals() error {
	friends := make([]loyalty.ID, 0, len(b.bought))
	for id := range b.bought {
		friends = append(friends, id)
	}
	slices.Sort(friends)
	found, err := b.tx.ReferralsOfFriends(b.shop.ID, friends)
	if err != nil {
		return err
	}
	var open []loyalty.ID
	for _, id := range friends {
		if r, brought := found[id]; brought && awaitsOrder(r) {
			open = append(open, r.ID)
		}
	}
	if len(open) == 0 {
		return nil
	}
	slices.Sort(open)
	if err := b.tx.LockReferrals(b.shop.ID, open); err != nil {
		return err
	}
	if found, err = b.tx.ReferralsOfFriends(b.shop.ID, friends); err != nil { // as they are now
		return err
	}
	return b.qualify(found)
}

func awaitsOrder(r store.Referral) bool {
	return r.State == store.ReferralClaimed || r.State == store.ReferralHeld
}

// qualify notes friends' first orders, unless one shows that a person should look
// first. A referral that is held already keeps the order for when it is decided.
func (b *batch) qualify(found map[loyalty.ID]store.Referral) error {
	var moved []*store.Referral
	var compared []bringing
	if err := b.loadHolders(found); err != nil {
		return err
	}
	for _, w := range b.sales {
		if w.claim == nil || w.claim.holder == nil {
			continue
		}
		r, brought := found[w.claim.holder.ID]
		if !brought || !awaitsOrder(r) || b.bought[r.FriendID] != w.sale.PlacedAt {
			continue
		}
		delete(found, r.FriendID)
		if r.State == store.ReferralClaimed {
			r.State = store.ReferralQualifying
		}
		r.SaleKey, r.QualifiesAt, r.UpdatedAt = w.sale.Key, max(w.claim.availableAt, 1), b.now
		moved = append(moved, &r)
		referrer, err := b.holder(r.ReferrerID)
		if err != nil {
			return err
		}
		if referrer != nil {
			compared = append(compared, bringing{&r, *referrer, *w.claim.holder})
		}
	}
	if len(moved) == 0 {
		return nil
	}
	if err := b.p.suspectAll(b.tx, b.shop.ID, compared); err != nil {
		return err
	}
	rows := make([]store.Referral, len(moved))
	for i, r := range moved {
		rows[i] = *r
	}
	return b.tx.MoveReferrals(b.shop.ID, rows)
}

// loadHolders reads who brought these friends, as far as the batch does not know them.
func (b *batch) loadHolders(found map[loyalty.ID]store.Referral) error {
	var unknown []loyalty.ID
	for _, r := range found {
		if b.people.byID[r.ReferrerID] == nil {
			unknown = append(unknown, r.ReferrerID)
		}
	}
	members, err := b.tx.MembersByID(b.shop.ID, distinctIDs(unknown))
	for id, m := range members {
		b.people.byID[id] = &m
	}
	return err
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

// decideReferral asks again who the two are: they may have become one since, or have
// ordered what shows that they live together.
func (p *Program) decideReferral(ctx context.Context, shop loyalty.Shop, r store.Referral) error {
	return rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			r := r
			r.State, r.UpdatedAt = store.ReferralRewarded, p.now()
			if err := p.judgeReferral(tx, shop, &r); err != nil {
				return err
			}
			if ok, err := tx.MoveReferral(shop.ID, r, store.ReferralQualifying); err != nil || !ok {
				return err // decided by somebody else meanwhile
			}
			if r.State != store.ReferralRewarded {
				return nil
			}
			return p.bookActivities(tx, shop, []memberActivity{p.rewardOf(r, r.ReferrerID, "referrer"), p.rewardOf(r, r.FriendID, earning.FriendSide)})
		})
	})
}

// judgeReferral takes the reward away where the order did not last or both are one
// person by now, and holds it where a person should look.
func (p *Program) judgeReferral(tx *store.Tx, shop loyalty.Shop, r *store.Referral) error {
	lasted, err := p.orderLasted(tx, shop, r.SaleKey)
	if err != nil {
		return err
	}
	if !lasted {
		r.State, r.Reason = store.ReferralRefused, ReferralReturned
		return nil
	}
	referrer, err := p.lastOf(tx, shop.ID, r.ReferrerID)
	if err != nil {
		return err
	}
	friend, err := p.lastOf(tx, shop.ID, r.FriendID)
	if err != nil {
		return err
	}
	if referrer.ID == friend.ID {
		r.State, r.Reason = store.ReferralRefused, ReferralSelf
		return nil
	}
	return p.suspect(tx, shop.ID, r, referrer, friend)
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
