package crash_test

import (
	"fmt"
	"net/http"
	"strings"

	"zugabe/app/demoshop"
)

// mirroring: codes of a voucher go to the host in one discount that they share, one of
// a customer in its own. Whoever dies before, in or after a call leaves one of each, and
// what is stopped afterwards does not work at the host (C9, D1).
var mirroring = chapter{
	name: "mirror",
	points: []string{"mirror.before_call", "mirror.after_call", "addcodes.before_call", "addcodes.after_call", "addcodes.asked", "jobs.claimed", "jobs.ran",
		"store.after_commit:2"},
	few:   []string{"mirror.after_call", "addcodes.after_call:1", "addcodes.asked:2"},
	begin: (*world).install,
	play: func(w *world) {
		p := w.somebody()
		w.until("the customer is a member", w.settled)
		member := w.number(`SELECT member_id FROM member_keys WHERE customer_key = ?`, fmt.Sprint(p.id))
		voucher := w.madeVoucher(fmt.Sprintf("Mirror %d", w.persons))
		w.until("it is started", func() bool { return w.did("/vouchers/"+voucher+"/state", `{"state":"active"}`) })
		prefix := fmt.Sprintf("MIRROR%d", w.persons)
		for _, part := range []string{"A", "B"} {
			w.madeCodes(voucher, prefix+part, map[string]any{"texts": texts(prefix+part, 30)}, 30)
		}
		w.madeCodes(voucher, prefix+"OWN", map[string]any{"texts": texts(prefix+"OWN", 1), "member_id": fmt.Sprint(member)}, 1)
		w.until("the host has all codes", func() bool {
			return w.number(`SELECT COUNT(*) FROM codes WHERE template_id = ? AND state = 'active'`, voucher) == 61
		})
		shared, own := w.discountsOf(prefix)
		if len(shared) != 1 || len(own) != 1 || len(shared[0].Codes) != 60 {
			w.t.Fatalf("%d discounts for all and %d for one customer, want 1 and 1 with 60 codes", len(shared), len(own))
		}
		w.until("the voucher has ended", func() bool { return w.did("/vouchers/"+voucher+"/state", `{"state":"ended"}`) })
		w.until("nothing of it works at the host", func() bool {
			shared, own := w.discountsOf(prefix)
			for _, d := range append(shared, own...) {
				if d.Status(w.clock.Now()) == "ACTIVE" {
					return false
				}
			}
			return w.crashes == 1
		})
	},
}

func texts(prefix string, n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("%s%03d", prefix, i))
	}
	return list
}

// madeCodes asks for codes until they are there: who asks again after a crash is told
// that they exist.
func (w *world) madeCodes(voucher, prefix string, ask map[string]any, want int64) {
	w.t.Helper()
	w.until("the codes are made", func() bool {
		if w.number(`SELECT COUNT(*) FROM codes WHERE template_id = ? AND code LIKE ?`, voucher, prefix+"%") == want {
			return true
		}
		var made any
		return w.posted(http.MethodPost, "/vouchers/"+voucher+"/codes", ask, &made)
	})
}

// discountsOf lists those at the host that have codes of a prefix: for everybody, and for one customer.
func (w *world) discountsOf(prefix string) (shared, own []demoshop.Discount) {
	for _, d := range w.shop.Discounts() {
		switch {
		case len(d.Codes) == 0 || !strings.HasPrefix(d.Codes[0].Code, prefix):
		case d.Everyone:
			shared = append(shared, d)
		default:
			own = append(own, d)
		}
	}
	return shared, own
}
