package shopify

import (
	"context"
	"errors"
	"slices"
	"time"

	"zugabe/app/earning"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify/admin"
)

// How much is asked at once. A question may cost 1,000 points at most; where the
// host finds one too costly it is halved and the driver keeps to that, so these
// need not be exact.
const (
	ordersAtOnce      = 5
	linesAtOnce       = 40
	refundLinesAtOnce = 20
	changedAtOnce     = 25
	productsAtOnce    = 12
	collectionsOfOne  = 50
	fewestLines       = 5
)

// FetchOrders re-reads orders by their numbers, in the order of keys and each once.
func (d *Driver) FetchOrders(ctx context.Context, c platform.Conn, keys []string) ([]earning.Sale, error) {
	return d.open(c).fetch(ctx, keys)
}

// OrdersSince reads a page of the orders changed at or after an instant. The
// host's search lags behind its orders by some seconds, so callers let
// successive looks overlap.
func (d *Driver) OrdersSince(ctx context.Context, c platform.Conn, sinceMs int64, cursor string) (platform.OrderPage, error) {
	s := d.open(c)
	var after *string
	if cursor != "" {
		after = &cursor
	}
	query := "updated_at:>='" + time.UnixMilli(sinceMs).UTC().Format(time.RFC3339) + "'"
	data, err := admin.OrdersChanged(ctx, s, query, changedAtOnce, after)
	if err != nil {
		return platform.OrderPage{}, err
	}
	var keys []string
	for _, o := range data.Orders.Nodes {
		keys = append(keys, bare(o.Id))
	}
	sales, err := s.fetch(ctx, keys)
	if err != nil {
		return platform.OrderPage{}, err
	}
	page := platform.OrderPage{Sales: sales}
	if info := data.Orders.PageInfo; info.HasNextPage {
		page.Next = text(info.EndCursor)
	}
	return page, nil
}

func (s *session) fetch(ctx context.Context, keys []string) ([]earning.Sale, error) {
	var wanted []string
	for _, k := range keys {
		if isKey(k) && !slices.Contains(wanted, k) {
			wanted = append(wanted, k)
		}
	}
	var sales []earning.Sale
	for len(wanted) > 0 {
		most, lines := s.d.atOnce()
		chunk := wanted[:min(most, len(wanted))]
		found, err := s.some(ctx, chunk, lines)
		switch {
		case errors.Is(err, errTooCostly) && s.d.askLess(len(chunk), lines):
			continue
		case err != nil:
			return nil, err
		}
		wanted = wanted[len(chunk):]
		for _, o := range found {
			sale, err := fromAdmin(o).sale()
			if err != nil {
				return nil, platform.Refused("order %s cannot be read: %v", bare(o.Id), err)
			}
			sales = append(sales, sale)
		}
	}
	return sales, s.addCollections(ctx, sales)
}

// atOnce is how many orders, and lines of each, to ask for in one call.
func (d *Driver) atOnce() (orders, lines int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.orders, d.lines
}

// askLess makes questions smaller than the one that was too costly: fewer orders
// first, then fewer lines. False if they cannot be.
func (d *Driver) askLess(orders, lines int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.orders < orders || d.lines < lines: // somebody else has just done it
	case orders > 1:
		d.orders = orders / 2
	case lines > fewestLines:
		d.lines = lines / 2
	default:
		return false
	}
	return true
}

// some reads a few orders.
func (s *session) some(ctx context.Context, keys []string, lines int) ([]admin.OrderFields, error) {
	data, err := admin.OrdersByID(ctx, s, gids("Order", keys), lines, min(lines, refundLinesAtOnce))
	if err != nil {
		return nil, err
	}
	var out []admin.OrderFields
	for _, node := range data.Nodes {
		if node == nil {
			continue // there is no such order (any more)
		}
		o, ok := (*node).(*admin.OrdersByIDNodesOrder)
		if !ok {
			continue
		}
		if err := s.complete(ctx, &o.OrderFields, lines); err != nil {
			return nil, err
		}
		out = append(out, o.OrderFields)
	}
	return out, nil
}

// complete reads what did not fit onto the first page of an order.
func (s *session) complete(ctx context.Context, o *admin.OrderFields, lines int) error {
	for o.LineItems != nil && o.LineItems.PageInfo.HasNextPage {
		data, err := admin.OrderLines(ctx, s, o.Id, text(o.LineItems.PageInfo.EndCursor), lines)
		if err != nil {
			return err
		}
		if data.Order == nil {
			return platform.ErrUnreachable // it vanished while we read it; asking again will tell
		}
		more := data.Order.LineItems
		o.LineItems.Nodes = append(o.LineItems.Nodes, more.Nodes...)
		o.LineItems.PageInfo.HasNextPage, o.LineItems.PageInfo.EndCursor = more.PageInfo.HasNextPage, more.PageInfo.EndCursor
	}
	for _, r := range o.Refunds {
		if err := s.completeRefund(ctx, r, lines); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) completeRefund(ctx context.Context, r *admin.OrderFieldsRefundsRefund, lines int) error {
	for r.RefundLineItems != nil && r.RefundLineItems.PageInfo.HasNextPage {
		data, err := admin.RefundLines(ctx, s, r.Id, text(r.RefundLineItems.PageInfo.EndCursor), lines)
		if err != nil {
			return err
		}
		if data.Refund == nil {
			return platform.ErrUnreachable
		}
		more := data.Refund.RefundLineItems
		r.RefundLineItems.Nodes = append(r.RefundLineItems.Nodes, more.Nodes...)
		r.RefundLineItems.PageInfo.HasNextPage, r.RefundLineItems.PageInfo.EndCursor = more.PageInfo.HasNextPage, more.PageInfo.EndCursor
	}
	return nil
}

// addCollections fills in the collections of the products sold. A product in more
// than 50 collections shows the first 50.
func (s *session) addCollections(ctx context.Context, sales []earning.Sale) error {
	of := map[string][]string{}
	var products []string
	for _, sale := range sales {
		for _, l := range sale.Lines {
			if _, seen := of[l.ProductKey]; !seen && l.ProductKey != "" {
				of[l.ProductKey] = nil
				products = append(products, l.ProductKey)
			}
		}
	}
	for chunk := range slices.Chunk(products, productsAtOnce) {
		data, err := admin.ProductCollections(ctx, s, gids("Product", chunk), collectionsOfOne)
		if err != nil {
			return err
		}
		for _, node := range data.Nodes {
			if node == nil {
				continue
			}
			if p, ok := (*node).(*admin.ProductCollectionsNodesProduct); ok {
				for _, c := range p.Collections.Nodes {
					of[bare(p.Id)] = append(of[bare(p.Id)], bare(c.Id))
				}
			}
		}
	}
	for i := range sales {
		for j := range sales[i].Lines {
			sales[i].Lines[j].Collections = of[sales[i].Lines[j].ProductKey]
		}
	}
	return nil
}
