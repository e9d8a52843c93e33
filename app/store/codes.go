package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// Code is one redeemable string of a shop, whoever caused it. It is stored as
// typed and compared folded (voucher.Fold). Times are Unix ms, 0 = none.
type Code struct {
	ID        loyalty.ID
	Code      string
	Folded    string
	Origin    string // "redemption", or what else made it
	MemberID  loyalty.ID
	State     voucher.State
	Spec      voucher.Spec
	HostRef   string // the host's id of the discount, once it has one
	MaxUses   int64  // 0 = unlimited
	Uses      int64  // = number of code_uses rows in state "used" (G4)
	StartsAt  int64
	ExpiresAt int64
	CreatedAt int64
	UpdatedAt int64

	TemplateID      loyalty.ID // the voucher it was made from, 0 = none
	TemplateVersion int64      // by which it is judged for ever
	IssuerID        loyalty.ID // the partner it comes from, 0 = the shop (S0-33)
	BatchID         loyalty.ID // 0 = none
}

// Good says whether the code can still be used, as far as its row knows.
func (c Code) Good(nowMs int64) bool {
	return (c.State == voucher.Pending || c.State == voucher.Active) && (c.MaxUses == 0 || c.Uses < c.MaxUses) && (c.ExpiresAt == 0 || nowMs < c.ExpiresAt)
}

// CodeUse says that an order carries a code.
type CodeUse struct {
	CodeID   loyalty.ID
	SaleKey  string
	MemberID loyalty.ID
	Minor    int64 // discount the order got, gross
	State    UseState
	UsedAt   int64

	PersonKey  []byte // who used it, where a template's code was used
	TemplateID loyalty.ID
	IssuerID   loyalty.ID
	Flag       string // the condition that the host let pass, "" = none
	Doc        []byte // JSON: the decision with its VAT
}

// UseState says whether a use counts at the moment.
type UseState string

// The states of a use.
const (
	UseCounts   UseState = "used"
	UseReturned UseState = "returned" // the order was cancelled, fully refunded, or dropped the code
	UseExtra    UseState = "extra"    // the host let one code pass more often than allowed; flagged, not counted
)

const codeColumns = `id, code, folded, origin, member_id, state, spec, host_ref, max_uses, uses, starts_at, expires_at, created_at, updated_at,
template_id, template_version, issuer_id, batch_id`

// InsertCode stores a new code; a code with the same folded text is a
// *DuplicateError of "codes.codes_folded".
func (tx *Tx) InsertCode(shop loyalty.ShopID, c Code) error {
	return tx.InsertCodes(shop, []Code{c})
}

// InsertCodes stores new codes with few statements; one whose folded text is there
// already refuses the statement it is in (*DuplicateError of "codes.codes_folded").
func (tx *Tx) InsertCodes(shop loyalty.ShopID, codes []Code) error {
	rows := make([][]any, len(codes))
	for i, c := range codes {
		spec, err := json.Marshal(c.Spec)
		if err != nil {
			return fmt.Errorf("store: spec of code %s: %w", c.ID, err)
		}
		rows[i] = []any{int64(shop), int64(c.ID), c.Code, c.Folded, c.Origin, int64(c.MemberID), string(c.State), string(spec), c.HostRef, c.MaxUses, 0,
			c.StartsAt, c.ExpiresAt, c.CreatedAt, c.CreatedAt, int64(c.TemplateID), c.TemplateVersion, int64(c.IssuerID), int64(c.BatchID)}
	}
	return tx.InsertMany("codes", []string{"shop_id", "id", "code", "folded", "origin", "member_id", "state", "spec", "host_ref", "max_uses", "uses",
		"starts_at", "expires_at", "created_at", "updated_at", "template_id", "template_version", "issuer_id", "batch_id"}, rows)
}

