package api_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"zugabe/app/api"
	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/program"
	"zugabe/app/store"
)

type postBox struct {
	mu  sync.Mutex
	got []mail.Message
}

func (b *postBox) Send(_ context.Context, m mail.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, m)
	return nil
}

// letters switches the shop's newsletter on.
func (w *world) letters(shop loyalty.Shop) {
	w.t.Helper()
	if _, err := w.program.SaveNewsletterSettings(context.Background(), "test", shop, 0, program.NewsletterSettings{On: true, HoldDisposable: true, HostConsent: true}); err != nil {
		w.t.Fatal(err)
	}
}

// postBox connects a mailbox and returns what sends and reads it.
func (w *world) postBox() func() []mail.Message {
	box := &postBox{}
	w.program.Post = program.Post{Mailer: box, From: "post@points.example.com"}
	return func() []mail.Message {
		w.t.Helper()
		before := len(box.got)
		if _, err := dispatch.NewMails(w.program).Drain(context.Background()); err != nil {
			w.t.Fatal(err)
		}
		return box.got[before:]
	}
}

// furnishNewsletter gives the shop a held sign-up and a mail that failed.
func (w *world) furnishNewsletter(shop loyalty.Shop, have objects) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		s := store.Signup{ID: w.program.IDs.Next(), Email: "held@example.com", PersonKey: []byte("held" + shop.ID.String()), State: store.SignupHeld, CreatedAt: 1}
		m := store.Mail{ID: w.program.IDs.Next(), Kind: "confirm", Key: "k", To: "a@example.com", Subject: "s", Text: "t", State: store.MailFailed, CreatedAt: 1}
		have["signup"], have["mail"] = s.ID.String(), m.ID.String()
		if err := tx.InsertSignup(shop.ID, s); err != nil {
			return err
		}
		_, err := tx.EnsureMail(shop.ID, m)
		return err
	})
	mailing, err := w.program.MailRegisteredOnly(w.t.Context(), "test", shop, program.NewMailing{Name: "spring"})
	if err != nil {
		w.t.Fatal(err)
	}
	have["mailing"] = mailing.Row.ID.String()
}

var mailLink = regexp.MustCompile(`/apps/zugabe(/(?:newsletter/[a-z]+|permit))\?t=([A-Za-z0-9_-]+)`)

// follow is the request that the shop forwards when somebody opens a mail's link.
func (w *world) follow(shop loyalty.Shop, method, text, body string) answer {
	w.t.Helper()
	found := mailLink.FindStringSubmatch(text)
	if found == nil {
		w.t.Fatalf("no link in %q", text)
	}
	headers := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Forwarded-For": {"192.0.2.9, 10.0.0.1"}}
	a, err := w.send(method, "/api/storefront/v1"+found[1], w.proxied(shop, "", map[string]string{"t": found[2]}), headers, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) signUp(shop loyalty.Shop, kind, body string) answer {
	w.t.Helper()
	a, err := w.send(http.MethodPost, "/api/storefront/v1/newsletter", w.proxied(shop, "", nil),
		http.Header{"Content-Type": {kind}, "X-Forwarded-For": {"192.0.2.9"}}, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

const formKind = "application/x-www-form-urlencoded"

// covers: S2-06, S2-07, J17
func TestTheNewsletterWorksWithoutScriptsFromTheFormToTheWayOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		deliver := w.postBox()
		if a := w.signUp(shop, formKind, "email=eva%40example.com"); a.Status != http.StatusConflict {
			t.Errorf("nobody has switched the newsletter on, and a sign-up is answered %d %s", a.Status, a.Body)
		}
		w.letters(shop)
		a := w.signUp(shop, formKind, "email=Eva%40example.com&source=home&locale=de&website=")
		if a.Status != http.StatusAccepted || !strings.Contains(string(a.Body), "Postfach") || !strings.Contains(a.Header.Get("Content-Type"), "text/html") {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		asked := deliver()
		if len(asked) != 1 {
			t.Fatalf("%d mails", len(asked))
		}
		// A scanner that opens the link confirms nothing.
		page := w.follow(shop, http.MethodGet, asked[0].Text, "")
		list := into[api.NewsletterView](t, w.get(w.staff(shop), "/api/admin/v1/newsletter"))
		if page.Status != http.StatusOK || !strings.Contains(string(page.Body), "Möchten Sie den Newsletter") || !strings.Contains(string(page.Body), "<button") || list.Counts.Signups["pending"] != 1 || !list.MailReady {
			t.Errorf("%d %s %+v", page.Status, page.Body, list)
		}
		if done := w.follow(shop, http.MethodPost, asked[0].Text, "ok=1"); done.Status != http.StatusOK || !strings.Contains(string(done.Body), "Bestätigt") {
			t.Errorf("confirm: %d %s", done.Status, done.Body)
		}
		welcome := deliver()[0]
		if out := w.follow(shop, http.MethodPost, welcome.Headers["List-Unsubscribe"], "List-Unsubscribe=One-Click"); out.Status != http.StatusOK || !strings.Contains(string(out.Body), "Sie sind abgemeldet") {
			t.Errorf("leave: %d %s", out.Status, out.Body)
		}
		list = into[api.NewsletterView](t, w.get(w.staff(shop), "/api/admin/v1/newsletter?state=unsubscribed"))
		if len(list.Items) != 1 || list.Items[0].Email != "Eva@example.com" || list.Items[0].ConsentText == "" || list.Items[0].Source != "home" {
			t.Errorf("%+v", list)
		}
	})
}

// A link that a mail program has cut off or lengthened leads to a page in words.
func TestABrokenLinkOfAMailIsAnsweredInWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.letters(shop)
		for _, token := range []string{"", "cut", strings.Repeat("long", 100)} {
			for _, path := range []string{"confirm", "unsubscribe", "undo"} {
				a, err := w.send(http.MethodPost, "/api/storefront/v1/newsletter/"+path, w.proxied(shop, "", map[string]string{"t": token}), http.Header{"Content-Type": {formKind}}, "ok=1")
				if err != nil || a.Status != http.StatusGone || !strings.Contains(a.Header.Get("Content-Type"), "text/html") {
					t.Errorf("%s with %q: %d %s %v", path, token, a.Status, a.Body, err)
				}
			}
		}
	})
}

