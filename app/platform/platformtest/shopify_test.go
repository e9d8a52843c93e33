package platformtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"zugabe/app/platform"
	"zugabe/app/platform/platformtest"
	"zugabe/app/platform/shopify"
)

// shopifySuite is Shopify's driver with the sample payloads in its testdata.
func shopifySuite(t testing.TB) platformtest.Suite {
	t.Helper()
	s := platformtest.Suite{Driver: shopify.New(shopify.Config{}), Currency: "EUR"}
	for _, r := range []struct {
		file, topic string
		kinds       []platform.ChangeKind
	}{
		{"orders_create", "orders/create", []platform.ChangeKind{platform.SaleSnapshot}},
		{"orders_paid", "orders/paid", []platform.ChangeKind{platform.SaleSnapshot}},
		{"orders_cancelled", "orders/cancelled", []platform.ChangeKind{platform.SaleSnapshot}},
		{"refunds_create", "refunds/create", []platform.ChangeKind{platform.SaleTouched}},
		{"customers_create", "customers/create", []platform.ChangeKind{platform.CustomerSnapshot, platform.ActivityChanged}},
		{"customers_email_marketing_consent_update_subscribed", "customers_email_marketing_consent/update", []platform.ChangeKind{platform.ConsentChanged}},
		{"customers_email_marketing_consent_update_pending_doi", "customers_email_marketing_consent/update", []platform.ChangeKind{platform.ConsentChanged}},
		{"customers_email_marketing_consent_update_on_create_noop", "customers_email_marketing_consent/update", []platform.ChangeKind{platform.Ignored}},
		{"customers_data_request", "customers/data_request", []platform.ChangeKind{platform.DataRequested}},
		{"customers_redact", "customers/redact", []platform.ChangeKind{platform.CustomerRedact}},
		{"shop_redact", "shop/redact", []platform.ChangeKind{platform.ShopRedact}},
		{"app_uninstalled", "app/uninstalled", []platform.ChangeKind{platform.AppUninstalled}},
		{"app_scopes_update", "app/scopes_update", []platform.ChangeKind{platform.ShopChanged}},
		{"discounts_redeemcode_added", "discounts/redeemcode_added", []platform.ChangeKind{platform.CodeTouched}},
	} {
		body, err := os.ReadFile(filepath.Join("../shopify/testdata/payloads", r.file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		s.Recorded = append(s.Recorded, platformtest.Recorded{Name: r.file, Kinds: r.kinds,
			Delivery: platform.Delivery{ID: 1, Topic: r.topic, Body: body, ReceivedAt: 1_795_283_800_000}})
	}
	return s
}

func TestShopifyPassesTheSuiteOfDrivers(t *testing.T) { platformtest.Run(t, shopifySuite(t)) }

func FuzzShopifysNormalise(f *testing.F) { platformtest.Fuzz(f, shopifySuite(f)) }
