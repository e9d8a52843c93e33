package shopify

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
)

// The metafields on a customer, in the namespace that only this app can write
// and only its own blocks can read.
const (
	metafieldNamespace = "$app"
	pointsKey          = "points"           // JSON: platform.PublicBalance
	availableKey       = "points_available" // a whole number, for Liquid conditions
	metafieldsPerCall  = 25
	perCustomer        = 2
)

// PublishBalances sets the balances of customers. A customer who is gone at the
// host is left out without an error: nobody can see that balance any more.
func (d *Driver) PublishBalances(ctx context.Context, c platform.Conn, balances []platform.PublicBalance) error {
	s := d.open(c)
	for chunk := range slices.Chunk(balances, metafieldsPerCall/perCustomer) {
		if err := s.publish(ctx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// publish sets one call's worth. The host takes all or nothing, so the gone
// customers it names are taken out and the others sent again.
func (s *session) publish(ctx context.Context, balances []platform.PublicBalance) error {
	for len(balances) > 0 {
		input, err := metafields(balances)
		if err != nil {
			return err
		}
		data, err := admin.SetMetafields(ctx, s, input)
		if err != nil {
			return err
		}
		if data.MetafieldsSet == nil {
			return platform.ErrUnknown
		}
		if len(data.MetafieldsSet.UserErrors) == 0 {
			return nil
		}
		gone := map[int]bool{}
		for _, e := range data.MetafieldsSet.UserErrors {
			at, missing := goneOwner(e.Field, e.ElementIndex, e.Message)
			if !missing || at >= len(balances) {
				return platform.Refused("balance of a customer: %s %s", strings.Join(e.Field, "."), e.Message)
			}
			gone[at] = true
		}
		var left []platform.PublicBalance
		for i, b := range balances {
			if !gone[i] {
				left = append(left, b)
			}
		}
		balances = left
	}
	return nil
}

// goneOwner reads an error about a customer that does not exist; index is in customers.
func goneOwner(field []string, element *int, message string) (index int, missing bool) {
	if !slices.Contains(field, "ownerId") || !strings.Contains(strings.ToLower(message), "exist") {
		return 0, false
	}
	if element != nil {
		return *element / perCustomer, *element >= 0
	}
	if len(field) > 1 {
		if n, err := strconv.Atoi(field[1]); err == nil && n >= 0 {
			return n / perCustomer, true
		}
	}
	return 0, false
}

func metafields(balances []platform.PublicBalance) ([]*admin.MetafieldsSetInput, error) {
	var out []*admin.MetafieldsSetInput
	for _, b := range balances {
		if !isKey(b.CustomerKey) {
			return nil, platform.Refused("%q is not a customer of the host", b.CustomerKey)
		}
		text, err := json.Marshal(b)
		if err != nil {
			return nil, platform.Refused("balance cannot be written: %v", err)
		}
		owner := gid("Customer", b.CustomerKey)
		out = append(out,
			metafield(owner, pointsKey, "json", string(text)),
			metafield(owner, availableKey, "number_integer", strconv.FormatInt(int64(b.Points), 10)))
	}
	return out, nil
}

func metafield(owner, key, kind, value string) *admin.MetafieldsSetInput {
	return &admin.MetafieldsSetInput{OwnerId: owner, Namespace: ptr(metafieldNamespace), Key: key, Type: &kind, Value: value}
}
