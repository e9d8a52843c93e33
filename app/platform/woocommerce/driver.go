package woocommerce

import (
	"cmp"
	"fmt"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// Host is the host name of WooCommerce shops.
const Host = "woocommerce"

// Driver is the inbound half of WooCommerce.
type Driver struct {
	coupons
	platform.NoConsent
}

// New is the driver.
func New() Driver { return Driver{} }

// Name is "woocommerce".
func (Driver) Name() string { return Host }

// Capabilities: the webhook secret belongs to one shop, so what verifies is
// believed. Codes are stored in lower case. Nothing is sent twice by the host.
func (Driver) Capabilities() platform.Capabilities {
	return platform.Capabilities{SecretPerShop: true, FoldsCodes: true}
}

// Normalise reads a stored delivery. The topic is not signed, so it only
// chooses how to read; a body that does not have the topic's form is malformed.
// Duplicate JSON keys: the last one counts.
func (Driver) Normalise(d platform.Delivery, _ loyalty.Currency) ([]platform.Change, error) {
	resource, event, ok := strings.Cut(d.Topic, ".")
	if !ok {
		return ignored("unknown topic"), nil
	}
	var o order
	var notOrder error
	if readsOrder(resource, event) {
		if notOrder = scan(d.Body, o.read); notOrder == nil && o.ID.isID() {
			return readOrder(o)
		}
	}
	var head struct {
		ID   text   `json:"id"`
		Code any    `json:"code"`
		Arg  rawArg `json:"arg"`
	}
	if err := decode(d.Body, &head); err != nil {
		return nil, err
	}
	if resource == "action" {
		return readAction(d, event, head.Arg)
	}
	if head.ID == "" && head.Code != nil {
		// The order was gone before its delivery went out, or the webhook's owner
		// has lost the right to see it: a signed error in place of a body.
		return ignored(fmt.Sprintf("the shop answers %.60v", head.Code)), nil
	}
	if !head.ID.isID() {
		return nil, malformed("no id")
	}
	switch resource {
	case "order":
		switch {
		case event == "deleted":
			return []platform.Change{{Kind: platform.SaleDeleted, Key: string(head.ID)}}, nil
		case readsOrder(resource, event):
			return nil, cmp.Or(notOrder, malformed("no id"))
		}
	case "customer":
		return readCustomer(d, event, string(head.ID))
	case "coupon":
		return readCoupon(d, event, string(head.ID))
	case "product":
		return []platform.Change{{Kind: platform.ProductTouched, Key: string(head.ID)}}, nil
	}
	return ignored("unknown topic"), nil
}

func ignored(reason string) []platform.Change {
	return []platform.Change{{Kind: platform.Ignored, Reason: reason}}
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", platform.ErrMalformed, fmt.Sprintf(format, args...))
}
