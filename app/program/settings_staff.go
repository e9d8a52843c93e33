package program

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// maxStaff bounds the document; hosts allow far fewer people.
const maxStaff = 200

// StaffRoles are who may do what.
type StaffRoles struct {
	Default string
	Staff   []StaffRole
}

func (r StaffRoles) validate() error {
	if !slices.Contains(roles, r.Default) {
		return loyalty.Invalid("default_role", "must be owner, manager or viewer")
	}
	if len(r.Staff) > maxStaff {
		return loyalty.Invalid("staff", "are too many: at most 200")
	}
	known := map[string]bool{}
	for _, s := range r.Staff {
		switch {
		case s.Key == "" || len(s.Key) > 120 || strings.ContainsFunc(s.Key, func(c rune) bool { return c <= ' ' || c > '~' }):
			return loyalty.Invalid("staff", "need the host's id of each person")
		case known[s.Key]:
			return loyalty.Invalid("staff", "must be listed once each")
		case !slices.Contains(roles, s.Role):
			return loyalty.Invalid("staff", "must be owner, manager or viewer")
		case utf8.RuneCountInString(s.Name) > 120 || !utf8.ValidString(s.Name):
			return loyalty.Invalid("staff", "have names of at most 120 characters")
		}
		known[s.Key] = true
	}
	return nil
}

// SaveStaffRoles says who may do what. Somebody who has really used the admin must
// stay an owner: an id with a typing error could let nobody in again.
func (p *Program) SaveStaffRoles(ctx context.Context, actor string, shop loyalty.Shop, seen int64, r StaffRoles) (ShopSettings, error) {
	if err := r.validate(); err != nil {
		return ShopSettings{}, err
	}
	return p.changeSettings(ctx, shop, settingsChange{by: actor, did: "staff.saved", seen: &seen, change: func(tx *store.Tx, s *ShopSettings) (before, after any, err error) {
		was := StaffRoles{s.DefaultRole, s.Staff}
		s.DefaultRole, s.Staff = r.Default, r.Staff
		people, err := tx.StaffOfShop(shop.ID)
		if err != nil {
			return nil, nil, err
		}
		me := strings.TrimPrefix(actor, "staff:")
		remains := s.RoleOf(me) == RoleOwner || slices.ContainsFunc(people, func(one store.StaffSeen) bool { return s.RoleOf(one.Key) == RoleOwner })
		if !remains {
			return nil, nil, loyalty.Invalid("staff", "must keep one owner who has used the admin before")
		}
		return was, r, nil
	}})
}

// StaffOf is a person of the staff: listed by the owner, or seen in the admin.
type StaffOf struct {
	StaffRole
	Listed  bool
	FirstAt int64 // Unix ms; 0 = has not used the admin yet
	LastAt  int64
}

// StaffPeople lists everybody who is listed or was seen, the latest first.
func (p *Program) StaffPeople(tx *store.Tx, shop loyalty.ShopID, s ShopSettings) ([]StaffOf, error) {
	seen, err := tx.StaffOfShop(shop)
	if err != nil {
		return nil, err
	}
	var people []StaffOf
	for _, one := range seen {
		people = append(people, StaffOf{StaffRole: StaffRole{Key: one.Key, Role: s.RoleOf(one.Key)}, FirstAt: one.FirstAt, LastAt: one.LastAt})
	}
	for _, listed := range s.Staff {
		at := slices.IndexFunc(people, func(one StaffOf) bool { return one.Key == listed.Key })
		if at < 0 {
			people = append(people, StaffOf{StaffRole: listed, Listed: true})
			continue
		}
		people[at].StaffRole, people[at].Listed = listed, true
	}
	return people, nil
}

// LesserRole is the role that allows less; empty = no limit.
func LesserRole(a, b string) string {
	if slices.Index(roles, a) > slices.Index(roles, b) {
		return a
	}
	return b
}

// KnownRole says whether there is such a role.
func KnownRole(role string) bool { return slices.Contains(roles, role) }
