package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zugabe/app/api"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/voucher"
)

// Everything that the source names is changed through the merchant's own screens' API and
// holds for the next fact: what purchases, reviews, comments and new accounts give, what
// points are worth to whom, where they are shown and in which words.
//
// covers: S4-06
func TestAMerchantAdjustsEverythingWithoutCode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.program.Extension = locales
		shop, other := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		boss := w.staff(shop)
		w.buy(shop, "1", "1001", 100)
		w.buy(other, "1", "1001", 100)
		plan := into[api.PlanView](t, w.get(boss, admin+"/plan"))
		plan.Plan.Earning.Rules = []earning.Rule{
			{ID: "euro", Name: "Einkauf", Kind: earning.KindPerAmount, Earn: loyalty.EarnRate{Points: 3, PerMinor: 100}},
			{ID: "review", Name: "Bewertung", Kind: earning.KindProductRev, Points: 20},
			{ID: "comment", Name: "Kommentar", Kind: earning.KindArticleRev, Points: 7},
			{ID: "welcome", Name: "Willkommen", Kind: earning.KindSignup, Points: 50},
		}
		plan.Plan.Redeem.MinPoints = 200
		w.put(boss, "/plan", w.planBody(plan.Version, plan.Plan)).want(t, 200, "")
		w.buy(shop, "1", "1002", 100)
		w.buy(shop, "2", "1003", 100)
		w.buy(other, "1", "1002", 100)
		now := loyalty.NowMs(w.clock)
		for key, kind := range map[string]earning.ActivityKind{"r1": earning.ActivityProductReview, "a1": earning.ActivityArticleReview} {
			body, err := json.Marshal([]platform.Change{{Kind: platform.ActivityChanged, Activity: &earning.Activity{
				Key: key, Kind: kind, CustomerKey: "1", Subject: "p1", State: earning.ActivityApproved, At: now, UpdatedAt: now}}})
			if err != nil {
				t.Fatal(err)
			}
			w.deliver(shop, body)
		}
		for _, c := range []struct {
			shop     loyalty.Shop
			customer string
			want     int64
		}{{shop, "1", 100 + 300 + 20 + 7}, {shop, "2", 300 + 50}, {other, "1", 200}} {
			if got := w.balance(c.shop, c.customer); got != c.want {
				t.Errorf("customer %s of %s has %d points, want %d", c.customer, c.shop.Name, got, c.want)
			}
		}
		w.post(w.shopper(shop, "1"), "/api/storefront/v1/redemptions", "press-00001", `{"points":100,"cart":{"subtotal_minor":50000,"eligible_minor":50000,"currency":"EUR"}}`).want(t, 422, "below_minimum")
		w.post(w.shopper(other, "1"), "/api/storefront/v1/redemptions", "press-00001", `{"points":100,"cart":{"subtotal_minor":50000,"eligible_minor":50000,"currency":"EUR"}}`).want(t, 200, "")
		w.put(boss, "/placements", `{"name":"product","on":false}`).want(t, 200, "")
		w.put(boss, "/texts", `{"language":"de","texts":[{"key":"cart.title","text":"Deine Taler","was":""}]}`).want(t, 200, "")
		for _, want := range []string{`"product":false`, `"cart.title":"Deine Taler"`} {
			if doc := w.published(shop); !strings.Contains(doc, want) {
				t.Errorf("the pages are not told %s: %s", want, doc)
			}
			if doc := w.published(other); strings.Contains(doc, want) {
				t.Errorf("another shop's pages are told %s", want)
			}
		}
		w.booksBalance(shop, other)
	})
}

// A theme that has every block passes; of one that lacks any, the checker names exactly
// that, and the screen has the link that adds it. The blocks are those of the extension.
//
// covers: S4-10, N-16
func TestEachBlockThatAThemeLacksIsNamedWithTheWayToAddIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		pages := map[string][]string{"home": {"/"}, "product": {"/de/products/mug"}, "cart": {"/cart"}, "article": {"/blogs/news/tea"}, "page": {"/pages/rewards"}}
		blocks := map[string]string{"/": "", "/de/products/mug": "", "/cart": "", "/blogs/news": "", "/blogs/news/tea": "", "/pages/about": "", "/pages/rewards": ""}
		for path := range blocks {
			for _, p := range program.ThemePlacements {
				if p.Page == "every" || slices.Contains(pages[p.Page], path) {
					blocks[path] += block(p.Block)
				}
			}
		}
		site := themed(t, blocks)
		w.program.Pages = platform.NewPages(platform.ClientOptions{AllowPrivate: true}, func(string) string { return site.URL })
		w.program.Extension = locales
		shop := w.newShop("shopify", "alpha")
		w.savePlan(shop, func(doc *program.PlanDoc) {
			for _, kind := range []earning.RuleKind{earning.KindProductRev, earning.KindArticleRev, earning.KindReferrer} {
				doc.Earning.Rules = append(doc.Earning.Rules, earning.Rule{ID: strings.ReplaceAll(string(kind), "_", "-"), Name: "x", Kind: kind, Points: 5})
			}
		})
		boss := w.staff(shop)
		doc := aTemplate()
		doc.Auto = voucher.AutoOffer
		v, err := w.program.CreateVoucher(t.Context(), "test", shop, doc)
		if err == nil {
			_, err = w.program.SetVoucherState(t.Context(), "test", shop, v.Row.ID, voucher.TemplateActive)
		}
		if err != nil {
			t.Fatal(err)
		}
		lacks := func() (missing []string) {
			t.Helper()
			for _, p := range into[api.LookView](t, w.post(boss, admin+"/placement-checks", "", "")).Pages {
				for _, name := range p.Missing {
					missing = append(missing, p.Page+" "+name)
				}
			}
			slices.Sort(missing)
			return slices.Compact(missing)
		}
		if got := lacks(); len(got) != 0 {
			t.Fatalf("a theme with all blocks lacks %v", got)
		}
		all := into[api.PlacementsView](t, w.get(boss, admin+"/placements"))
		for _, p := range all.Items {
			if p.Block == "" {
				continue
			}
			if want := map[bool]string{true: "activateAppId=", false: "addAppBlockId="}[p.Embed]; !strings.Contains(p.Link, want) || !strings.HasSuffix(p.Link[:strings.Index(p.Link+"&target", "&target")], "%2F"+p.Block) && !p.Embed {
				t.Errorf("%s is added by %q", p.Name, p.Link)
			}
			at, known := pages[p.Page]
			if !known {
				continue
			}
			had := blocks[at[0]]
			blocks[at[0]] = strings.ReplaceAll(had, block(p.Block), "")
			if got := lacks(); !slices.Equal(got, []string{fmt.Sprintf("%s %s", p.Page, p.Name)}) {
				t.Errorf("without %s the checker names %v", p.Block, got)
			}
			blocks[at[0]] = had
		}
	})
}
