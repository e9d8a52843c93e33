package program

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// settingsCursor is the row by which the shop's pages get fresh settings every
// day: rules begin and end at midnight, and rates of VAT are measured again.
const settingsCursor = "settings"

// settingsDelay lets the day begin everywhere before it is published.
const settingsDelay = time.Minute

// publishSettingsLater makes sure that the shop's pages learn what the transaction
// changes. Many changes in a row cost one call to the host; a host that shows no
// settings costs none.
func (p *Program) publishSettingsLater(tx *store.Tx, shop loyalty.Shop) error {
	if p.Hosts == nil || platform.SettingsOf(p.Hosts.Driver(shop.Host)) == nil {
		return nil
	}
	id := p.IDs.Next()
	added, err := tx.OweOnce(shop.ID, store.Job{ID: id, Kind: store.JobPublishSettings, Key: id.String(), NextAt: p.now(), CreatedAt: p.now()})
	if err != nil || !added {
		return err
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return nil
}

// oweSettings publishes once a day, soon after the shop's midnight.
func (p *Program) oweSettings(tx *store.Tx, shop loyalty.Shop) error {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return err
	}
	now := p.Clock.Now()
	next := loyalty.DateOf(now.In(zone)).End(zone).Add(settingsDelay)
	due, err := tx.ClaimCursor(shop.ID, settingsCursor, p.now(), next.UnixMilli())
	if err != nil || !due {
		return err
	}
	return p.publishSettingsLater(tx, shop)
}

// runPublishSettings writes the settings of this moment to the host. What the host
// has is read first and the write is conditional on it, so of two processes the one
// that read older settings of ours never has the last word.
func (p *Program) runPublishSettings(ctx context.Context, h hostCall) error {
	to := platform.SettingsOf(h.driver)
	if to == nil {
		return p.settingsDone(ctx, h, "this host shows no settings")
	}
	call, done := calling(ctx)
	defer done()
	over, err := to.PublishedSettings(call, h.conn)
	if err != nil {
		return fromHost(err)
	}
	doc, err := p.SettingsForPages(ctx, h.shop, over.PricesWithTax)
	if err != nil {
		return err
	}
	if sameJSON(doc, over.Value) {
		return p.settingsDone(ctx, h, "the host has them already")
	}
	err = to.PublishSettings(call, h.conn, doc, over)
	if errors.Is(err, platform.ErrTaken) {
		return p.again(ctx, h.shop, h.job, time.Second)
	}
	if errors.Is(err, platform.ErrUnknown) {
		err = platform.ErrUnreachable // what is set can be set again
	}
	if err != nil {
		return fromHost(err)
	}
	return p.settingsDone(ctx, h, "")
}

func (p *Program) settingsDone(ctx context.Context, h hostCall, reason string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, reason) })
}

// SettingsForPages is PublishedSettings as JSON. pricesWithTax says whether the
// prices on the shop's pages contain VAT.
func (p *Program) SettingsForPages(ctx context.Context, shop loyalty.Shop, pricesWithTax bool) ([]byte, error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return nil, err
	}
	var out PublishedSettings
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		plan, err := p.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		share, err := p.priceShareOf(tx, shop, pricesWithTax)
		if err != nil {
			return err
		}
		if out, err = publishedFrom(plan.Doc, shop, p.Clock.Now().In(zone), share); err != nil {
			return err
		}
		worths, err := p.Worths(tx, shop)
		if err != nil {
			return err
		}
		if worths.ChangesAt > 0 {
			out.RateChangesOn = localDay(worths.ChangesAt, zone).String()
		}
		if out.Pages, err = p.ShopPages(tx, shop); err != nil {
			return err
		}
		if out.Vouchers, err = p.publishedVouchers(tx, shop, p.Clock.Now().In(zone)); err != nil {
			return err
		}
		if out.Newsletter, err = p.publishedNewsletter(tx, shop); err != nil {
			return err
		}
		if out.Partners, err = p.publishedPartners(tx, shop); err != nil {
			return err
		}
		out.Placements, out.Texts, err = p.placementsAndTexts(tx, shop)
		return err
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// Placements are the places in which the shop's pages can show something (S4-16).
var Placements = []string{"product", "cart", "account", "order", "review", "article", "newsletter", "rewards", "launcher", "checkout", "referral", "voucher", "offers"}

// placementsAndTexts are the merchant's choices; until there are any, every
// placement is on and every text is our own. Words of a language that the shop does
// not use stay stored and are not published.
func (p *Program) placementsAndTexts(tx *store.Tx, shop loyalty.Shop) (placements map[string]bool, texts map[string]map[string]string, err error) {
	s, err := p.Settings(tx, shop.ID)
	if err != nil {
		return nil, nil, err
	}
	placements, texts = map[string]bool{}, map[string]map[string]string{}
	for _, name := range Placements {
		placements[name] = !slices.Contains(s.Off, name)
	}
	for _, language := range s.Languages {
		own, err := p.informalTexts(language, s.Address)
		if err != nil {
			return nil, nil, err
		}
		maps.Copy(own, s.Texts[language])
		maps.DeleteFunc(own, isOwnText)
		if len(own) > 0 {
			texts[language] = own
		}
	}
	return placements, texts, nil
}

// informalTexts are our own texts that speak to shoppers as friends, where the
// merchant wants that: pages prefer what is published to their locale file, which
// speaks formally. Only German has both (S4-25).
func (p *Program) informalTexts(language, address string) (map[string]string, error) {
	flat := map[string]string{}
	if p.Informal == nil || address != AddressInformal {
		return flat, nil
	}
	body, err := fs.ReadFile(p.Informal, language+".json")
	if errors.Is(err, fs.ErrNotExist) {
		return flat, nil
	}
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(body, &tree); err != nil {
		return nil, err
	}
	flatten(flat, "", tree)
	return flat, nil
}

// sameJSON compares documents whatever their host did to spaces and order.
func sameJSON(a, b []byte) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	first, err := json.Marshal(x)
	if err != nil {
		return false
	}
	second, err := json.Marshal(y)
	return err == nil && bytes.Equal(first, second)
}
