package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// StaffView is a person of the merchant's staff.
type StaffView struct {
	Key     string `json:"key" doc:"the host's own id of the person"`
	Name    string `json:"name,omitempty" doc:"what the owner calls them"`
	Role    string `json:"role" enum:"owner,manager,viewer"`
	Listed  bool   `json:"listed" doc:"false = the role for everybody else holds"`
	FirstAt int64  `json:"first_at,omitempty" doc:"Unix milliseconds; missing = has not used the admin yet"`
	LastAt  int64  `json:"last_at,omitempty"`
	You     bool   `json:"you,omitempty"`
}

// SettingsView are the merchant's choices besides the plan.
type SettingsView struct {
	Version     int64       `json:"version" doc:"goes back with a change"`
	Languages   []string    `json:"languages" doc:"of the shop's pages"`
	Address     string      `json:"address" enum:"formal,informal" doc:"how German texts speak to shoppers"`
	KeepDays    int         `json:"keep_days" doc:"days for which finished deliveries are kept"`
	DeskSees    string      `json:"desk_sees" enum:"code,name,contact"`
	Storefront  string      `json:"storefront,omitempty" doc:"name under which shoppers reach the shop, where it is another"`
	DefaultRole string      `json:"default_role" enum:"owner,manager,viewer"`
	Staff       []StaffView `json:"staff"`
	YourRole    string      `json:"your_role" enum:"owner,manager,viewer"`
}

type saveSettings struct {
	Body struct {
		Version    int64    `json:"version" minimum:"0" doc:"the version you have seen"`
		Languages  []string `json:"languages" minItems:"1" maxItems:"5"`
		Address    string   `json:"address" enum:"formal,informal"`
		KeepDays   int      `json:"keep_days"`
		DeskSees   string   `json:"desk_sees" enum:"code,name,contact"`
		Storefront string   `json:"storefront,omitempty" maxLength:"300"`
	}
}

// StaffRole is what one person may do.
type StaffRole struct {
	Key  string `json:"key" maxLength:"120" doc:"the host's own id of the person"`
	Name string `json:"name,omitempty" maxLength:"480"`
	Role string `json:"role" enum:"owner,manager,viewer"`
}

type saveStaff struct {
	Body struct {
		Version     int64       `json:"version" minimum:"0" doc:"the version you have seen"`
		DefaultRole string      `json:"default_role" enum:"owner,manager,viewer"`
		Staff       []StaffRole `json:"staff" maxItems:"200"`
	}
}

func (s *Server) adminSettings(api huma.API) {
	get(api, "/settings", "The merchant's choices besides the plan", s.getSettings)
	put(api, "/settings", "Save languages, address and privacy", s.putSettings)
	put(api, "/settings/staff", "Save who may do what", s.putStaff)
	s.adminTerm(api)
	s.adminTexts(api)
	s.adminPlacements(api)
	s.adminReplays(api)
}

func (s *Server) getSettings(ctx context.Context, _ *struct{}) (*body[SettingsView], error) {
	who := callerOf(ctx)
	var view SettingsView
	err := s.read(ctx, func(tx *store.Tx) error {
		settings, err := s.deps.Program.Settings(tx, who.Shop.ID)
		if err != nil {
			return err
		}
		view, err = s.viewSettings(tx, who, settings)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) viewSettings(tx *store.Tx, who caller, from program.ShopSettings) (SettingsView, error) {
	people, err := s.deps.Program.StaffPeople(tx, who.Shop.ID, from)
	if err != nil {
		return SettingsView{}, err
	}
	view := SettingsView{
		Version: from.Version, Languages: from.Languages, Address: from.Address, KeepDays: from.KeepDays, DeskSees: from.DeskSees,
		Storefront: from.Storefront, DefaultRole: from.DefaultRole, Staff: []StaffView{}, YourRole: roleIn(from, who),
	}
	for _, one := range people {
		view.Staff = append(view.Staff, StaffView{
			Key: one.Key, Name: one.Name, Role: one.Role, Listed: one.Listed, FirstAt: one.FirstAt, LastAt: one.LastAt, You: "staff:"+one.Key == who.Actor,
		})
	}
	return view, nil
}

func (s *Server) putSettings(ctx context.Context, in *saveSettings) (*body[SettingsView], error) {
	who, b := callerOf(ctx), in.Body
	_, err := s.deps.Program.SaveChoices(ctx, who.Actor, who.Shop, b.Version, program.Choices{
		Languages: b.Languages, Address: b.Address, KeepDays: b.KeepDays, DeskSees: b.DeskSees, Storefront: b.Storefront,
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getSettings(ctx, nil)
}

func (s *Server) putStaff(ctx context.Context, in *saveStaff) (*body[SettingsView], error) {
	who := callerOf(ctx)
	roles := program.StaffRoles{Default: in.Body.DefaultRole}
	for _, one := range in.Body.Staff {
		roles.Staff = append(roles.Staff, program.StaffRole(one))
	}
	if _, err := s.deps.Program.SaveStaffRoles(ctx, who.Actor, who.Shop, in.Body.Version, roles); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getSettings(ctx, nil)
}

// roleIn is what the caller may do: the lesser of what the host and what the owner
// allows (H23).
func roleIn(settings program.ShopSettings, who caller) string {
	role := settings.RoleOf(strings.TrimPrefix(who.Actor, "staff:"))
	if !program.KnownRole(who.Role) {
		return role
	}
	return program.LesserRole(role, who.Role)
}

// roleOf reads what the caller may do now: a role that was taken away holds at once.
func (s *Server) roleOf(ctx context.Context, who caller) (role string, err error) {
	err = s.deps.Program.Store.Read(ctx, func(tx *store.Tx) error {
		settings, err := s.deps.Program.Settings(tx, who.Shop.ID)
		role = roleIn(settings, who)
		return err
	})
	return role, err
}

// How long it is not noted again that somebody uses the admin, in milliseconds;
// the shorter one after a failure.
const (
	staffSeenFor   = 3_600_000
	staffSeenAgain = 60_000
)

// seeStaff notes who uses the admin, so that the owner can give roles to people
// whose ids nobody knows by heart. A request does not fail because of it.
func (s *Server) seeStaff(ctx context.Context, who caller) {
	id := who.Shop.ID.String() + " " + who.Actor
	if _, seen := s.people.get(id); seen {
		return
	}
	err := s.deps.Program.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.SeeStaff(who.Shop.ID, strings.TrimPrefix(who.Actor, "staff:"), loyalty.NowMs(s.deps.Clock))
	})
	if err != nil {
		s.deps.Log.Warn("the visit of a member of staff could not be noted", "err", err)
		s.people.put(id, true, staffSeenAgain)
		return
	}
	s.people.put(id, true, staffSeenFor)
}
