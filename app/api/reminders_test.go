package api_test

import (
	"net/http"
	"strings"
	"testing"

	"zugabe/app/api"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// covers: A-22, N-19, J17
func TestRemindersAreChosenByStaffAndTurnedOffByAnybodyWhoGetsThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		deliver := w.postBox()
		seen := into[api.RemindersView](t, w.get(w.staff(shop), "/api/admin/v1/reminders"))
		if seen.On || seen.Version != 0 || !seen.MailReady || seen.FirstDays != 30 || seen.NoticeFrom != 0 {
			t.Errorf("before anybody chose: %+v", seen)
		}
		wanted := `{"version":0,"on":true,"first_days":21,"last_days":3,"code_days":5,"least_points":20,"notice_from":500}`
		saved := into[api.RemindersView](t, w.put(w.staff(shop), "/reminders", wanted))
		if !saved.On || saved.Version != 1 || saved.FirstDays != 21 || saved.NoticeFrom != 500 {
			t.Errorf("saved: %+v", saved)
		}
		if a := w.put(w.staff(shop), "/reminders", wanted); a.Status != http.StatusConflict {
			t.Errorf("an old version: %d %s", a.Status, a.Body)
		}
		if a := w.put(w.staff(shop), "/reminders", strings.Replace(wanted, `"last_days":3`, `"last_days":30`, 1)); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest {
			t.Errorf("the last before the first: %d %s", a.Status, a.Body)
		}
		w.write(func(tx *store.Tx) error {
			_, err := w.program.QueueMail(tx, shop, program.MailRequest{Kind: "expiring", Key: "1", To: "eva@example.com", Locale: "de", Link: "https://shop.example/",
				Counts: map[string]int64{"points": 200}, Fill: map[string]string{"date": "23.12.2026", "value": "2,00 EUR"}, Lines: []string{"worth"}})
			return err
		})
		mail := deliver()[0]
		page := w.follow(shop, http.MethodGet, mail.Text, "")
		if page.Status != http.StatusOK || !strings.Contains(string(page.Body), "no longer want to be reminded") || !strings.Contains(string(page.Body), "No more reminders") {
			t.Errorf("%d %s", page.Status, page.Body)
		}
		done := w.follow(shop, http.MethodPost, mail.Headers["List-Unsubscribe"], "List-Unsubscribe=One-Click")
		if done.Status != http.StatusOK || !strings.Contains(string(done.Body), "You get no more reminders") {
			t.Errorf("%d %s", done.Status, done.Body)
		}
		w.write(func(tx *store.Tx) error {
			queued, err := w.program.QueueMail(tx, shop, program.MailRequest{Kind: "expiring_last", Key: "2", To: "eva@example.com", Locale: "de"})
			if queued {
				t.Error("one more is written")
			}
			return err
		})
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			late := w.follow(shop, method, "https://x/apps/zugabe/newsletter/undo?t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ok=1")
			if late.Status != http.StatusGone || !strings.Contains(string(late.Body), "Your points") || !strings.Contains(string(late.Body), "This link is not valid.") || strings.Contains(string(late.Body), "oucher") {
				t.Errorf("a link that is none: %d %s", late.Status, late.Body)
			}
		}
	})
}

// covers: G19: the mail's link shows a button, the button takes the points back, nobody
// signs in, and afterwards it changes nothing.
func TestTheLinkInTheMailAboutManyPointsTakesThemBackOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		deliver := w.postBox()
		w.put(w.staff(shop), "/reminders", `{"version":0,"on":false,"first_days":30,"last_days":7,"code_days":5,"least_points":10,"notice_from":200}`).want(t, http.StatusOK, "")
		w.buy(shop, "1", "1001", 500)
		available := func() loyalty.Points {
			balance, err := w.program.BalanceOf(t.Context(), shop, w.member(shop, "1").ID)
			if err != nil {
				t.Fatal(err)
			}
			return balance.Account.Available
		}
		had := available()
		w.post(w.shopper(shop, "1"), "/api/storefront/v1/redemptions", "press-01", `{"points":200}`).want(t, http.StatusOK, "")
		w.dispatch()
		mails := deliver()
		if len(mails) != 1 || available() != had-200 {
			t.Fatalf("%d mails, %d points", len(mails), available())
		}
		for range 2 { // whoever reads a mail for the person opens its links
			page := w.follow(shop, http.MethodGet, mails[0].Text, "")
			if page.Status != http.StatusOK || !strings.Contains(string(page.Body), "<button") {
				t.Fatalf("the page: %d %s", page.Status, page.Body)
			}
		}
		w.dispatch()
		if available() != had-200 {
			t.Error("looking took the points back")
		}
		for range 2 {
			w.follow(shop, http.MethodPost, mails[0].Text, "ok=1").want(t, http.StatusOK, "")
			w.dispatch()
			if available() != had {
				t.Errorf("%d points after the click, want %d", available(), had)
			}
		}
		w.booksBalance(shop)
	})
}

// covers: G19: a reward goes back by the link of its mail, in words about a reward, and
// not after it was handed out.
func TestTheLinkInTheMailAboutARewardGivesItBackUntilItIsHandedOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		deliver := w.postBox()
		w.put(w.staff(shop), "/reminders", `{"version":0,"on":false,"first_days":30,"last_days":7,"code_days":5,"least_points":10,"notice_from":10}`).want(t, http.StatusOK, "")
		w.buy(shop, "1", "1001", 500)
		who, have := w.member(shop, "1"), objects{}
		w.furnishRewards(shop, who, have)
		text := deliver()[0].Text
		if page := w.follow(shop, http.MethodGet, text, ""); page.Status != http.StatusOK || !strings.Contains(string(page.Body), "take the reward back and keep") || !strings.Contains(string(page.Body), ">Take the reward back</button>") {
			t.Fatalf("the page: %d %s", page.Status, page.Body)
		}
		id, err := loyalty.ParseID(have["exchange"])
		if err != nil {
			t.Fatal(err)
		}
		for _, done := range []bool{true, false} {
			if err := w.program.HandOutReward(t.Context(), "staff:1", shop, id, done); err != nil {
				t.Fatal(err)
			}
			want, words := http.StatusOK, "The reward is taken back"
			if done {
				want, words = http.StatusGone, "handed out already"
			}
			if page := w.follow(shop, http.MethodPost, text, "ok=1"); page.Status != want || !strings.Contains(string(page.Body), words) {
				t.Errorf("handed out %t: %d %s", done, page.Status, page.Body)
			}
		}
		w.booksBalance(shop)
	})
}
