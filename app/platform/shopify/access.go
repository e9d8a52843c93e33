package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// ErrBadSession says that the host does not take the merchant's session token:
// the page must fetch a new one and try again.
var ErrBadSession = fmt.Errorf("%w: the session token is not accepted", platform.ErrRefused)

// Exchange trades the session token of a merchant's visit for an expiring
// offline token of the shop (managed installation, no redirect).
func (d *Driver) Exchange(ctx context.Context, domain, sessionToken string) (platform.Token, error) {
	return d.token(ctx, domain, map[string]string{
		"grant_type":           "urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_token":        sessionToken,
		"subject_token_type":   "urn:ietf:params:oauth:token-type:id_token",
		"requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
		"expiring":             "1",
	})
}

// Refresh implements platform.Refresher.
func (d *Driver) Refresh(ctx context.Context, domain, refresh string) (platform.Token, error) {
	return d.token(ctx, domain, map[string]string{"grant_type": "refresh_token", "refresh_token": refresh})
}

type tokenAnswer struct {
	AccessToken      string `json:"access_token"`
	Scope            string `json:"scope"`
	ExpiresIn        int64  `json:"expires_in"` // seconds
	RefreshToken     string `json:"refresh_token"`
	RefreshExpiresIn int64  `json:"refresh_token_expires_in"`
}

func (d *Driver) token(ctx context.Context, domain string, form map[string]string) (platform.Token, error) {
	base, err := d.base(domain)
	if err != nil {
		return platform.Token{}, err
	}
	form["client_id"], form["client_secret"] = d.cfg.ClientID, d.cfg.ClientSecret
	body, err := json.Marshal(form)
	if err != nil {
		return platform.Token{}, platform.Refused("token request: %v", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/admin/oauth/access_token", bytes.NewReader(body))
	if err != nil {
		return platform.Token{}, platform.Refused("bad address of the shop: %v", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	asked := loyalty.NowMs(d.cfg.Clock)
	reply, err := platform.Send(d.cfg.Client, req, true)
	if err != nil {
		return platform.Token{}, tokenRefusal(reply, err)
	}
	var a tokenAnswer
	if err := json.Unmarshal(reply.Body, &a); err != nil || a.AccessToken == "" {
		return platform.Token{}, fmt.Errorf("%w: an answer without a token", platform.ErrUnknown)
	}
	t := platform.Token{Access: a.AccessToken, Refresh: a.RefreshToken, Scope: a.Scope}
	if a.ExpiresIn > 0 {
		t.ExpiresAt = asked + a.ExpiresIn*1000
	}
	if a.RefreshExpiresIn > 0 {
		t.RefreshExpiresAt = asked + a.RefreshExpiresIn*1000
	}
	return t, nil
}

// tokenRefusal reads the endpoint's own error codes. The body is not repeated: it may echo secrets.
func tokenRefusal(reply platform.Reply, err error) error {
	var why struct {
		Error string `json:"error"`
	}
	if reply.Status == 0 || json.Unmarshal(reply.Body, &why) != nil {
		return err
	}
	switch why.Error {
	case "invalid_subject_token":
		return ErrBadSession
	case "invalid_grant":
		return fmt.Errorf("%w: %s", platform.ErrRevoked, why.Error)
	case "invalid_client":
		return platform.Refused("the app's own credentials are not accepted")
	}
	if errors.Is(err, platform.ErrRefused) {
		return platform.Refused("token endpoint: status %d", reply.Status)
	}
	return err
}
