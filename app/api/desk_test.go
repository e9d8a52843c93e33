package api_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// aPartner switches the module on and makes a partner of an address.
func (w *world) aPartner(shop loyalty.Shop, email string) loyalty.ID {
	w.t.Helper()
	s, err := w.program.PartnerSettingsOf(w.t.Context(), shop.ID)
	if err == nil && !s.On {
		s.On, s.RatesBP, s.NeedConsent = true, []int64{1000}, false
		s.Contact = program.ContactFields
		_, err = w.program.SavePartnerSettings(w.t.Context(), "test", shop, s.Version, s)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	d, err := w.program.InvitePartner(w.t.Context(), "test", shop, program.Invitation{Email: email, FirstName: "Max", LastName: "Meier", Approved: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return d.ID
}

// seat is an open desk: what its pages send along.
type seat struct {
	w            *world
	cookie, csrf string
}

func (d seat) call(method, path, body string) answer {
	h := jsonHeaders("")
	h["Cookie"] = []string{d.cookie}
	if d.csrf != "" {
		h["X-Zugabe-Csrf"] = []string{d.csrf}
	}
	return d.w.call(method, "/api/desk/v1"+path, proof{}, h, body)
}

func (d seat) get(path string) answer        { return d.call(http.MethodGet, path, "") }
func (d seat) post(path, body string) answer { return d.call(http.MethodPost, path, body) }

// signedIn opens a partner's desk.
func (w *world) signedIn(shop loyalty.Shop, id loyalty.ID) seat {
	w.t.Helper()
	now := loyalty.NowMs(w.clock)
	keys, err := session.NewDeskKeys(w.program.PersonKey)
	if err != nil {
		w.t.Fatal(err)
	}
	cookie, err := keys.Cookie(shop.ID, id, now+1e9)
	if err != nil {
		w.t.Fatal(err)
	}
	actor, err := keys.Open(cookie, now)
	if err == nil {
		err = w.program.KeepDesk(w.t.Context(), shop.ID, store.DeskSession{TokenID: actor.TokenID, MemberID: id, CreatedAt: now, ExpiresAt: now + 1e9})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return seat{w, session.DeskCookie + "=" + cookie, keys.CSRF(cookie)}
}

// aLead registers a customer in a partner's first line.
func (w *world) aLead(shop loyalty.Shop, of loyalty.ID, customer string) loyalty.ID {
	w.t.Helper()
	now := loyalty.NowMs(w.clock)
	body, err := json.Marshal([]platform.Change{{Kind: platform.CustomerSnapshot, Customer: &platform.Customer{Key: customer, Email: "lead" + customer + "@example.org",
		FirstName: "Lea", LastName: "Lind", HasLogin: true, CreatedAt: now, UpdatedAt: now}}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.deliver(shop, body)
	m := w.member(shop, customer)
	w.write(func(tx *store.Tx) error {
		return tx.PutSponsorships(shop.ID, []partner.Sponsorship{{MemberID: m.ID, PartnerID: of, State: partner.Final, At: now, FinalAt: now}}, nil)
	})
	return m.ID
}

var inLink = regexp.MustCompile(`#t=([0-9]+\.[A-Za-z0-9_-]+)`)

// lastLink is the token in the newest mail that has one.
func (w *world) lastLink(shop loyalty.Shop) string {
	w.t.Helper()
	var list []store.Mail
	w.write(func(tx *store.Tx) (err error) {
		list, err = tx.ListMails(shop.ID, -1, 0, 50)
		return err
	})
	for _, m := range list {
		var full store.Mail
		w.write(func(tx *store.Tx) error {
			_, err := tx.Row(`SELECT body_text FROM mails WHERE shop_id = ? AND id = ?`, []any{shop.ID, m.ID}, &full.Text)
			return err
		})
		if found := inLink.FindStringSubmatch(full.Text); found != nil {
			return found[1]
		}
	}
	return ""
}

// covers: S0-06, H24, H25
func TestADeskOpensOnceByItsLink(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		id := w.aPartner(alpha, "meier@example.org")
		ask := func(email string) answer {
			return w.post(proof{}, "/api/desk/v1/link", "", `{"email":"`+email+`","shop":"`+alpha.Domain+`"}`)
		}
		known, unknown := ask("meier@example.org"), ask("nobody@example.org")
		if known.Status != 202 || unknown.Status != 202 || string(known.Body) != string(unknown.Body) {
			t.Errorf("answers tell who is a partner: %d %s and %d %s", known.Status, known.Body, unknown.Status, unknown.Body)
		}
		token := w.lastLink(alpha)
		open := func() answer { return w.post(proof{}, "/api/desk/v1/session", "", `{"token":"`+token+`"}`) }
		opened := open()
		home := into[program.DeskHome](t, opened)
		cookie := opened.Header.Get("Set-Cookie")
		for _, part := range []string{"__Host-zugabe-desk=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"} {
			if !strings.Contains(cookie, part) {
				t.Errorf("the cookie %q lacks %s", cookie, part)
			}
		}
		if home.ID != id || home.CSRF == "" {
			t.Errorf("opened %+v", home)
		}
		open().want(t, 403, "forbidden")
		value, _, _ := strings.Cut(cookie, ";")
		me := seat{w, value, home.CSRF}
		into[program.DeskHome](t, me.get("/me"))
		seat{w, value, ""}.post("/codes/check", `{"text":"vonmeier"}`).want(t, 403, "forbidden") // without the CSRF token
		me.call(http.MethodDelete, "/session", "").want(t, 204, "")
		me.get("/me").want(t, 401, "unauthorised")
		ask("meier@example.org")
		token = w.lastLink(alpha)
		w.clock.Advance(16 * time.Minute)
		open().want(t, 403, "forbidden")
		for range 20 {
			ask("meier@example.org")
		}
		ask("meier@example.org").want(t, 429, "too_many_requests")
	})
}

// covers: S0-01, S0-06
func TestAPausedPartnerAndAModuleThatIsOffOpenNoDesk(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	id := w.aPartner(alpha, "meier@example.org")
	me := w.signedIn(alpha, id)
	into[program.DeskHome](t, me.get("/me"))
	s, _ := w.program.PartnerSettingsOf(t.Context(), alpha.ID)
	s.On = false
	if _, err := w.program.SavePartnerSettings(t.Context(), "test", alpha, s.Version, s); err != nil {
		t.Fatal(err)
	}
	me.get("/me").want(t, 403, "module_off")
	me.post("/codes/check", `{"text":"vonmeier"}`).want(t, 403, "module_off")
	seat{w, "__Host-zugabe-desk=forged", ""}.get("/me").want(t, 401, "unauthorised") // who proves nothing is told nothing
	closed := func() answer { return w.post(proof{}, "/api/desk/v1/session", "", `{"token":"`+w.lastLink(alpha)+`"}`) }
	closed().want(t, 403, "module_off")
	s.On, s.Version = true, s.Version+1
	if _, err := w.program.SavePartnerSettings(t.Context(), "test", alpha, s.Version, s); err != nil {
		t.Fatal(err)
	}
	into[program.DeskHome](t, me.get("/me")) // the same session goes on, with what there was
	into[program.DeskHome](t, closed())      // and the link was not used up
	w.call(http.MethodPut, "/api/admin/v1/partners/"+id.String(), w.staff(alpha), jsonHeaders(""), `{"state":"paused"}`).want(t, 200, "")
	me.get("/me").want(t, 401, "unauthorised")
}

// covers: S0-07, S0-08, S0-10, S0-21, S0-46, S0-47, S0-48, S0-49, S0-50, S0-51, S0-52, N-10, N-12
func TestAPartnerWorksAtTheDesk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		meier, huber := w.aPartner(alpha, "meier@example.org"), w.aPartner(alpha, "huber@example.org")
		me, other := w.signedIn(alpha, meier), w.signedIn(alpha, huber)
		v, err := w.program.CreateVoucher(t.Context(), "test", alpha, voucher.Template{Name: "5 EUR", Kind: voucher.Absolute, Minor: 500, Partners: true, What: voucher.Articles{SaleItems: true},
			Texts: map[string]voucher.Text{"de": {Line: "Fünf Euro"}, "en": {Line: "Five euros"}}})
		if err == nil {
			_, err = w.program.SetVoucherState(t.Context(), "test", alpha, v.Row.ID, voucher.TemplateActive)
		}
		if err != nil {
			t.Fatal(err)
		}
		make := `{"voucher":"` + v.Row.ID.String() + `","text":"vonmeier"}`
		code := into[program.DeskCode](t, me.post("/codes", make))
		taken := other.post("/codes", strings.Replace(make, "vonmeier", "VonMeier", 1)).want(t, 409, "conflict").problem()
		if list, _ := taken.Numbers["suggestions"].([]any); len(list) == 0 {
			t.Errorf("no suggestions: %v", taken.Numbers)
		}
		for locale, line := range map[string]string{"de": "Fünf Euro", "en": "Five euros"} {
			if own := into[struct{ Items []program.DeskCode }](t, me.get("/codes?locale="+locale)); own.Items[0].Voucher.Lines[0] != line {
				t.Errorf("in %s the own code says %q", locale, own.Items[0].Voucher.Lines)
			}
		}
		share := into[program.Share](t, me.get("/codes/"+code.ID.String()+"/share?locale=de"))
		if !strings.Contains(share.Text, "mit dem Code vonmeier") || !strings.HasPrefix(share.QR, "<svg") || !strings.HasSuffix(share.Link, "/discount/vonmeier?redirect=/?via=vonmeier") {
			t.Errorf("share %q %q %.20q", share.Text, share.Link, share.QR)
		}
		other.get("/codes/"+code.ID.String()+"/share").want(t, 404, "not_found")
		h := http.Header{"Cookie": {me.cookie}}
		if a, err := w.send(http.MethodGet, "/api/desk/v1/codes/"+code.ID.String()+"/qr.png", proof{}, h, ""); err != nil || a.Status != 200 || !strings.HasPrefix(string(a.Body), "\x89PNG") {
			t.Errorf("the picture is %d %.20q, %v", a.Status, a.Body, err)
		}
		lead := w.aLead(alpha, meier, "77").String()
		leads := into[struct{ Items []program.Lead }](t, me.get("/new-customers"))
		if len(leads.Items) != 1 || leads.Items[0].Name != "Lea L." || leads.Items[0].Contact != nil {
			t.Fatalf("leads %+v", leads)
		}
		seen := into[program.Lead](t, me.post("/new-customers/"+lead+"/contact", ""))
		if seen.Contact["email"] != "lead77@example.org" || seen.Contact["name"] != "Lea Lind" {
			t.Errorf("contact %+v", seen)
		}
		other.post("/new-customers/"+lead+"/contact", "").want(t, 404, "not_found")
		into[program.Lead](t, me.call(http.MethodPut, "/new-customers/"+lead, `{"state":"waiting","note":"ruft zurück","remind_at":1800000000000}`))
		log := into[struct{ Items []program.ContactSeen }](t, w.get(w.staff(alpha), "/api/admin/v1/members/"+lead+"/contact-log"))
		if len(log.Items) != 1 || log.Items[0].PartnerID != meier || log.Items[0].Fields != "name email" {
			t.Errorf("the log says %+v", log)
		}
		line := into[struct{ Items []program.LinePerson }](t, me.get("/downline"))
		if len(line.Items) != 1 || line.Items[0].Type != loyalty.NewCustomer {
			t.Errorf("first line %+v", line)
		}
		known := into[struct{ Items []program.LinePerson }](t, w.get(w.staff(alpha), "/api/admin/v1/partners/"+meier.String()+"/downline"))
		if line.Items[0].Name != "Lea L." || known.Items[0].Name != "Lea Lind" {
			t.Errorf("the partner sees %q, the shop %q", line.Items[0].Name, known.Items[0].Name)
		}
		w.buy(alpha, "77", "o77", 10) // the first order takes the lead off the list
		if leads = into[struct{ Items []program.Lead }](t, me.get("/new-customers")); len(leads.Items) != 0 {
			t.Errorf("still on the list: %+v", leads)
		}
		me.post("/new-customers/"+lead+"/contact", "").want(t, 404, "not_found")
		other.get("/attribution/"+lead).want(t, 404, "not_found")
		a := into[program.Attribution](t, me.post("/attribution/"+lead+"/appeal", `{"text":"please look"}`))
		if !a.Mine || len(a.Appeals) != 1 || a.Partner != "" {
			t.Errorf("attribution %+v", a)
		}
		w.booksBalance(alpha)
	})
}

// covers: S0-11, S0-12, A-38
func TestAShortLinkPutsTheCodeIntoTheCartAndSaysWhoseStorefrontItIs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		for _, customer := range []string{"5", "6", "7"} {
			w.buy(shop, customer, "o"+customer, 500)
		}
		w.furnishPartners(shop, objects{})
		open := func(path string) (int, string) {
			t.Helper()
			a, err := w.send(http.MethodGet, "/api/storefront/v1"+path, w.proxied(shop, "", nil), http.Header{"X-Forwarded-For": {"192.0.2.9"}}, "")
			if err != nil {
				t.Fatal(err)
			}
			return a.Status, a.Header.Get("Location")
		}
		for path, want := range map[string]string{
			"/v/VON-alpha":              "/discount/von-alpha?redirect=%2F%3Fp%3Dvon-alpha%26v%3D1",
			"/v/nobodys":                "/",
			"/v/%2F%2Fevil.example%2Fa": "/",
			"/v/%3Cscript%3E":           "/",
		} {
			if status, to := open(path); status != http.StatusFound || to != want {
				t.Errorf("%s: %d %q, want %q", path, status, to, want)
			}
		}
		r, err := w.program.PartnerReport(t.Context(), shop, w.member(shop, "7").ID, loyalty.LocalDate{}, loyalty.LocalDate{})
		if err != nil || r.Visits != 1 {
			t.Errorf("%d visits, %v", r.Visits, err)
		}
		if a, err := w.send(http.MethodGet, "/api/storefront/v1/v/von-alpha", proof{}, nil, ""); err != nil || a.Status != http.StatusUnauthorized {
			t.Errorf("without the host's signature: %d, %v", a.Status, err)
		}
	})
}
