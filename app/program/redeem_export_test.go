package program

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
)

// BookReadForTest books orders as the reconciler does after reading them.
func (p *Program) BookReadForTest(ctx context.Context, shop loyalty.Shop, sales ...earning.Sale) error {
	driver := p.Hosts.Driver(shop.Host)
	return p.bookRead(ctx, hostCall{shop: shop, driver: driver}, sales)
}
