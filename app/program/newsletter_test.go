package program_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// postBox is a mail server that keeps what it is given, or answers as it is told.
type postBox struct {
	mu      sync.Mutex
	got     []mail.Message
	answers []error
}

func (b *postBox) Send(_ context.Context, m mail.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := m.Validate(); err != nil {
		return err
	}
	if len(b.answers) > 0 {
		err := b.answers[0]
		if b.answers = b.answers[1:]; err != nil {
			return err
		}
	}
	b.got = append(b.got, m)
	return nil
}

// newsWorld is a bookWorld with a mailbox.
type newsWorld struct {
	*bookWorld
	box *postBox
}

func eachNewsWorld(t *testing.T, story func(t *testing.T, w newsWorld)) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		box := &postBox{}
		w.Post = program.Post{Mailer: box, From: "post@points.example.com"}
		news := newsWorld{w, box}
		news.settings(func(s *program.NewsletterSettings) { s.On = true })
		story(t, news)
	})
}

func (w newsWorld) subscribe(email string) {
	w.t.Helper()
	if err := w.Subscribe(context.Background(), w.shop, program.SignupRequest{Email: email, Locale: "de-DE", Source: "home", IP: "192.0.2.7"}); err != nil {
		w.t.Fatal(err)
	}
}

// deliver sends what is due and returns what arrived since.
func (w newsWorld) deliver() []mail.Message {
	w.t.Helper()
	before := len(w.box.got)
	if _, err := dispatch.NewMails(w.Program).Drain(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	return w.box.got[before:]
}

var tokenIn = regexp.MustCompile(`newsletter/(?:confirm|unsubscribe)\?t=([A-Za-z0-9_-]+)`)

func linkToken(t testing.TB, m mail.Message) string {
	t.Helper()
	found := tokenIn.FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no link in %q", m.Text)
	}
	return found[1]
}

func (w newsWorld) confirm(m mail.Message) program.Confirmation {
	w.t.Helper()
	done, err := w.ConfirmNewsletter(context.Background(), w.shop, linkToken(w.t, m), "192.0.2.8")
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

func (w newsWorld) settings(change func(*program.NewsletterSettings)) {
	w.t.Helper()
	var s program.NewsletterSettings
	w.write(func(tx *store.Tx) (err error) {
		s, err = w.NewsletterSettings(tx, w.shop.ID)
		return err
	})
	change(&s)
	if _, err := w.SaveNewsletterSettings(context.Background(), "staff:1", w.shop, s.Version, s); err != nil {
		w.t.Fatal(err)
	}
}

func (w newsWorld) signupOf(email string) (s store.Signup) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		list, err := tx.ListSignups(w.shop.ID, store.SignupsQuery{Email: email, Limit: 1})
		if len(list) > 0 {
			s = list[0]
		}
		return err
	})
	return s
}

