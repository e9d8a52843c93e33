package program_test

import (
	"slices"
	"strings"
	"testing"

	"zugabe/app/program"
	"zugabe/app/voucher"
)

// harm is damage to one row, with what verify calls it.
type harm struct{ finding, do, undo string }

// turned points a column at nothing, and back.
func turned(finding, table, column, where string) harm {
	query := `UPDATE ` + table + ` SET ` + column + ` = -` + column + ` WHERE shop_id = ? AND ` + column + ` <> 0` + where
	return harm{finding, query, query}
}

var harms = []harm{
	{"uses of a code are counted right", `UPDATE codes SET uses = uses + 1 WHERE shop_id = ? AND code = 'vonlow'`, `UPDATE codes SET uses = uses - 1 WHERE shop_id = ? AND code = 'vonlow'`},
	{"uses of a voucher are counted right", `UPDATE template_totals SET uses = uses + 1 WHERE shop_id = ?`, `UPDATE template_totals SET uses = uses - 1 WHERE shop_id = ?`},
	{"discounts of a voucher are added up right", `UPDATE template_totals SET minor = minor + 7 WHERE shop_id = ?`, `UPDATE template_totals SET minor = minor - 7 WHERE shop_id = ?`},
	turned("a voucher has its counters", "template_totals", "template_id", ""),
	{"a person's number belongs to a use", `UPDATE voucher_persons SET sale_key = CONCAT('x', sale_key) WHERE shop_id = ?`, `UPDATE voucher_persons SET sale_key = SUBSTR(sale_key, 2) WHERE shop_id = ?`},
	{"a use has the number of its person", `UPDATE voucher_persons SET sale_key = CONCAT('x', sale_key) WHERE shop_id = ?`, `UPDATE voucher_persons SET sale_key = SUBSTR(sale_key, 2) WHERE shop_id = ?`},
	{"a new customer's claim belongs to a use", `UPDATE newcustomer_claims SET sale_key = CONCAT('x', sale_key) WHERE shop_id = ?`, `UPDATE newcustomer_claims SET sale_key = SUBSTR(sale_key, 2) WHERE shop_id = ?`},
	turned("a sponsorship by a code belongs to an order and a code of the partner", "sponsorships", "partner_id", " AND code_id > 0"),
	turned("a sponsor is a partner and somebody else", "sponsorships", "partner_id", " AND code_id > 0"),
	turned("a sponsorship has its line in the timeline", "sponsorships", "partner_id", " AND code_id > 0"),
	turned("a sponsorship is final since an instant", "sponsorships", "final_at", ""),
	{"a partner's place follows from the one above", `UPDATE partners SET level_path = CONCAT('x', level_path) WHERE shop_id = ? AND sponsor_id <> 0`, `UPDATE partners SET level_path = SUBSTR(level_path, 2) WHERE shop_id = ? AND sponsor_id <> 0`},
	turned("a partner is in the first line of the one above", "sponsorships", "partner_id", " AND code_id = 0"),
	{"a commission is its rate of its base, rounded down", `UPDATE commissions SET minor = minor + 1 WHERE shop_id = ?`, `UPDATE commissions SET minor = minor - 1 WHERE shop_id = ?`},
	{"a commission belongs to an order", `UPDATE commissions SET sale_key = CONCAT('x', sale_key) WHERE shop_id = ?`, `UPDATE commissions SET sale_key = SUBSTR(sale_key, 2) WHERE shop_id = ?`},
	{"a commission follows its order", `UPDATE commissions SET base_minor = base_minor + 1 WHERE shop_id = ?`, `UPDATE commissions SET base_minor = base_minor - 1 WHERE shop_id = ?`},
	{"a commission is paid at an instant", `UPDATE commissions SET paid_minor = 7 WHERE shop_id = ?`, `UPDATE commissions SET paid_minor = 0 WHERE shop_id = ?`},
	{"a code has the version by which it is judged", `UPDATE codes SET template_version = template_version + 7 WHERE shop_id = ?`, `UPDATE codes SET template_version = template_version - 7 WHERE shop_id = ?`},
	turned("a use is of the voucher of its code", "code_uses", "template_id", ""),
	{"a flagged use says why and others do not", `UPDATE code_uses SET state = 'extra', flag = '' WHERE shop_id = ? AND sale_key = 'o1'`, `UPDATE code_uses SET state = 'used' WHERE shop_id = ? AND sale_key = 'o1'`},
	{"a batch counts its codes", `UPDATE batches SET codes = codes + 1 WHERE shop_id = ?`, `UPDATE batches SET codes = codes - 1 WHERE shop_id = ?`},
	{"an import counts what became of its lines", `UPDATE imports SET ok = ok + 1 WHERE shop_id = ?`, `UPDATE imports SET ok = ok - 1 WHERE shop_id = ?`},
	turned("codes.template_id is of this shop", "codes", "template_id", ""),
	turned("codes.batch_id is of this shop", "codes", "batch_id", ""),
	turned("codes.member_id is of this shop", "codes", "member_id", ""),
	turned("codes.issuer_id is of this shop", "codes", "issuer_id", ""),
	turned("commissions.partner_id is of this shop", "commissions", "partner_id", ""),
	turned("commissions.member_id is of this shop", "commissions", "member_id", ""),
	turned("partner_checks.member_id is of this shop", "partner_checks", "member_id", ""),
	turned("partner_checks.partner_id is of this shop", "partner_checks", "partner_id", ""),
	{"a commission waits while its customer is looked at", `UPDATE commissions SET state = 'held' WHERE shop_id = ?`, `UPDATE commissions SET state = 'open' WHERE shop_id = ?`},
	{"a commission that waits or was refused is not paid", `UPDATE commissions SET state = 'held', paid_at = 7 WHERE shop_id = ?`, `UPDATE commissions SET state = 'open', paid_at = 0 WHERE shop_id = ?`},
	turned("batches.template_id is of this shop", "batches", "template_id", ""),
	turned("batches.partner_id is of this shop", "batches", "partner_id", ""),
	turned("host_discounts.template_id is of this shop", "host_discounts", "template_id", ""),
	turned("newsletter_signups.code_id is of this shop", "newsletter_signups", "code_id", ""),
	turned("newsletter_gifts.code_id is of this shop", "newsletter_gifts", "code_id", ""),
	{"code_activations.code_id is of this shop", `UPDATE code_activations SET code_id = code_id + 1000000007 WHERE shop_id = ?`, `UPDATE code_activations SET code_id = code_id - 1000000007 WHERE shop_id = ?`},
	turned("code_activations.import_id is of this shop", "code_activations", "import_id", ""),
	turned("imports.template_id is of this shop", "imports", "template_id", ""),
	{"redeem_permits.member_id is of this shop", `UPDATE redeem_permits SET member_id = member_id + 1000000007 WHERE shop_id = ?`, `UPDATE redeem_permits SET member_id = member_id - 1000000007 WHERE shop_id = ?`},
	{"code_uses.code_id is of this shop", `UPDATE code_uses SET code_id = code_id + 1 WHERE shop_id = ?`, `UPDATE code_uses SET code_id = code_id - 1 WHERE shop_id = ?`},
}

