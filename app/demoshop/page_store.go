package demoshop

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
)

var errNoPage = errors.New("there is no such page")

func (s *Shop) pageHome(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.render(w, b, "home", "Who do you want to be?", func() (m, error) {
		var people []*Customer
		for _, c := range s.customers {
			if c.Account && s.liveCustomer(c.ID) != nil && len(people) < 6 {
				people = append(people, c)
			}
		}
		return m{"People": people, "Products": s.products[:min(4, len(s.products))]}, nil
	})
}

func (s *Shop) pageProducts(w http.ResponseWriter, r *http.Request) {
	s.render(w, s.visit(w, r), "products", "Products", func() (m, error) { return m{"Products": s.products}, nil })
}

func (s *Shop) pageProduct(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.render(w, b, "product", "Product", func() (m, error) {
		p := find(s.products, func(p *Product) bool { return p.Handle == r.PathValue("handle") })
		if p == nil {
			return nil, errNoPage
		}
		return m{"Title": p.Title, "P": p, "Reviews": s.approved("product", p.ID), "Kind": "product", "Subject": p.ID, "Back": "/products/" + p.Handle}, nil
	})
}

func (s *Shop) pageArticles(w http.ResponseWriter, r *http.Request) {
	s.render(w, s.visit(w, r), "articles", "Magazine", func() (m, error) { return m{"Articles": s.articles}, nil })
}

func (s *Shop) pageArticle(w http.ResponseWriter, r *http.Request) {
	s.render(w, s.visit(w, r), "article", "Magazine", func() (m, error) {
		a := find(s.articles, func(a *Article) bool { return a.Handle == r.PathValue("handle") })
		if a == nil {
			return nil, errNoPage
		}
		return m{"Title": a.Title, "A": a, "Reviews": s.approved("article", a.ID), "Kind": "article", "Subject": a.ID, "Back": "/articles/" + a.Handle}, nil
	})
}

func (s *Shop) approved(kind string, subject int64) []m {
	var out []m
	for _, rev := range s.reviews {
		if rev.Kind == kind && rev.Subject == subject && rev.State == "approved" {
			out = append(out, m{"R": rev, "By": s.nameOf(rev.CustomerID)})
		}
	}
	return out
}

func (s *Shop) nameOf(customer int64) string {
	if c := s.liveCustomer(customer); c != nil && c.First != "" {
		return c.First
	}
	return "A customer"
}

func (s *Shop) pageCart(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if b.draft == "" {
		b.draft = randomText(12)
	}
	s.render(w, b, "cart", "Cart", func() (m, error) { return s.cartView(b), nil })
}

// cartView prices the visitor's cart and shows what codes do in it.
func (s *Shop) cartView(b *browser) m {
	c := s.liveCustomer(b.customer.Load())
	p, err := s.price(c, "", b.cart, b.codes)
	if err != nil {
		return m{"Empty": true}
	}
	var lines []m
	for _, l := range p.order.Lines {
		lines = append(lines, m{"L": l, "Name": l.name(), "Gross": l.UnitPrice * l.Quantity, "Discount": l.Discount})
	}
	t := p.order.totals()
	d := m{"Lines": lines, "Codes": p.order.Codes, "Refusals": p.refusals, "Goods": t.goods, "Shipping": p.order.Shipping.Price - p.order.Shipping.Discount,
		"Total": t.gross, "Tax": t.tax, "Points": publicBalance(s, c), "Draft": b.draft}
	return d
}

func (s *Shop) doCartAdd(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	variant, err1 := strconv.ParseInt(r.PostFormValue("variant"), 10, 64)
	quantity, err2 := strconv.ParseInt(r.PostFormValue("quantity"), 10, 64)
	if err1 != nil || err2 != nil || quantity < 1 || quantity > 100 {
		back(w, r, b, "Please choose a quantity between 1 and 100.", "/products")
		return
	}
	b.add(variant, quantity)
	back(w, r, b, "Added to the cart.", "/cart")
}

func (s *Shop) doCartUpdate(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	var kept []CartLine
	for _, l := range b.cart {
		if n, err := strconv.ParseInt(r.PostFormValue("q"+str(l.Variant)), 10, 64); err == nil && n >= 0 && n <= 1000 {
			l.Quantity = n
		}
		if l.Quantity > 0 {
			kept = append(kept, l)
		}
	}
	b.cart = kept
	back(w, r, b, "", "/cart")
}

func (s *Shop) doCartCode(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if gone := r.PostFormValue("remove"); gone != "" {
		var kept []string
		for _, c := range b.codes {
			if !strings.EqualFold(c, gone) {
				kept = append(kept, c)
			}
		}
		b.codes = kept
	} else {
		b.addCode(r.PostFormValue("code"))
	}
	back(w, r, b, "", "/cart")
}

// doDiscountLink is the host's link that puts a code into the cart.
func (s *Shop) doDiscountLink(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	b.addCode(r.PathValue("code"))
	http.Redirect(w, r, local(r.URL.Query().Get("redirect"), "/cart"), http.StatusSeeOther)
}

func (s *Shop) pageCheckout(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.render(w, b, "checkout", "Checkout", func() (m, error) { return s.cartView(b), nil })
}

func (s *Shop) doCheckout(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.insistFriend(r.Context(), b)
	o, err := s.Checkout(Buy{Customer: b.customer.Load(), Email: r.PostFormValue("email"), Cart: b.cart, Codes: b.codes, Unpaid: r.PostFormValue("pay") == "invoice"})
	if err != nil {
		back(w, r, b, err.Error(), "/cart")
		return
	}
	b.cart, b.codes, b.draft, b.ref = nil, nil, "", ""
	http.Redirect(w, r, "/thanks/"+str(o.ID), http.StatusSeeOther)
}

func (s *Shop) pageThanks(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.render(w, b, "thanks", "Thank you", func() (m, error) {
		id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
		o := s.order(id)
		if o == nil {
			return nil, errNoPage
		}
		return m{"O": o, "Total": o.totals().gross, "Points": publicBalance(s, s.liveCustomer(b.customer.Load()))}, nil
	})
}
