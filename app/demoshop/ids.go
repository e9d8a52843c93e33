package demoshop

import (
	"slices"
	"strconv"
	"strings"
)

// Some ids begin beyond 2^53, as the host's own samples do: a driver that puts
// them through a float loses digits here and not first in production.
var idBase = map[string]int64{
	"Product": 7632910000001, "ProductVariant": 4300000000001, "Collection": 270000000001,
	"Customer": 706405506930370001, "Order": 820982911946154501, "LineItem": 487817672276298501,
	"Refund": 890088186047892301, "RefundLineItem": 390558801000001, "DiscountCodeNode": 1057856651001,
	"WebhookSubscription": 1217856651001, "Article": 555000001, "Metafield": 19281723001,
	"DiscountRedeemCode": 9057856651001, "DiscountRedeemCodeBulkCreation": 7057856651001, "Segment": 505656651001, "Job": 3057856651001,
	"Review": 61001, "Mail": 1, "ShippingLine": 271878346596884001, "OrderTransaction": 245135271310201101,
}

func (s *Shop) newID(kind string) int64 {
	s.ids[kind]++
	return idBase[kind] + s.ids[kind] - 1
}

func gid(kind string, id int64) string {
	return "gid://shopify/" + kind + "/" + strconv.FormatInt(id, 10)
}

// splitGID reads "gid://shopify/Customer/12"; ok is false for anything else.
func splitGID(s string) (kind string, id int64, ok bool) {
	rest, found := strings.CutPrefix(s, "gid://shopify/")
	if !found {
		return "", 0, false
	}
	kind, num, found := strings.Cut(rest, "/")
	if !found {
		return "", 0, false
	}
	id, err := strconv.ParseInt(num, 10, 64)
	return kind, id, err == nil && id > 0
}

func gidOf(kind, s string) (int64, bool) {
	k, id, ok := splitGID(s)
	return id, ok && k == kind
}

func str(id int64) string { return strconv.FormatInt(id, 10) }

func find[T any](list []*T, match func(*T) bool) *T {
	for _, v := range list {
		if match(v) {
			return v
		}
	}
	return nil
}

func (s *Shop) product(id int64) *Product {
	return find(s.products, func(p *Product) bool { return p.ID == id })
}

func (s *Shop) variant(id int64) (*Product, *Variant) {
	for _, p := range s.products {
		for _, v := range p.Variants {
			if v.ID == id {
				return p, v
			}
		}
	}
	return nil, nil
}

func (s *Shop) collection(id int64) *Collection {
	return find(s.collections, func(c *Collection) bool { return c.ID == id })
}

func (s *Shop) customer(id int64) *Customer {
	return find(s.customers, func(c *Customer) bool { return c.ID == id })
}

func (s *Shop) customerByEmail(email string) *Customer {
	return find(s.customers, func(c *Customer) bool {
		return c.MergedInto == 0 && !c.Redacted && strings.EqualFold(c.Email, strings.TrimSpace(email))
	})
}

func (s *Shop) order(id int64) *Order {
	return find(s.orders, func(o *Order) bool { return o.ID == id })
}

func (s *Shop) discount(code string) *Discount {
	d, _ := s.redeemCode(code)
	return d
}

// redeemCode finds a code among those of all discounts, without case.
func (s *Shop) redeemCode(code string) (*Discount, *RedeemCode) {
	at := s.codes[strings.ToLower(strings.TrimSpace(code))]
	return at.discount, at.code
}

type codeAt struct {
	discount *Discount
	code     *RedeemCode
}

// addCode gives a discount a code that nobody has.
func (s *Shop) addCode(d *Discount, text string) *RedeemCode {
	r := &RedeemCode{ID: s.newID("DiscountRedeemCode"), Code: text}
	d.Codes = append(d.Codes, r)
	if s.codes == nil {
		s.codes = map[string]codeAt{}
	}
	s.codes[strings.ToLower(text)] = codeAt{d, r}
	return r
}

func (s *Shop) dropCodes(d *Discount, which func(*RedeemCode) bool) {
	d.Codes = slices.DeleteFunc(d.Codes, func(c *RedeemCode) bool {
		gone := which(c)
		if gone {
			delete(s.codes, strings.ToLower(c.Code))
		}
		return gone
	})
	if len(d.Codes) > 0 {
		d.Code = d.Codes[0].Code
	}
}