// othersTest are checks that are damaged where what they look at is tested.
var othersTest = []string{"a limit is used up by its entries", "what was taken of a reward is counted right", "a ticket is one member's"}

// ofVouchers says whether a check is about vouchers, partners, batches or the newsletter.
func ofVouchers(c program.Check) bool {
	for _, table := range []string{"codes.", "code_uses.", "commissions.", "batches.", "host_discounts.", "newsletter_signups.", "newsletter_gifts.", "code_activations.", "imports.", "redeem_permits.", "partner_checks."} {
		if c.Number == 6 && strings.HasPrefix(c.Name, table) {
			return true
		}
	}
	return c.Number == 5 && !slices.Contains(othersTest, c.Name)
}

// Every kind of finding is seen when a row is damaged, nothing is found once it is whole
// again, and the operator is told what to do about each.
//
// covers: G4, N-11, A-30
func TestVerifySeesEachDamageToVouchersPartnersAndBatches(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.damageable()
		w.verify()
		known := map[string]bool{}
		for _, h := range harms {
			known[h.finding] = true
			w.exec(h.do, w.shop.ID)
			found := w.broken()
			if !slices.Contains(found, h.finding) {
				t.Errorf("%q is not found after %s: %v", h.finding, h.do, found)
			}
			for _, name := range found {
				if program.Advice(name) == "" {
					t.Errorf("nobody is told what to do about %q", name)
				}
			}
			w.exec(h.undo, w.shop.ID)
			if left := w.broken(); len(left) > 0 {
				t.Fatalf("after %s there is still %v", h.undo, left)
			}
		}
		report, err := w.Verify(t.Context(), w.shop.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range report.Checks {
			if ofVouchers(c) && !known[c.Name] {
				t.Errorf("nobody has damaged what %q looks at", c.Name)
			}
			if ofVouchers(c) && c.Checked == 0 {
				t.Errorf("there was no row for %q", c.Name)
			}
		}
	})
}

