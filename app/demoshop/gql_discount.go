package demoshop

import (
	"fmt"
	"strings"
	"time"
)

// userError is a refusal inside a mutation's answer.
type userError struct {
	field   []string
	code    string
	message string
}

func userErrors(typ string, list []userError) []*obj {
	out := []*obj{}
	for _, e := range list {
		f := map[string]any{"field": e.field, "message": e.message, "code": textOrNull(e.code), "extraInfo": nil, "elementIndex": nil}
		if e.field == nil {
			f["field"] = nil
		}
		out = append(out, &obj{typ, f})
	}
	return out
}

func (s *Shop) discountCreate(input map[string]any, arg string, freeShipping bool) *obj {
	payload := "DiscountCodeBasicCreatePayload"
	if freeShipping {
		payload = "DiscountCodeFreeShippingCreatePayload"
	}
	d, errs := s.readDiscount(input, arg, freeShipping)
	f := map[string]any{"codeDiscountNode": nil, "userErrors": userErrors("DiscountUserError", errs)}
	if len(errs) == 0 {
		d.ID = s.newID("DiscountCodeNode")
		s.addCode(d, d.Code)
		s.discounts = append(s.discounts, d)
		f["codeDiscountNode"] = s.discountNode(d)
	}
	return &obj{payload, f}
}

func (s *Shop) discountDeactivate(id string) *obj {
	d, errs := s.discountByGID(id)
	f := map[string]any{"codeDiscountNode": nil, "userErrors": userErrors("DiscountUserError", errs)}
	if d != nil {
		now := s.now().Truncate(time.Second)
		if d.EndsAt.IsZero() || d.EndsAt.After(now) {
			d.EndsAt, d.UpdatedAt = now, now
		}
		f["codeDiscountNode"] = s.discountNode(d)
	}
	return &obj{"DiscountCodeDeactivatePayload", f}
}

func (s *Shop) discountActivate(id string) *obj {
	d, errs := s.discountByGID(id)
	f := map[string]any{"codeDiscountNode": nil, "userErrors": userErrors("DiscountUserError", errs)}
	if d != nil {
		d.EndsAt, d.UpdatedAt = time.Time{}, s.now()
		f["codeDiscountNode"] = s.discountNode(d)
	}
	return &obj{"DiscountCodeActivatePayload", f}
}

func (s *Shop) discountDelete(id string) *obj {
	d, errs := s.discountByGID(id)
	f := map[string]any{"deletedCodeDiscountId": nil, "userErrors": userErrors("DiscountUserError", errs)}
	if d != nil {
		s.removeDiscount(d)
		f["deletedCodeDiscountId"] = gid("DiscountCodeNode", d.ID)
	}
	return &obj{"DiscountCodeDeletePayload", f}
}

func (s *Shop) removeDiscount(d *Discount) {
	for i, have := range s.discounts {
		if have == d {
			s.discounts = append(s.discounts[:i], s.discounts[i+1:]...)
			s.dropCodes(d, func(*RedeemCode) bool { return true })
			return
		}
	}
}

func (s *Shop) discountByGID(text string) (*Discount, []userError) {
	id, ok := gidOf("DiscountCodeNode", text)
	if ok {
		if d := find(s.discounts, func(d *Discount) bool { return d.ID == id }); d != nil {
			return d, nil
		}
	}
	return nil, []userError{{[]string{"id"}, "INVALID", "Code discount does not exist."}}
}

// Status is what the host calls the discount's state.
func (d *Discount) Status(now time.Time) string {
	switch {
	case !d.EndsAt.IsZero() && !now.Before(d.EndsAt):
		return "EXPIRED"
	case now.Before(d.StartsAt):
		return "SCHEDULED"
	}
	return "ACTIVE"
}

func (s *Shop) discountNode(d *Discount) *obj {
	id := gid("DiscountCodeNode", d.ID)
	return &obj{"DiscountCodeNode", map[string]any{
		"id": id, "codeDiscount": s.discountObj(d),
		"metafield": s.metafieldOf(id), "metafields": s.metafieldsOf(id),
	}}
}

