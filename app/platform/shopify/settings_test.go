package shopify

import (
	"errors"
	"testing"

	"zugabe/app/platform"
)

// covers: S4-09
func TestSettingsForThePagesAreWrittenOnlyOverWhatWasRead(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.answers["PublishedSettings"] = func(m) any {
		return m{"shop": m{"taxesIncluded": true}, "currentAppInstallation": m{"id": "gid://shopify/AppInstallation/9",
			"metafield": m{"value": `{"v":1}`, "compareDigest": "d1"}}}
	}
	had, err := d.PublishedSettings(t.Context(), conn)
	if err != nil || had.Owner != "gid://shopify/AppInstallation/9" || string(had.Value) != `{"v":1}` || had.Digest != "d1" || !had.PricesWithTax {
		t.Fatalf("%+v, %v", had, err)
	}
	answer := func(errs ...any) {
		h.answers["SetMetafields"] = func(m) any { return m{"metafieldsSet": m{"metafields": []any{}, "userErrors": errs}} }
	}
	answer()
	if err := d.PublishSettings(t.Context(), conn, []byte(`{"v":2}`), had); err != nil {
		t.Fatal(err)
	}
	sent := h.vars[len(h.vars)-1]["metafields"].([]any)[0].(m)
	if sent["ownerId"] != had.Owner || sent["namespace"] != "zugabe" || sent["key"] != "settings" || sent["type"] != "json" || sent["compareDigest"] != "d1" {
		t.Fatalf("%v", sent)
	}
	answer(m{"field": []string{"metafields", "0"}, "code": "STALE_OBJECT", "message": "updated since", "elementIndex": nil})
	if err := d.PublishSettings(t.Context(), conn, []byte(`{"v":2}`), had); !errors.Is(err, platform.ErrTaken) {
		t.Fatalf("somebody else's settings were written over: %v", err)
	}
	answer(m{"field": []string{"metafields", "0", "value"}, "code": "INVALID_VALUE", "message": "is invalid JSON", "elementIndex": nil})
	if err := d.PublishSettings(t.Context(), conn, []byte(`{"v":2}`), had); !errors.Is(err, platform.ErrRefused) {
		t.Fatalf("%v", err)
	}
}
