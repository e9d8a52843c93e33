package program

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// What a partner may see of a new customer in the first line (S0-50, S0-51).
const (
	ContactName  = "name"
	ContactEmail = "email"
)

// ContactFields are all of them; no other contact data of members is kept.
var ContactFields = []string{ContactName, ContactEmail}

// PartnerSettings are the merchant's choices for partners. The module is off until
// somebody switches it on (S0-01).
type PartnerSettings struct {
	Version     int64        `json:"-"` // 0 = nothing was chosen yet
	On          bool         `json:"on" doc:"off: codes of partners do not count and partners cannot sign in; what there was is kept"`
	Contact     []string     `json:"contact" doc:"what partners see of new customers in their first line: name, email"`
	NeedConsent bool         `json:"need_consent" doc:"contact data only of those who agreed to advertising"`
	RatesBP     []int64      `json:"rates_bp" doc:"commission by level in hundredths of a per cent, the first line first; empty = none"`
	AllOrders   bool         `json:"all_orders" doc:"also for orders without a code, of customers who have a sponsor"`
	HoldDays    int          `json:"hold_days" doc:"days after the order until a commission can be paid"`
	Conflict    partner.Rule `json:"conflict" enum:"first,last,code" doc:"who has a customer whom two partners claim"`
	RevokeFinal bool         `json:"revoke_final" doc:"a cancelled first order takes the sponsor away again"`
	Domain      string       `json:"domain,omitempty" doc:"partners' storefronts are names below it"`
}

func defaultPartnerSettings() PartnerSettings {
	return PartnerSettings{Contact: []string{ContactName}, NeedConsent: true, RatesBP: []int64{}, HoldDays: 30, Conflict: partner.RuleFirst, RevokeFinal: true}
}

func (s PartnerSettings) policy() partner.Policy {
	return partner.Policy{Rule: s.Conflict, RevokeFinal: s.RevokeFinal}
}

// tidied puts settings into the form in which they are stored; a *loyalty.Error names
// the field that cannot be.
func (s PartnerSettings) tidied() (PartnerSettings, error) {
	contact := []string{}
	for _, f := range ContactFields {
		if slices.Contains(s.Contact, f) {
			contact = append(contact, f)
		}
	}
	s.Domain = strings.Trim(strings.ToLower(strings.TrimSpace(s.Domain)), ".")
	var sum int64
	for _, rate := range s.RatesBP {
		if rate < 0 || rate > 10_000 {
			return s, loyalty.Invalid("rates_bp", "must be between 0 and 10000 each")
		}
		sum += rate
	}
	switch {
	case len(contact) != len(s.Contact):
		return s, loyalty.Invalid("contact", "must be some of "+strings.Join(ContactFields, ", ")+", each once")
	case len(s.RatesBP) > partner.MaxLevels:
		return s, loyalty.Invalid("rates_bp", fmt.Sprintf("must be at most %d levels", partner.MaxLevels))
	case sum > 10_000:
		return s, loyalty.Invalid("rates_bp", "must be at most 10000 together: an order cannot pay more than it brings")
	case s.HoldDays < 0 || s.HoldDays > 365:
		return s, loyalty.Invalid("hold_days", "must be between 0 and 365")
	case !slices.Contains(partner.Rules, s.Conflict):
		return s, loyalty.Invalid("conflict", "must be first, last or code")
	case s.Domain != "" && (len(s.Domain) > 150 || !hostName.MatchString(s.Domain)):
		return s, loyalty.Invalid("domain", "must be a name such as example.com")
	}
	s.Contact = contact
	if s.RatesBP == nil {
		s.RatesBP = []int64{}
	}
	return s, nil
}

// PartnerSettings are the shop's choices; what was never chosen is as it is installed.
func (p *Program) PartnerSettings(tx *store.Tx, shop loyalty.ShopID) (PartnerSettings, error) {
	s := defaultPartnerSettings()
	body, version, err := tx.SettingsDoc(shop, store.PartnerSettings)
	if err != nil || version == 0 {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("program: partner settings of shop %s: %w", shop, err)
	}
	s.Version = version
	return s, nil
}

// SavePartnerSettings stores what was chosen after the version that was seen. Where
// the module is switched, the codes of partners stop or work again in the shop, too.
func (p *Program) SavePartnerSettings(ctx context.Context, actor string, shop loyalty.Shop, seen int64, s PartnerSettings) (PartnerSettings, error) {
	s, err := s.tidied()
	if err != nil {
		return s, err
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		was, err := p.PartnerSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		ok, err := tx.SaveSettingsDoc(shop.ID, store.SettingsDoc{Name: store.PartnerSettings, Body: body, Seen: seen, NowMs: p.now()})
		if err != nil || !ok || was.Version != seen {
			return orConflict(err, "the settings were changed by somebody else")
		}
		s.Version = seen + 1
		if was.On != s.On {
			if err := p.oweAllPartnerCodes(tx, shop.ID); err != nil {
				return err
			}
		}
		if was.On != s.On || was.Domain != s.Domain {
			if err := p.publishSettingsLater(tx, shop); err != nil {
				return err
			}
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "partners.settings", to: "settings", before: was, after: s})
	})
	return s, err
}

// oweAllPartnerCodes has the host brought to where the codes of partners are now.
func (p *Program) oweAllPartnerCodes(tx *store.Tx, shop loyalty.ShopID) error {
	for before := loyalty.ID(0); ; {
		ids, err := tx.CodesOfPartners(shop, before, 500)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := p.oweMirror(tx, shop, ids); err != nil {
			return err
		}
		before = ids[len(ids)-1]
	}
}

// acceptsPartners says whether codes of a partner count now: the module is on and the
// partner is not paused.
func (p *Program) acceptsPartners(tx *store.Tx, shop loyalty.ShopID, issuer loyalty.ID) (bool, error) {
	s, err := p.PartnerSettings(tx, shop)
	if err != nil || !s.On {
		return false, err
	}
	rows, err := tx.PartnersByID(shop, []loyalty.ID{issuer})
	return rows[issuer].State != store.PartnerPaused, err
}

// barredCodes are those of the codes that are from partners and do not count now: the
// module is off, or the partner is paused. Where none is from a partner it costs nothing.
func (p *Program) barredCodes(tx *store.Tx, shop loyalty.ShopID, codes map[loyalty.ID]store.Code) (map[loyalty.ID]bool, error) {
	issuers := map[loyalty.ID]bool{}
	for _, c := range codes {
		if c.IssuerID != 0 {
			issuers[c.IssuerID] = true
		}
	}
	if len(issuers) == 0 {
		return nil, nil
	}
	s, err := p.PartnerSettings(tx, shop)
	if err != nil {
		return nil, err
	}
	rows, err := tx.PartnersByID(shop, slices.Sorted(maps.Keys(issuers)))
	barred := map[loyalty.ID]bool{}
	for id, c := range codes {
		if c.IssuerID != 0 && (!s.On || rows[c.IssuerID].State == store.PartnerPaused) {
			barred[id] = true
		}
	}
	return barred, err
}
