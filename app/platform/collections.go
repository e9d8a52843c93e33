package platform

import (
	"context"

	"zugabe/app/loyalty"
)

// Collection is a group of products in the shop: a collection, a category.
type Collection struct {
	Key   string // the host's id, as lines of orders name it
	Title string
}

// CollectionLister is a driver that can name the shop's collections.
type CollectionLister interface {
	// Collections are at most MaxCollections, by their titles.
	Collections(ctx context.Context, c Conn) ([]Collection, error)
}

// MaxCollections is how many collections are read for choosing from.
const MaxCollections = 1000

// Collections names the shop's collections; ErrUnsupported if its driver cannot.
func (h *Hosts) Collections(ctx context.Context, shop loyalty.Shop) ([]Collection, error) {
	g, ok := h.Driver(shop.Host).(guarded)
	if !ok {
		return nil, ErrUnsupported
	}
	d, ok := g.Driver.(CollectionLister)
	if !ok {
		return nil, ErrUnsupported
	}
	return through(g.breaker, shop.ID, func() ([]Collection, error) { return d.Collections(ctx, h.Conn(ctx, shop)) })
}
