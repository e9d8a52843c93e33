package crash_test

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// invited is how many people there are.
const invited = 8

// inviting: a mailing to those who registered and never bought. A mail and the code in
// it are of one transaction with how far the mailing is: whoever dies in the middle
// leaves nothing of that part, and in the end everybody has one of each (S0-45).
var inviting = chapter{
	name:   "invite",
	points: []string{"import.claimed:1", "import.part_written:1", "import.part_done:1"},
	few:    []string{"import.part_written:1", "import.part_done:1"},
	begin: func(w *world) {
		w.install()
		for i := range invited {
			email := invitee(i)
			c, err := w.shop.Register(email, "Ina", "Invite")
			must(w.t, err)
			_, err = w.shop.Newsletter(email)
			must(w.t, err)
			must(w.t, w.shop.Confirm(w.shop.ConfirmationOf(c.ID)))
		}
		w.until("all are members who agreed", func() bool {
			return w.settled() && w.number(`SELECT COUNT(*) FROM activities WHERE kind = 'newsletter' AND state = 'approved' AND member_id > 0`) == invited
		})
	},
	play: func(w *world) {
		w.persons++
		name := fmt.Sprintf("Invite %d", w.persons)
		voucher := w.madeVoucher(name)
		before := map[string]int{}
		for i := range invited {
			before[invitee(i)] = len(w.shop.Mails(invitee(i)))
		}
		w.until("the mailing has begun", func() bool { return w.invite(name, voucher) })
		w.until("everybody was looked at, and the mails are out", func() bool {
			return w.crashes == 1 && w.number(`SELECT COUNT(*) FROM imports WHERE kind = 'mailing' AND state = 'running'`) == 0 &&
				w.number(`SELECT COUNT(*) FROM mails WHERE kind = 'invite' AND state <> 2`) == 0
		})
		for what, query := range map[string]string{
			"mails":     `SELECT COUNT(*) FROM mails WHERE kind = 'invite' AND mail_key LIKE ?`,
			"addresses": `SELECT COUNT(DISTINCT to_address) FROM mails WHERE kind = 'invite' AND mail_key LIKE ?`,
		} {
			if n := w.number(query, "registered:"+name+":%"); n != invited {
				w.t.Errorf("%d %s in the books, want %d", n, what, invited)
			}
		}
		if n := w.number(`SELECT COUNT(*) FROM codes WHERE template_id = ?`, voucher); n != invited {
			w.t.Errorf("%d codes were made for %d people", n, invited)
		}
		for email, had := range before {
			if got := len(w.shop.Mails(email)) - had; got != 1 {
				w.t.Errorf("%s got %d mails", email, got)
			}
		}
	},
}

func invitee(i int) string { return fmt.Sprintf("invite-%d@demo.example", i) }

// invite begins a mailing; who asks again after a crash may hear that it is under way.
func (w *world) invite(name, voucher string) bool {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"template": voucher, "key": name})
	must(w.t, err)
	answer, status := w.admin(http.MethodPost, "/api/admin/v1/segments/registered-only/mailing", body)
	if status/100 == 4 && status != http.StatusConflict {
		w.t.Fatalf("the mailing was refused: %s", answer)
	}
	return status == http.StatusOK || status == http.StatusConflict
}
