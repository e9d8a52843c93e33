package demoshop

import (
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
)

const setFields = `mutation ($f: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $f) { metafields { id } userErrors { field message } } }`

// blockRig is a shop whose app has a product block, a cart block and an embed.
func blockRig(t *testing.T) *rig {
	t.Helper()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return newRig(t, func(c *Config) {
		c.Extension = fstest.MapFS{
			"blocks/product-points.liquid": file(`{% assign set = app.metafields.zugabe.settings.value %}<b data-product="{{ product.id }}" data-variant="{{ product.selected_or_first_available_variant.id }}">{{ set.earn[0].points }} per {{ set.earn[0].per | money }}; ` +
				`have {{ customer.metafields['$app'].points.value.points | default: 0 }}; {{ 'hello' | t: name: customer.first_name }}</b>{% schema %}{"name":"P","target":"section","stylesheet":"z.css","settings":[]}{% endschema %}`),
			"blocks/cart-points.liquid": file(`<i>{{ cart.item_count }} {{ cart.total_price | money }} {{ cart.discount_codes | map: 'code' | join: ',' }}</i>{% schema %}{"name":"C","target":"section","settings":[]}{% endschema %}`),
			"blocks/launcher.liquid":    file(`<u>{{ request.page_type }} {{ request.locale.iso_code }}</u>{% schema %}{"name":"L","target":"body","settings":[]}{% endschema %}`),
			"locales/en.default.json":   file(`{"hello":"Hello {{ name }}"}`), "locales/de.json": file(`{"hello":"Hallo {{ name }}"}`),
			"assets/z.css": file(`b{color:red}`),
		}
	})
}

// covers: S4-09, S4-12
func TestAnAppsBlocksReadItsOwnMetafieldsInTheTheme(t *testing.T) {
	r := blockRig(t)
	anna := r.shop.customers[0]
	out := r.gql(setFields, map[string]any{"f": []any{
		map[string]any{"ownerId": gid("AppInstallation", installationID), "namespace": "zugabe", "key": "settings", "type": "json", "value": `{"earn":[{"points":3,"per":100}]}`},
		map[string]any{"ownerId": gid("Customer", anna.ID), "namespace": "$app", "key": "points", "type": "json", "value": `{"points":250}`},
	}})
	if at(out, "data.metafieldsSet.metafields.1.id") == nil {
		t.Fatalf("%v", out)
	}
	out = r.gql(setFields, map[string]any{"f": []any{map[string]any{"ownerId": gid("AppInstallation", 1), "namespace": "zugabe", "key": "settings", "type": "json", "value": `{}`}}})
	if at(out, "data.metafieldsSet.userErrors.0.message") == nil {
		t.Fatalf("another app's installation took a metafield: %v", out)
	}
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna.ID)}})
	mug := r.variantID("CUP-SA")
	_, text := s.get("/products/kaffeetasse?lang=de&variant=" + str(mug))
	for _, want := range []string{`data-variant="` + str(mug) + `"`, "3 per 1,00\u00a0€; have 250; Hallo Anna", `<u>product de</u></body>`, `<link href="/cdn/shop/extensions/zugabe/assets/z.css"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if _, css := s.get("/cdn/shop/extensions/zugabe/assets/z.css"); css != `b{color:red}` {
		t.Error(css)
	}
	s.post("/cart/add", url.Values{"id": {str(mug)}, "quantity": {"2"}})
	s.post("/cart/code", url.Values{"code": {"NOPE"}})
	if _, text := s.get("/cart"); !strings.Contains(text, "<i>2 23,80\u00a0€ NOPE</i>") || strings.Contains(text, "z.css") {
		t.Error(text)
	}
	s.post("/logout", nil)
	if _, text := s.get("/products/kaffeetasse?lang=en"); !strings.Contains(text, "have 0; Hello ") || strings.Contains(text, "Hello Anna") {
		t.Error(text)
	}
	if p := r.shop.problems.take(); len(p) > 0 {
		t.Error(p)
	}
}

// What people typed stays text, whatever page and block it comes to.
func TestNamesAreTextInBlocksToo(t *testing.T) {
	r := blockRig(t)
	c, err := r.shop.Register("nasty@demo.example", nasty, nasty)
	if err != nil {
		t.Fatal(err)
	}
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(c.ID)}})
	if _, text := s.get("/products/kaffeetasse"); strings.Contains(text, "<script>alert") {
		t.Error(text)
	}
}
