package demoshop

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAnswersFollowTheQuery(t *testing.T) {
	r := newRig(t, nil)
	fullShop(r)
	cases := map[string]struct{ query, want string }{
		"an alias":                 {`{ a: shop { n: name } }`, `{"a":{"n":"Kontor Nord"}}`},
		"one field asked twice":    {`{ shop { name } shop { currencyCode } }`, `{"shop":{"currencyCode":"EUR","name":"Kontor Nord"}}`},
		"a skipped field":          {`query ($s: Boolean = true) { shop { name currencyCode @skip(if: $s) } }`, `{"shop":{"name":"Kontor Nord"}}`},
		"a field that is included": {`{ shop { name @include(if: false) currencyCode } }`, `{"shop":{"currencyCode":"EUR"}}`},
		"a fragment":               {`{ shop { ...S } } fragment S on Shop { name }`, `{"shop":{"name":"Kontor Nord"}}`},
		"the type in an interface": {`{ nodes(ids: ["gid://shopify/Product/7632910000001", "gid://shopify/Product/9"]) { __typename } }`, `{"nodes":[{"__typename":"Product"},null]}`},
		"only the fragment that fits": {`{ nodes(ids: ["gid://shopify/Product/7632910000001"]) { ... on Order { name } ... on Product { id } } }`,
			`{"nodes":[{"id":"gid://shopify/Product/7632910000001"}]}`},
		"a union": {`{ codeDiscountNodeByCode(code: "zg-abc") { codeDiscount { __typename ... on DiscountCodeBasic { codes(first: 1) { nodes { code } } } ... on DiscountCodeBxgy { title } } } }`,
			`{"codeDiscountNodeByCode":{"codeDiscount":{"__typename":"DiscountCodeBasic","codes":{"nodes":[{"code":"ZG-ABC"}]}}}}`},
		"nothing found": {`{ codeDiscountNodeByCode(code: "none") { id } }`, `{"codeDiscountNodeByCode":null}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out := r.gql(c.query, nil)
			got, _ := json.Marshal(out["data"])
			if string(got) != c.want || out["errors"] != nil {
				t.Fatalf("got %s, want %s (%v)", got, c.want, out["errors"])
			}
		})
	}
}

// A null where the schema forbids one takes its parent with it.
func TestAForbiddenNullTakesItsParentWithIt(t *testing.T) {
	a := loadAdminSchema()
	run := func(query string, root *obj) (string, int) {
		op, vars, errs := a.prepare(query, "", nil)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		ex := &execution{schema: a, vars: vars}
		text, _ := json.Marshal(ex.run(op, root))
		return string(text), len(ex.errs)
	}
	shop := &obj{"Shop", map[string]any{"name": nil, "id": "gid://shopify/Shop/1"}}
	if got, n := run(`{ shop { id name } }`, &obj{"QueryRoot", map[string]any{"shop": shop}}); got != "null" || n == 0 {
		t.Errorf("shop is required, so all must be null: %s", got)
	}
	customer := &obj{"Customer", map[string]any{"id": nil}}
	if got, n := run(`{ customer(id: "x") { id } }`, &obj{"QueryRoot", map[string]any{"customer": customer}}); got != `{"customer":null}` || n == 0 {
		t.Errorf("customer may be null: %s", got)
	}
	if got, n := run(`{ customer(id: "x") { firstName } }`, &obj{"QueryRoot", map[string]any{"customer": &obj{"Customer", map[string]any{}}}}); got != `{"customer":{"firstName":null}}` || n == 0 {
		t.Errorf("a field the shop does not keep is an error, not silence: %s", got)
	}
}

func TestListsArePagedInTheOrderOfTheirChange(t *testing.T) {
	r := newRig(t, nil)
	for range 5 {
		r.clock.Advance(1e9)
		if _, err := r.shop.Checkout(Buy{Customer: r.shop.customers[0].ID, Cart: []CartLine{{r.variantID("MILL"), 1}}}); err != nil {
			t.Fatal(err)
		}
	}
	r.clock.Advance(1e9)
	if err := r.shop.Fulfil(r.shop.orders[0].ID); err != nil { // the first becomes the last changed
		t.Fatal(err)
	}
	const query = `query ($after: String) { orders(first: 2, after: $after, sortKey: UPDATED_AT, query: "updated_at:>='2026-01-01T00:00:00Z'") { nodes { name } pageInfo { hasNextPage endCursor } } }`
	var names []string
	after := any(nil)
	for {
		out := r.gql(query, map[string]any{"after": after})
		for _, n := range at(out, "data.orders.nodes").([]any) {
			names = append(names, at(n, "name").(string))
		}
		if at(out, "data.orders.pageInfo.hasNextPage") != true {
			break
		}
		after = at(out, "data.orders.pageInfo.endCursor")
	}
	if got := strings.Join(names, " "); got != "#1002 #1003 #1004 #1005 #1001" {
		t.Fatal(got)
	}
	out := r.gql(`{ orders(first: 9, query: "updated_at:>='2027-01-01T00:00:00Z'") { nodes { id } } }`, nil)
	if n := len(at(out, "data.orders.nodes").([]any)); n != 0 {
		t.Fatalf("%d orders changed in the future", n)
	}
}

func TestMetafieldsAreSetTogetherOrNotAtAll(t *testing.T) {
	r := newRig(t, nil)
	anna := gid("Customer", r.shop.customers[0].ID)
	set := func(fields ...any) map[string]any {
		return r.gql(`mutation ($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { metafields { id } userErrors { field code elementIndex } } }`, map[string]any{"m": fields})
	}
	good := map[string]any{"ownerId": anna, "namespace": "$app", "key": "points", "type": "json", "value": `{"points":7}`}
	bad := map[string]any{"ownerId": "gid://shopify/Customer/5", "namespace": "$app", "key": "points", "type": "json", "value": `{}`}
	out := set(good, bad)
	if at(out, "data.metafieldsSet.userErrors.0.field") == nil || len(r.shop.metafields) != 0 {
		t.Fatalf("half was written: %v", out)
	}
	if out := set(good); at(out, "data.metafieldsSet.metafields.0.id") == nil {
		t.Fatal(out)
	}
	if b := publicBalance(r.shop, r.shop.customers[0]); b == nil || b.Points != 7 {
		t.Fatalf("%+v", b)
	}
	many := make([]any, 26)
	for i := range many {
		many[i] = good
	}
	if out := set(many...); out["errors"] == nil {
		t.Fatal("26 at once were accepted")
	}
}
