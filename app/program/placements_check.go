package program

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// What a look at a page has found.
const (
	PageFine        = "fine"        // all that belongs there is there
	PageMissing     = "missing"     // something that is switched on is not there
	PageAbsent      = "absent"      // the shop has no such page that we could find
	PageUnreachable = "unreachable" // no answer, or not one that can be read
	PageElsewhere   = "elsewhere"   // it leads to another address: the shop's own name is needed
	PageEmpty       = "empty"       // the cart stayed empty, and an empty one shows nothing
	PagePrivate     = "private"     // cannot be seen from outside: it asks for a customer's account, a checkout or the shop's password
)

// PageLook is what one page of the shop shows of us. Bytes are uncompressed.
type PageLook struct {
	Page      string   `json:"page"` // kind of page, as in Placement
	Path      string   `json:"path,omitempty"`
	State     string   `json:"state"`
	Found     []string `json:"found"`   // names of placements
	Missing   []string `json:"missing"` // are switched on and not there
	Lost      []string `json:"lost"`    // those of them that were there once and have not come back
	OurBytes  int64    `json:"our_bytes"`
	PageBytes int64    `json:"page_bytes"`
	Script    bool     `json:"script"` // our script is on the page
	Style     bool     `json:"style"`
}

// PlacementLook is one look at the shop's pages (S4-10, N-16).
type PlacementLook struct {
	At          int64      `json:"-"` // Unix ms
	Host        string     `json:"host"`
	Pages       []PageLook `json:"pages"`
	ScriptBytes int64      `json:"script_bytes"` // of our files, compressed
	StyleBytes  int64      `json:"style_bytes"`
}

const (
	keptLooks = 30
	lookTime  = 40 * time.Second
)

// LookAtPages opens the shop's public pages as a visitor and looks for what is
// switched on. Nothing is signed in to, so account and order pages are not seen.
func (p *Program) LookAtPages(ctx context.Context, actor string, shop loyalty.Shop) (PlacementLook, error) {
	if p.Pages == nil {
		return PlacementLook{}, loyalty.Refuse(loyalty.CodeUnavailable, "the shop's pages cannot be looked at here")
	}
	var before PlacementLook
	var s ShopSettings
	doc, err := p.SettingsForPages(ctx, shop, true)
	if err != nil {
		return PlacementLook{}, err
	}
	var published PublishedSettings
	if err := json.Unmarshal(doc, &published); err != nil {
		return PlacementLook{}, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := p.PlacementLooks(tx, shop.ID, 1)
		if err != nil {
			return err
		}
		if before = (PlacementLook{}); len(list) > 0 {
			before = list[0]
		}
		s, err = p.Settings(tx, shop.ID)
		return err
	})
	if err != nil {
		return PlacementLook{}, err
	}
	look := PlacementLook{At: p.now(), Host: shop.Domain}
	if s.Storefront != "" {
		look.Host = s.Storefront
	}
	visit, err := p.Pages.Visit(look.Host)
	if err != nil {
		return PlacementLook{}, err
	}
	within, done := context.WithTimeout(ctx, lookTime)
	defer done()
	look.Pages = (&pageWalk{visit: visit, silent: published.silent(), before: before}).all(within)
	look.ScriptBytes, look.StyleBytes = p.assetBytes("assets/zugabe.js"), p.assetBytes("assets/zugabe.css")
	return look, p.keepLook(ctx, actor, shop, look)
}

// looksCursor is the row by which one process looks at a shop's pages each night.
const looksCursor = "task:pages"

// nightBegins is when, after the shop's midnight, the first shops are looked at;
// nightLasts is the time over which they are spread.
const (
	nightBegins = 2 * time.Hour
	nightLasts  = 3 * time.Hour
)

// LookAtNight looks at the pages of a shop once a night, each shop at a time of its
// own. Nobody waits for it: what was lost waits on the merchant's home page (N-16).
// The first night is the one after the installation, when there may be something to see.
func (p *Program) LookAtNight(ctx context.Context, shop loyalty.Shop) error {
	if p.Pages == nil || p.Hosts == nil || platform.SettingsOf(p.Hosts.Driver(shop.Host)) == nil {
		return nil
	}
	due, err := p.nightOf(ctx, shop)
	if err != nil || !due {
		return err
	}
	_, err = p.LookAtPages(ctx, ledger.ActorSystem, shop)
	return err
}

