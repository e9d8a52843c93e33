package storefront_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"zugabe/app/demoshop/liquid"
	storefront "zugabe/storefront-snippets"
)

var hostile = []string{
	`<img src=x data-xss onerror=alert(1)>`, `"><svg data-xss onload=alert(2)>`, `</template></script><script data-xss>alert(3)</script>`, `' autofocus onfocus='alert(4)' x='`,
	`" onpointerover="alert(5)`, `javascript:alert(6)`, `{{ 'x' | append: '<img data-xss>' }}`, `\u003cimg data-xss\u003e`, `</style><style data-xss>*{display:none}`, `&lt;img data-xss&gt;`,
}

// flatKeys are the paths of all texts of a locale file.
func flatKeys(at string, tree any, into *[]string) {
	switch v := tree.(type) {
	case map[string]any:
		for name, inner := range v {
			flatKeys(strings.TrimPrefix(at+"."+name, "."), inner, into)
		}
	case string:
		*into = append(*into, at)
	}
}

// grown are elements and attributes that none of our blocks has by itself.
func grown(page string) (list []string) {
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		switch token.Data {
		case "img", "svg", "script", "style", "iframe":
			if token.Data != "script" || !strings.HasPrefix(token.String(), `<script src="`) {
				list = append(list, token.String())
			}
		}
		for _, a := range token.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "data-xss" || a.Key == "autofocus" || a.Key == "x" || (a.Key == "href" || a.Key == "action") && strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
				list = append(list, token.String())
			}
		}
	}
	return list
}

// All hostile texts, one after the other, go into every text of the merchant's, every setting of every
// block, the codes, the campaign's ids, the customer and the order,
// past everything that the app would have refused.
//
// covers: I1, I2, I4, I9, I18, I20
func TestNothingHostileGrowsOutOfABlock(t *testing.T) {
	raw, err := fs.ReadFile(storefront.Theme(), "locales/en.default.json")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	var keys []string
	flatKeys("", tree, &keys)
	names, err := fs.Glob(storefront.Theme(), "blocks/*.liquid")
	if err != nil || len(names) != 12 {
		t.Fatalf("%v %v", names, err)
	}
	for _, text := range []string{strings.Join(hostile, " "), "javascript:alert(6)"} {
		own := m{}
		for _, key := range keys {
			own[key] = text
		}
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var blocks, order []string
		for _, name := range names {
			id := strings.TrimSuffix(strings.TrimPrefix(name, "blocks/"), ".liquid")
			blocks = append(blocks, `"`+id+`":{"type":"shopify://apps/zugabe/blocks/`+id+`/1","settings":{"api":`+string(quoted)+`,"side":`+string(quoted)+`}}`)
			order = append(order, `"`+id+`"`)
		}
		theme := fstest.MapFS{
			"layout/theme.liquid":     {Data: []byte(`{{ content_for_layout }}`)},
			"templates/x.json":        {Data: []byte(`{"sections":{"a":{"type":"a","blocks":{` + strings.Join(blocks, ",") + `},"block_order":[` + strings.Join(order, ",") + `]}},"order":["a"]}`)},
			"sections/a.liquid":       {Data: []byte(`{% for block in section.blocks %}{% render block %}{% endfor %}`)},
			"locales/en.default.json": {Data: []byte(`{}`)},
		}
		engine, err := liquid.New(liquid.Config{Theme: theme, Extension: storefront.Theme(), Zone: time.UTC, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		for _, customer := range []any{nil, hostileCustomer(text)} {
			html, problems, err := engine.Render(liquid.Page{Template: "x", Locale: "en", Globals: hostileGlobals(text, customer), App: m{"app": m{"metafields": m{"zugabe": m{"settings": m{"value": hostileSettings(text, own)}}}}}})
			if err != nil || len(problems) > 0 {
				t.Fatalf("%v %v", problems, err)
			}
			if n := strings.Count(html, "data-zugabe="); n < 8 {
				t.Errorf("only %d blocks are there", n)
			}
			for _, one := range grown(html) {
				t.Errorf("%s became %s", text, one)
			}
		}
	}
}

func hostileCustomer(text string) m {
	points := m{"points": 1_234_567, "minor": 1_234_567, "pending": 5, "expiring": 3, "next_expiry": text, "purse": m{"den": 1, "parts": [][]int{{1_234_567, 1}}},
		"codes": []m{{"code": text, "minor": 100, "until": text}}}
	return m{"email": text, "first_name": text, "tags": []string{text}, "orders_count": 1, "metafields": m{"$app": m{"points": m{"value": points}}}}
}

func hostileSettings(text string, own m) m {
	one := m{"num": 1, "den": 1}
	return m{"v": 1, "on": true, "currency": "EUR", "cent": one, "placements": m{}, "texts": m{"en": own}, "pending_days": 3, "expiry_months": 12, "rate_changes_on": text,
		"earn":       []m{{"id": text, "kind": "per_amount", "points": 1, "per": 100, "rounding": "floor", "net": one, "match": m{}, "when": m{}}},
		"campaigns":  []m{{"id": text, "factor": m{"num": 2, "den": 1}, "match": m{}, "when": m{"until": 4_102_444_800}}},
		"activities": m{"welcome": 1, "newsletter": 2, "review": 3, "article": 4, "referral": 5, "friend": 6, "birthday": 7},
		"redeem":     m{"on": true, "minor": 1, "per_points": 1, "min": 10, "step": 10, "prefix": text, "days": 30}}
}

func hostileGlobals(text string, customer any) m {
	discount := m{"title": text, "total_allocated_amount": 100}
	item := m{"product_id": 1, "quantity": 1, "final_line_price": 5000, "product": m{"id": 1, "collections": []m{}}, "line_level_discount_allocations": []m{}}
	variant := m{"id": 11, "price": 5000}
	return m{"shop": m{"money_format": "{{amount}} " + text, "locale": "en", "url": "https://shop.example", "address": m{"country_code": "DE"}}, "request": m{"locale": m{"iso_code": "en"}, "path": "/"},
		"routes": m{"cart_url": "/cart", "account_url": "/account", "account_login_url": "/account/login", "root_url": "/"}, "customer": customer,
		"cart":    m{"currency": m{"iso_code": "EUR"}, "item_count": 1, "items": []m{item}, "total_price": 5000, "items_subtotal_price": 5000, "cart_level_discount_applications": []m{}},
		"product": m{"id": 1, "title": text, "collections": []m{}, "variants": []m{variant}, "selected_or_first_available_variant": variant},
		"order":   m{"id": 7, "name": text, "line_items": []m{item}, "subtotal_price": 5000, "line_items_subtotal_price": 5000, "discount_applications": []m{discount}}}
}
