package demoshop

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestATokenOpensTheAdminAPIForAnHour(t *testing.T) {
	r := newRig(t, nil)
	shopName := func() any { return at(r.gql(`{ shop { name } }`, nil), "data.shop.name") }
	if shopName() == nil {
		t.Fatal("a fresh token does not work")
	}
	r.clock.Advance(time.Hour)
	if shopName() != nil {
		t.Fatal("an hour-old token still works")
	}
}

func TestOnlyAGenuineSessionTokenIsExchanged(t *testing.T) {
	r := newRig(t, nil)
	genuine := r.shop.MintSessionToken("42")
	other := New(Config{Clock: r.clock, ClientID: testClient, Secrets: []string{"some other secret of another app"}})
	expired := r.shop.MintSessionToken("42")
	ask := func(token, expiring string) (int, map[string]any) {
		return r.postJSON("/admin/oauth/access_token", map[string]any{
			"client_id": testClient, "client_secret": testSecret, "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
			"subject_token": token, "subject_token_type": "urn:ietf:params:oauth:token-type:id_token", "requested_token_type": tokenType, "expiring": expiring,
		}, nil)
	}
	for name, token := range map[string]string{"forged": other.MintSessionToken("42"), "extension": r.shop.MintExtensionToken(7), "rubbish": "a.b.c", "empty": ""} {
		if status, out := ask(token, "1"); status != 400 || out["error"] != "invalid_subject_token" {
			t.Fatalf("%s: %d %v", name, status, out)
		}
	}
	if status, _ := ask(genuine, ""); status != 400 {
		t.Fatal("a token that never expires was given out")
	}
	if status, _ := ask(genuine, "1"); status != 200 {
		t.Fatal("a genuine token was refused")
	}
	r.clock.Advance(2 * time.Minute)
	if status, _ := ask(expired, "1"); status != 400 {
		t.Fatal("an old session token was exchanged")
	}
}

func TestAReplacedRefreshTokenWorksUntilItsReplacementIsUsed(t *testing.T) {
	r := newRig(t, nil)
	first := r.exchange()["refresh_token"].(string)
	status, lost := r.refresh(first)
	if status != 200 {
		t.Fatal(status, lost)
	}
	status, second := r.refresh(first) // the first answer got lost
	if status != 200 {
		t.Fatal("the lost answer could not be asked for again")
	}
	if status, out := r.refresh(lost["refresh_token"].(string)); status != 400 || out["error"] != "invalid_grant" {
		t.Fatal("the lost replacement lives on beside the new one")
	}
	r.token = second["access_token"].(string)
	if at(r.gql(`{ shop { id } }`, nil), "data.shop.id") == nil {
		t.Fatal("the new token does not work")
	}
	if status, out := r.refresh(first); status != 400 || out["error"] != "invalid_grant" {
		t.Fatal("the old refresh token works after its replacement was used")
	}
}

func TestUninstallingEndsEveryToken(t *testing.T) {
	r := newRig(t, nil)
	refresh := r.exchange()["refresh_token"].(string)
	r.shop.Uninstall()
	if at(r.gql(`{ shop { id } }`, nil), "data") != nil {
		t.Fatal("the token survived")
	}
	if status, _ := r.refresh(refresh); status != 400 {
		t.Fatal("the refresh token survived")
	}
}

func TestCallsCostPointsAndTheBucketRefills(t *testing.T) {
	r := newRig(t, nil)
	code := func() any {
		out := r.gql(`mutation { metafieldsSet(metafields: []) { userErrors { message } } }`, nil)
		return at(out, "errors.0.extensions.code")
	}
	for i := range bucketSize / mutationCost {
		if got := code(); got != nil {
			t.Fatalf("call %d: %v", i, got)
		}
	}
	if got := code(); got != "THROTTLED" {
		t.Fatalf("the bucket never empties: %v", got)
	}
	r.clock.Advance(time.Second)
	if got := code(); got != nil {
		t.Fatalf("the bucket does not refill: %v", got)
	}
}

// Who opens the admin while the past is played gets tokens that outlive the
// clock's next step; afterwards they live as long as the host's.
func TestSessionTokensOutliveTheStepsOfThePlayedPast(t *testing.T) {
	r := newRig(t, nil)
	lives := func() time.Duration {
		part := strings.Split(r.shop.MintSessionToken("42"), ".")[1]
		body, err := base64.RawURLEncoding.DecodeString(part)
		var claims struct{ Exp, Iat int64 }
		if err == nil {
			err = json.Unmarshal(body, &claims)
		}
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(claims.Exp-claims.Iat) * time.Second
	}
	if got := lives(); got != time.Minute {
		t.Errorf("%s, want a minute", got)
	}
	r.shop.progress(func(p *Seeding) { p.Days = 365 })
	if got := lives(); got < 365*24*time.Hour {
		t.Errorf("%s while a year is played", got)
	}
	r.shop.progress(func(p *Seeding) { p.Done = true })
	if got := lives(); got != time.Minute {
		t.Errorf("%s after it, want a minute", got)
	}
}
