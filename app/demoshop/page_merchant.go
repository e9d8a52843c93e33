package demoshop

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Shop) pageMerchant(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, "merchant", "Merchant: orders", func() (m, error) {
		var orders []m
		for _, o := range slices.Backward(s.orders) {
			if len(orders) < 100 {
				orders = append(orders, m{"O": o, "Total": o.totals().gross, "State": o.state(), "Who": s.buyer(o)})
			}
		}
		return m{"Orders": orders, "Installed": !s.uninstalled}, nil
	})
}

func (s *Shop) buyer(o *Order) string {
	if c := s.customer(o.CustomerID); c != nil && (c.First != "" || c.Email != "") {
		return strings.TrimPrefix(strings.TrimSpace(c.First+" "+c.Last)+", "+c.Email, ", ")
	}
	return o.Email
}

func (s *Shop) pageMerchantOrder(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, "merchant-order", "Merchant: order", func() (m, error) {
		id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
		o := s.order(id)
		if o == nil {
			return nil, errNoPage
		}
		var lines []m
		for _, l := range o.Lines {
			lines = append(lines, m{"L": l, "Name": l.name(), "Left": o.currentQuantity(l), "Gross": l.Gross()})
		}
		return m{"Title": "Order " + o.Name(), "O": o, "Lines": lines, "Total": o.totals().gross, "Refunded": o.totals().refunded, "State": o.state(), "Who": s.buyer(o),
			"Paid": !o.PaidAt.IsZero(), "Open": o.CancelledAt.IsZero(), "Products": s.products}, nil
	})
}

// doMerchantOrder is every button of the order page.
func (s *Shop) doMerchantOrder(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	num := func(name string) int64 { n, _ := strconv.ParseInt(r.PostFormValue(name), 10, 64); return n }
	var err error
	switch r.PostFormValue("do") {
	case "pay":
		err = s.Pay(id)
	case "fulfil":
		err = s.Fulfil(id)
	case "void":
		err = s.Void(id)
	case "cancel":
		err = s.Cancel(id)
	case "chargeback":
		err = s.Chargeback(id)
	case "refund-all":
		err = s.Refund(id, nil, true)
	case "refund-line":
		err = s.Refund(id, []RefundWish{{num("line"), num("quantity")}}, false)
	case "remove":
		err = s.EditRemove(id, num("line"), num("quantity"), r.PostFormValue("as") == "refund")
	case "add":
		err = s.EditAdd(id, num("variant"), num("quantity"))
	default:
		err = errors.New("there is no such button")
	}
	message := "Done. The app is told by a webhook."
	if err != nil {
		message = "Not done: " + err.Error() + "."
	}
	back(w, r, b, message, "/merchant/orders/"+str(id))
}

func (s *Shop) pageMerchantReviews(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, "merchant-reviews", "Merchant: reviews", func() (m, error) {
		var list []m
		for _, rev := range slices.Backward(s.reviews) {
			list = append(list, m{"R": rev, "By": s.nameOf(rev.CustomerID), "Of": s.subjectTitle(rev)})
		}
		return m{"Reviews": list}, nil
	})
}

func (s *Shop) subjectTitle(r *Review) string {
	if p := s.product(r.Subject); p != nil && r.Kind == "product" {
		return p.Title
	}
	if a := s.article(r.Subject); a != nil {
		return a.Title
	}
	return ""
}

func (s *Shop) doMerchantReview(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	message := "Done. The app is told."
	if err := s.Moderate(id, r.PostFormValue("do") == "approve"); err != nil {
		message = err.Error()
	}
	back(w, r, b, message, "/merchant/reviews")
}

func (s *Shop) pageMerchantCustomers(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, "merchant-customers", "Merchant: customers", func() (m, error) {
		var list []m
		for _, c := range slices.Backward(s.customers) {
			if s.liveCustomer(c.ID) != nil && len(list) < 200 {
				list = append(list, m{"C": c, "Points": publicBalance(s, c), "Tags": strings.Join(c.Tags, ", ")})
			}
		}
		return m{"Customers": list}, nil
	})
}

func (s *Shop) doMerchantCustomer(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	var err error
	switch r.PostFormValue("do") {
	case "merge":
		into, _ := strconv.ParseInt(r.PostFormValue("into"), 10, 64)
		err = s.Merge(id, into)
	case "redact":
		err = s.Redact(id)
	case "data":
		err = s.RequestData(id)
	case "tag":
		s.Tag(id, strings.Fields(strings.ReplaceAll(r.PostFormValue("tags"), ",", " ")))
	default:
		err = errors.New("there is no such button")
	}
	message := "Done. The app is told by a webhook."
	if err != nil {
		message = "Not done: " + err.Error() + "."
	}
	back(w, r, b, message, "/merchant/customers")
}

func (s *Shop) pageMerchantWebhooks(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, "merchant-webhooks", "Merchant: webhooks", func() (m, error) {
		var list []m
		add := func(d *delivery) {
			if len(list) < 200 {
				list = append(list, m{"Topic": d.topic, "To": d.url, "State": d.state, "Status": d.status, "Attempts": d.attempts, "At": d.triggered, "ID": d.webhookID})
			}
		}
		for _, d := range s.queue {
			add(d)
		}
		for _, d := range slices.Backward(s.sent) {
			add(d)
		}
		return m{"Deliveries": list, "Subscriptions": s.subs, "AppTopics": s.cfg.AppTopics}, nil
	})
}

func (s *Shop) pageControl(w http.ResponseWriter, r *http.Request) {
	f := s.Faults()
	s.render(w, r, "merchant-control", "Misbehave", func() (m, error) {
		return m{"F": f, "Modes": []string{"timeout", "reset", "reset_before", "throttle", "costly", "5xx", "5xx_after", "html", "slow", "unauthorized"}}, nil
	})
}

func (s *Shop) doControl(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	num := func(name string) int { n, _ := strconv.Atoi(r.PostFormValue(name)); return max(0, min(n, 100000)) }
	f := Faults{
		Webhooks: WebhookFaults{Duplicate: min(num("duplicate"), 50), Reorder: r.PostFormValue("reorder") != "", Events: r.PostFormValue("events") != "", DelaySeconds: num("delay"), Drop: num("drop"), DropPercent: min(num("drop_percent"), 100)},
		API:      APIFaults{Mode: r.PostFormValue("mode"), Next: num("next"), Millis: num("millis")},
	}
	if ops := strings.Fields(r.PostFormValue("operations")); len(ops) > 0 {
		f.API.Operations = ops
	}
	s.Misbehave(f)
	back(w, r, b, "Set.", "/merchant/control")
}

func (s *Shop) doMerchantApp(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	switch r.PostFormValue("do") {
	case "uninstall":
		s.Uninstall()
	case "redact":
		s.RedactShop()
	case "revoke":
		s.RevokeTokens()
	}
	back(w, r, b, "Done.", "/merchant")
}
