package program

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Languages are those in which we speak to merchants and shoppers.
var Languages = []string{"en", "de", "da", "pl", "it"}

// Roles of staff, the one who may most first.
const (
	RoleOwner   = "owner"   // everything, keys and roles too
	RoleManager = "manager" // everything but keys and roles
	RoleViewer  = "viewer"  // looks only
)

var roles = []string{RoleOwner, RoleManager, RoleViewer}

// What the people at a desk see of a member whom they look up.
const (
	DeskSeesCode    = "code"    // nothing but the code and the points
	DeskSeesName    = "name"    // the name too
	DeskSeesContact = "contact" // e-mail address and phone number too
)

// How German texts speak to shoppers.
const (
	AddressFormal   = "formal"   // Sie
	AddressInformal = "informal" // du
)

// StaffRole is what one person may do. Key is the host's own id of the person: the
// subject of their session token. Name is what the owner calls them.
type StaffRole struct {
	Key  string `json:"key"`
	Name string `json:"name,omitempty"`
	Role string `json:"role"`
}

// ShopSettings are the merchant's choices besides the plan: one document of a shop,
// with a version.
type ShopSettings struct {
	Version     int64                        `json:"-"`             // 0 = nothing was chosen yet
	Off         []string                     `json:"off,omitempty"` // placements that show nothing (S4-16)
	Texts       map[string]map[string]string `json:"texts,omitempty"`
	Languages   []string                     `json:"languages"` // of the shop's pages
	Address     string                       `json:"address"`
	KeepDays    int                          `json:"keep_days"` // of finished deliveries
	DeskSees    string                       `json:"desk_sees"`
	Storefront  string                       `json:"storefront,omitempty"` // name under which shoppers know the shop; empty = the host's own
	DefaultRole string                       `json:"default_role"`         // of staff who are not listed
	Staff       []StaffRole                  `json:"staff,omitempty"`
}

func defaultSettings() ShopSettings {
	return ShopSettings{Languages: slices.Clone(Languages), Address: AddressFormal, KeepDays: int(DeliveryKeep / (24 * time.Hour)), DeskSees: DeskSeesName, DefaultRole: RoleOwner}
}

// Settings are the shop's choices; what was never chosen is as it is installed.
func (p *Program) Settings(tx *store.Tx, shop loyalty.ShopID) (ShopSettings, error) {
	s := defaultSettings()
	body, version, err := tx.ShopSettings(shop)
	if err != nil || version == 0 {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("program: settings of shop %s: %w", shop, err)
	}
	for language, own := range s.Texts {
		inForms(language, own)
	}
	s.Version = version
	return s, nil
}

// RoleOf is what a person of the staff may do.
func (s ShopSettings) RoleOf(staff string) string {
	for _, one := range s.Staff {
		if one.Key == staff {
			return one.Role
		}
	}
	return s.DefaultRole
}

// Choices are the part of the settings that managers may change.
type Choices struct {
	Languages  []string
	Address    string
	KeepDays   int
	DeskSees   string
	Storefront string
}

// The least and the most days for which finished deliveries are kept. Hosts repeat
// a delivery for up to two days: it must still be known then.
const (
	minKeepDays = 7
	maxKeepDays = 365
)

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$`)

// tidied puts choices into the form in which they are stored; a *loyalty.Error
// names the field that cannot be.
func (c Choices) tidied() (Choices, error) {
	var chosen []string
	for _, l := range Languages {
		if slices.Contains(c.Languages, l) {
			chosen = append(chosen, l)
		}
	}
	c.Storefront = strings.ToLower(strings.TrimSpace(c.Storefront))
	if u, err := url.Parse(c.Storefront); err == nil && u.Scheme == "https" {
		c.Storefront = u.Host
	}
	switch {
	case len(chosen) == 0 || len(chosen) < len(c.Languages):
		return c, loyalty.Invalid("languages", "must be at least one of ours, each once")
	case c.Address != AddressFormal && c.Address != AddressInformal:
		return c, loyalty.Invalid("address", "must be formal or informal")
	case c.KeepDays < minKeepDays || c.KeepDays > maxKeepDays:
		return c, loyalty.Invalid("keep_days", "must be between 7 and 365")
	case !slices.Contains([]string{DeskSeesCode, DeskSeesName, DeskSeesContact}, c.DeskSees):
		return c, loyalty.Invalid("desk_sees", "must be code, name or contact")
	case c.Storefront != "" && (len(c.Storefront) > 190 || !hostName.MatchString(c.Storefront)):
		return c, loyalty.Invalid("storefront", "must be a name such as www.example.com")
	}
	c.Languages = chosen
	return c, nil
}

// SaveChoices stores what was chosen after the version that was seen.
func (p *Program) SaveChoices(ctx context.Context, actor string, shop loyalty.Shop, seen int64, c Choices) (ShopSettings, error) {
	c, err := c.tidied()
	if err != nil {
		return ShopSettings{}, err
	}
	return p.changeSettings(ctx, shop, settingsChange{by: actor, did: "settings.saved", seen: &seen, change: func(_ *store.Tx, s *ShopSettings) (before, after any, err error) {
		was := Choices{s.Languages, s.Address, s.KeepDays, s.DeskSees, s.Storefront}
		s.Languages, s.Address, s.KeepDays, s.DeskSees, s.Storefront = c.Languages, c.Address, c.KeepDays, c.DeskSees, c.Storefront
		return was, c, nil
	}})
}

// settingsChange is one change of the document and what the audit log says of it.
type settingsChange struct {
	by, did string
	seen    *int64 // the version that was seen; nil = the change holds for whatever is there
	change  func(tx *store.Tx, s *ShopSettings) (before, after any, err error)
}

// changeSettings applies a change and tells the shop's pages.
func (p *Program) changeSettings(ctx context.Context, shop loyalty.Shop, c settingsChange) (ShopSettings, error) {
	var now ShopSettings
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		s, err := p.Settings(tx, shop.ID)
		if err != nil {
			return err
		}
		version := s.Version
		if c.seen != nil && *c.seen != version {
			return loyalty.Refuse(loyalty.CodeConflict, "the settings were changed by somebody else")
		}
		before, after, err := c.change(tx, &s)
		if err != nil {
			return err
		}
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		ok, err := tx.SaveShopSettings(shop.ID, body, version, p.now())
		if err != nil || !ok {
			return orConflict(err, "the settings were changed by somebody else")
		}
		s.Version, now = version+1, s
		if err := p.publishSettingsLater(tx, shop); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: c.by, did: c.did, to: "settings", before: before, after: after})
	})
	return now, err
}
