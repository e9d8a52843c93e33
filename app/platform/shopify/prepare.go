package shopify

import (
	"context"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
	"zugabe/app/voucher"
)

// audiences are the segments that we keep in a shop: one each for all vouchers.
// The host evaluates their queries by itself, whenever a code is used.
var audiences = map[voucher.HostAudience]struct{ name, query string }{
	voucher.NeverBought: {"Zugabe: has not ordered yet", "number_of_orders = 0"},
	voucher.HasBought:   {"Zugabe: has ordered", "number_of_orders >= 1"},
}

// prepared fills in what only the host knows: its segment for an audience, and
// what an article costs that a code makes free.
func (s *session) prepared(ctx context.Context, spec voucher.Spec) (voucher.Spec, error) {
	if spec.Audience != "" && len(spec.CustomerKeys) == 0 && len(spec.SegmentKeys) == 0 {
		key, err := s.segment(ctx, spec.Audience)
		if err != nil {
			return spec, err
		}
		spec.SegmentKeys = []string{key}
	}
	if spec.Kind == voucher.FreeArticle && spec.Minor == 0 && len(spec.ProductKeys) > 0 {
		price, err := s.dearest(ctx, spec.ProductKeys[0], spec.Currency)
		if err != nil {
			return spec, err
		}
		spec.Minor = price * max(1, spec.Quantity)
	}
	if spec.Kind == voucher.FreeArticle && spec.Minor == 0 && len(spec.VariantKeys) > 0 {
		return spec, platform.Refused("a free article by its variant needs a price")
	}
	return spec, nil
}

// segment finds ours by its query, whatever the merchant calls it by now, or makes
// it. Two workers may make two; both are right.
func (s *session) segment(ctx context.Context, of voucher.HostAudience) (key string, err error) {
	want, known := audiences[of]
	if !known {
		return "", platform.Refused("an audience %q", of)
	}
	if key := s.d.segmentOf(s.c.ShopID, of); key != "" {
		return key, nil
	}
	found, err := admin.Segments(ctx, s, "name:'"+want.name+"'")
	if err != nil {
		return "", err
	}
	for _, n := range found.Segments.Nodes {
		if n.Query == want.query {
			key = bare(n.Id)
			break
		}
	}
	if key == "" {
		made, err := admin.CreateSegment(ctx, s, want.name, want.query)
		if err != nil {
			return "", err
		}
		if made.SegmentCreate == nil || made.SegmentCreate.Segment == nil {
			var said []string
			if made.SegmentCreate != nil {
				for _, e := range made.SegmentCreate.UserErrors {
					said = append(said, e.Message)
				}
			}
			return "", platform.Refused("no segment: %s", platform.Excerpt([]byte(strings.Join(said, "; "))))
		}
		key = bare(made.SegmentCreate.Segment.Id)
	}
	s.d.keepSegment(s.c.ShopID, of, key)
	return key, nil
}

type segmentKey struct {
	shop loyalty.ShopID
	of   voucher.HostAudience
}

func (d *Driver) segmentOf(shop loyalty.ShopID, of voucher.HostAudience) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.segments[segmentKey{shop, of}]
}

// keepSegment remembers a segment in this process; key "" forgets it.
func (d *Driver) keepSegment(shop loyalty.ShopID, of voucher.HostAudience, key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.segments[segmentKey{shop, of}] = key
}

// dearest is the price of an article's dearest variant in minor units: the amount
// that makes any of them free.
func (s *session) dearest(ctx context.Context, product string, currency loyalty.Currency) (int64, error) {
	data, err := admin.ArticlePrices(ctx, s, gid("Product", product))
	if err != nil {
		return 0, err
	}
	if data.Product == nil {
		return 0, platform.Refused("the shop has no article %q", product)
	}
	var prices []int64
	for _, v := range data.Product.Variants.Nodes {
		minor, err := loyalty.ParseMinor(v.Price, currency)
		if err != nil {
			return 0, platform.Refused("the price %q of an article cannot be read", v.Price)
		}
		prices = append(prices, minor)
	}
	if len(prices) == 0 || slices.Max(prices) == 0 {
		return 0, platform.Refused("article %q has no price", product)
	}
	return slices.Max(prices), nil
}
