package shopify

import (
	"context"

	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
)

// collectionsPage is the most that the host gives at once.
const collectionsPage = 250

// Collections names the shop's collections, by their titles.
func (d *Driver) Collections(ctx context.Context, c platform.Conn) ([]platform.Collection, error) {
	s := d.open(c)
	var list []platform.Collection
	var after *string
	for {
		data, err := admin.Collections(ctx, s, collectionsPage, after)
		if err != nil {
			return nil, err
		}
		for _, n := range data.Collections.Nodes {
			list = append(list, platform.Collection{Key: bare(n.Id), Title: n.Title})
		}
		info := data.Collections.PageInfo
		if !info.HasNextPage || len(list) >= platform.MaxCollections {
			return list, nil
		}
		after = info.EndCursor
	}
}
