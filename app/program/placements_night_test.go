package program_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"zugabe/app/platform"
	"zugabe/app/store"
	storefront "zugabe/storefront-snippets"
)

// covers: N-16: every shop's pages are looked at once a night, and what was lost
// waits until it is back.
func TestPagesAreLookedAtOnceANightAndALossIsRemembered(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		inPagesWorld(w)
		body, visits := `<div data-zugabe="launcher"></div><div data-zugabe="newsletter"></div>`, 0
		site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				http.NotFound(rw, r)
				return
			}
			visits++
			_, _ = fmt.Fprint(rw, "<html><body>", body, "</body></html>")
		}))
		t.Cleanup(site.Close)
		w.Pages = platform.NewPages(platform.ClientOptions{AllowPrivate: true}, func(string) string { return site.URL })
		lost := func() (n int64) {
			if err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) { n, err = w.LostPlacements(tx, w.shop.ID); return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		// A day in steps of five minutes, as the schedule asks.
		day := func() {
			for range 24 * 12 {
				if err := w.LookAtNight(context.Background(), w.shop); err != nil {
					t.Fatal(err)
				}
				w.clock.Advance(5 * time.Minute)
			}
		}
		if err := w.LookAtNight(context.Background(), w.shop); err != nil || visits != 0 {
			t.Fatalf("%d visits at once, %v", visits, err)
		}
		day()
		if visits != 1 || lost() != 0 {
			t.Fatalf("%d visits in the first day, %d lost", visits, lost())
		}
		body = `<div data-zugabe="newsletter"></div>`
		for range 2 {
			if day(); lost() != 1 {
				t.Fatalf("%d lost, want the launcher, also at the second look", lost())
			}
		}
		if _, err := w.SwitchPlacement(t.Context(), "staff:1", w.shop, "launcher", false); err != nil || lost() != 0 {
			t.Fatalf("switched off, it is still missed: %v", err)
		}
		if visits != 3 {
			t.Errorf("%d visits in three days", visits)
		}
	})
}

// What Shopify's theme editor calls our blocks stands in one file: the one that is
// deployed (B5).
func TestBlocksAreCalledByTheExtensionsOwnID(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.Extension = storefront.Theme()
		if got := w.ThemeBlock("cart-points"); got != "2f6f1c1e-9b0e-4a6e-8f2b-7a1d5c3e9001/cart-points" {
			t.Errorf("the block is called %q", got)
		}
		w.Extension = fstest.MapFS{"shopify.extension.toml": {Data: []byte("uid = \"x\"\n")}}
		if got := w.ThemeBlock("cart-points"); got != "" {
			t.Errorf("without an id it is called %q", got)
		}
	})
}
