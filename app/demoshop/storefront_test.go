package demoshop

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// covers: S0-12
func TestAnOrderKeepsThroughWhoseStorefrontItsCartCame(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	if status, text := s.get("/_as/meier"); status != http.StatusOK || !strings.Contains(text, `class="hero`) {
		t.Fatalf("a partner's storefront answers %d %s", status, text)
	}
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("MILL"))}, "quantity": {"1"}})
	for _, body := range []string{`{"attributes":{"storefront":"meier","gone":"x"}}`, `{"attributes":{"gone":""}}`} {
		res, err := s.c.Post(r.url+"/cart/update.js", "application/json", strings.NewReader(body))
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res, err)
		}
		_ = res.Body.Close()
	}
	s.post("/checkout", url.Values{"email": {"new@demo.example"}})
	o := &r.shop.Orders()[0]
	if len(o.Notes) != 1 || o.Notes["storefront"] != "meier" {
		t.Fatalf("the order has %v", o.Notes)
	}
	if list := noteAttributes(o); len(list) != 1 || list[0]["name"] != "storefront" || list[0]["value"] != "meier" {
		t.Errorf("the webhook has %v", list)
	}
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("MILL"))}, "quantity": {"1"}})
	s.post("/checkout", url.Values{"email": {"new@demo.example"}})
	if all := r.shop.Orders(); len(all) != 2 || len(all[0].Notes) != 0 {
		t.Errorf("the next cart has %v", all[0].Notes)
	}
}
