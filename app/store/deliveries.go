package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"zugabe/app/loyalty"
)

// DeliveryState is where a stored webhook stands.
type DeliveryState int64

// The states. Only New is worked on; Retry becomes New again at next_at.
const (
	DeliveryNew      DeliveryState = 0
	DeliveryRetry    DeliveryState = 1
	DeliveryDone     DeliveryState = 2
	DeliveryIgnored  DeliveryState = 3 // understood, and nothing to do
	DeliveryPoison   DeliveryState = 4 // could not be worked on; kept for people to see
	DeliveryAccepted DeliveryState = 5 // poison that somebody has acknowledged
)

// Lanes is the number of queues that workers lease; one resource stays in one.
const Lanes = 16

// Delivery is a webhook as it came in. Body is unpacked; the database keeps it
// compressed. Times are Unix ms.
type Delivery struct {
	ID          loyalty.ID
	Shop        loyalty.ShopID
	Lane        int64
	State       DeliveryState
	Host        string
	Topic       string
	Key         string // the host's delivery id: a hint only, hosts reuse it
	Body        []byte
	BodySize    int64
	TriggeredAt int64 // 0 if the host does not say
	ReceivedAt  int64
	Attempts    int64
	NextAt      int64
	DoneAt      int64
	Reason      string
}

// Dedupe is the key under which a delivery is dropped as a repeat: host, shop,
// delivery id, topic and body must all be equal. Two different events can share
// topic and body, and many share a delivery id (woocommerce.md 1), so nothing
// less will do. Every field is length-prefixed, so that none can pose as part
// of its neighbour.
func (d Delivery) Dedupe() [32]byte {
	h := sha256.New()
	var n [8]byte
	field := func(b []byte) {
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	field([]byte(d.Host))
	field([]byte(d.Shop.String()))
	field([]byte(d.Key))
	field([]byte(d.Topic))
	field(d.Body)
	return [32]byte(h.Sum(nil))
}

var deliveryColumns = []string{"shop_id", "id", "lane", "state", "host", "topic", "delivery_key", "dedupe", "body", "body_size",
	"triggered_at", "received_at", "attempts", "next_at", "done_at", "reason"}

// PackedDelivery is a delivery whose costly parts, hash and compression, are
// done before the transaction starts.
type PackedDelivery struct {
	Delivery
	dedupe [32]byte
	packed []byte
}

// PackDelivery computes dedupe key and compressed body. It does not keep d.Body.
func PackDelivery(d Delivery) PackedDelivery {
	p := PackedDelivery{Delivery: d, dedupe: d.Dedupe(), packed: packBody(d.Body)}
	p.BodySize = int64(len(d.Body))
	p.Body = nil
	return p
}

// PackedSize is how many bytes the database will get for the body.
func (p *PackedDelivery) PackedSize() int { return len(p.packed) }

// InsertDeliveries stores new deliveries of one or several shops and leaves out
// those that are stored already or occur twice in rows. It returns how many are
// new. Without a repeat it is one statement; with one it is three.
func (tx *Tx) InsertDeliveries(rows []PackedDelivery) (added int, err error) {
	return tx.insertNew(firstOfEach(rows), false)
}

// insertNew inserts rows of which none occurs twice. With look it looks first
// which are known: after an INSERT that may have failed because of them.
func (tx *Tx) insertNew(rows []PackedDelivery, look bool) (added int, err error) {
	for range 4 {
		if look {
			known, err := tx.knownDeliveries(rows)
			if err != nil {
				return 0, err
			}
			rows = withoutKnown(rows, known)
		}
		if len(rows) == 0 {
			return 0, nil
		}
		err = tx.InsertMany("deliveries", deliveryColumns, deliveryValues(rows))
		if !IsDuplicate(err, "deliveries.deliveries_dedupe") {
			return len(rows), err
		}
		look = true
	}
	return 0, err
}

type dedupeKey struct {
	shop loyalty.ShopID
	hash [32]byte
}

func firstOfEach(rows []PackedDelivery) []PackedDelivery {
	seen := make(map[dedupeKey]bool, len(rows))
	out := make([]PackedDelivery, 0, len(rows))
	for _, r := range rows {
		key := dedupeKey{r.Shop, r.dedupe}
		if !seen[key] {
			seen[key] = true
			out = append(out, r)
		}
	}
	return out
}

func withoutKnown(rows []PackedDelivery, known map[dedupeKey]bool) []PackedDelivery {
	out := rows[:0:0]
	for _, r := range rows {
		if !known[dedupeKey{r.Shop, r.dedupe}] {
			out = append(out, r)
		}
	}
	return out
}

func deliveryValues(rows []PackedDelivery) [][]any {
	values := make([][]any, len(rows))
	for i := range rows {
		r := &rows[i]
		values[i] = []any{int64(r.Shop), int64(r.ID), r.Lane, int64(r.State), r.Host, r.Topic, r.Key, r.dedupe[:], r.packed, r.BodySize,
			r.TriggeredAt, r.ReceivedAt, r.Attempts, r.NextAt, r.DoneAt, r.Reason}
	}
	return values
}

func (tx *Tx) knownDeliveries(rows []PackedDelivery) (map[dedupeKey]bool, error) {
	byShop := map[loyalty.ShopID][]any{}
	for i := range rows {
		byShop[rows[i].Shop] = append(byShop[rows[i].Shop], rows[i].dedupe[:])
	}
	query, args := `SELECT shop_id, dedupe FROM deliveries WHERE `, []any{}
	for shop, hashes := range byShop {
		if len(args) > 0 {
			query += ` OR `
		}
		query += `(shop_id = ? AND dedupe IN (` + placeholders(len(hashes)) + `))`
		args = append(append(args, int64(shop)), hashes...)
	}
	known := map[dedupeKey]bool{}
	err := tx.Rows(query, args, func(row Scanner) error {
		var shop int64
		var hash []byte
		if err := row.Scan(&shop, &hash); err != nil {
			return err
		}
		if len(hash) != 32 {
			return fmt.Errorf("store: dedupe key of %d bytes", len(hash))
		}
		known[dedupeKey{loyalty.ShopID(shop), [32]byte(hash)}] = true
		return nil
	})
	return known, err
}
