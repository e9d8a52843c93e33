package demoshop

import (
	"encoding/json"
	"net/http"
	"path"
	"strings"
	"time"
)

// What Liquid calls the shop's things. Shopify's names and shapes; prices are
// minor units.

// installationID is the number of the app's installation in this shop.
const installationID = 424242

// mostExact is the greatest number that a theme's JavaScript can keep. Greater
// ids are handed out as text.
const mostExact = 1 << 53

func exact(id int64) any {
	if id >= mostExact {
		return str(id)
	}
	return id
}

var routes = m{
	"root_url": "/", "cart_url": "/cart", "cart_add_url": "/cart/add", "cart_change_url": "/cart/change", "cart_update_url": "/cart/update", "cart_clear_url": "/cart/clear",
	"account_url": "/account", "account_login_url": "/account/login", "account_logout_url": "/account/logout", "account_register_url": "/account/register",
	"account_addresses_url": "/account/addresses", "collections_url": "/collections", "all_products_collection_url": "/collections/all", "search_url": "/search",
}

func shopDrop(r *http.Request, l tongue) m {
	return m{
		"name": shopName, "id": int64(shopID), "url": "http://" + r.Host, "domain": r.Host, "permanent_domain": Domain, "secure_url": "http://" + r.Host, "email": shopOwner, "currency": currency,
		"money_format": l.moneyFormat(), "money_with_currency_format": l.moneyFormat() + " EUR", "locale": "en", "customer_accounts_enabled": true, "taxes_included": true,
		"description": l.say("Coffee, tea and ceramics from the harbour."), "enabled_currencies": []m{{"iso_code": currency, "symbol": "€"}},
	}
}

func requestDrop(r *http.Request, l tongue, kind string) m {
	return m{
		"locale": languageDrop(l, l), "page_type": kind, "path": r.URL.Path, "host": r.Host, "origin": "http://" + r.Host, "design_mode": false, "visual_preview_mode": false,
	}
}

func languageDrop(l, chosen tongue) m {
	return m{"iso_code": string(l), "name": languageNames[l].EN, "endonym_name": languageNames[l].DE, "primary": l == "en", "root_url": "/", "selected": l == chosen}
}

func localizationDrop(l tongue) m {
	var all []m
	for _, known := range tongues {
		all = append(all, languageDrop(known, l))
	}
	germany := m{"iso_code": "DE", "name": l.say("Germany"), "currency": m{"iso_code": currency, "symbol": "€"}}
	return m{"language": languageDrop(l, l), "available_languages": all, "country": germany, "available_countries": []m{germany}, "market": m{"handle": "germany"}}
}

func (s *Shop) linkListsDrop(l tongue) m {
	var links []m
	for _, c := range s.collections {
		links = append(links, m{"title": c.Words.in(l), "url": "/collections/" + c.Handle})
	}
	return m{"main-menu": m{"title": "Main", "links": links}}
}

// metafieldsDrop has an owner's fields by namespace and key; those of the app
// only for the app itself, where "$app" is short for its own namespace.
func (s *Shop) metafieldsDrop(owner string, asApp bool) m {
	out := m{}
	for _, f := range s.metafields {
		if f.OwnerID != owner || (!asApp && strings.HasPrefix(f.Namespace, "app--")) {
			continue
		}
		names := []string{f.Namespace}
		if rest, own := strings.CutPrefix(f.Namespace, appNamespace); own {
			names = append(names, "$app"+strings.Replace(rest, "--", ":", 1))
		}
		for _, ns := range names {
			if out[ns] == nil {
				out[ns] = m{}
			}
			out[ns].(m)[f.Key] = m{"value": f.liquidValue(), "type": f.Type}
		}
	}
	return out
}

func (f *Metafield) liquidValue() any {
	if f.Type == "json" || f.Type == "boolean" || strings.HasPrefix(f.Type, "number") {
		return json.RawMessage(f.Value)
	}
	return f.Value
}

// demoDrop is what only this demo's theme knows: the bar above every page.
func (s *Shop) demoDrop(r *http.Request, b *browser, c *Customer) m {
	now := s.now()
	d := m{
		"now": now.Unix(), "today": b.lang.clock(now), "date": now.In(zone()).Format(time.DateOnly), "flash": b.takeFlash(), "here": here(r),
		"seeding": s.seedState(), "people": s.peopleDrop(), "orders": len(s.orders), "customers": len(s.customers),
	}
	if s.seeding.Days > 0 && s.cfg.Partner != "" { // a shop without a past has no partner
		d["desk"], d["partner"] = s.cfg.AppURL+"/desk?shop="+Domain, s.cfg.Partner
		d["storefront"] = "/_as/" + s.cfg.Storefront
	}
	if p := publicBalance(s, c); p != nil {
		d["points"] = m{"points": p.Points, "pending": p.Pending, "minor": p.Minor, "next_expiry": p.NextExpiry, "expiring": p.Expiring}
	}
	return d
}

// here is the present page without the choice of a language, to come back to.
func here(r *http.Request) string {
	q := r.URL.Query()
	q.Del("lang")
	if r.Method != http.MethodGet {
		return "/"
	}
	if len(q) == 0 {
		return r.URL.EscapedPath()
	}
	return r.URL.EscapedPath() + "?" + q.Encode()
}

// formsDrop says which form of the page was sent just now.
func formsDrop(r *http.Request, _ *browser) m {
	return m{"customer": m{"posted_successfully?": r.URL.Query().Get("customer_posted") == "true"}}
}

func assetType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json":
		return "application/json"
	}
	return "application/octet-stream"
}