func (p *Program) nightOf(ctx context.Context, shop loyalty.Shop) (due bool, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return false, err
	}
	own := time.Duration(uint64(shop.ID)*0x9E3779B97F4A7C15>>33) * time.Second % nightLasts
	next := loyalty.DateOf(p.Clock.Now().In(zone)).End(zone).Add(nightBegins + own).UnixMilli()
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		before, err := tx.LoadCursor(shop.ID, looksCursor)
		if err != nil {
			return err
		}
		due, err = tx.ClaimCursor(shop.ID, looksCursor, p.now(), next)
		due = due && before.NextAt > 0
		return err
	})
	return due, err
}

// LostPlacements counts what the last look at the shop's pages missed although it
// had been there.
func (p *Program) LostPlacements(tx *store.Tx, shop loyalty.ShopID) (n int64, err error) {
	looks, err := p.PlacementLooks(tx, shop, 1)
	if err != nil || len(looks) == 0 {
		return 0, err
	}
	s, err := p.Settings(tx, shop)
	if err != nil {
		return 0, err
	}
	for _, page := range looks[0].Pages {
		for _, name := range page.Lost {
			if !slices.Contains(s.Off, name) {
				n++
			}
		}
	}
	return n, nil
}

func (p *Program) keepLook(ctx context.Context, actor string, shop loyalty.Shop, look PlacementLook) error {
	body, err := json.Marshal(look)
	if err != nil {
		return err
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AddPlacementCheck(shop.ID, store.PlacementCheck{ID: p.IDs.Next(), At: look.At, Body: body}, keptLooks); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "placements.checked", to: "settings"})
	})
}

// PlacementLooks are the last looks, newest first.
func (p *Program) PlacementLooks(tx *store.Tx, shop loyalty.ShopID, limit int) ([]PlacementLook, error) {
	rows, err := tx.PlacementChecks(shop, limit)
	if err != nil {
		return nil, err
	}
	list := make([]PlacementLook, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Body, &list[i]); err != nil {
			return nil, err
		}
		list[i].At = row.At
	}
	return list, nil
}

func (p *Program) assetBytes(name string) int64 {
	if p.Extension == nil {
		return 0
	}
	body, err := fs.ReadFile(p.Extension, name)
	if err != nil {
		return 0
	}
	return packedSize(body)
}

// pageWalk goes from the home page to one page of each kind.
type pageWalk struct {
	visit   *platform.Visit
	silent  []string // placements that show nothing as things are
	before  PlacementLook
	links   []string // in the shop, as found on the pages so far
	variant string   // of the product whose page was opened
}

// silent are the placements that have nothing to say to a visitor: they are
// switched off, no rule gives points for what they speak of, or no voucher shows itself.
func (s PublishedSettings) silent() []string {
	var list []string
	for _, name := range Placements {
		speaks := s.On && s.Placements[name]
		switch name {
		case "review", "article", "referral":
			speaks = speaks && s.Activities[name] > 0
		case "product", "cart":
			speaks = speaks && len(s.Earn) > 0
		case "voucher", "offers":
			speaks = speaks && len(s.Vouchers) > 0
		}
		if !speaks {
			list = append(list, name)
		}
	}
	return list
}

func (w *pageWalk) all(ctx context.Context) []PageLook {
	home := w.home(ctx)
	looks := []PageLook{home}
	if home.State == PageElsewhere || home.State == PageUnreachable || home.State == PagePrivate {
		return looks // the other pages would say the same
	}
	if first(w.links, "/products/") == "" {
		w.open(ctx, "collection", "/collections/all")
	}
	looks = append(looks, w.linked(ctx, "product", "/products/"), w.cart(ctx), w.article(ctx), w.rewards(ctx))
	for _, kind := range []string{"account", "order", "checkout"} {
		looks = append(looks, noLook(kind, PagePrivate))
	}
	return looks
}

func noLook(kind, state string) PageLook {
	return PageLook{Page: kind, State: state, Found: []string{}, Missing: []string{}, Lost: []string{}}
}

