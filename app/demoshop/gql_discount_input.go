package demoshop

import (
	"fmt"
	"strings"
	"time"
)

// discountReader collects what is wrong with an input while reading it.
type discountReader struct {
	shop *Shop
	arg  string
	d    *Discount
	errs []userError
}

func (r *discountReader) refuse(code, message string, path ...string) {
	r.errs = append(r.errs, userError{append([]string{r.arg}, path...), code, message})
}

// readDiscount checks an input as the host does; its words and codes were taken
// from recorded answers of the host.
func (s *Shop) readDiscount(in map[string]any, arg string, freeShipping bool) (*Discount, []userError) {
	now := s.now().Truncate(time.Second)
	r := &discountReader{shop: s, arg: arg, d: &Discount{
		FreeShipping: freeShipping, AllItems: freeShipping, CreatedAt: now, UpdatedAt: now, UsedBy: map[string]int64{},
	}}
	r.names(in)
	r.dates(in)
	r.limits(in)
	r.combines(sub(in, "combinesWith"))
	r.context(in)
	r.minimum(sub(in, "minimumRequirement"))
	if !freeShipping {
		r.gets(sub(in, "customerGets"))
	}
	return r.d, r.errs
}

func sub(m map[string]any, key string) map[string]any {
	out, _ := m[key].(map[string]any)
	return out
}

func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		if t, ok := x.(string); ok {
			out = append(out, t)
		}
	}
	return out
}

func (r *discountReader) names(in map[string]any) {
	r.d.Title, _ = in["title"].(string)
	r.d.Code, _ = in["code"].(string)
	r.d.Tags = texts(in["tags"])
	switch {
	case r.d.Title == "":
		r.refuse("BLANK", "Title can't be blank", "title")
	case len(r.d.Title) > 255:
		r.refuse("TOO_LONG", "Title is too long (maximum is 255 characters)", "title")
	}
	switch {
	case r.d.Code == "":
		r.refuse("BLANK", "Code can't be blank", "code")
	case len(r.d.Code) > 255:
		r.refuse("TOO_LONG", "Code is too long (maximum is 255 characters)", "code")
	case strings.ContainsAny(r.d.Code, "\r\n"):
		r.refuse("INVALID", "Code cannot contain newline characters.", "code")
	case r.shop.discount(r.d.Code) != nil:
		r.refuse("TAKEN", "Code must be unique. Please try a different code.", "code")
	}
}

func (r *discountReader) dates(in map[string]any) {
	r.d.StartsAt = instant(in["startsAt"])
	r.d.EndsAt = instant(in["endsAt"])
	if r.d.StartsAt.IsZero() {
		r.refuse("BLANK", "Starts at can't be blank", "startsAt")
	}
	if !r.d.EndsAt.IsZero() && !r.d.EndsAt.After(r.d.StartsAt) {
		r.refuse("INVALID", "Ends at needs to be after starts_at", "endsAt")
	}
}

