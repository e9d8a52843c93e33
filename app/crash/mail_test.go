package crash_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"zugabe/app/store"
)

// mailing: a mail is in the transaction that owes it, so that it is sent after any
// crash, and once. Whoever dies while a server has it leaves one mail of which nobody
// knows, and which nobody sends again unasked.
var mailing = chapter{
	name:   "mail",
	points: []string{"newsletter.written:1", "newsletter.committed:1", "mail.claimed:1", "mail.before_call:1", "mail.after_call:1", "mail.sent:1"},
	few:    []string{"newsletter.written:1", "newsletter.committed:1", "mail.claimed:1", "mail.after_call:1"},
	begin: func(w *world) {
		w.install()
		w.until("the newsletter is on", func() bool {
			answer, status := w.admin(http.MethodPut, "/api/admin/v1/newsletter-settings", []byte(`{"version":0,"on":true,"hold_disposable":true,"host_consent":true,"tool_on":false}`))
			if status/100 == 4 && status != http.StatusConflict {
				w.t.Fatalf("the newsletter's settings were refused: %s", answer)
			}
			return status == http.StatusOK || status == http.StatusConflict // said before, and the answer was lost
		})
	},
	play: func(w *world) {
		w.persons++
		email := fmt.Sprintf("news-%d@demo.example", w.persons)
		pressed := false
		var state int64
		w.until("the mail is out, or nobody knows", func() bool {
			if !pressed {
				pressed = w.signUp(email)
			}
			state = w.number(`SELECT COALESCE(MAX(state), -1) FROM mails WHERE to_address = ?`, email)
			return pressed && (state == 2 || state == 3) && w.crashes == 1
		})
		got := len(w.shop.Mails(email))
		if state == 2 && got != 1 || got > 1 {
			w.t.Errorf("%d mails arrived, the app says %d", got, state)
		}
		if n := w.number(`SELECT COUNT(*) FROM mails WHERE to_address = ?`, email); n != 1 {
			w.t.Errorf("%d mails are owed", n)
		}
		if n := w.number(`SELECT COUNT(*) FROM mails WHERE state = 3`); n > int64(w.persons) {
			w.t.Errorf("%d mails are unknown", n)
		}
	},
}

// signUp presses the button of the shop's newsletter form.
func (w *world) signUp(email string) bool {
	res, err := probe.PostForm(w.front+"/apps/zugabe/newsletter", url.Values{"email": {email}, "source": {"home"}})
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusAccepted
}

var confirmLink = regexp.MustCompile(`/apps/zugabe/newsletter/confirm\?t=[A-Za-z0-9_-]+`)

// consenting: the click on the link owes the host the consent. Whoever dies around the
// call looks before telling it again: there is one customer, who was asked once.
var consenting = chapter{
	name:   "consent",
	points: []string{"consent.after_call:1"},
	few:    []string{"consent.after_call:1"},
	begin:  mailing.begin,
	play: func(w *world) {
		w.persons++
		email := fmt.Sprintf("consent-%d@demo.example", w.persons)
		w.until("the mail that asks is there", func() bool { return w.signUp(email) && len(w.shop.Mails(email)) > 0 })
		link := confirmLink.FindString(w.shop.Mails(email)[0].Body)
		w.until("the click is heard", func() bool {
			res, err := probe.PostForm(w.front+link, url.Values{"ok": {"1"}})
			if err == nil {
				_ = res.Body.Close()
			}
			return err == nil && res.StatusCode == http.StatusOK
		})
		w.until("the host has the consent", func() bool {
			return w.crashes == 1 && w.number(`SELECT COUNT(*) FROM jobs WHERE kind = 'newsletter.consent' AND state <> ?`, int64(store.JobDone)) == 0
		})
		customers := 0
		for _, c := range w.shop.People() {
			if c.Email == email {
				customers++
				if c.Consent != "subscribed" {
					w.t.Errorf("the host says %s", c.Consent)
				}
			}
		}
		if customers != 1 {
			w.t.Errorf("the host has %d customers", customers)
		}
	},
}
