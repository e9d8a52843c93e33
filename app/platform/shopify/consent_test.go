package shopify

import (
	"errors"
	"testing"

	"zugabe/app/platform"
)

// covers: S2-06, S2-14
func TestWhoeverMakesTheSubscriberFirstIsFoundByTheOther(t *testing.T) {
	h, d, conn := newFakeHost(t)
	reader := platform.Consent{Email: "reader@example.com", Given: true, At: at("2026-11-21T09:59:58Z")}
	looked := 0
	h.on("ConsentByEmail", func(m) any {
		if looked++; looked == 1 {
			return m{"customerByIdentifier": nil}
		}
		return m{"customerByIdentifier": m{"id": "gid://shopify/Customer/7", "defaultEmailAddress": m{"marketingState": "PENDING", "marketingOptInLevel": "CONFIRMED_OPT_IN", "marketingUpdatedAt": nil}}}
	})
	h.says("CreateSubscriber", m{"customerCreate": m{"customer": nil, "userErrors": []m{{"field": []string{"email"}, "message": "Email has already been taken"}}}})
	h.says("SetConsent", m{"customerEmailMarketingConsentUpdate": m{"customer": m{"id": "gid://shopify/Customer/7"}, "userErrors": []m{}}})
	if err := d.SetConsent(ctx, conn, reader); err != nil {
		t.Fatal(err)
	}
	if sent := h.lastVars(); sent["customer"] != "gid://shopify/Customer/7" || sent["consent"].(m)["marketingState"] != "SUBSCRIBED" || sent["consent"].(m)["consentUpdatedAt"] != "2026-11-21T09:59:58Z" {
		t.Errorf("sent %v", sent)
	}
}

func TestAConsentThatTheHostRefusesIsTriedAgainOnlyWhereTimeHelps(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("ConsentByID", m{"customer": m{"id": "gid://shopify/Customer/7", "defaultEmailAddress": m{"marketingState": "NOT_SUBSCRIBED", "marketingOptInLevel": nil, "marketingUpdatedAt": nil}}})
	for field, want := range map[string]error{"consentUpdatedAt": platform.ErrUnreachable, "marketingState": platform.ErrRefused} {
		h.says("SetConsent", m{"customerEmailMarketingConsentUpdate": m{"customer": nil, "userErrors": []m{{"field": []string{"input", "emailMarketingConsent", field}, "message": "no"}}}})
		if err := d.SetConsent(ctx, conn, platform.Consent{CustomerKey: "7", Email: "reader@example.com", Given: true, At: 1}); !errors.Is(err, want) {
			t.Errorf("%s: %v", field, err)
		}
	}
	h.says("SetConsent", reset(""))
	if err := d.SetConsent(ctx, conn, platform.Consent{CustomerKey: "7", Email: "reader@example.com", At: 1}); !errors.Is(err, platform.ErrUnknown) {
		t.Errorf("a lost answer: %v", err)
	}
}
