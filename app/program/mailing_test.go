package program_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// agrees notes a customer's consent to advertising at the host.
func (w *bookWorld) agrees(customer string) {
	w.t.Helper()
	id := w.memberID(customer)
	w.write(func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO activities (shop_id, id, activity_key, kind, name, customer_key, member_id, subject, state, quantity, happened_at, host_updated_at, plan_version, audience, version, changed_at)
			VALUES (?, ?, ?, 'newsletter', '', ?, ?, '', 'approved', 1, 1, 1, -1, '{}', 1, 1)`, w.shop.ID, w.IDs.Next(), "n-"+customer, customer, id)
		return err
	})
}

// many registers customers who agreed to advertising and bought nothing.
func (w *bookWorld) many(n int) {
	w.t.Helper()
	for i := range n {
		name := fmt.Sprintf("reader%d", i)
		w.send(w.customer(name, name+"@example.org"))
		w.agrees(name)
	}
}

func (w *bookWorld) mailing(template loyalty.ID, name string) program.Mailing {
	w.t.Helper()
	m, err := w.MailRegisteredOnly(context.Background(), "test", w.shop, program.NewMailing{Template: template, Name: name})
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *bookWorld) mailed(m program.Mailing) program.Mailing {
	w.t.Helper()
	if err := dispatch.NewImports(w.Program).Drain(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	m, err := w.MailingOf(context.Background(), w.shop, m.Row.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// covers: S0-44, S0-45
func TestWhoOnlyRegisteredIsListedAndMailedOnceWithConsent(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		v := w.voucherOf(nil)
		for name, address := range map[string]string{"anna": "anna.lind@gmail.com", "anna2": "AnnaLind+shop@gmail.com", "bob": "bob@example.org", "eva": "eva@example.org", "ida": "ida@example.org"} {
			w.send(w.customer(name, address)) // anna is there twice
		}
		w.order(paidOrder("o1", "eva", 1000, 2))
		for _, name := range []string{"anna", "anna2", "eva", "ida"} {
			w.agrees(name)
		}
		w.write(func(tx *store.Tx) error { // ida has unsubscribed
			return tx.Suppress(w.shop.ID, w.PersonOf("ida@example.org"), store.SuppressedUnsubscribed, 1)
		})
		list, err := w.RegisteredOnly(t.Context(), w.shop, true, 0, 10)
		if err != nil || len(list) != 3 {
			t.Fatalf("the segment is %+v, %v", list, err)
		}
		for _, want := range []store.ImportCounts{{OK: 1, Failed: 2, Duplicates: 1}, {Failed: 2, Duplicates: 2}} {
			m := w.mailed(w.mailing(v.Row.ID, "spring"))
			if m.Row.State != store.ImportDone || m.Row.ImportCounts != want || m.Row.Total != 4 {
				t.Errorf("mailed %+v, want %+v", m.Row, want)
			}
		}
		got := w.deliver()
		if len(got) != 1 || !strings.HasSuffix(got[0].To, "@gmail.com") || !strings.Contains(got[0].Text, "/discount/") {
			t.Errorf("%d mails were delivered: %v", len(got), got)
		}
		w.send(w.customer("ole", "ole@example.org"))
		w.agrees("ole")
		if m := w.mailed(w.mailing(0, "spring")); m.Row.OK != 1 {
			t.Errorf("who came since gets %+v", m.Row.ImportCounts)
		}
	})
}

// covers: S0-45
func TestAMailingGoesOnWhereAProcessVanishedAndMailsNobodyTwice(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		const people = 120 // three parts
		w.many(people)
		v := w.voucherOf(nil)
		m := w.mailing(v.Row.ID, "summer")
		if n, err := w.WorkImports(t.Context(), w.shop, m.Row.ID, 1); err != nil || n != 1 {
			t.Fatalf("%d parts, %v", n, err)
		}
		half, err := w.MailingOf(t.Context(), w.shop, m.Row.ID)
		if err != nil || half.Row.OK == 0 || half.Row.OK == people || half.Row.State != store.ImportRunning {
			t.Fatalf("in between it is %+v, %v", half.Row, err)
		}
		if _, err := w.MailRegisteredOnly(t.Context(), "test", w.shop, program.NewMailing{Name: "other"}); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("a second one at the same time: %v", err)
		}
		// Somebody takes the work and vanishes in the middle of a part: what that part did is rolled back.
		w.write(func(tx *store.Tx) error {
			_, _, err := tx.ClaimImport(w.shop.ID, m.Row.ID, 1, loyalty.NowMs(w.clock), loyalty.NowMs(w.clock)+30_000)
			return err
		})
		w.clock.Advance(time.Minute)
		if done := w.mailed(m); done.Row.State != store.ImportDone || done.Row.OK != people {
			t.Errorf("in the end it is %+v", done.Row)
		}
		to := map[string]int{}
		for _, got := range w.deliver() {
			to[got.To]++
		}
		if len(to) != people || slices.Max(slices.Collect(maps.Values(to))) != 1 {
			t.Errorf("%d people have mails, somebody %d", len(to), slices.Max(slices.Collect(maps.Values(to))))
		}
		if n := w.number(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND template_id = ?`, w.shop.ID, v.Row.ID); n != people {
			t.Errorf("%d codes were made", n)
		}
	})
}

func (w *bookWorld) number(query string, args ...any) (n int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(query, args, &n)
		return err
	})
	return n
}

