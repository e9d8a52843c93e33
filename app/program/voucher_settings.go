package program

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// VoucherSettings are the merchant's choices for all vouchers.
type VoucherSettings struct {
	Version    int64         `json:"-"`                     // 0 = nothing was chosen yet
	NoAbsolute []ArticleName `json:"no_absolute,omitempty"` // absolute vouchers do not reduce these (S0-28)
}

// ArticleName is a product as the host calls it, with the title it had when it was chosen.
type ArticleName struct {
	ProductKey string `json:"product_key" minLength:"1" maxLength:"100" doc:"the host's id of the product"`
	Title      string `json:"title,omitempty" maxLength:"255"`
}

const mostSwitchedOff = 500

// tidied puts settings into the form in which they are stored; a *loyalty.Error names
// the field that cannot be.
func (s VoucherSettings) tidied() (VoucherSettings, error) {
	list, seen := []ArticleName{}, map[string]bool{}
	for _, a := range s.NoAbsolute {
		a.ProductKey, a.Title = strings.TrimSpace(a.ProductKey), strings.TrimSpace(a.Title)
		if a.ProductKey == "" || len(a.ProductKey) > 100 || utf8.RuneCountInString(a.Title) > 255 {
			return s, loyalty.Invalid("no_absolute", "must be products by the shop's own ids")
		}
		if !seen[a.ProductKey] {
			seen[a.ProductKey], list = true, append(list, a)
		}
	}
	if len(list) > mostSwitchedOff {
		return s, loyalty.Invalid("no_absolute", fmt.Sprintf("must be at most %d articles", mostSwitchedOff))
	}
	s.NoAbsolute = list
	return s, nil
}

// VoucherSettings are the shop's choices; nothing is switched off where none were made.
func (p *Program) VoucherSettings(tx *store.Tx, shop loyalty.ShopID) (s VoucherSettings, err error) {
	body, version, err := tx.SettingsDoc(shop, store.VoucherSettings)
	if err != nil || version == 0 {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("program: voucher settings of shop %s: %w", shop, err)
	}
	s.Version = version
	return s, nil
}

// SaveVoucherSettings stores what was chosen after the version that was seen. It holds
// at once for every code in carts and orders; the host is told of the codes that name
// one of these products, also of those that are out.
func (p *Program) SaveVoucherSettings(ctx context.Context, actor string, shop loyalty.Shop, seen int64, s VoucherSettings) (VoucherSettings, error) {
	s, err := s.tidied()
	if err != nil {
		return s, err
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		was, err := p.VoucherSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		ok, err := tx.SaveSettingsDoc(shop.ID, store.SettingsDoc{Name: store.VoucherSettings, Body: jsonOf(s), Seen: seen, NowMs: p.now()})
		if err != nil || !ok || was.Version != seen {
			return orConflict(err, "the settings were changed by somebody else")
		}
		s.Version = seen + 1
		if err := p.oweSwitched(tx, shop.ID, changedKeys(was.keys(), s.keys())); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "voucher.settings", to: "settings", before: was, after: s})
	})
	return s, err
}

// switchedOff are the products that absolute vouchers may not reduce.
func (p *Program) switchedOff(tx *store.Tx, shop loyalty.ShopID) ([]string, error) {
	s, err := p.VoucherSettings(tx, shop)
	return s.keys(), err
}

// keys are the products that are switched off, sorted.
func (s VoucherSettings) keys() []string {
	keys := make([]string, len(s.NoAbsolute))
	for i, a := range s.NoAbsolute {
		keys[i] = a.ProductKey
	}
	slices.Sort(keys)
	return keys
}

// changedKeys are in one list and not in the other.
func changedKeys(a, b []string) (changed []string) {
	for _, pair := range [][2][]string{{a, b}, {b, a}} {
		for _, key := range pair[0] {
			if !slices.Contains(pair[1], key) {
				changed = append(changed, key)
			}
		}
	}
	return changed
}

// oweSwitched has the host told again of running vouchers of which some version names
// one of the products; the others are not touched by the switch there.
func (p *Program) oweSwitched(tx *store.Tx, shop loyalty.ShopID, products []string) error {
	look := store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive}, Kind: voucher.Absolute, Limit: namesAtOnce}
	for more := len(products) > 0; more; {
		rows, err := tx.Templates(shop, look)
		if err != nil {
			return err
		}
		for _, row := range rows {
			look.Before = row.ID
			if err := p.oweSwitchedOf(tx, shop, row.ID, products); err != nil {
				return err
			}
		}
		more = len(rows) == look.Limit
	}
	return nil
}

func (p *Program) oweSwitchedOf(tx *store.Tx, shop loyalty.ShopID, template loyalty.ID, products []string) error {
	versions, err := tx.TemplateVersions(shop, template)
	if err != nil {
		return err
	}
	for _, v := range versions {
		doc, err := voucher.DecodeTemplate(v.Doc)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(doc.What.Products, func(key string) bool { return slices.Contains(products, key) }) {
			return p.oweArticles(tx, shop, template)
		}
	}
	return nil
}

// switchedMeanwhile has the host told again where articles were switched while it was
// being told of the old ones.
func (p *Program) switchedMeanwhile(tx *store.Tx, r *mirrorRun, template loyalty.ID) error {
	now, err := p.switchedOff(tx, r.shop.ID)
	if err != nil || slices.Equal(now, r.off) {
		return err
	}
	return p.oweArticles(tx, r.shop.ID, template)
}

// oweArticles stores the job that tells the host which products a voucher is for now.
func (p *Program) oweArticles(tx *store.Tx, shop loyalty.ShopID, template loyalty.ID) error {
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop, []store.Job{p.voucherJob(store.JobWindow, windowPayload{Template: template, Articles: true})})
}
