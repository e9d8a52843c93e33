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
	Codes    []OrderCode   `json:"codes" doc:"those of the sale, with what they are made of"`
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
	at, id, err := parsePair(s)
	if s == "" || err != nil {
		return nil, err
	}
	return &store.SaleRow{PlacedAt: at, ID: id}, nil
}

// parsePair reads a cursor of an instant and an id.
func parsePair(s string) (at int64, id loyalty.ID, err error) {
	if s == "" {
		return 0, 0, nil
	}
	first, second, found := strings.Cut(s, ".")
	at, err = strconv.ParseInt(first, 10, 64)
	id, idErr := loyalty.ParseID(second)
	if !found || err != nil || idErr != nil {
		return 0, 0, loyalty.Invalid("cursor", "is not from a previous page")
	}
	return at, id, nil
}

type ordersQuery struct {
	PageQuery
	MemberID idParam `query:"member_id" doc:"only this member's orders"`
	Search   string  `query:"search" maxLength:"100" doc:"beginning of an order number, the shop's order id, or as in the list of members; the best matches on one page"`
	Status   string  `query:"status" enum:"placed,paid,fulfilled,completed,cancelled" doc:"missing = all"`
	Bonus    string  `query:"bonus" enum:"earned,used,none" doc:"only orders that earned, that used, or that did neither; missing = all"`
}

// OrderRow is an order in a list, with its member's name.
type OrderRow struct {
	OrderView
	FirstName string `json:"first_name,omitempty" doc:"of the member"`
	LastName  string `json:"last_name,omitempty"`
	Email     string `json:"email,omitempty"`
}

type orderPath struct {
	Key string `path:"key" maxLength:"100" doc:"the host's order id"`
}

func (s *Server) adminOrders(api huma.API) {
	get(api, "/orders", "List orders with the bonus earned and used", s.listOrders)
	get(api, "/orders/{key}", "One order with its entries and why", s.getOrder)
	post(api, "/orders/{key}/refund-preview", "What a refund or a cancellation would do (nothing is stored)", s.previewRefund)
	get(api, "/orders/{key}/receipt", "How the order's points came about, rule by rule, and why not more", s.orderReceipt)
}

func (s *Server) listOrders(ctx context.Context, q *ordersQuery) (*body[page[OrderRow]], error) {
	before, err := parseSaleCursor(q.Cursor)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop.ID
	list := store.SaleList{Before: before, Status: q.Status, Bonus: store.SaleBonus(q.Bonus), Limit: q.Limit + 1}
	search := strings.TrimSpace(q.Search)
	var rows []store.SaleRow
	var members map[loyalty.ID]loyalty.Member
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		switch {
		case q.MemberID.ID != 0:
			rows, err = tx.SalesOfMember(shop, q.MemberID.ID, before, q.Limit+1)
		case search != "":
			list.Limit = q.Limit
			rows, err = tx.SearchSales(shop, search, list)
		default:
			rows, err = tx.ListSales(shop, list)
		}
		if err != nil {
			return err
		}
		var ids []loyalty.ID
		for _, r := range rows {
			if r.MemberID != 0 {
				ids = append(ids, r.MemberID)
			}
		}
		members, err = tx.MembersByID(shop, ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	row := func(r store.SaleRow) OrderRow {
		m := members[r.MemberID]
		return OrderRow{OrderView: viewOrder(r), FirstName: m.FirstName, LastName: m.LastName, Email: m.Email}
	}
	return pageOf(rows, q.Limit, row, saleCursor), nil
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
		if detail.Codes, err = orderCodes(tx, shop, detail.Sale); err != nil {
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
