package shopify

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"zugabe/app/platform"
	"zugabe/app/voucher"
)

var ctx = context.Background()

var tenOff = voucher.Spec{Kind: voucher.Absolute, Minor: 1000, Currency: "EUR", Title: "Points", CustomerKeys: []string{"5"}, UsageLimit: 1,
	OncePerPerson: true, StartsAt: 1763719200123, EndsAt: 1766311200000}

func created(kind string) m {
	return m{"discountCode" + kind + "Create": m{"codeDiscountNode": m{"id": "gid://shopify/DiscountCodeNode/77"}, "userErrors": []m{}}}
}

func codeThere(title, status string) m {
	return m{"id": "gid://shopify/DiscountCodeNode/77", "codeDiscount": m{
		"__typename": "DiscountCodeBasic", "title": title, "status": status, "codes": m{"nodes": []m{{"code": "ABC"}}}}}
}

// covers: D1, D2, D6, D7, D8, D10, D18
func TestEveryTransportOutcomeHasItsName(t *testing.T) {
	html := status(200, "<html><body>We'll be back soon</body></html>", "Content-Type", "text/html")
	cases := []struct {
		name             string
		answer           http.HandlerFunc
		change, question error // expected of a mutation and of a query
	}{
		{"D1 time-out after the work was done", hang, platform.ErrUnknown, platform.ErrUnreachable},
		{"D2 connection reset before the answer", reset(""), platform.ErrUnknown, platform.ErrUnreachable},
		{"D2 connection reset in the header", reset("HTTP/1.1 200 OK\r\nContent-"), platform.ErrUnknown, platform.ErrUnreachable},
		{"D2 answer cut off", reset("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"data\":{"), platform.ErrUnknown, platform.ErrUnreachable},
		{"D2 truncated JSON", status(200, `{"data":{"discountCodeBasicCreate":{`), platform.ErrUnknown, platform.ErrUnreachable},
		{"D2 HTML error page with 200", html, platform.ErrUnknown, platform.ErrUnreachable},
		{"an empty answer", status(200, ""), platform.ErrUnknown, platform.ErrUnreachable},
		{"an answer without data", status(200, `{"data":null}`), platform.ErrUnknown, platform.ErrUnreachable},
		{"an answer of another shape", status(200, `{"data":[1]}`), platform.ErrUnknown, platform.ErrUnreachable},
		{"D6 status 500", status(500, "oops"), platform.ErrUnknown, platform.ErrUnreachable},
		{"D6 status 503", status(503, ""), platform.ErrUnknown, platform.ErrUnreachable},
		{"D6 internal error in the data", topLevel("INTERNAL_SERVER_ERROR"), platform.ErrUnknown, platform.ErrUnreachable},
		{"D7 status 401", status(401, `{"errors":"[API] Invalid API key or access token"}`), platform.ErrRevoked, platform.ErrRevoked},
		{"D7 status 403", status(403, ""), platform.ErrRevoked, platform.ErrRevoked},
		{"D8 status 402", status(402, `{"errors":"Unavailable Shop"}`), platform.ErrFrozen, platform.ErrFrozen},
		{"D8 status 423", status(423, ""), platform.ErrFrozen, platform.ErrFrozen},
		{"D8 an inactive shop", topLevel("SHOP_INACTIVE"), platform.ErrFrozen, platform.ErrFrozen},
		{"D10 status 422", status(422, "bad"), platform.ErrRefused, platform.ErrRefused},
		{"D18 a field that is no more", topLevel("undefinedField"), platform.ErrRefused, platform.ErrRefused},
		{"a missing permission", topLevel("ACCESS_DENIED"), platform.ErrRefused, platform.ErrRefused},
		{"the API's address not found", status(404, "Not Found"), platform.ErrUnreachable, platform.ErrUnreachable},
		{"a redirect, which is not followed", status(302, "", "Location", "http://169.254.169.254/"), platform.ErrUnreachable, platform.ErrUnreachable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, d, conn := newFakeHost(t)
			d.cfg.Client.Timeout = 300 * time.Millisecond
			h.says("CreateBasicCode", c.answer)
			h.says("CodeByText", c.answer)
			if _, err := d.CreateCode(ctx, conn, "ABC", "9", tenOff); !errors.Is(err, c.change) {
				t.Errorf("a change gives %v", err)
			}
			if _, _, err := d.FindCode(ctx, conn, "ABC"); !errors.Is(err, c.question) {
				t.Errorf("a question gives %v", err)
			}
		})
	}
}

