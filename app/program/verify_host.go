package program

import (
	"context"
	"errors"
	"fmt"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// VerifyHost asks the host for up to limit active codes of a shop, oldest first
// (0 = all), and reports those that do not exist there, do not work or do not
// carry our mark (invariant 8). It makes one call per code and changes nothing.
// An error means that the host could not be asked.
func (p *Program) VerifyHost(ctx context.Context, shop loyalty.Shop, limit int) (Check, error) {
	c := Check{Number: 8, Name: "an active code works at the host"}
	driver := p.Hosts.Driver(shop.Host)
	if driver == nil {
		return c, fmt.Errorf("program: no driver for host %q of shop %s", shop.Host, shop.ID)
	}
	conn := p.Hosts.Conn(ctx, shop)
	const page = 100
	for after := loyalty.ID(0); ; {
		var codes []store.Code
		err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
			codes, err = tx.ActiveCodesAfter(shop.ID, after, page)
			return err
		})
		if err != nil || len(codes) == 0 {
			return c, err
		}
		for _, code := range codes {
			if limit > 0 && c.Checked == int64(limit) {
				return c, nil
			}
			if err := c.askHost(ctx, driver, conn, code); err != nil {
				return c, err
			}
		}
		after = codes[len(codes)-1].ID
	}
}

func (c *Check) askHost(ctx context.Context, driver platform.Driver, conn platform.Conn, code store.Code) error {
	ref, found, err := driver.FindCode(ctx, conn, code.Code)
	if err != nil && !errors.Is(err, platform.ErrGone) {
		return err
	}
	c.Checked++
	if found && ref.Active && ref.Ours && ref.Marker == code.ID.String() {
		return nil
	}
	if c.Broken++; len(c.Violations) < maxListed {
		c.Violations = append(c.Violations, Violation{Shop: conn.ShopID, What: "codes " + code.ID.String(), Have: 0, Want: 1})
	}
	return nil
}
