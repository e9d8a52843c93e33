package demoshop

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Shop) pageCart(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if b.draft == "" {
		b.draft = randomText(12)
	}
	s.show(w, r, func() (themed, error) { return themed{Template: "cart", Title: b.lang.say("Cart")}, nil })
}

// doCartAdd takes the host's form: id (of a variant) and quantity.
func (s *Shop) doCartAdd(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	id := r.FormValue("id")
	if id == "" {
		id = r.FormValue("variant")
	}
	variant, err1 := strconv.ParseInt(id, 10, 64)
	quantity, err2 := int64(1), error(nil)
	if text := r.FormValue("quantity"); text != "" {
		quantity, err2 = strconv.ParseInt(text, 10, 64)
	}
	if err1 != nil || err2 != nil || quantity < 1 || quantity > 100 {
		back(w, r, b, "Please choose a quantity between 1 and 100.", "/collections/all")
		return
	}
	b.add(variant, quantity)
	back(w, r, b, "Added to the cart.", local(r.FormValue("return_to"), "/cart"))
}

// doCartUpdate takes the cart page's form: q<variant> for each line, or the host's
// updates[<variant>] and updates[] in the order of the lines.
func (s *Shop) doCartUpdate(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if err := r.ParseForm(); err != nil {
		back(w, r, b, "", "/cart")
		return
	}
	if _, out := r.PostForm["checkout"]; out {
		s.setQuantities(b, r)
		http.Redirect(w, r, "/checkout", http.StatusSeeOther)
		return
	}
	s.setQuantities(b, r)
	if _, given := r.PostForm["discount"]; given {
		b.setCodes(r.PostFormValue("discount"))
	}
	back(w, r, b, "", "/cart")
}

func (s *Shop) setQuantities(b *browser, r *http.Request) {
	inOrder := r.PostForm["updates[]"]
	var kept []CartLine
	for i, l := range b.cart {
		text := r.PostFormValue("q" + str(l.Variant))
		if text == "" {
			text = r.PostFormValue("updates[" + str(l.Variant) + "]")
		}
		if text == "" && i < len(inOrder) {
			text = inOrder[i]
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 && n <= 1000 {
			l.Quantity = n
		}
		if l.Quantity > 0 {
			kept = append(kept, l)
		}
	}
	b.cart = kept
}

// doCartChange is the host's link and form that changes one line.
func (s *Shop) doCartChange(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	line, _ := strconv.ParseInt(r.FormValue("line"), 10, 64)
	id, _, _ := strings.Cut(r.FormValue("id"), ":")
	variant, _ := strconv.ParseInt(id, 10, 64)
	quantity, err := strconv.ParseInt(r.FormValue("quantity"), 10, 64)
	if err == nil {
		b.change(line, variant, quantity)
	}
	back(w, r, b, "", "/cart")
}

// change sets the quantity of a line, by its place from 1 or by its variant.
// It says whether there is such a line.
func (b *browser) change(line, variant, quantity int64) bool {
	at := slices.IndexFunc(b.cart, func(l CartLine) bool { return l.Variant == variant })
	if line > 0 {
		at = int(line) - 1
	}
	if at < 0 || at >= len(b.cart) || quantity < 0 || quantity > 1000 {
		return false
	}
	b.cart[at].Quantity = quantity
	b.cart = slices.DeleteFunc(b.cart, func(l CartLine) bool { return l.Quantity == 0 })
	return true
}

func (s *Shop) doCartCode(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if gone := r.PostFormValue("remove"); gone != "" {
		b.dropCode(gone)
	} else {
		b.addCode(r.PostFormValue("code"))
	}
	back(w, r, b, "", local(r.PostFormValue("return_to"), "/cart"))
}

func (b *browser) dropCode(gone string) {
	b.codes = slices.DeleteFunc(b.codes, func(c string) bool { return strings.EqualFold(c, gone) })
}

// setCodes replaces all codes by a list with commas, as the host's cart does.
func (b *browser) setCodes(list string) {
	b.codes = nil
	for _, code := range strings.Split(list, ",") {
		b.addCode(code)
	}
}

// doDiscountLink is the host's link that puts a code into the cart.
func (s *Shop) doDiscountLink(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	b.addCode(r.PathValue("code"))
	http.Redirect(w, r, local(r.URL.Query().Get("redirect"), "/cart"), http.StatusSeeOther)
}
