package demoshop

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// The host's Ajax API for carts: /cart.js and its sisters.

// cartAnswer is the cart as JSON. The caller holds the visitor.
func (s *Shop) cartAnswer(b *browser) m {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.cartDrop(b)
	d["currency"] = currency
	delete(d, "empty?")
	for _, line := range d["items"].([]m) {
		product := line["product"].(m)
		line["product_description"], line["product_type"] = product["content"], product["type"]
		line["featured_image"] = line["image"]
		if image, ok := line["image"].(m); ok {
			line["image"] = image["src"]
		}
		delete(line, "product")
		delete(line, "variant")
	}
	return d
}

func (s *Shop) ajaxCart(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, s.cartAnswer(s.visit(w, r)))
}

func cartError(w http.ResponseWriter, message string) {
	writeJSON(w, http.StatusUnprocessableEntity, m{"status": http.StatusUnprocessableEntity, "message": "Cart Error", "description": message})
}

// whole reads a number that scripts send as a number or as text.
type whole int64

// UnmarshalJSON accepts 12, "12" and "12:key".
func (n *whole) UnmarshalJSON(raw []byte) error {
	text, _, _ := strings.Cut(strings.Trim(string(raw), `"`), ":")
	v, err := strconv.ParseInt(text, 10, 64)
	*n = whole(v)
	return err
}

type ajaxLine struct {
	ID       whole  `json:"id"`
	Line     whole  `json:"line"`
	Quantity *whole `json:"quantity"`
}

type ajaxRequest struct {
	ajaxLine
	Items    []ajaxLine      `json:"items"`
	Updates  json.RawMessage `json:"updates"`
	Discount *string         `json:"discount"`

	Attributes map[string]string `json:"attributes"`
}

// readAjax takes JSON or a form.
func readAjax(r *http.Request) (req ajaxRequest, err error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		err = json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&req)
		return req, err
	}
	raw := m{}
	for _, k := range []string{"id", "line", "quantity", "discount"} {
		if v := r.FormValue(k); v != "" || r.Form.Has(k) {
			raw[k] = v
		}
	}
	text, err := json.Marshal(raw)
	if err != nil {
		return req, err
	}
	return req, json.Unmarshal(text, &req)
}

func (s *Shop) ajaxAdd(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	req, err := readAjax(r)
	if err != nil {
		cartError(w, "the request cannot be read")
		return
	}
	items := req.Items
	if len(items) == 0 {
		items = []ajaxLine{req.ajaxLine}
	}
	for _, it := range items {
		quantity := int64(1)
		if it.Quantity != nil {
			quantity = int64(*it.Quantity)
		}
		if !s.sells(int64(it.ID)) || quantity < 1 || quantity > 100 {
			cartError(w, b.lang.say("Please choose a quantity between 1 and 100."))
			return
		}
		b.add(int64(it.ID), quantity)
	}
	added := []m{}
	for _, line := range s.cartAnswer(b)["items"].([]m) {
		for _, it := range items {
			if line["variant_id"] == int64(it.ID) {
				added = append(added, line)
			}
		}
	}
	if len(req.Items) == 0 && len(added) == 1 {
		writeJSON(w, http.StatusOK, added[0])
		return
	}
	writeJSON(w, http.StatusOK, m{"items": added})
}

func (s *Shop) sells(variant int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, v := s.variant(variant)
	return v != nil
}

func (s *Shop) ajaxChange(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	req, err := readAjax(r)
	if err != nil || req.Quantity == nil || !b.change(int64(req.Line), int64(req.ID), int64(*req.Quantity)) {
		cartError(w, "no valid id or line parameter")
		return
	}
	s.ajaxCart(w, r)
}

// ajaxUpdate sets quantities by variant or in order, the codes, and attributes.
func (s *Shop) ajaxUpdate(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	req, err := readAjax(r)
	if err != nil {
		cartError(w, "the request cannot be read")
		return
	}
	var byVariant map[string]whole
	var inOrder []whole
	if json.Unmarshal(req.Updates, &byVariant) == nil {
		for id, n := range byVariant {
			v, _ := strconv.ParseInt(id, 10, 64)
			b.change(0, v, int64(n))
		}
	} else if json.Unmarshal(req.Updates, &inOrder) == nil {
		for i := min(len(inOrder), len(b.cart)); i > 0; i-- {
			b.change(int64(i), 0, int64(inOrder[i-1]))
		}
	}
	if req.Discount != nil {
		b.setCodes(*req.Discount)
	}
	b.note(req.Attributes)
	s.ajaxCart(w, r)
}

func (s *Shop) ajaxClear(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	b.cart = nil
	s.ajaxCart(w, r)
}
