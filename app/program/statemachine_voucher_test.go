package program_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// The model of a voucher: how often it and each of its codes may be used, and which
// orders use it. It knows no condition but the limits, and looks at no table.

// couponMinor is what each use takes off, in minor units.
const couponMinor = 7

type campaign struct {
	id       loyalty.ID
	most     int // uses of all codes together; 0 = any number
	used     int
	standing []*coupon
}

type coupon struct {
	of     *campaign
	id     loyalty.ID
	code   string
	most   int // 0 = any number
	used   int
	over   bool            // stopped by staff
	issuer loyalty.ID      // from a partner; 0 = from the shop
	orders map[string]byte // u counted, x too many, r given back
}

// settle moves the use of an order to where the order puts it. Once a use was too many
// it stays so until it is given back.
func (c *coupon) settle(o order) {
	live := o.status != "cancelled" && !o.allBack()
	was := c.orders[o.key]
	switch {
	case live && (was == 0 || was == 'r'):
		if (c.most > 0 && c.used >= c.most) || (c.of.most > 0 && c.of.used >= c.of.most) {
			c.orders[o.key] = 'x'
			return
		}
		c.used++
		c.of.used++
		c.orders[o.key] = 'u'
	case !live && was == 'u':
		c.used--
		c.of.used--
		c.orders[o.key] = 'r'
	case !live:
		c.orders[o.key] = 'r'
	}
}

// openVoucher starts a voucher with a limit over all of its codes, or without one.
func (m *machine) openVoucher() {
	doc := voucher.Template{Name: "At random", Kind: voucher.Absolute, Minor: couponMinor, Currency: "EUR", What: voucher.Articles{SaleItems: true}}
	doc.Limits.Total = rapid.SampledFrom([]int64{0, 3, 8}).Draw(m.t, "uses of all codes")
	v, err := m.CreateVoucher(m.ctx, "staff:1", m.shop, doc)
	m.must(err)
	v, err = m.SetVoucherState(m.ctx, "staff:1", m.shop, v.Row.ID, voucher.TemplateActive)
	m.must(err)
	m.voucher = &campaign{id: v.Row.ID, most: int(doc.Limits.Total)}
	m.unmirrored()
}

// unmirrored keeps vouchers away from the host, whose answers are scripted for redemptions.
func (m *machine) unmirrored() {
	m.write(func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM jobs WHERE shop_id = ? AND kind IN (?, ?, ?)`, m.shop.ID, string(store.JobMirror), string(store.JobAddCodes), string(store.JobWindow))
		return err
	})
}

func (m *machine) issueCoupon() {
	from := rapid.SampledFrom(append([]loyalty.ID{0}, m.crowd.partners...)).Draw(m.t, "from")
	m.newCoupon(from, rapid.SampledFrom([]int{0, 1, 2}).Draw(m.t, "uses of the code"))
}

func (m *machine) newCoupon(from loyalty.ID, most int) {
	m.serial++
	c := &coupon{of: m.voucher, code: fmt.Sprintf("RND%d", m.serial), most: most, orders: map[string]byte{}, issuer: from}
	made, err := m.MakeCodes(m.ctx, "staff:1", m.shop, m.voucher.id, program.CodeRequest{Texts: []string{c.code}, Origin: program.OriginAdmin, MaxUses: int64(c.most), IssuerID: c.issuer})
	m.must(err)
	c.id = made[0].ID
	m.write(func(tx *store.Tx) error {
		return tx.MoveCodes(m.shop.ID, []loyalty.ID{c.id}, voucher.Pending, voucher.Active, m.now())
	})
	m.voucher.standing = append(m.voucher.standing, c)
	m.unmirrored()
}

func (m *machine) stopCoupon() {
	c, ok := pick(m, m.voucher.standing, "coupon")
	if !ok {
		return
	}
	_, err := m.SetVoucherCodeState(m.ctx, "staff:1", m.shop, c.id, !c.over)
	if loyalty.CodeOf(err) == loyalty.CodeConflict {
		return // it was used up before
	}
	m.must(err)
	c.over = !c.over
	m.unmirrored()
}

// pickCoupon is what an order carries besides a redemption, often nothing; a stopped
// one too: the host may have let it pass.
func (m *machine) pickCoupon() *coupon {
	if !rapid.Bool().Draw(m.t, "coupon") {
		return nil
	}
	c, _ := pick(m, m.voucher.standing, "coupon")
	return c
}

// compareCoupons holds the counters against the model: the voucher's always, and those
// of one code with all of its uses.
func (m *machine) compareCoupons() {
	m.read(func(tx *store.Tx) error {
		totals, err := tx.TemplateTotals(m.shop.ID, []loyalty.ID{m.voucher.id})
		if err != nil {
			return err
		}
		if have := totals[m.voucher.id]; int(have.Uses) != m.voucher.used || int(have.Minor) != m.voucher.used*couponMinor {
			m.t.Errorf("the voucher counts %d uses and %d, the model says %d uses", have.Uses, have.Minor, m.voucher.used)
		}
		if len(m.voucher.standing) == 0 {
			return nil
		}
		c := m.voucher.standing[m.serial%len(m.voucher.standing)]
		code, _, err := tx.CodeByID(m.shop.ID, c.id)
		if err != nil {
			return err
		}
		if int(code.Uses) != c.used {
			m.t.Errorf("code %s counts %d uses, the model says %d", c.code, code.Uses, c.used)
		}
		var have, want []string
		for key, state := range c.orders {
			want = append(want, key+string(state))
		}
		err = tx.Rows(`SELECT sale_key, state FROM code_uses WHERE shop_id = ? AND code_id = ?`, []any{m.shop.ID, c.id}, func(row store.Scanner) error {
			var key, state string
			err := row.Scan(&key, &state)
			have = append(have, key+map[string]string{"used": "u", "extra": "x", "returned": "r"}[state])
			return err
		})
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			m.t.Errorf("code %s was used by %v, the model says %v", c.code, have, want)
		}
		return err
	})
}
