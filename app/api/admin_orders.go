package api

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// OrderView is an order with the bonus it earned and used (S4-17).
type OrderView struct {
	ID          loyalty.ID       `json:"id"`
	Key         string           `json:"key" doc:"the host's order id"`
	Number      string           `json:"number"`
	CustomerKey string           `json:"customer_key,omitempty" doc:"the host's customer id; missing for a guest"`
	MemberID    loyalty.ID       `json:"member_id,omitzero"`
	Status      string           `json:"status" enum:"draft,placed,paid,fulfilled,completed,cancelled"`
	Currency    loyalty.Currency `json:"currency"`
	Total       int64            `json:"total" doc:"minor units, gross, before refunds"`
	Refunded    int64            `json:"refunded" doc:"minor units, gross"`
	Earned      loyalty.Points   `json:"earned"`
	Used        loyalty.Points   `json:"used"`
	PlacedAt    int64            `json:"placed_at" doc:"Unix milliseconds"`
	ChangedAt   int64            `json:"changed_at" doc:"Unix milliseconds at which we last learned something new"`
}

// OrderDetail adds the newest snapshot and the entries it caused.
type OrderDetail struct {
	OrderView
	Versions int64         `json:"versions" doc:"how many different snapshots we have seen"`
	Sale     earning.Sale  `json:"sale"`
	Entries  []EntryDetail `json:"entries"`
}

func viewOrder(r store.SaleRow) OrderView {
	return OrderView{
		ID: r.ID, Key: r.Key, Number: r.Number, CustomerKey: r.CustomerKey, MemberID: r.MemberID, Status: r.Status,
		Currency: r.Currency, Total: r.Total, Refunded: r.Refunded, Earned: r.Earned, Used: r.Used, PlacedAt: r.PlacedAt, ChangedAt: r.ChangedAt,
	}
}

// saleCursor is "<placed_at>.<id>" of the last row of a page.
func saleCursor(r store.SaleRow) string {
	return strconv.FormatInt(r.PlacedAt, 10) + "." + r.ID.String()
}

func parseSaleCursor(s string) (*store.SaleRow, error) {
	if s == "" {
		return nil, nil
	}
	at, id, found := strings.Cut(s, ".")
	placed, err := strconv.ParseInt(at, 10, 64)
	row, idErr := loyalty.ParseID(id)
	if !found || err != nil || idErr != nil {
		return nil, loyalty.Invalid("cursor", "is not from a previous page")
	}
	return &store.SaleRow{PlacedAt: placed, ID: row}, nil
}

type ordersQuery struct {
	PageQuery
	MemberID idParam `query:"member_id" doc:"only this member's orders"`
}

type orderPath struct {
	Key string `path:"key" maxLength:"100" doc:"the host's order id"`
}

func (s *Server) adminOrders(api huma.API) {
	get(api, "/orders", "List orders with the bonus earned and used", s.listOrders)
	get(api, "/orders/{key}", "One order with its entries and why", s.getOrder)
	get(api, "/orders/{key}/receipt", "How the order's points came about, rule by rule, and why not more", s.orderReceipt)
}

func (s *Server) listOrders(ctx context.Context, q *ordersQuery) (*body[page[OrderView]], error) {
	before, err := parseSaleCursor(q.Cursor)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop.ID
	var rows []store.SaleRow
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		if q.MemberID.ID != 0 {
			rows, err = tx.SalesOfMember(shop, q.MemberID.ID, before, q.Limit+1)
		} else {
			rows, err = tx.SalesPage(shop, before, q.Limit+1)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, viewOrder, saleCursor), nil
}

func (s *Server) getOrder(ctx context.Context, in *orderPath) (*body[OrderDetail], error) {
	var detail OrderDetail
	err := s.read(ctx, func(tx *store.Tx) error {
		shop := callerOf(ctx).Shop.ID
		rows, err := tx.SalesByKey(shop, []string{in.Key})
		if err != nil {
			return err
		}
		row, found := rows[in.Key]
		if !found {
			return loyalty.NotFound("order")
		}
		detail = OrderDetail{OrderView: viewOrder(row), Versions: row.Version, Entries: []EntryDetail{}}
		bodies, err := tx.SaleBodies(shop, []loyalty.ID{row.ID})
		if err != nil {
			return err
		}
		if err := json.Unmarshal(bodies[row.ID], &detail.Sale); err != nil {
			return err
		}
		entries, err := tx.EntriesOfSource(shop, "sale:"+row.Key)
		for _, e := range entries {
			detail.Entries = append(detail.Entries, viewEntry(e))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(detail), nil
}
