package shopify

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

func tokenEndpoint(t *testing.T, answer http.HandlerFunc) (*Driver, *map[string]string) {
	t.Helper()
	sent := &map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/admin/oauth/access_token" || r.Method != http.MethodPost {
			t.Errorf("called %s %s", r.Method, r.URL.Path)
		}
		*sent = map[string]string{}
		if err := json.NewDecoder(r.Body).Decode(sent); err != nil {
			t.Error(err)
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return New(Config{
		Client: platform.NewClient(platform.ClientOptions{Timeout: time.Second, AllowPrivate: true}),
		Clock:  loyalty.NewManualClock(time.UnixMilli(1_000_000)), BaseURL: func(string) string { return server.URL },
		ClientID: "key", ClientSecret: "hush",
	}), sent
}

const tokenBody = `{"access_token":"shpat_1","scope":"read_orders","expires_in":3600,"refresh_token":"shprt_1","refresh_token_expires_in":7776000}`

// covers: H21
func TestAVisitIsExchangedForAnExpiringOfflineToken(t *testing.T) {
	d, sent := tokenEndpoint(t, status(200, tokenBody))
	got, err := d.Exchange(ctx, "test-shop.myshopify.com", "jwt")
	want := platform.Token{Access: "shpat_1", Refresh: "shprt_1", Scope: "read_orders", ExpiresAt: 4_600_000, RefreshExpiresAt: 7_777_000_000}
	if err != nil || got != want {
		t.Fatalf("got %+v, %v", got, err)
	}
	wanted := map[string]string{
		"client_id": "key", "client_secret": "hush", "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": "jwt",
		"subject_token_type":   "urn:ietf:params:oauth:token-type:id_token",
		"requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token", "expiring": "1",
	}
	if asJSON(*sent) != asJSON(wanted) {
		t.Fatalf("sent %s", asJSON(*sent))
	}
}

func TestARefreshTokenIsTradedForTheNextToken(t *testing.T) {
	d, sent := tokenEndpoint(t, status(200, tokenBody))
	if got, err := d.Refresh(ctx, "test-shop.myshopify.com", "shprt_0"); err != nil || got.Refresh != "shprt_1" {
		t.Fatalf("got %+v, %v", got, err)
	}
	if (*sent)["grant_type"] != "refresh_token" || (*sent)["refresh_token"] != "shprt_0" || (*sent)["client_secret"] != "hush" {
		t.Fatalf("sent %s", asJSON(*sent))
	}
}

// covers: H20, D7, J1
func TestRefusalsOfTheTokenEndpointAreNamedAndRepeatNoSecret(t *testing.T) {
	cases := map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"invalid_subject_token": {status(400, `{"error":"invalid_subject_token"}`), ErrBadSession},
		"invalid_grant":         {status(400, `{"error":"invalid_grant","error_description":"shprt_0 is used up"}`), platform.ErrRevoked},
		"invalid_client":        {status(401, `{"error":"invalid_client"}`), platform.ErrRefused},
		"a bad request":         {status(400, `{"error":"invalid_request","error_description":"hush shprt_0"}`), platform.ErrRefused},
		"an uninstalled app":    {status(401, ``), platform.ErrRevoked},
		"a frozen shop":         {status(402, ``), platform.ErrFrozen},
		"an outage":             {status(502, `<html>`), platform.ErrUnknown},
		"no token in it":        {status(200, `{}`), platform.ErrUnknown},
		"an answer cut off":     {reset("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), platform.ErrUnknown},
	}
	for name, c := range cases {
		d, _ := tokenEndpoint(t, c.answer)
		_, err := d.Refresh(ctx, "test-shop.myshopify.com", "shprt_0")
		if !errors.Is(err, c.want) {
			t.Errorf("%s gives %v", name, err)
		}
		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "shprt_0") {
			t.Errorf("%s shows a secret: %v", name, err)
		}
	}
}

// covers: H20
func TestNoTokenIsEverSentToAForeignDomain(t *testing.T) {
	d, sent := tokenEndpoint(t, status(200, tokenBody))
	d.cfg.BaseURL = nil
	if _, err := d.Exchange(ctx, "evil.com", "jwt"); !errors.Is(err, platform.ErrRefused) || len(*sent) > 0 {
		t.Fatalf("got %v", err)
	}
}
