package crash_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"zugabe/app/demoshop"
)

// person is a customer with the browser in which they are logged in.
type person struct {
	id      int64
	email   string
	browser *http.Client
	wishes  int
}

// meet opens an account in the shop. Its webhooks go out with the next delivery.
func (w *world) meet(email string) *person {
	w.t.Helper()
	c, err := w.shop.Register(email, "Ada", "Crash")
	must(w.t, err)
	return &person{id: c.ID, email: email}
}

// buy places a paid order and returns what it earns under the default plan.
func (w *world) buy(p *person, sku string, quantity int64, codes ...string) (order *demoshop.Order, earns int64) {
	w.t.Helper()
	o, err := w.shop.Checkout(demoshop.Buy{Customer: p.id, Cart: []demoshop.CartLine{{Variant: w.shop.VariantOf(sku), Quantity: quantity}}, Codes: codes})
	must(w.t, err)
	return o, w.shop.OrderNet(o.ID) / 100
}

// holding is what the app's books say of a customer.
type holding struct{ pending, available, held, debt int64 }

func (h holding) String() string {
	return fmt.Sprintf("%d pending, %d available, %d held, %d debt", h.pending, h.available, h.held, h.debt)
}

func (w *world) holding(p *person) holding {
	var h holding
	row := w.raw.QueryRow(`SELECT a.pending, a.available, a.held, a.debt FROM accounts a JOIN member_keys k ON k.shop_id = a.shop_id AND k.member_id = a.member_id
WHERE k.customer_key = ?`, fmt.Sprint(p.id))
	if err := row.Scan(&h.pending, &h.available, &h.held, &h.debt); err != nil {
		return holding{-1, -1, -1, -1}
	}
	return h
}

// has waits until everything is worked off and compares.
func (w *world) has(p *person, want holding) {
	w.t.Helper()
	w.until("nothing waits", w.settled)
	if got := w.holding(p); got != want {
		w.t.Fatalf("%s: %s, want %s\n%s\n%s", p.email, got, want, w.inbox(), w.app.said())
	}
}

// press asks for a code through the app proxy, as the shop's page does.
func (w *world) press(p *person, points int64, key string) (demoshop.Redemption, int) {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"points": points})
	must(w.t, err)
	return w.storefront(p, http.MethodPost, "/redemptions", body, key)
}

func (w *world) storefront(p *person, method, path string, body []byte, key string) (red demoshop.Redemption, status int) {
	if p.browser == nil {
		w.logIn(p)
	}
	req, err := http.NewRequest(method, w.front+"/apps/zugabe"+path, bytes.NewReader(body))
	must(w.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Zugabe-Request", "1")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := p.browser.Do(req)
	if err != nil {
		return red, 0
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(res.Body)
	_ = json.Unmarshal(text, &red)
	return red, res.StatusCode
}

// redeem presses as often as it takes, always with the same key, until the code works.
func (w *world) redeem(p *person, points int64) demoshop.Redemption {
	w.t.Helper()
	p.wishes++
	key := fmt.Sprintf("wish-%d-%d", p.id, p.wishes)
	var red demoshop.Redemption
	w.until("the code works", func() bool {
		var r demoshop.Redemption
		var status int
		if red.ID == "" || w.pressed != w.app { // after a crash the page is loaded again, and its button pressed again
			if r, status = w.press(p, points, key); status/100 == 2 {
				w.pressed = w.app
			}
		} else {
			r, status = w.storefront(p, http.MethodGet, "/redemptions/"+red.ID, nil, "")
		}
		if status >= 400 && status < 500 && status != http.StatusTooManyRequests {
			w.t.Fatalf("points are refused with %d: %s", status, r.Detail)
		}
		if red.ID != "" && r.ID != "" && red.ID != r.ID {
			w.t.Fatalf("one key gave two redemptions: %s and %s", red.ID, r.ID)
		}
		if r.ID != "" {
			red = r
		}
		return status/100 == 2 && r.State == "active" && r.Code != ""
	})
	return red
}

func (w *world) logIn(p *person) {
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	p.browser = &http.Client{Jar: jar, Timeout: probe.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := p.browser.PostForm(w.front+"/login", url.Values{"customer": {fmt.Sprint(p.id)}})
	must(w.t, err)
	_ = res.Body.Close()
}

// inbox lists the deliveries, for people who look for a failure.
func (w *world) inbox() string {
	var out strings.Builder
	rows, err := w.raw.Query(`SELECT topic, state, attempts, reason FROM deliveries ORDER BY id`)
	must(w.t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var topic, reason string
		var state, attempts int64
		must(w.t, rows.Scan(&topic, &state, &attempts, &reason))
		fmt.Fprintf(&out, "%s: state %d after %d attempts %s\n", topic, state, attempts, reason)
	}
	must(w.t, rows.Err())
	return out.String()
}
