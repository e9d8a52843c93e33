package demoshop

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// discountUpdate changes what the input names and leaves the rest, as the host does.
// A null end is no end; a minimum of 0 is none.
func (s *Shop) discountUpdate(id string, in map[string]any, arg string, freeShipping bool) *obj {
	payload := "DiscountCodeBasicUpdatePayload"
	if freeShipping {
		payload = "DiscountCodeFreeShippingUpdatePayload"
	}
	d, errs := s.discountByGID(id)
	if d != nil && d.FreeShipping != freeShipping {
		errs = []userError{{[]string{"id"}, "INVALID", "Code discount does not exist."}}
	}
	if len(errs) == 0 {
		next := *d
		r := &discountReader{shop: s, arg: arg, d: &next}
		r.update(in, freeShipping)
		if errs = r.errs; len(errs) == 0 {
			next.UpdatedAt = s.now().Truncate(time.Second)
			*d = next
		}
	}
	f := map[string]any{"codeDiscountNode": nil, "userErrors": userErrors("DiscountUserError", errs)}
	if len(errs) == 0 {
		f["codeDiscountNode"] = s.discountNode(d)
	}
	return &obj{payload, f}
}

func (r *discountReader) update(in map[string]any, freeShipping bool) {
	if title, given := in["title"].(string); given {
		r.d.Title = title
	}
	if in["startsAt"] != nil {
		r.d.StartsAt = instant(in["startsAt"])
	}
	if _, given := in["endsAt"]; given {
		r.d.EndsAt = instant(in["endsAt"])
	}
	if !r.d.EndsAt.IsZero() && !r.d.EndsAt.After(r.d.StartsAt) {
		r.refuse("INVALID", "Ends at needs to be after starts_at", "endsAt")
	}
	if in["appliesOncePerCustomer"] != nil {
		r.d.Once = in["appliesOncePerCustomer"] == true
	}
	if in["usageLimit"] != nil {
		r.d.UsageLimit, _ = intArg(in, "usageLimit")
	}
	if in["combinesWith"] != nil {
		r.combines(sub(in, "combinesWith"))
	}
	if in["context"] != nil {
		r.d.Everyone, r.d.Segments, r.d.Customers = false, nil, nil
		r.context(in)
	}
	if in["minimumRequirement"] != nil {
		r.d.MinSubtotal = 0
		r.minimum(sub(in, "minimumRequirement"))
	}
	if gets := sub(in, "customerGets"); gets != nil && !freeShipping {
		if gets["value"] != nil {
			r.d.BasisPoints, r.d.Amount = 0, 0
			r.value(sub(gets, "value"))
		}
		if items := sub(gets, "items"); items != nil {
			had := *r.d
			r.items(items)
			r.keepProducts(had, texts(sub(items, "products")["productsToRemove"]))
		}
	}
}

// keepProducts adds to the articles that a discount had, and takes out only what the
// input removes.
func (r *discountReader) keepProducts(had Discount, remove []string) {
	if r.d.AllItems || len(r.d.Products) == 0 {
		return
	}
	for _, id := range had.Products {
		if !slices.Contains(remove, gid("Product", id)) && !slices.Contains(r.d.Products, id) {
			r.d.Products = append(r.d.Products, id)
		}
	}
}

// bulkAdd takes codes; they work at once, but the first question is answered with
// "not done yet", as the host's queue does.
func (s *Shop) bulkAdd(id any, list []any) *obj {
	text, _ := id.(string)
	d, errs := s.discountByGID(text)
	switch {
	case d == nil:
		errs = []userError{{[]string{"discountId"}, "INVALID", "Code discount does not exist."}}
	case len(list) > 250:
		errs = []userError{{[]string{"codes"}, "EXCEEDED_MAX", "The maximum number of codes is 250."}}
	}
	f := map[string]any{"bulkCreation": nil, "userErrors": userErrors("DiscountUserError", errs)}
	if len(errs) == 0 {
		b := &BulkCreation{ID: s.newID("DiscountRedeemCodeBulkCreation"), Discount: d.ID, Refused: map[string]string{}, Asked: len(list) == 1}
		for _, v := range list {
			in, _ := v.(map[string]any)
			code, _ := in["code"].(string)
			b.Codes = append(b.Codes, code)
			switch have, _ := s.redeemCode(code); {
			case code == "":
				b.Refused[code] = "Code can't be blank"
			case have != nil:
				b.Refused[code] = "Code must be unique. Please try a different code."
			default:
				s.addCode(d, code)
			}
		}
		s.bulks = append(s.bulks, b)
		f["bulkCreation"] = s.bulkObj(b)
	}
	return &obj{"DiscountRedeemCodeBulkAddPayload", f}
}

func (s *Shop) bulkCreation(v any) any {
	text, _ := v.(string)
	id, ok := gidOf("DiscountRedeemCodeBulkCreation", text)
	b := find(s.bulks, func(b *BulkCreation) bool { return b.ID == id })
	if !ok || b == nil {
		return nil
	}
	o := s.bulkObj(b)
	b.Asked = true
	return o
}

