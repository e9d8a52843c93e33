package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// HostDiscount is a discount of the host that many codes of a voucher share.
type HostDiscount struct {
	ID         loyalty.ID
	TemplateID loyalty.ID
	BatchID    loyalty.ID
	HostRef    string
	State      HostDiscountState
	Marker     string // what its codes have in common; codes of one marker may share it
	Spec       voucher.Spec
	CreatedAt  int64 // Unix ms
}

// HostDiscountState is where a shared discount stands.
type HostDiscountState string

// The states.
const (
	HostDiscountLive    HostDiscountState = "live"
	HostDiscountStopped HostDiscountState = "stopped" // by us
	HostDiscountEdited  HostDiscountState = "edited"  // by somebody at the host; flagged
	HostDiscountLost    HostDiscountState = "lost"    // deleted or ended by somebody at the host (G18), or deleted by us with its last code

	hostDiscountMaking HostDiscountState = "making" // to be made with the code that host_ref names
)

// MakingOf says with which code the discount of a marker is to be made: that of who
// asked first, so that all who make one send the host the same code, and it makes one.
// 0 means that there is one already.
func (tx *Tx) MakingOf(shop loyalty.ShopID, first HostDiscount, code loyalty.ID) (loyalty.ID, error) {
	if err := tx.LockTemplates(shop, []loyalty.ID{first.TemplateID}); err != nil {
		return 0, err
	}
	var ref, state string
	found, err := tx.Row(`SELECT host_ref, state FROM host_discounts WHERE shop_id = ? AND template_id = ? AND marker = ? AND state <> ? LIMIT 1`,
		[]any{shop, first.TemplateID, first.Marker, string(HostDiscountLost)}, &ref, &state)
	switch {
	case err != nil:
		return 0, err
	case found && state == string(hostDiscountMaking):
		return loyalty.ParseID(ref)
	case found:
		return 0, nil
	}
	first.HostRef, first.State = code.String(), hostDiscountMaking
	return code, tx.InsertHostDiscount(shop, first)
}

// EndMaking forgets the code with which the discount of a marker was to be made.
func (tx *Tx) EndMaking(shop loyalty.ShopID, template loyalty.ID, marker string, code loyalty.ID) error {
	_, err := tx.Exec(`DELETE FROM host_discounts WHERE shop_id = ? AND template_id = ? AND marker = ? AND state = ? AND host_ref = ?`,
		shop, template, marker, string(hostDiscountMaking), code.String())
	return err
}

// MakingCodes are the codes with which discounts of a voucher are being made, by marker.
func (tx *Tx) MakingCodes(shop loyalty.ShopID, template loyalty.ID) (map[string]loyalty.ID, error) {
	found := map[string]loyalty.ID{}
	err := tx.Rows(`SELECT marker, host_ref FROM host_discounts WHERE shop_id = ? AND template_id = ? AND state = ?`,
		[]any{shop, template, string(hostDiscountMaking)}, func(row Scanner) error {
			var marker, ref string
			if err := row.Scan(&marker, &ref); err != nil {
				return err
			}
			id, err := loyalty.ParseID(ref)
			found[marker] = id
			return err
		})
	return found, err
}

// MadeHostDiscount notes a discount that the host has, unless it is known, in the
// place of what was to be made.
func (tx *Tx) MadeHostDiscount(shop loyalty.ShopID, d HostDiscount) error {
	if err := tx.LockTemplates(shop, []loyalty.ID{d.TemplateID}); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM host_discounts WHERE shop_id = ? AND template_id = ? AND marker = ? AND state = ?`,
		shop, d.TemplateID, d.Marker, string(hostDiscountMaking)); err != nil {
		return err
	}
	known, err := tx.HostDiscountsByRef(shop, []string{d.HostRef})
	if _, there := known[d.HostRef]; there || err != nil {
		return err
	}
	return tx.InsertHostDiscount(shop, d)
}

const hostDiscountColumns = `id, template_id, batch_id, host_ref, state, marker, spec, created_at`

// InsertHostDiscount stores a new one.
func (tx *Tx) InsertHostDiscount(shop loyalty.ShopID, d HostDiscount) error {
	spec, err := json.Marshal(d.Spec)
	if err != nil {
		return fmt.Errorf("store: spec of discount %s: %w", d.ID, err)
	}
	_, err = tx.Exec(`INSERT INTO host_discounts (shop_id, `+hostDiscountColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, d.ID, d.TemplateID, d.BatchID, d.HostRef, string(d.State), d.Marker, string(spec), d.CreatedAt)
	return err
}

// SetHostDiscountState moves one; ok is false if it was there already. What is lost
// does not come back.
func (tx *Tx) SetHostDiscountState(shop loyalty.ShopID, id loyalty.ID, to HostDiscountState) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE host_discounts SET state = ? WHERE shop_id = ? AND id = ? AND state NOT IN (?, ?)`, string(to), shop, id, string(to), string(HostDiscountLost))
	return n == 1, err
}

