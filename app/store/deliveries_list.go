package store

import (
	"math"
	"slices"

	"zugabe/app/loyalty"
)

const deliveryRead = `shop_id, id, lane, state, host, topic, delivery_key, body_size, triggered_at, received_at, attempts, next_at, done_at, reason`

// DeliveryFilter narrows a list. Empty fields match everything.
type DeliveryFilter struct {
	States []DeliveryState
	Topic  string
	Before loyalty.ID // keyset: only ids below; 0 starts at the newest
	Limit  int        // 0 = 50
}

// ListDeliveries returns deliveries without bodies, newest first.
func (tx *Tx) ListDeliveries(shop loyalty.ShopID, f DeliveryFilter) ([]Delivery, error) {
	if f.Before == 0 {
		f.Before = math.MaxInt64
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	// A list of rare states must not walk past millions of finished rows: it
	// goes through the work queue's index, where those states are few.
	index, where := "PRIMARY", `shop_id = ? AND id < ?`
	args := []any{int64(shop), int64(f.Before)}
	if len(f.States) > 0 {
		lanes, head := "", []any{}
		for _, s := range f.States {
			head = append(head, int64(s))
		}
		if !slices.Contains(f.States, DeliveryDone) {
			index, lanes, head = "deliveries_due", `lane BETWEEN 0 AND ? AND `, append(head, int64(Lanes-1))
		}
		where = `state IN (` + placeholders(len(f.States)) + `) AND ` + lanes + where
		args = append(head, args...)
	}
	if f.Topic != "" {
		where += ` AND topic = ?`
		args = append(args, f.Topic)
	}
	return tx.deliveries(`SELECT `+deliveryRead+` FROM deliveries`+useIndex(index)+`WHERE `+where+` ORDER BY id DESC LIMIT ?`,
		append(args, f.Limit), false)
}

// DeliveryByID reads one delivery with its body.
func (tx *Tx) DeliveryByID(shop loyalty.ShopID, id loyalty.ID) (d Delivery, found bool, err error) {
	rows, err := tx.deliveries(`SELECT `+deliveryRead+`, body FROM deliveries WHERE shop_id = ? AND id = ?`, []any{int64(shop), int64(id)}, true)
	if err != nil || len(rows) == 0 {
		return Delivery{}, false, err
	}
	return rows[0], true, nil
}

// DeliveryCounts is what an operator must know of a shop's inbox.
type DeliveryCounts struct {
	New, Retry, Poison int64
	OldestOpenAt       int64 // Unix ms of the oldest new or waiting delivery, 0 if none
}

// CountDeliveries counts what is open; finished rows are never touched.
func (tx *Tx) CountDeliveries(shop loyalty.ShopID) (DeliveryCounts, error) {
	var c DeliveryCounts
	var oldest loyalty.ID
	args := []any{}
	for lane := range int64(Lanes) {
		args = append(args, lane)
	}
	err := tx.Rows(`SELECT state, COUNT(*), MIN(id) FROM deliveries`+useIndex("deliveries_due")+`WHERE state IN (0, 1, 4) AND lane IN (`+
		placeholders(Lanes)+`) AND shop_id = ? GROUP BY state`, append(args, int64(shop)), func(row Scanner) error {
		var state, n, first int64
		if err := row.Scan(&state, &n, &first); err != nil {
			return err
		}
		switch DeliveryState(state) {
		case DeliveryNew:
			c.New = n
		case DeliveryRetry:
			c.Retry = n
		case DeliveryPoison:
			c.Poison = n
			return nil
		}
		if oldest == 0 || loyalty.ID(first) < oldest {
			oldest = loyalty.ID(first)
		}
		return nil
	})
	if err != nil || oldest == 0 {
		return c, err
	}
	_, err = tx.Row(`SELECT received_at FROM deliveries WHERE shop_id = ? AND id = ?`, []any{int64(shop), int64(oldest)}, &c.OldestOpenAt)
	return c, err
}

func (tx *Tx) deliveries(query string, args []any, withBody bool) ([]Delivery, error) {
	var out []Delivery
	err := tx.Rows(query, args, func(row Scanner) error {
		var d Delivery
		var shop, id, state int64
		var packed []byte
		dest := []any{&shop, &id, &d.Lane, &state, &d.Host, &d.Topic, &d.Key, &d.BodySize, &d.TriggeredAt, &d.ReceivedAt,
			&d.Attempts, &d.NextAt, &d.DoneAt, &d.Reason}
		if withBody {
			dest = append(dest, &packed)
		}
		if err := row.Scan(dest...); err != nil {
			return err
		}
		d.Shop, d.ID, d.State = loyalty.ShopID(shop), loyalty.ID(id), DeliveryState(state)
		if withBody {
			// One damaged body must not stop its lane: without a body the driver
			// calls the delivery malformed and it goes to quarantine.
			body, err := unpackBody(packed)
			if err != nil {
				d.Reason = err.Error()
			}
			d.Body = body
		}
		out = append(out, d)
		return nil
	})
	return out, err
}