// home is asked for twice where the first answer was a greeting page.
func (w *pageWalk) home(ctx context.Context) PageLook {
	look := w.open(ctx, "home", "/")
	if look.Path != "/" && (look.State == PageFine || look.State == PageMissing) {
		look = w.open(ctx, "home", "/")
	}
	return look
}

func (w *pageWalk) linked(ctx context.Context, kind, prefix string) PageLook {
	path := first(w.links, prefix)
	if path == "" {
		return noLook(kind, PageAbsent)
	}
	return w.open(ctx, kind, path)
}

func (w *pageWalk) article(ctx context.Context) PageLook {
	if articleLink(w.links) == "" {
		if blog := first(w.links, "/blogs/"); blog != "" {
			w.open(ctx, "blog", blog)
		}
	}
	path := articleLink(w.links)
	if path == "" {
		return noLook("article", PageAbsent)
	}
	return w.open(ctx, "article", path)
}

// cart puts the product into the visitor's cart: an empty one shows nothing.
func (w *pageWalk) cart(ctx context.Context) PageLook {
	if w.variant == "" {
		return noLook("cart", PageEmpty)
	}
	added, err := w.visit.Post(ctx, "/cart/add.js", url.Values{"id": {w.variant}, "quantity": {"1"}})
	if err != nil || added.Status >= 400 {
		return noLook("cart", PageEmpty)
	}
	return w.open(ctx, "cart", "/cart")
}

// rewards looks through the shop's own pages for the one with our overview.
func (w *pageWalk) rewards(ctx context.Context) PageLook {
	absent := noLook("page", PageAbsent)
	candidates := []string{"/pages/rewards"}
	for _, path := range withPrefix(w.links, "/pages/") {
		if !slices.Contains(candidates, path) && len(candidates) < maxRewardPages {
			candidates = append(candidates, path)
		}
	}
	for _, path := range candidates {
		look := w.open(ctx, "page", path)
		if slices.Contains(look.Found, "rewards") || slices.Contains(look.Found, "referral") {
			return look
		}
		if look.State == PageMissing && absent.Path == "" {
			absent = look
		}
	}
	return absent
}

const maxRewardPages = 6

// open looks at one page and remembers where it leads.
func (w *pageWalk) open(ctx context.Context, kind, path string) PageLook {
	look := noLook(kind, "")
	look.Path = path
	page, err := w.visit.Open(ctx, path)
	switch {
	case errors.Is(err, platform.ErrElsewhere):
		look.State = PageElsewhere
	case err != nil:
		look.State = PageUnreachable
	case page.Status == 401 || page.Status == 403 || page.Path == "/password":
		look.State = PagePrivate
	case page.Status == 404 || page.Status == 410:
		look.State = PageAbsent
	case page.Status >= 400:
		look.State = PageUnreachable
	default:
		seen := readPage(page.Body)
		look.Path, look.PageBytes, look.OurBytes = page.Path, int64(len(page.Body)), seen.ours
		look.Script, look.Style = seen.script, seen.style
		w.links = append(w.links, seen.links...)
		if kind == "product" {
			w.variant = seen.variant
		}
		w.judge(&look, seen.blocks)
	}
	return look
}

// judge compares what is there with what is switched on.
func (w *pageWalk) judge(look *PageLook, blocks []string) {
	look.State = PageFine
	for _, place := range ThemePlacements {
		if place.Block == "" {
			continue
		}
		if slices.Contains(blocks, place.Block) {
			look.Found = append(look.Found, place.Name)
			continue
		}
		belongs := place.Page == look.Page || place.Page == "every"
		if belongs && !slices.Contains(w.silent, place.Name) {
			look.Missing = append(look.Missing, place.Name)
			look.State = PageMissing
			if w.wasThere(look.Page, place.Name) {
				look.Lost = append(look.Lost, place.Name)
			}
		}
	}
}

func (w *pageWalk) wasThere(page, name string) bool {
	return slices.ContainsFunc(w.before.Pages, func(l PageLook) bool {
		return l.Page == page && (slices.Contains(l.Found, name) || slices.Contains(l.Lost, name))
	})
}