// StaysInDiscount says whether the host has a code of ours in the discount that is not
// stopped. If not, waiting are those of its group that may be on the way into it, as
// many as the limit.
func (tx *Tx) StaysInDiscount(shop loyalty.ShopID, d HostDiscount, limit int) (there bool, waiting []Code, err error) {
	column, index, group := "batch_id", "codes_batch", d.BatchID
	if group == 0 {
		column, index, group = "template_id", "codes_template", d.TemplateID
	}
	var id loyalty.ID
	there, err = tx.Row(`SELECT id FROM codes`+useIndex(index)+`WHERE shop_id = ? AND `+column+` = ? AND template_id = ? AND state <> ? AND host_ref = ? LIMIT 1`,
		[]any{shop, group, d.TemplateID, string(voucher.Void), d.HostRef}, &id)
	if err != nil || there {
		return there, nil, err
	}
	err = tx.scanCodes(`SELECT `+codeColumns+` FROM codes`+useIndex(index)+`WHERE shop_id = ? AND `+column+` = ? AND template_id = ? AND state = ? LIMIT ?`,
		[]any{shop, group, d.TemplateID, string(voucher.Pending), limit}, func(c Code) { waiting = append(waiting, c) })
	return false, waiting, err
}

// SetCodeTimes gives codes other beginnings and ends (Unix ms).
func (tx *Tx) SetCodeTimes(shop loyalty.ShopID, times map[loyalty.ID][2]int64, nowMs int64) error {
	rows := make([]eachRow, 0, len(times))
	for _, id := range slices.Sorted(maps.Keys(times)) {
		rows = append(rows, eachRow{id, []any{times[id][0], times[id][1], nowMs}})
	}
	return tx.updateEach("codes", shop, []string{"starts_at", "expires_at", "updated_at"}, rows, "")
}

