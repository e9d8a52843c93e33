package demoshop

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// made plays a past without an app: nobody listens.
func made(t *testing.T, seed int64) *rig {
	t.Helper()
	r := newRig(t, nil)
	settled := 0
	err := r.shop.PlayHistory(t.Context(), HistoryConfig{Members: 40, Orders: 300, Days: 365, Until: start.AddDate(1, 0, 0), Seed: seed, Settle: func(context.Context) error { settled++; return nil }})
	if err != nil || settled < 20 {
		t.Fatalf("settled %d times, %v", settled, err)
	}
	return r
}

func TestAMadeUpPastHasAllThatHappensInAShopAndEndsInThePresent(t *testing.T) {
	r := made(t, 1)
	if now := r.shop.now(); !now.Equal(start.AddDate(1, 0, 0)) {
		t.Errorf("it is %s", now)
	}
	states := map[string]int{}
	guests := 0
	var times []time.Time
	for _, o := range r.shop.orders {
		states[o.state()]++
		times = append(times, o.CreatedAt)
		if c := r.shop.customer(o.CustomerID); c != nil && !c.Account {
			guests++
		}
	}
	if n := len(r.shop.orders); n < 200 || n > 500 || guests < 5 || !slices.IsSortedFunc(times, time.Time.Compare) {
		t.Errorf("%d orders, %d of guests", n, guests)
	}
	for _, state := range []string{"paid", "not paid", "cancelled", "partly refunded", "refunded"} {
		if states[state] == 0 {
			t.Errorf("no order is %s: %v", state, states)
		}
	}
	accounts := 0
	for _, c := range r.shop.customers {
		if c.Account {
			accounts++
		}
	}
	if accounts != 43 || len(r.shop.reviews) < 15 || len(r.shop.mails) < 10 {
		t.Errorf("%d accounts, %d reviews, %d mails", accounts, len(r.shop.reviews), len(r.shop.mails))
	}
	if again := made(t, 1); len(again.shop.orders) != len(r.shop.orders) || again.shop.orders[100].totals() != r.shop.orders[100].totals() {
		t.Error("the same seed makes another past")
	}
}

func TestThePagesShowAYearOfAShop(t *testing.T) {
	r := made(t, 2)
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(r.shop.customers[0].ID)}})
	last := r.shop.ordersOf(r.shop.customers[0].ID)[0]
	for path, want := range map[string]string{
		"/account": last.Name(), "/account/orders/" + str(last.ID): last.Name(), "/products/roestkaffee": "reviews</a>", "/blogs/magazine/filterkaffee": `class="review"`, "/demo": "customers and", "/_mailbox": "Please confirm the newsletter",
	} {
		if _, text := s.get(path); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%s", path, want, text)
		}
	}
	if _, text := r.surf().get("/account/orders/" + str(last.ID)); strings.Contains(text, last.Name()) {
		t.Error("somebody else's order is shown in the account")
	}
	if p := r.shop.problems.take(); len(p) > 0 {
		t.Error(p)
	}
}

// ordersOf are a customer's orders, newest first.
func (s *Shop) ordersOf(customer int64) (out []*Order) {
	for _, o := range slices.Backward(s.orders) {
		if o.CustomerID == customer {
			out = append(out, o)
		}
	}
	return out
}

// The forms that Shopify's form tag makes.
func TestTheHostsOwnFormsWork(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	s.get("/demo")
	if _, text := s.post("/account", url.Values{"form_type": {"create_customer"}, "customer[email]": {"own@demo.example"}, "customer[first_name]": {"Olga"}, "customer[last_name]": {"Own"}}); !strings.Contains(text, "Welcome, Olga.") {
		t.Fatal(text)
	}
	if _, text := s.post("/blogs/magazine/filterkaffee/comments", url.Values{"comment[body]": {"Rinse it first."}}); !strings.Contains(text, "looks at it before it appears") || r.shop.reviews[0].Body != "Rinse it first." {
		t.Fatal(text)
	}
	s.post("/logout", nil)
	if _, text := s.post("/account/login", url.Values{"customer[email]": {"OWN@demo.example"}}); !strings.Contains(text, "You are Olga now.") {
		t.Fatal(text)
	}
	if _, text := s.post("/account/login", url.Values{"customer[email]": {"nobody@demo.example"}}); !strings.Contains(text, "There is no such account.") {
		t.Fatal(text)
	}
	if _, text := s.post("/contact", url.Values{"form_type": {"customer"}, "contact[email]": {"own@demo.example"}}); !strings.Contains(text, "We sent a mail with a link to confirm.") {
		t.Fatal(text)
	}
	if c := r.shop.customerByEmail("own@demo.example"); c.Consent != "pending" {
		t.Fatal(c.Consent)
	}
	if _, text := s.post("/contact", url.Values{"form_type": {"customer"}, "contact[email]": {"nonsense"}}); !strings.Contains(text, "please give a valid e-mail address") {
		t.Fatal(text)
	}
}
