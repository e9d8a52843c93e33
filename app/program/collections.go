package program

import (
	"context"
	"errors"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// collector is the part of *platform.Hosts that names a shop's collections.
type collector interface {
	Collections(ctx context.Context, shop loyalty.Shop) ([]platform.Collection, error)
}

// Collections names the shop's collections, so that people choose them by name; none
// where the host has no names for them.
func (p *Program) Collections(ctx context.Context, shop loyalty.Shop) ([]platform.Collection, error) {
	hosts, ok := p.Hosts.(collector)
	if !ok {
		return nil, nil
	}
	list, err := hosts.Collections(ctx, shop)
	switch {
	case errors.Is(err, platform.ErrUnsupported):
		return nil, nil
	case err != nil:
		p.Log.Warn("the shop's collections could not be read", "shop", shop.ID, "err", err)
		return nil, loyalty.Refuse(loyalty.CodeUnavailable, "the shop cannot be asked for its collections now")
	}
	return list, nil
}
