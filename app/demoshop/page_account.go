package demoshop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// balance is what the app publishes on a customer for the shop's pages.
type balance struct {
	Points     int64  `json:"points"`
	Pending    int64  `json:"pending"`
	Minor      int64  `json:"minor"`
	NextExpiry string `json:"next_expiry"`
	Expiring   int64  `json:"expiring"`
}

// publicBalance reads the app's metafield; nil when the app has published none.
func publicBalance(s *Shop, c *Customer) *balance {
	if c == nil {
		return nil
	}
	mf := s.metafield(gid("Customer", c.ID), appNamespace, "points")
	if mf == nil {
		return nil
	}
	var b balance
	if json.Unmarshal([]byte(mf.Value), &b) == nil {
		return &b
	}
	if n, err := strconv.ParseInt(mf.Value, 10, 64); err == nil {
		return &balance{Points: n}
	}
	return nil
}

func (s *Shop) doLogin(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	id, _ := strconv.ParseInt(r.PostFormValue("customer"), 10, 64)
	s.mu.Lock()
	c := s.liveCustomer(id)
	s.mu.Unlock()
	if c == nil || !c.Account {
		back(w, r, b, "There is no such account.", "/")
		return
	}
	b.customer.Store(id)
	back(w, r, b, b.lang.say("You are %s now.", c.First), "/account")
}

func (s *Shop) doLogout(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	b.forget()
	back(w, r, b, "You are nobody in particular now.", "/")
}

var newNames = []string{"Dora", "Emil", "Frida", "Gustav", "Hanna", "Ida", "Jonas", "Klara"}

// doRegister opens an account; without a name it makes somebody up.
func (s *Shop) doRegister(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	email, first, last := r.PostFormValue("email"), r.PostFormValue("first"), r.PostFormValue("last")
	if email == "" {
		s.mu.Lock()
		n := len(s.customers)
		s.mu.Unlock()
		first, last = newNames[n%len(newNames)], "Neu"
		email = fmt.Sprintf("%s%d@demo.example", handleOf(first), n)
	}
	c, err := s.Register(email, first, last)
	if err != nil {
		back(w, r, b, err.Error(), "/")
		return
	}
	b.customer.Store(c.ID)
	s.claimFriend(r.Context(), b)
	back(w, r, b, b.lang.say("Welcome, %s. Your account is open.", c.First), "/account")
}

func (s *Shop) pageAccount(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if b.customer.Load() == 0 {
		back(w, r, b, "Choose who you want to be first.", "/")
		return
	}
	s.claimFriend(r.Context(), b)
	link := s.ownLink(r, b)
	s.render(w, b, "account", "Your account", func() (m, error) {
		var orders []m
		for _, o := range slices.Backward(s.orders) {
			if o.CustomerID == b.customer.Load() {
				orders = append(orders, m{"O": o, "Total": o.totals().gross, "State": o.state()})
			}
		}
		return m{"Orders": orders, "Link": link, "Points": publicBalance(s, s.liveCustomer(b.customer.Load()))}, nil
	})
}

// state is where an order stands, in words.
func (o *Order) state() string {
	switch {
	case !o.CancelledAt.IsZero():
		return "cancelled"
	case o.Disputed:
		return "charged back"
	}
	return map[string]string{FinPending: "not paid", FinPaid: "paid", FinPartlyRefund: "partly refunded", FinRefunded: "refunded", FinVoided: "given up"}[o.Financial]
}

func (s *Shop) doReview(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	subject, _ := strconv.ParseInt(r.PostFormValue("subject"), 10, 64)
	rating, _ := strconv.ParseInt(r.PostFormValue("rating"), 10, 64)
	to := local(r.PostFormValue("back"), "/")
	if _, err := s.WriteReview(r.PostFormValue("kind"), subject, b.customer.Load(), rating, r.PostFormValue("body")); err != nil {
		back(w, r, b, b.lang.say("Not sent: %s.", b.lang.say(err.Error())), to)
		return
	}
	back(w, r, b, "Thank you. The merchant looks at it before it appears.", to)
}

func (s *Shop) doNewsletter(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if _, err := s.Newsletter(r.PostFormValue("email")); err != nil {
		back(w, r, b, err.Error(), "/")
		return
	}
	back(w, r, b, "We sent a mail with a link to confirm.", "/mailbox")
}

func (s *Shop) doLeaveNewsletter(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.Unsubscribe(b.customer.Load())
	back(w, r, b, "No newsletter any more.", "/account")
}

// pageConfirm asks for a click: mail scanners open links, and must not confirm.
func (s *Shop) pageConfirm(w http.ResponseWriter, r *http.Request) {
	s.render(w, s.visit(w, r), "confirm", "Newsletter", func() (m, error) { return m{"Token": r.URL.Query().Get("token")}, nil })
}

func (s *Shop) doConfirm(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	message := "Confirmed. You get the newsletter."
	if err := s.Confirm(r.PostFormValue("token")); err != nil {
		message = err.Error()
	}
	back(w, r, b, message, "/mailbox")
}

func (s *Shop) pageMailbox(w http.ResponseWriter, r *http.Request) {
	s.render(w, s.visit(w, r), "mailbox", "Mailbox", func() (m, error) {
		mails := slices.Clone(s.mails)
		slices.Reverse(mails)
		return m{"Mails": mails[:min(100, len(mails))]}, nil
	})
}

func (s *Shop) pageClock(w http.ResponseWriter, r *http.Request) {
	s.render(w, s.visit(w, r), "clock", "Clock", func() (m, error) { return m{}, nil })
}

func (s *Shop) doClock(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || days < 1 || days > 800 {
		back(w, r, b, "The clock only moves forward, by 1 to 800 days.", "/clock")
		return
	}
	s.cfg.Clock.Advance(time.Duration(days) * 24 * time.Hour)
	if days == 1 {
		back(w, r, b, "It is one day later now.", "/clock")
		return
	}
	back(w, r, b, b.lang.say("It is %s days later now.", days), "/clock")
}
