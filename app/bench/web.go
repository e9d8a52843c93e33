package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"zugabe/app/browser"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Site is the running app together with the demo shop that it is installed in.
type Site struct {
	App, Shop string // origins
	ID        loyalty.ShopID
	// Token proves to the app's admin that this member of staff is signed in.
	Token func(staff string) string
	Stop  func() error
}

const (
	slowCPU    = 4
	slowBits   = 1.6e6
	paintLimit = time.Second
	scriptsMax = 60 << 10
	looks      = 5 // of each page, with an empty cache
)

// web: what merchants and shoppers wait for. The product page is looked at in a
// fresh shop; then the shop gets all its members, and the admin is opened.
func web(ctx context.Context, l *lab) (rows []Row, err error) {
	if l.cfg.Site == nil {
		return nil, errors.New("nobody starts a site")
	}
	profile, err := os.MkdirTemp("", "zugabe-bench-chromium-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(profile)) }()
	chromium, err := browser.Start(profile)
	if errors.Is(err, browser.ErrNoChromium) {
		rows, err = append(rows, Row{What: "no page was opened: " + browser.ErrNoChromium.Error(), App: "–", Yard: "–", Value: 0, Target: 1}), nil
	}
	if err != nil {
		return rows, err
	}
	if chromium.Stop != nil {
		defer chromium.Stop()
	}
	sizes, err := l.sizes(ctx)
	rows = append(rows, sizes...)
	if err != nil {
		return rows, err
	}
	var shop loyalty.ShopID
	err = l.atSite(ctx, func(s Site) error {
		shop = s.ID
		more, err := productPages(chromium, s)
		rows = append(rows, more...)
		return err
	})
	if err != nil {
		return rows, err
	}
	if err := l.crowd(ctx, shop); err != nil {
		return rows, err
	}
	err = l.atSite(ctx, func(s Site) error {
		first, err := l.firstScreen(chromium, s)
		rows = append(rows, first...)
		if err != nil {
			return err
		}
		pages, err := l.adminLists(ctx, s)
		rows = append(rows, pages...)
		return err
	})
	return rows, err
}

// atSite lends the database to the site, because a SQLite file has one owner.
func (l *lab) atSite(ctx context.Context, look func(Site) error) error {
	if err := l.store.Close(); err != nil {
		return err
	}
	site, err := l.cfg.Site(ctx, l.url)
	if err == nil {
		err = errors.Join(look(site), site.Stop())
	}
	again, openErr := store.Open(ctx, store.Config{URL: l.url})
	if openErr != nil {
		l.store = nil
		return errors.Join(err, openErr)
	}
	l.store, l.program.Store = again, again
	return err
}

// productPages opens the demo theme's product page, slowed down, wide and on a phone.
func productPages(chromium browser.Chromium, s Site) (rows []Row, err error) {
	if chromium.Browser == nil {
		return nil, nil
	}
	for _, width := range []int{1280, 390} {
		cost, err := chromium.Open(browser.Look{URL: s.Shop + "/products/espresso", Width: width, CPU: slowCPU, Bits: slowBits,
			Ready: "document.querySelector('main .zugabe, main [class*=zugabe]')"})
		if err != nil {
			return rows, err
		}
		asked := 0
		for _, address := range cost.Requests {
			if strings.HasPrefix(address, s.App+"/") {
				asked++
			}
		}
		page := fmt.Sprintf("product page, %d px: ", width)
		rows = append(rows,
			Row{What: page + "requests to us before interaction", App: fmt.Sprint(asked), Yard: fmt.Sprintf("%d in all", len(cost.Requests)), Value: float64(asked), Exact: true},
			shifts(page, cost, 0))
	}
	return rows, nil
}

// firstScreen opens the admin as the host does, in its frame, with an empty cache.
func (l *lab) firstScreen(chromium browser.Chromium, s Site) ([]Row, error) {
	if chromium.Browser == nil {
		return nil, nil
	}
	var costs []browser.Cost
	for range looks {
		cost, err := chromium.Open(browser.Look{URL: s.Shop + "/admin/apps/zugabe?locale=en", Frame: "#app", Width: 1280, CPU: slowCPU, Bits: slowBits,
			Ready: "document.querySelector('main h1') && !document.querySelector('.skeleton, [aria-busy=true]')"})
		if err != nil {
			return nil, err
		}
		costs = append(costs, cost)
	}
	slices.SortFunc(costs, func(a, b browser.Cost) int { return cmp.Compare(a.Paint, b.Paint) })
	c := costs[looks/2]
	of := fmt.Sprintf("admin's first screen, %d members, 4× slower CPU, 1.6 Mbit/s: ", l.cfg.Members)
	paint := limit(of+"largest paint", c.Paint, paintLimit)
	paint.Yard = "all there " + short(milliseconds(c.Drawn)) + " ms"
	return []Row{paint,
		kilobytes("admin's first screen: scripts over the wire", c.Scripts, scriptsMax),
		shifts("admin's first screen: ", c, 0.1)}, nil
}

// shifts is a row for how much of a page moved after it was shown, and what did.
func shifts(page string, c browser.Cost, most float64) Row {
	r := Row{What: page + "layout shift", App: strconv.FormatFloat(c.Shift, 'g', 2, 64), Yard: "–", Value: c.Shift, Target: most, AtMost: true}
	if !r.Met() {
		r.What += " of " + strings.Join(c.Moved, " and ")
	}
	return r
}

// kilobytes is a row for a compressed size.
func kilobytes(what string, bytes, most int64) Row {
	size := float64(bytes) / 1024
	return Row{What: what, App: fmt.Sprintf("%d bytes", bytes), Yard: "–", Value: size, Target: float64(most) / 1024, AtMost: true, Unit: " KB"}
}