// CodesByFolded finds codes by their folded text, keyed by it; unknown ones are left out.
func (tx *Tx) CodesByFolded(shop loyalty.ShopID, folded []string) (map[string]Code, error) {
	found := make(map[string]Code, len(folded))
	if len(folded) == 0 {
		return found, nil
	}
	err := tx.scanCodes(`SELECT `+codeColumns+` FROM codes WHERE shop_id = ? AND folded IN (`+placeholders(len(folded))+`)`,
		argsOf(shop, folded), func(c Code) { found[c.Folded] = c })
	return found, err
}

// CodesByID finds codes by id, keyed by it; unknown ones are left out.
func (tx *Tx) CodesByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]Code, error) {
	found := make(map[loyalty.ID]Code, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := tx.scanCodes(`SELECT `+codeColumns+` FROM codes WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`,
		argsOf(shop, ids), func(c Code) { found[c.ID] = c })
	return found, err
}

// CodeByID finds one code.
func (tx *Tx) CodeByID(shop loyalty.ShopID, id loyalty.ID) (Code, bool, error) {
	found, err := tx.CodesByID(shop, []loyalty.ID{id})
	c, ok := found[id]
	return c, ok, err
}

// ActiveCodesAfter pages through the active codes of redemptions in id order, for
// the watch that compares them with the host (G18). Those of templates are looked
// at by the discount they belong to.
func (tx *Tx) ActiveCodesAfter(shop loyalty.ShopID, after loyalty.ID, limit int) ([]Code, error) {
	var page []Code
	err := tx.scanCodes(`SELECT `+codeColumns+` FROM codes WHERE shop_id = ? AND id > ? AND state = ? AND template_id = 0 ORDER BY id LIMIT ?`,
		[]any{shop, after, string(voucher.Active), limit}, func(c Code) { page = append(page, c) })
	return page, err
}

func (tx *Tx) scanCodes(query string, args []any, take func(Code)) error {
	var broken error
	err := tx.Rows(query, args, func(row Scanner) error {
		var c Code
		var state, spec string
		if err := row.Scan(&c.ID, &c.Code, &c.Folded, &c.Origin, &c.MemberID, &state, &spec, &c.HostRef,
			&c.MaxUses, &c.Uses, &c.StartsAt, &c.ExpiresAt, &c.CreatedAt, &c.UpdatedAt,
			&c.TemplateID, &c.TemplateVersion, &c.IssuerID, &c.BatchID); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(spec), &c.Spec); err != nil {
			broken = fmt.Errorf("store: spec of code %s: %w", c.ID, err)
		}
		c.State = voucher.State(state)
		take(c)
		return nil
	})
	if err == nil {
		err = broken
	}
	return err
}