// SetHostDiscountSpec changes what the host is to be told of a shared discount.
func (tx *Tx) SetHostDiscountSpec(shop loyalty.ShopID, id loyalty.ID, spec voucher.Spec) error {
	raw, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE host_discounts SET spec = ? WHERE shop_id = ? AND id = ?`, string(raw), shop, id)
	return err
}

// SetCodeSpecs changes what hosts are to be told of codes.
func (tx *Tx) SetCodeSpecs(shop loyalty.ShopID, specs map[loyalty.ID]voucher.Spec) error {
	return tx.setSpecs(shop, specs, nil)
}

// UsedAgain lets codes that the host has used up wait for the host anew, with what it is to be told of them now.
func (tx *Tx) UsedAgain(shop loyalty.ShopID, specs map[loyalty.ID]voucher.Spec, nowMs int64) error {
	return tx.setSpecs(shop, specs, []string{"host_ref", "state", "updated_at"}, "", string(voucher.Pending), nowMs)
}

// setSpecs changes codes' specs and gives other columns the same values in all of them.
func (tx *Tx) setSpecs(shop loyalty.ShopID, specs map[loyalty.ID]voucher.Spec, columns []string, values ...any) error {
	rows := make([]eachRow, 0, len(specs))
	for _, id := range slices.Sorted(maps.Keys(specs)) {
		spec, err := json.Marshal(specs[id])
		if err != nil {
			return err
		}
		rows = append(rows, eachRow{id, append([]any{string(spec)}, values...)})
	}
	return tx.updateEach("codes", shop, append([]string{"spec"}, columns...), rows, "")
}

// LoseCodes marks the active codes of a discount that the host no longer has.
func (tx *Tx) LoseCodes(shop loyalty.ShopID, d HostDiscount, nowMs int64) (int64, error) {
	return tx.Exec(`UPDATE codes SET state = ?, updated_at = ? WHERE shop_id = ? AND template_id = ? AND host_ref = ? AND state = ?`,
		string(voucher.Lost), nowMs, shop, d.TemplateID, d.HostRef, string(voucher.Active))
}

// HostDiscountsOf lists those of a voucher that the host has or had, oldest first.
func (tx *Tx) HostDiscountsOf(shop loyalty.ShopID, template loyalty.ID) ([]HostDiscount, error) {
	return tx.hostDiscounts(`SELECT `+hostDiscountColumns+` FROM host_discounts WHERE shop_id = ? AND template_id = ? AND state <> ? ORDER BY id`,
		shop, template, string(hostDiscountMaking))
}

// HostDiscountsByRef finds them by the host's ids, keyed by them.
func (tx *Tx) HostDiscountsByRef(shop loyalty.ShopID, refs []string) (map[string]HostDiscount, error) {
	found := make(map[string]HostDiscount, len(refs))
	if len(refs) == 0 {
		return found, nil
	}
	list, err := tx.hostDiscounts(`SELECT `+hostDiscountColumns+` FROM host_discounts WHERE shop_id = ? AND host_ref IN (`+placeholders(len(refs))+`) AND state <> ?`,
		append(argsOf(shop, refs), string(hostDiscountMaking))...)
	for _, d := range list {
		found[d.HostRef] = d
	}
	return found, err
}

// HostDiscountsAfter pages through those that are live or edited, by id.
func (tx *Tx) HostDiscountsAfter(shop loyalty.ShopID, after loyalty.ID, limit int) ([]HostDiscount, error) {
	return tx.hostDiscounts(`SELECT `+hostDiscountColumns+` FROM host_discounts WHERE shop_id = ? AND id > ? AND state IN ('live', 'edited') ORDER BY id LIMIT ?`, shop, after, limit)
}

func (tx *Tx) hostDiscounts(query string, args ...any) ([]HostDiscount, error) {
	var list []HostDiscount
	err := tx.Rows(query, args, func(row Scanner) error {
		var d HostDiscount
		var state, spec string
		if err := row.Scan(&d.ID, &d.TemplateID, &d.BatchID, &d.HostRef, &state, &d.Marker, &spec, &d.CreatedAt); err != nil {
			return err
		}
		d.State = HostDiscountState(state)
		list = append(list, d)
		return json.Unmarshal([]byte(spec), &list[len(list)-1].Spec)
	})
	return list, err
}

// TemplateCodesAfter pages through the codes of a voucher in given states, by id.
func (tx *Tx) TemplateCodesAfter(shop loyalty.ShopID, template, after loyalty.ID, limit int, states ...voucher.State) ([]Code, error) {
	args := []any{shop, template, after}
	for _, s := range states {
		args = append(args, string(s))
	}
	var page []Code
	err := tx.scanCodes(`SELECT `+codeColumns+` FROM codes`+useIndex("codes_template")+`WHERE shop_id = ? AND template_id = ? AND id > ? AND state IN (`+
		placeholders(len(states))+`) ORDER BY id LIMIT ?`, append(args, limit), func(c Code) { page = append(page, c) })
	return page, err
}

// ActiveVoucherCodesAfter pages through the active codes of all vouchers, by id, for
// the rolling look at the host (G18).
func (tx *Tx) ActiveVoucherCodesAfter(shop loyalty.ShopID, after loyalty.ID, limit int) ([]Code, error) {
	var page []Code
	err := tx.scanCodes(`SELECT `+codeColumns+` FROM codes WHERE shop_id = ? AND id > ? AND state = ? AND template_id > 0 ORDER BY id LIMIT ?`,
		[]any{shop, after, string(voucher.Active), limit}, func(c Code) { page = append(page, c) })
	return page, err
}

// PlaceCodes notes that the host has the codes, in one discount: those that waited
// become active. A code that was stopped meanwhile stays as it is.
func (tx *Tx) PlaceCodes(shop loyalty.ShopID, ids []loyalty.ID, hostRef string, nowMs int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(`UPDATE codes SET state = ?, host_ref = ?, updated_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state IN (?, ?)`,
		append(withArgs([]any{string(voucher.Active), hostRef, nowMs, shop}, ids), string(voucher.Pending), string(voucher.Active))...)
	return err
}