// covers: G20
func TestTheNewsletterTellsNobodyWhoIsOnTheListAndNotTooOften(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.postBox()
		w.letters(shop)
		first := w.signUp(shop, "application/json", `{"email":"eva@example.com","locale":"de"}`)
		again := w.signUp(shop, "application/json", `{"email":"eva@example.com","locale":"de"}`)
		held := w.signUp(shop, "application/json", `{"email":"x@mailinator.com","locale":"de"}`)
		trapped := w.signUp(shop, "application/json", `{"email":"y@example.com","locale":"de","website":"x"}`)
		for _, a := range []answer{again, held, trapped} {
			if a.Status != first.Status || string(a.Body) != string(first.Body) || first.Status != http.StatusAccepted {
				t.Errorf("%d %s, first %d %s", a.Status, a.Body, first.Status, first.Body)
			}
		}
		if a := w.signUp(shop, "application/json", `{"email":"a@b.example\r\nBcc: c@d.example"}`); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if a := w.signUp(shop, formKind, "email=z%40example.com"); a.Status != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
			t.Errorf("a sixth in one minute from one address: %d %s", a.Status, a.Body)
		}
		other := w.newShop("shopify", "beta")
		w.letters(other)
		if a := w.signUp(other, formKind, "email=z%40example.com"); a.Status != http.StatusAccepted {
			t.Errorf("another shop: %d", a.Status)
		}
		if a, err := w.send(http.MethodPost, "/api/storefront/v1/newsletter", proof{}, http.Header{"Content-Type": {formKind}}, "email=z%40example.com"); err != nil || a.Status != http.StatusUnauthorized {
			t.Errorf("without the shop's signature: %d %v", a.Status, err)
		}
	})
}

// covers: I6, S2-03
func TestAnExportHasNoFormulas(t *testing.T) {
	w := onSQLite(t)
	shop := w.newShop("shopify", "alpha")
	bad := []string{"=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"}
	w.write(func(tx *store.Tx) error {
		for i, text := range bad {
			id := w.program.IDs.Next()
			if err := tx.InsertSignup(shop.ID, store.Signup{ID: id, Email: text + "@x.example", PersonKey: []byte{byte(i)}, State: store.SignupConfirmed, ConsentText: "a, \"b\"\n" + text, CreatedAt: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	a, err := w.send(http.MethodGet, "/api/admin/v1/newsletter/export.csv", w.staff(shop), nil, "")
	if err != nil || a.Status != http.StatusOK {
		t.Fatalf("%d %s %v", a.Status, a.Body, err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(a.Body), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != len(bad)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, row := range rows[1:] {
		if !strings.HasPrefix(row[0], "'") || strings.TrimPrefix(row[0], "'") != strings.ReplaceAll(bad[len(bad)-1-i], "\r", "")+"@x.example" {
			t.Errorf("cell %q", row[0])
		}
	}
}