func TestAHostThatCannotBeReachedHasDoneNothing(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.server.Close()
	_, err := d.CreateCode(ctx, conn, "ABC", "9", tenOff)
	if !errors.Is(err, platform.ErrUnreachable) || errors.Is(err, platform.ErrUnknown) {
		t.Fatalf("got %v", err)
	}
}

// covers: D1, D14
func TestD1D14ALostAnswerIsSettledByLookingTheCodeUp(t *testing.T) {
	h, d, conn := newFakeHost(t)
	d.cfg.Client.Timeout = 200 * time.Millisecond
	h.says("CreateBasicCode", http.HandlerFunc(hang))
	if _, err := d.CreateCode(ctx, conn, "ABC", "9", tenOff); !errors.Is(err, platform.ErrUnknown) {
		t.Fatalf("got %v", err)
	}
	h.says("CodeByText", m{"codeDiscountNodeByCode": nil}) // the host's look-up lags behind (D14)
	if _, found, err := d.FindCode(ctx, conn, "ABC"); found || err != nil {
		t.Fatalf("found %v, %v", found, err)
	}
	h.says("CodeByText", m{"codeDiscountNodeByCode": codeThere("Points · zugabe:9", "ACTIVE")})
	ref, found, err := d.FindCode(ctx, conn, "ABC")
	want := platform.CodeRef{HostRef: "gid://shopify/DiscountCodeNode/77", Code: "ABC", Ours: true, Active: true, Marker: "9"}
	if err != nil || !found || ref != want {
		t.Fatalf("found %v %+v, %v", found, ref, err)
	}
	if h.count("CreateBasicCode") != 1 {
		t.Fatal("a change whose answer was lost was repeated")
	}
}

func taken(extra ...m) m {
	errs := append([]m{{"field": []string{"basicCodeDiscount", "code"}, "code": "TAKEN", "message": "Code must be unique."}}, extra...)
	return m{"discountCodeBasicCreate": m{"codeDiscountNode": nil, "userErrors": errs}}
}

// covers: D3, D4
func TestD3D4ATakenCodeIsToldApartByItsMark(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("CreateBasicCode", taken())
	if _, err := d.CreateCode(ctx, conn, "ABC", "9", tenOff); !errors.Is(err, platform.ErrTaken) {
		t.Fatalf("got %v", err)
	}
	for title, want := range map[string]platform.CodeRef{
		"Points · zugabe:9":       {Ours: true, Marker: "9", Active: true},
		"Points · zugabe:8":       {Ours: true, Marker: "8", Active: true},
		"zugabe:9":                {Ours: true, Marker: "9", Active: true},
		"Summer sale":             {Active: true},
		"zugabe:9 is what I like": {Active: true},
		"notzugabe:9":             {Active: true},
	} {
		h.says("CodeByText", m{"codeDiscountNodeByCode": codeThere(title, "SCHEDULED")})
		ref, _, err := d.FindCode(ctx, conn, "ABC")
		want.HostRef, want.Code = "gid://shopify/DiscountCodeNode/77", "ABC"
		if err != nil || ref != want {
			t.Errorf("%q is read as %+v, %v", title, ref, err)
		}
	}
}

// covers: D10
func TestD10OtherErrorsBesideATakenCodeAreARefusal(t *testing.T) {
	h, d, conn := newFakeHost(t)
	bad := m{"field": []string{"basicCodeDiscount", "endsAt"}, "code": "INVALID", "message": "ends at must be after starts at"}
	h.says("CreateBasicCode", taken(bad))
	_, err := d.CreateCode(ctx, conn, "ABC", "9", tenOff)
	if !errors.Is(err, platform.ErrRefused) || !strings.Contains(err.Error(), "ends at must be after") {
		t.Fatalf("got %v", err)
	}
}

// throttled is how the host turns a call away: status 200, no data, its bucket in the extensions.
var throttled = body(m{
	"errors": []m{{"message": "Throttled", "extensions": m{"code": "THROTTLED"}}},
	"extensions": m{"cost": m{"requestedQueryCost": 60, "actualQueryCost": nil,
		"throttleStatus": m{"maximumAvailable": 2000.0, "currentlyAvailable": 10.0, "restoreRate": 10.0}}},
})

