package woocommerce

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/platform"
	"zugabe/app/voucher"
)

// coupons is the outbound half, which the capabilities say is missing. Seen on
// real shops, for whoever builds it: the code comes back in lower case; an
// invalid e-mail in email_restrictions is dropped without an error and leaves a
// coupon that anyone can use, so the answer must be compared with what was
// sent; date_expires_gmt is ignored, date_expires is shop-local; percent 150
// makes a coupon of 0 on older versions; a second coupon with the same letters is
// woocommerce_rest_coupon_code_already_exists, our ErrTaken.
// One coupon is one code: nothing is shared.
type coupons struct{ platform.NoDiscounts }

// FetchOrders is not built yet.
func (coupons) FetchOrders(context.Context, platform.Conn, []string) ([]earning.Sale, error) {
	return nil, platform.ErrUnsupported
}

// OrdersSince is not built yet.
func (coupons) OrdersSince(context.Context, platform.Conn, int64, string) (platform.OrderPage, error) {
	return platform.OrderPage{}, platform.ErrUnsupported
}

// CreateCode is not built yet.
func (coupons) CreateCode(context.Context, platform.Conn, string, string, voucher.Spec) (platform.CodeRef, error) {
	return platform.CodeRef{}, platform.ErrUnsupported
}

// FindCode is not built yet.
func (coupons) FindCode(context.Context, platform.Conn, string) (platform.CodeRef, bool, error) {
	return platform.CodeRef{}, false, platform.ErrUnsupported
}

// DisableCode is not built yet.
func (coupons) DisableCode(context.Context, platform.Conn, string) error {
	return platform.ErrUnsupported
}

// DeleteCode is not built yet.
func (coupons) DeleteCode(context.Context, platform.Conn, string) error {
	return platform.ErrUnsupported
}

// PublishBalances is not built yet.
func (coupons) PublishBalances(context.Context, platform.Conn, []platform.PublicBalance) error {
	return platform.ErrUnsupported
}

// CheckSubscriptions is not built yet.
func (coupons) CheckSubscriptions(context.Context, platform.Conn) ([]platform.Subscription, error) {
	return nil, platform.ErrUnsupported
}

// CustomerGone is not built yet.
func (coupons) CustomerGone(context.Context, platform.Conn, string) (bool, error) {
	return false, platform.ErrUnsupported
}
