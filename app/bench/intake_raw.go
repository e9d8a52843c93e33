package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"sync/atomic"
)

// rawShop keeps the rows of the yardsticks apart from the app's.
const rawShop = 2

// rawDelivery adds a delivery's row with the plain body. The dedupe key is a
// number scattered like a hash: its costs in the index are a hash's, its
// computation costs nothing.
func (l *lab) rawDelivery(t *table, args []any, number int64, body []byte) []any {
	dedupe := make([]byte, 32)
	binary.BigEndian.PutUint64(dedupe, uint64(number)*0x9E3779B97F4A7C15)
	return t.row(args, "shop_id", rawShop, "id", int64(l.ids.Next()), "lane", number%16, "state", 2, "host", "woocommerce",
		"topic", "order.updated", "delivery_key", "d", "dedupe", dedupe, "body", body, "body_size", len(body), "received_at", 1)
}

// serveSingle is the least server that takes webhooks: check the signature, INSERT, 200.
func (l *lab) serveSingle(t *table) (addr string, stop func(), err error) {
	query := t.insert(1)
	return serve(func(m *message) error {
		given, err := base64.StdEncoding.DecodeString(m.get("X-WC-Webhook-Signature"))
		if err != nil {
			return err
		}
		h := hmac.New(sha256.New, []byte(hookSecret))
		h.Write(m.body)
		if !hmac.Equal(given, h.Sum(nil)) {
			return errors.New("wrong signature")
		}
		_, err = l.raw.Exec(query, l.rawDelivery(t, nil, atomic.AddInt64(&l.serial, 1), m.body)...)
		return err
	})
}
