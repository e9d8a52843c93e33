package store

import (
	"bytes"

	"zugabe/app/loyalty"
)

// mergeVouchers lets one member have what two had: codes for and from them, their
// uses, and as a person their numbers and the claim of a new customer. Uses that
// both made stay, so that a limit for each person cannot be passed by a merge.
func (tx *Tx) mergeVouchers(shop loyalty.ShopID, from, into loyalty.ID) error {
	members, err := tx.MembersByID(shop, []loyalty.ID{from, into})
	if err != nil {
		return err
	}
	was, now := members[from].PersonKey, members[into].PersonKey
	if len(was) > 0 && len(now) > 0 && !bytes.Equal(was, now) {
		if err := tx.mergePersons(shop, from, was, now); err != nil {
			return err
		}
	}
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`UPDATE codes SET member_id = ? WHERE shop_id = ? AND member_id = ?`, []any{into, shop, from}},
		{`UPDATE codes SET issuer_id = ? WHERE shop_id = ? AND issuer_id = ?`, []any{into, shop, from}},
		{`UPDATE code_uses SET member_id = ? WHERE shop_id = ? AND member_id = ?`, []any{into, shop, from}},
		{`UPDATE code_uses SET issuer_id = ? WHERE shop_id = ? AND issuer_id = ?`, []any{into, shop, from}},
		{`DELETE FROM pending_codes WHERE shop_id = ? AND holder = ?`, []any{shop, "member:" + from.String()}},
	} {
		if _, err := tx.Exec(s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) mergePersons(shop loyalty.ShopID, from loyalty.ID, was, now []byte) error {
	var rows []VoucherPerson
	err := tx.Rows(`SELECT p.template_id, p.n, p.code_id, p.sale_key FROM voucher_persons p JOIN code_uses u ON u.shop_id = p.shop_id AND u.code_id = p.code_id AND u.sale_key = p.sale_key
		WHERE u.shop_id = ? AND u.member_id = ? AND p.shop_id = ? AND p.person_key = ?`, []any{shop, from, shop, was}, func(row Scanner) error {
		v := VoucherPerson{PersonKey: now}
		err := row.Scan(&v.TemplateID, &v.Number, &v.CodeID, &v.SaleKey)
		rows = append(rows, v)
		return err
	})
	if err != nil {
		return err
	}
	for _, v := range rows {
		if err := tx.renumber(shop, v, was); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE code_uses SET person_key = ? WHERE shop_id = ? AND member_id = ? AND person_key = ?`, now, shop, from, was); err != nil {
		return err
	}
	claims, err := tx.NewCustomerClaims(shop, []string{string(was), string(now)})
	if err != nil {
		return err
	}
	if _, has := claims[string(now)]; has {
		return nil
	}
	_, err = tx.Exec(`UPDATE newcustomer_claims SET person_key = ? WHERE shop_id = ? AND person_key = ?`, now, shop, was)
	return err
}

// renumber gives a use to another person under a number that this one has free.
func (tx *Tx) renumber(shop loyalty.ShopID, v VoucherPerson, was []byte) error {
	key := PersonTemplate{v.TemplateID, string(v.PersonKey)}
	theirs, err := tx.VoucherPersons(shop, []PersonTemplate{key})
	if err != nil {
		return err
	}
	taken := map[int64]bool{}
	for _, t := range theirs[key] {
		taken[t.Number] = true
	}
	number := v.Number
	for n := int64(1); taken[number]; n++ {
		number = n
	}
	_, err = tx.Exec(`UPDATE voucher_persons SET person_key = ?, n = ? WHERE shop_id = ? AND template_id = ? AND person_key = ? AND n = ?`,
		v.PersonKey, number, shop, v.TemplateID, was, v.Number)
	return err
}

// forgetVouchers takes away what would still speak of an erased member: codes that
// wait for a cart, and what a partner saw of or noted about the person. Uses stay
// under a number and the keyed hash by which the person is known again (B15).
func (tx *Tx) forgetVouchers(shop loyalty.ShopID, member loyalty.ID) error {
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM pending_codes WHERE shop_id = ? AND holder = ?`, []any{shop, "member:" + member.String()}},
		{`DELETE FROM worklist WHERE shop_id = ? AND member_id = ?`, []any{shop, member}},
		{`DELETE FROM worklist WHERE shop_id = ? AND partner_id = ?`, []any{shop, member}},
		{`DELETE FROM desk_links WHERE shop_id = ? AND member_id = ?`, []any{shop, member}},
		{`DELETE FROM redeem_permits WHERE shop_id = ? AND member_id = ?`, []any{shop, member}},
		{`UPDATE desk_sessions SET ended_at = expires_at WHERE shop_id = ? AND member_id = ? AND ended_at = 0`, []any{shop, member}},
		{`UPDATE appeals SET text = '', answer = '' WHERE shop_id = ? AND (member_id = ? OR partner_id = ?)`, []any{shop, member, member}},
		{`UPDATE sponsor_events SET note = '' WHERE shop_id = ? AND (member_id = ? OR partner_id = ?)`, []any{shop, member, member}},
		{`UPDATE partner_checks SET note = '' WHERE shop_id = ? AND (member_id = ? OR partner_id = ?)`, []any{shop, member, member}},
		{`UPDATE partners SET notes = '', host_name = '' WHERE shop_id = ? AND member_id = ?`, []any{shop, member}},
	} {
		if _, err := tx.Exec(s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}