// damageable is a shop with a row for everything that verify looks at.
func (w *bookWorld) damageable() {
	w.t.Helper()
	w.partnersOn(func(p *program.PartnerSettings) { p.RatesBP, p.HoldDays = []int64{1000, 500}, 0 })
	top := w.partner("top@example.org", 0)
	low := w.partner("low@example.org", top)
	v := w.forPartners()
	w.ownCode(v, low, "vonlow")
	s := orderOf("o1", "anna", "vonlow", 2)
	s.PlacedAt, s.PaidAt = at(0), at(0)
	w.order(s)
	w.codes(v, program.CodeRequest{Texts: []string{"FUERANNA"}, MemberID: w.memberID("anna")})
	w.printed(v, func(n *program.NewBatch) { n.Partner = low })
	w.started(w.upload(v, "codes.csv", []byte("code\nHERBST-0001\nHERBST-0002\n")))
	w.codes(w.voucherOf(func(d *voucher.Template) { d.Name = "Newsletter" }), program.CodeRequest{Texts: []string{"NEWS"}})
	w.exec(`INSERT INTO host_discounts (shop_id, id, template_id, batch_id, host_ref, state, marker, spec, created_at) SELECT shop_id, 1, id, 0, 'gid', 'live', 'm', '{}', 1 FROM templates WHERE shop_id = ? AND name = 'Newsletter'`, w.shop.ID)
	w.exec(`INSERT INTO newsletter_signups (shop_id, id, email, email_fold, person_key, state, token_hash, asked, template_id, code_id, code, locale, source, consent_text, ip_hash, confirm_ip_hash,
		reason, created_at, asked_at, confirmed_at, unsubscribed_at) SELECT shop_id, 1, 'a@example.org', 'a@example.org', x'6b6579', 'confirmed', x'74', 1, template_id, id, code, 'de', 'home', '', x'', x'', '', 1, 1, 1, 0
		FROM codes WHERE shop_id = ? AND code = 'NEWS'`, w.shop.ID)
	w.exec(`INSERT INTO code_activations (shop_id, code_id, import_id, at_ms, undone_at) SELECT c.shop_id, c.id, i.id, 1, 0 FROM codes c JOIN imports i ON i.shop_id = c.shop_id AND i.kind = 'codes'
		WHERE c.shop_id = ? AND c.code = 'HERBST-0001'`, w.shop.ID)
	w.exec(`INSERT INTO partner_checks (shop_id, id, member_id, partner_id, state, signals, sale_key, note, decided_by, created_at, decided_at) SELECT shop_id, 1, MIN(member_id), MIN(partner_id), 'cleared', '', '', '', '', 1, 1 FROM commissions WHERE shop_id = ? GROUP BY shop_id`, w.shop.ID)
	w.exec(`INSERT INTO redeem_permits (shop_id, member_id, token_hash, points, asked_at, expires_at, pressed_at, granted, granted_until) SELECT shop_id, MIN(id), x'74', 1, 1, 1, 0, 0, 0 FROM members WHERE shop_id = ? GROUP BY shop_id`, w.shop.ID)
	w.exec(`INSERT INTO newsletter_gifts (shop_id, template_id, signup_id, code_id) SELECT shop_id, template_id, 1, id FROM codes WHERE shop_id = ? AND code = 'NEWS'`, w.shop.ID)
}
