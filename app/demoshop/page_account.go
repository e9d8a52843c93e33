package demoshop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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

// doLogin enters an account by its number, or by its e-mail address: the demo
// asks for no password.
func (s *Shop) doLogin(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	id, _ := strconv.ParseInt(r.PostFormValue("customer"), 10, 64)
	s.mu.Lock()
	c := s.liveCustomer(id)
	if email := r.PostFormValue("customer[email]"); c == nil && email != "" {
		c = s.customerByEmail(email)
	}
	s.mu.Unlock()
	if c == nil || !c.Account {
		back(w, r, b, "There is no such account.", "/account/login")
		return
	}
	b.customer.Store(c.ID)
	b.form = checkoutForm{}
	back(w, r, b, b.lang.say("You are %s now.", c.First), local(r.PostFormValue("return_to"), "/account"))
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
	field := func(plain, themed string) string {
		if v := r.PostFormValue(plain); v != "" {
			return v
		}
		return r.PostFormValue("customer[" + themed + "]")
	}
	email, first, last := field("email", "email"), field("first", "first_name"), field("last", "last_name")
	if email == "" {
		s.mu.Lock()
		n := len(s.customers)
		s.mu.Unlock()
		first, last = newNames[n%len(newNames)], "Neu"
		email = fmt.Sprintf("%s%d@demo.example", handleOf(first), n)
	}
	c, err := s.Register(email, first, last)
	if err != nil {
		back(w, r, b, err.Error(), "/account/register")
		return
	}
	b.customer.Store(c.ID)
	s.claimFriend(r.Context(), b)
	back(w, r, b, b.lang.say("Welcome, %s. Your account is open.", c.First), "/account")
}

func (s *Shop) pageLogin(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) { return themed{Template: "customers/login", Title: b.lang.say("Log in")}, nil })
}

func (s *Shop) pageRegister(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		return themed{Template: "customers/register", Title: b.lang.say("Open an account")}, nil
	})
}

func (s *Shop) pageAccount(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if b.customer.Load() == 0 {
		back(w, r, b, "Choose who you want to be first.", "/account/login")
		return
	}
	s.claimFriend(r.Context(), b)
	link := s.ownLink(r, b)
	s.show(w, r, func() (themed, error) {
		c := s.liveCustomer(b.customer.Load())
		return themed{Template: "customers/account", Title: b.lang.say("Your account"), Objects: m{"orders": s.ordersDrop(c, b.lang), "friend_link": link}}, nil
	})
}

func (s *Shop) pageAddresses(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if b.customer.Load() == 0 {
		back(w, r, b, "Choose who you want to be first.", "/account/login")
		return
	}
	s.show(w, r, func() (themed, error) {
		return themed{Template: "customers/addresses", Title: b.lang.say("Addresses")}, nil
	})
}

func (s *Shop) doAddress(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	text := func(name string) string { return cut(strings.TrimSpace(r.PostFormValue("address["+name+"]")), 100) }
	s.keepAddress(b.customer.Load(), checkoutForm{Street: text("address1"), Zip: text("zip"), City: text("city")})
	back(w, r, b, "Address saved.", "/account/addresses")
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

// doComment is the host's comment form: here a review of the article.
func (s *Shop) doComment(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.mu.Lock()
	a := find(s.articles, func(a *Article) bool { return a.Handle == r.PathValue("handle") })
	s.mu.Unlock()
	if a == nil {
		back(w, r, b, "This page does not exist", "/blogs/magazine")
		return
	}
	to := "/blogs/magazine/" + a.Handle
	if _, err := s.WriteReview("article", a.ID, b.customer.Load(), 5, r.PostFormValue("comment[body]")); err != nil {
		back(w, r, b, b.lang.say("Not sent: %s.", b.lang.say(err.Error())), to)
		return
	}
	back(w, r, b, "Thank you. The merchant looks at it before it appears.", to)
}

// doNewsletter takes the shop's own form and the host's contact form.
func (s *Shop) doNewsletter(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	email := r.PostFormValue("email")
	if email == "" {
		email = r.PostFormValue("contact[email]")
	}
	if _, err := s.Newsletter(email); err != nil {
		back(w, r, b, err.Error(), cameFrom(r, "/"))
		return
	}
	to := "/_mailbox"
	if r.PostFormValue("form_type") != "" {
		to = cameFrom(r, "/")
		mark := "?"
		if strings.Contains(to, "?") {
			mark = "&"
		}
		if !strings.Contains(to, "customer_posted=true") {
			to += mark + "customer_posted=true"
		}
	}
	back(w, r, b, "We sent a mail with a link to confirm.", to)
}

// cameFrom is the page of this shop on which a form was sent.
func cameFrom(r *http.Request, otherwise string) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return local(r.PostFormValue("return_to"), otherwise)
	}
	return local(u.RequestURI(), otherwise)
}

func (s *Shop) doLeaveNewsletter(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.Unsubscribe(b.customer.Load())
	back(w, r, b, "No newsletter any more.", "/account")
}

// pageConfirm asks for a click: mail scanners open links, and must not confirm.
func (s *Shop) pageConfirm(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		return themed{Template: "confirm", Type: "page", Title: b.lang.say("Newsletter"), Objects: m{"token": r.URL.Query().Get("token")}}, nil
	})
}

func (s *Shop) doConfirm(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	message := "Confirmed. You get the newsletter."
	if err := s.Confirm(r.PostFormValue("token")); err != nil {
		message = err.Error()
	}
	back(w, r, b, message, "/_mailbox")
}

func (s *Shop) pageMailbox(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		return themed{Template: "mailbox", Type: "page", Title: b.lang.say("Mailbox"), Objects: m{"mails": s.mailsDrop(b.lang)}}, nil
	})
}

// doLanguage is the host's form for the choice of a language.
func (s *Shop) doLanguage(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	for _, name := range []string{"locale_code", "language_code"} {
		if l := tongue(r.PostFormValue(name)); slices.Contains(tongues, l) {
			b.lang = l
		}
	}
	http.Redirect(w, r, local(r.PostFormValue("return_to"), "/"), http.StatusSeeOther)
}
