package shopify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
	"zugabe/app/voucher"
)

// ChangeDiscount sends everything but the code. Without a minimum an amount of 0 is
// sent, because leaving it out would keep the one that is there.
func (d *Driver) ChangeDiscount(ctx context.Context, c platform.Conn, hostRef, marker string, spec voucher.Spec) error {
	s := d.open(c)
	spec, err := s.prepared(ctx, spec)
	if err != nil {
		return err
	}
	least := minimum(spec)
	if least == nil {
		least = &admin.DiscountMinimumRequirementInput{Subtotal: &admin.DiscountMinimumSubtotalInput{
			GreaterThanOrEqualToSubtotal: ptr(loyalty.FormatMinor(0, spec.Currency))}}
	}
	var refusals []*admin.DiscountRefusal
	done := false
	if spec.Kind == voucher.FreeShipping {
		input, err := freeShippingInput("", marker, spec)
		if err != nil {
			return err
		}
		input.Code, input.MinimumRequirement = nil, least
		data, err := admin.UpdateFreeShippingCode(ctx, s, hostRef, input)
		if err != nil {
			return err
		}
		if p := data.DiscountCodeFreeShippingUpdate; p != nil {
			refusals, done = p.UserErrors, p.CodeDiscountNode != nil
		}
	} else {
		input, err := basicInput("", marker, spec)
		if err != nil {
			return err
		}
		input.Code, input.MinimumRequirement = nil, least
		if named := input.CustomerGets.Items.Products; named != nil && len(spec.Dropped) > 0 {
			named.ProductsToRemove = gids("Product", spec.Dropped)
		}
		data, err := admin.UpdateBasicCode(ctx, s, hostRef, input)
		if err != nil {
			return err
		}
		if p := data.DiscountCodeBasicUpdate; p != nil {
			refusals, done = p.UserErrors, p.CodeDiscountNode != nil
		}
	}
	if done && len(refusals) == 0 {
		return nil
	}
	return s.orGone(ctx, hostRef, refusal(refusals))
}

// orGone tells a refusal for good from a discount that is no longer there.
func (s *session) orGone(ctx context.Context, hostRef string, refused error) error {
	now, err := admin.CodeByID(ctx, s, hostRef)
	switch {
	case err != nil:
		return err
	case now.CodeDiscountNode == nil:
		return platform.ErrGone
	case refused == nil:
		return fmt.Errorf("%w: neither a discount nor a reason", platform.ErrUnknown)
	}
	return refused
}

// AddCodes begins to add codes; the host works on it after it has answered.
func (d *Driver) AddCodes(ctx context.Context, c platform.Conn, hostRef string, codes []string) (string, error) {
	if len(codes) == 0 || len(codes) > platform.CodesAtOnce {
		return "", platform.Refused("%d codes at once", len(codes))
	}
	s := d.open(c)
	input := make([]*admin.DiscountRedeemCodeInput, len(codes))
	for i, code := range codes {
		input[i] = &admin.DiscountRedeemCodeInput{Code: code}
	}
	data, err := admin.AddCodes(ctx, s, hostRef, input)
	if err != nil {
		return "", err
	}
	p := data.DiscountRedeemCodeBulkAdd
	if p != nil && p.BulkCreation != nil && len(p.UserErrors) == 0 {
		return p.BulkCreation.Id, nil
	}
	if p == nil {
		return "", platform.ErrUnknown
	}
	return "", s.orGone(ctx, hostRef, refusal(p.UserErrors))
}

// AddedCodes asks how far the host has come. An adding that the host no longer
// knows is ErrGone: the codes must be looked at one by one.
func (d *Driver) AddedCodes(ctx context.Context, c platform.Conn, adding string) (platform.Adding, error) {
	data, err := admin.AddedCodes(ctx, d.open(c), adding)
	if err != nil {
		return platform.Adding{}, err
	}
	b := data.DiscountRedeemCodeBulkCreation
	if b == nil {
		return platform.Adding{}, platform.ErrGone
	}
	out := platform.Adding{Done: b.Done, Refused: map[string]string{}}
	for _, n := range b.Codes.Nodes {
		if n.DiscountRedeemCode != nil {
			continue
		}
		var said []string
		for _, e := range n.Errors {
			said = append(said, e.Message)
		}
		if len(said) > 0 {
			out.Refused[n.Code] = platform.Excerpt([]byte(strings.Join(said, "; ")))
		}
	}
	return out, nil
}

