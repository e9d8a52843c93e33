package platformtest

import (
	"fmt"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// strange are bodies no host sends on purpose (A22, A23).
var strange = []string{
	`{}`, `null`, `[]`, `0`, `""`, `{"id":null}`, `{"id":"1"}`, `{"id":-1}`, `{"id":1e400}`, `{"id":1.5}`, `{"id":[]}`, `{"id":{}}`,
	`{"id":1,"id":2}`, "{\"id\":\"\x00\"}", "{\"id\":\"\xff\"}", `{"id":1,"line_items":null}`, `{"id":1,"line_items":[null]}`,
	`{"id":1,"line_items":[{}],"order_key":"k","status":"completed","currency":"EUR"}`,
	`{"id":1,"total":"NaN"}`, `{"id":1,"total":"1e9"}`, `{"id":1,"total":-0}`, `{"id":1,"total":"99999999999999999999"}`,
	`{"action":"x","arg":null}`, `{"action":"x","arg":{}}`, `{"action":"x","arg":"26"}`, `{"code":"x","data":{"status":404}}`,
}

// Fault says what is wrong with a change; "" if its fields are those that its
// kind promises.
func Fault(c platform.Change) string {
	switch c.Kind {
	case platform.SaleSnapshot:
		return saleFault(c.Sale)
	case platform.SaleTouched, platform.SaleDeleted, platform.CustomerDeleted, platform.DataRequested, platform.CustomerRedact, platform.ProductTouched:
		return keyFault(c.Key)
	case platform.CustomersMerged:
		if c.IntoKey == c.Key {
			return "a customer merged into itself"
		}
		return keyFault(c.Key) + keyFault(c.IntoKey)
	case platform.CustomerSnapshot:
		if c.Customer == nil {
			return "no customer"
		}
		return keyFault(c.Customer.Key)
	case platform.ActivityChanged, platform.ConsentChanged:
		return activityFault(c.Activity)
	case platform.CodeTouched:
		if c.Code == "" {
			return keyFault(c.Key)
		}
		return ""
	case platform.AppUninstalled, platform.ShopChanged, platform.ShopRedact:
		return ""
	case platform.Ignored:
		if c.Reason == "" {
			return "ignored without a reason"
		}
		return ""
	}
	return fmt.Sprintf("unknown kind %q", c.Kind)
}

// keyFault: keys go into columns of 100 bytes and into our own source keys.
func keyFault(key string) string {
	if key == "" || len(key) > 100 {
		return fmt.Sprintf("key %.110q", key)
	}
	return ""
}

var statuses = []earning.SaleStatus{earning.SalePlaced, earning.SalePaid, earning.SaleFulfilled, earning.SaleCompleted, earning.SaleCancelled}

func saleFault(s *earning.Sale) string {
	switch {
	case s == nil:
		return "no sale"
	case keyFault(s.Key) != "":
		return "sale: " + keyFault(s.Key)
	case !s.Currency.Valid():
		return fmt.Sprintf("currency %q", s.Currency)
	case !slices.Contains(statuses, s.Status):
		return fmt.Sprintf("status %q", s.Status)
	}
	seen := map[string]bool{}
	for _, l := range s.Lines {
		if l.Key == "" || seen[l.Key] || l.Quantity < 0 || beyond(l.Net) || beyond(l.Tax) {
			return fmt.Sprintf("line %+v", l)
		}
		seen[l.Key] = true
	}
	for _, r := range s.Refunds {
		if r.Key == "" || r.Gross < 0 || beyond(r.Gross) {
			return fmt.Sprintf("refund %+v", r)
		}
		for _, l := range r.Lines {
			if !seen[l.LineKey] {
				return fmt.Sprintf("refund of an unknown line %+v", l)
			}
		}
	}
	for _, c := range s.Codes {
		if c.Code == "" || c.Minor < 0 {
			return fmt.Sprintf("code %+v", c)
		}
	}
	return ""
}

func beyond(minor int64) bool { return minor > loyalty.MaxMinor || minor < -loyalty.MaxMinor }

func activityFault(a *earning.Activity) string {
	switch {
	case a == nil:
		return "no activity"
	case a.Key == "" || len(a.Key) > 190 || a.Kind == "":
		return fmt.Sprintf("activity %+v", *a)
	case a.State != earning.ActivityPending && a.State != earning.ActivityApproved && a.State != earning.ActivityWithdrawn:
		return fmt.Sprintf("state %q", a.State)
	case a.CustomerKey == "" && a.Contact.Email == "":
		return "nobody did it"
	}
	return ""
}

// undated says that a change has no instant to be judged by. Real deliveries
// always have one; without a believable host the order is read again anyway.
func undated(c platform.Change) string {
	switch {
	case c.Sale != nil && (c.Sale.PlacedAt <= 0 || c.Sale.UpdatedAt <= 0):
		return "a sale without instants"
	case c.Sale != nil && c.Sale.PaidAt == 0 && c.Sale.Status == earning.SalePaid:
		return "paid without an instant"
	case c.Activity != nil && (c.Activity.At <= 0 || c.Activity.UpdatedAt <= 0):
		return "an activity without instants"
	}
	return ""
}
