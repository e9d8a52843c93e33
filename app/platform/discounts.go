package platform

import (
	"context"

	"zugabe/app/voucher"
)

// CodesAtOnce is the most codes that one call adds to a discount.
const CodesAtOnce = 250

// Discount is something that takes money off in the shop, ours or anybody's.
type Discount struct {
	voucher.HostDiscount      // Key is the host's id of it
	Ours                 bool // carries our mark
	Marker               string
	Active               bool // usable now or later
	Codes                int64
	Kind                 voucher.Kind // "" = one that we never make
	Minor                int64
	Percent              int64
	UsageLimit           int64 // 0 = none
}

// DiscountPage is one page of discounts.
type DiscountPage struct {
	Discounts []Discount
	Next      string // cursor, empty at the end
}

// Adding is what became of codes that were added to a discount.
type Adding struct {
	Done    bool
	Refused map[string]string // by code as it was sent: what the host has against it
}

// RedeemCode is a code as the host keeps it in a discount.
type RedeemCode struct {
	Ref  string // the host's id of the code
	Code string
}

// RedeemPage is one page of the codes of a discount, in an order that stays when some
// of them go.
type RedeemPage struct {
	Codes []RedeemCode
	Next  string // cursor, empty at the end
}

// Discounts is the part of a driver that keeps a merchant's vouchers at the host:
// many codes share one discount. What a host cannot do is ErrUnsupported.
type Discounts interface {
	// ChangeDiscount brings an existing discount to what spec says and makes it usable
	// in the time that spec names. Articles, customers and codes it has stay, but for
	// products that spec names as dropped.
	// ErrGone if the host no longer has it.
	ChangeDiscount(ctx context.Context, c Conn, hostRef, marker string, spec voucher.Spec) error
	// AddCodes begins to add at most CodesAtOnce codes to a discount; the answer is
	// what AddedCodes asks for. Codes that the shop has already are refused one by
	// one, so that sending them again does no harm. ErrGone if there is no discount.
	AddCodes(ctx context.Context, c Conn, hostRef string, codes []string) (adding string, err error)
	AddedCodes(ctx context.Context, c Conn, adding string) (Adding, error)
	// RemoveCode takes one code out of a discount that may have others; a code that is gone is fine.
	RemoveCode(ctx context.Context, c Conn, hostRef, code string) error
	// CodesIn lists the codes of a discount, at most CodesAtOnce at a time. ErrGone if
	// there is no discount.
	CodesIn(ctx context.Context, c Conn, hostRef, cursor string) (RedeemPage, error)
	// RemoveCodes begins to take at most CodesAtOnce codes out of a discount, by the
	// host's ids of them; what is gone already is fine. Whether they went, CodesIn shows.
	RemoveCodes(ctx context.Context, c Conn, hostRef string, codeRefs []string) error
	// DeleteCodes begins to delete at most CodesAtOnce discounts, with all of their
	// codes; what is gone already is fine.
	DeleteCodes(ctx context.Context, c Conn, hostRefs []string) error
	// ReadDiscounts reads discounts by their ids; what is gone is left out.
	ReadDiscounts(ctx context.Context, c Conn, hostRefs []string) ([]Discount, error)
	// LiveDiscounts lists everything that takes something off now, page by page.
	LiveDiscounts(ctx context.Context, c Conn, cursor string) (DiscountPage, error)
}

// NoDiscounts answers for a host on which each code is on its own.
type NoDiscounts struct{}

// ChangeDiscount is not possible.
func (NoDiscounts) ChangeDiscount(context.Context, Conn, string, string, voucher.Spec) error {
	return ErrUnsupported
}

// AddCodes is not possible.
func (NoDiscounts) AddCodes(context.Context, Conn, string, []string) (string, error) {
	return "", ErrUnsupported
}

// AddedCodes is not possible.
func (NoDiscounts) AddedCodes(context.Context, Conn, string) (Adding, error) {
	return Adding{}, ErrUnsupported
}

// RemoveCode is not possible.
func (NoDiscounts) RemoveCode(context.Context, Conn, string, string) error { return ErrUnsupported }

// CodesIn is not possible.
func (NoDiscounts) CodesIn(context.Context, Conn, string, string) (RedeemPage, error) {
	return RedeemPage{}, ErrUnsupported
}

// RemoveCodes is not possible.
func (NoDiscounts) RemoveCodes(context.Context, Conn, string, []string) error { return ErrUnsupported }

// DeleteCodes is not possible.
func (NoDiscounts) DeleteCodes(context.Context, Conn, []string) error { return ErrUnsupported }

// ReadDiscounts is not possible.
func (NoDiscounts) ReadDiscounts(context.Context, Conn, []string) ([]Discount, error) {
	return nil, ErrUnsupported
}

// LiveDiscounts is not possible.
func (NoDiscounts) LiveDiscounts(context.Context, Conn, string) (DiscountPage, error) {
	return DiscountPage{}, ErrUnsupported
}

func (g guarded) ChangeDiscount(ctx context.Context, c Conn, hostRef, marker string, spec voucher.Spec) error {
	return g.do(c, func() error { return g.Driver.ChangeDiscount(ctx, c, hostRef, marker, spec) })
}

func (g guarded) AddCodes(ctx context.Context, c Conn, hostRef string, codes []string) (string, error) {
	return through(g.breaker, c.ShopID, func() (string, error) { return g.Driver.AddCodes(ctx, c, hostRef, codes) })
}

func (g guarded) AddedCodes(ctx context.Context, c Conn, adding string) (Adding, error) {
	return through(g.breaker, c.ShopID, func() (Adding, error) { return g.Driver.AddedCodes(ctx, c, adding) })
}

func (g guarded) RemoveCode(ctx context.Context, c Conn, hostRef, code string) error {
	return g.do(c, func() error { return g.Driver.RemoveCode(ctx, c, hostRef, code) })
}

func (g guarded) CodesIn(ctx context.Context, c Conn, hostRef, cursor string) (RedeemPage, error) {
	return through(g.breaker, c.ShopID, func() (RedeemPage, error) { return g.Driver.CodesIn(ctx, c, hostRef, cursor) })
}

func (g guarded) RemoveCodes(ctx context.Context, c Conn, hostRef string, codeRefs []string) error {
	return g.do(c, func() error { return g.Driver.RemoveCodes(ctx, c, hostRef, codeRefs) })
}

func (g guarded) DeleteCodes(ctx context.Context, c Conn, hostRefs []string) error {
	return g.do(c, func() error { return g.Driver.DeleteCodes(ctx, c, hostRefs) })
}

func (g guarded) ReadDiscounts(ctx context.Context, c Conn, hostRefs []string) ([]Discount, error) {
	return through(g.breaker, c.ShopID, func() ([]Discount, error) { return g.Driver.ReadDiscounts(ctx, c, hostRefs) })
}

func (g guarded) LiveDiscounts(ctx context.Context, c Conn, cursor string) (DiscountPage, error) {
	return through(g.breaker, c.ShopID, func() (DiscountPage, error) { return g.Driver.LiveDiscounts(ctx, c, cursor) })
}
