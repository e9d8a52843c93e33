package api

import (
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// ExportedVouchers are the voucher codes of a person.
type ExportedVouchers struct {
	For         []CodeRow     `json:"for" doc:"made for the person"`
	From        []CodeRow     `json:"from" doc:"made by the person as a partner"`
	Kept        []loyalty.ID  `json:"kept" doc:"codes that wait in the person's cart"`
	Used        []CodeUseView `json:"used"`
	NewCustomer *NewClaimView `json:"new_customer,omitempty" doc:"the voucher for new customers that the person has had"`
}

// NewClaimView is the one voucher for new customers that a person has had.
type NewClaimView struct {
	CodeID loyalty.ID `json:"code_id"`
	Order  string     `json:"order"`
	State  string     `json:"state"`
	At     int64      `json:"at" doc:"Unix milliseconds"`
}

func viewExportedVouchers(e program.MemberExport) ExportedVouchers {
	code := func(c store.Code) CodeRow { return viewCode(program.CodeCard{Code: c}) }
	v := ExportedVouchers{For: views(e.Codes, code), From: views(e.CodesFrom, code), Kept: append([]loyalty.ID{}, e.CodesKept...), Used: viewUses(e.CodeUses)}
	if c := e.NewClaim; c != nil {
		v.NewCustomer = &NewClaimView{CodeID: c.CodeID, Order: c.SaleKey, State: c.State, At: c.At}
	}
	return v
}

// ExportedPartners is what partners did about a person, and what the person did as
// one. Times are Unix ms.
type ExportedPartners struct {
	Sponsor  *ExportedSponsor  `json:"sponsor,omitempty" doc:"whose customer the person is"`
	Events   []ExportedEvent   `json:"events" doc:"how that came about"`
	Contacts []ExportedContact `json:"contacts" doc:"which partner saw or exported which of the person's data"`
	Notes    []ExportedNote    `json:"notes" doc:"what partners noted about the person"`
	Appeals  []ExportedAppeal  `json:"appeals" doc:"about the person, and by the person"`
	Checks   []ExportedCheck   `json:"checks" doc:"whether the person is of the household of a partner, by keyed hashes"`
	Own      *ExportedPartner  `json:"own,omitempty" doc:"where the person is a partner"`
}

// ExportedSponsor is whose customer a person is.
type ExportedSponsor struct {
	PartnerID loyalty.ID `json:"partner_id"`
	State     string     `json:"state"`
	Order     string     `json:"order,omitempty"`
	At        int64      `json:"at"`
}

// ExportedEvent is a line of a person's timeline with partners.
type ExportedEvent struct {
	PartnerID loyalty.ID `json:"partner_id,omitempty"`
	Kind      string     `json:"kind"`
	Order     string     `json:"order,omitempty"`
	Note      string     `json:"note,omitempty"`
	At        int64      `json:"at"`
}

// ExportedContact is a look of a partner at a person's contact data.
type ExportedContact struct {
	PartnerID loyalty.ID `json:"partner_id"`
	Kind      string     `json:"kind"`
	Fields    []string   `json:"fields"`
	At        int64      `json:"at"`
}

// ExportedNote is what a partner noted about a person.
type ExportedNote struct {
	PartnerID loyalty.ID `json:"partner_id"`
	State     string     `json:"state"`
	Note      string     `json:"note,omitempty"`
	RemindAt  int64      `json:"remind_at,omitempty"`
}

// ExportedCheck says that somebody looks like the partner by whose code they bought.
type ExportedCheck struct {
	PartnerID loyalty.ID `json:"partner_id"`
	State     string     `json:"state"`
	Signals   []string   `json:"signals"`
	Order     string     `json:"order,omitempty"`
	Note      string     `json:"note,omitempty"`
	At        int64      `json:"at"`
}

// ExportedAppeal is what a partner said whose customer somebody is.
type ExportedAppeal struct {
	MemberID  loyalty.ID `json:"member_id"`
	PartnerID loyalty.ID `json:"partner_id"`
	State     string     `json:"state"`
	Text      string     `json:"text"`
	Answer    string     `json:"answer,omitempty"`
	At        int64      `json:"at"`
}

// ExportedPartner is what a person did and earned as a partner.
type ExportedPartner struct {
	State       string               `json:"state"`
	SponsorID   loyalty.ID           `json:"sponsor_id,omitempty" doc:"the partner above"`
	HostName    string               `json:"host_name,omitempty" doc:"name of the own storefront"`
	Notes       string               `json:"notes,omitempty"`
	Since       int64                `json:"since"`
	SignedIn    []int64              `json:"signed_in" doc:"when the partner opened the desk, newest first"`
	Commissions []ExportedCommission `json:"commissions"`
}

// ExportedCommission is what an order brought a partner, minor units.
type ExportedCommission struct {
	Order     string           `json:"order"`
	Level     int64            `json:"level"`
	Minor     int64            `json:"minor"`
	PaidMinor int64            `json:"paid_minor"`
	Currency  loyalty.Currency `json:"currency"`
	State     string           `json:"state"`
	At        int64            `json:"at"`
}

func viewExportedPartners(e program.MemberExport) ExportedPartners {
	v := ExportedPartners{
		Events: views(e.Timeline, func(r store.SponsorEvent) ExportedEvent {
			return ExportedEvent{PartnerID: r.PartnerID, Kind: string(r.Kind), Order: r.SaleKey, Note: r.Note, At: r.At}
		}),
		Contacts: views(e.Contacts, func(r store.ContactRow) ExportedContact {
			return ExportedContact{PartnerID: r.PartnerID, Kind: r.Kind, Fields: strings.Fields(r.Fields), At: r.At}
		}),
		Notes: views(e.Worklist, func(r store.WorkRow) ExportedNote {
			return ExportedNote{PartnerID: r.PartnerID, State: r.State, Note: r.Note, RemindAt: r.RemindAt}
		}),
		Appeals: views(e.Appeals, func(r store.Appeal) ExportedAppeal {
			return ExportedAppeal{MemberID: r.MemberID, PartnerID: r.PartnerID, State: r.State, Text: r.Text, Answer: r.Answer, At: r.CreatedAt}
		}),
	}
	v.Checks = views(e.Checks, func(c store.PartnerCheck) ExportedCheck {
		return ExportedCheck{PartnerID: c.PartnerID, State: string(c.State), Signals: append([]string{}, c.Signals...), Order: c.SaleKey, Note: c.Note, At: c.CreatedAt}
	})
	if s := e.Sponsorship; s != nil {
		v.Sponsor = &ExportedSponsor{PartnerID: s.PartnerID, State: string(s.State), Order: s.SaleKey, At: s.At}
	}
	if e.Partner != nil {
		v.Own = viewExportedPartner(e)
	}
	return v
}

func viewExportedPartner(e program.MemberExport) *ExportedPartner {
	p := e.Partner
	return &ExportedPartner{State: string(p.State), SponsorID: p.SponsorID, HostName: p.HostName, Notes: p.Notes, Since: p.CreatedAt,
		SignedIn: views(e.Sessions, func(s store.DeskSession) int64 { return s.CreatedAt }),
		Commissions: views(e.Commissions, func(c store.Commission) ExportedCommission {
			return ExportedCommission{Order: c.SaleKey, Level: c.Level, Minor: c.Minor, PaidMinor: c.PaidMinor, Currency: c.Currency, State: c.State, At: c.At}
		})}
}
