package demoshop

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// checkoutForm is what was typed into the checkout, kept while something in it is
// still wrong.
type checkoutForm struct {
	Email, First, Last, Street, Zip, City, Pay string
}

func (f checkoutForm) drop() m {
	return m{"email": f.Email, "first": f.First, "last": f.Last, "street": f.Street, "zip": f.Zip, "city": f.City, "pay": f.Pay}
}

func (s *Shop) pageCheckout(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if b.draft == "" {
		b.draft = randomText(12)
	}
	s.show(w, r, func() (themed, error) {
		f := b.form
		if c := s.liveCustomer(b.customer.Load()); c != nil && f == (checkoutForm{}) {
			f = checkoutForm{Email: c.Email, First: c.First, Last: c.Last, Street: c.Street, Zip: c.Zip, City: c.City}
		}
		if f.Pay == "" {
			f.Pay = "card"
		}
		return themed{Template: "checkout", Title: b.lang.say("Checkout"), Objects: m{"checkout": f.drop()}}, nil
	})
}

func (s *Shop) doCheckout(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	text := func(name string) string { return cut(strings.TrimSpace(r.PostFormValue(name)), 254) }
	b.form = checkoutForm{text("email"), text("first"), text("last"), text("street"), text("zip"), text("city"), text("pay")}
	if gone := r.PostFormValue("remove"); gone != "" {
		b.dropCode(gone)
		back(w, r, b, "", "/checkout")
		return
	}
	if code := text("code"); code != "" {
		b.addCode(code)
		back(w, r, b, "", "/checkout")
		return
	}
	s.insistFriend(r.Context(), b)
	codes, kept := s.usableCodes(b)
	f := b.form
	o, err := s.Checkout(Buy{Customer: b.customer.Load(), Email: f.Email, Cart: b.cart, Codes: codes, Notes: b.notes, Unpaid: f.Pay == "invoice",
		To: Recipient{f.First, f.Last, f.Street, f.Zip, f.City}, IP: hostOnly(r.RemoteAddr), Agent: r.UserAgent()})
	if err != nil {
		back(w, r, b, err.Error(), "/checkout")
		return
	}
	s.keepAddress(b.customer.Load(), f)
	b.cart, b.codes, b.notes, b.draft, b.ref, b.form = nil, kept, nil, "", "", checkoutForm{}
	http.Redirect(w, r, "/thanks/"+str(o.ID), http.StatusSeeOther)
}

// usableCodes leaves out codes that wait for another cart or another customer; they
// stay with the visitor and do not stop the order.
func (s *Shop) usableCodes(b *browser) (usable, kept []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.price(s.liveCustomer(b.customer.Load()), b.form.Email, b.cart, b.codes)
	if err != nil {
		return b.codes, nil
	}
	for _, code := range b.codes {
		if slices.ContainsFunc(p.refusals, func(r Refusal) bool { return r.Later && strings.EqualFold(r.Code, code) }) {
			kept = append(kept, code)
		} else {
			usable = append(usable, code)
		}
	}
	return usable, kept
}

// doJoin opens an account, or enters it, in the middle of the checkout, and puts a
// code into the cart at the same time (S0-18).
func (s *Shop) doJoin(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	text := func(name string) string { return cut(strings.TrimSpace(r.PostFormValue(name)), 254) }
	b.addCode(text("code"))
	s.mu.Lock()
	c := s.customerByEmail(text("email"))
	s.mu.Unlock()
	if c == nil || !c.Account {
		var err error
		if c, err = s.Register(text("email"), text("first"), text("last")); err != nil {
			back(w, r, b, err.Error(), "/checkout")
			return
		}
	}
	b.customer.Store(c.ID)
	b.form = checkoutForm{}
	s.claimFriend(r.Context(), b)
	back(w, r, b, b.lang.say("You are %s now.", c.First), "/checkout")
}

// pageInvoice shows an order's invoice to who has its number, as the order's page.
func (s *Shop) pageInvoice(w http.ResponseWriter, r *http.Request) {
	s.showOrder(w, r, "invoice")
}

func hostOnly(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return ""
	}
	return host
}

func cut(text string, most int) string { return text[:min(len(text), most)] }

// keepAddress remembers where a customer's parcel goes.
func (s *Shop) keepAddress(customer int64, f checkoutForm) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.liveCustomer(customer); c != nil && f.Street != "" {
		c.Street, c.Zip, c.City = f.Street, f.Zip, f.City
	}
}

func (s *Shop) pageThanks(w http.ResponseWriter, r *http.Request) {
	s.showOrder(w, r, "thank_you")
}

func (s *Shop) pageOrderStatus(w http.ResponseWriter, r *http.Request) {
	s.showOrder(w, r, "order_status")
}

func (s *Shop) pageOrder(w http.ResponseWriter, r *http.Request) {
	s.showOrder(w, r, "customers/order")
}

// showOrder shows an order to who has its number, which stands for the host's
// secret address. In the account it must be one's own.
func (s *Shop) showOrder(w http.ResponseWriter, r *http.Request, template string) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
		o := s.order(id)
		if o == nil || (template == "customers/order" && o.CustomerID != b.customer.Load()) {
			return themed{}, errNoPage
		}
		title := b.lang.say("Order %s", o.Name())
		switch template {
		case "thank_you":
			title = b.lang.say("Thank you")
		case "invoice":
			title = b.lang.say("Invoice for order %s", o.Name())
		}
		return themed{Template: template, Title: title, Objects: m{"order": s.orderDrop(o, b.lang), "mine": o.CustomerID == b.customer.Load() && o.CustomerID != 0}}, nil
	})
}
