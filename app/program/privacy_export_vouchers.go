package program

import (
	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// ExportedVouchers are the voucher codes of a person (S0-23).
type ExportedVouchers struct {
	Codes     []store.Code            `json:"codes"`      // made for the person
	CodesFrom []store.Code            `json:"codes_from"` // made by the person as a partner
	CodesKept []loyalty.ID            `json:"codes_kept"` // codes that wait in the person's cart
	CodeUses  []store.CodeUse         `json:"code_uses"`
	NewClaim  *store.NewCustomerClaim `json:"new_customer,omitempty"` // the voucher for new customers that was used
}

// ExportedPartner is what partners did about a person, and what the person did as a
// partner. Other customers are named in it by their number alone.
type ExportedPartner struct {
	Sponsorship *partner.Sponsorship `json:"sponsorship,omitempty"` // whose customer the person is
	Timeline    []store.SponsorEvent `json:"sponsor_events"`
	Contacts    []store.ContactRow   `json:"contacts"` // who saw which of the person's data
	Worklist    []store.WorkRow      `json:"worklist"` // what partners noted about the person
	Appeals     []store.Appeal       `json:"appeals"`  // about the person, and by the person
	Checks      []store.PartnerCheck `json:"checks"`   // whether the person is the household of a partner
	Partner     *store.PartnerRow    `json:"partner,omitempty"`
	Commissions []store.Commission   `json:"commissions"`
	Sessions    []store.DeskSession  `json:"desk_sessions"`
}

func exportVouchers(tx *store.Tx, shop loyalty.ShopID, out *MemberExport) (err error) {
	id := out.Member.ID
	for _, side := range []struct {
		list store.CodeList
		into *[]store.Code
	}{{store.CodeList{MemberID: id}, &out.Codes}, {store.CodeList{IssuerID: id}, &out.CodesFrom}} {
		for side.list.Limit = exportPage; ; {
			page, err := tx.Codes(shop, side.list)
			if err != nil {
				return err
			}
			if *side.into = append(*side.into, page...); len(page) < exportPage {
				break
			}
			side.list.Before = page[len(page)-1].ID
		}
	}
	if out.CodesKept, err = tx.PendingCodes(shop, Shopper{Member: id}.holder(), 0, exportMost); err != nil {
		return err
	}
	if out.CodeUses, err = tx.UsesOfMember(shop, store.UseList{MemberID: id, Limit: exportMost}); err != nil || len(out.Member.PersonKey) == 0 {
		return err
	}
	claims, err := tx.NewCustomerClaims(shop, []string{string(out.Member.PersonKey)})
	if claim, has := claims[string(out.Member.PersonKey)]; has {
		out.NewClaim = &claim
	}
	return err
}

func exportPartner(tx *store.Tx, shop loyalty.ShopID, out *MemberExport) error {
	id := out.Member.ID
	sponsors, err := tx.SponsorshipsOf(shop, []loyalty.ID{id})
	if err != nil {
		return err
	}
	if s, has := sponsors[id]; has {
		out.Sponsorship = &s
	}
	if out.Timeline, err = tx.SponsorEvents(shop, []loyalty.ID{id}, exportMost); err != nil {
		return err
	}
	if out.Contacts, err = tx.ContactsOf(shop, id, exportMost); err != nil {
		return err
	}
	if out.Worklist, err = tx.WorkAbout(shop, id); err != nil {
		return err
	}
	if out.Appeals, err = tx.AppealsOf(shop, id); err != nil {
		return err
	}
	if out.Checks, err = tx.PartnerChecksOf(shop, []loyalty.ID{id}); err != nil {
		return err
	}
	rows, err := tx.PartnersByID(shop, []loyalty.ID{id})
	row, is := rows[id]
	if err != nil || !is {
		return err
	}
	out.Partner = &row
	if out.Commissions, err = tx.Commissions(shop, store.CommissionList{PartnerID: id, Limit: exportMost}); err != nil {
		return err
	}
	out.Sessions, err = tx.DeskSessionsOf(shop, id)
	return err
}
