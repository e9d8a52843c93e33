package shopify

import (
	"encoding/json"
	"strconv"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
	"zugabe/app/voucher"
)

func ptr[T any](v T) *T { return &v }

// optional is nil for the zero value, which is then left out of the request.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func instant(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	return ptr(time.UnixMilli(ms).UTC())
}

// startOf is the whole second at or before: the host cuts to seconds, and a code must not start late.
func startOf(ms int64) *time.Time { return ptr(time.UnixMilli(ms).UTC().Truncate(time.Second)) }

func usageLimit(n int64) (*int, error) {
	if n < 0 || n > 1<<31-1 {
		return nil, platform.Refused("a usage limit of %d", n)
	}
	return optional(int(n)), nil
}

// basicInput describes a code that takes off an amount, a percentage or an article.
func basicInput(code, marker string, spec voucher.Spec) (*admin.DiscountCodeBasicInput, error) {
	value, err := valueOf(spec)
	if err != nil {
		return nil, err
	}
	who, err := contextOf(spec)
	if err != nil {
		return nil, err
	}
	limit, err := usageLimit(spec.UsageLimit)
	if err != nil {
		return nil, err
	}
	return &admin.DiscountCodeBasicInput{
		Code: &code, Title: ptr(markedTitle(spec.Title, marker)), StartsAt: startOf(spec.StartsAt), EndsAt: instant(spec.EndsAt),
		UsageLimit: limit, AppliesOncePerCustomer: &spec.OncePerPerson, CombinesWith: combines(spec, true), Context: who,
		CustomerGets: &admin.DiscountCustomerGetsInput{Value: value, Items: itemsOf(spec)}, MinimumRequirement: minimum(spec),
	}, nil
}

// freeShippingInput describes a code that makes shipping free.
func freeShippingInput(code, marker string, spec voucher.Spec) (*admin.DiscountCodeFreeShippingInput, error) {
	who, err := contextOf(spec)
	if err != nil {
		return nil, err
	}
	limit, err := usageLimit(spec.UsageLimit)
	if err != nil {
		return nil, err
	}
	return &admin.DiscountCodeFreeShippingInput{
		Code: &code, Title: ptr(markedTitle(spec.Title, marker)), StartsAt: startOf(spec.StartsAt), EndsAt: instant(spec.EndsAt),
		UsageLimit: limit, AppliesOncePerCustomer: &spec.OncePerPerson, CombinesWith: combines(spec, false), Context: who,
		Destination: &admin.DiscountShippingDestinationSelectionInput{All: ptr(true)}, MinimumRequirement: minimum(spec),
	}, nil
}

func valueOf(spec voucher.Spec) (*admin.DiscountCustomerGetsValueInput, error) {
	switch spec.Kind {
	case voucher.Absolute:
		if spec.Minor <= 0 {
			return nil, platform.Refused("an amount of %d", spec.Minor)
		}
		return amountOff(spec), nil
	case voucher.Percent:
		if spec.Percent < 1 || spec.Percent > 100 {
			return nil, platform.Refused("a percentage of %d", spec.Percent)
		}
		return &admin.DiscountCustomerGetsValueInput{Percentage: ptr(share(spec.Percent))}, nil
	case voucher.FreeArticle:
		// Once the article's price off its own line: 100 % would give away any number of it.
		if spec.Minor <= 0 || len(spec.ProductKeys)+len(spec.VariantKeys) == 0 {
			return nil, platform.Refused("a free article needs its product and price")
		}
		return amountOff(spec), nil
	}
	return nil, platform.Refused("a code of kind %q", spec.Kind)
}

func amountOff(spec voucher.Spec) *admin.DiscountCustomerGetsValueInput {
	return &admin.DiscountCustomerGetsValueInput{DiscountAmount: &admin.DiscountAmountInput{
		Amount: ptr(loyalty.FormatMinor(spec.Minor, spec.Currency)), AppliesOnEachItem: ptr(false),
	}}
}

// share writes 15 % as 0.15, the host's form, without a detour through floats.
func share(percent int64) json.Number {
	if percent == 100 {
		return "1.0"
	}
	s := strconv.FormatInt(percent, 10)
	if percent < 10 {
		s = "0" + s
	}
	return json.Number("0." + s)
}

func itemsOf(spec voucher.Spec) *admin.DiscountItemsInput {
	items := &admin.DiscountItemsInput{}
	if len(spec.ProductKeys)+len(spec.VariantKeys) > 0 {
		items.Products = &admin.DiscountProductsInput{}
		if len(spec.ProductKeys) > 0 {
			items.Products.ProductsToAdd = gids("Product", spec.ProductKeys)
		}
		if len(spec.VariantKeys) > 0 {
			items.Products.ProductVariantsToAdd = gids("ProductVariant", spec.VariantKeys)
		}
	}
	if len(spec.CollectionKeys) > 0 {
		items.Collections = &admin.DiscountCollectionsInput{Add: gids("Collection", spec.CollectionKeys)}
	}
	if items.Products == nil && items.Collections == nil {
		items.All = ptr(true)
	}
	return items
}

// contextOf says who may use the code. The host takes exactly one sort of audience.
func contextOf(spec voucher.Spec) (*admin.DiscountContextInput, error) {
	switch {
	case len(spec.CustomerKeys) > 0 && len(spec.SegmentKeys) > 0:
		return nil, platform.Refused("a code for both customers and segments")
	case len(spec.CustomerKeys) > 0:
		return &admin.DiscountContextInput{Customers: &admin.DiscountCustomersInput{Add: gids("Customer", spec.CustomerKeys)}}, nil
	case len(spec.SegmentKeys) > 0:
		return &admin.DiscountContextInput{CustomerSegments: &admin.DiscountCustomerSegmentsInput{Add: gids("Segment", spec.SegmentKeys)}}, nil
	}
	return &admin.DiscountContextInput{All: ptr(admin.DiscountBuyerSelectionAll)}, nil
}

// combines leaves shipping out for a shipping discount: the host refuses it there.
func combines(spec voucher.Spec, withShipping bool) *admin.DiscountCombinesWithInput {
	in := &admin.DiscountCombinesWithInput{
		OrderDiscounts: &spec.CombinesWith.Order, ProductDiscounts: &spec.CombinesWith.Product,
	}
	if withShipping {
		in.ShippingDiscounts = &spec.CombinesWith.Shipping
	}
	return in
}

func minimum(spec voucher.Spec) *admin.DiscountMinimumRequirementInput {
	if spec.MinSubtotal <= 0 {
		return nil
	}
	return &admin.DiscountMinimumRequirementInput{Subtotal: &admin.DiscountMinimumSubtotalInput{
		GreaterThanOrEqualToSubtotal: ptr(loyalty.FormatMinor(spec.MinSubtotal, spec.Currency)),
	}}
}