func (s *Shop) discountObj(d *Discount) *obj {
	class, typ := "ORDER", "DiscountCodeBasic"
	if !d.AllItems {
		class = "PRODUCT"
	}
	if d.FreeShipping {
		class, typ = "SHIPPING", "DiscountCodeFreeShipping"
	}
	f := map[string]any{
		"title": d.Title, "status": d.Status(s.now()), "summary": d.Title, "shortSummary": d.Title, "tags": append([]string{}, d.Tags...),
		"codes": d.codesFor, "codesCount": &obj{"Count", map[string]any{"count": len(d.Codes), "precision": "EXACT"}},
		"appliesOncePerCustomer": d.Once, "asyncUsageCount": d.Uses, "usageLimit": nil, "startsAt": dateTime(d.StartsAt), "endsAt": dateTime(d.EndsAt),
		"createdAt": dateTime(d.CreatedAt), "updatedAt": dateTime(d.UpdatedAt), "discountClass": class, "discountClasses": []string{class},
		"combinesWith": &obj{"DiscountCombinesWith", map[string]any{"orderDiscounts": d.CombineOrder, "productDiscounts": d.CombineProd, "shippingDiscounts": d.CombineShip}},
		"customerGets": s.customerGets(d),
		"context":      s.discountContext(d), "minimumRequirement": minimumObj(d), "recurringCycleLimit": nil, "hasTimelineComment": false,
		"appliesOnOneTimePurchase": true, "appliesOnSubscription": false, "maximumShippingPrice": nil, "shareableUrls": []*obj{}, "totalSales": nil,
		"destinationSelection": &obj{"DiscountCountryAll", map[string]any{"allCountries": true}},
	}
	if d.UsageLimit > 0 {
		f["usageLimit"] = d.UsageLimit
	}
	return &obj{typ, f}
}

// codesFor lists the codes; a search finds those that contain the words, as the host's does.
func (d *Discount) codesFor(a args) any {
	search, _ := a["query"].(string)
	var items []item
	for _, c := range d.Codes {
		if search == "" || strings.Contains(strings.ToLower(c.Code), strings.ToLower(search)) {
			items = append(items, item{key: fmt.Sprintf("%020d", c.ID), make: c.obj})
		}
	}
	return connection("DiscountRedeemCode", items, a)
}

func (c *RedeemCode) obj() *obj {
	return &obj{"DiscountRedeemCode", map[string]any{"id": gid("DiscountRedeemCode", c.ID), "code": c.Code, "asyncUsageCount": c.Uses, "createdBy": nil}}
}

func minimumObj(d *Discount) any {
	switch {
	case d.MinSubtotal > 0:
		return &obj{"DiscountMinimumSubtotal", map[string]any{"greaterThanOrEqualToSubtotal": moneyV2(d.MinSubtotal)}}
	case d.MinQuantity > 0:
		return &obj{"DiscountMinimumQuantity", map[string]any{"greaterThanOrEqualToQuantity": str(d.MinQuantity)}}
	}
	return nil
}

func (s *Shop) customerGets(d *Discount) *obj {
	var value, items *obj
	if d.BasisPoints > 0 {
		value = &obj{"DiscountPercentage", map[string]any{"percentage": jsonNumber(fraction(d.BasisPoints))}}
	} else {
		value = &obj{"DiscountAmount", map[string]any{"amount": moneyV2(d.Amount), "appliesOnEachItem": d.EachItem}}
	}
	switch {
	case d.AllItems:
		items = &obj{"AllDiscountItems", map[string]any{"allItems": true}}
	case len(d.Collections) > 0:
		var list []*obj
		for _, id := range d.Collections {
			list = append(list, s.collectionObj(s.collection(id)))
		}
		items = &obj{"DiscountCollections", map[string]any{"collections": listOf("Collection", list)}}
	default:
		var products, variants []*obj
		for _, id := range d.Products {
			products = append(products, s.productObj(s.product(id)))
		}
		for _, id := range d.Variants {
			variants = append(variants, s.variantObj(s.variant(id)))
		}
		items = &obj{"DiscountProducts", map[string]any{"products": listOf("Product", products), "productVariants": listOf("ProductVariant", variants)}}
	}
	return &obj{"DiscountCustomerGets", map[string]any{"value": value, "items": items, "appliesOnOneTimePurchase": true, "appliesOnSubscription": false}}
}

func (s *Shop) discountContext(d *Discount) *obj {
	switch {
	case d.Everyone:
		return &obj{"DiscountBuyerSelectionAll", map[string]any{"all": "ALL"}}
	case len(d.Segments) > 0:
		var list []*obj
		for _, seg := range d.Segments {
			if found := s.segmentByGID(seg); found != nil {
				list = append(list, found.obj())
			}
		}
		return &obj{"DiscountCustomerSegments", map[string]any{"segments": list}}
	}
	var list []*obj
	for _, id := range d.Customers {
		if c := s.customer(id); c != nil {
			list = append(list, s.customerObj(c))
		}
	}
	return &obj{"DiscountCustomers", map[string]any{"customers": list}}
}

// fraction writes basis points as the fraction the API speaks: 1500 is "0.15".
func fraction(basisPoints int64) string {
	whole, part := basisPoints/10000, basisPoints%10000
	digits := "0000" + str(part)
	return str(whole) + "." + digits[len(digits)-4:]
}