// instant cuts to seconds, as the host does.
func instant(v any) time.Time {
	text, _ := v.(string)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

func (r *discountReader) limits(in map[string]any) {
	r.d.Once = in["appliesOncePerCustomer"] == true
	if in["usageLimit"] == nil {
		return
	}
	n, ok := intArg(in, "usageLimit")
	if !ok {
		r.refuse("GREATER_THAN", "Usage limit must be greater than 0", "usageLimit")
	}
	r.d.UsageLimit = n
}

func (r *discountReader) combines(in map[string]any) {
	r.d.CombineOrder = in["orderDiscounts"] == true
	r.d.CombineProd = in["productDiscounts"] == true
	r.d.CombineShip = in["shippingDiscounts"] == true
	if r.d.FreeShipping && r.d.CombineShip {
		r.refuse("INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS", "The combinesWith settings are not valid for the discount class.", "combinesWith")
	}
}

func (r *discountReader) context(in map[string]any) {
	ctx := sub(in, "context")
	if in["customerSelection"] != nil {
		if ctx != nil {
			r.refuse("INVALID", "Only one of context or customerSelection can be provided.", "context")
			return
		}
		ctx = sub(in, "customerSelection")
	}
	switch {
	case ctx == nil:
		r.refuse("BLANK", "Context can't be blank", "context")
	case ctx["all"] != nil:
		r.d.Everyone = true
	case ctx["customerSegments"] != nil:
		for _, g := range texts(sub(ctx, "customerSegments")["add"]) {
			if r.shop.segmentByGID(g) == nil {
				r.refuse("INVALID", "Customer segment is invalid", "context", "customerSegments", "add")
				continue
			}
			r.d.Segments = append(r.d.Segments, g)
		}
	default:
		for _, g := range texts(sub(ctx, "customers")["add"]) {
			id, ok := gidOf("Customer", g)
			if !ok || r.shop.customer(id) == nil {
				r.refuse("INVALID", fmt.Sprintf("Customer with id: %d is invalid", id), "context", "customers", "add")
				continue
			}
			r.d.Customers = append(r.d.Customers, id)
		}
	}
}

func (r *discountReader) minimum(in map[string]any) {
	subtotal, quantity := sub(in, "subtotal"), sub(in, "quantity")
	if subtotal != nil && quantity != nil {
		r.refuse("CONFLICT", "Minimum subtotal cannot be defined when minimum quantity is.", "minimumRequirement", "subtotal", "greaterThanOrEqualToSubtotal")
		r.refuse("CONFLICT", "Minimum quantity cannot be defined when minimum subtotal is.", "minimumRequirement", "quantity", "greaterThanOrEqualToQuantity")
		return
	}
	if v := subtotal["greaterThanOrEqualToSubtotal"]; v != nil {
		n, err := parseAmount(decimalText(v))
		if err != nil || n < 0 {
			r.refuse("INVALID", "Minimum subtotal is invalid", "minimumRequirement", "subtotal", "greaterThanOrEqualToSubtotal")
		}
		r.d.MinSubtotal = n
	}
	r.d.MinQuantity, _ = intArg(quantity, "greaterThanOrEqualToQuantity")
}

func (r *discountReader) gets(in map[string]any) {
	if in == nil {
		r.refuse("BLANK", "Customer gets can't be blank", "customerGets")
		return
	}
	r.value(sub(in, "value"))
	r.items(sub(in, "items"))
}

func (r *discountReader) value(in map[string]any) {
	at := []string{"customerGets", "value"}
	money := sub(in, "discountAmount")
	switch {
	case in["discountOnQuantity"] != nil:
		r.refuse("INVALID", "Discount on quantity is only permitted with bxgy discounts.", append(at, "discountOnQuantity")...)
	case in["percentage"] != nil && money != nil:
		r.refuse("CONFLICT", "Only one of percentage or discountAmount can be provided.", at...)
	case in["percentage"] != nil:
		bp, err := parseAmount(shiftTwo(decimalText(in["percentage"])))
		if err != nil || bp < 0 || bp > 10000 {
			r.refuse("VALUE_OUTSIDE_RANGE", "Value must be between 0.0 and 1.0", append(at, "percentage")...)
		}
		r.d.BasisPoints = bp
	case money != nil:
		n, err := parseAmount(decimalText(money["amount"]))
		if err != nil || n <= 0 {
			r.refuse("LESS_THAN_OR_EQUAL_TO", "Value must be greater than 0", append(at, "discountAmount", "amount")...)
		}
		r.d.Amount, r.d.EachItem = n, money["appliesOnEachItem"] == true
	default:
		r.refuse("BLANK", "Value can't be blank", at...)
	}
}

// shiftTwo multiplies a decimal text by a hundred: "0.155" is "15.5".
func shiftTwo(s string) string {
	whole, frac, _ := strings.Cut(s, ".")
	frac += "00"
	return strings.TrimSuffix(whole+frac[:2]+"."+frac[2:], ".")
}

func (r *discountReader) items(in map[string]any) {
	at := []string{"customerGets", "items"}
	products, collections := sub(in, "products"), sub(in, "collections")
	r.d.AllItems = in["all"] == true
	switch {
	case products != nil && collections != nil:
		r.refuse("CONFLICT", "Cannot entitle collections in combination with product variants or products", append(at, "collections", "add")...)
		return
	case r.d.AllItems && (products != nil || collections != nil):
		r.refuse("CONFLICT", "Cannot entitle all items in combination with others", at...)
		return
	case !r.d.AllItems && products == nil && collections == nil:
		r.refuse("BLANK", "Items in 'customer get' cannot be blank", at...)
		return
	}
	r.d.Products = r.known("Product", texts(products["productsToAdd"]), append(at, "products", "productsToAdd"))
	r.d.Variants = r.known("ProductVariant", texts(products["productVariantsToAdd"]), append(at, "products", "productVariantsToAdd"))
	r.d.Collections = r.known("Collection", texts(collections["add"]), append(at, "collections", "add"))
}

func (r *discountReader) known(kind string, gids, at []string) []int64 {
	var out []int64
	for _, g := range gids {
		id, ok := gidOf(kind, g)
		_, v := r.shop.variant(id)
		there := (kind == "Product" && r.shop.product(id) != nil) || (kind == "Collection" && r.shop.collection(id) != nil) || (kind == "ProductVariant" && v != nil)
		if !ok || !there {
			label := map[string]string{"Product": "Product", "ProductVariant": "Product variant", "Collection": "Collection"}[kind]
			r.refuse("INVALID", fmt.Sprintf("%s with id: %d is invalid", label, id), at...)
			continue
		}
		out = append(out, id)
	}
	return out
}