func (s *Shop) bulkObj(b *BulkCreation) *obj {
	var codes []*obj
	for _, code := range b.Codes {
		_, r := s.redeemCode(code)
		f := map[string]any{"code": code, "discountRedeemCode": nil, "errors": []*obj{}}
		if why := b.Refused[code]; why != "" {
			f["errors"] = userErrors("DiscountUserError", []userError{{[]string{"code"}, "TAKEN", why}})
		} else if r != nil && b.Asked {
			f["discountRedeemCode"] = r.obj()
		}
		codes = append(codes, &obj{"DiscountRedeemCodeBulkCreationCode", f})
	}
	return &obj{"DiscountRedeemCodeBulkCreation", map[string]any{
		"id": gid("DiscountRedeemCodeBulkCreation", b.ID), "done": b.Asked, "codesCount": len(b.Codes), "failedCount": len(b.Refused),
		"importedCount": len(b.Codes) - len(b.Refused), "createdAt": dateTime(s.now()), "codes": listOf("DiscountRedeemCodeBulkCreationCode", codes),
	}}
}

func (s *Shop) bulkDelete(a args) *obj {
	text, _ := a["discountId"].(string)
	d, errs := s.discountByGID(text)
	if d != nil {
		gone := map[int64]bool{}
		for _, g := range texts(a["ids"]) {
			id, _ := gidOf("DiscountRedeemCode", g)
			gone[id] = true
		}
		s.dropCodes(d, func(c *RedeemCode) bool { return gone[c.ID] })
	}
	return &obj{"DiscountCodeRedeemCodeBulkDeletePayload", s.bulkJob(errs)}
}

// discountBulkDelete deletes discounts; those that are gone are passed over.
func (s *Shop) discountBulkDelete(a args) *obj {
	var errs []userError
	ids := texts(a["ids"])
	if len(ids) == 0 {
		errs = []userError{{nil, "MISSING_ARGUMENT", "One of IDs, search argument or saved search ID is required."}}
	}
	for _, g := range ids {
		if d, _ := s.discountByGID(g); d != nil {
			s.removeDiscount(d)
		}
	}
	return &obj{"DiscountCodeBulkDeletePayload", s.bulkJob(errs)}
}

// bulkJob is the answer to work that the host does later; here it is done at once.
func (s *Shop) bulkJob(errs []userError) map[string]any {
	f := map[string]any{"job": nil, "userErrors": userErrors("DiscountUserError", errs)}
	if len(errs) == 0 {
		f["job"] = &obj{"Job", map[string]any{"id": gid("Job", s.newID("Job")), "done": true}}
	}
	return f
}

// findDiscounts lists discounts; of the search only the status is read.
func (s *Shop) findDiscounts(a args) any {
	query, _ := a["query"].(string)
	wanted := filters(query)["status"]
	var items []item
	for _, d := range s.discounts {
		if len(wanted) > 0 && !strings.EqualFold(wanted[0], d.Status(s.now())) {
			continue
		}
		items = append(items, item{key: fmt.Sprintf("%020d", d.ID), make: func() *obj {
			return &obj{"DiscountNode", map[string]any{"id": gid("DiscountNode", d.ID), "discount": s.discountObj(d)}}
		}})
	}
	return connection("DiscountNode", items, a)
}

func (g *Segment) obj() *obj {
	return &obj{"Segment", map[string]any{"id": gid("Segment", g.ID), "name": g.Name, "query": g.Query, "creationDate": dateTime(g.At), "lastEditDate": dateTime(g.At)}}
}

func (s *Shop) findSegments(a args) any {
	query, _ := a["query"].(string)
	_, name, _ := strings.Cut(query, "name:")
	name = strings.Trim(name, "' ")
	var items []item
	for _, g := range s.segments {
		if name == "" || strings.Contains(strings.ToLower(g.Name), strings.ToLower(name)) {
			items = append(items, item{key: fmt.Sprintf("%020d", g.ID), o: g.obj()})
		}
	}
	return connection("Segment", items, a)
}

func (s *Shop) segmentCreate(name, query string) *obj {
	var errs []userError
	if _, _, ok := ordersCondition(query); !ok {
		errs = append(errs, userError{[]string{"query"}, "", "Query is invalid"})
	}
	if find(s.segments, func(g *Segment) bool { return strings.EqualFold(g.Name, name) }) != nil {
		errs = append(errs, userError{[]string{"name"}, "", "Name has already been taken"})
	}
	f := map[string]any{"segment": nil, "userErrors": userErrors("UserError", errs)}
	if len(errs) == 0 {
		g := &Segment{ID: s.newID("Segment"), Name: name, Query: query, At: s.now()}
		s.segments = append(s.segments, g)
		f["segment"] = g.obj()
	}
	return &obj{"SegmentCreatePayload", f}
}

func (s *Shop) segmentByGID(text string) *Segment {
	id, ok := gidOf("Segment", text)
	if !ok {
		return nil
	}
	return find(s.segments, func(g *Segment) bool { return g.ID == id })
}

// ordersCondition reads the one condition that the demo's segments can have.
func ordersCondition(query string) (op string, n int, ok bool) {
	read, err := fmt.Sscanf(query, "number_of_orders %s %d", &op, &n)
	return op, n, err == nil && read == 2 && (op == "=" || op == ">=")
}

// inSegment counts the customer's orders.
func (s *Shop) inSegment(segment string, c *Customer) bool {
	g := s.segmentByGID(segment)
	if g == nil {
		return false
	}
	op, n, _ := ordersCondition(g.Query)
	orders := 0
	for _, o := range s.orders {
		if o.CustomerID == c.ID {
			orders++
		}
	}
	return op == "=" && orders == n || op == ">=" && orders >= n
}
