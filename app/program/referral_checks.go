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

// bringing is a referral with both of its members.
type bringing struct {
	*store.Referral
	referrer, friend loyalty.Member
}

// suspect holds a referral if anything speaks against it that nobody has looked at yet.
func (p *Program) suspect(tx *store.Tx, shop loyalty.ShopID, r *store.Referral, referrer, friend loyalty.Member) error {
	return p.suspectAll(tx, shop, []bringing{{r, referrer, friend}})
}

// suspectAll does so for many, with a number of statements that does not grow with them
// as long as no claim or reward is among them, whose rings are walked.
func (p *Program) suspectAll(tx *store.Tx, shop loyalty.ShopID, list []bringing) error {
	e, err := p.evidenceOf(tx, shop, list)
	if err != nil {
		return err
	}
	for _, b := range list {
		found := e.against(b)
		// An order closes no ring: the claim did, and the reward is judged once more.
		if b.State == store.ReferralClaimed || b.State == store.ReferralRewarded {
			ring, err := inRing(tx, shop, *b.Referral)
			if err != nil {
				return err
			}
			if ring {
				found = append(found, SignalRing)
			}
		}
		b.hold(found)
	}
	return nil
}

// hold keeps a referral for a person's look, if a signal is new.
func (b bringing) hold(found []string) {
	fresh := slices.DeleteFunc(found, func(s string) bool { return slices.Contains(b.Signals, s) })
	if len(fresh) == 0 {
		return
	}
	b.Signals = append(slices.Clone(b.Signals), fresh...)
	b.State, b.Reason, b.Note, b.DecidedBy, b.DecidedAt = store.ReferralHeld, fresh[0], "", "", 0
}

// evidence is what is read to compare the members of referrals.
type evidence struct {
	settings ReferralSettings
	orders   map[loyalty.ID][]store.SaleTraces // by member
	before   map[loyalty.ID]int64              // by referral: when the friend was brought who fills the day
}

func (p *Program) evidenceOf(tx *store.Tx, shop loyalty.ShopID, list []bringing) (e evidence, err error) {
	if e.settings, err = p.ReferralSettings(tx, shop); err != nil {
		return e, err
	}
	var members []loyalty.ID
	referrals := make([]store.Referral, len(list))
	for i, b := range list {
		members, referrals[i] = append(members, b.referrer.ID, b.friend.ID), *b.Referral
	}
	if e.settings.Compare {
		if e.orders, err = tx.TracesOfMembers(shop, distinctIDs(members), p.now()-tracesDays*dayMs, tracesOrders); err != nil {
			return e, err
		}
	}
	e.before, err = tx.ReferralsBefore(shop, referrals, e.settings.PerDay)
	return e, err
}

func (e evidence) against(b bringing) (found []string) {
	if e.settings.Compare {
		found = alike(e.orders[b.referrer.ID], e.orders[b.friend.ID])
		if sameMailbox(b.referrer.Email, b.friend.Email) {
			found = append(found, SignalMail)
		}
	}
	// Those who came before decide, not the moment of asking: of many at once only the first go through.
	if at, full := e.before[b.ID]; full && at > b.CreatedAt-dayMs {
		found = append(found, SignalMany)
	}
	return found
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
