package store

import (
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
)

// mergePartners lets one member have what two had: the place in the tree with all
// below, first lines, timelines, commissions, what was noted. Nobody ends up as the
// own sponsor, or with two.
func (tx *Tx) mergePartners(shop loyalty.ShopID, from, into loyalty.ID) error {
	if _, err := tx.LockTree(shop); err != nil {
		return err
	}
	rows, err := tx.PartnersByID(shop, []loyalty.ID{from, into})
	if err != nil {
		return err
	}
	if _, was := rows[from]; was {
		if err := tx.mergeTree(shop, rows[from], rows[into], into); err != nil {
			return err
		}
	}
	if err := tx.mergeSponsorships(shop, from, into); err != nil {
		return err
	}
	for _, column := range []struct{ table, column string }{{"sponsor_events", "member_id"}, {"sponsor_events", "partner_id"}, {"contact_log", "member_id"}, {"contact_log", "partner_id"},
		{"commissions", "member_id"}, {"commissions", "partner_id"}, {"appeals", "member_id"}, {"appeals", "partner_id"}, {"desk_links", "member_id"}} {
		if _, err := tx.Exec(`UPDATE `+column.table+` SET `+column.column+` = ? WHERE shop_id = ? AND `+column.column+` = ?`, into, shop, from); err != nil {
			return err
		}
	}
	if err := tx.mergePartnerChecks(shop, from, into); err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM worklist WHERE shop_id = ? AND member_id = ?`, `DELETE FROM worklist WHERE shop_id = ? AND partner_id = ?`,
		`UPDATE desk_sessions SET ended_at = expires_at WHERE shop_id = ? AND member_id = ? AND ended_at = 0`} {
		if _, err := tx.Exec(query, shop, from); err != nil {
			return err
		}
	}
	return tx.mergeVisits(shop, from, into)
}

// mergeTree puts into in the place of from; if both are partners, all below from comes
// below into. One who stood below from comes up into its place.
func (tx *Tx) mergeTree(shop loyalty.ShopID, from, had PartnerRow, into loyalty.ID) error {
	list, err := tx.PartnersBelow(shop, from.Path)
	if err != nil {
		return err
	}
	both, rises := had.MemberID != 0, had.MemberID != 0 && partner.Below(had.Path, from.Path)
	path := strings.TrimSuffix(from.Path, from.MemberID.String()+"/") + into.String() + "/"
	if both && !rises {
		path = had.Path
	}
	if _, err := tx.Exec(`DELETE FROM partners WHERE shop_id = ? AND member_id = ?`, shop, from.MemberID); err != nil {
		return err
	}
	if !both {
		moved := from
		moved.MemberID, moved.Path = into, path
		if err := tx.InsertPartner(shop, moved); err != nil {
			return err
		}
	}
	for _, row := range list {
		switch {
		case row.MemberID == from.MemberID:
			continue
		case row.MemberID == into:
			row.SponsorID, row.Path = from.SponsorID, path
		case rises && partner.Below(row.Path, had.Path):
			row.Path = partner.Moved(row.Path, had.Path, path)
		default:
			row.Path = partner.Moved(row.Path, from.Path, path)
		}
		if row.SponsorID == from.MemberID {
			row.SponsorID = into
		}
		if err := tx.SavePartner(shop, row); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) mergeSponsorships(shop loyalty.ShopID, from, into loyalty.ID) error {
	have, err := tx.SponsorshipsOf(shop, []loyalty.ID{from, into})
	if err != nil {
		return err
	}
	_, moves := have[from]
	if kept, has := have[into]; has && moves && (kept.State != partner.Revoked || have[from].State == partner.Revoked) {
		moves = false
	}
	if moves {
		s := have[from]
		s.MemberID = into
		if err := tx.PutSponsorships(shop, []partner.Sponsorship{s}, []loyalty.ID{from, into}); err != nil {
			return err
		}
	}
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM sponsorships WHERE shop_id = ? AND member_id = ?`, []any{shop, from}},
		{`UPDATE sponsorships SET partner_id = ? WHERE shop_id = ? AND partner_id = ?`, []any{into, shop, from}},
		{`DELETE FROM sponsorships WHERE shop_id = ? AND member_id = ? AND partner_id = ?`, []any{shop, into, into}},
	} {
		if _, err := tx.Exec(s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) mergeVisits(shop loyalty.ShopID, from, into loyalty.ID) error {
	days, err := tx.Visits(shop, from, dayOf(0), dayOf(99991231))
	if err != nil {
		return err
	}
	for _, d := range days {
		n, err := tx.Exec(`UPDATE partner_visits SET visits = visits + ? WHERE shop_id = ? AND partner_id = ? AND local_day = ?`, d.Count, shop, into, dayNumber(d.Day))
		if err == nil && n == 0 {
			_, err = tx.Exec(`INSERT INTO partner_visits (shop_id, partner_id, local_day, visits) VALUES (?, ?, ?, ?)`, shop, into, dayNumber(d.Day), d.Count)
		}
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec(`DELETE FROM partner_visits WHERE shop_id = ? AND partner_id = ?`, shop, from)
	return err
}
