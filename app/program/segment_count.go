package program

import (
	"context"

	"zugabe/app/loyalty"
)

// SegmentCount says how many a mailing to a segment would reach.
type SegmentCount struct {
	Members int64 `json:"members"`
	Consent int64 `json:"consent" doc:"of them, who agreed to advertising: nobody else gets a mailing"`
}

// CountRegisteredOnly counts those who registered and never bought (S0-44): it reads
// all of them, so it is asked before a mailing and not when a page opens.
func (p *Program) CountRegisteredOnly(ctx context.Context, shop loyalty.Shop) (c SegmentCount, err error) {
	c.Members, err = p.eachRegistered(ctx, shop, false, func(page []RegisteredOnly) error {
		for _, r := range page {
			if r.Consent {
				c.Consent++
			}
		}
		return nil
	})
	return c, err
}