// covers: S2-06, S2-07, S2-14, S2-22, S2-03, S4-25
func TestASignupGetsItsVoucherOnceItIsConfirmedOnceForEachPerson(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		v := w.voucherOf(func(d *voucher.Template) {
			d.Texts = map[string]voucher.Text{"de": {Title: "5 € für Ihre erste Bestellung", Line: "Ab 20 €"}}
		})
		w.settings(func(s *program.NewsletterSettings) { s.Template, s.ReplyTo = v.Row.ID, "laden@shop.example" })
		w.subscribe("Eva.Muster@gmail.com")
		got := w.deliver()
		if len(got) != 1 || got[0].To != "Eva.Muster@gmail.com" || !strings.Contains(got[0].Subject, "bestätigen") || got[0].ReplyTo != "laden@shop.example" {
			t.Fatalf("asked: %+v", got)
		}
		if s := w.signupOf("eva"); s.State != store.SignupPending || s.Code != "" || !strings.Contains(s.ConsentText, "jederzeit abmelden") || len(s.IPHash) == 0 {
			t.Errorf("record %+v", s)
		}
		if done := w.confirm(got[0]); !done.Voucher {
			t.Error("no voucher")
		}
		w.confirm(got[0]) // again changes nothing
		s := w.signupOf("eva")
		if s.State != store.SignupConfirmed || s.Code == "" || s.ConfirmedAt == 0 || len(s.ConfirmIPHash) == 0 {
			t.Errorf("record %+v", s)
		}
		welcome := w.deliver()
		if len(welcome) != 1 || !strings.Contains(welcome[0].Text, s.Code) || !strings.Contains(welcome[0].HTML, "/discount/"+s.Code) || !strings.Contains(welcome[0].Text, "5 € für Ihre erste Bestellung") {
			t.Fatalf("welcome: %+v", welcome)
		}
		if welcome[0].Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" || !strings.Contains(welcome[0].Headers["List-Unsubscribe"], "/apps/zugabe/newsletter/unsubscribe?t=") {
			t.Errorf("no way out: %v", welcome[0].Headers)
		}
		// The same person under another spelling: told in their mailbox, and no second code.
		w.subscribe("evamuster+bonus@googlemail.com")
		again := w.deliver()
		if len(again) != 1 || !strings.Contains(again[0].Subject, "schon") || strings.Contains(again[0].Text, "confirm?t=") {
			t.Errorf("again: %+v", again)
		}
		var n int64
		w.write(func(tx *store.Tx) error {
			_, err := tx.Row(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND origin = 'newsletter'`, []any{w.shop.ID}, &n)
			return err
		})
		if n != 1 {
			t.Errorf("%d codes for one person", n)
		}
	})
}

// covers: S2-07
func TestAVoucherCanComeInTheMailThatAsks(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		v := w.voucherOf(nil)
		w.settings(func(s *program.NewsletterSettings) {
			s.Template, s.Deliver = v.Row.ID, map[string]string{v.Row.ID.String(): program.DeliverInMail}
		})
		w.subscribe("eva@example.com")
		asked := w.deliver()
		s := w.signupOf("eva")
		if s.Code == "" || !strings.Contains(asked[0].Text, s.Code) {
			t.Fatalf("code %q in %q", s.Code, asked[0].Text)
		}
		w.confirm(asked[0])
		if after := w.signupOf("eva"); after.Code != s.Code {
			t.Errorf("another code: %q", after.Code)
		}
	})
}

// covers: B16, J17
func TestOnlyAConfirmedNewsletterEarnsAndLeavingTakesItBack(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		m := w.joined("c7", "mia@example.org")
		before := w.available(m)
		w.subscribe("mia@example.org")
		asked := w.deliver()
		if got := w.available(m); got != before {
			t.Errorf("pending earned %d", got-before)
		}
		w.confirm(asked[0])
		if got := w.available(m); got != before+20 {
			t.Errorf("confirmed: %d, want %d", got, before+20)
		}
		welcome := w.deliver()[0]
		leave := linkToken(t, mail.Message{Text: welcome.Headers["List-Unsubscribe"]})
		for range 2 {
			if err := w.LeaveNewsletter(t.Context(), w.shop, leave); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.available(m); got != before {
			t.Errorf("left: %d, want %d", got, before)
		}
		w.write(func(tx *store.Tx) error { // no advertising any more, but what was asked for
			queued, err := w.QueueMail(tx, w.shop, program.MailRequest{Kind: "invite", Key: "1", To: "mia@example.org", Marketing: true})
			if queued || err != nil {
				t.Errorf("advertising after leaving: %v %v", queued, err)
			}
			queued, err = w.QueueMail(tx, w.shop, program.MailRequest{Kind: "desk", Key: "1", To: "mia@example.org"})
			if !queued {
				t.Errorf("a link that was asked for: %v %v", queued, err)
			}
			return err
		})
		other := w.newShop("other.example")
		if err := w.LeaveNewsletter(t.Context(), other, leave); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("the token works in another shop: %v", err)
		}
		w.deliver()
		w.clock.Advance(time.Hour)
		w.subscribe("mia@example.org")
		w.confirm(w.deliver()[0])
		if got := w.available(m); got != before+20 {
			t.Errorf("back again: %d, want %d", got, before+20)
		}
	})
}

// joined is a member as the host tells of one, available what they can spend.
func (w newsWorld) joined(key, email string) loyalty.ID {
	w.t.Helper()
	m := loyalty.Member{ID: w.IDs.Next(), PublicID: loyalty.NewPublicID(), CustomerKey: key, PersonKey: w.PersonOf(email), Email: email, Type: loyalty.Customer,
		State: loyalty.MemberActive, ReferralCode: "R" + key, Version: 1, CreatedAt: loyalty.NowMs(w.clock)}
	w.write(func(tx *store.Tx) error {
		if err := tx.InsertMembers(w.shop.ID, []loyalty.Member{m}); err != nil {
			return err
		}
		return tx.InsertMemberKeys(w.shop.ID, map[string]loyalty.ID{key: m.ID})
	})
	return m.ID
}

func (w newsWorld) available(m loyalty.ID) loyalty.Points {
	w.t.Helper()
	b, err := w.BalanceOf(context.Background(), w.shop, m)
	if err != nil {
		w.t.Fatal(err)
	}
	return b.Account.Available
}

// covers: G13, G20
func TestSignupsOfMachinesAndThrowawayAddressesGetNothing(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		if err := w.Subscribe(t.Context(), w.shop, program.SignupRequest{Email: "bot@example.com", Trap: "http://spam.example"}); err != nil {
			t.Errorf("a machine is told apart: %v", err)
		}
		w.subscribe("x@sub.mailinator.com")
		for range 5 {
			w.subscribe("victim@example.com")
		}
		if got := w.deliver(); len(got) != 1 || got[0].To != "victim@example.com" {
			t.Fatalf("%d mails", len(got))
		}
		asked := 1
		for range 100 {
			w.clock.Advance(11 * time.Minute)
			w.subscribe("victim@example.com")
			asked += len(w.deliver())
		}
		if asked > 4 { // 100 times over 18 hours
			t.Errorf("a mailbox was filled with %d mails", asked)
		}
		held := w.signupOf("x@")
		if held.State != store.SignupHeld {
			t.Fatalf("held: %+v", held)
		}
		if err := w.ReleaseSignup(t.Context(), "staff:1", w.shop, held.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.deliver(); len(got) != 1 || got[0].To != "x@sub.mailinator.com" {
			t.Errorf("released: %+v", got)
		}
		if s := w.signupOf("bot"); s.ID != 0 {
			t.Error("the machine is on the list")
		}
	})
}

// covers: I8
func TestAnAddressThatIsMoreThanOneIsRefused(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		for _, email := range []string{"", "eva", "a@b.example, c@d.example", "Eva <a@b.example>", "a@b.example\r\nBcc: c@d.example", "\"a b\"@c.example", "a@localhost"} {
			if err := w.Subscribe(t.Context(), w.shop, program.SignupRequest{Email: email}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
				t.Errorf("%q: %v", email, err)
			}
		}
		w.settings(func(s *program.NewsletterSettings) { s.On = false })
		if err := w.Subscribe(t.Context(), w.shop, program.SignupRequest{Email: "eva@example.com"}); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("switched off: %v", err)
		}
	})
}

// covers: S2-14
func TestOneLinkClickedByManyAtOnceGivesOneCode(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		v := w.voucherOf(nil)
		w.settings(func(s *program.NewsletterSettings) { s.Template = v.Row.ID })
		var all sync.WaitGroup
		for i := range 8 { // eight spellings of one person
			all.Go(func() {
				if err := w.Subscribe(context.Background(), w.shop, program.SignupRequest{Email: fmt.Sprintf("e.va+%d@gmail.com", i), Locale: "de"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		asked := w.deliver()
		if len(asked) != 1 {
			t.Fatalf("%d mails to one person", len(asked))
		}
		for range 8 {
			all.Go(func() {
				if _, err := w.ConfirmNewsletter(context.Background(), w.shop, linkToken(t, asked[0]), ""); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var codes, mails int64
		w.write(func(tx *store.Tx) error {
			if _, err := tx.Row(`SELECT COUNT(*) FROM codes WHERE shop_id = ?`, []any{w.shop.ID}, &codes); err != nil {
				return err
			}
			_, err := tx.Row(`SELECT COUNT(*) FROM mails WHERE shop_id = ? AND kind = 'welcome'`, []any{w.shop.ID}, &mails)
			return err
		})
		if codes != 1 || mails != 1 {
			t.Errorf("%d codes, %d welcome mails", codes, mails)
		}
	})
}

func TestALinkEndsAfterAWeekAndWithTheNextOne(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		w.subscribe("eva@example.com")
		first := w.deliver()[0]
		w.clock.Advance(time.Hour)
		w.subscribe("eva@example.com")
		second := w.deliver()[0]
		if _, err := w.ConfirmNewsletter(t.Context(), w.shop, linkToken(t, first), ""); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("the first link: %v", err)
		}
		w.clock.Advance(8 * 24 * time.Hour)
		if _, err := w.ConfirmNewsletter(t.Context(), w.shop, linkToken(t, second), ""); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("after a week: %v", err)
		}
	})
}

// covers: J11
func TestAMailServersAnswersDecideWhatBecomesOfAMail(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		var log strings.Builder // J11: nobody's address is in it
		w.Log = slog.New(slog.NewTextHandler(&log, nil))
		state := func(email string) (state store.MailState, reason string) {
			w.write(func(tx *store.Tx) error {
				_, err := tx.Row(`SELECT state, reason FROM mails WHERE shop_id = ? AND to_address = ?`, []any{w.shop.ID, email}, &state, &reason)
				return err
			})
			return state, reason
		}
		w.box.answers = []error{errors.New("the mail server does not take the mail now: 451"), nil}
		w.subscribe("later@example.com")
		if got := w.deliver(); len(got) != 0 {
			t.Fatalf("%d", len(got))
		}
		w.clock.Advance(2 * time.Minute)
		if got := w.deliver(); len(got) != 1 {
			t.Errorf("after a while: %d", len(got))
		}
		if s, _ := state("later@example.com"); s != store.MailSent {
			t.Errorf("state %d", s)
		}
		w.box.answers = []error{fmt.Errorf("%w: 550 5.1.1", mail.ErrNoMailbox)}
		w.subscribe("nobody@example.com")
		w.deliver()
		w.clock.Advance(time.Hour)
		w.subscribe("nobody@example.com")
		if s, why := state("nobody@example.com"); s != store.MailFailed || !strings.Contains(why, "550") {
			t.Errorf("state %d %q", s, why)
		}
		if got := w.deliver(); len(got) != 0 {
			t.Error("an address that takes no mail was tried again")
		}
		w.box.answers = []error{mail.ErrUnknown}
		w.subscribe("perhaps@example.com")
		w.deliver()
		w.clock.Advance(24 * time.Hour)
		if s, _ := state("perhaps@example.com"); s != store.MailUnknown || len(w.deliver()) != 0 {
			t.Errorf("state %d", s)
		}
		if said := log.String(); strings.Contains(said, "@") || !strings.Contains(said, "a mail was not taken") {
			t.Errorf("the log says %s", said)
		}
	})
}

// covers: J6, J7, J17
func TestAnErasedPersonIsInNoMailAndOnNoList(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		m := w.joined("c9", "mia@example.org")
		w.subscribe("mia@example.org")
		w.confirm(w.deliver()[0])
		export, err := w.ExportMember(t.Context(), "staff:1", w.shop, m)
		if err != nil || export.Newsletter == nil || len(export.Mails) != 2 {
			t.Fatalf("export %+v %v", export.Newsletter, err)
		}
		if err := w.EraseMember(t.Context(), "staff:1", w.shop, m); err != nil {
			t.Fatal(err)
		}
		var n int64
		w.write(func(tx *store.Tx) error {
			_, err := tx.Row(`SELECT (SELECT COUNT(*) FROM mails WHERE shop_id = ? AND to_address <> '') + (SELECT COUNT(*) FROM newsletter_signups WHERE shop_id = ? AND email <> '')`,
				[]any{w.shop.ID, w.shop.ID}, &n)
			return err
		})
		if n != 0 || len(w.deliver()) != 0 {
			t.Errorf("%d rows name the person, or a mail went out", n)
		}
	})
}
