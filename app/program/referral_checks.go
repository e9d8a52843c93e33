package program

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// What makes a person look at a referral before it is rewarded (A-29, G10, G11).
const (
	SignalAddress = "address" // parcels go to the same door
	SignalName    = "name"    // same name and postal code
	SignalPhone   = "phone"
	SignalDevice  = "device"   // same network and browser within 30 days
	SignalNetwork = "network"  // same network within 30 days
	SignalMail    = "mail"     // the same name in front of another mail provider
	SignalMany    = "too_many" // more friends in a day than the shop allows
	SignalRing    = "ring"     // the friend brought, over others, who now brings the friend
)

// ReferralSettings are the merchant's choices for members who bring friends.
type ReferralSettings struct {
	Version int64 `json:"-"`       // 0 = nothing was chosen yet
	Compare bool  `json:"compare"` // hold referrals of people who seem to be one household
	PerDay  int   `json:"per_day"` // of one member within 24 hours; more are held
}

const mostReferralsPerDay = 1000

// ReferralSettings are the shop's choices.
func (p *Program) ReferralSettings(tx *store.Tx, shop loyalty.ShopID) (ReferralSettings, error) {
	s := ReferralSettings{Compare: true, PerDay: 10}
	body, version, err := tx.SettingsDoc(shop, store.ReferralSettings)
	if err != nil || version == 0 {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("program: settings of referrals of shop %s: %w", shop, err)
	}
	s.Version = version
	return s, nil
}

// SaveReferralSettings stores what was chosen after the version that was seen.
func (p *Program) SaveReferralSettings(ctx context.Context, actor string, shop loyalty.Shop, seen int64, s ReferralSettings) error {
	if s.PerDay < 1 || s.PerDay > mostReferralsPerDay {
		return loyalty.Invalid("per_day", "must be between 1 and 1,000")
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		was, err := p.ReferralSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		ok, err := tx.SaveSettingsDoc(shop.ID, store.SettingsDoc{Name: store.ReferralSettings, Body: body, Seen: seen, NowMs: p.now()})
		if err != nil || !ok || was.Version != seen {
			return orConflict(err, "the settings were changed by somebody else")
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "referrals.settings", to: "settings", before: was, after: s})
	})
}

// suspect holds a referral if anything speaks against it that nobody has looked at yet.
func (p *Program) suspect(tx *store.Tx, shop loyalty.ShopID, r *store.Referral, referrer, friend loyalty.Member) error {
	found, err := p.suspicions(tx, shop, *r, referrer, friend)
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(found, func(s string) bool { return slices.Contains(r.Signals, s) })
	if len(fresh) == 0 {
		return nil
	}
	r.Signals = append(slices.Clone(r.Signals), fresh...)
	r.State, r.Reason, r.Note, r.DecidedBy, r.DecidedAt = store.ReferralHeld, fresh[0], "", "", 0
	return nil
}

func (p *Program) suspicions(tx *store.Tx, shop loyalty.ShopID, r store.Referral, referrer, friend loyalty.Member) (found []string, err error) {
	settings, err := p.ReferralSettings(tx, shop)
	if err != nil {
		return nil, err
	}
	if settings.Compare {
		if found, err = p.alike(tx, shop, referrer.ID, friend.ID); err != nil {
			return nil, err
		}
		if sameMailbox(referrer.Email, friend.Email) {
			found = append(found, SignalMail)
		}
	}
	// Those who came before decide, not the moment of asking: of many at once only the first go through.
	earlier, err := tx.ReferralsBefore(shop, r, settings.PerDay)
	if err != nil {
		return nil, err
	}
	if len(earlier) == settings.PerDay && earlier[len(earlier)-1].CreatedAt > r.CreatedAt-dayMs {
		found = append(found, SignalMany)
	}
	if r.State != store.ReferralClaimed && r.State != store.ReferralRewarded {
		return found, nil // an order closes no ring: the claim did, and the reward is judged once more
	}
	ring, err := inRing(tx, shop, r)
	if ring {
		found = append(found, SignalRing)
	}
	return found, err
}

// longestRing bounds the walk up: nobody goes through so many accounts for one bonus.
const longestRing = 1000

// inRing says that who brings the friend was brought by the friend, over however many.
func inRing(tx *store.Tx, shop loyalty.ShopID, r store.Referral) (bool, error) {
	id := r.ReferrerID
	for range longestRing {
		if id == r.FriendID {
			return true, nil
		}
		above, err := tx.ReferralsOfFriends(shop, []loyalty.ID{id})
		if err != nil {
			return false, err
		}
		up, brought := above[id]
		if !brought || up.State == store.ReferralRefused {
			return false, nil
		}
		id = up.ReferrerID
	}
	return false, nil
}

// sharedNames stand in front of the addresses of many.
var sharedNames = []string{"kontakt", "contact", "contatto", "bestellung", "service", "support", "office", "einkauf", "rechnung", "webmaster"}

// sameMailbox says that two addresses of different providers begin with the same name,
// as people's second address often does.
func sameMailbox(one, other string) bool {
	name, at := mailName(one)
	again, elsewhere := mailName(other)
	return len(name) >= 6 && name == again && at != elsewhere && !slices.Contains(sharedNames, name)
}

func mailName(address string) (name, domain string) {
	local, domain, _ := strings.Cut(loyalty.CanonicalEmail(address), "@")
	local, _, _ = strings.Cut(local, "+")
	return strings.NewReplacer(".", "", "-", "", "_", "").Replace(local), domain
}
