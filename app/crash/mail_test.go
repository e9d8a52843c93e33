package crash_test

import (
	"fmt"
	"net/http"
	"net/url"
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