// covers: D5
func TestD5AThrottledCallSaysHowLongToWaitAndTheNextIsNotEvenSent(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("CodeByText", throttled)
	_, _, err := d.FindCode(ctx, conn, "ABC")
	var wait platform.Throttled
	if !errors.As(err, &wait) || wait.After != 6*time.Second {
		t.Fatalf("got %v", err)
	}
	if _, _, err = d.FindCode(ctx, conn, "ABC"); !errors.As(err, &wait) || h.count("CodeByText") != 1 {
		t.Fatalf("got %v after %d calls", err, h.count("CodeByText"))
	}
	other := conn
	other.ShopID = 2
	h.says("CodeByText", m{"codeDiscountNodeByCode": nil})
	if _, _, err = d.FindCode(ctx, other, "ABC"); err != nil {
		t.Fatalf("another shop waits too: %v", err)
	}
	h.clock.Advance(6 * time.Second)
	if _, _, err = d.FindCode(ctx, conn, "ABC"); err != nil {
		t.Fatalf("still turned away: %v", err)
	}
}

// covers: D5
func TestD5RetryAfterOfA429IsHonoured(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"2.0": 2 * time.Second, "7": 7 * time.Second, "1.5": 2 * time.Second, "": 2 * time.Second, "soon": 2 * time.Second,
		"0": time.Second, "99999": 15 * time.Minute, "Sat, 21 Nov 2026 10:00:30 GMT": 30 * time.Second,
	} {
		h, d, conn := newFakeHost(t)
		h.says("CodeByText", status(429, "", "Retry-After", header, "Date", "Sat, 21 Nov 2026 10:00:00 GMT"))
		_, _, err := d.FindCode(ctx, conn, "ABC")
		var wait platform.Throttled
		if !errors.As(err, &wait) || wait.After != want {
			t.Errorf("Retry-After %q gives %v", header, err)
		}
	}
}

// covers: D7
func TestD7ARotatedTokenIsTriedOnceMoreAndARevokedOneIsNot(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.tokens = []string{"old", "new"}
	h.says("CodeByText", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Shopify-Access-Token") != "new" {
			w.WriteHeader(401)
			return
		}
		writeJSON(w, m{"data": m{"codeDiscountNodeByCode": nil}})
	}))
	if _, _, err := d.FindCode(ctx, conn, "ABC"); err != nil {
		t.Fatalf("got %v", err)
	}
	h.tokens = []string{"gone"}
	if _, _, err := d.FindCode(ctx, conn, "ABC"); !errors.Is(err, platform.ErrRevoked) || h.count("CodeByText") != 3 {
		t.Fatalf("got %v after %d calls", err, h.count("CodeByText"))
	}
}

// covers: D18
func TestD18TheEndOfTheVersionIsToldOnceAndNothingBreaks(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("CodeByText", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Shopify-API-Version", "2027-01")
		w.Header().Set("X-Shopify-API-Deprecated-Reason", "https://shopify.dev/changelog")
		writeJSON(w, m{"data": m{"codeDiscountNodeByCode": codeThere("x", "SOMETHING_NEW")}, "brand_new": true})
	}))
	for range 3 {
		if _, found, err := d.FindCode(ctx, conn, "ABC"); err != nil || !found {
			t.Fatalf("found %v, %v", found, err)
		}
	}
	if log := h.log.String(); strings.Count(log, "WARN") != 2 || !strings.Contains(log, "2027-01") {
		t.Fatalf("logged %s", log)
	}
}

func TestADomainThatIsNotTheHostsIsNeverCalled(t *testing.T) {
	h, d, conn := newFakeHost(t)
	d.cfg.BaseURL = nil
	for _, domain := range []string{"evil.com", "x.myshopify.com.evil.com", "evil.com/x.myshopify.com", "x@evil.com#.myshopify.com", "127.0.0.1:80", "", "X.myshopify.com"} {
		conn.Domain = domain
		if _, _, err := d.FindCode(ctx, conn, "ABC"); !errors.Is(err, platform.ErrRefused) {
			t.Errorf("%q gives %v", domain, err)
		}
	}
	if h.count("CodeByText") > 0 {
		t.Fatal("called")
	}
}

func TestTheVersionAskedForIsTheOneChecked(t *testing.T) {
	h, d, conn := newFakeHost(t) // the fake host answers at the schema's version only
	h.says("CodeByText", m{"codeDiscountNodeByCode": nil})
	if _, _, err := d.FindCode(ctx, conn, "ABC"); err != nil {
		t.Fatal(err)
	}
}
