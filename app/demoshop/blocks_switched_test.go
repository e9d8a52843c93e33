package demoshop

import (
	"net/url"
	"strings"
	"testing"
)

// blockOf says which block a placement of the admin switches.
var blockOf = map[string]string{
	"product": "product-points", "cart": "cart-points", "voucher": "cart-voucher", "account": "account-points", "offers": "voucher-offers", "review": "review-points",
	"article": "article-points", "newsletter": "newsletter", "rewards": "rewards-page", "referral": "referral", "launcher": "launcher", "order": "order-points",
}

// covers: S4-16, S2-04: each placement is shown only if it is switched on.
func TestABlockThatIsSwitchedOffShowsNothing(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.publish(anna, `{"points":1250,"minor":1250}`)
	o, err := r.shop.Checkout(Buy{Customer: anna, Cart: []CartLine{{r.variantID("MILL"), 1}}})
	if err != nil {
		t.Fatal(err)
	}
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna)}})
	s.post("/cart/add", url.Values{"id": {str(r.variantID("TEA-S"))}, "quantity": {"3"}})
	pages := map[string]string{"/account/orders/" + str(o.ID): "order-points"}
	for path, block := range ourPlaces {
		pages[path] = block
	}
	for path, block := range pages {
		if _, text := s.get(path); !strings.Contains(text, `data-zugabe="`+block+`"`) {
			t.Errorf("%s lacks %s while it is on", path, block)
		}
	}
	var off []string
	for name := range blockOf {
		off = append(off, `"`+name+`":false`)
	}
	dark := strings.Replace(publishedSettings, `"placements":{}`, `"placements":{`+strings.Join(off, ",")+`}`, 1)
	r.gql(setFields, map[string]any{"f": []any{
		map[string]any{"ownerId": gid("AppInstallation", installationID), "namespace": "zugabe", "key": "settings", "type": "json", "value": dark},
	}})
	for path := range pages {
		_, text := s.get(path)
		for name, block := range blockOf {
			if strings.Contains(text, `data-zugabe="`+block+`"`) {
				t.Errorf("%s shows %s though %s is off", path, block, name)
			}
		}
	}
}