// covers: S0-45
func TestAMailingCanBeCancelledAndGoneOnWith(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		w.many(70)
		m := w.mailing(0, "autumn")
		if _, err := w.WorkImports(t.Context(), w.shop, m.Row.ID, 1); err != nil {
			t.Fatal(err)
		}
		m, err := w.CancelMailing(t.Context(), "test", w.shop, m.Row.ID)
		if err != nil || m.Row.State != store.ImportCancelled || m.Row.OK != 50 {
			t.Fatalf("cancelled it is %+v, %v", m.Row, err)
		}
		if m = w.mailed(m); m.Row.OK != 50 {
			t.Errorf("after the cancel it went on: %+v", m.Row)
		}
		if m = w.mailed(w.mailing(0, "autumn")); m.Row.OK != 20 || m.Row.Duplicates != 50 {
			t.Errorf("begun again it is %+v", m.Row)
		}
		if n := len(w.deliver()); n != 70 {
			t.Errorf("%d mails", n)
		}
	})
}

// covers: S2-03
func TestEveryReaderOfTheNewsletterGetsAnOwnCodeToPutIntoIt(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		v := w.voucherOf(nil)
		for i := range 60 {
			w.subscribe(fmt.Sprintf("reader%d@example.org", i))
			w.confirm(w.deliver()[0])
			w.deliver()
		}
		w.subscribe("unconfirmed@example.org")
		give := func() (program.Mailing, error) {
			return w.GiveSubscribers(t.Context(), "staff:1", w.shop, program.NewMailing{Template: v.Row.ID, Name: "Christmas"})
		}
		m, err := give()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WorkImports(t.Context(), w.shop, m.Row.ID, 1); err != nil { // and the process is gone
			t.Fatal(err)
		}
		w.clock.Advance(time.Minute)
		if m = w.mailed(m); m.Row.State != store.ImportDone || m.Row.OK != 60 {
			t.Fatalf("%+v", m.Row)
		}
		if err := w.UnsubscribeSignup(t.Context(), "staff:1", w.shop, w.signupOf("reader7@example.org").ID); err != nil {
			t.Fatal(err)
		}
		codes, people := map[string]bool{}, map[string]bool{}
		err = w.EachGift(t.Context(), "staff:1", w.shop, m.Row.ID, func(g program.Gift) {
			codes[g.Code], people[g.Email] = true, true
			if !strings.HasSuffix(g.Link, "/discount/"+g.Code) {
				t.Errorf("the link of %s is %s", g.Code, g.Link)
			}
		})
		if err != nil || len(codes) != 59 || len(people) != 59 || people["reader7@example.org"] || people["unconfirmed@example.org"] {
			t.Errorf("%d codes for %d people, %v", len(codes), len(people), err)
		}
		if n := w.number(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND template_id = ?`, w.shop.ID, v.Row.ID); n != 60 {
			t.Errorf("%d codes were made", n)
		}
		w.giveAgain(v.Row.ID, codes)
		if _, err := w.SetVoucherState(t.Context(), "staff:1", w.shop, v.Row.ID, voucher.TemplateEnded); err != nil {
			t.Fatal(err)
		}
		if _, err := give(); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("codes of a voucher that has ended: %v", err)
		}
	})
}

// giveAgain gives 59 readers codes of a voucher that they have, who then keep these, and
// one who is new; then one more each, because the merchant wants it.
func (w newsWorld) giveAgain(template loyalty.ID, had map[string]bool) {
	t, ctx := w.t, w.t.Context()
	t.Helper()
	give := func(n program.NewMailing, want store.ImportCounts) map[string]string {
		t.Helper()
		n.Template = template
		m, err := w.GiveSubscribers(ctx, "staff:1", w.shop, n)
		if err != nil {
			t.Fatal(err)
		}
		if m = w.mailed(m); m.Row.State != store.ImportDone || m.Row.ImportCounts != want {
			t.Errorf("%s: %+v, want %+v", n.Name, m.Row.ImportCounts, want)
		}
		list := map[string]string{}
		if err := w.EachGift(ctx, "staff:1", w.shop, m.Row.ID, func(g program.Gift) { list[g.Email] = g.Code }); err != nil {
			t.Fatal(err)
		}
		return list
	}
	w.deliver()
	w.subscribe("late@example.org")
	w.confirm(w.deliver()[0])
	w.deliver()
	second := give(program.NewMailing{Name: "Christmas once more"}, store.ImportCounts{OK: 1, Duplicates: 59})
	for email, code := range second {
		if had[code] == (email == "late@example.org") {
			t.Errorf("%s has %s in the second list", email, code)
		}
	}
	if len(second) != 60 {
		t.Errorf("the second list has %d readers", len(second))
	}
	w.write(func(tx *store.Tx) error { // one of them has used it since
		_, err := tx.Exec(`UPDATE codes SET uses = 1 WHERE shop_id = ? AND code = ?`, w.shop.ID, second["reader3@example.org"])
		return err
	})
	if third := give(program.NewMailing{Name: "Christmas"}, store.ImportCounts{Duplicates: 60}); len(third) != 59 || third["reader3@example.org"] != "" || third["late@example.org"] != second["late@example.org"] {
		t.Errorf("the third list has %d readers, reader3 has %q", len(third), third["reader3@example.org"])
	}
	w.write(func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE codes SET uses = 0 WHERE shop_id = ? AND code = ?`, w.shop.ID, second["reader3@example.org"])
		return err
	})
	for email, code := range give(program.NewMailing{Name: "Easter", Again: true}, store.ImportCounts{OK: 60}) {
		if second[email] == code {
			t.Errorf("%s has the old code", email)
		}
	}
}