// SetCodeState moves a code and remembers the host's id of it if one is given.
func (tx *Tx) SetCodeState(shop loyalty.ShopID, id loyalty.ID, to voucher.State, hostRef string, nowMs int64) error {
	query := `UPDATE codes SET state = ?, updated_at = ? WHERE shop_id = ? AND id = ?`
	args := []any{string(to), nowMs, shop, id}
	if hostRef != "" {
		query = `UPDATE codes SET state = ?, updated_at = ?, host_ref = ? WHERE shop_id = ? AND id = ?`
		args = []any{string(to), nowMs, hostRef, shop, id}
	}
	n, err := tx.Exec(query, args...)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// ReplaceCode gives a code that the host refuses as taken by somebody else a
// new text (D3). Only a pending code can change its text.
func (tx *Tx) ReplaceCode(shop loyalty.ShopID, id loyalty.ID, code, folded string, nowMs int64) error {
	n, err := tx.Exec(`UPDATE codes SET code = ?, folded = ?, updated_at = ? WHERE shop_id = ? AND id = ? AND state = ?`,
		code, folded, nowMs, shop, id, string(voucher.Pending))
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// CountCodeUse takes one use of a code if it has one left; ok is false when
// they are all gone. A counter with a limit grows only here (6.8).
func (tx *Tx) CountCodeUse(shop loyalty.ShopID, id loyalty.ID, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE codes SET uses = uses + 1, updated_at = ? WHERE shop_id = ? AND id = ? AND (max_uses = 0 OR uses < max_uses)`,
		nowMs, shop, id)
	return n == 1, err
}

// ReturnCodeUse gives one use back.
func (tx *Tx) ReturnCodeUse(shop loyalty.ShopID, id loyalty.ID, nowMs int64) error {
	_, err := tx.Exec(`UPDATE codes SET uses = uses - 1, updated_at = ? WHERE shop_id = ? AND id = ? AND uses > 0`, nowMs, shop, id)
	return err
}

// MoveCodeUses adds to the counters of codes without a limit, each its own
// number, and returns how many codes it found without one.
func (tx *Tx) MoveCodeUses(shop loyalty.ShopID, by map[loyalty.ID]int64, nowMs int64) (int64, error) {
	var moved int64
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(by)), maxEachRows) {
		var args []any
		for _, id := range ids {
			args = append(args, id, by[id])
		}
		n, err := tx.Exec(`UPDATE codes SET uses = uses + CASE id`+strings.Repeat(" WHEN ? THEN ?", len(ids))+` ELSE 0 END, updated_at = ?
			WHERE shop_id = ? AND max_uses = 0 AND id IN (`+placeholders(len(ids))+`)`, withArgs(append(args, nowMs, shop), ids)...)
		if err != nil {
			return moved, err
		}
		moved += n
	}
	return moved, nil
}

// CodeUsesBySale lists the uses of the orders, keyed by order.
func (tx *Tx) CodeUsesBySale(shop loyalty.ShopID, saleKeys []string) (map[string][]CodeUse, error) {
	found := map[string][]CodeUse{}
	if len(saleKeys) == 0 {
		return found, nil
	}
	err := tx.scanUses(`SELECT `+useColumns+` FROM code_uses WHERE shop_id = ? AND sale_key IN (`+placeholders(len(saleKeys))+`) ORDER BY sale_key, code_id`,
		argsOf(shop, saleKeys), func(u CodeUse) { found[u.SaleKey] = append(found[u.SaleKey], u) })
	return found, err
}

const useColumns = `code_id, sale_key, member_id, minor, state, used_at, person_key, template_id, issuer_id, flag, doc`

func (tx *Tx) scanUses(query string, args []any, take func(CodeUse)) error {
	return tx.Rows(query, args, func(row Scanner) error {
		var u CodeUse
		var state, doc string
		err := row.Scan(&u.CodeID, &u.SaleKey, &u.MemberID, &u.Minor, &state, &u.UsedAt, &u.PersonKey, &u.TemplateID, &u.IssuerID, &u.Flag, &doc)
		u.State, u.Doc = UseState(state), []byte(doc)
		take(u)
		return err
	})
}

// InsertCodeUses records the first sight of codes in orders; the second is a
// *DuplicateError of "code_uses.PRIMARY".
func (tx *Tx) InsertCodeUses(shop loyalty.ShopID, uses ...CodeUse) error {
	rows := make([][]any, len(uses))
	for i, u := range uses {
		person := u.PersonKey
		if person == nil {
			person = []byte{}
		}
		rows[i] = []any{int64(shop), int64(u.CodeID), u.SaleKey, int64(u.MemberID), u.Minor, string(u.State), u.UsedAt,
			person, int64(u.TemplateID), int64(u.IssuerID), u.Flag, string(u.Doc)}
	}
	return tx.InsertMany("code_uses", []string{"shop_id", "code_id", "sale_key", "member_id", "minor", "state", "used_at",
		"person_key", "template_id", "issuer_id", "flag", "doc"}, rows)
}

// SetCodeUse moves a use to another state and notes the discount given.
func (tx *Tx) SetCodeUse(shop loyalty.ShopID, u CodeUse) error {
	_, err := tx.Exec(`UPDATE code_uses SET state = ?, minor = ? WHERE shop_id = ? AND code_id = ? AND sale_key = ?`,
		string(u.State), u.Minor, shop, u.CodeID, u.SaleKey)
	return err
}