// RemoveCode takes one code out. The only code of a discount cannot be taken out;
// then the whole discount is ended.
func (d *Driver) RemoveCode(ctx context.Context, c platform.Conn, hostRef, code string) error {
	s := d.open(c)
	data, err := admin.CodeInDiscount(ctx, s, hostRef, code)
	if err != nil || data.CodeDiscountNode == nil {
		return err
	}
	var in struct {
		CodeDiscount struct {
			CodesCount struct{ Count int }
			Codes      struct{ Nodes []struct{ ID, Code string } }
		}
	}
	if err := again(data.CodeDiscountNode, &in); err != nil {
		return err
	}
	var ids []string
	for _, n := range in.CodeDiscount.Codes.Nodes {
		if strings.EqualFold(n.Code, code) {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) == 0 {
		// The search looks at an index that lags: ask for the code itself before it is called gone.
		ref, found, err := d.FindCode(ctx, c, code)
		if err == nil && found && ref.HostRef == hostRef {
			err = fmt.Errorf("%w: the host does not show code %q in its discount yet", platform.ErrUnreachable, code)
		}
		return err
	}
	if in.CodeDiscount.CodesCount.Count == 1 {
		return d.DisableCode(ctx, c, hostRef)
	}
	gone, err := admin.RemoveCodes(ctx, s, hostRef, ids)
	if err != nil {
		return err
	}
	if gone.DiscountCodeRedeemCodeBulkDelete == nil {
		return platform.ErrUnknown
	}
	return refusal(gone.DiscountCodeRedeemCodeBulkDelete.UserErrors)
}

// CodesIn lists the codes of a discount in the order of their ids.
func (d *Driver) CodesIn(ctx context.Context, c platform.Conn, hostRef, cursor string) (platform.RedeemPage, error) {
	var page platform.RedeemPage
	data, err := admin.CodesInDiscount(ctx, d.open(c), hostRef, optional(cursor))
	if err != nil {
		return page, err
	}
	if data.CodeDiscountNode == nil {
		return page, platform.ErrGone
	}
	var in struct {
		CodeDiscount struct {
			Codes struct {
				nodeList
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
	}
	if err := again(data.CodeDiscountNode, &in); err != nil {
		return page, err
	}
	codes := in.CodeDiscount.Codes
	for _, n := range codes.Nodes {
		page.Codes = append(page.Codes, platform.RedeemCode{Ref: n.ID, Code: n.Code})
	}
	if codes.PageInfo.HasNextPage {
		page.Next = codes.PageInfo.EndCursor
	}
	return page, nil
}

// RemoveCodes begins to take codes out; the host works on it after it has answered.
func (d *Driver) RemoveCodes(ctx context.Context, c platform.Conn, hostRef string, codeRefs []string) error {
	if len(codeRefs) == 0 || len(codeRefs) > platform.CodesAtOnce {
		return platform.Refused("%d codes at once", len(codeRefs))
	}
	s := d.open(c)
	gone, err := admin.RemoveCodes(ctx, s, hostRef, codeRefs)
	if err != nil {
		return err
	}
	if gone.DiscountCodeRedeemCodeBulkDelete == nil {
		return platform.ErrUnknown
	}
	if err := refusal(gone.DiscountCodeRedeemCodeBulkDelete.UserErrors); err != nil {
		return s.orGone(ctx, hostRef, err)
	}
	return nil
}

// DeleteCodes begins to delete discounts; the host works on it after it has answered.
func (d *Driver) DeleteCodes(ctx context.Context, c platform.Conn, hostRefs []string) error {
	if len(hostRefs) == 0 || len(hostRefs) > platform.CodesAtOnce {
		return platform.Refused("%d discounts at once", len(hostRefs))
	}
	gone, err := admin.DeleteDiscounts(ctx, d.open(c), hostRefs)
	if err != nil {
		return err
	}
	if gone.DiscountCodeBulkDelete == nil {
		return platform.ErrUnknown
	}
	return refusal(gone.DiscountCodeBulkDelete.UserErrors)
}

// ReadDiscounts reads discounts by id, as many as are there.
func (d *Driver) ReadDiscounts(ctx context.Context, c platform.Conn, hostRefs []string) ([]platform.Discount, error) {
	s := d.open(c)
	var out []platform.Discount
	for part := range slices.Chunk(hostRefs, 25) {
		data, err := admin.DiscountsByID(ctx, s, part)
		if err != nil {
			return nil, err
		}
		for _, n := range data.Nodes {
			var doc livingDoc
			if err := again(n, &doc); err != nil {
				return nil, err
			}
			if doc.ID != "" {
				out = append(out, doc.discount(doc.CodeDiscount, c.Currency))
			}
		}
	}
	return out, nil
}

// livingAtOnce keeps a page of discounts with their articles below the host's 1,000 points.
const livingAtOnce = 10

// LiveDiscounts lists what is active now.
func (d *Driver) LiveDiscounts(ctx context.Context, c platform.Conn, cursor string) (platform.DiscountPage, error) {
	data, err := admin.Discounts(ctx, d.open(c), livingAtOnce, optional(cursor), "status:active")
	if err != nil {
		return platform.DiscountPage{}, err
	}
	var page platform.DiscountPage
	for _, n := range data.DiscountNodes.Nodes {
		var doc livingDoc
		if err := again(n, &doc); err != nil {
			return page, err
		}
		page.Discounts = append(page.Discounts, doc.discount(doc.Discount, c.Currency))
	}
	if info := data.DiscountNodes.PageInfo; info.HasNextPage && info.EndCursor != nil {
		page.Next = *info.EndCursor
	}
	return page, nil
}

// again reads an answer in a flat form: the kinds of discount name the same things alike.
func again(generated, flat any) error {
	raw, err := json.Marshal(generated)
	if err == nil {
		err = json.Unmarshal(raw, flat)
	}
	return err
}

type livingDoc struct {
	ID           string
	Discount     discountDoc
	CodeDiscount discountDoc
}

type nodeList struct{ Nodes []struct{ ID, Code string } }

func (l nodeList) keys() (keys []string) {
	for _, n := range l.Nodes {
		keys = append(keys, bare(n.ID))
	}
	return keys
}

type discountDoc struct {
	Typename        string `json:"__typename"`
	Title           string
	Status          admin.DiscountStatus
	StartsAt        time.Time
	EndsAt          *time.Time
	DiscountClasses []string
	UsageLimit      int64
	CombinesWith    struct{ OrderDiscounts, ProductDiscounts, ShippingDiscounts bool }
	CodesCount      struct{ Count int64 }
	Codes           nodeList
	Minimum         struct {
		Subtotal struct{ Amount string } `json:"greaterThanOrEqualToSubtotal"`
	} `json:"minimumRequirement"`
	Gets struct {
		Value struct {
			Typename   string `json:"__typename"`
			Percentage json.Number
			Amount     struct{ Amount string }
		}
		Items struct {
			Products, ProductVariants, Collections nodeList
		}
	} `json:"customerGets"`
}

// class is the first of product, order and shipping that the host names.
func (d discountDoc) class() voucher.HostClass {
	for _, class := range []voucher.HostClass{voucher.ClassProduct, voucher.ClassOrder, voucher.ClassShipping} {
		if slices.Contains(d.DiscountClasses, strings.ToUpper(string(class))) {
			return class
		}
	}
	if strings.HasSuffix(d.Typename, "FreeShipping") {
		return voucher.ClassShipping
	}
	return voucher.ClassProduct
}

func (l livingDoc) discount(d discountDoc, currency loyalty.Currency) platform.Discount {
	out := platform.Discount{Active: d.Status != admin.DiscountStatusExpired, Codes: d.CodesCount.Count, UsageLimit: d.UsageLimit}
	out.Marker, out.Ours = markOf(d.Title)
	out.Key, out.Title, out.Class, out.StartsAt = l.ID, d.Title, d.class(), d.StartsAt.UnixMilli()
	if out.Automatic = strings.HasPrefix(d.Typename, "DiscountAutomatic"); !out.Automatic {
		out.Key = gid("DiscountCodeNode", bare(l.ID)) // as other calls name it
	}
	out.Combines = voucher.Combines{Order: d.CombinesWith.OrderDiscounts, Product: d.CombinesWith.ProductDiscounts, Shipping: d.CombinesWith.ShippingDiscounts}
	if d.EndsAt != nil {
		out.EndsAt = d.EndsAt.UnixMilli()
	}
	if len(d.Codes.Nodes) > 0 {
		out.Code = d.Codes.Nodes[0].Code
	}
	items := d.Gets.Items
	out.Products, out.Collections = items.Products.keys(), items.Collections.keys()
	out.MinSubtotal, _ = loyalty.ParseMinor(d.Minimum.Subtotal.Amount, currency)
	switch {
	case d.Typename == "DiscountCodeFreeShipping":
		out.Kind = voucher.FreeShipping
	case d.Gets.Value.Typename == "DiscountPercentage":
		out.Kind = voucher.Percent
		out.Percent = hundredths(d.Gets.Value.Percentage.String())
	case d.Gets.Value.Typename == "DiscountAmount":
		out.Kind = voucher.Absolute
		out.Minor, _ = loyalty.ParseMinor(d.Gets.Value.Amount.Amount, currency)
	}
	return out
}

// hundredths reads the fraction "0.15" as 15; finer parts are cut.
func hundredths(fraction string) int64 {
	minor, _ := loyalty.ParseMinor(fraction, "EUR")
	return minor
}
